"""Decisions: what runs say of every subject, and what people found of it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from unbrush.base.errors import NoSuchRecord
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.ties import apart_from
from unbrush.serve.api.callers import Reading, may
from unbrush.serve.api.shapes import Cursor, Id, Page, PageSize, page_of, read_cursor

router = APIRouter(tags=["decisions"])

DecisionsRead = Annotated[Caller, may("decisions.read")]

Kind = Literal["order", "review", "account", "shop", "item", "ring", "staff"]
Rung = Literal["L0", "L1", "L2", "L3", "L4", "L5", "L6", "L7"]


@router.get("/decisions")
def list_decisions(
    caller: DecisionsRead,
    transaction: Reading,
    kind: Annotated[Kind, Query(description="What they are about.")] = "shop",
    rung: Annotated[Rung, Query(description="This rung and those above.")] = "L1",
    ring: Annotated[Id | None, Query(description="Of this ring alone.")] = None,
    outcome: Annotated[
        Literal["upheld", "reversed"] | None, Query(description="What people said of them.")
    ] = None,
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List what the newest run says and people said, by subject."""
    apart, tied = apart_from(caller, subject="decisions")
    conditions = ["subject_kind = :kind", "rung >= :rung", apart]
    values: dict[str, Any] = {"kind": kind, "rung": rung, **tied}
    for column, value in (("ring_id", ring), ("human_outcome", outcome)):
        if value is not None:
            conditions.append(f"{column} = :{column}")
            values[column] = value
    after = read_cursor(cursor, str)
    if after:
        conditions.append("subject_id > :last")
        values["last"] = after[0]
    rows = transaction.all(
        f"""SELECT * FROM decisions WHERE {" AND ".join(conditions)}
            ORDER BY subject_id LIMIT :n""",
        **values,
        n=n + 1,
    )
    return page_of(rows, n, "subject_id")


@router.get("/decisions/{subject_kind}/{subject_id}")
def get_decision(
    subject_kind: Id,
    subject_id: Id,
    caller: DecisionsRead,
    transaction: Reading,
) -> dict[str, Any]:
    """Return what runs and people decided about a subject, and what was said before."""
    values = {"kind": subject_kind, "id": subject_id}
    where = "subject_kind = :kind AND subject_id = :id"
    row = transaction.one(f"SELECT * FROM decisions WHERE {where}", **values)
    if row is None:
        raise NoSuchRecord(
            f"Nothing is decided about {subject_kind} {subject_id}.",
            hint="No run suspects it, or it was only observed.",
        )
    apart, tied = apart_from(caller, subject="decisions")
    if not transaction.one(f"SELECT 1 AS seen FROM decisions WHERE {where} AND {apart}",
                           **values, **tied):  # fmt: skip
        caller.check_shops(set(tied["tied"]))
    past = transaction.all(f"SELECT * FROM past_decisions WHERE {where} ORDER BY run_id", **values)
    return {**row, "past": past}


@router.get("/verdicts")
def list_verdicts(
    caller: DecisionsRead, transaction: Reading, n: PageSize = 50, cursor: Cursor = None
) -> Page:
    """List what people found in closed cases, by subject: labels from which `unbrush learn` learns.

    `unbrush desk labels` writes them for a run, with the orders and reviews that they are about.
    """
    after = read_cursor(cursor, str, str)
    values = {"kind": after[0], "last": after[1]} if after else {}
    apart, tied = apart_from(caller, shops=(), case="verdicts.case_id", subject="verdicts")
    later = "subject_kind > :kind OR (subject_kind = :kind AND subject_id > :last)"
    rows = transaction.all(
        f"""SELECT subject_kind, subject_id, is_fake, source, case_id, given_by, given_at
            FROM verdicts WHERE ({later if after else "true"}) AND {apart}
            ORDER BY subject_kind, subject_id LIMIT :n""",
        **values,
        **tied,
        n=n + 1,
    )
    rows = [{**row, "is_fake": bool(row["is_fake"])} for row in rows]
    return page_of(rows, n, "subject_kind", "subject_id")
