"""The waterfall: what each thing said adds, from the prior to the probability."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.words import Words

Row = dict[str, Any]

IN_COMPANY, ALONE = "in-company", "alone"
"""Steps that say whether others are suspected around a row."""

OWN_PURCHASES = "own-purchases"
"""The step that takes away that members of a ring also buy for themselves."""

NAMES: Mapping[str, Words] = {
    "prior": Words("起点：一般的订单或评价", "to begin with: any order or review"),
    "nothing-said": Words("起点：一般的订单或评价", "to begin with: any order or review"),
    IN_COMPANY: Words("本店另有多笔已有充分依据", "enough others of its shop are proven"),
    ALONE: Words("本店很少有其他行依据充分", "few others of its shop are proven"),
    "its-order": Words("所评价的订单", "the order it reviews"),
    OWN_PURCHASES: Words(
        "从成员在别处的购买推算，同类订单有多少是自用",
        "how many like it are members' own, by what they buy elsewhere",
    ),
    "limit": Words("把握程度的上限", "as sure as anybody may be"),
    "same-family": Words("同类依据中已有更强的一条", "a stronger finding of its kind is heard"),
    "same-facts": Words("与另一依据出自同样的事实", "another finding rests on the same facts"),
}
"""Steps that are no detector's."""

KINDS: Mapping[str, Words] = {
    "prior": Words("起点", "start"),
    "signal": Words("线索", "signal"),
    "ring": Words("协同圈", "ring"),
    "look-alike": Words("正当情形", "look-alike"),
    "independence": Words("重复的依据", "says the same"),
    "other": Words("其他", "other"),
}
"""What a step is."""


def waterfall(
    steps: Sequence[Mapping[str, Any]],
    titles: Mapping[str, Words],
    strengths: Mapping[tuple[str, str | None], str],
) -> list[Row]:
    """Return the steps with what they come to.

    Args:
        steps: Rows of `contributions` of one subject, in order.
        titles: Of detectors and look-alikes.
        strengths: By name and signal, as heard for this subject.

    Returns:
        For each step: kind, name, words, family, strength, signal_id, log_odds, and, after it,
        total (log-odds) and probability.
    """
    told: list[Row] = []
    total = 0.0
    for step in steps:
        total += step["log_odds"]
        told.append(
            {
                "kind": step["kind"],
                "kind_words": KINDS.get(step["kind"], Words(step["kind"], step["kind"])),
                "name": step["name"],
                "words": words_of_step(step, titles),
                "family": step["family"],
                "strength": strengths.get((step["name"], step["signal_id"])),
                "signal_id": step["signal_id"],
                "log_odds": step["log_odds"],
                "total": total,
                "probability": chance(total),
            }
        )
    return told


def chance(log_odds: float) -> float:
    """Return the probability that log-odds stand for."""
    if log_odds < 0:
        return math.exp(log_odds) / (1 + math.exp(log_odds))
    return 1 / (1 + math.exp(-log_odds))


def words_of_step(step: Mapping[str, Any], titles: Mapping[str, Words]) -> Words:
    """Return what a step is called."""
    name = step["name"] or step["kind"]
    if step["kind"] == "ring":
        return Words(f"协同圈 {name}", f"ring {name}")
    words = NAMES.get(name) or titles.get(name) or Words(name, name)
    if step["kind"] == "look-alike":
        return Words(f"正当情形：{words.zh}", f"explained: {words.en}")
    return words
