"""The end of an import: money that the run no longer disputes is let go, and the run is the newest.

What a run disputes of a shop is read from its files before anything is locked; what was held or
proposed in between is looked at again in the last transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.records import Records, Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.import_applying import keep_words
from unbrush.respond.desk.import_record import Part, do_part, mine
from unbrush.respond.desk.settlement.fitting import fit_shop, held_by_shop, most_of
from unbrush.respond.desk.settlement.holdable import Holdable, reversed_orders

_COUNTED = ("n_decisions", "n_changed", "n_kept", "n_opened", "n_renewed")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        run_id: The run, named by its content.
        is_new: Whether it was not there yet; otherwise nothing was done.
        n_decisions: Decisions in it, without orders and reviews that are only observed.
        n_changed: Of these, new ones and those that are not what the run before said.
        n_kept: Decisions of people that it disagrees with, and that stand.
        n_opened: Cases opened.
        n_renewed: Cases that there were, in which something changed.
        completed: Another run whose import was half done, and which was gone through with first.
    """

    run_id: str
    is_new: bool
    n_decisions: int = 0
    n_changed: int = 0
    n_kept: int = 0
    n_opened: int = 0
    n_renewed: int = 0
    completed: str = ""


def fit_holds(
    records: Records,
    engine: Engine,
    folder: RunFolder,
    worker: str,
    at_ms: int,
    /,
    *,
    run_id: str,
) -> dict[str, frozenset[str]]:
    """Fit holds to the run, shop by shop; return which were."""
    with records.reading() as transaction:
        held, restored = held_by_shop(transaction), reversed_orders(transaction)
    for shop_id in held:
        most = most_of(engine, folder, shop_id, run_id=run_id, restored=restored)
        if most is not None:
            do_part(records, worker, _fitting(at_ms, most))
    return held


def _fitting(at_ms: int, most: Holdable) -> Part:
    def part(transaction: Transaction, _: Row) -> dict[str, Any]:
        fit_shop(transaction, at_ms, most)
        return {}

    return part


def end_import(
    transaction: Transaction,
    engine: Engine,
    folder: RunFolder,
    worker: str,
    at_ms: int,
    /,
    *,
    by: str,
    fitted: Mapping[str, frozenset[str]],
) -> Imported:
    """Say that the run is the newest, once all that people did meanwhile has been looked at."""
    row = mine(transaction, worker)
    run_id = row["run_id"]
    for shop_id, holds in held_by_shop(transaction).items():
        if holds <= fitted.get(shop_id, frozenset()):
            continue
        restored = reversed_orders(transaction)
        most = most_of(engine, folder, shop_id, run_id=run_id, restored=restored)
        if most is not None:
            fit_shop(transaction, at_ms, most)
    keep_words(transaction)
    counted = {name: int(row[name]) for name in _COUNTED}
    note(
        transaction, at_ms, by, "run.imported", "run", run_id, **counted,
        policy=row["policy_version"],
    )  # fmt: skip
    transaction.run("DELETE FROM run_imports")
    return Imported(run_id=run_id, is_new=True, completed="", **counted)
