"""Plain pages: honest ones that name many places, many numbers, or one number many times."""

# ruff: noqa: E501 - a form of a sentence stands on one line, however wide

from collections.abc import Callable

from unbrush.simulate.texts.articles import article
from unbrush.simulate.texts.buying import TRADES
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.names import brand, company, eatery, person
from unbrush.simulate.texts.page import Block, Page
from unbrush.simulate.texts.places import CITIES, City, address, hotline, landline
from unbrush.simulate.texts.reviewing import review
from unbrush.simulate.texts.spin import lines, spin


def _plain(title: str, *blocks: Block) -> Page:
    return Page(title, list(blocks), "plain", "")


def _some_cities(dice: Dice, low: int, high: int) -> list[City]:
    return dice.some(CITIES, dice.whole(low, high))


def branch_list(dice: Dice) -> Page:
    """A chain's branches: a name, an address and a number of its own each."""
    name = brand(dice)
    trade = dice.one(("眼镜", "牙科", "汽修", "药房", "培训", "健身", "家政", "手机维修"))
    rows = [
        f"{name}{trade}{city}{dice.one(city.districts)[:-1]}店\t{address(dice, city)}\t{landline(dice, city)}"
        for city in _some_cities(dice, 6, 45)
    ]
    hours = f"营业时间：{dice.one(('9:00-21:00', '10:00-22:00', '8:30-18:00'))}，节假日{dice.one(('不休', '请先致电门店确认'))}。"
    return _plain(
        f"{name}{trade}门店查询",
        Block(
            "plain",
            [f"{name}{trade}在全国共有直营门店{len(rows)}家，以下门店电话均为当地固定电话。"],
        ),
        Block("plain", rows, "table"),
        Block("plain", [hours, f"投诉与建议请拨打总部 {hotline(dice)}（工作日9:00-18:00）。"]),
    )


def service_network(dice: Dice) -> Page:
    """A maker's own after-sales page: one brand, one hotline, stations with addresses."""
    name, hot = brand(dice), hotline(dice)
    good = dice.one(("空调", "热水器", "智能门锁", "净水器", "油烟机", "电动车"))
    rows = [
        f"{city}服务站\t{address(dice, city)}\t{landline(dice, city)}\t{person(dice)[0]}经理"
        for city in _some_cities(dice, 8, 40)
    ]
    return _plain(
        f"服务与支持 - {name}{good}",
        Block("plain", [
            f"{name}{good}整机保修{dice.one('一三六')}年，凭发票或电子保修卡享受服务。",
            f"服务热线：{hot}（7×24小时）",
            "上门服务人员须佩戴工牌，收费前请索取价目表，费用以系统工单为准。",
        ]),
        Block("plain", rows, "table"),
        Block("plain", [f"若需查询进度，请在公众号“{name}服务”输入工单号，或致电{hot}。",
                        f"© 2025 {name}电器股份有限公司"]),
    )  # fmt: skip


def county_notice(dice: Dice) -> Page:
    """A notice of an authority that goes to all counties."""
    city = dice.one(CITIES)
    topic = dice.one(
        (
            "城乡居民医保缴费",
            "高标准农田建设",
            "秸秆禁烧",
            "冬春季森林防火",
            "义务教育招生",
            "消费券发放",
        )
    )
    where = "、".join(city.districts)
    others = "、".join(f"{c}市" for c in _some_cities(dice, 5, 21))
    year = dice.whole(2021, 2025)
    return _plain(
        f"关于做好{year}年度{topic}工作的通知",
        Block("plain", [
            f"{city[0]}政办发〔{year}〕{dice.whole(3, 98)}号",
            f"{where}人民政府（管委会），市直各有关单位：",
            f"为做好全市{topic}工作，根据省有关文件精神，经市政府同意，现就有关事项通知如下。",
            "一、提高认识，加强领导。各地要建立工作专班，明确责任人和时限，层层压实责任。",
            f"二、明确任务。{dice.one(city.districts)}、{dice.one(city.districts)}先行试点，其他地区于{dice.whole(3, 12)}月底前完成。",
            f"三、严肃纪律。对弄虚作假的，予以通报。举报电话：{landline(dice, city)}。",
            *([f"抄送：{others}。"] if dice.chance(0.6) else []),
            f"{city}市人民政府办公室",
            f"{year}年{dice.whole(1, 12)}月{dice.whole(1, 28)}日",
        ]),
    )  # fmt: skip


def directory(dice: Dice) -> Page:
    """A directory of authorities: each with its own number."""
    city = dice.one(CITIES)
    what = dice.one(
        (
            "市场监督管理局",
            "人力资源和社会保障局",
            "公安分局",
            "税务局",
            "医疗保障局",
            "不动产登记中心",
        )
    )
    rows = [
        f"{district}{what}\t{dice.one(('办公室', '咨询窗口', '值班'))}\t{landline(dice, city)}\t{address(dice, city)}"
        for district in city.districts
    ]
    short = dice.one(("12345", "12315", "12333", "110", "12366", "12393"))
    return _plain(
        f"{city}市{what}联系方式",
        Block(
            "plain",
            [f"统一咨询投诉热线：{short}（24小时）。窗口办公时间为工作日9:00-12:00、13:30-17:00。"],
        ),
        Block("plain", rows, "table"),
    )


def contact_page(dice: Dice) -> Page:
    """A firm's contact page."""
    city = dice.one(CITIES)
    firm, name = company(dice, city), brand(dice)
    return _plain(
        f"联系我们 - {firm}",
        Block("plain", [
            firm, f"地址：{address(dice, city)}", f"电话：{landline(dice, city)}",
            f"传真：{landline(dice, city)}", f"邮编：{dice.whole(100000, 850000)}",
            f"全国服务热线：{hotline(dice)}", f"商务合作：{name}@{dice.one(('mail', 'corp'))}.example",
        ], "list"),
        Block("plain", [f"{firm}成立于{dice.whole(1996, 2021)}年，主要从事{dice.one(('仓储设备', '水处理', '软件开发', '农机配件'))}的研发与销售，产品销往{'、'.join(_some_cities(dice, 2, 6))}等地。"]),
    )  # fmt: skip


def coverage(dice: Dice) -> Page:
    """A carrier's list of where it delivers: one hotline, very many places."""
    name, hot = brand(dice), hotline(dice)
    rows = [
        f"{city}：{'、'.join(dice.kept(city.districts, dice.whole(4, 16)))}{dice.one(('', '（部分乡镇自提）', '（次日达）', '（隔日达）'))}"
        for city in _some_cities(dice, 12, 50)
    ]
    return _plain(
        f"{name}{dice.one(('快运', '冷链', '物流', '同城配送'))}派送范围查询（{dice.whole(2023, 2025)}年{dice.whole(1, 12)}月）",
        Block("plain", [f"以下区域支持上门派送，超区件将转至就近网点自提，运费以{dice.one(('下单页', '运单'))}为准。"]),
        Block("plain", rows, "list"),
        Block("plain", [
            f"首重1公斤{dice.whole(6, 14)}元，续重每公斤{dice.whole(1, 6)}元；{dice.one(('海岛', '高原', '港口作业区'))}另计。",
            f"如遇天气原因停运，会在本页公告。客服电话{hot}，周一至周日8:00-20:00。",
        ]),
    )  # fmt: skip


def exam_notice(dice: Dice) -> Page:
    """A list of places where an exam is sat."""
    what = dice.one(
        ("教师资格考试", "英语四级考试", "公务员录用考试", "护士执业资格考试", "会计初级考试")
    )
    rows = [
        f"{number:02d}\t{city}{dice.one(city.districts)}考点\t{dice.one(('第一中学', '职业技术学院', '实验学校', '师范学院'))}\t{landline(dice, city)}"
        for number, city in enumerate(_some_cities(dice, 10, 45), 1)
    ]
    return _plain(
        f"{dice.whole(2022, 2025)}年{what}考点设置及咨询电话",
        Block(
            "plain",
            [
                "考生须携带身份证和准考证，开考15分钟后不得入场。请提前熟悉路线，勿轻信“包过”“答案”信息。"
            ],
        ),
        Block("plain", rows, "table"),
    )


def weather_notice(dice: Dice) -> Page:
    """A forecast by district."""
    cities = _some_cities(dice, 1, 3)
    rows = [
        f"{district}\t{dice.one(('晴', '多云', '小雪', '阴', '雨夹雪'))}\t{dice.whole(-9, 2)}～{dice.whole(3, 14)}℃\t{dice.one(('北风', '西北风'))}{dice.whole(2, 5)}级"
        for city in cities
        for district in city.districts
    ]
    return _plain(
        f"{cities[0]}市气象台{dice.whole(1, 12)}月{dice.whole(1, 28)}日天气预报",
        Block(
            "plain",
            [
                f"预计今天夜间到明天，{'、'.join(cities)}等地气温下降{dice.whole(3, 9)}℃，请注意防寒保暖和用火安全。"
            ],
        ),
        Block("plain", rows, "table"),
        Block("plain", [f"气象服务热线 12121，灾情上报 {landline(dice, cities[0])}。"]),
    )


def news(dice: Dice) -> Page:
    """An article, alone or with others."""
    head, paragraphs = article(dice)
    blocks = [Block("plain", paragraphs)]
    if dice.chance(0.4):
        other, more = article(dice)
        blocks += [Block("plain", [other], "heading"), Block("plain", more)]
    return _plain(head, *blocks)


def travel(dice: Dice) -> Page:
    """A travel report that names places on the way."""
    head, paragraphs = article(dice, topic="travel")
    route = " → ".join(_some_cities(dice, 3, 9))
    return _plain(head, Block("plain", [f"路线：{route}"]), Block("plain", paragraphs))


def local_service(dice: Dice) -> Page:
    """A small firm that serves one city: its own name, its own number, its own streets."""
    city = dice.one(CITIES)
    name = brand(dice)
    trade = dice.one(("搬家", "开锁", "空调维修", "保洁", "管道疏通", "电脑维修"))
    number = landline(dice, city)
    areas = "、".join(dice.kept(city.districts, dice.whole(3, len(city.districts))))
    reviews = [
        f"{person(dice)[0]}女士：{review(dice, trade=TRADES['appliances']).text}"
        for _ in range(dice.whole(0, 3))
    ]
    return _plain(
        f"{city}{name}{trade}",
        Block("plain", [
            f"我们是一家开在{dice.one(city.districts)}的{trade}店，{dice.whole(2, 12)}个师傅，做了{dice.whole(3, 20)}年。",
            f"主要服务{areas}，太远的地方我们过不去，会帮您介绍同行。",
            f"价格：上门费{dice.whole(20, 60)}元，{trade}{dice.whole(60, 200)}元起，楼层、远近另说，先报价再干活。",
            f"店里地址：{address(dice, city)}，电话 {number}，{person(dice)[0]}师傅。",
        ]),
        *([Block("plain", reviews)] if reviews else []),
    )  # fmt: skip


def area_codes(dice: Dice) -> Page:
    """A table for reference: codes of places."""
    what = dice.one(("区号", "邮政编码", "车牌", "高铁站"))
    rows = [
        f"{city}\t{city.code if what == '区号' else dice.digits(6)}\t{'、'.join(dice.kept(city.districts, dice.whole(2, 9)))}"
        for city in _some_cities(dice, 15, 55)
    ]
    return _plain(
        f"全国主要城市{what}对照表",
        Block(
            "plain",
            [f"本表按城市整理，更新于{dice.whole(2022, 2025)}年，如有调整以主管部门公布为准。"],
        ),
        Block("plain", rows, "table"),
    )


def faq(dice: Dice) -> Page:
    """Questions and answers of one service, which names its one hotline again and again."""
    name, hot = brand(dice), hotline(dice)
    asked = dice.some(_ASKED, dice.whole(4, len(_ASKED)))
    said = [
        spin(dice, form, {"name": name, "hot": hot, "n": str(dice.whole(2, 15))}) for form in asked
    ]
    return _plain(f"{name}帮助中心 - 常见问题", Block("plain", said))


_ASKED = lines("""
    问：怎么查物流？答：登录后在“我的订单”里查看，{两天|48小时}没有更新的，请拨打{客服|}<hot>。
    问：退款多久到账？答：审核通过后<n>个工作日内原路退回，{银行卡|信用卡}以银行为准。
    问：发票怎么开？答：下单时勾选，或在订单完成后<n>天内补开，电子发票发到邮箱。
    问：保修期内需要付上门费吗？答：不需要。若师傅收费，请保留凭证并致电<hot>核实。
    问：怎样辨别假冒客服？答：<name>只有<hot>一个热线，不会让您转账、不会索要验证码。
    问：能改地址吗？答：发货前可以在订单页修改，发货后请联系<hot>试着拦截。
    问：哪些地方不送？答：部分海岛和高山乡镇暂不送达，下单页会提示。
    问：营业时间？答：人工服务每天8:00到22:00，其余时间可留言，<n>小时内回复。
""")


def eateries(dice: Dice) -> Page:
    """A local guide: restaurants with addresses and numbers."""
    city = dice.one(CITIES)
    rows = [
        f"{eatery(dice)}\t{address(dice, city)}\t人均{dice.whole(20, 260)}元\t{landline(dice, city)}"
        for _ in range(dice.whole(5, 14))
    ]
    said = review(dice, trade=TRADES["meals"]).text
    return _plain(
        f"{city}本地人常去的{len(rows)}家馆子",
        Block("plain", ["没有收任何店家的钱，按我自己去的次数排。"]),
        Block("plain", rows, "table"),
        Block("plain", [said]),
    )


PLAIN: dict[str, Callable[[Dice], Page]] = {
    "area-codes": area_codes,
    "branch-list": branch_list,
    "contact-page": contact_page,
    "county-notice": county_notice,
    "coverage": coverage,
    "directory": directory,
    "eateries": eateries,
    "exam-notice": exam_notice,
    "faq": faq,
    "local-service": local_service,
    "news": news,
    "service-network": service_network,
    "travel": travel,
    "weather-notice": weather_notice,
}
"""Every population of honest pages."""


def plain_page(dice: Dice, *, kind: str = "") -> Page:
    """Make an honest page."""
    kind = kind or dice.one(tuple(PLAIN))
    page = PLAIN[kind](dice)
    page.kind = kind
    return page
