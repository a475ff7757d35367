"""What a cluster of nearly equal texts has in common: its representative, and its template.

A template is the representative in its own wording and punctuation, with ``{…}`` where the others
differ: "宝贝{…}，物流很快，{…}". A letter is fixed where most of the texts have it with the same
neighbour, wherever in the text: clauses in another order do not hide one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from unbrush.base.text.wording import letters_of

SLOT = "{…}"
MAX_TEXTS = 12
"""Texts of a cluster that are looked at; of more, as many evenly from first to last."""
MAX_LETTERS = 300
"""Characters of a text that are looked at and shown; what follows counts as a slot."""

_MOST = 0.75  # share of the texts that have what is fixed
_IDEOGRAPHS_FROM = "\u2e80"
_LEAST_FIXED = 2  # letters in a row; fewer between two slots are chance

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """What the texts of one cluster share.

    Attributes:
        representative: Place of the text that resembles the others most, the earliest of equals.
        template: That text with slots where the others differ.
        n_slots: How many slots the template has; none if all texts say the same.
        fixed_share: Share of the representative's letters that are fixed, 0-1.
    """

    representative: int
    template: str
    n_slots: int
    fixed_share: float


def skeleton(texts: Sequence[str]) -> Skeleton:
    """Return what ``texts``, earliest first, have in common.

    Raises:
        ValueError: There are no texts.
    """
    if not texts:
        raise ValueError("A skeleton needs at least one text.")
    places = sample(len(texts))
    letters = [_letters(texts[place][:MAX_LETTERS]) for place in places]
    pairs = [frozenset(pairwise(_written(one))) for one in letters]
    best = _most_central(pairs)
    others = pairs[:best] + pairs[best + 1 :]
    text = texts[places[best]]
    template, n_slots, fixed, total = _template(text[:MAX_LETTERS], letters[best], others)
    if len(text) > MAX_LETTERS:
        template, n_slots = template.removesuffix(SLOT) + SLOT, n_slots + 1
    return Skeleton(
        representative=places[best],
        template=template,
        n_slots=n_slots,
        fixed_share=fixed / total if total else 0.0,
    )


def sample(n: int) -> list[int]:
    """Return which of ``n`` texts are looked at: up to `MAX_TEXTS`, evenly from first to last."""
    if n <= MAX_TEXTS:
        return list(range(n))
    return [k * (n - 1) // (MAX_TEXTS - 1) for k in range(MAX_TEXTS)]


@lru_cache(maxsize=1 << 16)
def _folded(character: str) -> str:
    return letters_of(character)[0]


def _letters(text: str) -> list[str]:
    """Return each character's folded letters."""
    return list(map(_folded, text))


def _written(letters: Sequence[str]) -> list[str]:
    """Return the characters that say something."""
    return [letter for letter in letters if letter]


def _most_central(pairs: Sequence[Pairs]) -> int:
    def nearness(one: Pairs) -> float:
        return sum(len(one & other) / (len(one | other) or 1) for other in pairs)

    scores = [round(nearness(one), 9) for one in pairs]
    return scores.index(max(scores))


def _template(
    text: str, letters: Sequence[str], others: Sequence[Pairs]
) -> tuple[str, int, int, int]:
    """Return the template, its slots, and how many of the text's letters are fixed, of how many."""
    at = [place for place, letter in enumerate(letters) if letter]  # where the letters are
    fixed, joined = _shared([letters[place] for place in at], others)
    # Something stands between two fixed letters in most texts, though not in this one.
    parted = [
        fixed[k] and fixed[k + 1] and not joined[k] and at[k + 1] == at[k] + 1
        for k in range(len(at) - 1)
    ]
    _keep_words_whole(text, at, fixed, parted)
    _drop_short_runs(fixed, parted)
    out: list[str] = []
    n_slots, last = 0, 0
    for k, place in enumerate(at):
        between = text[last:place]
        last = place + 1
        if fixed[k]:
            out += [between, text[place]]
            if k < len(parted) and parted[k] and fixed[k + 1]:
                out.append(SLOT)
                n_slots += 1
        elif not out or out[-1] != SLOT:
            out += [between, SLOT]
            n_slots += 1
    out.append(text[last:])
    return "".join(out), n_slots, sum(fixed), len(at)


def _shared(written: Sequence[str], others: Sequence[Pairs]) -> tuple[list[bool], list[bool]]:
    """Return which letters most of the other texts have, and which pairs of neighbours."""
    if not others or len(written) < 2:
        return [True] * len(written), [True] * max(0, len(written) - 1)
    enough = _MOST * len(others)
    own = list(pairwise(written))
    joined = [sum(pair in other for other in others) >= enough for pair in own]
    fixed = []
    for k in range(len(written)):
        beside = own[max(0, k - 1) : k + 1]
        fixed.append(sum(any(pair in other for pair in beside) for other in others) >= enough)
    return fixed, joined


def _keep_words_whole(
    text: str, at: Sequence[int], fixed: list[bool], parted: Sequence[bool]
) -> None:
    """Make slots of words in an alphabet of which a part is one."""
    first = 0
    for k in range(1, len(at) + 1):
        pair = text[at[k - 1] : at[k] + 1] if k < len(at) else ""
        if len(pair) == 2 and max(pair) < _IDEOGRAPHS_FROM:
            continue  # the word goes on
        if not all(fixed[first:k]) or any(parted[first : k - 1]):
            fixed[first:k] = [False] * (k - first)
        first = k


def _drop_short_runs(fixed: list[bool], parted: list[bool]) -> None:
    """Make slots of fixed letters that are too few in a row to mean anything."""
    first = 0
    for k in range(len(fixed) + 1):
        ends = k == len(fixed) or not fixed[k] or (k > 0 and parted[k - 1])
        if ends:
            if k - first < _LEAST_FIXED and len(fixed) > _LEAST_FIXED:
                fixed[first:k] = [False] * (k - first)
            first = k if k < len(fixed) and fixed[k] else k + 1
