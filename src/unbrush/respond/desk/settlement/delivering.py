"""Delivering: what waits in the outbox is taken, sent, and marked; at least once, in order.

Three parts, each whole by itself: *take* (a transaction that writes down who has it and until
when), *send* (no transaction is open), *mark* (a transaction). Whoever dies in between had it only
until then; another takes it again, and the receiver knows by its id that it is the same. Of one
subject nothing is sent while something earlier waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from unbrush.base.errors import Conflict, NoSuchRecord
from unbrush.base.records import Clock, Records, Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.settlement.hooks import secret_ids
from unbrush.respond.desk.settlement.outbox import share_of
from unbrush.respond.desk.settlement.signature import headers_of
from unbrush.respond.desk.signing import Signer

LEASE_MS = 2 * MINUTE_MS
"""For how long a deliverer has what it took: longer than any sending of a batch."""

BATCH = 10
FIRST_WAIT_MS = 2 * SECOND_MS
LONGEST_WAIT_MS = HOUR_MS
MAX_AGE_MS = 3 * DAY_MS
"""For how long an event is tried."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        status: Of HTTP; 0 if nothing came back.
        error: Why not, in a few words; empty if something did.
    """

    status: int
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it: any 2xx. A redirect is none: nobody is followed."""
        return 200 <= self.status < 300


Post = Callable[[str, bytes, Mapping[str, str]], Answer]
"""URL, body and headers → what came back; it never raises."""


def wait_ms(hook_id: str, seq: int, n_tries: int) -> int:
    """Return how long to wait after so many tries: doubled each time, spread by half.

    The spread is the same for the same event, endpoint and try: nothing here is by chance.
    """
    doubled = min(FIRST_WAIT_MS << min(n_tries - 1, 20), LONGEST_WAIT_MS)
    return int(doubled * (0.5 + share_of(hook_id, seq, n_tries)))


def take(transaction: Transaction, at_ms: int, worker: str, /, *, n: int = BATCH) -> list[Row]:
    """Take what is due, at most one of each endpoint and subject, and return it in order.

    Args:
        transaction: A writing one.
        at_ms: The present.
        worker: Who takes it.
        n: How many at most.
    """
    transaction.run(
        """UPDATE deliveries SET taken_by = :worker, taken_until = :until
           WHERE state = 'waiting' AND taken_until <= :at_ms AND (hook_id, seq) IN (
               SELECT d.hook_id, d.seq FROM deliveries d
               WHERE d.state = 'waiting' AND d.next_at <= :at_ms AND d.taken_until <= :at_ms
                 AND NOT EXISTS (
                     SELECT 1 FROM deliveries e WHERE e.hook_id = d.hook_id
                         AND e.subject = d.subject AND e.state = 'waiting' AND e.seq < d.seq)
               ORDER BY d.next_at, d.seq, d.hook_id LIMIT :n)""",
        worker=worker,
        until=at_ms + LEASE_MS,
        at_ms=at_ms,
        n=n,
    )
    return transaction.all(
        """SELECT d.hook_id, d.seq, d.n_tries, h.url, o.event_id, o.kind, o.body, o.told_at
           FROM deliveries d JOIN outbox o ON o.seq = d.seq JOIN hooks h ON h.hook_id = d.hook_id
           WHERE d.state = 'waiting' AND d.taken_by = :worker AND d.taken_until = :until
             AND h.ended_at IS NULL ORDER BY d.seq, d.hook_id""",
        worker=worker,
        until=at_ms + LEASE_MS,
    )


def mark(transaction: Transaction, at_ms: int, taken: Row, worker: str, answer: Answer) -> str:
    """Write down what became of one delivery; return delivered, waiting or dead.

    Nothing happens if another has taken it meanwhile.
    """
    n_tries = int(taken["n_tries"]) + 1
    if answer.is_taken:
        state = "delivered"
    elif at_ms - int(taken["told_at"]) >= MAX_AGE_MS:
        state = "dead"
    else:
        state = "waiting"
    touched = transaction.run(
        """UPDATE deliveries SET state = :state, n_tries = :n_tries, next_at = :next_at,
               taken_until = 0, taken_by = '', last_status = :status, last_error = :error,
               ended_at = :ended_at
           WHERE hook_id = :hook_id AND seq = :seq AND state = 'waiting' AND taken_by = :worker""",
        state=state,
        n_tries=n_tries,
        next_at=at_ms + wait_ms(str(taken["hook_id"]), int(taken["seq"]), n_tries),
        status=answer.status,
        error=answer.error[:200],
        ended_at=None if state == "waiting" else at_ms,
        hook_id=taken["hook_id"],
        seq=taken["seq"],
        worker=worker,
    )
    if touched and state == "dead":
        note(
            transaction, at_ms, "system", "event.dead", "hook", taken["hook_id"],
            event=taken["event_id"], kind=taken["kind"], n_tries=n_tries, status=answer.status,
        )  # fmt: skip
    return state


def is_due(transaction: Transaction, at_ms: int) -> bool:
    """Say whether anything waits that nobody has, so that idle looks write nothing."""
    row = transaction.one(
        """SELECT 1 AS there FROM deliveries
           WHERE state = 'waiting' AND next_at <= :at_ms AND taken_until <= :at_ms LIMIT 1""",
        at_ms=at_ms,
    )
    return row is not None


def deliver_due(
    records: Records,
    clock: Clock,
    signer: Signer,
    post: Post,
    worker: str,
    /,
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Take a batch, send it, mark it; return how many were sent.

    Args:
        records: Where they wait.
        clock: The present.
        signer: The desk's key, from which secrets are derived.
        post: Sends one.
        worker: Names who does it: one name for one thread.
        is_over: Asked before each; what is taken and not sent is given back.
    """
    at_ms = clock()
    with records.reading() as transaction:
        if not is_due(transaction, at_ms):
            return 0
    with records.writing() as transaction:
        batch = take(transaction, at_ms, worker)
        signing = {
            hook_id: secret_ids(transaction, at_ms, hook_id)
            for hook_id in sorted({str(each["hook_id"]) for each in batch})
        }
    n_sent = 0
    for each in batch:
        now = clock()
        if is_over() or now >= at_ms + LEASE_MS:  # by then it is another's
            break
        hook_id, body = str(each["hook_id"]), str(each["body"]).encode()
        keys = [signer.derived(f"hook {hook_id} {name}") for name in signing[hook_id]]
        answer = post(str(each["url"]), body, headers_of(str(each["event_id"]), now, body, keys))
        with records.writing() as transaction:
            mark(transaction, clock(), each, worker, answer)
        n_sent += 1
    if n_sent < len(batch):
        with records.writing() as transaction:
            transaction.run(
                """UPDATE deliveries SET taken_until = 0, taken_by = ''
                   WHERE state = 'waiting' AND taken_by = :worker""",
                worker=worker,
            )
    return n_sent


def try_again(
    transaction: Transaction, at_ms: int, hook_id: str, seq: int, /, *, caller: Caller
) -> None:
    """Put a dead delivery back to wait, for as long as a new one is tried.

    Raises:
        NoSuchRecord: There is none.
        Conflict: It is not dead, or its endpoint has ended.
    """
    caller.check("hooks.keep")
    row = transaction.one(
        """SELECT d.state, h.ended_at FROM deliveries d JOIN hooks h ON h.hook_id = d.hook_id
           WHERE d.hook_id = :hook_id AND d.seq = :seq""",
        hook_id=hook_id,
        seq=seq,
    )
    if row is None:
        raise NoSuchRecord(f"Event {seq} was not for {hook_id}.", hint="GET /hooks/{id}/deliveries")
    if row["state"] != "dead" or row["ended_at"] is not None:
        raise Conflict(
            f"Event {seq} is {row['state']}, or {hook_id} has ended.",
            hint="Only dead ones of an endpoint that is there are tried again.",
        )
    transaction.run(
        """UPDATE deliveries SET state = 'waiting', n_tries = 0, next_at = :at_ms, ended_at = NULL
           WHERE hook_id = :hook_id AND seq = :seq AND state = 'dead'""",
        at_ms=at_ms,
        hook_id=hook_id,
        seq=seq,
    )
    note(transaction, at_ms, caller.person_id, "event.tried-again", "hook", hook_id, seq=seq)
