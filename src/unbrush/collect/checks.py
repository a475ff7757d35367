"""Checks: count what is wrong with a table, stop if it is too much, keep the rejects."""

from dataclasses import dataclass

from unbrush.base.engine import Engine, name
from unbrush.base.errors import EmptyTable, TooManyRejects
from unbrush.base.tables import Column, Kind
from unbrush.collect.reading import Reading
from unbrush.collect.rejects import Reject, code_of, reason_of, select_of
from unbrush.collect.repeats import duplicate_rejects, find_repeats

REASONS_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a first pass over a table found.

    Attributes:
        n_rejects: Rows that cannot be used, broken records included.
        n_merged: Repeats merged into an earlier row.
        n_emptied: Values left out of rows that are kept.
        rejects: Names of engine tables with the rejects.
        n_gone: Good rows to leave out because they repeat others.
        whole: Names of id columns all of whose values are canonical whole numbers.
    """

    n_rejects: int
    n_merged: int
    n_emptied: int
    rejects: tuple[str, ...]
    n_gone: int
    whole: frozenset[str]


@dataclass(frozen=True)
class _Problem:
    """One kind of fault in one column: how many rows, and the first of them."""

    column: Column
    number: int
    is_kept: bool
    n_rows: int
    first: tuple[str, int, str]


def check(
    engine: Engine, reading: Reading, broken: list[Reject], *, max_reject_share: float
) -> Findings:
    """Look at every row of a table once; store its rejects.

    Args:
        engine: Holds the reading and ``_parts``.
        reading: The table.
        broken: Records of its files that were rejected before.
        max_reject_share: Most rejected rows, and most values left out of any one column (0-1).

    Raises:
        EmptyTable: No row is usable.
        TooManyRejects: More than the set share is not.
    """
    counts = {row["is_bad"]: row for row in engine.query(_counting_sql(reading)).to_pylist()}
    good, bad = counts.get(False, {}), counts.get(True, {})
    n_bad = bad.get("n", 0) + len(broken)
    n_read = good.get("n", 0) + n_bad
    emptied = {name: good.get(f"p_{name}", 0) for name in reading.checked}
    faulty = [c for c in reading.columns if emptied.get(c.name) or bad.get(f"p_{c.name}")]
    most = max_reject_share * n_read
    if n_bad > most or max(emptied.values(), default=0) > most:
        raise _too_many(engine, reading, broken, n_bad, n_read, max_reject_share)
    n_merged, n_duplicates = find_repeats(engine, reading)
    if n_bad + n_duplicates > most:
        raise _too_many_duplicates(engine, reading, n_bad + n_duplicates, n_read, max_reject_share)
    if n_read == n_bad:
        raise EmptyTable(
            f"{reading.table.name} has no usable row; all {n_read:,} were rejected.",
            hint="See the reasons with a smaller --max-rejects, or leave the table out.",
        )
    stored = _store_rejects(engine, reading, faulty, has_duplicates=bool(n_duplicates))
    return Findings(
        n_rejects=n_bad + n_duplicates,
        n_merged=n_merged,
        n_emptied=sum(emptied.values()),
        rejects=stored,
        n_gone=n_merged + n_duplicates,
        whole=frozenset(c.name for c in _ids(reading) if good.get(f"w_{c.name}") is not False),
    )


def _ids(reading: Reading) -> list[Column]:
    return [column for column in reading.columns if column.kind is Kind.ID]


def _counting_sql(reading: Reading) -> str:
    """Return SQL of two rows, of the good rows and of the bad ones, with what each holds."""
    picks = [f"{reading.is_bad} AS is_bad", "count(*) AS n"]
    for column in reading.columns:
        if column.name in reading.checked:
            problem = name(f"p_{column.name}")
            picks.append(f"count({problem}) AS {problem}")
    for column in _ids(reading):
        if reading.types[column.name] == "VARCHAR":
            value = name(f"v_{column.name}")
            # Canonical means that the number, written out again, is the same text.
            is_whole = f"CAST(TRY_CAST({value} AS BIGINT) AS VARCHAR) = {value}"
            all_whole = f"bool_and(coalesce({is_whole}, {value} IS NULL))"
            picks.append(f"{all_whole} AS {name(f'w_{column.name}')}")
    return f"SELECT {', '.join(picks)} FROM {reading.view} GROUP BY 1"


def _shown(column: Column) -> str:
    """Return SQL of a bad value as it may be shown: never a personal one."""
    return "''" if column.kind is Kind.TOKEN else name(f"c_{column.name}")


def _store_rejects(
    engine: Engine, reading: Reading, faulty: list[Column], *, has_duplicates: bool
) -> tuple[str, ...]:
    selects = [duplicate_rejects(reading)] if has_duplicates else []
    kept = f"NOT {reading.is_bad}"
    for column in faulty:
        problem = name(f"p_{column.name}")
        found = engine.query(
            f"SELECT DISTINCT {problem} AS number, {kept} AS is_kept FROM {reading.view} "
            f"WHERE {problem} IS NOT NULL ORDER BY ALL"
        )
        for row in found.to_pylist():
            # A bad row loses this value with all others; a kept row only this value.
            reason = reason_of(row["number"], column, is_kept=row["is_kept"])
            select = select_of(
                reading.table.name,
                column.name,
                code_of(row["number"], column),
                reason,
                value=_shown(column),
                is_kept=str(row["is_kept"]).lower(),
            )
            selects.append(
                f"{select} FROM {reading.view} WHERE {problem} = {row['number']} "
                f"AND {'' if row['is_kept'] else 'NOT '}({kept})"
            )
    if not selects:
        return ()
    stored = f"_rejects_{reading.table.name}"
    engine.create(stored, " UNION ALL ".join(selects))
    return (stored,)


def _problems(engine: Engine, reading: Reading) -> list[_Problem]:
    """Return all problems of a table, the most frequent first."""
    problems = []
    for column in reading.columns:
        if column.name not in reading.checked:
            continue
        problem = name(f"p_{column.name}")
        rows = engine.query(
            f"""
            WITH grouped AS (
              SELECT {problem} AS number, {reading.is_bad} AS is_bad,
                count(*) AS n_rows,
                min(struct_pack(part := _part, row := _row,
                  value := left(coalesce(CAST({_shown(column)} AS VARCHAR), ''), 60))) AS first
              FROM {reading.view} WHERE {problem} IS NOT NULL GROUP BY ALL
            )
            SELECT number, is_bad, n_rows, p.file, first.row AS at, first.value AS value
            FROM grouped JOIN _parts p ON p._part = first.part ORDER BY ALL
            """
        ).to_pylist()
        problems += [
            _Problem(
                column,
                row["number"],
                not row["is_bad"],
                row["n_rows"],
                (row["file"], row["at"], row["value"]),
            )
            for row in rows
        ]
    return sorted(problems, key=lambda each: (-each.n_rows, each.column.name, each.number))


def _too_many(
    engine: Engine,
    reading: Reading,
    broken: list[Reject],
    n_bad: int,
    n_read: int,
    share: float,
) -> TooManyRejects:
    told = [
        f"{p.n_rows:,} × {reason_of(p.number, p.column, is_kept=False).en} First: {p.first[0]}, "
        f"row {p.first[1]:,}" + (f", value {p.first[2]!r}." if p.first[2] else ".")
        for p in _problems(engine, reading)[:REASONS_TOLD]
    ]
    if broken:
        first = broken[0]
        line = f"{len(broken):,} × {first.reason.en} First: {first.file}, row {first.row:,}."
        told = [line, *told][:REASONS_TOLD]
    what = (
        f"{n_bad:,} of {n_read:,} rows of {reading.table.name} were rejected"
        if n_bad > share * n_read
        else f"A column of {reading.table.name} is unreadable in too many of {n_read:,} rows"
    )
    return _stop(what, share, told)


def _too_many_duplicates(
    engine: Engine, reading: Reading, n_bad: int, n_read: int, share: float
) -> TooManyRejects:
    first = engine.query(
        f"SELECT p.file, r.row, r.value, r.reason_en FROM ({duplicate_rejects(reading)}) r "
        "JOIN _parts p USING (_part) ORDER BY ALL LIMIT 1"
    ).to_pylist()[0]
    told = [
        f"{first['reason_en']} First: {first['file']}, row {first['row']:,}, {first['value']!r}."
    ]
    what = f"{n_bad:,} of {n_read:,} rows of {reading.table.name} were rejected"
    return _stop(what, share, told)


def _stop(what: str, share: float, told: list[str]) -> TooManyRejects:
    return TooManyRejects(
        f"{what}; at most {share * 100:g} % may be. Most common: {' '.join(told)}",
        hint="Mend the source or the mapping, or allow more with --max-rejects.",
    )
