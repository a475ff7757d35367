"""What a running desk does by itself.

It sends what is told, ends what is over, signs the audit, and lets counts follow people's word.
"""

import logging
import secrets
import threading

from unbrush.base.clock import MINUTE_MS
from unbrush.respond.desk.attachment_retention import erase_old_attachments
from unbrush.respond.desk.audit import sign_checkpoint
from unbrush.respond.desk.idempotency import prune
from unbrush.respond.desk.reports.retention import erase_old
from unbrush.respond.desk.reports.vault import vault_of
from unbrush.respond.desk.settlement.delivering import deliver_due
from unbrush.respond.desk.settlement.payer_blocks import expire_blocks, follow_reversals
from unbrush.respond.desk.settlement.releasing import release_due
from unbrush.respond.desk.shelf import Shelf
from unbrush.respond.desk.steps import expire
from unbrush.respond.sharing.ending import expire_shares
from unbrush.serve.api.state import Desk
from unbrush.serve.posting import Poster
from unbrush.serve.recounting import follow_words

LOOK_S = 1.0
"""How often the outbox is looked at."""

TICK_MS = MINUTE_MS
"""How often terms are looked at, and the audit is signed if enough is new."""

_log = logging.getLogger("unbrush.desk")


class Keeper:
    """A thread that does this until it is stopped; several programs may each have one.

    Args:
        desk: The desk.
        look_s: Seconds between two looks at the outbox.
    """

    def __init__(self, desk: Desk, *, look_s: float = LOOK_S) -> None:
        self._desk = desk
        self._look_s = look_s
        self._poster = Poster(is_loopback_allowed=desk.may_post_to_loopback)
        self._worker = f"D-{secrets.token_hex(8)}"
        self._ended = threading.Event()
        self._next_tick = 0
        self._thread = threading.Thread(target=self._go, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._desk.pulse.beat()
        self._thread.start()

    def stop(self) -> None:
        """End after what is being sent; what is not sent is taken up at the next start."""
        self._ended.set()
        self._thread.join()
        self._poster.close()

    def _go(self) -> None:
        while not self._ended.is_set():
            try:
                is_more = self._once()
                self._desk.pulse.beat()
            except Exception:  # a fault, or a database that is away: the next look may do better
                _log.exception("The desk could not send, or end what is over; it tries again.")
                is_more = False
            if not is_more:
                self._ended.wait(self._look_s)

    def _once(self) -> bool:
        """Do what is due; say whether more waits already."""
        desk = self._desk
        at_ms = desk.clock()
        if at_ms >= self._next_tick:
            tick(desk, at_ms)
            follow_words(desk, is_over=self._ended.is_set)
            self._next_tick = at_ms + TICK_MS
        n_sent = deliver_due(
            desk.records, desk.clock, desk.signer, self._poster, self._worker,
            is_over=self._ended.is_set,
        )  # fmt: skip
        return n_sent > 0


def tick(desk: Desk, at_ms: int) -> None:
    """End steps, holds and blocks whose term is over, and sign the audit if enough is new.

    Whom people cleared leaves the blocks of payers that are for brushers alone.
    Answers that were kept for those who ask twice go after a day; what reporters sent, and what is
    attached, goes with its term, unless a legal hold stands.
    """
    vault = vault_of(desk.folder)
    with desk.records.writing() as transaction:
        expire(transaction, at_ms)
        release_due(transaction, at_ms)
        expire_blocks(transaction, at_ms)
        follow_reversals(transaction, at_ms)
        expire_shares(transaction, at_ms)
        prune(transaction, at_ms)
        erase_old(transaction, vault, at_ms)
        erase_old_attachments(transaction, Shelf(desk.folder / "attachments", vault), at_ms)
        sign_checkpoint(transaction, desk.signer, at_ms)
