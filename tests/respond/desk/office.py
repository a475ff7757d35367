"""An office with one person in each role, and a case to work on, for tests of the desk."""

from unbrush.base.records import Row, Transaction, add, add_many
from unbrush.base.words import Words
from unbrush.respond.desk.appeals import decide_appeal, file_appeal
from unbrush.respond.desk.callers import Caller, caller_of, give_ticket
from unbrush.respond.desk.case_finding import FoundCase
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.overrides import decide_override, propose_override
from unbrush.respond.desk.people import add_person
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.steps import decide, propose

NOW = 1_790_000_000_000
FACTS = Words("事实", "Facts")


def person(transaction: Transaction, login: str, *roles: Role, **shops: list[str]) -> Caller:
    """Add a person and return it as a caller."""
    person_id = add_person(
        transaction, NOW, login=login, name=login.title(), roles=roles, by="system", **shops
    )
    token = give_ticket(transaction, NOW, person_id, "session", by="system", life_ms=None)[1]
    return caller_of(transaction, NOW, token, "session")


def office(transaction: Transaction) -> dict[str, Caller]:
    """Return callers by name: one or more of each role, and the merchant of shop s1."""
    callers = {
        name: person(transaction, name, role)
        for name, role in (
            ("ann", Role.ANALYST), ("rita", Role.REVIEWER), ("rob", Role.REVIEWER),
            ("pia", Role.APPROVER), ("pat", Role.APPROVER), ("pol", Role.APPROVER),
            ("carl", Role.COUNSEL), ("aud", Role.AUDITOR), ("adm", Role.ADMIN),
            ("sys", Role.SERVICE),
        )
    }  # fmt: skip
    callers["mia"] = person(transaction, "mia", Role.MERCHANT, member_of=["s1"])
    callers["tom"] = person(transaction, "tom", Role.REVIEWER, tied_to=["s1"])
    return callers


def decided(transaction: Transaction, rung: str = "L5", *shops: str) -> None:
    """Record what a run decided of shops s1 and s2, or of those named."""
    add(
        transaction, "runs", run_id="r1", imported_at=NOW, policy_version="p", n_decisions=2,
        folder="out", summary="{}",
    )  # fmt: skip
    columns = (
        "subject_kind", "subject_id", "run_id", "rung", "probability", "elements", "families",
        "strength", "rule",
    )  # fmt: skip
    rows = [
        ("shop", shop, "r1", rung, 0.9, "a,b,c", "money", "E3", "attributed")
        for shop in shops or ("s1", "s2")
    ]
    add_many(transaction, "decisions", columns, rows)


def found(rung: str = "L5", harm_minor: int = 1_000, **changes: object) -> FoundCase:
    """Return a case of an organiser with shops s1 and s2."""
    values = {
        "kind": "organiser",
        "keys": ("R-1",),
        "shops": (("s1", rung), ("s2", "L1")),
        "harm_minor": harm_minor,
    }
    return FoundCase(**(values | changes))  # type: ignore[arg-type]


def a_case(transaction: Transaction, rung: str = "L5") -> str:
    """Open the case of `found` and return its id, C-1."""
    decided(transaction, rung)
    assert open_or_renew(transaction, NOW, found(rung), run_id="r1", by="system") == "opened"
    return "C-1"


def a_step(transaction: Transaction, people: dict[str, Caller], rung: str = "L2") -> str:
    """Propose a step against s1 as Ann and return its id."""
    step = propose(
        transaction, NOW, "C-1", caller=people["ann"], shop_id="s1", rung=rung, facts=FACTS,
        basis="规则一", proportionality="已提醒过",
    )  # fmt: skip
    return str(step["step_id"])


def in_force(transaction: Transaction, people: dict[str, Caller], rung: str, *who: str) -> str:
    """Propose a step as Ann, have it approved by the others, and return its id."""
    step_id = a_step(transaction, people, rung)
    for version, name in enumerate(who, start=1):
        step = decide(
            transaction, NOW, step_id, caller=people[name], expected_version=version,
            is_approved=True, reason="看过证据",
        )  # fmt: skip
    assert step["state"] == "in-force", step
    return step_id


def overridden(
    transaction: Transaction,
    people: dict[str, Caller],
    kind: str,
    record_id: str,
    version: int,
    *,
    at_ms: int = NOW,
    reason: str = "genuine",
    outcome: str | None = None,
) -> Row:
    """Propose as Rita to go against what stands, and let Rob confirm it."""
    row = propose_override(
        transaction, at_ms, kind, record_id, caller=people["rita"], expected_version=version,
        reason=reason, outcome=outcome,
    )  # fmt: skip
    return decide_override(
        transaction, at_ms, row["override_id"], caller=people["rob"], expected_version=1,
        is_approved=True, reason="看过",
    )  # fmt: skip


def restored(transaction: Transaction, people: dict[str, Caller]) -> str:
    """Let Mia appeal for s1 against what does not count, and be right; return the appeal's id."""
    appeal = file_appeal(transaction, NOW, "s1", "真实订单", caller=people["mia"])
    decide_appeal(
        transaction, NOW + 5, appeal["appeal_id"], "overturned", caller=people["rob"],
        expected_version=1, reason="weighed",
    )  # fmt: skip
    return str(appeal["appeal_id"])
