"""What of a shop's money may be held at most: what a run says of it, less what people reversed."""

from collections.abc import Collection
from dataclasses import dataclass

from unbrush.base.engine import Engine, quote
from unbrush.base.errors import Conflict, NoSuchRecord
from unbrush.base.records import Transaction
from unbrush.base.run_folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A subsidy for an order that does not count."""

    grant_id: str
    order_id: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Holdable:
    """What may be held of one shop.

    Attributes:
        run_id: The run that says so.
        shop_id: The shop.
        grants: Disputed subsidies: those for orders that do not count.
        turnover_minor: Turnover that does not count and was not given back to buyers: the disputed
            part of what is paid out.
        currency: Of the orders that do not count; empty if they do not say.
    """

    run_id: str
    shop_id: str
    grants: tuple[Grant, ...]
    turnover_minor: int
    currency: str

    @property
    def subsidies_minor(self) -> int:
        """All disputed subsidies together."""
        return sum(grant.amount_minor for grant in self.grants)


def newest_run(transaction: Transaction) -> tuple[str, RunFolder]:
    """Return id and folder of the run that was imported last, not of one that is under way.

    Raises:
        NoSuchRecord: None was.
    """
    row = transaction.one(
        """SELECT run_id, folder FROM runs
           WHERE run_id NOT IN (SELECT run_id FROM run_imports)
           ORDER BY imported_at DESC, run_id DESC LIMIT 1"""
    )
    if row is None:
        raise NoSuchRecord("No run was imported.", hint="POST /runs takes one in.")
    from pathlib import Path

    return str(row["run_id"]), RunFolder(Path(row["folder"]))


def reversed_orders(transaction: Transaction) -> list[str]:
    """Return orders that people said are genuine."""
    rows = transaction.all(
        """SELECT subject_id FROM decisions
           WHERE subject_kind = 'order' AND human_outcome = 'reversed' ORDER BY subject_id"""
    )
    return [str(row["subject_id"]) for row in rows]


def holdable(
    engine: Engine,
    folder: RunFolder,
    shop_id: str,
    /,
    *,
    run_id: str,
    reversed_orders: Collection[str] = (),
) -> Holdable:
    """Return what may be held of a shop.

    Args:
        engine: Reads the run's files.
        folder: A judged run.
        shop_id: The shop.
        run_id: The run's id.
        reversed_orders: Orders that people said are genuine: they are not disputed any more.

    Raises:
        Conflict: The run's files are gone, or its disputed orders are of several currencies.
    """
    for path in (folder.output("decisions"), folder.output("clean_counts"), folder.event("orders")):
        if not path.is_file():
            raise Conflict(
                f"Run {run_id} has no {path.name} any more.",
                hint="What may be held is read from its files: import a run that is there.",
            )
    refunds = folder.event("refunds")
    given_back = (
        f"(SELECT order_id, sum(amount_minor) AS back FROM {engine.scan(refunds)} GROUP BY 1)"
        if refunds.is_file()
        else "(SELECT NULL AS order_id, 0 AS back WHERE false)"
    )
    kept = ", ".join(quote(each) for each in reversed_orders) or "NULL"
    currency = _has(engine, folder, "orders", "currency")
    paid = _has(engine, folder, "orders", "paid_minor")
    engine.create(
        "disputed_orders",
        f"""SELECT CAST(o.order_id AS VARCHAR) AS order_id,
                   {"o.currency" if currency else "NULL"} AS currency,
                   greatest({"coalesce(o.paid_minor, 0)" if paid else "0"}
                       - coalesce(r.back, 0), 0) AS paid_minor
            FROM {engine.scan(folder.event("orders"))} o
            JOIN {engine.scan(folder.output("decisions"))} d
                ON d.subject_kind = 'order' AND d.subject_id = o.order_id AND d.is_neutralised
            LEFT JOIN {given_back} r
                ON CAST(r.order_id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
            WHERE CAST(o.shop_id AS VARCHAR) = {quote(shop_id)}
              AND coalesce(CAST(o.order_id AS VARCHAR) NOT IN ({kept}), true)""",
    )
    [said] = engine.query(
        "SELECT list(DISTINCT currency ORDER BY currency) FILTER (currency IS NOT NULL) AS of, "
        "CAST(coalesce(sum(paid_minor), 0) AS BIGINT) AS paid FROM disputed_orders"
    ).to_pylist()
    currencies = said["of"] or []
    if len(currencies) > 1:
        raise Conflict(
            f"Disputed orders of {shop_id} are in {', '.join(currencies)}.",
            hint="One hold is in one currency: what may be held of several is not told apart yet.",
        )
    counted = engine.value(
        f"""SELECT CAST(sum(turnover_minor_raw - turnover_minor_clean) AS BIGINT)
            FROM {engine.scan(folder.output("clean_counts"))}
            WHERE subject_kind = 'shop' AND CAST(subject_id AS VARCHAR) = {quote(shop_id)}"""
    )
    grants = _grants(engine, folder)
    engine.drop("disputed_orders")
    return Holdable(
        run_id=run_id,
        shop_id=shop_id,
        grants=grants,
        # The lesser of the two: clean counts leave out orders that were called off.
        turnover_minor=max(min(int(said["paid"]), counted), 0),
        currency=currencies[0] if currencies else "",
    )


def _grants(engine: Engine, folder: RunFolder) -> tuple[Grant, ...]:
    """Return disputed subsidies, by order."""
    path = folder.event("subsidies")
    if not path.is_file():
        return ()
    rows = engine.query(
        f"""SELECT CAST(s.grant_id AS VARCHAR) AS grant_id, o.order_id, s.amount_minor
            FROM {engine.scan(path)} s
            JOIN disputed_orders o ON o.order_id = CAST(s.order_id AS VARCHAR)
            WHERE s.amount_minor > 0 ORDER BY o.order_id, grant_id"""
    ).to_pylist()
    return tuple(Grant(**row) for row in rows)


def _has(engine: Engine, folder: RunFolder, table: str, column: str) -> bool:
    names = engine.query(f"SELECT * FROM {engine.scan(folder.event(table))} LIMIT 0").column_names
    return column in names
