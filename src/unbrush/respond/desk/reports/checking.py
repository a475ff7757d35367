"""Checking: what the records of the market say of the numbers that a report states.

Where in doubt nothing is said: a number that is not there may be mistyped, or of a day that was
not imported. Only a number that is there and belongs elsewhere contradicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unbrush.base.engine import Engine, quote
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.desk.reports.intake import NewReport

AGREES, CONTRADICTS, NOT_FOUND, UNCHECKED = "agrees", "contradicts", "not-found", "unchecked"
_MOST_HOLDERS = 20
"""Accounts of one device or card; more are an office or a campus, and tie nobody to anybody."""

_LINKS = ("device", "card", "phone")


@dataclass(frozen=True)
class Check:
    """What one look-up gave.

    Attributes:
        name: order, waybill, shop, own-order, signals.
        verdict: agrees, contradicts, not-found, unchecked.
        words: The facts.
    """

    name: str
    verdict: str
    words: Words


@dataclass(frozen=True)
class Checked:
    """What the market says of a report.

    Attributes:
        checks: One for each number that was looked up.
        shop_id: The shop that the order or waybill is of, if the report named none.
        ties: (kind, value) that tie the reporter's account to others.
    """

    checks: tuple[Check, ...] = ()
    shop_id: str | None = None
    ties: tuple[tuple[str, str], ...] = field(default=())


def check_report(engine: Engine, folder: RunFolder, new: NewReport) -> Checked:
    """Look a report's numbers up in a run's events.

    Args:
        engine: Reads the events.
        folder: The newest run that was imported.
        new: What is told.
    """
    checks: list[Check] = []
    order_id = new.order_id
    shop_id = new.shop_id
    if new.waybill_id:
        parcel = _first(engine, folder, "shipments", "waybill_id", new.waybill_id)
        checks.append(_waybill(new, parcel))
        if parcel and not order_id:
            order_id = str(parcel["order_id"])
    if order_id:
        order = _first(engine, folder, "orders", "order_id", order_id)
        if new.order_id:
            checks.append(_order(new, order))
        if order:
            shop_id = shop_id or str(order["shop_id"])
            if new.account_id and str(order["account_id"]) == new.account_id:
                checks.append(_OWN)
            checks += _signals(engine, folder, order_id)
    if shop_id:
        checks.append(_shop(engine, folder, shop_id))
    return Checked(tuple(checks), shop_id, tuple(_ties(engine, folder, new.account_id)))


_OWN = Check("own-order", AGREES, Words("该订单由举报人的账号下单。", "The reporter placed it."))


def _first(
    engine: Engine, folder: RunFolder, table: str, key: str, value: str
) -> Mapping[str, Any] | None:
    """Return the row of an event table that has a key; None if table or row are not there."""
    path = folder.event(table)
    if not path.is_file():
        return None
    rows = engine.query(
        f"""SELECT * FROM {engine.scan(path)} WHERE CAST({key} AS VARCHAR) = {quote(value)}
            LIMIT 1"""
    ).to_pylist()
    return rows[0] if rows else None


def _order(new: NewReport, order: Mapping[str, Any] | None) -> Check:
    if order is None:
        return Check("order", NOT_FOUND, Words(
            f"已导入的记录中没有订单 {new.order_id}；可能输错，或日期未导入。",
            f"No order {new.order_id} is in what was imported: mistyped, or of another day.",
        ))  # fmt: skip
    if new.shop_id and str(order["shop_id"]) != new.shop_id:
        return Check("order", CONTRADICTS, Words(
            f"订单 {new.order_id} 存在，但属于另一家店铺。",
            f"Order {new.order_id} is there, but of another shop.",
        ))  # fmt: skip
    return Check("order", AGREES, Words(
        f"订单 {new.order_id} 存在，店铺相符。", f"Order {new.order_id} is there, of this shop."
    ))  # fmt: skip


def _waybill(new: NewReport, parcel: Mapping[str, Any] | None) -> Check:
    if parcel is None:
        return Check("waybill", NOT_FOUND, Words(
            f"已导入的记录中没有运单 {new.waybill_id}。",
            f"No waybill {new.waybill_id} is in what was imported.",
        ))  # fmt: skip
    if new.order_id and str(parcel["order_id"]) != new.order_id:
        return Check("waybill", CONTRADICTS, Words(
            f"运单 {new.waybill_id} 存在，但属于另一笔订单。",
            f"Waybill {new.waybill_id} is there, but of another order.",
        ))  # fmt: skip
    return Check("waybill", AGREES, Words(
        f"运单 {new.waybill_id} 存在。", f"Waybill {new.waybill_id} is there."
    ))  # fmt: skip


def _shop(engine: Engine, folder: RunFolder, shop_id: str) -> Check:
    for table in ("shops", "orders", "items"):
        if _first(engine, folder, table, "shop_id", shop_id):
            return Check("shop", AGREES, Words("店铺存在。", "The shop is there."))
    return Check("shop", NOT_FOUND, Words(
        f"已导入的记录中没有店铺 {shop_id}。", f"No shop {shop_id} is in what was imported."
    ))  # fmt: skip


def _signals(engine: Engine, folder: RunFolder, order_id: str) -> list[Check]:
    """Say which patterns the run found about the order: a lead for people, never a proof."""
    path = folder.output("signals")
    if not path.is_file():
        return []
    rows = engine.query(
        f"""SELECT DISTINCT detector FROM {engine.scan(path)}
            WHERE subject_kind = 'order' AND CAST(subject_id AS VARCHAR) = {quote(order_id)}
            ORDER BY detector"""
    ).to_pylist()
    if not rows:
        return []
    names = ", ".join(row["detector"] for row in rows)
    return [Check("signals", AGREES, Words(f"该订单有信号：{names}。", f"Signals: {names}."))]


def _ties(engine: Engine, folder: RunFolder, account_id: str) -> list[tuple[str, str]]:
    """Return what ties an account to others: rare devices and cards, and its shop."""
    if not account_id:
        return []
    found: list[tuple[str, str]] = []
    account = _first(engine, folder, "accounts", "account_id", account_id) or {}
    if account.get("staff_of_shop_id") is not None:
        found.append(("staff", str(account["staff_of_shop_id"])))
    path = folder.event("account_links")
    if path.is_file():
        source = engine.scan(path)
        kinds = ", ".join(map(quote, _LINKS))
        rows = engine.query(
            f"""WITH own AS (
                    SELECT DISTINCT kind, token FROM {source}
                    WHERE CAST(account_id AS VARCHAR) = {quote(account_id)} AND kind IN ({kinds}))
                SELECT kind, token FROM {source} JOIN own USING (kind, token)
                GROUP BY kind, token HAVING count(DISTINCT account_id) <= {_MOST_HOLDERS}
                ORDER BY kind, token"""
        ).to_pylist()
        found += [(f"{row['kind']}-link", str(row["token"])) for row in rows]
    return found


def keep_checks(
    transaction: Transaction, at_ms: int, report_id: str, checks: Sequence[Check], /
) -> None:
    """Keep what was looked up in the place of what was."""
    transaction.run("DELETE FROM report_checks WHERE report_id = :id", id=report_id)
    transaction.many(
        """INSERT INTO report_checks (report_id, name, verdict, zh, en, checked_at)
           VALUES (:report_id, :name, :verdict, :zh, :en, :at_ms)
           ON CONFLICT (report_id, name) DO NOTHING""",
        [
            {
                "report_id": report_id, "name": check.name, "verdict": check.verdict,
                "zh": check.words.zh, "en": check.words.en, "at_ms": at_ms,
            }
            for check in checks
        ],
    )  # fmt: skip


def checks_of(transaction: Transaction, report_id: str) -> list[Row]:
    """Return what was looked up for a report."""
    return transaction.all(
        """SELECT name, verdict, zh, en, checked_at FROM report_checks WHERE report_id = :id
           ORDER BY name""",
        id=report_id,
    )
