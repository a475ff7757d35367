"""Words of praise and of complaint, learned from what a market's own stars stand over.

A list of words misses what it does not know: the trade's terms, this year's slang, another language
("脱胶", "劝我退掉"). The market knows them: they stand under low stars in many shops and under
high ones in few. Each text is judged by what was learned from other shops, and no shop teaches more
than `A_SHOP` reviews' worth: stars that one shop's buyers were made to give, or a rival gave, teach
hardly anything. What is said in the words of the item's title ("垃圾桶", a bin, is no "垃圾",
rubbish) names the thing.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text.clause_pieces import pieces
from unbrush.base.text.listing_lines import titles_of
from unbrush.base.text.own_words import OwnWords

SIZE = 1 << 19  # counters, by a piece's hash
FOLDS = 8  # of shops, each judged by what the others taught
A_SHOP = 1.0  # reviews of one side that a shop's weigh at most
PRIOR = 5.0  # reviews of no opinion that each piece is given
TINY = 1e-12

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Tone:
    """What the words of each review say by themselves.

    Attributes:
        praise: Clauses that praise; none where other shops have too few reviews of either side.
        complaint: Clauses that complain, likewise.
    """

    praise: Ints
    complaint: Ints


def learned_tone(
    own: OwnWords, is_high: Bools, is_low: Bools, *, clear: float, least: float
) -> Tone:
    """Learn from the reviews with high and with low stars, and judge all of them.

    Args:
        own: The reviews, and items with their titles.
        is_high: Which have high stars.
        is_low: Which have low stars.
        clear: Natural logarithm of how many times as often a clause's words must stand under the
            one as under the other, to speak clearly.
        least: Reviews of each side in other shops, at most `A_SHOP` of each, to learn from.
    """
    fold, weight = _folds(own.shops), _weights(own.shops, is_high, is_low)
    side = np.where(is_low, 1, 0)
    counts = np.zeros((FOLDS, 2, SIZE), np.float32)
    teaches = is_high | is_low
    for which, texts in own.texts():
        rows = np.flatnonzero(teaches[which])
        at = which[rows]
        own_pieces = pieces(texts).of(rows)
        _teach(own_pieces.hashes, own_pieces.starts, fold[at], side[at], weight[at], counts)
    whole: Floats = np.array(
        [[weight[(fold == k) & teaches & (side == s)].sum() for s in (0, 1)] for k in range(FOLDS)]
    )
    others, n = counts.sum(axis=0) - counts, whole.sum(axis=0) - whole
    ratio = _ratios(others, n)
    praise, complaint = np.zeros(len(fold), np.int64), np.zeros(len(fold), np.int64)
    names, title = pieces(own.items["title"].cast(pa.string()).combine_chunks()), titles_of(own)
    for which, texts in own.texts():
        said = (*pieces(texts), fold[which], ratio, clear)
        own_names = (names.hashes, names.starts, title[which])
        praise[which], complaint[which] = _judge(*said, *own_names)
    enough = (n >= least).all(axis=1)[fold]
    return Tone(praise=praise * enough, complaint=complaint * enough)


def _folds(shops: Ints) -> Ints:
    """Return a fold for each review, the same for all of a shop, whatever the order of rows."""
    _, first, code = np.unique(shops, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[code] % FOLDS


def _weights(shops: Ints, is_high: Bools, is_low: Bools) -> Floats:
    out = np.zeros(len(shops))
    for flags in (is_high, is_low):
        n = np.bincount(shops[flags], minlength=int(shops.max(initial=0)) + 1)
        out[flags] = np.minimum(1.0, A_SHOP / n[shops[flags]])
    return out


def _ratios(counts: Floats, n: Floats) -> Floats:
    """Return ln(share under high stars / share under low ones) of each piece, by fold.

    Each piece has been seen `PRIOR` times more, under high and low stars as often as any piece: one
    that few shops know says little.
    """
    of_all = n / np.maximum(n.sum(axis=1, keepdims=True), 1.0)
    out = np.empty((len(counts), counts.shape[2]), np.float32)
    for fold, (known, sides, usual) in enumerate(zip(counts, n, of_all, strict=True)):
        share = (known + PRIOR * usual[:, None]) / np.maximum(sides, 1.0)[:, None]
        share = np.maximum(share, TINY)
        out[fold] = np.log(share[0] / share[1])
    return out


@numba.njit(cache=True, nogil=True)
def _teach(hashes, starts, fold, side, weight, counts):  # type: ignore[no-untyped-def]  # compiled
    seen = np.full(counts.shape[2], -1, np.int64)
    for text in range(len(starts) - 1):
        for place in range(starts[text], starts[text + 1]):
            at = np.int64(hashes[place]) % counts.shape[2]
            if seen[at] != text:
                seen[at] = text
                counts[fold[text], side[text], at] += weight[text]


@numba.njit(cache=True, nogil=True)
def _judge(  # type: ignore[no-untyped-def]  # compiled
    hashes, clause_of, starts, fold, ratio, clear, names, name_starts, title
):
    praise = np.zeros(len(starts) - 1, np.int64)
    complaint = np.zeros(len(starts) - 1, np.int64)
    for text in range(len(starts) - 1):
        total, n = 0.0, 0
        for place in range(starts[text], starts[text + 1]):
            named = False
            if title[text] >= 0:
                for at in range(name_starts[title[text]], name_starts[title[text] + 1]):
                    named |= names[at] == hashes[place]
            if not named:
                total += ratio[fold[text], np.int64(hashes[place]) % ratio.shape[1]]
                n += 1
            ends = place + 1 == starts[text + 1] or clause_of[place + 1] != clause_of[place]
            if ends:
                # Neighbouring pieces share a character: they say less than twice as much.
                said = total / np.sqrt(max(n, 1))
                praise[text] += said >= clear
                complaint[text] += said <= -clear
                total, n = 0.0, 0
    return praise, complaint
