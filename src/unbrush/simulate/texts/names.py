"""Names of shops, goods, restaurants, brands and people; none is anybody's by intent."""

from collections.abc import Sequence

from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, listed, spin

_FIRST = listed("""
    锦 云 川 小 阿 老 林 禾 沐 青 听 鹿 南 北 江 海 山 月 橙 柚
    木 糖 拾 初 安 乐 福 顺 鑫 恒 优 佳 艾 诺
""")
_SECOND = listed("""
    记 里 舍 家 和 颜 悦 尚 泽 岸 野 朵 亭 间 味 香 满 途 语 城 庭 源 丰 美 康 雅 晨 光 宁 朗 微 鸣
""")
_SHOPS = lines("""
    <a><b>{旗舰店|专营店|官方店|的小店|家居馆|优品|严选}
    <a><b>{鞋业|服饰|数码|食品|母婴|美妆|百货}{旗舰店|专卖店|工厂店|}
    {<a>姐|<a>哥|<a>妈}{小铺|优选|工厂直发|的店}
""")
_EATERIES = lines("""
    <a><b>{小馆|私房菜|火锅|烤肉|茶餐厅|酒馆|面馆|咖啡|烘焙|日料}
    <a><b><b2>{火锅|烧烤|酒家|餐厅|小厨}{（<c>店）|}
    老<b>{家|头|灶}{火锅|串串|炖菜|牛肉面}
""")
_PLACES = listed("万象城 人民路 大学城 步行街 滨江 东门 老城 高新 新天地 西站")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玲辉建梅红玉兰晓东国庆志海燕春雪晨宇"


def _pieces(dice: Dice) -> dict[str, str]:
    return {
        "a": dice.one(_FIRST),
        "b": dice.one(_SECOND),
        "b2": dice.one(_SECOND),
        "c": dice.one(_PLACES),
    }


def brand(dice: Dice) -> str:
    """Return a maker's name of two or three characters."""
    first, second = dice.some([*_FIRST, *_SECOND], 2)
    return first + second + (dice.one(_SECOND) if dice.chance(0.15) else "")


def shop_of(dice: Dice) -> str:
    """Return the name of a shop on a platform."""
    return spin(dice, dice.one(_SHOPS), _pieces(dice))


def eatery(dice: Dice) -> str:
    """Return the name of a restaurant."""
    return spin(dice, dice.one(_EATERIES), _pieces(dice))


def item_of(dice: Dice, good: str, traits: Sequence[str]) -> str:
    """Return the title of an item as sellers write them."""
    some = dice.some(traits, dice.whole(1, 3))
    return f"{brand(dice) if dice.chance(0.6) else ''}{''.join(some)}{good}"


def person(dice: Dice) -> str:
    """Return a person's name."""
    return dice.one(_SURNAMES) + "".join(dice.one(_GIVEN) for _ in range(dice.common((2, 1, 2))))


def company(dice: Dice, city: str = "") -> str:
    """Return the name of a firm."""
    trade = dice.one(
        ("科技", "物流", "电器", "商贸", "餐饮管理", "信息技术", "家电服务", "文化传媒")
    )
    return f"{city}{brand(dice)}{trade}有限{'责任' if dice.chance(0.2) else ''}公司"
