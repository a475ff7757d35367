"""Results: how many units failed, by which method, and what a second analysis says of that.

States: in-force → disputed → in-force or replaced; in-force → withdrawn. A merchant may ask for a
second analysis (复检) by another body of what was kept sealed; until it is there the first counts
for nothing, and then the second counts in its place.
"""

import json
import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, minute_of
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.working_days import after_working_days
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.inspections.bodies import (
    body_of,
    check_enters_for,
    check_may_inspect,
    method_of,
)
from unbrush.respond.desk.inspections.samples import check_custody, sample_of
from unbrush.respond.desk.two_people import check_hash, check_said

LONGEST_MS = 2 * 365 * DAY_MS
"""The longest that a result may be valid: goods and batches change."""

SECOND_DAYS = 7
"""Working days in which a second analysis may be asked for, as food safety law gives (art. 88)."""

BOUNDS = ("at-most", "at-least")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measurement beside its limit.

    Attributes:
        value: What was measured.
        limit: What the standard allows.
        bound: ``at-most``, or ``at-least``: on which side of the limit goods conform.
        unit: Of both.
        uncertainty: The expanded uncertainty, in the same unit.
        factor: Its coverage factor, mostly 2.
    """

    value: float
    limit: float
    bound: str
    unit: str
    uncertainty: float
    factor: float = 2.0

    def fails(self) -> float:
        """Return how likely the true value is on the wrong side of its limit, 0-1."""
        beyond = self.value - self.limit if self.bound == "at-most" else self.limit - self.value
        spread = self.uncertainty / self.factor
        if spread == 0:
            return 1.0 if beyond > 0 else 0.0
        return 0.5 * (1 + math.erf(beyond / spread / math.sqrt(2)))


def result_of(transaction: Transaction, result_id: str) -> Row:
    """Return a result.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM inspection_results WHERE result_id = :id", id=result_id)
    if row is None:
        raise NoSuchRecord(f"No result has the id {result_id}.", hint="GET /me/quality lists them.")
    return row


def enter_result(
    transaction: Transaction,
    at_ms: int,
    sample_id: str,
    /,
    *,
    caller: Caller,
    standard: str,
    n_tested: int,
    n_failed: int | None,
    certificate: str,
    sha256: str,
    tested_at: int,
    expires_at: int,
    measured: Measured | None = None,
    body_id: str | None = None,
    second_of: str | None = None,
    source_id: str | None = None,
) -> Row:
    """Enter what a body found; it counts at once.

    Args:
        transaction: A writing one.
        at_ms: The present.
        sample_id: What was tested.
        caller: Who enters it.
        standard: By what; within the scope of the body's accreditation.
        n_tested: How many units.
        n_failed: How many of them failed; None for a measurement.
        certificate: The number of its certificate.
        sha256: Of the certificate's file; empty if it is on paper alone.
        tested_at: When, epoch ms UTC.
        expires_at: Until when the certificate is valid.
        measured: A measurement of one unit, instead of `n_failed`.
        body_id: Who tested, if not the body of the sample: for a second analysis.
        second_of: The disputed result that it decides again.
        source_id: The row that it was imported from.

    Raises:
        Conflict: The body may not, the seal is broken, or the sample has its result.
        BadRecord: Numbers or times that cannot be.
    """
    sample = sample_of(transaction, sample_id)
    body = body_of(transaction, body_id or sample["body_id"])
    check_enters_for(caller, body, sample["shop_id"])
    check_may_inspect(transaction, body, sample["shop_id"], sample["category"], tested_at)
    method = method_of(body, standard)
    check_said(certificate=certificate)
    check_hash(sha256)
    check_times(at_ms, int(sample["bought_at"]), tested_at, expires_at)
    check_custody(sample, body, tested_at)
    first = _check_place(transaction, sample, body, second_of)
    most = int(sample["n_reserve"]) if first else int(sample["n_units"]) - int(sample["n_reserve"])
    failed = _failed(n_tested, n_failed, measured, most)
    if first is not None:
        _change(
            transaction, first, int(first["version"]), state="replaced",
            settled_by=caller.person_id, settled_because=f"复检 / second analysis: {certificate}",
        )  # fmt: skip
    result_id = f"U-{next_number(transaction, 'inspection-result')}"
    errs = vars(method) if measured is None else {"sensitivity": 1.0, "specificity": 1.0}
    add(
        transaction, "inspection_results", result_id=result_id, sample_id=sample_id,
        body_id=body["body_id"], shop_id=sample["shop_id"], **{**errs, "standard": standard},
        n_tested=n_tested, n_failed=failed, certificate=certificate, sha256=sha256,
        measured="" if measured is None else json.dumps(vars(measured), sort_keys=True),
        tested_at=tested_at, expires_at=expires_at, source_id=source_id, state="in-force",
        second_of=second_of, entered_by=caller.person_id, entered_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "result.entered", "result", result_id,
        sample=sample_id, shop=sample["shop_id"], body=body["body_id"], n_tested=n_tested,
        n_failed=round(failed, 6), certificate=certificate, second_of=second_of,
    )  # fmt: skip
    return result_of(transaction, result_id)


def check_times(at_ms: int, bought_at: int, tested_at: int, expires_at: int) -> None:
    """Raise BadRecord unless it was bought, tested, entered and is to expire in this order."""
    if not bought_at <= tested_at <= at_ms:
        raise BadRecord(
            "It was tested before it was bought, or in the future.",
            hint="`tested_at` is epoch ms UTC, between purchase and now.",
        )
    if not tested_at < expires_at <= tested_at + LONGEST_MS:
        raise BadRecord(
            f"It would be valid until {minute_of(expires_at)}, tested {minute_of(tested_at)}.",
            hint="A result is valid for some time, two years at most.",
        )


def _check_place(
    transaction: Transaction, sample: Row, body: Row, second_of: str | None
) -> Row | None:
    """Return the disputed result that this one decides again, or None for a first one."""
    there = transaction.one(
        """SELECT * FROM inspection_results WHERE sample_id = :id AND state <> 'withdrawn'
           ORDER BY result_id DESC LIMIT 1""",
        id=sample["sample_id"],
    )
    if second_of is None:
        if there is not None:
            raise Conflict(
                f"{sample['sample_id']} has its result, {there['result_id']}.",
                hint="One for each sample, over all standards; again only as a second analysis.",
            )
        return None
    first = result_of(transaction, second_of)
    if first["sample_id"] != sample["sample_id"] or first["state"] != "disputed":
        raise Conflict(
            f"{second_of} is {first['state']}, of {first['sample_id']}.",
            hint="A second analysis is of the sample of a disputed result.",
        )
    if body_of(transaction, first["body_id"])["accreditation_no"] == body["accreditation_no"]:
        raise NotAllowed(
            f"{body['name']} found the first result.", hint="Another body does the second analysis."
        )
    return first


def _failed(n_tested: int, n_failed: int | None, measured: Measured | None, most: int) -> float:
    if not 1 <= n_tested <= most:
        raise BadRecord(
            f"{n_tested} units were tested, of {most} that were there to be.",
            hint="What is kept back is for a second analysis.",
        )
    if (n_failed is None) == (measured is None):
        raise BadRecord(
            "A result has either units that failed or a measurement.", hint="Leave one out."
        )
    if measured is None:
        assert n_failed is not None
        if not 0 <= n_failed <= n_tested:
            raise BadRecord(f"{n_failed} of {n_tested} failed.", hint="Not more than were tested.")
        return float(n_failed)
    if n_tested != 1:
        raise BadRecord("A measurement is of one unit.", hint="Enter one sample for each.")
    if measured.bound not in BOUNDS:
        raise BadRecord(f"{measured.bound} is no bound.", hint=did_you_mean(measured.bound, BOUNDS))
    numbers = (measured.value, measured.limit, measured.uncertainty, measured.factor)
    if not all(map(math.isfinite, numbers)) or measured.uncertainty < 0 or measured.factor <= 0:
        raise BadRecord("The measurement's numbers cannot be.", hint="Uncertainty is 0 or more.")
    return measured.fails()


def second_until(result: Row) -> int:
    """Return until when a second analysis of a result may be asked for, epoch ms UTC."""
    return after_working_days(int(result["entered_at"]), SECOND_DAYS).at_ms


def dispute_result(
    transaction: Transaction,
    at_ms: int,
    result_id: str,
    text: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
) -> Row:
    """Ask for a second analysis of what was kept sealed; the first counts for nothing meanwhile.

    Raises:
        NoSuchRecord: No such result of the caller's shops.
        Conflict: It is too late, nothing is kept back, or it was asked already.
    """
    caller.check("inspections.dispute")
    result = result_of(transaction, result_id)
    if result["shop_id"] not in caller.member_of:
        raise NoSuchRecord(f"You have no result {result_id}.", hint="GET /me/quality lists yours.")
    check_said(text=text)
    if result["state"] != "in-force" or result["second_of"] or result["disputed_at"]:
        raise Conflict(
            f"{result_id} is {result['state']}.", hint="A second analysis is asked for once."
        )
    until = second_until(result)
    if at_ms > until:
        raise Conflict(
            f"It could be asked for until {minute_of(until, 'Asia/Shanghai')}.",
            hint=f"{SECOND_DAYS} working days from the day that you were told.",
        )
    sample = sample_of(transaction, result["sample_id"])
    if int(sample["n_reserve"]) == 0:
        raise Conflict(
            f"Nothing of {sample['sample_id']} was kept sealed.",
            hint="Write to the desk: it can withdraw what cannot be looked at again.",
        )
    _change(
        transaction, result, expected_version, state="disputed", dispute=text, disputed_at=at_ms,
        disputed_by=caller.person_id,
    )  # fmt: skip
    note(transaction, at_ms, caller.person_id, "result.disputed", "result", result_id)
    return result_of(transaction, result_id)


def settle_result(
    transaction: Transaction,
    at_ms: int,
    result_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    stands: bool,
    reason: str,
) -> Row:
    """Refuse a second analysis, so that the result stands, or withdraw the result.

    Raises:
        NotAllowed: The caller entered it, or has a tie to the shop.
        Conflict: It is not disputed, and would stand; or it counts for nothing already.
    """
    caller.check("inspections.decide")
    result = result_of(transaction, result_id)
    caller.check_shops({result["shop_id"]})
    check_said(reason=reason)
    if caller.person_id == result["entered_by"]:
        raise NotAllowed("You entered it.", hint="Somebody else settles it.")
    allowed = ("disputed",) if stands else ("disputed", "in-force")
    if result["state"] not in allowed:
        raise Conflict(f"{result_id} is {result['state']}.", hint="There is nothing to settle.")
    state = "in-force" if stands else "withdrawn"
    _change(
        transaction, result, expected_version, state=state, settled_by=caller.person_id,
        settled_because=reason,
    )  # fmt: skip
    note(transaction, at_ms, caller.person_id, f"result.{state}", "result", result_id,
         reason=reason)  # fmt: skip
    return result_of(transaction, result_id)


def _change(
    transaction: Transaction, result: Row, expected_version: int, /, **values: object
) -> None:
    columns = ", ".join(f"{column} = :{column}" for column in values)
    touched = transaction.run(
        f"""UPDATE inspection_results SET {columns}, version = version + 1
            WHERE result_id = :result_id AND version = :expected""",
        **values,
        result_id=result["result_id"],
        expected=expected_version,
    )
    if not touched:
        raise Stale(f"{result['result_id']} was changed meanwhile.", hint="Read it again.")
