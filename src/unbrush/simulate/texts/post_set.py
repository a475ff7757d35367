"""Posts, messages and cards with known truth."""

from collections.abc import Iterator
from typing import Any

from unbrush.simulate.chance import Streams
from unbrush.simulate.texts.baits import bait
from unbrush.simulate.texts.calls import call
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.neutral import neutral

SHARES = {"paid-praise": 0.3, "scam-bait": 0.15, "neutral": 0.55}


def posts(
    streams: Streams, n: int, *, level: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each post and its truth; each depends on the seed, the level and its number only."""
    for number in range(n):
        dice = Dice(streams.part("texts posts", level, number))
        label = dice.weighed(SHARES)
        if label == "paid-praise":
            said = call(dice, level=level)
        elif label == "scam-bait":
            said = bait(dice, level=level)
        else:
            said = neutral(dice)
        own = f"p{number + 1:06d}"
        truth = {
            "id": own,
            "label": said.label,
            "kind": said.kind,
            "contacts": [{"kind": c.kind, "value": c.value} for c in said.contacts],
            "fields": said.fields,
        }
        yield {"id": own, "text": said.text}, truth
