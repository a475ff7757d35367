"""Sentences of a page with its places, brands and numbers taken out, and what filled them."""

import hashlib
import re

from unbrush.base.pages.hotlines import Hotline
from unbrush.base.pages.marks import BRAND, NUMBER, PLACE, Marks

FEWEST_LETTERS = 4
MOST_SENTENCES = 400
_SLOTS = {PLACE: "\ue000", BRAND: "\ue001", NUMBER: "\ue002"}
_SENTENCE = re.compile(r"[^。！？!?\n]+")


def number_sentences(marks: Marks) -> list[tuple[str, int, str]]:
    """Return the sentences with a number and a place or brand in them, the first of each form.

    Returns:
        The number, a hash of the sentence with its slots empty, and what filled them.
    """
    kinds = marks.kinds
    found: dict[tuple[str, int], str] = {}
    number_in = _numbers_by_place(marks.hotlines)
    for match in list(_SENTENCE.finditer(marks.text))[:MOST_SENTENCES]:
        start, end = match.span()
        own = kinds[start:end].tolist()
        if NUMBER not in own or (PLACE not in own and BRAND not in own):
            continue
        form, fills = _emptied(match.group(), own)
        number = number_in.get(start + own.index(NUMBER))
        if number and sum(letter.isalpha() for letter in form) >= FEWEST_LETTERS:
            mark = hashlib.blake2b(form.encode("utf-8", "replace"), digest_size=8).digest()
            found.setdefault((number, int.from_bytes(mark, "little")), fills)
    return [(number, mark, fills) for (number, mark), fills in found.items()]


def _numbers_by_place(hotlines: list[Hotline]) -> dict[int, str]:
    return {hotline.start: hotline.number for hotline in hotlines}


def _emptied(sentence: str, kinds: list[int]) -> tuple[str, str]:
    """A sentence with one mark for every run of a kind of slot, and what stood in the slots."""
    form: list[str] = []
    fills: list[str] = []
    before = 0
    for letter, kind in zip(sentence, kinds, strict=True):
        if kind in _SLOTS:
            if kind != before:
                form.append(_SLOTS[kind])
            if kind != NUMBER:
                fills.append(letter)
        elif letter.isalpha():
            form.append(letter)
        before = kind
    return "".join(form), "".join(fills)
