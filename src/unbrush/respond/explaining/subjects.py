"""Who or what is asked about: read from ``kind:id``, sought in the market, near misses offered."""

from collections.abc import Mapping
from typing import NamedTuple

from unbrush.base.engine import Engine, name, quote
from unbrush.base.errors import BadParameter, SubjectNotFound, did_you_mean
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words

PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "order": (("orders", "order_id"),),
    "review": (("reviews", "review_id"),),
    "account": (
        ("accounts", "account_id"),
        ("orders", "account_id"),
        ("reviews", "account_id"),
        ("interactions", "account_id"),
    ),
    "shop": (
        ("shops", "shop_id"),
        ("orders", "shop_id"),
        ("items", "shop_id"),
        ("reviews", "shop_id"),
    ),
    "ring": (("rings", "ring_id"),),
    "staff": (("staff", "staff_id"), ("staff_actions", "staff_id")),
}
"""Kinds of subject that can be explained, and the tables and columns that have their ids."""

KIND_WORDS: Mapping[str, Words] = {
    "order": Words("订单", "order"),
    "review": Words("评价", "review"),
    "account": Words("账号", "account"),
    "shop": Words("店铺", "shop"),
    "ring": Words("协同圈", "ring"),
    "staff": Words("内部人员", "staff member"),
}
"""The same in words, one of each."""

MOST_NEAR = 5
FARTHEST = 2
"""Edits (a letter more, less or other) up to which an id is near another."""


class Subject(NamedTuple):
    """One subject of a run.

    Attributes:
        kind: One of `PLACES`.
        id: Its id as the run has it: whole number or text.
    """

    kind: str
    id: int | str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def find_subject(engine: Engine, manifest: Manifest, text: str) -> Subject:
    """Return the subject that ``text`` names.

    Args:
        engine: Holds the event tables and `rings`.
        manifest: What was collected; decides the types of ids.
        text: ``kind:id``, or an id that only one kind has.

    Raises:
        BadParameter: An id that several kinds have, or a kind that there is not.
        SubjectNotFound: Nothing in the market has this id; names near ones.
    """
    kind, colon, bare = text.partition(":")
    if colon and kind in PLACES:
        if (subject := _found(engine, manifest, kind, bare)) is not None:
            return subject
        raise SubjectNotFound(
            f"There is no {KIND_WORDS[kind].en} {bare!r} in this market.",
            hint=_elsewhere(engine, manifest, kind, bare),
        )
    found = [each for kind in PLACES if (each := _found(engine, manifest, kind, text)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadParameter(
            f"{text} is {_listed([_with_article(each.kind) for each in found])}.",
            hint=f"Say which: {' or '.join(map(str, found))}.",
        )
    if colon and bare and kind.isalpha():
        raise BadParameter(
            f"There is no kind {kind!r} that could be explained.", hint=did_you_mean(kind, PLACES)
        )
    raise SubjectNotFound(
        f"Nothing in this market has the id {text!r}.", hint=_elsewhere(engine, manifest, "", text)
    )


def _found(engine: Engine, manifest: Manifest, kind: str, text: str) -> Subject | None:
    """Return the subject of a kind if some table has it."""
    for table, column in PLACES[kind]:
        if (literal := _literal(engine, table, column, text)) is None:
            continue
        is_there = (
            f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {column} = {literal} LIMIT 1)"
        )
        if engine.value(is_there):
            is_whole = manifest.subject_id_type == "BIGINT" and kind != "ring"
            return Subject(kind, int(text) if is_whole else _as_stored(literal))
    return None


def _literal(engine: Engine, table: str, column: str, text: str) -> str | None:
    """Return an id as SQL of the column's type; None if it cannot be one."""
    kind = engine.columns(table).get(column)
    if kind is None:
        return None
    if kind == "VARCHAR":
        return quote(text)
    try:
        number = int(text)
    except ValueError:
        return None
    return str(number) if abs(number) < 2**63 else None


def _as_stored(literal: str) -> str:
    """Return the text that an id became in the output."""
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal


def _elsewhere(engine: Engine, manifest: Manifest, kind: str, text: str) -> str:
    """Say which other kinds have the id, or which ids are near it."""
    others = [
        each
        for other in PLACES
        if other != kind and (each := _found(engine, manifest, other, text)) is not None
    ]
    if others:
        return f"There is {_listed(list(map(str, others)))}."
    near = [
        f"{other}:{each}"
        for other in ([kind] if kind else PLACES)
        for each in _near(engine, other, text)
    ][:MOST_NEAR]
    if near:
        return f"Near it: {', '.join(near)}."
    return "Ids are those of the source; see the tables in the folder events/."


def _near(engine: Engine, kind: str, text: str) -> list[str]:
    """Return ids of a kind that differ by a letter or two, the nearest first."""
    farthest = min(FARTHEST, len(text) - 1)
    if farthest < 1:
        return []
    parts = [
        f"SELECT CAST({name(column)} AS VARCHAR) AS id FROM {name(table)}"
        for table, column in PLACES[kind]
        if column in engine.columns(table)
    ]
    rows = engine.query(
        f"""SELECT id, levenshtein(id, {quote(text)}) AS n_edits
        FROM (SELECT DISTINCT id FROM ({" UNION ALL ".join(parts)})
              WHERE abs(length(id) - {len(text)}) <= {farthest})
        WHERE n_edits <= {farthest} ORDER BY n_edits, id LIMIT {MOST_NEAR}"""
    )
    return [str(each) for each in rows.column("id").to_pylist()]


def _with_article(kind: str) -> str:
    word = KIND_WORDS[kind].en
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
