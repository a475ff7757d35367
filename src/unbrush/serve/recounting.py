"""Lets the counts of the newest run follow what people decided at the desk."""

import logging
from collections.abc import Callable

from unbrush.base.errors import SubjectNotFound, UnbrushError
from unbrush.respond.desk.recounting import Owed, note_recount, owed_recounts
from unbrush.respond.desk.shop_counts import counts_of, renew_counts
from unbrush.serve.api.state import Desk
from unbrush.store.duckdb_engine import DuckDBEngine

_log = logging.getLogger("unbrush.desk")


def follow_words(desk: Desk, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Restore in the newest run what people reversed; return how many words it follows now.

    A run that is not where it was imported from is left for the next time, and the log says so.

    Args:
        desk: The desk.
        is_over: Asked between two words whether to stop.
    """
    with desk.records.reading() as transaction:
        owed = owed_recounts(transaction)
    n = 0
    for each in owed:
        if is_over():
            break
        try:
            n_orders, n_reviews, counts = _follow(each)
        except UnbrushError as error:
            _log.warning("Run %s does not follow %s yet: %s", each.run_id, each.word, error)
            break
        with desk.records.writing() as transaction:
            note_recount(
                transaction, desk.clock(), each, n_orders=n_orders, n_reviews=n_reviews
            )  # fmt: skip
            renew_counts(transaction, each.run_id, counts)
        n += 1
    return n


def _follow(owed: Owed) -> tuple[int, int, dict[str, tuple[int, int]]]:
    """Count again; return how many orders and reviews that changed, and how shops are counted."""
    from unbrush.run import run_restore  # every stage: only where there is something to do

    with DuckDBEngine() as engine:
        try:
            change = run_restore(engine, owed.folder, owed.word)
        except SubjectNotFound:
            return 0, 0, {}
        return change.orders, change.reviews, counts_of(engine, owed.folder)
