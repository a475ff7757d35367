"""Where everything stands in the picture of an organiser: tiers from those who pay to the shops.

Nothing here reads tables or chance. The same organiser is laid out twice, for a wide page and for a
phone, and each says how much of it is not drawn.
"""

import math
from dataclasses import dataclass
from typing import Any

from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.arrows import fee_arrows, hand_arrows, shop_arrows
from unbrush.respond.lettering import cut, fitted, squeezed

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The paper that a picture is drawn on; lengths in its own units, about a pixel each.

    Attributes:
        name: How the page's style calls it.
        width: Of the whole picture.
        hands: Cards in a row, at most.
        lines: Deeds on one card, at most.
        rings: Circles in a row, at most; the last stands for all others if there are more.
        radius: Of the largest circle.
        columns: Of regions, side by side.
        regions: Drawn at most.
        margin: Free at both sides: what shops pay climbs there.
        gap: Between two cards: arrows from the first tier pass there.
        line: Height of a deed on a card.
        parts: Lines that its numbers may take.
    """

    name: str
    width: int
    hands: int
    lines: int
    rings: int
    radius: int
    columns: int
    regions: int
    margin: int
    gap: int
    line: int
    parts: int


WIDE = Sheet(
    name="wide", width=920, hands=4, lines=3, rings=6, radius=40, columns=2, regions=16,
    margin=32, gap=26, line=36, parts=1,
)  # fmt: skip
NARROW = Sheet(
    name="narrow", width=350, hands=2, lines=2, rings=3, radius=32, columns=1, regions=10,
    margin=20, gap=20, line=52, parts=2,
)  # fmt: skip

GAP = 64
"""Height between two tiers, where arrows turn."""

TITLE, HEAD, TIPS = 32, 48, 14
"""Heights: of a tier's title, of a card's head, of the arrows' ends above the circles."""

FEET, ARROW = 76, 44
"""Heights: of what stands below a circle, and of the arrow from there to the shops."""

ROW = 26
"""Height of a region."""


def draw_board(sheet: Sheet, hands: list[Row], rings: list[Row], whole: Row) -> Row:
    """Return the shapes of one picture.

    Args:
        sheet: What it is drawn on.
        hands: The hands with their claims and flows, the most telling first.
        rings: The rings with their claims, the largest first.
        whole: n_rings, n_ring_accounts, n_acts, n_shops and regions of the organiser, the
            claim on its shops (``shops``), and ``act``, what is counted.
    """
    board: Row = {"sheet": sheet.name, "width": sheet.width, "left": sheet.margin, "titles": []}
    tiers = [[h for h in hands if h["is_first"]], [h for h in hands if not h["is_first"]]]
    names = (
        Words("付款与组织", "Who pays and directs"),
        Words("招募与发货", "Who recruits and sends"),
    )
    y, cards = 0, []
    for tier, name in zip(tiers, names, strict=True):
        if tier:
            drawn = _most_telling(tier, sheet.hands)
            board["titles"].append(_title(y, name, len(drawn), tier[0]["n_tier"]))
            row = _cards(sheet, drawn, y + TITLE)
            cards.append(row)
            y = row[0]["y"] + row[0]["h"] + GAP
    board["cards"] = [card for row in cards for card in row]

    top = y + TITLE + TIPS
    circles = _circles(sheet, rings, whole, top)
    n_named = sum(not circle["is_rest"] for circle in circles)
    board["titles"].append(
        _title(y, Words("下单的账号，按协同圈", "Accounts that order, by ring"), n_named,
               whole["n_rings"])
    )  # fmt: skip
    board["circles"], board["foot"] = circles, top + 2 * sheet.radius
    panel = _panel(sheet, whole, top + 2 * sheet.radius + FEET + ARROW)
    board["panel"] = panel
    board["height"] = panel["y"] + panel["h"] + 4
    board["links"] = [
        *hand_arrows(cards, circles, sheet.gap),
        *shop_arrows(circles, panel, ARROW - 6),
        *fee_arrows(board["cards"], panel),
    ]
    return board


def _title(y: float, words: Words, n_drawn: int, n_all: int) -> Row:
    cut = Words(f"画出 {n_drawn} / {n_all:,}", f"{n_drawn} of {n_all:,} drawn")
    return {"y": y + 12, "words": words, "cut": cut if n_drawn < n_all else None}


# ---- people, wallets and senders -------------------------------------------------------------


def _most_telling(hands: list[Row], most: int) -> list[Row]:
    """Those drawn if not all have room: with rows before without, and one of each role first."""
    seen: dict[str, int] = {}
    ranks = []
    for place, hand in enumerate(hands):
        role = hand["role_words"][0].en
        seen[role] = seen.get(role, 0) + 1
        ranks.append((hand["claims"][0]["rest"] is None, seen[role], place))
    return [hands[place] for place in sorted(place for _, _, place in sorted(ranks)[:most])]


def _cards(sheet: Sheet, hands: list[Row], y: float) -> list[Row]:
    room = sheet.width - 2 * sheet.margin - sheet.gap * (sheet.hands - 1)
    width = room / sheet.hands
    left = (sheet.width - len(hands) * width - (len(hands) - 1) * sheet.gap) / 2
    height = HEAD + sheet.line * max(min(len(hand["claims"]), sheet.lines) for hand in hands) + 8
    return [
        _card(sheet, hand, round(left + place * (width + sheet.gap), 1), y, round(width, 1), height)
        for place, hand in enumerate(hands)
    ]


def _card(sheet: Sheet, hand: Row, x: float, y: float, width: float, height: float) -> Row:
    claims = hand["claims"][: sheet.lines]
    room = width - 24
    roles = Words(
        "、".join(words.zh for words in hand["role_words"]),
        ", ".join(words.en for words in hand["role_words"]),
    )
    return {
        "x": x,
        "y": y,
        "w": width,
        "h": height,
        "is_first": hand["is_first"],
        "role": fitted(roles, room, 13),
        "name": fitted(hand["name"], room, 12),
        "lines": [
            {
                "y": y + HEAD + sheet.line * place + 12,
                "number": claim["number"],
                "anchor": claim["anchor"],
                "carries": claim["carries"],
                "deed": fitted(claim["deed"], room - 18, 12.5),
                "briefs": [
                    squeezed(part, room - 18, 12.5)
                    for part in (_parts(claim["brief"]) if sheet.parts > 1 else [claim["brief"]])
                ],
            }
            for place, claim in enumerate(claims)
        ],
        "n_more": len(hand["claims"]) - len(claims),
        "flows": hand["flows"],
        "has_fee": any(claim["carries"] == "fee" for claim in hand["claims"]),
    }


# ---- rings -----------------------------------------------------------------------------------


def _circles(sheet: Sheet, rings: list[Row], whole: Row, y: float) -> list[Row]:
    """The largest rings, and one circle for all others together if not all have room."""
    n_named = len(rings) if whole["n_rings"] <= sheet.rings else sheet.rings - 1
    named = rings[:n_named]
    room = sheet.width - 2 * sheet.margin
    n_all = len(named) + (whole["n_rings"] > len(named))
    width = min(room / max(1, n_all), 170)
    left = (sheet.width - n_all * width) / 2
    largest = max((ring["n_accounts"] for ring in named), default=1)
    middle = y + sheet.radius
    circles = [
        {
            "x": round(left + (place + 0.5) * width, 1),
            "y": middle,
            "r": round(sheet.radius * max(0.3, math.sqrt(ring["n_accounts"] / largest)), 1),
            "is_rest": False,
            "ring_id": ring["ring_id"],
            "n": figures.count(ring["n_accounts"]),
            "n_acts": ring["n_acts"] or 0,
            "name": cut(figures.outside(ring["ring_id"]), width - 6, 11.5),
            "number": ring["claims"][0]["number"],
            "anchor": ring["claims"][0]["anchor"],
            "briefs": [
                squeezed(part, width - 6, 12) for part in _parts(ring["claims"][0]["brief"])
            ],
        }
        for place, ring in enumerate(named)
    ]
    if n_all > len(named):
        circles.append(
            _rest_circle(sheet, named, whole, left + (n_all - 0.5) * width, middle, width)
        )
    return circles


def _rest_circle(
    sheet: Sheet, named: list[Row], whole: Row, x: float, y: float, width: float
) -> Row:
    n_rings = whole["n_rings"] - len(named)
    n_acts = whole["n_acts"] - sum(ring["n_acts"] or 0 for ring in named)
    n_accounts = whole["n_ring_accounts"] - sum(ring["n_accounts"] for ring in named)
    return {
        "x": round(x, 1),
        "y": y,
        "r": sheet.radius * 0.8,
        "is_rest": True,
        "ring_id": None,
        "n": figures.count(n_accounts),
        "n_acts": n_acts,
        "name": squeezed(
            Words(f"其余 {n_rings:,} 个圈", counted(n_rings, "other ring")), width - 6, 11.5
        ),
        "number": "",
        "anchor": "",
        "briefs": [
            squeezed(
                Words(f"{n_acts:,} {whole['act'].zh}", counted(n_acts, whole["act"].en)),
                width - 6,
                12,
            )
        ],
    }


def _parts(brief: Words) -> list[Words]:
    """The parts of a brief, number and money, which stand below each other here."""
    return list(map(Words, brief.zh.split(" · "), brief.en.split(" · ")))


# ---- shops -----------------------------------------------------------------------------------


def _panel(sheet: Sheet, whole: Row, y: float) -> Row:
    regions = [row for row in whole["regions"] if row["n_shops"]]
    n_drawn = len(regions) if len(regions) <= sheet.regions else sheet.regions - 1
    drawn, rest = regions[:n_drawn], regions[n_drawn:]
    width = sheet.width - 2 * sheet.margin
    column = (width - 24) / sheet.columns
    cells = [*drawn, *([_together(rest)] if rest else [])]
    per_column = math.ceil(len(cells) / sheet.columns) if cells else 0
    largest = max((row["n_orders"] for row in drawn), default=0) or 1
    bar = column * 0.22
    return {
        "x": sheet.margin,
        "y": y,
        "w": width,
        "h": 62 + ROW * per_column,
        "is_cut": bool(rest),
        "claim": whole["shops"],
        "title": Words("订单流向的店铺，按地区", "Shops that the orders went to, by region"),
        "cells": [
            {
                "x": round(sheet.margin + 14 + column * (place // per_column), 1),
                "y": y + 62 + ROW * (place % per_column) + 8,
                "is_rest": place == len(drawn),
                "name": squeezed(row["words"], column * 0.26, 12.5),
                "bar_x": round(column * 0.28, 1),
                "bar": round(max(2.0, bar * min(1.0, row["n_orders"] / largest)), 1),
                "text_x": round(column * 0.52, 1),
                "text": squeezed(
                    Words(
                        f"{row['n_shops']:,} 家 · {row['n_orders']:,} {whole['act'].zh}",
                        f"{counted(row['n_shops'], 'shop')} · "
                        f"{counted(row['n_orders'], whole['act'].en)}",
                    ),
                    column * 0.45,
                    12,
                ),
            }
            for place, row in enumerate(cells)
        ],
    }


def _together(rest: list[Row]) -> Row:
    return {
        "words": Words(f"另 {len(rest)} 个地区", f"{len(rest)} more"),
        **{key: sum(row[key] for row in rest) for key in ("n_shops", "n_orders")},
    }
