"""Praise and orders for sale: whoever offers shops to fake them, by the dozen and the month.

Nobody is rewarded here, so that no bargain is found: a trader in fakes names goods (补单, 好评),
how they are made to pass (真人真号, 包存活), what they cost each (单条 31 元) and whom they are for
(商家来聊). An agency that furnishes shops or runs their advertising names none of the second.
"""

import re
from dataclasses import dataclass

_GOODS = re.compile(
    "补单|刷单|刷信誉|好评|五星|满星|全5分|评[价论](?:代写|可带|自带|可写)|点评(?:代运营|代做)|"
    "(?:收|加)藏[、,/和+]?加购|问大家|买家秀|"
    "(?:点赞|粉丝|销量|人气)(?:提升|代|包)|"
    r"(?:5|five)[ -]?stars?|五星|(?:google|amazon|yelp|trustpilot|tripadvisor|positive|app|fake|"
    r"verified) reviews?|"
    r"reviews? (?:for sale|service|packages?)"
)
_FAKED = re.compile(
    "真人真号|实名真[机号]|真[机号人](?:实名|到店)|素人|达人素人|代写|代刷|代做|代发|不降权|不掉|"
    "包存活|包月|包上|先写后付|"
    "(?:入口|关键[词字])(?:可控|自选|可选|自定)|(?:评[价论]|好评|五星)(?:可带图|代写|包月|\\d+条)|"
    "空包|礼品代发|"
    "单条 ?\\d|(?:一|每|1)条 ?\\d|\\d+ ?条起|条起|存活|永久|补单|刷单|(?:图|文案)(?:可)?定制|"
    r"non[ -]?drop|real (?:accounts?|profiles?|people)|permanent|sticky|drip[ -]feed|"
    r"aged accounts?|"
    r"delivered (?:in|within)|\d+ (?:reviews? )?for (?:just |only )?[$£€]|[$£€] ?\d+ (?:each|per)|"
    r"money[ -]back if"
)
_MAKER = re.compile(
    "承接|接(?:各类|各平台|单)|代做|专业|多年|\\d+年|老?团队|老?工作室|一条龙|配套|一手|量大|价优|"
    "诚信|"
    r"\b(?:buy|we (?:sell|provide|offer|deliver)|order now|cheap|packages?|selling|for sale|bulk)\b"
)
_CLIENT = re.compile(
    "商家|老板|店铺|卖家|掌柜|合作|来聊|上榜|冲[^,。!?;\\n]{0,4}榜|提升(?:星级|评分|排名|销量)|"
    "运营|"
    r"\b(?:your (?:business|listing|shop|store|ranking|product)|sellers|boost|businesses)\b"
)

HINT = re.compile(
    "承接|代做|代写|代运营|包月|包存活|空包|真[人机]|素人|单条|\\d for [$£€]|non[ -]?drop|"
    "buy .{0,20}reviews?"
)
"""Without any of these nothing is for sale."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Fakes that are offered to shops.

    Attributes:
        points: How much speaks for it, as the points of a bargain; 0 if nothing is for sale.
        start: Where the goods are named in the plain text.
        end: Where that ends.
        words: The goods, plain.
    """

    points: float = 0.0
    start: int = 0
    end: int = 0
    words: str = ""


def sale_of(text: str, *, has_way: bool) -> Sale:
    """Return the fakes that a plain text offers to shops, if it names them and how they pass."""
    goods = _GOODS.search(text)
    if goods is None:
        return Sale()
    n_faked = len(set(_FAKED.findall(text)))
    n_goods = len(set(_GOODS.findall(text)))
    is_maker, is_for_shops = bool(_MAKER.search(text)), bool(_CLIENT.search(text))
    if not n_faked or not (is_maker or is_for_shops):
        return Sale()
    points = 0.6 + 0.4 * min(n_goods, 3) + 1.0 * min(n_faked, 3)
    points += 0.7 * is_maker + 0.7 * is_for_shops + 0.7 * has_way
    return Sale(points, *goods.span(), goods[0])
