"""Marks by which texts and people are known again, without keeping either in the clear."""

import hashlib
from collections.abc import Iterable

from unbrush.respond.desk.reports.vault import Vault

GRAM = 4  # signs: two words of Chinese, most of one of English
MOST_SIGNS = 5_000
MOST_MARKS = 48
FEW_MARKS = 16
"""A text with fewer is too short to be told from another by its words."""


def text_marks(vault: Vault, text: str) -> str:
    """Return a sketch of a text's words: the smallest keyed hashes of its runs of signs."""
    plain = "".join(sign for sign in text.lower() if sign.isalnum())[:MOST_SIGNS]
    grams = {plain[start : start + GRAM] for start in range(len(plain) - GRAM + 1)}
    key = vault.mark("words", "").encode()
    hashes = (hashlib.blake2b(g.encode(), digest_size=5, key=key).hexdigest() for g in grams)
    return " ".join(sorted(hashes)[:MOST_MARKS])


def likeness(one: str, other: str) -> float:
    """Return how much of two texts is the same, 0-1, from their sketches; 0 if one is short."""
    ours, theirs = set(one.split()), set(other.split())
    if min(len(ours), len(theirs)) < FEW_MARKS:
        return 0.0
    least = sorted(ours | theirs)[: min(len(ours), len(theirs))]
    return sum(mark in ours and mark in theirs for mark in least) / len(least)


def tie_marks(vault: Vault, ties: Iterable[tuple[str, str]]) -> str:
    """Return marks of (kind, value) that tie a reporter to others: `device:3f…`, sorted."""
    return " ".join(sorted({f"{kind}:{vault.mark(kind, value)}" for kind, value in ties}))
