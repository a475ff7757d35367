"""Bodies that inspect: their accreditation, how often their methods err, and whom they are tied to.

States: proposed → accepted ⇄ suspended; proposed → refused. A body is refused for what lies
outside its accreditation, and for every shop that it, or a rival of that shop, has a tie to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.clock import day_of
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.two_people import change, check_said, decide

_TABLE, _KEY = "inspection_bodies", "body_id"
_STATES = ("proposed", "accepted", "refused")


@dataclass(frozen=True, kw_only=True)
class Method:
    """How often a method errs.

    Attributes:
        standard: What it tests for; part of the body's scope.
        sensitivity: Of goods that do not conform, the share that fails (above 0.5, up to 1).
        specificity: Of goods that conform, the share that passes (above 0.5, up to 1).
        n_bad: Known bad goods on which that was found; None if unknown.
        n_good: Known good goods on which that was found; None if unknown.
    """

    standard: str
    sensitivity: float
    specificity: float
    n_bad: int | None = None
    n_good: int | None = None


def body_of(transaction: Transaction, body_id: str) -> Row:
    """Return a body with its methods and ties; ``scope`` is a list.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM inspection_bodies WHERE body_id = :id", id=body_id)
    if row is None:
        raise NoSuchRecord(f"No body has the id {body_id}.", hint="GET /inspections/bodies.")
    methods = transaction.all(
        """SELECT standard, sensitivity, specificity, n_bad, n_good FROM body_methods
           WHERE body_id = :id ORDER BY standard""",
        id=body_id,
    )
    ties = transaction.all(
        """SELECT t.shop_id, t.category, t.nature, t.noted_by, t.noted_at FROM body_ties t
           JOIN inspection_bodies b ON b.body_id = t.body_id
           WHERE b.accreditation_no = :no ORDER BY t.shop_id, t.noted_at""",
        no=row["accreditation_no"],
    )
    return {**row, "scope": str(row["scope"]).split("\n"), "methods": methods, "ties": ties}


def propose_body(
    transaction: Transaction,
    at_ms: int,
    /,
    *,
    caller: Caller,
    name: str,
    accreditation_no: str,
    methods: Sequence[Method],
    valid_from: int,
    valid_until: int,
    person_id: str | None = None,
) -> Row:
    """Enter a body from its certificate of accreditation; somebody else accepts it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        caller: Who enters it.
        name: What it is called; custody of a sample ends with this name.
        accreditation_no: Of its accreditation, such as CMA or CNAS give.
        methods: Its scope: each standard with the error of its method.
        valid_from: When the accreditation begins, epoch ms UTC.
        valid_until: When it ends.
        person_id: The account of its own program, a service; None if people enter its results.
    """
    caller.check("inspections.keep")
    check_said(name=name, accreditation_no=accreditation_no)
    if valid_until <= valid_from:
        raise BadRecord("The accreditation ends before it begins.", hint="Take both from it.")
    _check_methods(methods)
    if person_id is not None:
        _check_program(transaction, person_id)
    there = transaction.one(
        """SELECT body_id, state, valid_until FROM inspection_bodies
           WHERE accreditation_no = :no AND state IN ('proposed', 'accepted')
             AND valid_until > :valid_from ORDER BY body_id LIMIT 1""",
        no=accreditation_no,
        valid_from=valid_from,
    )
    if there:
        raise Conflict(
            f"{there['body_id']}, which is {there['state']}, has this accreditation until "
            f"{day_of(int(there['valid_until']))}.",
            hint="Renewed, it is entered anew, from the day that the old one ends.",
        )
    body_id = f"L-{next_number(transaction, 'inspection-body')}"
    add(
        transaction, _TABLE, body_id=body_id, accreditation_no=accreditation_no, name=name,
        scope="\n".join(each.standard for each in methods), valid_from=valid_from,
        valid_until=valid_until, person_id=person_id, state="proposed",
        proposed_by=caller.person_id, proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    for each in methods:
        add(transaction, "body_methods", body_id=body_id, **vars(each))
    note(
        transaction, at_ms, caller.person_id, "body.proposed", "body", body_id,
        accreditation=accreditation_no, until=valid_until, scope=[m.standard for m in methods],
    )  # fmt: skip
    return body_of(transaction, body_id)


def _check_methods(methods: Sequence[Method]) -> None:
    standards = [each.standard for each in methods]
    if not methods or len(set(standards)) != len(standards):
        raise BadRecord("The scope is empty, or names a standard twice.", hint="One method each.")
    for each in methods:
        if not each.standard.strip() or "\n" in each.standard:
            raise BadRecord("A standard has no name, or one of two lines.", hint="GB 28007-2011.")
        for name in ("sensitivity", "specificity"):
            if not 0.5 < getattr(each, name) <= 1:
                raise BadRecord(
                    f"The {name} of {each.standard} is {getattr(each, name)}.",
                    hint="Above 0.5 and up to 1: a test that errs in half of all tells nothing.",
                )


def _check_program(transaction: Transaction, person_id: str) -> None:
    if not transaction.one(
        "SELECT 1 AS there FROM person_roles WHERE person_id = :id AND role = :role",
        id=person_id,
        role=str(Role.SERVICE),
    ):
        raise BadRecord(
            f"{person_id} is no service.", hint="Add an account with the role service, and a key."
        )


def decide_body(
    transaction: Transaction,
    at_ms: int,
    body_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Accept a body that somebody else entered, having seen its accreditation, or refuse it."""
    caller.check("inspections.decide")
    decide(
        transaction, at_ms, _TABLE, _KEY, body_of(transaction, body_id), caller=caller,
        reason=reason, expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="body",
    )  # fmt: skip
    return body_of(transaction, body_id)


def suspend_body(
    transaction: Transaction,
    at_ms: int,
    body_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Take nothing more from a body; what it found before stays."""
    caller.check("inspections.decide")
    body = body_of(transaction, body_id)
    check_said(reason=reason)
    if body["state"] != "accepted":
        raise Conflict(f"{body_id} is {body['state']}.", hint="Only accepted ones are suspended.")
    change(transaction, at_ms, _TABLE, _KEY, body_id, expected_version, state="suspended")
    note(transaction, at_ms, caller.person_id, "body.suspended", "body", body_id, reason=reason)
    return body_of(transaction, body_id)


def note_tie(
    transaction: Transaction,
    at_ms: int,
    body_id: str,
    shop_id: str,
    /,
    *,
    caller: Caller,
    nature: str,
    category: str = "",
) -> Row:
    """Note that a body has a tie to a shop; what it found of it, and of its rivals, goes at once.

    Args:
        transaction: A writing one.
        at_ms: The present.
        body_id: The body.
        shop_id: The shop.
        caller: Who notes it.
        nature: What ties them: owner, customer, family.
        category: In which the shop trades: the others there are its rivals. Empty if in none.

    Raises:
        NotAllowed: The caller has a tie to the shop, or to one whose results would go.
    """
    caller.check("inspections.keep")
    body_of(transaction, body_id)
    check_said(nature=nature)
    if transaction.one(
        "SELECT 1 AS there FROM body_ties WHERE body_id = :id AND shop_id = :shop",
        id=body_id,
        shop=shop_id,
    ):
        raise Conflict(f"A tie of {body_id} to {shop_id} is noted.", hint="One is enough.")
    add(
        transaction, "body_ties", body_id=body_id, shop_id=shop_id, category=category,
        nature=nature, noted_by=caller.person_id, noted_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "body.tied", "body", body_id,
        shop=shop_id, category=category, nature=nature,
    )  # fmt: skip
    body = body_of(transaction, body_id)
    withdrawn = []
    for row in transaction.all(
        """SELECT r.result_id, r.shop_id, s.category FROM inspection_results r
           JOIN inspection_samples s ON s.sample_id = r.sample_id
           JOIN inspection_bodies b ON b.body_id = r.body_id
           WHERE b.accreditation_no = :no AND r.state IN ('in-force', 'disputed')
           ORDER BY r.result_id""",
        no=body["accreditation_no"],
    ):
        tie = tie_between(transaction, body, row["shop_id"], row["category"])
        if tie is not None:
            withdrawn.append(row["shop_id"])
            transaction.run(
                """UPDATE inspection_results SET state = 'withdrawn', settled_by = :who,
                       settled_because = :why, version = version + 1 WHERE result_id = :id""",
                who=caller.person_id,
                why=tie,
                id=row["result_id"],
            )
            note(
                transaction, at_ms, "system", "result.withdrawn", "result", row["result_id"],
                because=tie,
            )  # fmt: skip
    # Nobody takes results of their own shop out by a tie that only they say there is.
    caller.check_shops({shop_id, *withdrawn})
    return body


def tie_between(transaction: Transaction, body: Row, shop_id: str, category: str) -> str | None:
    """Return what ties a body to a shop or to a rival of it, in words; None if nothing is known."""
    linked = {
        str(row["other"])
        for row in transaction.all(
            """SELECT CASE WHEN shop_id = :shop THEN other_shop_id ELSE shop_id END AS other
               FROM owner_links WHERE (shop_id = :shop OR other_shop_id = :shop)
                 AND state IN ('proven', 'disputed')""",
            shop=shop_id,
        )
    }
    for tie in body["ties"]:
        if tie["shop_id"] == shop_id:
            return f"{body['name']} has a tie to {shop_id} ({tie['nature']})."
        if tie["shop_id"] in linked:
            return (
                f"{body['name']} has a tie to {tie['shop_id']} ({tie['nature']}), which has one "
                f"owner with {shop_id}."
            )
        if tie["category"] and tie["category"] == category:
            return (
                f"{body['name']} has a tie to {tie['shop_id']} ({tie['nature']}), a rival of "
                f"{shop_id} in {category}."
            )
    return None


def check_may_inspect(
    transaction: Transaction, body: Row, shop_id: str, category: str, at_ms: int, /
) -> None:
    """Raise Conflict unless a body is accepted, accredited at that moment, and tied to nobody."""
    if body["state"] != "accepted":
        raise Conflict(f"{body['body_id']} is {body['state']}.", hint="Another body has to.")
    if not int(body["valid_from"]) <= at_ms < int(body["valid_until"]):
        raise Conflict(
            f"The accreditation {body['accreditation_no']} of {body['name']} was not valid on "
            f"{day_of(at_ms)}: it is from {day_of(int(body['valid_from']))} to "
            f"{day_of(int(body['valid_until']))}.",
            hint="What was tested outside it does not count; another body tests anew.",
        )
    tie = tie_between(transaction, body, shop_id, category)
    if tie is not None:
        raise Conflict(tie, hint="A body without a tie to the shop or its rivals has to.")


def method_of(body: Row, standard: str) -> Method:
    """Return a body's method for a standard.

    Raises:
        BadRecord: It is not in the scope of its accreditation.
    """
    for row in body["methods"]:
        if row["standard"] == standard:
            return Method(**row)
    raise BadRecord(
        f"{standard} is not in the scope of {body['name']}.",
        hint=did_you_mean(standard, body["scope"]),
    )


def check_enters_for(caller: Caller, body: Row, shop_id: str) -> None:
    """Raise NotAllowed unless the caller may enter what this body found of this shop.

    A service enters for the body whose program it is, and for no other; an analyst for any, but
    for no shop of their own.
    """
    caller.check("inspections.enter")
    if Role.ANALYST not in caller.roles and body["person_id"] != caller.person_id:
        raise NotAllowed(
            f"You do not enter for {body['name']}.",
            hint="A body's `person_id` names the account of its program.",
        )
    caller.check_shops({shop_id})
