"""Calls: what is posted, sent or printed to buy praise, with what it asks for and offers."""

# ruff: noqa: E501 - a form of a sentence stands on one line, however wide

from dataclasses import dataclass, field
from typing import Any

from unbrush.simulate.texts.buying import TRADES
from unbrush.simulate.texts.contacts import Contact, contact
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.masks import masked
from unbrush.simulate.texts.names import eatery, item_of, shop_of
from unbrush.simulate.texts.spin import lines, listed, spin


@dataclass
class Call:
    """One text that is not just talk.

    Attributes:
        text: As it was posted.
        label: paid-praise, scam-bait or neutral.
        kind: Which sort of it.
        contacts: How its author wants to be reached.
        fields: What it says, as far as it does: shop, item, keyword, reward, reward_minor, stars,
            minutes, photos, letters, steps, goods.
    """

    text: str
    label: str
    kind: str
    contacts: list[Contact] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """Ways to put one sort of call, and what it offers."""

    reward: str
    forms: tuple[str, ...]


CALLS: dict[str, Form] = {
    "free-meal": Form("free", lines("""
        {【免费吃】|🔥霸王餐🔥|福利来啦！|}<shop>{打卡拍照|到店打卡}、发布五星好评，免费享用<set>{，限<n>名|，名额有限|}
        <shop>{招募|找}<n>{位|名}{素人|吃货|探店官}，{到店|来店里}{吃饭|体验}拍<photos>张图，{点评|某点评}{写五星好评|发五星好评}<letters>字以上，{送|免单}<set>，{报名|联系}<contact>
        {姐妹们|宝子们}{有没有|谁要}{免费|0元}吃<set>的？<shop>，{要求|就}{带图五星好评|五星好评+收藏}，{文案我们给|文案已备好}，{发完|发布后}{截图|给店员看}{免单|全免}，<contact>
        {打卡|到店}{拍照发|发}{抖音+点评|点评|大众号}五星好评，{当场|立}{减免|免}<yuan>元{，每桌一份|，凭截图找服务员|}
        <shop>探店{通告|招募}📣 时间：<when> 要求：{消费后|吃完}写<letters>字五星好评+<photos>图，{先审稿|稿子审核过}再发 福利：<set>{全免|先付后返} 报名：<contact>
        {转发给|@}{爱吃的|}{闺蜜|朋友}：<shop>新{店|品}{试吃|体验}，{只要|仅需}五星好评{带图|+定位}，<set>{免费|不花钱}{，满<n>桌截止|}
        {今天|本周}{空位|档期}还有<n>个 <shop> <set> 置换 {五星好评|满分评价}<letters>字 <photos>图 {不满意的别写|不能写差的} <contact>
    """)),
    "officer": Form("free", lines("""
        {招募|急招}{产品|<good>}{体验官|用户体验官|试用官}{<n>名|}，{自己下单|先拍下}<item>，收到货{给|写}五星好评{带图|}<letters>字，{货款|本金}{红包|微信红包}{全额返|返还}{，另付<fee>元佣金|}，<contact>
        {免费领|0元得}<good>！{先下单后返现|垫付}，{确认收货|签收}后五星好评+<photos>张图，{当天|<hours>小时内}返{全款|本金}，{关键词|搜}“<keyword>”{找<shop>|}，<contact>
        【<good>体验官】1、{淘宝|打开APP}搜“<keyword>” 2、找到<shop>，{浏览|停留}<minutes>分钟 3、下单{不要用券|不走淘客} 4、收货五星好评<photos>图<letters>字 5、截图{返全款|返本金}{+<fee>元|} <contact>
        {测评|置换}{招募|}：<shop>家的<good>，{好评|五星好评}返{全款|<yuan>}，{不满意可不写|只收好评}，{有号的|}来<contact>
        {妈妈群|群里}{福利|}：<good>{免单|体验}{<n>份|}，{拍<item>|拍<yuan>那款}，{评完|好评后}{私我|找我}返{红包|<yuan>}，{评语|图片}{我发|不重样}，<contact>
    """)),
    "task-call": Form("commission", lines("""
        {放单|今日放单}：{淘宝|某宝}搜“<keyword>”，{货比三家|浏览3家}，{主宝贝|目标款}停留<minutes>分钟，{收藏|收藏加购}，下单<shop>，{第<days>天|收货后}五星好评{带图|}，佣金<fee>元{，本佣一起返|}，<contact>
        {补单|做单}{来人|缺人}，{实名号|信誉3心以上}，<good>，本金<yuan>，佣<fee>，{关键词|词}：<keyword>，{假聊|聊两句}，{看|浏览}<minutes>分钟，{隔天|<days>天后}好评，<contact>
        {接单的|有空的}{扣1|来}，<shop> <good> <yuan>元 佣金<fee> {先收藏|收藏关注}，{晚上|<hours>小时后}再拍，五星好评{图片我给|文案我发}，{远程|远程返}，<contact>
        {主持|住持}带队，<good>{单|任务}<n>个，{搜|关键字}【<keyword>】{第<n2>页|往下翻}，停<minutes>分钟{下拉到底|看完评价}，{下单|付款}，{空包|礼品}签收，五星好评，{返<yuan>+<fee>|本金加<fee>}，<contact>
        {美食|餐饮}{外卖|到店}{评价单|点评单}，<shop>，{五星好评|满分}<letters>字<photos>图，{有等级|Lv4以上}，一条<fee>元，{日结|秒结}，<contact>
    """)),
    "cash-card": Form("packet", lines("""
        {亲爱的顾客|尊敬的买家|小主}：{感谢|谢谢}{惠顾|支持}<shop>！{满意请给|给我们}五星好评{+晒图|并晒图|}，{截图|拍照}{发给|联系}客服{领|领取}<fee>元{现金|}红包{，微信秒到|}。{扫码|加}<contact>
        🧧好评返现卡🧧 {五星好评|五颗星}{<letters>字|}+<photos>图={微信|}红包<fee>元 {<contact>|扫描二维码领取} {请勿在评价中晒此卡|不要拍到本卡哦}
        {收货|收到}满意{后|的话}：①{确认收货|点评价} ②全五星好评 ③截图{联系|发}客服 ④{返|领}<fee>元 {有问题|不满意}{先|请先}联系我们，{不要|勿}{直接|}给差评
        VIP{售后|回馈}卡 {带图|晒图}五星好评{返现|返}<fee>元，{追评|30天后追评}再返<fee2>元 <contact>
        {凭|}{好评截图|五星截图}{兑|换}{<fee>元|小礼品+<fee>元}{，仅限本单|，每单一次|} —— <shop> {客服|掌柜}<contact>
    """)),
    "message": Form("packet", lines("""
        亲{，|～}{东西|宝贝}收到了吗{？|～}{喜欢|满意}的话{麻烦|帮忙}{给个|点个}五星好评{哦|呢|}，{截图|图}发我{给您|}返<fee>元{红包|}{🧧|}
        您好，{我是|这边是}<shop>{售后|客服}，{写|发}<letters>字{好评|五星好评}加<photos>张图，{返|补}您<fee>元，{微信|支付宝}都行
        {亲|您}那条{评价|中评}{方便|能不能}{改|修改}成五星好评{吗|呢}，{改完|改好}{退|返}您<yuan2>元，{货|东西}也不用退
        {帮个忙|小妹拜托}{～|，}{考核|冲销量}{呢|期间}，五星好评{带图|}{马上|}返<fee>，{别|不要}在评价里{提|写}哦
        {加|}<contact>，{好评|五星好评}{后|完}{私发|转}您<fee>元{，平台不让在这说|，这边不方便|}
        {您的|这边}{好评返现|红包}{可以领了|待领取}，{发|提供}五星好评截图+{支付宝|收款码}{，24小时内到账|}
    """)),
    "merchants": Form("commission", lines("""
        {专业|多年}{补单|淘宝补单|点评代运营}，{真人真号|实名真机}，{关键词|入口}{可控|自选}，{评价|好评}{可带图|代写}，{安全|不降权}，{商家|老板}{来聊|合作}<contact>
        {点评|外卖}{商家|店铺}{提升星级|上榜|冲好评榜}，{真人到店|达人素人}五星好评{<n>条起|包月}，{一条|单条}<fee>元，{先写后付|包存活}，<contact>
        {承接|代做}{好评|五星好评}、收藏加购、{问大家|买家秀}，{<n>年|}老{团队|工作室}，{空包|礼品代发}{配套|一条龙}，<contact>
    """)),
}  # fmt: skip
"""Every sort of call, each put in several ways."""

_SETS = lines("""
    双人套餐
    {一|}份<dish>
    价值<yuan>元{套餐|大礼包}
    {四人|三人}餐
    下午茶双人份
    火锅{锅底|套餐}
""")
_KEYWORDS = lines("""
    <trait><good>
    <good><trait>
    <good>{<trait>| }<trait>
    <trait>{2025新款|}<good>
""")
_TRAITS = {
    "shoes": listed("加绒 软底 百搭 轻便 防滑 平价 厚底 透气"),
    "clothes": listed("显瘦 加厚 小个子 宽松 韩版 百搭 纯棉 冬季"),
    "snacks": listed("独立包装 散装 低糖 网红 整箱 宿舍 无添加"),
    "fruit": listed("现摘 大果 产地直发 整箱 新鲜 5斤 孕妇"),
    "gadgets": listed("静音 大容量 快充 学生 防摔 便携 超薄"),
    "appliances": listed("家用 静音 小型 大容量 多功能 宿舍 全自动"),
    "skincare": listed("补水 敏感肌 学生 平价 保湿 秋冬 清爽"),
    "bedding": listed("纯棉 加厚 宿舍 1.8米 冬季 亲肤 水洗"),
    "books": listed("注音版 全套 正版 三年级 精装 2025 大字"),
    "meals": listed("网红 宝藏 聚餐 约会 性价比 附近"),
    "hotel": listed("近地铁 亲子 安静 江景 性价比"),
}


def call(dice: Dice, *, level: int, kind: str = "") -> Call:
    """Write a call and what it says.

    Args:
        dice: Chance of the text.
        level: How well it is disguised, 0 to 3.
        kind: One of `CALLS`; drawn if left out.
    """
    kind = kind or dice.weighed(_SHARES)
    form = dice.one(CALLS[kind].forms)
    words, reach = _words(dice, form, level=level, kind=kind)
    plain = spin(dice, form, words)
    said = _fields(CALLS[kind].reward, words, plain, form)
    text = masked(dice, plain, level=level)
    for slot, value in reach.items():
        text = text.replace(slot, value.written)
    used = [value for value in reach.values() if value.written in text]
    return Call(dressed(dice, text), "paid-praise", kind, used, said)


_SHARES = {"free-meal": 0.24, "officer": 0.2, "task-call": 0.2, "cash-card": 0.14,
           "message": 0.16, "merchants": 0.06}  # fmt: skip


def dressed(dice: Dice, text: str) -> str:
    """Add what people put around a post."""
    if dice.chance(0.12):
        text += dice.one((" #探店", " #兼职", "#福利#", " @所有人", "（转）", " 长期有效"))
    if dice.chance(0.1):
        text = dice.one(("【置顶】", "❗", "📣", "转：", "群公告：", "🔥🔥")) + text
    if dice.chance(0.12):
        text = text.replace("，", dice.one((" ", "\n", "~", "，，")))
    return text


_REACH = "\ue000"
"""Stands for a contact until masks are put on; nobody writes it."""


def _words(
    dice: Dice, form: str, *, level: int, kind: str
) -> tuple[dict[str, str], dict[str, Contact]]:
    is_meal = kind == "free-meal" or "点评单" in form or "点评" in form
    trade = TRADES["meals"] if is_meal else dice.one(_PARCELS)
    good = dice.one(trade.goods)
    yuan = dice.whole(*trade.yuan)
    fee = {"message": (2, 20), "cash-card": (2, 20), "merchants": (8, 60)}.get(kind, (3, 25))
    words = {
        "good": good,
        "shop": eatery(dice) if is_meal else shop_of(dice),
        "item": item_of(dice, good, _TRAITS[trade.name]),
        "keyword": spin(dice, dice.one(_KEYWORDS), {"good": good, "trait": _TRAITS[trade.name]}),
        "yuan": str(yuan),
        "yuan2": str(dice.whole(5, 60)),
        "fee": str(dice.whole(*fee)),
        "fee2": str(dice.whole(2, 10)),
        "n": str(dice.whole(3, 50)),
        "n2": str(dice.whole(2, 9)),
        "photos": dice.one(("3", "4", "6", "9", "三", "5")),
        "letters": dice.one(("15", "20", "30", "50", "60", "100", "150")),
        "minutes": dice.one(("3", "5", "5-7", "3-5", "8", "10", "6")),
        "hours": dice.one(("2", "12", "24", "48")),
        "days": dice.one(("2", "3", "5", "7")),
        "when": dice.one(("周五晚", "周末两天", "12.3-12.5", "工作日午市", "本周内")),
        "dish": dice.one(("酸菜鱼", "小龙虾", "烤羊排", "椰子鸡", "生日蛋糕")),
    }
    words["set"] = spin(dice, dice.one(_SETS), words)
    reach = {}
    if "<contact>" in form:
        reach[_REACH] = contact(dice, level=level)
        words["contact"] = _REACH
    return words, reach


_PARCELS = tuple(t for t in TRADES.values() if t.name not in ("meals", "hotel"))


def _fields(reward: str, words: dict[str, str], text: str, form: str) -> dict[str, Any]:
    """Return what a text says, by what of the words stands in it."""
    said: dict[str, Any] = {"reward": reward}
    for name in ("shop", "item", "keyword"):
        if f"<{name}>" in form and words[name] in text:
            said[name] = words[name]
    if "<minutes>" in form and words["minutes"] in text:
        said["minutes"] = [int(n) for n in words["minutes"].split("-")]
    for name in ("photos", "letters"):
        if f"<{name}>" in form and words[name] in text:
            said[name] = 3 if words[name] == "三" else int(words[name])
    for name in ("fee", "yuan2"):
        if f"<{name}>" in form and words[name] in text:
            said["reward_minor"] = 100 * int(words[name])
            break
    if "五星" in form:
        said["stars"] = 5
    return said
