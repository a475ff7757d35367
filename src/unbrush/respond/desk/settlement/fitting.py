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
from unbrush.respond.desk.settlement.holdable import Holdable, holdable
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.releasing import end_hold


def held_by_shop(transaction: Transaction) -> dict[str, frozenset[str]]:
    """Return shops of which something is held, or is to be, and the ids of these holds."""
    holds = transaction.all(
        """SELECT shop_id, hold_id FROM holds WHERE state IN ('proposed', 'in-force')
           ORDER BY shop_id"""
    )
    return {
        str(shop_id): frozenset(str(hold["hold_id"]) for hold in group)
        for shop_id, group in groupby(holds, key=lambda hold: hold["shop_id"])
    }


def most_of(
    engine: Engine, folder: RunFolder, shop_id: str, /, *, run_id: str, restored: Sequence[str]
) -> Holdable | None:
    """Return what a run disputes of a shop; None if it cannot say: its holds stay as they are.

    Args:
        engine: Reads the run's files.
        folder: The run.
        shop_id: The shop.
        run_id: The run's id.
        restored: Orders that people said are genuine.
    """
    try:
        return holdable(engine, folder, shop_id, run_id=run_id, reversed_orders=restored)
    except Conflict:
        return None


def fit_shop(transaction: Transaction, at_ms: int, most: Holdable, /) -> int:
    """Let go what a run no longer disputes of a shop; return how many holds changed.

    Args:
        transaction: A writing one.
        at_ms: The present.
        most: What the run disputes.
    """
    holds = transaction.all(
        """SELECT * FROM holds WHERE shop_id = :shop AND state IN ('proposed', 'in-force')
           ORDER BY proposed_at DESC, hold_id DESC""",
        shop=most.shop_id,
    )
    n = _fit_payouts(transaction, at_ms, [h for h in holds if h["kind"] == "payout"], most)
    return n + sum(
        _fit_subsidies(transaction, at_ms, hold, most)
        for hold in holds
        if hold["kind"] == "subsidy"
    )


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
