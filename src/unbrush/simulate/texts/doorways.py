"""Doorways: pages that are there to be found: one number, other people's names, every place."""

from dataclasses import dataclass

from unbrush.simulate.texts import contacts
from unbrush.simulate.texts.articles import TOPICS, article
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.names import brand
from unbrush.simulate.texts.page import Block, Page
from unbrush.simulate.texts.places import CITIES, City, hotline
from unbrush.simulate.texts.spin import Words, lines, spin


@dataclass(frozen=True)
class Family:
    """One sort of spam.

    Attributes:
        makers: Forms of the names that it claims to speak for.
        title: Forms of titles.
        body: Forms of lines about the service.
        offers: Forms of what the service is called.
    """

    makers: tuple[str, ...]
    title: tuple[str, ...]
    body: tuple[str, ...]
    offers: tuple[str, ...]


_CONNECT = lines("""
    {24小时|全天候}{服务热线|售后电话|报修电话}：<number>
    {全国|各区|就近}{统一|}{客服|服务}{热线|电话}<number>{（点击咨询）|（可拨打）|}
    <maker><offer>电话<number>
    {温馨提示|重要提示}：<maker><offer>{请认准|请拨打}<number>
    <maker>{官网|官方}<offer>{电话|热线}号码{：|}<number>{/|，}<number>
""")

FAMILIES = {
    "appliance": Family(
        ("<b>{空调|热水器|壁挂炉|冰箱|洗衣机|燃气灶|油烟机}", "<b>{中央空调|集成灶|地暖}"),
        (
            "<maker><offer>电话-{全国|24小时}{统一|}{人工|}客服热线<number>",
            "<maker>{维修|售后}服务{网点|中心}{查询|电话}{2025已更新|（今日更新）|}<number>",
        ),
        lines("""
            <maker>{维修|售后}{中心|服务}{为|给}{广大|}用户{提供|}{上门|快速}{维修|安装|清洗|移机}{服务|}，{不通电|漏水|不启动|显示E<n>}{故障|问题}{一站式|}解决
            {本|我}{中心|公司}{拥有|配备}{专业|资深}{师傅|技师}<n>0{余名|多名}，{就近|半小时}{派单|上门}，{先检测|先报价}后维修，{修不好|未修复}不收费
            {维修|服务}{项目|范围}：{不制冷|不制热|点不着火|熄火|噪音大|不排水|跳闸}、{加氟|换主板|除垢|换水箱}、{清洗|保养|拆装}
            {维修|售后}{质保|保修}{九十|180}天，{同一|}故障{免费|再次}{上门|处理}，{配件|零件}{原厂|正品}，{明码|}{标价|收费合理}
            {如何|怎样}{联系|拨打}<maker>{官方|}客服？{用户|您}可{拨打|致电}<number>，{人工|客服}{24小时|全天}在线
        """),
        ("售后维修", "24小时售后服务", "维修服务中心", "厂家客服"),
    ),
    "lock": Family(
        ("<b>{指纹锁|智能锁|密码锁}", "<b>{防盗门|保险柜|智能门锁}"),
        (
            "<maker>{全国|}{24小时|}<offer>电话<number>",
            "<maker><offer>-{各区|全国}{统一|}服务热线{是多少|号码}",
        ),
        lines("""
            <maker>{打不开|没电|指纹失灵|显示乱码}{怎么办|如何处理}，{请|}{拨打|联系}<maker><offer>热线<number>
            <maker>{开锁|换锁芯|安装|改密码}{上门|}{快至|最快}<n>0分钟{到达|}，{公安|110}备案{单位|}，{持证|}上岗
            {专业|承接}{开|修|换}{防盗门|保险柜|汽车|密码箱}{锁|}，{不破坏|无损}{开启|}，{随叫|24小时}随到
            <maker>{服务|售后}{网点|站}{遍布|覆盖}{全国|各省市}{县区|}，{就近|}{安排|指派}{师傅|技术员}
            {收费|价格}{透明|合理}，{满意|修好}{后|再}付款，{拒绝|杜绝}{乱收费|加价}，<maker><offer><number>
        """),
        ("售后服务", "24小时服务", "人工客服", "开锁换锁"),
    ),
    "bank-airline": Family(
        ("<b>{航空|银行|消费金融|保险|购票网}", "<b>{信用卡|分期|旅行网}"),
        (
            "<maker>{人工|}客服{电话|热线}<number>{退改签|退款|注销|协商还款}",
            "<maker><offer>电话{是多少|查询}{（最新）|24小时人工}<number>",
        ),
        lines("""
            <maker>{航班取消|改签|退票|延误}{如何|怎么}{退款|办理}？{请|}{致电|拨打}<maker>{人工|}客服<number>
            {您|用户}的{额度|账户|订单|保单}{如有|出现}{异常|逾期|扣款}{问题|}，{可|请}{联系|咨询}<maker><offer>：<number>
            <maker>{协商|延期}还款、{注销|关闭}{会员|自动续费}、{投诉|退保}{专线|渠道}<number>{，工号<n>0<n>为您服务|}
            {人工|在线}{服务时间|客服}{：|为}{8:00-22:00|全天24小时}，{普通话|中英文}{服务|}，{免长途费|市话收费}
            {热门|常见}问题：<maker>{怎么|如何}{转人工|取消|退款}{？|，}{按0|直接说}{转|}{人工|客服}<number>
        """),
        ("客服", "人工服务", "退改签专线", "24小时人工客服"),
    ),
    "loan": Family(
        ("<b>{空放|贷款|信贷|金服}", "{本地|私人|急用钱}<b>{借贷|放款}"),
        (
            "{<city>|全国}<maker>{当天放款|不看征信|无抵押}-<number>",
            "<maker>{上门|本地}{办理|面签}{急用钱|应急}<number>",
        ),
        lines("""
            <maker>{黑白户|负债高|花户}{均可|都能}{办理|下款}，{额度|}<n>千到<n>0万，{最快|}<n>0分钟{到账|放款}
            {凭|只需}{身份证|工资卡|车|房|手机}{即可|就能}{办理|借款}，{不上征信|不打电话|无前期费用}，{利息|费用}{低|面谈}
            {还款|周期}{灵活|可选}：{先息后本|等额|日还|月还}，{本地|}{有|}门店{可|}{面签|上门}，<number>
            {大学生|上班族|个体户|宝妈}{应急|周转}{找|首选}<maker><offer><number>{（微信同号）|}
            {正规|多年}{公司|平台}，{诚信|}{经营|放款}，{同行|中介}{勿扰|免谈}，<maker>{咨询|电话}<number>
        """),
        ("急速放款", "空放", "借款电话", "私借"),
    ),
    "removal": Family(
        ("<b>{搬家|疏通|保洁|拆旧}", "<b>{管道疏通|家电回收|长途搬家|开荒保洁}"),
        (
            "<city><maker>{公司|}电话{附近|24小时}-<number>",
            "{附近|就近}<maker><offer>{上门|}电话<number>",
        ),
        lines("""
            <maker>{专业|承接}{居民|公司|长短途}{搬家|搬迁|拆装|吊装}，{钢琴|空调|家具}{打包|搬运}{一条龙|}，<number>
            {马桶|下水道|地漏|蹲坑}{堵了|返味}{找|就找}<maker>，{高压|机器}疏通{化粪池|管道}，{不通|不满意}不收费
            {高价|上门}回收{旧空调|旧家具|电脑|酒店设备}，{现金|当场}结算，<maker><offer><number>
            {面包车|厢货|金杯}{出租|配司机}，{起步|}价<n>0元{起|}，{24小时|节假日}{不休|营业}，{随叫随到|提前预约优惠}
            {老|多年}{品牌|公司}{信得过|服务好}，{各区|全城}{设|有}{分点|分部}<n>0处，<maker>{热线|电话}<number>
        """),
        ("上门服务", "24小时服务", "服务电话", "价格表"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Ring:
    """Whoever puts up several pages: one sort of spam, a few numbers, the names it claims."""

    family: str
    numbers: tuple[str, ...]
    brands: tuple[str, ...]


def ring(dice: Dice, *, level: int, family: str = "") -> Ring:
    """Draw whoever puts up pages."""
    numbers = tuple(_number(dice) for _ in range(1 if level < 3 else dice.whole(1, 3)))
    brands = tuple(brand(dice) for _ in range(dice.common((2, 3, 4, 6, 9))))
    return Ring(family or dice.one(tuple(FAMILIES)), numbers, brands)


def doorway(
    dice: Dice,
    *,
    level: int,
    family: str = "",
    with_article: bool | None = None,
    of: Ring | None = None,
) -> Page:
    """Make a page of spam, alone or with an article that has nothing to do with it.

    Level 0 fills one template and names one number; 1 varies it, 2 writes the number in other
    ways and shortens the lists, 3 names several numbers and few places. Where the article stands
    is drawn: behind, before, or in the middle.
    """
    of = of or ring(dice, level=level, family=family)
    kind = FAMILIES[of.family]
    brands = dice.some(of.brands, dice.common((1, 1, 2, 3, 6)))
    words = {
        "maker": [spin(dice, dice.one(kind.makers), {"b": b}) for b in brands],
        "offer": kind.offers,
        "number": [_shown(dice, number, level=level) for number in of.numbers],
        "city": CITIES[:12],
    }
    spam = _spam(dice, kind, words, level=level)
    title = _said(dice, dice.one(kind.title), words)
    blocks, headed = spam, "doorway"
    if dice.chance(0.6) if with_article is None else with_article:
        blocks, where, headline = _with_article(dice, spam)
        if where == "before" and dice.chance(0.6):
            title, headed = headline, "article"
    text = "\n".join([title, *(line for block in blocks for line in block.lines)])
    return Page(
        title,
        blocks,
        "doorway",
        of.family,
        [n for n, shown in zip(of.numbers, words["number"], strict=True) if shown in text],
        [name for name in brands if name in text],
        f"{of.family}-level{level}",
        headed,
    )


def _with_article(dice: Dice, spam: list[Block]) -> tuple[list[Block], str, str]:
    """Return blocks with an article among them, where it stands, and its headline."""
    headline, paragraphs = article(dice)
    story = [Block("article", [headline], "heading")] if dice.chance(0.7) else []
    story.append(Block("article", paragraphs))
    where = dice.weighed({"behind": 0.65, "before": 0.15, "middle": 0.2})
    cut = {"behind": len(spam), "before": 0, "middle": max(1, len(spam) // 2)}[where]
    return [*spam[:cut], *story, *spam[cut:]], where, headline


def specimen(dice: Dice) -> Page:
    """Make a page of the measures of one that was published: number x10, brand x16, 407 places."""
    number, name = hotline(dice), brand(dice)
    maker = f"{name}指纹锁"
    heads = [
        f"{maker}客服电话：{number}",
        f"{maker}全国各市售后服务点热线号码：{number}",
        f"{maker}售后维修电话{number}，{name}",
        f"{maker}24小时人工客服热线{number}",
        f"{maker}厂家总部电话：{number}",
        f"{maker}服务中心，{maker}统一报修{number}",
        f"{maker}上门维修热线{number}（温馨提示：即可拨打）",
        f"{maker}维修服务可享受7天24小时报修",
        f"{maker}换锁芯、改密码、开锁{number}",
        f"{maker}各区维修网点查询",
        f"{maker}特约维修，质保三个月",
        "全国服务区域：",
    ]
    ends = [f"{maker}售后网点电话：{number}", f"{maker}，让您放心{number}"]
    spam = [heads, _many_places(dice), ends]
    blocks = [Block("doorway", said, "list") for said in spam]
    stories = [article(dice, topic=topic, is_whole=True) for topic in dice.some(TOPICS, 6)]
    blocks.append(Block("article", [stories[0][0]], "heading"))
    blocks.append(Block("article", ["".join(paragraphs) for _, paragraphs in stories]))
    title = f"{maker}24小时售后服务电话"
    return Page(title, blocks, "doorway", "specimen", [number], [name], "specimen")


def _many_places(dice: Dice) -> list[str]:
    """Return the 54 lines of the specimen: 407 names of places, 382 of them different."""
    seen = {str(city) for city in CITIES}
    left = 382 - len(seen)
    said = []
    for number, city in enumerate(dice.shuffled(CITIES)):
        new = [d for d in city.districts if d not in seen]
        new = new[: -(-left // (len(CITIES) - number))]
        seen.update(new)
        left -= len(new)
        said.append(f"{city}市（{'、'.join(new)}）" if new else f"{city}市")
    return [*said, f"热门城市：{'、'.join(f'{c}市' for c in dice.some(CITIES, 407 - 382))}"]


def _number(dice: Dice) -> str:
    return hotline(dice) if dice.chance(0.75) else contacts.phone(dice)


def _shown(dice: Dice, number: str, *, level: int) -> str:
    if level < 2 or dice.chance(0.4):
        return number
    return contacts.hidden(dice, number, level=min(level, dice.whole(1, 3)))


def _said(dice: Dice, form: str, words: Words) -> str:
    return spin(dice, form, {**words, "n": str(dice.whole(1, 9))})


def _spam(dice: Dice, kind: Family, words: Words, *, level: int) -> list[Block]:
    body = [_said(dice, form, words) for form in dice.shuffled(kind.body)]
    for _ in range(dice.whole(2, 7) if level < 3 else dice.whole(1, 3)):
        body.insert(dice.whole(0, len(body)), _said(dice, dice.one(_CONNECT), words))
    mark = dice.one(("", "。", "！", "")) if level else ""
    blocks = [Block("doorway", [line + mark for line in body], dice.one(("list", "prose")))]
    n_places = ((120, 420), (60, 300), (30, 140), (0, 40))[level]
    some = dice.one((CITIES, CITIES, CITIES[:20]))
    if named := _place_lines(dice, n_places=dice.whole(*n_places), cities=some):
        blocks.append(Block("doorway", named, "list"))
    if dice.chance(0.6):
        tail = [_said(dice, dice.one(_CONNECT), words) for _ in range(dice.whole(1, 3))]
        blocks.append(Block("doorway", tail, "list"))
    return blocks


def _place_lines(dice: Dice, *, n_places: int, cities: tuple[City, ...]) -> list[str]:
    """Return lines that name ``n_places`` places, cities and their districts."""
    form = dice.one(_PLACE_FORMS)
    mark = dice.one(("、", "、", " ", "，", "/"))
    left, said, seen = n_places, [], set[str]()
    for city in dice.shuffled(cities):
        if left < 2:
            break
        new = [d for d in city.districts if d not in seen][: left - 1]
        seen.update(new)
        left -= 1 + len(new)
        said.append(spin(dice, form, {"city": str(city), "districts": mark.join(new)}))
    return said


_PLACE_FORMS = lines("""
    <city>市（<districts>）
    <city>:<districts>
    <city>市<districts>
    {<city>市|<city>}服务区域：<districts>
""")
