"""What the desk does with a report: ask, move, decide, answer, close."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter

from unbrush.base.errors import NoSuchRecord
from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports import retention, work
from unbrush.respond.desk.reports.intake import listed
from unbrush.serve.api.callers import DeskOf, Writing, may
from unbrush.serve.api.shapes import (
    Asked,
    Id,
    Text,
    Why,
)

router = APIRouter(tags=["reports"])

ReportsWork = Annotated[Caller, may("reports.work", "insiders.work")]
ReportsDecide = Annotated[Caller, may("reports.decide", "insiders.work")]


Outcome = Literal["upheld", "partly", "not-upheld", "insufficient", "referred", "out-of-scope"]


class Answer(Asked):
    """What a reporter is told, in both languages."""

    zh: Text
    en: Text


class Moved(Why):
    """Where to, and why."""

    state: Literal["investigating", "referred", "out-of-scope", "acted"]


class Decided(Answer):
    """How a report ends, and why."""

    outcome: Outcome


class Reviewed(Answer):
    """Whether the reporter is right, and why."""

    is_right: bool


class Held(Why):
    """Whether nothing may be erased."""

    is_held: bool


# -- by anybody, and by receipt ------------------------------------------------------------------


@router.post("/reports/{report_id}/reply")
def reply_to_reporter(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Answer the reporter."""
    words = Words(asked.zh, asked.en)
    return listed(work.reply(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/floods/{flood_id}/reply")
def reply_to_all(
    flood_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, int]:
    """Give the same answer to every report of a flood that has none yet."""
    if not transaction.one("SELECT 1 AS there FROM floods WHERE flood_id = :id", id=flood_id):
        raise NoSuchRecord(f"No flood has the id {flood_id}.", hint="A report names its flood.")
    words = Words(asked.zh, asked.en)
    n = work.reply_to_flood(transaction, desk.clock(), flood_id, words, caller=caller)
    return {"n_replied": n}


@router.post("/reports/{report_id}/ask")
def ask_reporter(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Ask the reporter for something."""
    words = Words(asked.zh, asked.en)
    return listed(work.ask(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/reports/{report_id}/move")
def move_report(
    report_id: Id, asked: Moved, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Look into a report, hand it on, or say that something was done about it."""
    moved = work.move(
        transaction, desk.clock(), report_id, asked.state, caller=caller, reason=asked.reason
    )
    return listed(moved)


@router.post("/reports/{report_id}/release")
def release_report(
    report_id: Id, asked: Why, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Take a report out of its flood: it stands by itself."""
    released = work.release(
        transaction, desk.clock(), report_id, caller=caller, reason=asked.reason
    )
    return listed(released)


@router.post("/reports/{report_id}/decide")
def decide_report(
    report_id: Id, asked: Decided, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Decide a report; nothing follows for the shop from it alone."""
    reason = Words(asked.zh, asked.en)
    decided = work.decide(
        transaction, desk.clock(), report_id, asked.outcome, caller=caller, reason=reason
    )
    return listed(decided)


@router.post("/reports/{report_id}/notify")
def notify_reporter(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Say that the result was told."""
    return listed(work.notify(transaction, desk.clock(), report_id, caller=caller))


@router.post("/reports/{report_id}/close")
def close_report(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Close a report whose result was told."""
    return listed(work.close(transaction, desk.clock(), report_id, caller=caller))


@router.post("/reports/{report_id}/extend")
def extend_report(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Give the decision as many working days again, once, and tell the reporter why."""
    words = Words(asked.zh, asked.en)
    return listed(work.extend(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/reports/{report_id}/review")
def review_report(
    report_id: Id, asked: Reviewed, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Decide on a reporter's wish for a review, having had no part in the result."""
    reviewed = work.review(
        transaction, desk.clock(), report_id, caller=caller, is_right=asked.is_right,
        reason=Words(asked.zh, asked.en),
    )  # fmt: skip
    return listed(reviewed)


@router.post("/reports/{report_id}/hold")
def hold_report(
    report_id: Id, asked: Held, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Put a report under legal hold, or end the hold that somebody else set."""
    act = retention.hold if asked.is_held else retention.release_hold
    held = act(transaction, desk.clock(), report_id, caller=caller, reason=asked.reason)
    return listed(held)
