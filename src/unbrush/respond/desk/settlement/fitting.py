"""Holds after a newer run: what is no longer disputed is not held any longer.

A run that leaves fewer orders out takes the ground from part of a hold. That part is let go at
once and by itself; a run never makes a hold larger, since that takes people.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from unbrush.base.engine import Engine
from unbrush.base.errors import Conflict
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.settlement.holdable import Holdable, holdable, reversed_orders
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.releasing import end_hold


def fit_holds(
    transaction: Transaction, engine: Engine, folder: RunFolder, at_ms: int, /, *, run_id: str
) -> int:
    """Let go what a run that was just imported no longer disputes; return how many holds changed.

    A shop of whose money the run cannot say how much is disputed keeps its holds as they are.

    Args:
        transaction: A writing one, that of the import.
        engine: Reads the run's files.
        folder: The run.
        at_ms: The present.
        run_id: The run's id.
    """
    holds = transaction.all(
        """SELECT * FROM holds WHERE state IN ('proposed', 'in-force')
           ORDER BY shop_id, proposed_at DESC, hold_id DESC"""
    )
    restored = reversed_orders(transaction)
    n = 0
    for shop_id, group in groupby(holds, key=lambda hold: str(hold["shop_id"])):
        try:
            most = holdable(engine, folder, shop_id, run_id=run_id, reversed_orders=restored)
        except Conflict:
            continue
        of_shop = list(group)
        payouts = [hold for hold in of_shop if hold["kind"] == "payout"]
        n += _fit_payouts(transaction, at_ms, payouts, most)
        n += sum(
            _fit_subsidies(transaction, at_ms, hold, most)
            for hold in of_shop
            if hold["kind"] == "subsidy"
        )
    return n


def _fit_payouts(transaction: Transaction, at_ms: int, holds: Iterable[Row], most: Holdable) -> int:
    """Take what is too much from the holds that were proposed last."""
    holds = list(holds)
    excess = sum(int(hold["amount_minor"]) for hold in holds) - most.turnover_minor
    n = 0
    for hold in holds:
        if excess <= 0:
            break
        freed = min(excess, int(hold["amount_minor"]))
        _reduce(transaction, at_ms, hold, freed, (), most.run_id)
        excess -= freed
        n += 1
    return n


def _fit_subsidies(transaction: Transaction, at_ms: int, hold: Row, most: Holdable) -> int:
    disputed = {grant.grant_id for grant in most.grants}
    held = transaction.all(
        "SELECT grant_id, amount_minor FROM held_grants WHERE hold_id = :id ORDER BY grant_id",
        id=hold["hold_id"],
    )
    freed = [grant for grant in held if grant["grant_id"] not in disputed]
    if not freed:
        return 0
    names = [str(grant["grant_id"]) for grant in freed]
    amount = sum(int(grant["amount_minor"]) for grant in freed)
    _reduce(transaction, at_ms, hold, amount, names, most.run_id)
    return 1


def _reduce(
    transaction: Transaction,
    at_ms: int,
    hold: Row,
    freed_minor: int,
    grant_ids: Sequence[str],
    run_id: str,
    /,
) -> None:
    """Let go a part of a hold, or all of it."""
    left = int(hold["amount_minor"]) - freed_minor
    if left <= 0:
        end_hold(transaction, at_ms, hold, "run", reason=f"run {run_id}", by="system")
        return
    if grant_ids:
        transaction.run(
            "DELETE FROM held_grants WHERE hold_id = :id AND grant_id IN :grants",
            id=hold["hold_id"],
            grants=list(grant_ids),
        )
    transaction.run(
        """UPDATE holds SET amount_minor = :left_over, changed_at = :at_ms, version = version + 1
           WHERE hold_id = :id""",
        left_over=left,
        at_ms=at_ms,
        id=hold["hold_id"],
    )
    note(
        transaction, at_ms, "system", "hold.reduced", "hold", hold["hold_id"],
        shop=hold["shop_id"], run=run_id, freed_minor=freed_minor, amount_minor=left,
        grants=list(grant_ids),
    )  # fmt: skip
    if hold["state"] == "in-force":
        tell(
            transaction, at_ms, "hold.reduced", "shop", hold["shop_id"],
            hold_id=hold["hold_id"], kind=hold["kind"], amount_minor=left,
            freed_minor=freed_minor, currency=hold["currency"], interest_minor=0,
            grant_ids=list(grant_ids),
        )  # fmt: skip
