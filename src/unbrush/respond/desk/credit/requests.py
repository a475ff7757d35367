"""Requests about an entry: repair, a report of oneself, another role; decided by somebody else.

A merchant asks for repair (what was made good), says that it reported itself, or that it was
pressed into it. People of the desk may ask for another role as well. Whoever asked, and whoever
proposed the step, does not decide.
"""

from collections.abc import Sequence

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.preset import MEASURES, ROLES
from unbrush.respond.desk.credit.preset_file import read_preset
from unbrush.respond.desk.credit.standing import entries_of
from unbrush.respond.desk.ladder import APPEAL_TERM_MS
from unbrush.respond.desk.two_people import check_said, decide

KINDS = {
    "repair": Words("修复", "repair"),
    "self-report": Words("主动报告", "reported by itself"),
    "role": Words("角色认定", "role"),
}
_STATES = ("open", "granted", "refused")


def item_of(transaction: Transaction, item_id: str) -> Row:
    """Return an entry's row, with the text of its preset.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one(
        """SELECT i.*, coalesce(t.text, i.preset_text) AS preset FROM credit_items i
           LEFT JOIN preset_texts t ON t.name = i.preset_text WHERE i.item_id = :id""",
        id=item_id,
    )
    if row is None:
        raise NoSuchRecord(f"No entry has the id {item_id}.", hint="GET /me/credit lists yours.")
    return row


def request_of(transaction: Transaction, request_id: str) -> Row:
    """Return a request.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM credit_requests WHERE request_id = :id", id=request_id)
    if row is None:
        raise NoSuchRecord(
            f"No request has the id {request_id}.", hint="GET /credit/requests lists them."
        )
    return row


def file_request(
    transaction: Transaction,
    at_ms: int,
    item_id: str,
    kind: str,
    text: str,
    /,
    *,
    caller: Caller,
    measures: Sequence[str] = (),
    role: str | None = None,
) -> Row:
    """Ask for something about an entry.

    Args:
        transaction: A writing one.
        at_ms: The present.
        item_id: The entry.
        kind: repair, self-report, role.
        text: What was done or happened, and how it can be checked.
        caller: A merchant for a shop of its own, or somebody of the desk (role alone).
        measures: Of a repair, what was done, of `MEASURES`; all that the class needs.
        role: Of a role, which; a merchant can only say that it was coerced.

    Raises:
        NoSuchRecord: No such entry, or none of the caller's shops.
        BadRecord: A measure or role that is missing or none.
        Conflict: The entry does not count any more, or the same is asked already or granted.
    """
    item = item_of(transaction, item_id)
    _check_asker(caller, item, kind, role)
    check_said(text=text)
    needs = read_preset(item["preset"]).classes[item["class"]].needs
    _check_what(kind, measures, role, needs)
    _check_counts(transaction, at_ms, item)
    same = transaction.one(
        """SELECT request_id, state FROM credit_requests WHERE item_id = :id AND kind = :kind
             AND (state = 'open' OR (state = 'granted' AND kind <> 'role'))""",
        id=item_id,
        kind=kind,
    )
    if same:
        raise Conflict(
            f"{same['request_id']} about the same is {same['state']}.",
            hint="It is decided first." if same["state"] == "open" else "There is no more to give.",
        )
    request_id = f"Q-{next_number(transaction, 'credit-request')}"
    add(
        transaction, "credit_requests", request_id=request_id, item_id=item_id,
        shop_id=item["shop_id"], kind=kind, role=role, measures=" ".join(sorted(set(measures))),
        text=text, state="open", due_at=at_ms + APPEAL_TERM_MS, proposed_by=caller.person_id,
        proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "credit-request.filed", "credit-request", request_id,
        item=item_id, shop=item["shop_id"], kind=kind, role=role, measures=sorted(set(measures)),
    )  # fmt: skip
    return request_of(transaction, request_id)


def _check_asker(caller: Caller, item: Row, kind: str, role: str | None) -> None:
    if caller.may("credit.ask"):
        if item["shop_id"] not in caller.member_of:
            raise NoSuchRecord(
                f"You have no entry {item['item_id']}.", hint="GET /me/credit lists yours."
            )
        if kind == "role" and role != "coerced":
            raise BadRecord(
                f"A merchant does not ask to be {role}.", hint="Say `coerced`, or leave it."
            )
        return
    caller.check("credit.work")
    caller.check_shops({item["shop_id"]})
    if kind != "role":
        raise NotAllowed(
            f"{KINDS[kind].en.capitalize()} is for the merchant to ask.",
            hint="The desk asks for another role at most.",
        )


def _check_what(kind: str, measures: Sequence[str], role: str | None, needs: Sequence[str]) -> None:
    if kind == "repair":
        missing = [each for each in needs if each not in measures]
        if missing:
            raise BadRecord(
                f"This repair also takes {', '.join(MEASURES[each].en for each in missing)}.",
                hint=f"Name all of: {', '.join(needs)}; and say in `text` how each can be checked.",
            )
    elif measures:
        raise BadRecord("Measures belong to a repair.", hint="Leave them out, or ask for repair.")
    if (kind == "role") != (role is not None):
        raise BadRecord(
            "A role is named where another one is asked for, and only there.",
            hint=did_you_mean(role or "", ROLES),
        )


def _check_counts(transaction: Transaction, at_ms: int, item: Row) -> None:
    entries, _ = entries_of(transaction, item["shop_id"])
    [entry] = [each for each in entries if each.item_id == item["item_id"]]
    if entry.is_void or at_ms >= entry.ends_at:
        raise Conflict(
            f"{entry.item_id} does not count any more.", hint="There is nothing left to mend."
        )


def decide_request(
    transaction: Transaction,
    at_ms: int,
    request_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Grant or refuse a request; the merchant reads the reason.

    Raises:
        NotAllowed: The caller asked, proposed the step, or has a tie to the shop.
        Conflict: It is decided already.
    """
    caller.check("credit.decide")
    row = request_of(transaction, request_id)
    caller.check_shops({row["shop_id"]})
    item = item_of(transaction, row["item_id"])
    if caller.person_id == _proposer(transaction, item):
        raise NotAllowed(
            "You proposed what this is about.", hint="Somebody who did not decides it."
        )
    decide(
        transaction, at_ms, "credit_requests", "request_id", row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="credit-request",
    )  # fmt: skip
    return request_of(transaction, request_id)


def _proposer(transaction: Transaction, item: Row) -> str | None:
    """Return who brought about what an entry rests on: proposed a step or entry, closed a case."""
    if item["source_kind"] == "case":
        row = transaction.one(
            """SELECT given_by AS who FROM verdicts
               WHERE case_id = :id AND subject_kind = 'shop' AND subject_id = :shop""",
            id=item["source_id"],
            shop=item["shop_id"],
        )
    else:
        table, key = {
            "step": ("steps", "step_id"),
            "authority": ("authority_decisions", "decision_id"),
        }[item["source_kind"]]
        row = transaction.one(
            f"SELECT proposed_by AS who FROM {table} WHERE {key} = :id", id=item["source_id"]
        )
    return None if row is None else str(row["who"])
