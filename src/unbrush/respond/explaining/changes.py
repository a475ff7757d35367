"""What would change a decision: the same weighing over fewer, or other, witnesses.

Nothing is guessed. Each supposition is weighed anew by `judge`, which is handed in as a function:
without one kind of evidence or several, if a look-alike held, if one more finding came.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from unbrush.base.words import Words
from unbrush.respond.terms import FAMILIES, said

Row = dict[str, Any]

Weighed = tuple[float, bool, str]
"""A probability, whether the row stops counting, and why not (a key of `WHY`, or nothing)."""

Question = tuple[str, Any, Sequence[Mapping[str, Any]]]
"""``order`` or ``review``, its id, and the witnesses that are heard."""

Sign = tuple[str, str, str]
"""Name (a detector's, or ring), family and strength of what is known in the market."""

WeighAgain = Callable[[Sequence[Question]], Sequence[Weighed]]
"""Weighs suppositions: what each leads to."""

MOST_TOGETHER = 3
"""Kinds of evidence that are supposed away together."""

ANOTHER = "another"
"""A family that nothing was heard of."""


SUPPOSED = Words(
    "逐笔单独假设：其他行的依据，以及各类线索在此市场的分量，均照旧。整类依据停用的结果，见报告中的"
    "开关，或用 unbrush backtest 查看。",
    "Supposed of each row alone: what is said of others, and what signs are worth here, stays. "
    "What comes of a whole kind of evidence switched off, the report's switch and unbrush "
    "backtest say.",
)
"""What is not supposed."""

WHY: Mapping[str, Words] = {
    "insufficient": Words("依据不足", "the evidence would not suffice"),
    "unlikely": Words("可能性不够高", "it would not be likely enough"),
    "line": Words(
        "算上它，预计的误伤会超出政策所许",
        "with it, more honest ones would be expected than the policy allows",
    ),
}
"""Why a row would count."""


class Supposition(NamedTuple):
    """One thing supposed of one order or review.

    Attributes:
        what: ``as-it-is``, ``without`` (families), ``look-alike``, ``one-more`` (strength).
        names: Families, or the look-alike, or the strength.
        witnesses: What is heard then.
    """

    what: str
    names: tuple[str, ...]
    witnesses: Sequence[Row]


def suppose(
    witnesses: Sequence[Row],
    look_alikes: Iterable[str],
    spares: Mapping[str, Sequence[str]],
    signs: Sequence[Sign] = (),
) -> list[Supposition]:
    """Return everything supposed of one order or review, as it is first.

    Args:
        witnesses: What is heard of it.
        look_alikes: Honest explanations that did not hold, or could not be tested.
        spares: The families that each takes away.
        signs: What is known in the market: one more finding is supposed of each.
    """
    families = sorted({each["family"] for each in witnesses})
    supposed = [Supposition("as-it-is", (), witnesses)]
    for n in range(1, min(len(families), MOST_TOGETHER) + 1):
        supposed += [
            Supposition("without", names, _without(witnesses, names))
            for names in combinations(families, n)
        ]
    for name in look_alikes:
        taken = spares.get(name, ())
        if set(taken) & set(families):
            supposed.append(Supposition("look-alike", (name,), _without(witnesses, taken)))
    # What members buy elsewhere was counted of rows with these very signs, and no more.
    heard = [{**each, "own_share": None} for each in witnesses]
    for strength in ("E1", "E2"):
        known = [each for each in signs if each[2] == strength and each[1] not in families]
        supposed += [
            Supposition("one-more", (strength,), [*heard, _one_more(*sign)])
            for sign in known or [(ANOTHER, ANOTHER, strength)]
        ]
    return supposed


def _without(witnesses: Sequence[Row], families: Iterable[str]) -> list[Row]:
    return [each for each in witnesses if each["family"] not in set(families)]


def _one_more(name: str, family: str, strength: str) -> Row:
    return {
        "signal_id": None if name == "ring" else ANOTHER,
        "name": name,
        "family": family,
        "strength": strength,
        "element": "a",
        "implicates": "actors",
        "score": 1.0,
        "own_share": None,
        "is_direct": True,
    }


def changes(
    supposed: Sequence[Supposition],
    weighed: Sequence[Weighed],
    *,
    is_out: bool,
    titles: Mapping[str, Words],
) -> list[Row]:
    """Return what would change the decision, and what would not.

    Args:
        supposed: What `suppose` returned.
        weighed: What each leads to.
        is_out: Whether the row does not count now.
        titles: Of look-alikes.

    Returns:
        For each: what, names, words, probability, is_neutralised, because, changes. For a row that
        counts, only what would leave it out; else each family, the smallest sets of families
        without which it counts again, and look-alikes.
    """
    if not is_out:
        for strength in ("E1", "E2"):  # the least that is enough, whichever finding it is
            more = [
                (outcome, each)
                for each, outcome in zip(supposed, weighed, strict=True)
                if each.what == "one-more" and each.names == (strength,)
            ]
            if more and all(outcome[1] for outcome, _ in more):
                least, each = min(more, key=lambda pair: pair[0][0])
                return [_told(each, least, is_out, titles)]
        return []
    told: list[Row] = []
    enough: list[set[str]] = []
    for each, outcome in zip(supposed, weighed, strict=True):
        if each.what == "look-alike":
            told.append(_told(each, outcome, is_out, titles))
        if each.what != "without":
            continue
        is_more_than_enough = any(names < set(each.names) for names in enough)
        if not outcome[1] and not is_more_than_enough:
            enough.append(set(each.names))
        if len(each.names) == 1 or (not outcome[1] and not is_more_than_enough):
            told.append(_told(each, outcome, is_out, titles))
    return told


def _told(each: Supposition, outcome: Weighed, is_out: bool, titles: Mapping[str, Words]) -> Row:
    return {
        "what": each.what,
        "names": list(each.names),
        "words": _words(each, titles),
        "probability": outcome[0],
        "is_neutralised": outcome[1],
        "because": WHY.get(outcome[2]),
        "changes": outcome[1] != is_out,
    }


def _words(each: Supposition, titles: Mapping[str, Words]) -> Words:
    if each.what == "without":
        named = [said(FAMILIES, name) for name in each.names]
        return Words(
            f"没有{'、'.join(name.zh for name in named)}依据",
            f"without the evidence of {_and([name.en for name in named])}",
        )
    if each.what == "look-alike":
        name = titles.get(each.names[0]) or Words(each.names[0], each.names[0])
        return Words(f"如能证明是“{name.zh}”", f"if it were shown to be {name.en}")
    zh, en = ("强", "strong") if each.names[0] == "E2" else ("弱", "weak")
    return Words(
        f"若另有一条{zh}线索，属另一类依据且充分相符",
        f"if one more {en} finding of another kind fully agreed",
    )


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
