"""The reading of a table: a view with each cell, its value and its problem side by side.

For each column ``c`` that the source has: ``c_c`` the cell, ``v_c`` its value (NULL if empty or
bad), ``p_c`` the number of its problem (only if it can have one).
"""

from dataclasses import dataclass
from pathlib import Path

from unbrush.base.engine import Engine, name
from unbrush.base.tables import Column, Kind, Table
from unbrush.collect.relation import Opened, Relation, relations_of
from unbrush.collect.values import Clock, cell, is_zero_date, problem_of, rejects_row, value_of


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One table, ready to be checked and written.

    Attributes:
        table: The table.
        view: Name of its view in the engine.
        columns: The columns that the source has, in our order.
        types: Types of the ``v_…`` columns.
        checked: Names of the columns that can have a problem.
        text_ids: Id domains that are text by the source's own types.
        ignored: Titles of source columns that nothing reads.
        is_bad: SQL that says whether a row of the view is useless.
    """

    table: Table
    view: str
    columns: tuple[Column, ...]
    types: dict[str, str]
    checked: frozenset[str]
    text_ids: frozenset[str]
    ignored: tuple[str, ...]
    is_bad: str

    @property
    def tokens(self) -> list[str]:
        """Names of its personal columns."""
        return [column.name for column in self.columns if column.kind is Kind.TOKEN]


def read(engine: Engine, opened: Opened, clock: Clock, staging: Path) -> Reading:
    """Make the view of a table.

    Args:
        engine: Where the files of the table can be read.
        opened: The files, and how the table is made of them.
        clock: What counts as the future.
        staging: Folder for what is dear to work out and will be asked for several times.
    """
    table = opened.plan.table
    view = f"_read_{table.name}"
    relations = relations_of(opened)
    engine.view(view, " UNION ALL BY NAME ".join(_layers(each, clock) for each in relations))
    if not opened.is_typed:
        # Text is parsed and files are joined once; typed columns are cheaper read again.
        path = staging / f"{table.name}.read.parquet"
        engine.write(f"SELECT * FROM {view}", path)
        engine.view(view, f"SELECT * FROM {engine.scan(path)}")
    present = {pull.column.name for each in relations for pull, _ in each.pulls}
    kinds = engine.columns(view)
    columns = tuple(column for column in table.columns if column.name in present)
    checked = frozenset(c.name for c in columns if f"p_{c.name}" in kinds)
    bad = [rejects_row(c, name(f"p_{c.name}")) for c in columns if c.name in checked]
    return Reading(
        table=table,
        view=view,
        columns=columns,
        types={column.name: kinds[f"v_{column.name}"] for column in columns},
        checked=checked,
        text_ids=frozenset().union(*(each.text_ids for each in relations)),
        ignored=opened.unused(),
        is_bad=f"coalesce({' OR '.join(filter(None, bad))}, false)",
    )


def _layers(relation: Relation, clock: Clock) -> str:
    """Return nested SELECTs, a layer for each step, so that no expression is written out twice."""
    cells, values, problems, final = (["_part", "_row"] for _ in range(4))
    for pull, kind in relation.pulls:
        column = pull.column
        c, v, x, p = (name(f"{letter}_{column.name}") for letter in "cvxp")
        bare, bare_kind = cell(pull, x, kind)
        cells.append(f"{bare} AS {c}")
        values += [c, f"{value_of(pull, c, bare_kind)} AS {v}"]
        problem = problem_of(column, c, v, clock)
        problems += [c, v, *([f"{problem} AS {p}"] if problem else [])]
        is_none = is_zero_date(v) if column.kind is Kind.TIME else ""
        nothing = " OR ".join(filter(None, [f"{p} IS NOT NULL" if problem else "", is_none]))
        final.append(c)
        final.append(f"CASE WHEN {nothing} THEN NULL ELSE {v} END AS {v}" if nothing else v)
        final += [p] if problem else []
    sql = relation.sql
    for layer in (cells, values, problems, final):
        sql = f"SELECT {', '.join(layer)} FROM ({sql})"
    return sql
