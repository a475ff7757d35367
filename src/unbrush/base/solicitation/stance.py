"""Who speaks, and to what end: an offer, or talk about offers.

News, warnings, rules, refusals, questions and complaints use the very words of the offers that they
speak of. Told apart are they by what surrounds those words: who is spoken to, in which mood, and
whether the writer can be reached.
"""

import re
from bisect import bisect
from enum import StrEnum

from unbrush.base.solicitation import voice


class Stance(StrEnum):
    """What a text does with a bargain that stands in it."""

    OFFER = "offer"
    WARNING = "warning"  # news, police, a rule that forbids it
    REPORT = "report"  # a customer tells of somebody else's offer
    QUESTION = "question"
    REFUSAL = "refusal"  # we do no such thing
    NEUTRAL = "neutral"  # any review is welcome, and it says so
    DISCLOSED = "disclosed"  # an open trial or advertisement that dictates no praise


BREAK = re.compile(r"[。!?;\n…]|(?<=[a-z)\"'])\.(?= |$)")
CLAUSE = re.compile(r"[,、:~。!?;\n…]|(?<=[a-z])\.(?= |$)")

_HARMLESS = (
    "(?!(?:任何|有|要)?(?:门槛|押金|套路|经验|费用|限制|成本|风险|学历|中介|投资|时间|地点|"
    "中?差评|"
    "低分|骗|限量))"
)
NEGATORS = re.compile(
    r"(?:不(?:能|做|搞|参与|接受|提供|需要?|要求?|用|必|会|得|支持|允许|存在|准|许)|没有|从不|"
    r"从未|绝不|决不|拒绝?|禁止?|严禁|杜绝|"
    r"抵制|反对|谢绝|取消|并非|不是|请勿|切勿|远离|无需|无须|\b(?:never|without|don'?t|do not|"
    r"does not|doesn'?t|won'?t|cannot|can'?t|"
    r"not|no|prohibit(?:s|ed)?|forbid(?:s|den)?|ban(?:s|ned)?|against|refuse[sd]?|no longer|"
    r"illegal|neither|nor))"
    rf"{_HARMLESS}[^,。!?;\n]{{0,9}}$|(?:不|没|别|勿|非){_HARMLESS}[^,。!?;\n]{{0,1}}$"
)
_DOUBLE = re.compile(
    r"(?:不|没有?|未)(?:给|写|晒|发|评|打)?[^,。!?\n]{0,6}(?:不|没有?|无)(?:返|送|给|结|退|奖|"
    r"红包|佣)|不满意"
)
_LOUD = frozenset(
    {
        "警方",
        "民警",
        "公安",
        "警察",
        "法院",
        "检察",
        "被告",
        "嫌疑人",
        "记者",
        "通报",
        "曝光",
        "反诈",
        "police",
    }
)
_WARNS = re.compile(
    "警惕|谨防|当心|小心(?:被|受|骗|刷)|防骗|骗局|骗子|诈骗|反诈|举报|民警|警方|公安|派出所|"
    "警官|警察|法院|检察|判处|判决|被告|嫌疑人|犯罪|涉嫌|违法|非法|违规|案例|案件|"
    "切勿|不要(?:轻信|相信|参与|点击)|勿(?:信|轻信|参与)|上当|受骗|被骗|通报|曝光|记者|暗访|"
    "卧底|据报道|"
    "报道|新闻|市场监管|监管部门|工商|处罚|罚款|罚\\d|打击|整治|严惩|查处|约谈|"
    "不正当竞争|电子商务法|消费者协会|消协|消保委|规定|规则|条例|办法|严禁|禁止|不得|抵制|套路|"
    "陷阱|提醒|科普|揭秘|起底|揭露|黑幕|产业链|乱象|96110|12315|"
    r"beware|scam|fraud(?:ulent|sters?)?|warning|warns?\b|police|ftc\b|regulators?|"
    r"report (?:it|them|this|any)|illegal|unlawful|prohibit|forbid|violat|policy|policies|"
    "guidelines|against the (?:rules|law|terms)|fined|lawsuit|crackdown|cracked? down|accused|"
    "investigat|according to|banned|not allowed|never trust|do not fall"
)
# Money back for broken goods is no reward, unless praise is asked for on the way to it.
_GUARANTEES = re.compile(
    "(?:质量|破损|损坏|坏果|坏了|烂|不满意|不喜欢|不合适|问题|瑕疵|少发|错发|漏发|假一|无理由|"
    "差价|降价|"
    "保价|延误|迟到|damaged|broken|defect|not satisfied|not happy|unhappy|problem|issue|if not|"
    r"dissatisf)(?:(?!好评|星|晒|评|photo|review|star)[^。!?;\n]){0,44}$"
)
_REASSURES = re.compile(
    "(?:不要|拒绝|别给?|勿|不给|杜绝|请勿|无|避免)(?:直接)?(?:给)?[中]?差评|"
    "(?:不|非|没有?|绝不|无|零|不是|绝非|杜绝|无任何)(?:骗(?:人|子|局)?|诈骗|欺骗|套路|坑|忽悠|"
    "违法|违规|陷阱|传销)|(?:不|绝不|没有?)(?:上当|受骗)|谨防(?:假冒|冒充)|防骗保证|"
    "不限制|不得不|(?:not|isn'?t|no) (?:a )?(?:scam|fraud)|scam[ -]free"
)
_REPORTS = re.compile(
    "发(?:你|您|给你|给您|过去|客服)?了|(?:做|写|评|晒|拍|弄)好了|什么时候(?:能|可以)?(?:返|给|"
    "打|发)|说好的?|答应|(?:家|服|板|主)承诺|骗|没(?:返|给|有?收到|看到|见到?|兑现)|不(?:返|"
    "给返|兑现|"
    "认账)|未(?:返|"
    "收到|兑现)|赖|(?:返现|红包|钱)(?:呢|没|也没|到现在)|为了(?:返|红包|这|那|几块|京豆|积分)|"
    "跟我(?:讲|说)|特么|搞笑|因为(?:返|有红包)|冲着|估计|怀疑|可能是(?:刷|返|反)|居然|竟然|"
    "果然|坑|忽悠|(?:客服|卖家|"
    "商家|店家|老板|店主|掌柜|他们?|对方)(?:居然|还|就|又|一直|硬|非|总)?(?:说|让|叫|要求|要我|"
    "告诉|发|打电话|求|承诺|用)|"
    "问(?:了)?(?:客服|卖家|商家)|(?:让|叫|要求|要|催|求)(?:我|顾客|客人|大家|买家)|我(?:给|写|"
    "已|都|就|也|明明|刚|还|才|之前|以前|没|不|收|说|看|怀疑|发现|觉得|本来|真)|"
    "都是(?:刷|返|假|水军)|不是(?:因为|刷|托|水军)|恶心|无语|去死|不可信|可恶|良心|水军|呵呵|"
    "垃圾|差评(?![^,。!?;\n]{0,4}[删改撤去])|投诉|好评都|评论都|评价都|"
    "别信|别买|大家(?:别|不要|注意)|收到(?:一|了|张|个|的)?(?:张|个)?(?:卡片|返现卡|小卡片|"
    "红包卡)|"
    "(?:都|也|就|又)没有?|根本|已经?(?:晒|给|好评|五星)|了呢|什么时候(?:返|给|打)|怎么(?:还|没|"
    "不)|"
    r"they (?:asked|offered|wanted|promised|told|said|sent|emailed)|seller (?:asked|offered|"
    r"wanted|promised|told|said|sent|keeps|contacted)|asked me|offered me|told me|i (?:was|got|"
    r"received|bought|have|had|refused|reported)|"
    "there was a card|card in the (?:box|package)|never (?:got|received)|bribe|shady|"
    "all the reviews|fake"
)
_TELLS = re.compile(
    "(?<![加找给私系返发寄帮为着来])我(?!们?[店司家的]|联系|私|领|们诚)|俺|咱(?!家)|"
    "朋友(?![,~\n 圈])|老公|老婆|同事|孩子|宝宝|妈妈|爸|闺蜜|味道|"
    "口感|好吃|好喝|难吃|今天|昨天|上次|这次|下次|第一次|收到货了|物流|质量|穿(?:着|上)|买了|"
    "吃了|点了|去了|用了|"
    r"很(?:好|不错|满意|喜欢|漂亮|舒服|快|香|棒)|不错|挺|还可以|值得|推荐(?!码|人|好友|朋友|"
    r"有)|喜欢|环境|总之|感觉|\bi(?:'ve| )|\bmy |\bwe (?:went|had|ate|ordered|loved)|"
    r"love(?:d)? (?:it|this)|delicious|tasty|quality"
)
_ASKS = re.compile(
    "(?:有人|有谁|谁)(?:知道|用过|做过|遇到|懂)|请问|求助|问一下|想问|咨询一下|(?:合法|违法|"
    "违规|靠谱|可信|犯法|真的|可以|能信|算|处罚|举报|安全|骗人的?)(?:不|么|吗|嘛)|怎么(?:举报|"
    "办|看|处理|投诉)|如何(?:举报|看待|处理|投诉)|"
    "是不是(?:违|合|骗|真|犯|算)|算不算|有没有人|该不该|要不要|会不会(?:被|违|封)|"
    r"is (?:it|this|that) (?:legal|allowed|legit|ok|okay|real|against)|does any(?:one|body)|"
    r"has any(?:one|body)|any(?:one|body) (?:know|else)|should i|how (?:do|can|"
    r"should) i report|what should"
)
_OFFERS = re.compile(
    "您|亲(?![戚人身自])|联系(?:客服|我|掌柜|微)|加(?:我|微|v|客服|群|qq)|私信|即可|凭|"
    "截图(?:给|发|联系|找|私|加|到)|报名|名额|限量|招募|诚聘|诚邀|招收|扫码|马上返|秒返|立返|"
    "进群|滴滴|找我|发我|有意|"
    r"详情|咨询|长期|日结|速来|老板们|姐妹们|宝子|家人们|\bdm\b|pm me|message me|inbox me|"
    r"contact (?:me|us)|whatsapp|telegram|interested"
)
_QUOTED = re.compile(r"[“「『\"‘《【]([^”」』\"’》】]{6,200})[”」』\"’》】]")


_SHOP = "(?:本店|我们|我店|我家|小店|咱家|敝店|我司)"
_NOT = (
    "(?:从不|从来不|从来没|从未|绝不|决不|不做|不搞|不参与|不提供|不支持|不会|没有|禁止|杜绝|"
    "谢绝|拒绝)"
)
_BARGAIN = "(?:好评|返现|红包|晒图|有偿|这一套|这种|这个活动)"
# A shop that denies or forbids the bargain in its own name, before or after it is named.
_DENIES = re.compile(
    f"{_SHOP}[^,。!?;\\n]{{0,8}}{_NOT}{_HARMLESS}[^,。!?;\\n]{{0,8}}{_BARGAIN}|"
    f"{_BARGAIN}[^。!;\\n]{{0,20}}{_SHOP}[^,。!?;\\n]{{0,3}}(?:从不|从来不|从来没|从未|绝不|决不|"
    "不做|不搞|不参与|不提供|没有(?:这|此|该)|早就?(?:停|取消)|已经?(?:停|取消))|"
    "与(?:本店|我店|我们)无关|(?:皆|均|都|纯)(?:为|是|属)(?:冒充|假冒)|"
    r"\b(?:we|our (?:shop|store|team|company)) (?:\w+ )?(?:never|do not|don'?t|does not|doesn'?t|"
    r"will not|won'?t|no longer|refuse to) (?:\w+ ){0,3}(?:offer|give|pay|ask|buy|reward|send|"
    r"trade)[^.!?\n]{0,50}(?:review|star|rating|feedback)|"
    r"(?:review|star|rating|feedback)[^.!?\n]{0,50}(?:our (?:shop|store)|\bwe) never"
)
_NARRATES = re.compile(
    "(?:商家|卖家|店家|客服|老板|店主)(?:放|塞|夹|说|让|叫|发来|给发|承诺)|卡片?上(?:写|印)|"
    "(?:包裹|盒子|快递)里(?:有|放|塞|夹)|这种卡片?|"
    r"\b(?:card|note|flyer|insert|seller|e-?mail) (?:said|says|offer|promis|ask)"
)
_RESENTS = re.compile(
    "结果|却|居然|竟|收买|恶心|失望|后悔|不理|拉黑|难怪|无语|太差|垃圾|一股|合规|能信|"
    "(?:吗|么)[?]?$|"
    "so much for|no wonder|disappoint|shady|junk|terrible|waste|"
    "is (?:this|that) (?:ok|legal|allowed)"
)
# Open anger, and a reader's doubt: they count only where nobody is spoken to or can come forward.
_ANGER = re.compile(
    "真服了|服了|装死|烦死|烦不烦|真烦|好烦|扔了|冒犯|把戏|恶心|无语|拉黑|收买|反感|鄙视|失望|坑人|"
    "气死|气人|难用|难吃|真差|太差|很差|太烂|后悔|上当|退货|再也不|不会再|别买|踩雷|避雷|智商税|"
    "不要脸|吃相|套路|pathetic|annoying|disgust|ridiculous|shame|junk|terrible|awful|waste|avoid|"
    "never again|disappoint"
)
_DOUBTS = re.compile(
    "(?:多久|什么时候|何时|会不会|是不是|算不算|能不能|可不可以|该不该|正常|合规|靠谱|真的|为什么|"
    "为啥|"
    r"怎么)[^。!\n]{0,12}(?:[?]|吗|呢|啊)|^(?:is|are|does|do|can|should|why|has|have|would)\b"
    r"(?! (?:you|u)\b)[^.!\n]{0,160}[?]"
)
_IN_NEWS = re.compile(
    "(?:某|一|一家|多家|两家)(?:商家|网店|店铺|卖家|商户|公司|餐厅|饭店)[^。!?\n]{0,30}(?:被|因|"
    "遭)|"
    "被(?:立案|调查|认定|下架|封店|扣分|责令|约谈)|"
    r"\b(?:sellers?|shops?|stores?|compan(?:y|ies)|merchants?)\b[^.!?\n]{0,30}"
    r"\b(?:fined|sued|charged|suspended|caught|delisted)\b"
)
_BROKEN_WORD = re.compile("结果[^。!?\n]{0,10}(?:不理|不认|没返|没给|反悔|拉黑)")


_TOLD = (voice.THEY_URGE, voice.UNDERGONE, voice.ALLEGED, voice.SPOILT)

LATIN = 2.2  # Latin letters for what one ideograph says


class Frame:
    """A plain text with what its surroundings say, found once.

    Attributes:
        text: The plain text.
        scale: Characters that say as much as one ideograph.
        n_warns: Different words of warning, news or rules in it; who investigates counts twice.
        n_reports: Signs of a customer who tells of others' offers.
        n_tells: Signs of one who tells of a purchase or visit.
        n_offers: Signs of one who offers.
        n_told: Different builds that speak of somebody else's bargain (`voice`).
        is_denial: Whether a shop denies or forbids the bargain in its own name.
        is_news: Whether it is counted, studied, judged or reported.
        is_wondered: Whether a clause wants an answer, not a hand.
        is_tale: Whether somebody else's offer is told of and resented or doubted.
    """

    def __init__(self, text: str, *, n_contacts: int) -> None:
        self.text = text
        self.scale = LATIN if len(text.encode()) < 1.5 * len(text) else 1.0
        self._breaks = [match.start() for match in BREAK.finditer(text)]
        calm = _REASSURES.sub("", text)
        self.n_warns = sum(2 if word in _LOUD else 1 for word in set(_WARNS.findall(calm)))
        self.n_reports = len(set(_REPORTS.findall(calm)))
        self.n_tells = len(set(_TELLS.findall(text)))
        self.n_offers = len(set(_OFFERS.findall(voice.without_queries(text))))
        self.n_offers += 2 * min(n_contacts, 2)
        self._denials = [
            match.span() for pattern in (_DENIES, voice.DENIED) for match in pattern.finditer(text)
        ]
        self.is_denial = bool(self._denials)
        self.is_tale = bool(_BROKEN_WORD.search(text)) or bool(
            _NARRATES.search(text) and _RESENTS.search(text)
        )
        self.n_told = sum(bool(sign.search(text)) for sign in _TOLD)
        self.is_news = bool(voice.COUNTED.search(text))
        self.is_wondered = bool(voice.WONDERED.search(text))
        if not self.n_offers:
            self.is_tale |= bool(_ANGER.search(text) or _IN_NEWS.search(text))
        self.is_question = bool(_ASKS.search(text)) or (
            not self.n_offers and bool(_DOUBTS.search(text))
        )
        self._quotes = [match.span(1) for match in _QUOTED.finditer(text)]

    def sentence(self, place: int) -> int:
        """Return the number of the sentence in which ``place`` stands."""
        return bisect(self._breaks, place)

    def is_negated(self, start: int) -> bool:
        """Say whether what begins at ``start`` is denied or forbidden where it stands."""
        before = self.text[max(0, start - 18) : start]
        if not NEGATORS.search(before):
            return False
        return not _DOUBLE.search(self.text[max(0, start - 12) : start + 8])

    def is_denied_at(self, place: int) -> bool:
        """Say whether a denial covers ``place``: it stands in its sentence, or comes after it."""
        return any(self.sentence(place) <= self.sentence(end - 1) for _, end in self._denials)

    @property
    def is_plain(self) -> bool:
        """Whether nothing in the text is a sign of anything but an offer."""
        signs = (self.n_warns, self.n_reports, self.n_told, self.is_denial, self.is_news)
        return not any((*signs, self.is_wondered, self.is_tale, self.is_question))

    def is_guarantee(self, start: int) -> bool:
        """Say whether what begins at ``start`` is promised for damage or dislike."""
        return bool(_GUARANTEES.search(self.text, max(0, start - 60), start))

    def is_quoted(self, start: int) -> bool:
        """Say whether ``start`` stands within a longer quotation."""
        return any(low <= start < high for low, high in self._quotes)

    def is_warning(self, place: int) -> bool:
        """Say whether the text warns of, reports or forbids what stands at ``place``."""
        if not self.n_warns:
            return False
        if self.is_quoted(place):
            return True
        return (self.n_warns >= 2 and self.n_warns >= self.n_offers) or self.n_warns > self.n_offers
