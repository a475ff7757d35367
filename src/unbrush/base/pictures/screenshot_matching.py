"""Screenshots beside the market: what a picture states and what the rows about it hold.

A picture proves nothing: it can be drawn, and a digit can be misread. Three answers are possible
for a field. It *agrees*, it *contradicts*, or it *could not be checked*, and then why not. Where
in doubt the answer is the third: a number that the market does not hold may be of another platform
or another day, a title may be cut, a misread digit is nobody's lie.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from unbrush.base.pictures.field_checks import CHECKS
from unbrush.base.pictures.held_rows import held_rows
from unbrush.base.pictures.screenshot import FIELDS, ScreenKind, Screenshot
from unbrush.base.pictures.screenshot_match import FieldMatch, Match
from unbrush.base.words import Words

SURE = 0.85
"""Confidence of reading below which a difference is put down to the reading."""

_TALK = (ScreenKind.CHAT, ScreenKind.REWARD_CARD, ScreenKind.OTHER)
_NO_FIELDS = ("at_precision_s",)  # says how exact another field is


def match_screenshot(shot: Screenshot, tables: Mapping[str, pa.Table]) -> tuple[FieldMatch, ...]:
    """Compare what a screenshot states with the market.

    Args:
        shot: As `read_screenshot` returned it; with a key it has the tokens of names.
        tables: Event tables by name (orders, shipments, reviews, items, transfers are used); a
            table that the market lacks is left out. Rows that the picture is not about do no harm.

    Returns:
        A match for each field that the picture states, in the order of `FIELDS`.
    """
    held = held_rows(shot, tables)
    return tuple(
        _careful(shot, name, CHECKS[name](held, shot.fields[name]))
        for name in FIELDS
        if name in shot.fields and name not in _NO_FIELDS
    )


def _careful(shot: Screenshot, name: str, found: dict[str, Any]) -> FieldMatch:
    """Make a match; a contradiction rests on what was surely read, where it surely means that."""
    stated = shot.fields[name]
    if found["match"] is Match.CONTRADICTS and stated.confidence < SURE:
        found["match"] = Match.UNCHECKED
        found["why"] = Words(
            f"与平台数据不同，但识别把握不足（{stated.confidence:.2f}），可能是误认；请看原图。",
            f"Differs, but was read with little confidence ({stated.confidence:.2f}) and may be"
            " misread; look at the picture.",
        )
    elif found["match"] is Match.CONTRADICTS and shot.kind in _TALK:
        found["match"] = Match.UNCHECKED
        found["why"] = Words(
            "与平台数据不同，但聊天或卡片中的内容未必指这笔订单。",
            "Differs, but what is said in a chat or on a card need not be about this order.",
        )
    return FieldMatch(name=name, stated=stated.value, **found)
