"""The arrows in the picture of an organiser: from hands to rings, to shops, and back again."""

import math
from typing import Any

Row = dict[str, Any]


def hand_arrows(tiers: list[list[Row]], circles: list[Row], gap: int) -> list[Row]:
    """Return arrows from cards to circles.

    Those of the first tier pass the second in the gaps between its cards; what goes to a ring that
    is not drawn ends at the circle of all others.
    """
    at = {circle["ring_id"]: circle for circle in circles if not circle["is_rest"]}
    rest = next((circle for circle in circles if circle["is_rest"]), None)
    flows: dict[tuple[int, str, int], float] = {}
    cards = [card for tier in tiers for card in tier]
    for number, card in enumerate(cards):
        for flow in card["flows"]:
            circle = at.get(flow["ring_id"], rest)
            if circle:
                key = (number, flow["carries"], circles.index(circle))
                flows[key] = flows.get(key, 0) + flow["n"]
    most = max(flows.values(), default=1)
    links = []
    for (number, carries, to), n in sorted(flows.items()):
        card, circle = cards[number], circles[to]
        below = tiers[1] if len(tiers) > 1 and card in tiers[0] else []
        start = (card["x"] + card["w"] * (to + 1) / (len(circles) + 1), card["y"] + card["h"])
        # Arrows from several cards end side by side.
        side = (number - (len(cards) - 1) / 2) * min(8, circle["r"] / max(1, len(cards)))
        end = (circle["x"] + side, circle["y"] - circle["r"] - 5)
        links.append(
            {
                "d": _path(start, end, below, gap),
                "carries": carries,
                "width": round(1.4 + 2.6 * math.sqrt(n / most), 1),
            }
        )
    return links


def _path(start: tuple[float, float], end: tuple[float, float], below: list[Row], gap: int) -> str:
    if not below:
        return _curve(start, end, move=True)
    gaps = [below[0]["x"] - gap / 2, *(card["x"] + card["w"] + gap / 2 for card in below)]
    wanted = (start[0] + end[0]) / 2
    lane = min(gaps, key=lambda x: (abs(x - wanted), x))
    # Links that share a gap keep apart in it.
    lane += max(-gap / 4, min(gap / 4, (end[0] - lane) / 40))
    top, bottom = below[0]["y"], below[0]["y"] + below[0]["h"]
    return (
        _curve(start, (lane, top), move=True)
        + f" V{bottom:.1f} "
        + _curve((lane, bottom), end, move=False)
    )


def _curve(start: tuple[float, float], end: tuple[float, float], *, move: bool) -> str:
    half = (end[1] - start[1]) / 2
    curve = (
        f"C{start[0]:.1f},{start[1] + half:.1f} {end[0]:.1f},{end[1] - half:.1f} "
        f"{end[0]:.1f},{end[1]:.1f}"
    )
    return f"M{start[0]:.1f},{start[1]:.1f} {curve}" if move else curve


def shop_arrows(circles: list[Row], panel: Row, length: float) -> list[Row]:
    """Return one arrow from what stands below each circle down to the shops."""
    most = max((circle["n_acts"] for circle in circles), default=1) or 1
    return [
        {
            "d": f"M{circle['x']:.1f},{panel['y'] - length:.1f} V{panel['y'] - 7:.1f}",
            "carries": "orders",
            "width": round(1.4 + 2.6 * math.sqrt(circle["n_acts"] / most), 1),
        }
        for circle in circles
        if circle["n_acts"]
    ]


def fee_arrows(cards: list[Row], panel: Row) -> list[Row]:
    """Return what shops pay: up along the left side, and from above into the card it pays."""
    return [
        {
            "d": f"M{panel['x']:.1f},{panel['y'] + 30:.1f} H4 V{card['y'] - 9:.1f} "
            f"H{card['x'] + card['w'] / 2:.1f} v3",
            "carries": "fee",
            "width": 2.4,
        }
        for card in cards
        if card["has_fee"]
    ]
