"""Answers to a field: it agrees, it contradicts, or it could not be checked and why not."""

from collections.abc import Callable, Iterable
from typing import Any

from unbrush.base.pictures.held_rows import Held, Rows
from unbrush.base.pictures.screenshot_match import Match
from unbrush.base.words import Words


def agrees(table: str, ids: Iterable[Any], held: Any, zh: str, en: str) -> dict[str, Any]:
    """Return that the market holds the same, and the rows that say so."""
    return _answer(Match.AGREES, Words(zh, en), table, ids, held)


def contradicts(table: str, ids: Iterable[Any], held: Any, zh: str, en: str) -> dict[str, Any]:
    """Return that rows which are surely meant hold something else."""
    return _answer(Match.CONTRADICTS, Words(zh, en), table, ids, held)


def unchecked(zh: str, en: str) -> dict[str, Any]:
    """Return that the market cannot tell, and why."""
    return _answer(Match.UNCHECKED, Words(zh, en), "", (), None)


def _answer(match: Match, why: Words, table: str, ids: Iterable[Any], held: Any) -> dict[str, Any]:
    own = tuple(dict.fromkeys(ids))[:5]
    return {"match": match, "why": why, "table": table, "ids": own, "held": held}


def no_table(zh: str, name: str) -> dict[str, Any]:
    """Return that the market lacks the table that would tell."""
    return unchecked(f"平台数据中没有{zh}。", f"The market has no table `{name}`.")


def no_order(held: Held) -> dict[str, Any]:
    """Return why the order that a field belongs to was not found."""
    if not held.has("orders"):
        return no_table("订单", "orders")
    if held.shot.value("order_id") is None:
        return unchecked(
            "图中没有订单号，无从查找订单。", "The picture shows no order number to find it by."
        )
    return unchecked(
        "平台数据中没有此订单号：可能误认，或属于别的平台、别的日子。",
        "The market has no such order: it may be misread, of another platform or another day.",
    )


def values_of(rows: Rows, column: str) -> list[Any]:
    """Return what some rows hold in a column, in order."""
    return sorted({row[column] for row in rows if row.get(column) is not None})


def compared(
    rows: Rows, table: str, key: str, column: str, is_same: Callable[[Any], bool]
) -> dict[str, Any]:
    """Compare a field with a column of the rows found; any that is the same agrees."""
    values = values_of(rows, column)
    ids = [row[key] for row in rows]
    if not values:
        return unchecked(
            f"平台数据没有记录这一项（{column}）。", f"The market does not hold it ({column})."
        )
    same = [value for value in values if is_same(value)]
    if same:
        return agrees(table, ids, same[0], "与平台数据一致。", "The market holds the same.")
    return contradicts(table, ids, values[0], "平台数据不是这样。", "The market holds another.")
