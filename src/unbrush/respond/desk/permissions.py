"""Who may do what: one table, which the API, its tests and the docs read."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at the desk; one person may be several."""

    ANALYST = "analyst"  # works on cases, proposes steps
    REVIEWER = "reviewer"  # approves notices and labels, decides appeals
    APPROVER = "approver"  # sits on the panel for the higher rungs
    COUNSEL = "counsel"  # without whom nobody is suspended
    AUDITOR = "auditor"  # reads everything, changes nothing
    MERCHANT = "merchant"  # sees what concerns the shops that it acts for, appeals
    REPORTER = "reporter"  # reports, and is answered
    SERVICE = "service"  # a program of the platform
    ADMIN = "admin"  # keeps people and keys; no say in cases


_STAFF = frozenset({Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.COUNSEL})
_READERS = _STAFF | {Role.AUDITOR}

MAY: dict[str, frozenset[Role]] = {
    "audit.read": frozenset({Role.AUDITOR}),
    "audit.sign": frozenset({Role.AUDITOR, Role.SERVICE}),
    "metrics.read": frozenset({Role.SERVICE, Role.AUDITOR, Role.ADMIN}),
    "people.keep": frozenset({Role.ADMIN}),
    "people.read": frozenset({Role.ADMIN, Role.AUDITOR}),
    "keys.keep": frozenset({Role.ADMIN}),
    "runs.import": frozenset({Role.SERVICE, Role.ANALYST}),
    "runs.read": _READERS,
    "decisions.read": _READERS | {Role.SERVICE},
    "cases.read": _READERS,
    "cases.work": frozenset({Role.ANALYST, Role.REVIEWER}),
    "cases.close": frozenset({Role.REVIEWER}),
    "steps.read": _READERS | {Role.SERVICE},
    "steps.propose": frozenset({Role.ANALYST, Role.REVIEWER}),
    "steps.approve": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "steps.lift": frozenset({Role.REVIEWER, Role.APPROVER}),
    "appeals.file": frozenset({Role.MERCHANT}),
    "appeals.read": _READERS,
    "appeals.decide": frozenset({Role.REVIEWER, Role.APPROVER}),
    "own.read": frozenset({Role.MERCHANT}),
}
"""Acts, and the roles that may do them. What is not here nobody may."""
