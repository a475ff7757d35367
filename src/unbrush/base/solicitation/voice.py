"""Who speaks in a text about a bargain, by the build of its sentences.

The words of an offer are the words of whoever denies, resents, asks about or reports it. What
differs is the grammar around them: somebody else does the asking (店员让…), the bargain is the
object of an experience (收到过…), it is counted (27% 的消费者) or called untrue, or its clause is a
question that wants no hand. Each sign below is such a build, put together from a few parts; none
is a sentence.
"""

import re

GAP = r"[^。!?;\n]"
"""What may stand between the parts of one build: anything but the end of its sentence."""

BARGAIN = (
    "(?:好评|五星|5星|满星|晒[图单]|返现|刷单|刷评|有偿|免单|霸王餐|补单|买评|"
    "(?:送|返|换|发)[^,。!?;\\n]{0,5}(?:红包|券|饮料|现金|钱|礼品|小菜)|代写)"
)
"""What a bargain is called by whoever speaks of one."""

_THEY = (
    "(?:商家|卖家|店家|店员|服务员|老板娘?|掌柜|店主|客服|收银员?|店方|人家|他们?|她们?|对方|网店|"
    "饭店|餐厅|商户|小哥|有人|某[店家人])"
)
_NOT_TO_THEM = "(?<![找给加问私发示系诉谢凭到])"  # 找前台 and 给客服 speak to the reader
_URGES = (
    "(?:要求|让|叫|求|逼|催|盯着|缠着|追着|非要|硬要|哄|骗|威胁|暗示|怂恿|打电话|发短信|天天|不停|"
    "一直|"
    "(?:还|就|又|竟|一天)[^,。!?;\\n]{0,6}(?:要求|让|叫|求|打电话|说))"
)
THEY_URGE = re.compile(
    f"{_NOT_TO_THEM}{_THEY}[^,。!?;\\n]{{0,8}}{_URGES}{GAP}{{0,14}}{BARGAIN}|"
    f"(?:被|遭)[^,。!?;\\n]{{0,6}}(?:要求|逼|催|骗|拉|忽悠|骚扰)|"
    f"(?:收到|来|发来|接到)[^,。!?;\\n]{{0,4}}(?:求|要)好评|"
    r"\b(?:seller|shop|store|restaurant|owner|waiter|waitress|staff|server|they|he|she|company|"
    r"barista|host|card|vendor|manager)s? (?:\w+ ){0,2}?(?:asked|offered|wanted|promised|told|"
    r"begged|bribed?|bribes|keeps?|pressured|insisted|pushes|pay(?:s|ing)?|tried|sent|made)\b"
)
"""Somebody else does the asking."""

UNDERGONE = re.compile(
    "(?:见|收到|遇到|遇|碰到|领|领到|听说|参加|做|刷|用|试|干|写|点)过"
    f"[^,。!?;\\n]{{0,8}}{BARGAIN}|{BARGAIN}[^,。!?;\\n]{{0,8}}(?:见|收到|遇到|领到?|听说)过|"
    "(?:收到|看到|刷到|翻到|碰到|遇到|塞|夹)(?!货|后|宝贝|东西|商品|满意|的话|了?请)(?:了|的)?"
    f"[^,。!?;\\n写给打拍]{{0,7}}(?:卡|纸条|短信|电话|单子)[^。!?;\\n]{{0,6}}{BARGAIN}|"
    f"(?:为了?|冲着|图)(?:那|这)[^,。!?;\\n]{{0,6}}(?:红包|返现|钱|券|元)|"
    r"\bi (?:got|received|found|was (?:offered|asked|paid|sent)|saw|had)\b[^.!?\n]{0,60}"
    r"(?:review|star|rating|gift card)|\bgot (?:a|this|another) (?:card|e-?mail|note|message|flyer)"
)
"""The bargain is the object of what somebody went through."""

ALLEGED = re.compile(
    "(?:五星|5星|好评|高分|评[价论分])[^,。!?;\\n]{0,6}(?:全|都|多半?|净|基本|大半|原来|肯定|不就)?"
    "(?:是|靠|来自)[^,。!?;\\n]{0,8}(?:刷|送|买|换|返|假|托|骗|砸钱|有偿|赠品|红包)"
    "(?:的|出来|来|吧|$|[,。!])|"
    "(?:拿|用|靠)[^,。!?;\\n]{0,5}(?:红包|赠品|返现|钱|券|小礼|礼品)[^,。!?;\\n]{0,5}(?:换|"
    "买)[^,。!?;\\n]{0,4}"
    "(?:的|来|好评|五星)|(?:是|都|全|要)[^,。!?;\\n]{0,8}换(?:的|来的?)(?:[,。!]|$)|"
    r"(?:because|that is why|this is why|no wonder|explains)[^.!?\n]{0,50}(?:brib|gift card|"
    r"paid|refund|free|coupon)|\b(?:bribe|bribed|bribes|bribing|bought (?:and paid|reviews))\b"
)
"""The praise of others is said to be bought."""

SPOILT = re.compile(
    "(?:实际|其实|东西|味道|质量|菜|货|面|汤|肉|效果|做工|服务)[^,。!?;\\n]{0,6}"
    "(?:不行|一般|很差|真差|太差|难[吃用看]|烂|不好|咸|馊|掉色|垃圾|没法|不值|不如|破|坏)|"
    "(?:给|打|直接|只配)[^,。!?;\\n]{0,3}(?:一|1)[颗个]?星|没影|泡汤|打发叫花子|什么道理|被绑架|"
    "毁了|"
    "中招|掉坑|人也?找不到|(?:佣金|钱|红包|返现)[^,。!?;\\n]{0,3}(?:没见|没到|没了|没影|不给)|"
    r"\b(?:stale|awful|broke|useless|ridiculous|1 star|one star|my honest)\b"
)
"""What was bought, or promised, turned out badly."""

COUNTED = re.compile(
    "\\d+(?:\\.\\d+)?%[^。!?;\\n]{0,6}(?:消费者|受访者?|用户|顾客|网友|商家|买家|人)|"
    "(?:调查|研究|统计|数据|报告|抽查|抽检|分析)(?:者|人士|结果|人员)?[^。!?;\\n]{0,10}"
    "(?:显示|表明|发现|称|认为|估计|指出)|[一两二三四五六七八九近约]成[^。!?;\\n]{0,6}(?:五星|评|"
    "消费)|"
    "(?:专家|学者|律师|法官|业内人士|消保委|消协|央视|欧盟|部门)(?:[^,。!?;\\n]{0,4})"
    "(?:建议|认为|称|说法|说|指出|呼吁|提示|提醒|拟|规定|公告|要求商家|:)|"
    "平台(?:公告|规定|新规|将|拟)|立案|整治|判赔|驳回|致歉|灰产|黑产|起底|降权处罚|将被(?:降权|"
    "处罚|下架)|罚款|"
    "遭[^,。!?;\\n]{0,5}投诉|(?:女子|男子|大学生|宝妈|市民|某[女男])[^,。!?;\\n]{0,8}"
    "(?:轻信|被骗|损失|转出|报警)|"
    r"\b(?:fines?|fined|investigation|survey|study|studies|researchers?|experts?|regulators?|"
    r"court|lawsuit|sues?|police|found that|lost \$|victims?)\b"
)
"""It is counted, studied, judged or reported."""

WONDERED = re.compile(
    "(?:大家|有人|有谁|谁|各位|有没有(?:人|姐妹)|哪位|你们)[^。!;\\n]{0,6}"
    "(?:会|见|收|遇|领到?过|用过|做过|知道|试过|碰|懂|写过)[^。!;\\n]{0,26}(?:吗|么|嘛|没|呢|\\?)|"
    "(?:怎么|如何|在哪里?|哪里|哪儿|从哪)(?:报名|领|打|参加|申请|打过?来|才能|弄|判|算|回事)"
    "[^。!;\\n]{0,8}(?:的|呢|啊|\\?|$)|(?:会|算|能|该|写|给|信|要|领|去|删)不(?:会|算|能|该|写|给|"
    "信|要|领|去|删)"
    "(?!修?改|帮|麻烦|请|点个|打个|追)"
    "[^。!;\\n]{0,16}(?:\\?|吗|呢|$)|"
    "(?:我|店家|卖家|商家|他们|这种|这样)[^。!;\\n]{0,26}(?:吗|么|嘛|呢)(?:[?,。]|$)|"
    "(?:为啥|为什么|凭什么|难道|是不是|必须|一定要|算不算|犯法|违法|坐牢|盗号|泄露|虚假宣传)"
    "[^。!;\\n]{0,24}(?:\\?|吗|呢|吧|怕)|(?:求|有)(?:懂|过来人|解答|科普|指点)|"
    r"\b(?:has any(?:one|body)|is it (?:legal|ok|okay|allowed|normal)|why do (?:sellers|shops|"
    r"they)|"
    r"how do i report|do(?:es)? (?:any|amazon|google|yelp)|should i|what happens if)\b"
)
"""A clause that wants an answer, not a hand."""

_WE = (
    "(?:本店|我们[^,。!?;\n]{0,3}|我店|我家|小店|咱家|咱们?店?|敝店|我司|本公司|店里|本人|本餐厅|"
    "客服|官方)"
)
DENIED = re.compile(
    f"{_WE}[^。!?;\\n]{{0,8}}?(?:从来?不|从未|从没|绝不|决不|不(?:好评|兴|搞|做|刷|买|靠|以|会|是|"
    f"需要|接|参与|收|存在)|没有?|未曾?|坚持不|拒绝|谢绝)[^,。!?;\\n]{{0,8}}{BARGAIN}|"
    f"^(?:声明|公告|澄清|提醒)?[^。!?;\\n]{{0,4}}(?:不(?:靠|买|搞|做|刷)|"
    f"拒绝)[^,。!?;\\n]{{0,4}}{BARGAIN}"
    "[^。!?;\\n]{0,3}[,、]?(?:不|全凭|诚信|坚持)|"
    f"{BARGAIN}[^。!;\\n]{{0,28}}(?:与|和|跟|同)[^,。!?;\\n]{{0,8}}(?:无关|没[有]?关系|不相干)|"
    "(?:与|和|跟)(?:店里|本店|我们|我店|本公司|小店)[^,。!?;\\n]{0,3}(?:无关|没[有]?关系)|"
    f"(?:冒充|冒用|假冒|冒名|自称|以[^,。!?;\\n]{{0,6}}(?:名义|客服|"
    f"店))[^。!?;\\n]{{0,26}}{BARGAIN}|"
    f"(?:别|不要|甭)再?(?:问|提|给我发|给我推|找我)[^。!?;\\n]{{0,10}}{BARGAIN}|"
    f"{BARGAIN}[^。!;\\n]{{0,16}}[了,:](?:统一回复:)?(?:不做|没有|不搞|不刷|不返|别来|不是我们|"
    f"用不着|我们不(?:做|搞|刷|返|收))|"
    f"(?:从[^,。!?;\\n]{{1,6}}起|已经?|早就?)[^。!?;\\n]{{0,6}}(?:撤|取消|停|清退|"
    f"关)[^。!?;\\n]{{0,14}}{BARGAIN}|"
    f"(?:已经?|早就?)(?:把)?[^。!?;\\n]{{0,6}}{BARGAIN}[^。!?;\\n]{{0,10}}(?:撤|取消|停|清)(?:了|"
    f"掉|退)|"
    "(?:纯属|都是|全是|系)(?:造谣|谣言|诬陷|假的|骗子|冒充)|一律是骗子|"
    r"\b(?:we|our (?:\w+ )?(?:shop|store|team|company|restaurant)|i) (?:\w+ ){0,2}?(?:never|"
    r"do(?:es)? not|"
    r"don'?t|doesn'?t|will not|won'?t|no longer|refuse to|would never)\b[^.!?\n]{0,70}"
    r"(?:review|star|rating|feedback)|\b(?:are|is|was|were) not (?:from|by|sent by) us\b|"
    r"nothing to do with (?:us|our)|impersonat|\bnot our (?:offer|card|flyer)"
)
"""A shop, in its own name, denies, forbids or has ended it, or names whoever abuses its name."""

_QUERIES = re.compile(
    "(?:怎么|如何|在哪里?|哪里|哪儿|从哪|是否|要不要|需不需要)[^,。!?;\\n]{0,5}|"
    "[^,。!?;\\n]{0,12}(?:吗|么|嘛)(?=[?,。]|$)"
)


def without_queries(text: str) -> str:
    """Return a text without its short questions: 怎么报名 signs nobody up."""
    return _QUERIES.sub("", text)
