"""Easy money for nothing: what a brushing scam (刷单诈骗) opens with.

The reader is the one to be protected. The bait promises daily earnings for a thumb's work, asks for
no skill, and later for money in advance: to order first, to top up, to finish a series of tasks.
"""

import re
from dataclasses import dataclass

from unbrush.base.solicitation.stance import Frame
from unbrush.base.solicitation.traps import traps_of

_EASY = re.compile(
    "动动(?:手指?|拇指|手)|轻松|副业|没事干|闲着|躺|都能做|皆可|就行|上不封顶|不成问题|"
    "(?:马上|立即|立刻|即时|秒)(?:到账|返现|结|转)|分钟(?:搞定|一单|到账|结算)|真实可靠|安全可靠|"
    "新手任务|"
    "无需坐班|不用坐班|居家|不(?:收|花)一分|带娃|在家(?:躺|有|用|工作|上班|可|就|做|能|里|办公|赚|"
    "兼|操|轻|也)|待家|"
    "宅家|(?:有|一部|"
    "只需|只要|用)手机|手机(?:电脑)?(?:就|即|均|都|可|兼职|操作|端)|零(?:门槛|投资|风险|基础|"
    "成本)|0(?:门槛|投资|风险|基础|成本)|"
    "(?:无需|不需|不用|无|没有)(?:经验|押金|门槛|投资|费用|学历|任何费|投入|压钱)|不收(?:押金|"
    "任何|费)|无任何费|不用(?:出门|押|压)|上手(?:快|简单)|简单(?:易|靠|操|的|上)|易(?:操作|"
    "上手)|随时随地|时间(?:自由|地点|灵活)|不限时间|空闲|闲暇|业余|工作之余|"
    "宝妈|学生党|上班族|躺赚|躺着|多劳多得|可观|稳赚|包赚|秒到账|小白|新手|一学就会|"
    "可在家|就职|时间不限|时间时间|专人(?:讲解|指导|带)|教程|a few (?:taps|clicks|minutes)|"
    "work from home|from (?:home|"
    "your phone)|no (?:experience|skills?|investment)|easy (?:money|job|tasks?|work|cash)|"
    "flexible hours|"
    "part[ -]time|spare time|just your phone|simple tasks?"
)
_EARN = re.compile(
    "(?:一|每)(?:个|单|条|赞|次)[^,。!\\n]{0,3}\\d+ ?(?:元|块)|每[天日]\\d+|日均\\d+|"
    "一天[一两三四五六七八九几]|"
    "到手\\d+|收益|返利|(?:返|拿|领|得|可得)\\d+|本金|提成|"
    "日[赚入薪收]|[天日]赚|(?:一|每)[天日](?:能|可|可以)?(?:赚|挣|入|收入|工资)?(?:\\d+|"
    "[一二三五百千上]百?|元)|月[入薪]|过万|(?:每|一)(?:单|任务|条)[^,。!\\n]{0,6}(?:\\d|"
    "元|赚|结|佣|收入)|日结|现结|聘(?:用|请)?(?:您|你)|立结|秒结|工资|薪资|按单结|结算|佣金|"
    "赚(?:钱|取|点?零花|外快|"
    "\\d)|收入|提现|"
    "返利|返佣|酬劳|天元|元天|"
    r"earn|\$ ?\d+|(?:£|€) ?\d+|per (?:day|week|hour|task)|daily (?:pay|income|wage)|"
    r"paid daily|get paid|income|commission"
)
_TASK = re.compile(
    "刷单|刷信|刷客|冲量|评测员|试用员|评价员|助理|数据(?:单|任务|优化|员)|组数据|(?:做|带)数据|"
    "派单|联单|垫|点赞|做任务|任务|抢单|做单|接单|关注(?:公众号|主播|账号|就|即|返)|网赚|"
    "网店|淘宝|网购|打字|下载app|投票|浏览商品|好评|评价|垫付|充值|派单|兼职|铺子|网上(?:操作|"
    "兼职|刷)|线上(?:工作|兼职)|电脑操作|手机操作|操作(?:简单|即)|录入|网络(?:兼职|工作)|招聘|"
    "简历|应聘|"
    "like (?:videos|posts|and)|youtube|tiktok|tasks?|optimi[sz]|rate (?:hotels|products|apps)|"
    "review (?:hotels|products|apps)|place orders?|boost(?:ing)? (?:sales|orders|ratings)|"
    "online (?:job|work)|data entry"
)
_ONLINE = re.compile(
    "刷单|刷信|刷客|冲量|抖音|视频号|公众号|简历|app|软件|数据(?!线)|任务|点赞|做任务|抢单|做单|"
    "接单|网赚|网店|淘宝|网购|打字|下载app|好评|铺子|手机|"
    "电脑|网上|线上|网络|在线客服|垫付|充值|线上|关注|小任务|动动|youtube|tiktok|phone|online|"
    "app\\b|like|click|taps|remote|home"
)
_LURE = re.compile(
    "(?:你|您)(?:投递|发过来|投|得|的|给)*(?:的)?简历|简历(?:已|审核|筛选|通过)|(?:看到|"
    "通过)(?:招聘网|你|您)|"
    "(?:已?被|通过)(?:选为|入选|录[取用])|通过入选|(?:聘|邀|请)(?:请|用)?(?:您|你)|(?:招|需要|"
    "找)[^,。!\\n]{0,3}"
    "(?:居家|线上|网络|在家|人帮)|信誉良好|正式(?:聘|邀)|recruit(?:ing|ment) agency|i'?m \\w+ from|"
    "remote (?:part[ -]time )?job|hiring remote"
)
_HIRES = re.compile("简历|入职|录取|录用|聘|工作|兼职|hiring|recruit")
_PREPAY = re.compile(
    "垫|先(?:充|存|投|拍付)|(?:累计|做满)\\d{2,}(?! ?(?:单|件|人|次|字))|缴纳|认证金|差额|补足|"
    "充值(?=.{0,20}(?:任务|返利|佣|解锁|提现))|(?:任务|佣|提现|刷单).{0,20}充值|先(?:付|"
    "拍|交|垫)|预付|保证金|本金|连(?:环|续)(?:单|任务)|做满\\d*单|解冻|"
    "激活(?:费|账户)|认筹|下注|返还本佣|本佣|"
    "deposit|top[ -]?up|recharge|pay first|upfront|prepay|unlock|your (?:principal|capital)"
)
_REAL_JOB = re.compile(
    "五险|社保|公积金|双休|包吃|包住|面试|试用期|劳动合同|岗位职责|任职|学历|工作地点|地址|"
    "上班时间|底薪|门店|服务员|保安|司机|厨师|普工|导购|发单|成交|带货|团长|分销|联盟|代扣|税|"
    "签(?:协议|合同|约)|需签|(?:提供|开)[发票]票?|票据|后台(?:自动|次月)|"
    "interview|health insurance|401k|full[ -]time|responsibilit|qualifications|degree|on[ -]site"
)
_ROUTE = re.compile(
    "加(?:我|微|v|客服|群|qq|人事|这)|添加|请?添|联系|咨询|私信|滴滴|进群|加群|扫码|点击|下载|"
    "回复|详情|qq|微信|报名|薇|葳|客服|"
    "contact|dm|whatsapp|telegram|text|reply|join|click|apply"
)

HINT = re.compile(
    "简历|任务|点赞|关注|群|升级|收益|居家|每天|日均|垫|充值|提现|提款|冻结|派单|导师|副业|兼|聘|"
    "入职|在家|手机就|宝妈|冲量|助理|"
    "职|单|赚|佣|deposit|top[ -]?up|withdraw|recharge|task|earn|per like|work from|extra cash|"
    "remote"
)
"""Without any of these nothing is bait."""


_OWN_CREDIT = re.compile("(?<!代)充值?(?:话费|流量|油卡|加油卡|会员|饭卡|公交卡|水电费|游戏币)")


@dataclass(frozen=True, slots=True)
class Bait:
    """What a text promises for nothing.

    Attributes:
        score: From 0 to 1, how surely it is bait.
        n_easy: Different promises of ease.
        n_earn: Different promises of earnings.
        asks_prepay: Whether money in advance is spoken of.
        words: The first promise of earnings, plain; empty if there is none.
    """

    score: float = 0.0
    n_easy: int = 0
    n_earn: int = 0
    asks_prepay: bool = False
    words: str = ""


def bait_of(text: str, frame: Frame, *, n_contacts: int) -> Bait:
    """Return how far a plain text is bait.

    Each different promise of ease counts, up to three, and of earnings, up to two; work on a phone
    or for online shops, money in advance, and a way to come forward add to it. Terms of real jobs
    (a place, insurance, an interview), warnings, questions and complaints take away.
    """
    earn = _EARN.search(text)
    n_easy = len(set(_EASY.findall(text)))
    is_lure = bool(_LURE.search(text))
    if earn is None and n_easy + is_lure >= 2:  # a job for anybody, paid for in private
        earn = _HIRES.search(text)
    of_traps, n_traps, trap = traps_of(text)
    earn = earn or trap
    if earn is None:
        return Bait()
    n_earn = len(set(_EARN.findall(text)))
    # Credit that one buys for oneself is no task and no money in advance for one.
    work = _OWN_CREDIT.sub("", text)
    asks_prepay = bool(_PREPAY.search(work))
    is_online = bool(_ONLINE.search(work))
    is_work = bool(_TASK.search(work)) or n_easy >= 3 or bool(n_traps) or is_lure
    is_work |= bool(n_easy and is_online)
    if not is_work or not (n_easy or asks_prepay or n_traps or is_lure):
        return Bait(0.0, n_easy, n_earn, asks_prepay, earn[0])
    points = 0.9 * min(n_easy, 3) + 0.9 * min(n_earn, 2) + 0.9 * is_online + 0.9 * asks_prepay
    points += 0.8 * bool(_ROUTE.search(text) or n_contacts) + 0.5 * bool(_TASK.search(text))
    points += of_traps + 1.2 * is_lure * bool(n_easy or is_online)
    points -= 1.0 * min(len(set(_REAL_JOB.findall(text))), 3)
    points -= 0.8 * min(frame.n_reports, 3) + 0.6 * min(frame.n_tells, 3)
    if frame.is_warning(earn.start()) or (frame.is_question and frame.n_offers < 3):
        points = 0.0
    score = max(0.0, min(1.0, (points - 1.5) / 5))
    return Bait(round(score, 4), n_easy, n_earn, asks_prepay, earn[0])
