"""A bundle as a person reads it: its slots in order, each with the ways in which it is filled."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text.bundle_slots import FEW_PIECES
from unbrush.base.text.clause_pieces import Hashes, pieces
from unbrush.base.text.wording import plain

WAYS = 3  # of a slot, that are shown
MOST_SLOTS = 8  # that are shown
LONGEST = 40  # characters of a clause that is shown
MORE = "…"
HEAD, LATIN_HEAD = 2, 5  # letters with which a clause begins
SAME = 0.9  # share of a slot's clauses that begin the same, where a form asks
IDEOGRAPHS_FROM = "\u2e80"

_ENDS = re.compile(r"[^\w'’ ·-]+|(?<=[\u2e80-\uffff])\s+|\s+(?=[\u2e80-\uffff])")


@dataclass(frozen=True)
class Slot:
    """One slot of a bundle, as its fills fill it.

    Attributes:
        ways: The clauses that fill it, as mostly written, and how often; the commonest first.
        place: Where in a text it mostly stands, 0-1.
        same_head: How many of the clauses begin with the same letters, 0-1.
    """

    ways: Sequence[tuple[str, int]]
    place: float
    same_head: float


def read_slots(
    texts: Sequence[str], slots: Sequence[Hashes], sizes: npt.NDArray[np.float64]
) -> list[Slot]:
    """Return those slots of a bundle that some of its fills show in clauses of their own.

    Args:
        texts: Some of its fills, as they were written.
        slots: Hashes of the pieces of each slot.
        sizes: Pieces that a clause usually has of each.
    """
    clauses = [
        (clause.strip(), place / max(len(split) - 1, 1))
        for split in map(_ENDS.split, texts)
        for place, clause in enumerate(split)
        if 1 < len(clause.strip()) <= LONGEST
    ]
    words = pa.array([clause for clause, _ in clauses], pa.string())
    own, keys = pieces(words), plain(words).to_pylist()
    of = {value: number for number, slot in enumerate(slots) for value in slot.tolist()}
    found: list[list[int]] = [[] for _ in slots]
    for row in range(len(clauses)):
        mine = own.hashes[own.starts[row] : own.starts[row + 1]].tolist()
        counts = Counter(of[value] for value in mine if value in of)
        if counts:
            number, n = min(counts.items(), key=lambda item: (-item[1], item[0]))
            if n >= min(len(mine) / 3, max(FEW_PIECES, sizes[number] / 2)):
                found[number].append(row)
    return [
        Slot(
            ways=_ways([keys[row] for row in rows], [clauses[row][0] for row in rows]),
            place=round(float(np.mean([clauses[row][1] for row in rows])), 6),
            same_head=_same_head([keys[row] for row in rows]),
        )
        for rows in found
        if rows
    ]


def is_form(slots: Sequence[Slot]) -> bool:
    """Whether all slots begin the same and go on as each likes: somebody asked, in this order."""
    return all(slot.same_head >= SAME for slot in slots)


def template_of(slots: Sequence[Slot]) -> str:
    """Return the slots where they mostly stand, each with its commonest ways.

    "朋友推荐的/闺蜜介绍来的 · 小白鞋很赞/…": "/" parts ways, "…" stands for further ones.
    """
    shown = sorted(slots[:MOST_SLOTS], key=lambda slot: slot.place)
    return " · ".join(
        "/".join([way for way, _ in slot.ways[:WAYS]] + [MORE] * (len(slot.ways) > WAYS))
        for slot in shown
    )


def _ways(keys: Sequence[str], clauses: Sequence[str]) -> list[tuple[str, int]]:
    written: dict[str, Counter[str]] = {}
    for key, clause in zip(keys, clauses, strict=True):
        written.setdefault(key, Counter())[clause] += 1
    order = sorted(Counter(keys).items(), key=lambda way: (-way[1], way[0]))
    return [
        (min(written[key].items(), key=lambda way: (-way[1], way[0]))[0], n) for key, n in order
    ]


def _same_head(keys: Sequence[str]) -> float:
    heads = Counter(key[: HEAD if key[0] >= IDEOGRAPHS_FROM else LATIN_HEAD] for key in keys)
    return max(heads.values()) / len(keys)
