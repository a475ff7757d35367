"""Spinning: sentences with alternatives inside, as form letters and spam programs write them.

    {好看|漂亮|洋气}      one of these, which may hold further ones
    {，真的|}            one of these, or nothing
    <good>              a word that the caller gives: a text, or several to draw one from each time

Nothing else is special; there is no way to write these marks themselves.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Union

from unbrush.simulate.texts.dice import Dice

Words = Mapping[str, str | Sequence[str]]
Part = Union[str, "Slot", "Choice"]


class Slot(str):
    """The name of a word that the caller gives."""

    __slots__ = ()


class Choice(tuple[tuple["Part", ...], ...]):
    """Alternatives, each a run of parts."""

    __slots__ = ()


def spin(dice: Dice, form: str, words: Words | None = None) -> str:
    """Return one way of saying ``form``.

    Raises:
        KeyError: The form names a word that was not given.
    """
    return "".join(_said(dice, _parsed(form), words or {}))


def lines(block: str) -> tuple[str, ...]:
    """Return the lines of a block of text, without blank ones."""
    return tuple(line.strip() for line in block.strip().splitlines() if line.strip())


def listed(block: str) -> tuple[str, ...]:
    """Return the words of a block of text."""
    return tuple(block.split())


def _said(dice: Dice, parts: tuple[Part, ...], words: Words) -> list[str]:
    found: list[str] = []
    for part in parts:
        if isinstance(part, Choice):
            found += _said(dice, dice.one(part), words)
        elif isinstance(part, Slot):
            given = words[part]
            found.append(given if isinstance(given, str) else dice.one(given))
        else:
            found.append(part)
    return found


@cache
def _parsed(form: str) -> tuple[Part, ...]:
    parts, end = _run(form, 0, stops="")
    if end != len(form):
        raise ValueError(f"There is a brace too many in {form!r}.")
    return parts


def _run(form: str, at: int, *, stops: str) -> tuple[tuple[Part, ...], int]:
    """Read parts until one of ``stops`` (not consumed) or the end."""
    parts: list[Part] = []
    text = ""
    while at < len(form) and form[at] not in stops:
        if form[at] in "{<":
            parts += [text] if text else []
            text = ""
            part, at = _choice(form, at) if form[at] == "{" else _slot(form, at)
            parts.append(part)
        elif form[at] == "}":
            break
        else:
            text += form[at]
            at += 1
    parts += [text] if text else []
    return tuple(parts), at


def _choice(form: str, at: int) -> tuple[Choice, int]:
    ways = []
    while form[at] != "}":
        way, at = _run(form, at + 1, stops="|}")
        ways.append(way)
        if at == len(form):
            raise ValueError(f"A brace is not closed in {form!r}.")
    return Choice(ways), at + 1


def _slot(form: str, at: int) -> tuple[Slot, int]:
    end = form.index(">", at)
    return Slot(form[at + 1 : end]), end + 1
