"""Wording: reviews as people write them, put together from a grammar, a whole column at a time.

A longer review is two to five parts in any order (clauses about the goods, a scene, a counted
detail, a closing), joined by one person's punctuation. There are some thousand clauses a category
and some hundred scenes and details, so two honest long reviews seldom coincide, while short ones
("不错") do all the time, as in life.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.simulate import phrases as say
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.lexicon import CATEGORIES, COMPLAINT, EVERYWHERE, PRAISE

MOODS = 3  # angry, so-so, pleased: rating 1-2, 3, 4-5
MAX_PARTS = 5
SHORT_WORD = 2
"""Letters of a word that takes any adverb of degree; longer ones are phrases."""


@dataclass(frozen=True)
class Span:
    """A run of phrases in the pool."""

    first: int
    n: int


@dataclass(frozen=True)
class Grammar:
    """Every phrase in one pool, and where each sort of phrase lies in it.

    Attributes:
        pool: All phrases; the first is empty.
        clauses: Where the clauses of (category, mood) begin and how many there are.
        closings: The same for closings, by mood.
        shorts: The same for whole short reviews, by mood.
        scenes: Scenes.
        details: Counted details.
    """

    pool: pa.Array
    clauses: Array
    closings: Array
    shorts: Array
    scenes: Span
    details: Span


class _Pool:
    def __init__(self) -> None:
        self.phrases = [""]

    def add(self, phrases: list[str]) -> Span:
        span = Span(len(self.phrases), len(phrases))
        self.phrases += phrases
        return span


def grammar() -> Grammar:
    """Lay out every phrase; the same each time."""
    pool = _Pool()
    clauses = np.zeros((len(CATEGORIES), MOODS, 2), np.int64)
    for number, category in enumerate(CATEGORIES):
        aspects = [*category.aspects, *EVERYWHERE]
        good, bad = _clauses(aspects, PRAISE), _clauses(aspects, COMPLAINT)
        for mood, choice in enumerate((bad, bad[::2] + good[::2], good)):
            span = pool.add(choice)
            clauses[number, mood] = span.first, span.n
    closings = [pool.add(list(choice)) for choice in (say.ANGRY, say.SO_SO, say.PLEASED)]
    shorts = [
        pool.add(list(choice)) for choice in (say.SHORT_ANGRY, say.SHORT_SO_SO, say.SHORT_PLEASED)
    ]
    peopled = [form.format(who) for form in say.WITH_PEOPLE for who in say.PEOPLE]
    scenes = pool.add([*say.SCENES, *say.SCENES, *peopled])
    details = pool.add(_details())
    return Grammar(
        pool=pa.array(pool.phrases),
        clauses=clauses,
        closings=np.array([(span.first, span.n) for span in closings]),
        shorts=np.array([(span.first, span.n) for span in shorts]),
        scenes=scenes,
        details=details,
    )


def _details() -> list[str]:
    split = [form.split(":") for form in say.COUNTED]
    return [form.format(n) for form, most in split for n in range(2, int(most) + 1)]


def _clauses(aspects: list[str], words: dict[str, str]) -> list[str]:
    split = [aspect.split(":") for aspect in aspects]
    return [
        f"{aspect}{how}{word}"
        for aspect, group in split
        for word in words[group].split()
        for how in (say.HOW if len(word) <= SHORT_WORD else say.HOW_WHOLE)
    ]


def mood_of(rating: Array) -> Array:
    """Return 0 (angry), 1 (so-so) or 2 (pleased) for ratings 1-5."""
    return np.asarray(np.where(rating <= 2, 0, np.where(rating == 3, 1, 2)))


def compose(rules: Grammar, rng: Rng, *, category: Array, rating: Array) -> pa.Array:
    """Write one longer review for each (category index, rating 1-5)."""
    n, mood = len(category), mood_of(rating)
    n_parts = rng.choice([2, 3, 4, 5], n, p=[0.25, 0.4, 0.25, 0.1])
    index = np.zeros((n, MAX_PARTS), np.int64)
    for slot in range(MAX_PARTS):
        span = rules.clauses[category, mood]
        chosen = span[:, 0] + (rng.random(n) * span[:, 1]).astype(np.int64)
        # The first slot always speaks of the goods; the others may tell something else.
        other = rng.random(n) if slot else np.zeros(n)
        chosen = np.where(other > 0.55, _any(rng, rules.scenes, n), chosen)
        chosen = np.where(other > 0.74, _any(rng, rules.details, n), chosen)
        index[:, slot] = np.where(slot < n_parts, chosen, 0)
    ends = rules.closings[mood]
    closing = ends[:, 0] + (rng.random(n) * ends[:, 1]).astype(np.int64)
    last = (np.arange(n), n_parts - 1)
    index[last] = np.where(rng.random(n) < 0.45, closing, index[last])
    swap = (rng.random(n) < 0.4) & (n_parts > 2)
    index[swap, 0], index[swap, 1] = index[swap, 1].copy(), index[swap, 0].copy()
    return _misspell(rng, _join(rules, rng, index, n_parts))


def _any(rng: Rng, span: Span, n: int) -> Array:
    return np.asarray(span.first + rng.integers(0, span.n, n))


def _join(rules: Grammar, rng: Rng, index: Array, n_parts: Array) -> pa.Array:
    """Join parts with the writer's own comma, and end as the writer ends."""
    n = len(index)
    commas = pa.array(["", *say.COMMAS])
    habit = rng.integers(1, len(say.COMMAS) + 1, n)
    pieces = [rules.pool.take(pa.array(index[:, 0]))]
    for slot in range(1, MAX_PARTS):
        pieces.append(commas.take(pa.array(np.where(slot < n_parts, habit, 0))))
        pieces.append(rules.pool.take(pa.array(index[:, slot])))
    pieces.append(pa.array(say.STOPS).take(pa.array(rng.integers(0, len(say.STOPS), n))))
    return pc.binary_join_element_wise(*pieces, pa.scalar(""))


def _misspell(rng: Rng, texts: pa.Array) -> pa.Array:
    """Let one writer in twelve misspell a word."""
    slip = rng.integers(0, len(say.TYPOS) * 12, len(texts))
    for number, slip_of in enumerate(say.TYPOS):
        right, wrong = slip_of.split(":")
        touched = pa.array(slip == number)
        texts = pc.if_else(touched, pc.replace_substring(texts, right, wrong), texts)
    return texts


def shorts(rules: Grammar, rng: Rng, *, rating: Array) -> pa.Array:
    """Write one short review for each rating; a few phrases are written by very many people."""
    span = rules.shorts[mood_of(rating)]
    common_first = rng.random(len(rating)) ** 2
    return rules.pool.take(pa.array(span[:, 0] + (common_first * span[:, 1]).astype(np.int64)))
