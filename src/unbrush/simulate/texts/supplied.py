"""Supplied praise: what is handed out to be posted, from a skeleton, from a draft, off the page."""

import re
from dataclasses import dataclass

from unbrush.simulate.texts.buying import Trade
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, listed, spin

_HEADS = lines("""
    {宝贝|东西|货}{收到|拿到}了
    正品特价
    超赞{的宝贝|}
    物美价廉
    {很|非常|特别}{满意|愉快}的一次{购物|购买}
    {第一次|首次}在{这家|本店}{买|购买}
    {收到|拿到}<good>{很惊喜|就迫不及待试了|第一时间来评价}
    {老顾客|回头客}了
    {朋友|同事|闺蜜}{推荐|介绍}{的|来的}
    {看|对比}了{好多|很多}家{，|}{还是选了这家|最终选择了这里}
    {用了|使用}{几天|一段时间}来{评价|反馈}
    {发货|物流}{神速|超快|很快}
    {实物|宝贝}{与|和}{图片|描述}{一致|相符}
    {卖家|店家|掌柜}{很好|人超好|服务好}
""")
_BODIES = lines("""
    {质量|品质}<deg><fine>
    {做工|细节}<deg><fine>，{没有|无}{瑕疵|色差}
    <good><deg><fine>，{物超所值|性价比高}
    {包装|外包装}{精美|严实|完好}，<good>{没有破损|保护得很好}
    {客服|卖家}{态度|服务}<deg>{好|热情|耐心}，{有问必答|回复及时}
    {颜色|款式|样子}<deg>{好看|漂亮|正}，{家人|朋友}都{说好|喜欢|夸}
    {物流|快递}{很快|给力|迅速}，{第二天|没几天}就{到了|收到了}
    {和|跟}{想象|描述}{中的|的}一样，{没有|丝毫没}{失望|让我失望}
    {价格|价钱}{便宜|实惠|优惠}，{质量|品质}{有保障|还这么好|不打折}
    {手感|质感}{超|特别}好，{爱不释手|越用越喜欢}
    比{实体店|商场|专柜}{便宜|划算}{很多|多了}，{质量|东西}一样
    {整体|总体}{感觉|来说}<deg><fine>，{值得信赖|信得过}
""")
_TAILS = lines("""
    {值得{购买|推荐|拥有}|强烈推荐}
    {下次|以后}{还会|还来|再来}{光顾|购买|}
    {全五分|五星|满分}好评
    {已|已经}{推荐|分享}给{朋友|同事|家人}{了|}
    {赞一个|点赞|大赞}
    {祝|愿}{店家|老板|掌柜}{生意兴隆|大卖|越做越好}
    {会|将}{一直|继续}{支持|关注}
    {好评|必须好评}
    {亲们|大家|小伙伴们}{可以|}{放心|大胆}{购买|下单|入手}
""")
_WORDS = {
    "deg": listed("非常 特别 很 超级 真的 十分 相当 太"),
    "fine": listed("好 棒 赞 不错 满意 精致 给力 到位"),
}


@dataclass(frozen=True)
class Skeleton:
    """One text with slots: what is the same in every review that is made from it, and what varies.

    Attributes:
        name: Of the skeleton, in the truth.
        form: What is spun; see `spin`.
    """

    name: str
    form: str


def skeletons(dice: Dice, n: int, *, name: str = "skeleton") -> list[Skeleton]:
    """Put together ``n`` skeletons of one gang, each with slots of its own."""
    heads = dice.some(_HEADS, n) if n <= len(_HEADS) else [dice.one(_HEADS) for _ in range(n)]
    found = []
    for number, head in enumerate(heads):
        mark = dice.common(("，", "！", "。", "~", " "))
        parts = [head, *dice.some(_BODIES, dice.whole(1, 3)), dice.one(_TAILS)]
        form = mark.join(parts) + dice.one("。！~～ ")
        for name_of, ways in _WORDS.items():
            form = form.replace(f"<{name_of}>", "{" + "|".join(ways) + "}")
        # The first way of each choice is the one that this skeleton was written with.
        form = _settled(dice, form)
        form = re.sub(r"\{([^{}]*)\}", lambda choice: _reordered(dice, choice[1]), form)
        found.append(Skeleton(f"{name}-{number + 1:02d}", form))
    return found


def _settled(dice: Dice, form: str) -> str:
    """Settle choices that stand inside others, so that every slot is a plain list of ways."""
    return re.sub(r"(\{[^{}]*)\{([^{}]*)\}", lambda m: m[1] + dice.one(m[2].split("|")), form)


def _reordered(dice: Dice, ways: str) -> str:
    return "{" + "|".join(dice.shuffled(ways.split("|"))) + "}"


def filled(dice: Dice, skeleton: Skeleton, trade: Trade, *, freedom: float) -> str:
    """Fill a skeleton.

    Args:
        dice: Chance of the review.
        skeleton: Which.
        trade: What is praised.
        freedom: How many of the slots vary (0-1); the others say their first way.
    """
    form = _frozen(dice, skeleton.form, freedom)
    return spin(dice, form, {"good": trade.goods[0]}).strip()


def _frozen(dice: Dice, form: str, freedom: float) -> str:
    """Return ``form`` with all but a share of its choices settled to their first way."""
    kept: list[str] = []
    at = 0
    while (start := form.find("{", at)) >= 0:
        end = form.index("}", start)
        choice = form[start : end + 1]
        settled = choice[1:-1].split("|")[0]
        kept += [form[at:start], choice if dice.chance(freedom) else settled]
        at = end + 1
    return "".join([*kept, form[at:]])


_NOTHING = lines("""
    {质量|品质}{很好|不错|有保证}，{服务|态度}{周到|热情}，{物流|发货}{快|及时}，{下次|以后}{还来|再买}
    {非常|十分}{满意|喜欢}，{好评|五星好评|全五星}！
    {东西|宝贝}{收到|已收到}，{很|非常}{好|棒|喜欢}，{谢谢|感谢}{店家|老板|卖家}
    {好店|好卖家}，{好宝贝|好服务}，{好评|必须好评}{！|！！|}
    {超|特别|真的}{值|好}，{推荐|强烈推荐}{大家|给大家}{购买|入手}
    {第<n>次|多次}{购买|光顾}了，{一如既往的好|依旧满意|还是那么好}
    {完美|太棒了|很赞}的{一次|}{购物|网购}体验，{五分|满分}
    {卖家|掌柜}{诚信|实在|靠谱}，{货真价实|童叟无欺}，{大家放心|值得信赖}
""")


def empty_praise(dice: Dice) -> str:
    """Return praise that fits whatever was bought."""
    return spin(dice, dice.one(_NOTHING), {"n": str(dice.whole(2, 5))})


_DRAFT = (
    (
        "{周末|这周|昨天}{跟|和}{闺蜜|朋友|家人}来{打卡|探店}{了|}<shop>",
        "{种草|收藏}{很久|好久}的<shop>{终于|总算}{来了|打卡了}",
        "{路过|逛街}{发现|看到}{一家|这家}{宝藏|神仙}店<shop>",
    ),
    (
        "{环境|装修}{很|超级|特别}{有氛围感|出片|温馨}，{随手一拍|怎么拍}都{好看|是大片}",
        "{一进门|店里}{灯光|布置}{柔和|高级}，{适合|很适合}{拍照|约会|聚餐}",
    ),
    (
        "{必点|招牌|首推}的<dish>{外酥里嫩|入口即化|汁水饱满}，{一口|咬下去}{满足|爆汁}",
        "<dish>{分量足|料很足}，{味道|口味}{层次丰富|浓郁不腻}，{绝了|yyds}",
    ),
    (
        "{服务员|小姐姐|店员}{态度|服务}{超好|热情|周到}，{全程|一直}{加水|换盘}{很勤|贴心}",
        "{服务|态度}{没话说|满分}，{主动|还会}{介绍菜品|帮忙拍照}",
    ),
    (
        "{人均|平均}<k>{左右|}，{性价比很高|价格友好}，{团购|套餐}{更划算|巨值}",
        "{双人餐|套餐}{够两个人吃|吃得很饱}，{价格美丽|才<k>，实惠}",
    ),
    (
        "{推荐|安利}{给|}{大家|姐妹们|宝子们}，{下次|还会}{再来|二刷}",
        "{不踩雷|闭眼冲}，{地址|定位}{放这了|在图里}，{快来|冲}",
    ),
)
"""What an agency's draft says, point by point; each point can be put in several ways."""

_DISHES = listed("酸汤肥牛 炭烤羊排 黑松露披萨 椒麻鸡 蒜蓉粉丝虾 厚切牛舌 榴莲酥 清蒸鲈鱼 铁锅焖面")


@dataclass(frozen=True)
class Draft:
    """One draft of an agency: its points in order, as first written."""

    points: tuple[str, ...]
    words: dict[str, str]

    @property
    def text(self) -> str:
        """The draft as the agency keeps it."""
        return "，".join(self.points) + "！"


def draft(dice: Dice, *, shop: str) -> Draft:
    """Write a draft for a restaurant."""
    words = {"shop": shop, "dish": dice.one(_DISHES), "k": str(dice.whole(38, 160))}
    points = tuple(spin(dice, dice.one(ways), words) for ways in _DRAFT)
    return Draft(points, words)


def descended(dice: Dice, source: Draft, *, level: int) -> str:
    """Write a review down from a draft; from level to level less of its words stay.

    Level 0 changes the punctuation, 1 a point or two, 2 most of them and their order, 3 all but
    the facts (the dish, the price, the order of praise), with something of one's own.
    """
    share = (0.0, 0.3, 0.65, 0.95)[level]
    points = [
        spin(dice, dice.one(ways), source.words) if dice.chance(share) else point
        for ways, point in zip(_DRAFT, source.points, strict=True)
    ]
    if level >= 1 and dice.chance(0.4):
        del points[dice.whole(1, len(points) - 1)]
    if level >= 2:
        first, *middle = points
        points = [first, *(dice.shuffled(middle) if dice.chance(0.6) else middle)]
    if level == 3:
        points.insert(dice.whole(1, len(points)), spin(dice, dice.one(_OWN), {"k": "2"}))
    mark = dice.one(("，", "，", "！", "～", "\n", "✨"))
    return mark.join(points) + dice.one(("", "！", "～", "。", "💕"))


_OWN = lines("""
    {停车|地铁}{方便|就在楼下}，{导航|跟着导航}能到
    {我们|两个人}{六点|七点半}到的{，|}{没怎么等|等了一小会}
    {对象|男朋友}{吃得|}{比我还快|一直夸}
    {带|}{娃|小朋友}{也|都}{喜欢|吃了不少}
    {下雨天|加班完}{来一顿|过来}{治愈|舒服}
""")


def off_the_page(dice: Dice, trade: Trade, *, level: int) -> str:
    """Return praise copied from what the seller's page boasts of."""
    boasts = dice.some(trade.boasts, dice.whole(2, 4))
    mark = dice.one(("，", "，", "、", " "))
    if level >= 2:
        boasts = [spin(dice, dice.one(_AS_OWN), {"boast": boast}) for boast in boasts]
    head = dice.one(("", "", f"{dice.one(trade.goods)}，", "这款", "宝贝"))
    return head + mark.join(boasts) + dice.one(("", "，好评", "，值得购买", "！", "，推荐"))


_AS_OWN = lines("""
    {真的是|确实}<boast>
    <boast>{，没骗人|，名副其实|}
    {最喜欢|喜欢}它<boast>
""")


def page_of(dice: Dice, trade: Trade) -> str:
    """Return a title and description as a seller writes them."""
    good = dice.one(trade.goods)
    return f"{good} {' '.join(dice.shuffled(trade.boasts))}"
