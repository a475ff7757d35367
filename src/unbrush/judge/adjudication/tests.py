"""The tests between a victim and who gains, each with what speaks for and against, and its rows.

A test is a SELECT of one row per shop for which it has something to say: shop_id, n, n_of, holds,
row_ids (a list) and shops (others that it points to). Its weight is in natural logarithms of odds,
and set by us, not measured: no court or platform has published how often which is which.
"""

from collections.abc import Callable
from dataclasses import dataclass

from unbrush.base.words import Words


@dataclass(frozen=True, kw_only=True)
class Test:
    """One question that tells a victim of fake orders from who had them placed.

    Attributes:
        name: Short name in kebab-case.
        speaks_for: Whom it speaks for where it holds: beneficiary, victim, or nobody.
        weight: Natural logarithm of how much likelier it is to hold for that side (>= 0).
        needs: Columns by table without which it cannot be asked.
        rows: Table that its row ids are of.
        words: What was asked.
        sql: Makes the SELECT, given the type of subjects' ids and how many rows establish anything.
    """

    name: str
    speaks_for: str
    weight: float
    needs: dict[str, tuple[str, ...]]
    rows: str
    words: Words
    sql: Callable[[str, int], str]


MOST_ROWS = 20
"""Row ids that a test names; the rest can be asked for by what it says."""


def ids_sql(column: str, where: str = "") -> str:
    """Return an aggregate: the first row ids as texts, in order."""
    only = f" FILTER (WHERE {where})" if where else ""
    listed = f"list(DISTINCT CAST({column} AS VARCHAR)){only}"
    return f"coalesce(list_slice(list_sort({listed}), 1, {MOST_ROWS}), CAST([] AS VARCHAR[]))"


NO_SHOPS = "CAST([] AS VARCHAR[])"
"""What a test that points to no other shop has for ``shops``."""
