"""Labelled rows of the four stretches of time: three that learn, a later one that measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.judge.learned.feature import SIGNAL
from unbrush.judge.learned.features import FEATURES, matrix_sql, needs_of
from unbrush.judge.learned.train import Slice
from unbrush.learn.seeing import Moment

PARTS = ("first", "second", "third", "later")
LEAST: Mapping[str, int] = {"first": 40, "second": 10, "third": 10, "later": 10}
"""Fewest fakes, and fewest honest ones, of each part."""

LEAST_SAID = 20
"""Rows that a detector must have spoken of before its word is learned from."""

MOST_HONEST = 600_000
"""Honest rows that trees are grown on; of more, every so many are taken."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Later:
    """Who stands in the later part, in the order of its rows.

    Attributes:
        ids: As texts.
        shops: As texts.
        is_new: Whether nothing of the account was there before the later part.
    """

    ids: npt.NDArray[np.object_]
    shops: npt.NDArray[np.object_]
    is_new: Bools


@dataclass(frozen=True, kw_only=True)
class Slices:
    """Rows of one kind.

    Attributes:
        kind: ``order`` or ``review``.
        names: Features.
        parts: By name of part.
        later: Who stands in the last one.
    """

    kind: str
    names: tuple[str, ...]
    parts: Mapping[str, Slice]
    later: Later


TIMES = {"order": "placed_at", "review": "posted_at"}


def too_few(
    engine: Engine, kind: str, moments: Sequence[Moment], *, is_unknown_honest: bool
) -> str:
    """Return what is missing before a kind can be learned, as a sentence; empty if nothing is.

    Args:
        engine: Holds the event tables and `_known`.
        kind: ``order`` or ``review``.
        moments: The runs; each says which part its events belong to.
        is_unknown_honest: See `slices`.
    """
    ends = [f"WHEN {TIMES[kind]} <= {each.at_ms} THEN {quote(each.part)}" for each in moments]
    join = "LEFT JOIN" if is_unknown_honest else "JOIN"
    rows = engine.query(
        f"""SELECT CASE {" ".join(ends)} END AS part,
                   count(*) FILTER (WHERE coalesce(is_fake, false)) AS fake,
                   count(*) FILTER (WHERE NOT coalesce(is_fake, false)) AS honest
            FROM {kind}s {join} (SELECT * FROM _known WHERE kind = {quote(kind)}) k
                ON k.id = CAST({kind}_id AS VARCHAR)
            GROUP BY ALL"""
    ).to_pylist()
    counts = {row["part"]: (row["fake"], row["honest"]) for row in rows}
    for part in PARTS:
        fake, honest = counts.get(part, (0, 0))
        if min(fake, honest) < LEAST[part]:
            return (
                f"The {part} stretch of time has {fake:,} {kind}s known as fake and {honest:,} as"
                f" honest; each must be {LEAST[part]} or more."
            )
    return ""


def names_of(engine: Engine, kind: str, manifest: Manifest) -> tuple[str, ...]:
    """Return what is learned from: features that the market has, detectors that spoke enough."""
    heard = engine.query(
        f"""SELECT name FROM _said_{kind} SEMI JOIN (
                SELECT id FROM _seen_{kind} WHERE part = 'first') USING (id)
            GROUP BY name HAVING count(*) >= {LEAST_SAID} ORDER BY name"""
    )["name"].to_pylist()
    own = [each.name for each in FEATURES[kind] if not manifest.lacks(needs_of(kind, [each.name]))]
    return (*own, *(f"{SIGNAL}{each}" for each in heard))


def slices(engine: Engine, kind: str, manifest: Manifest, *, is_unknown_honest: bool) -> Slices:
    """Return the labelled rows of a kind.

    Args:
        engine: Holds what `see` left, and `_known` (kind, id as text, is_fake).
        kind: ``order`` or ``review``.
        manifest: What the market has.
        is_unknown_honest: Whether a row without a label is taken for honest; else it is left out.
    """
    names = names_of(engine, kind, manifest)
    join = "LEFT JOIN" if is_unknown_honest else "JOIN"
    engine.create(
        "_rows",
        f"""SELECT s.*, coalesce(k.is_fake, false) AS is_fake
            FROM _seen_{kind} s {join} (SELECT * FROM _known WHERE kind = {quote(kind)}) k
                ON k.id = CAST(s.id AS VARCHAR)""",
    )
    found = {part: _slice(engine, kind, names, part) for part in PARTS}
    later = engine.query(
        f"""SELECT CAST(id AS VARCHAR) AS id, CAST(shop_id AS VARCHAR) AS shop_id,
                  account_id NOT IN (SELECT account_id FROM _seen_{kind}
                                     WHERE part <> 'later' AND account_id IS NOT NULL) AS is_new
           FROM _rows WHERE part = 'later' ORDER BY "at", _rows.id"""
    )
    engine.drop("_rows")
    return Slices(
        kind=kind,
        names=names,
        parts=found,
        later=Later(
            ids=np.array(later["id"].to_pylist(), object),
            shops=np.array([each or "" for each in later["shop_id"].to_pylist()], object),
            is_new=later["is_new"].to_numpy(zero_copy_only=False),
        ),
    )


def _slice(engine: Engine, kind: str, names: tuple[str, ...], part: str) -> Slice:
    where = f"part = {quote(part)}"
    n_honest = engine.value(f"SELECT count(*) FROM _rows WHERE {where} AND NOT is_fake")
    if part == "first" and n_honest > MOST_HONEST:
        every = -(-n_honest // MOST_HONEST)
        where += f" AND (is_fake OR hash(id) % {every} = 0)"
    sql = matrix_sql("_rows", f"_said_{kind}", names, where)
    rows = engine.query(
        f"""SELECT m.*, r.is_fake FROM ({sql}) m JOIN _rows r USING (id) ORDER BY r."at", r.id"""
    )
    values = np.column_stack([rows[each].to_numpy() for each in names])
    values[~np.isfinite(values)] = 0.0
    return Slice(values=values, is_fake=rows["is_fake"].to_numpy(zero_copy_only=False))
