"""Samples: which goods were bought, by whom, how chosen, and in whose hands they were since."""

from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.inspections.bodies import body_of, check_enters_for, check_may_inspect
from unbrush.respond.desk.two_people import check_said

CHOSEN_BY = {
    "random": Words("随机抽取", "drawn at random"),
    "complaint": Words("因投诉抽取", "after a complaint"),
    "follow-up": Words("跟踪复查", "to look again"),
}
"""How goods were chosen. What was looked for says nothing of the rest: only random ones count."""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A sample passes from one to another.

    Attributes:
        at_ms: When, epoch ms UTC.
        from_whom: Who gives it; the buyer at first, then whoever had it.
        to_whom: Who takes it; in the end the body, by its name.
        place: Where.
        seal: ``intact``, or ``broken``.
    """

    at_ms: int
    from_whom: str
    to_whom: str
    place: str
    seal: str


def sample_of(transaction: Transaction, sample_id: str) -> Row:
    """Return a sample with its custody.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM inspection_samples WHERE sample_id = :id", id=sample_id)
    if row is None:
        raise NoSuchRecord(f"No sample has the id {sample_id}.", hint="Enter it first.")
    custody = transaction.all(
        """SELECT seq, at_ms, from_whom, to_whom, place, seal, entered_by FROM sample_custody
           WHERE sample_id = :id ORDER BY seq""",
        id=sample_id,
    )
    return {**row, "custody": custody}


def enter_sample(
    transaction: Transaction,
    at_ms: int,
    body_id: str,
    shop_id: str,
    /,
    *,
    caller: Caller,
    item_id: str,
    category: str,
    chosen_by: str,
    bought_by: str,
    bought_at: int,
    n_units: int,
    n_reserve: int,
    seal_no: str,
    order_ref: str = "",
    custody: Sequence[Handover] = (),
) -> Row:
    """Enter goods that were bought and sealed for a test.

    Args:
        transaction: A writing one.
        at_ms: The present.
        body_id: Who is to test them.
        shop_id: Whose goods.
        caller: Who enters it.
        item_id: Which product.
        category: In which it is sold: whoever sells there is a rival.
        chosen_by: One of `CHOSEN_BY`.
        bought_by: By whom, as a customer.
        bought_at: When, epoch ms UTC.
        n_units: How many units.
        n_reserve: How many of them stay sealed for a second analysis.
        seal_no: The number of the seal.
        order_ref: The purchase; empty if it was in a shop.
        custody: In whose hands they were since, oldest first.
    """
    body = body_of(transaction, body_id)
    check_enters_for(caller, body, shop_id)
    check_may_inspect(transaction, body, shop_id, category, at_ms)
    check_said(item_id=item_id, category=category, bought_by=bought_by, seal_no=seal_no)
    if chosen_by not in CHOSEN_BY:
        raise BadRecord(
            f"{chosen_by} is no way to choose.", hint=did_you_mean(chosen_by, CHOSEN_BY)
        )
    if bought_at > at_ms:
        raise BadRecord("It was bought in the future.", hint="`bought_at` is epoch ms UTC.")
    if not 0 <= n_reserve < n_units:
        raise BadRecord(
            f"Of {n_units} units {n_reserve} are kept back.",
            hint="At least one is tested, and some stay sealed for a second analysis.",
        )
    sample_id = f"M-{next_number(transaction, 'inspection-sample')}"
    add(
        transaction, "inspection_samples", sample_id=sample_id, body_id=body_id, shop_id=shop_id,
        item_id=item_id, category=category, chosen_by=chosen_by, origin="custody",
        bought_by=bought_by, order_ref=order_ref, bought_at=bought_at, n_units=n_units,
        n_reserve=n_reserve, seal_no=seal_no, entered_by=caller.person_id, entered_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "sample.entered", "sample", sample_id,
        shop=shop_id, body=body_id, item=item_id, seal=seal_no, chosen_by=chosen_by,
    )  # fmt: skip
    for handover in custody:
        hand_over(transaction, at_ms, sample_id, handover, caller=caller)
    return sample_of(transaction, sample_id)


def hand_over(
    transaction: Transaction, at_ms: int, sample_id: str, handover: Handover, /, *, caller: Caller
) -> Row:
    """Enter that a sample passed on; nobody may be left out in between.

    Raises:
        BadRecord: It comes from somebody who did not have it, or before the step before it.
    """
    sample = sample_of(transaction, sample_id)
    check_enters_for(caller, body_of(transaction, sample["body_id"]), sample["shop_id"])
    check_said(to_whom=handover.to_whom, place=handover.place)
    if handover.seal not in ("intact", "broken"):
        raise BadRecord(f"A seal is not {handover.seal}.", hint="It is intact or broken.")
    last = sample["custody"][-1] if sample["custody"] else None
    had_it = sample["bought_by"] if last is None else last["to_whom"]
    since = int(sample["bought_at"] if last is None else last["at_ms"])
    if handover.from_whom != had_it:
        raise BadRecord(
            f"{sample_id} was with {had_it}, not with {handover.from_whom}.",
            hint="Enter every hand that it went through, in order.",
        )
    if not since <= handover.at_ms <= at_ms:
        raise BadRecord(
            f"{sample_id} passed on before {had_it} had it, or in the future.",
            hint="`at_ms` is epoch ms UTC, and not before the hand before.",
        )
    seq = len(sample["custody"]) + 1
    add(
        transaction, "sample_custody", sample_id=sample_id, seq=seq, **vars(handover),
        entered_by=caller.person_id,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "sample.passed-on", "sample", sample_id,
        seq=seq, seal=handover.seal,
    )  # fmt: skip
    return sample_of(transaction, sample_id)


def check_custody(sample: Row, body: Row, tested_at: int) -> None:
    """Raise Conflict unless a sample came to a body sealed, by hands that are all known."""
    if sample["origin"] == "import":
        return
    broken = [row for row in sample["custody"] if row["seal"] != "intact"]
    if broken:
        raise Conflict(
            f"The seal {sample['seal_no']} of {sample['sample_id']} was broken when "
            f"{broken[0]['to_whom']} took it.",
            hint="What it was then nobody knows; a new sample has to be bought.",
        )
    last = sample["custody"][-1] if sample["custody"] else None
    if last is None or last["to_whom"] != body["name"]:
        where = sample["bought_by"] if last is None else last["to_whom"]
        raise Conflict(
            f"{sample['sample_id']} is with {where}, not with {body['name']}.",
            hint="Enter the hands that it went through, up to the body.",
        )
    if tested_at < int(last["at_ms"]):
        raise Conflict(
            f"{sample['sample_id']} was tested before {body['name']} had it.",
            hint="`tested_at` is epoch ms UTC.",
        )
