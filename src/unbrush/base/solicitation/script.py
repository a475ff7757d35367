"""What hired hands are to do: keyword, minutes on the page, hours, steps in order, until when.

One reading for the posts themselves and for orders that follow them (instruction-match).
"""

import re
from dataclasses import dataclass

from unbrush.base.clock import MINUTE_MS, SECOND_MS
from unbrush.base.solicitation.disguise import Unmasked

_OPEN, _CLOSE = "“\"「『‘'【\\[《", "”\"」』’'】\\]》"
_KEYWORD = re.compile(
    r"(?:搜索?|关键[词字]|search(?:ing)?(?: for)?|keywords?)\s*(?:是|为|:)?\s*"
    rf"[{_OPEN}]([^{_CLOSE}]{{1,40}})"
)
_BARE_KEYWORD = re.compile(rf"(?:关键[词字]|keywords?)\s*:\s*([^\s,。;!{_OPEN}]{{1,40}})")
_DWELL = re.compile(
    r"(?:浏览|停留|观看|逛|browse|stay|look|view|spend)[^0-9]{0,16}(\d{1,3})\s*(?:分钟|分|"
    r"minutes?)?"
    r"\s*(?:(?:-|–|—|~|至|到|to)\s*(\d{1,3}))?\s*(分|秒|min|sec)"
)
_HOURS = re.compile(
    r"(晚上?|下午)?\s*(\d{1,2})(?::00|点|时)?\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2})(?::00|点|时)"
)
_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")
LOOSE = 1.5  # "5 minutes" is 5 to 7.5

_STEPS = {
    "search": "搜索?|关键[词字]|search|keyword",
    "compare": "货比|比价|对比|看.{0,4}同款|compare",
    "browse": "浏览|停留|逛|看完|browse|stay on|spend .{0,12}min",
    "favourite": "收藏|favou?rite|wish ?list",
    "cart": "加购|购物车|add to cart",
    "follow": "关注|follow",
    "chat": "假聊|聊天|问客服|咨询客服",
    "order": "下单|拍下|再拍|先拍|直接拍|购买|付款|place (?:an|the) order|order|purchase|buy",
    "receive": "收到?货|签收|确认收货|receiv",
    "visit": "到店|进店|打卡|核销|check[ -]?in",
    "praise": "好评|五星|评价|点评|评论|review|feedback|star",
    "photo": "晒图|晒单|带图|拍照|配图|晒照|photo|picture|video",
    "proof": "截[图屏]|screenshot|proof",
    "refund": "返款|返现|全返|本佣|返本|红包|一起返|refund|reimburse|paypal",
}
_STEP = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _STEPS.items()))
_DEADLINE = re.compile(
    r"(?:截止|截至|即日起至|有效期至?|活动至|仅限|限时?|deadline|until|ends?|before|"
    r"by)[^\d今明本\n]{0,6}"
    r"(\d{1,4}[年./\-月]\d{1,2}(?:[月./\-]\d{1,2})?[日号]?|今[日天晚]|明[日天]|本[周月]|"
    r"\d{1,2}[日号]|\d{1,2}点)"
)
_SHOP = re.compile(
    r"(?:店铺名?|店名|商家|shop|store)\s*(?:是|为|:)\s*([^\s,。;!]{2,20})|"
    r"([\u4e00-\u9fffa-z0-9]{2,12}(?:旗舰店|专卖店|专营店|官方店))"
)
_ITEM = re.compile(
    r"(?:宝贝|商品|产品|item|product)\s*(?:是|为|:)\s*([^\s,。;!]{2,30})|"
    r"招募([^,。!\s]{1,12}?)(?:体验官|试用官|测评|试吃)|"
    r"(?:放单|补单)[,:： ]?([\u4e00-\u9fff]{2,10})(?=[,。 ])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a task asks for, in the writer's words where they matter.

    Attributes:
        keyword: What to search for, as written; empty if nothing is said.
        dwell_ms: Shortest and longest stay on the page, milliseconds; None if not said.
        hours: From and until which hour of the writer's day; None if not said.
        steps: What to do, in order: search, compare, browse, favourite, cart, follow, chat, order,
            receive, visit, praise, photo, proof, refund.
        deadline: Until when, as written; empty if not said.
        shop: The shop that is named; empty if none.
        item: The goods that are named; empty if none.
    """

    keyword: str = ""
    dwell_ms: tuple[int, int] | None = None
    hours: tuple[int, int] | None = None
    steps: tuple[str, ...] = ()
    deadline: str = ""
    shop: str = ""
    item: str = ""


def script_of(plain: Unmasked) -> Script:
    """Return the task that a text sets."""
    text = plain.text
    return Script(
        keyword=_first(plain, _KEYWORD) or _first(plain, _BARE_KEYWORD),
        dwell_ms=dwell_of(text),
        hours=_hours(text),
        steps=tuple(dict.fromkeys(match.lastgroup or "" for match in _STEP.finditer(text))),
        deadline=_first(plain, _DEADLINE),
        shop=_first(plain, _SHOP),
        item=_first(plain, _ITEM),
    )


def dwell_of(text: str) -> tuple[int, int] | None:
    """Return the stay that a plain text asks for, in milliseconds; None if it asks for none."""
    match = _DWELL.search(text.translate(_DIGITS))
    if match is None:
        return None
    unit = SECOND_MS if match[3] in ("秒", "sec") else MINUTE_MS
    low = int(match[1])
    high = int(match[2]) if match[2] else low * LOOSE
    return low * unit, round(high * unit)


def _hours(text: str) -> tuple[int, int] | None:
    match = _HOURS.search(text)
    if match is None:
        return None
    late = 12 if match[1] else 0
    first, last = int(match[2]), int(match[3])
    return first + (late if first < 12 else 0), last + (late if last < 12 else 0)


def _first(plain: Unmasked, pattern: re.Pattern[str]) -> str:
    """The first group that a pattern finds, as written."""
    match = pattern.search(plain.text)
    if match is None or match.lastindex is None:
        return ""
    return plain.written(*match.span(match.lastindex)).strip()
