"""Reviews with known truth: honest ones, ready-made ones, and each sort of supplied praise."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from unbrush.simulate.chance import Streams
from unbrush.simulate.texts.buying import TRADES, Trade
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.edits import EDITS, edited
from unbrush.simulate.texts.names import eatery
from unbrush.simulate.texts.reviewing import ANGRY, ironic, quoting, review, short
from unbrush.simulate.texts.supplied import (
    Draft,
    Skeleton,
    descended,
    draft,
    empty_praise,
    filled,
    off_the_page,
    page_of,
    skeletons,
)

PER_ITEM = 40
SHARES = {
    "honest-long": 0.3, "honest-short": 0.16, "quoting": 0.03, "ironic": 0.02, "default": 0.06,
    "tag": 0.03, "assisted": 0.02, "template": 0.14, "copy": 0.1, "draft": 0.04, "empty": 0.05,
    "off-the-page": 0.03, "clash": 0.02,
}  # fmt: skip
FAKE = ("template", "copy", "draft", "empty", "off-the-page")
FREEDOM = (0.35, 0.7, 1.0, 1.0)
"""How many of a skeleton's slots vary, by level."""

_DEFAULTS = ("此用户没有填写评价。", "系统默认好评！", "该用户未及时评价，系统默认好评", "默认好评")
_TAGS = (
    "质量好 物流快",
    "穿着舒适；款式好看",
    "性价比高",
    "味道好、分量足",
    "包装完好 服务好",
    "做工精细",
)


@dataclass
class _Item:
    """One item, and what the gang that praises it has at hand."""

    number: int
    trade: Trade
    page: str
    skeletons: list[Skeleton]
    draft: Draft
    written: list[tuple[str, str]] = field(default_factory=list)


def reviews(
    streams: Streams, n: int, *, level: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each review and its truth, item by item; what stands earlier does not depend on n."""
    item = _item(streams, 0, level=level)
    for number in range(n):
        if number // PER_ITEM != item.number:
            item = _item(streams, number // PER_ITEM, level=level)
        dice = Dice(streams.part("texts reviews", level, number))
        own = f"r{number + 1:06d}"
        kind = dice.weighed(SHARES)
        if kind == "draft" and item.trade.name != "meals":
            kind = "template"
        text, rating, source, more = _write(dice, item, kind, level=level)
        item.written.append((own, text))
        day, hour, minute = dice.whole(1, 30), dice.whole(7, 23), dice.whole(0, 59)
        record = {
            "id": own,
            "item_id": f"i{item.number + 1:04d}",
            "item_title": item.page.split(" ")[0],
            "account_id": f"a{dice.digits(7)}",
            "posted_at": f"2025-11-{day:02d} {hour:02d}:{minute:02d}:{dice.whole(0, 59):02d}",
            "rating": rating,
            "text": text,
            **({"text_source": source} if source else {}),
        }
        yield record, {"id": own, "is_fake": kind in FAKE, "kind": kind, **more}


def _item(streams: Streams, number: int, *, level: int) -> _Item:
    dice = Dice(streams.part("texts item", level, number))
    trade = dice.one(tuple(TRADES.values()))
    trade = replace(trade, goods=(dice.one(trade.goods),))
    return _Item(
        number,
        trade,
        page_of(dice, trade),
        skeletons(dice, dice.whole(2, 6), name=f"i{number + 1:04d}"),
        draft(dice, shop=eatery(dice)),
    )


def _write(
    dice: Dice, item: _Item, kind: str, *, level: int
) -> tuple[str, int, str, dict[str, Any]]:
    """Return a text, its stars, where it comes from if that is known, and more of the truth."""
    trade = item.trade
    if kind in ("default", "tag", "assisted"):
        text = {
            "default": dice.common(_DEFAULTS),
            "tag": dice.one(_TAGS),
            "assisted": f"这款{dice.one(trade.goods)}整体体验不错，{trade.boasts[0]}，值得推荐。",
        }[kind]
        return text, 5, kind if dice.chance(0.6) else "", {}
    if kind == "template":
        skeleton = dice.one(item.skeletons)
        text = filled(dice, skeleton, trade, freedom=FREEDOM[level])
        text, names = edited(dice, text, level=level)
        return text, 5, "", {"family": skeleton.name, "edits": names}
    if kind == "copy":
        return _copy(dice, item, level=level)
    if kind == "draft":
        family = f"draft-i{item.number + 1:04d}"
        return descended(dice, item.draft, level=level), 5, "", {"family": family}
    if kind == "empty":
        return empty_praise(dice), 5, "", {}
    if kind == "off-the-page":
        return off_the_page(dice, trade, level=level), 5, "", {}
    said = {
        "honest-long": lambda: review(dice, trade=trade),
        "honest-short": lambda: short(dice),
        "quoting": lambda: quoting(dice, trade=trade),
        "ironic": lambda: ironic(dice, trade=trade),
        "clash": lambda: review(dice, trade=trade, mood=ANGRY),
    }[kind]()
    rating = 5 if kind == "clash" else said.rating
    return said.text, rating, "", {"voice": said.voice}


def _copy(dice: Dice, item: _Item, *, level: int) -> tuple[str, int, str, dict[str, Any]]:
    """Copy an earlier review of the item, by one named edit or as thoroughly as the level says."""
    long_ = [(own, text) for own, text in item.written if len(text) >= 12]
    if not long_:
        text = review(dice, trade=item.trade, mood="pleased").text
        return text, 5, "", {"parent": None, "edits": []}
    parent, text = dice.one(long_)
    if dice.chance(0.6):
        name = dice.one(tuple(EDITS))
        text, names = EDITS[name](dice, text), [name]
    else:
        text, names = edited(dice, text, level=level)
    return text, 5, "", {"parent": parent, "edits": names}
