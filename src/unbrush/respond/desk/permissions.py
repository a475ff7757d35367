"""Who may do what: one table, which the API, its tests and the docs read."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at the desk; one person may be several."""

    ANALYST = "analyst"  # works on cases, proposes steps
    REVIEWER = "reviewer"  # approves notices and labels, decides appeals
    APPROVER = "approver"  # sits on the panel for the higher rungs
    COUNSEL = "counsel"  # without whom nobody is suspended
    AUDITOR = "auditor"  # reads everything, changes nothing but tips from inside
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
    "overrides.read": _READERS,
    "overrides.propose": frozenset({Role.ANALYST, Role.REVIEWER, Role.APPROVER}),
    "overrides.decide": frozenset({Role.REVIEWER, Role.APPROVER}),
    "attachments.read": _READERS,
    "attachments.unseal": frozenset({Role.REVIEWER, Role.COUNSEL, Role.AUDITOR}),
    "attachments.hold": frozenset({Role.REVIEWER, Role.COUNSEL}),
    "dossiers.make": _STAFF - {Role.APPROVER},
    "documents.read": _READERS,
    "documents.enter": frozenset({Role.ANALYST, Role.REVIEWER, Role.COUNSEL}),
    "documents.decide": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "losses.reckon": _STAFF - {Role.APPROVER},
    "dossiers.unseal": frozenset({Role.COUNSEL}),
    "steps.read": _READERS | {Role.SERVICE},
    "steps.propose": frozenset({Role.ANALYST, Role.REVIEWER}),
    "steps.approve": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "steps.lift": frozenset({Role.REVIEWER, Role.APPROVER}),
    "appeals.file": frozenset({Role.MERCHANT}),
    "appeals.read": _READERS,
    "appeals.decide": frozenset({Role.REVIEWER, Role.APPROVER}),
    "own.read": frozenset({Role.MERCHANT}),
    "reports.file-for": frozenset({Role.SERVICE}),  # the platform's app, for its consumers
    "reports.read": frozenset({Role.ANALYST, Role.REVIEWER, Role.AUDITOR}),
    "reports.work": frozenset({Role.ANALYST, Role.REVIEWER}),
    "reports.decide": frozenset({Role.REVIEWER}),
    "reports.identity": frozenset({Role.REVIEWER}),
    # Past the chain of those whom a tip from inside may be about.
    "insiders.work": frozenset({Role.AUDITOR}),
    "holds.read": _READERS | {Role.SERVICE},
    "holds.propose": frozenset({Role.ANALYST, Role.REVIEWER}),
    "holds.approve": frozenset({Role.REVIEWER, Role.APPROVER}),
    "holds.release": frozenset({Role.REVIEWER, Role.APPROVER}),
    "payers.read": _READERS,
    "payers.propose": frozenset({Role.ANALYST, Role.REVIEWER}),
    "payers.approve": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "payers.lift": frozenset({Role.REVIEWER, Role.APPROVER}),
    "payers.export": frozenset({Role.SERVICE, Role.AUDITOR}),
    "credit.read": _READERS | {Role.SERVICE},
    "credit.risk": frozenset({Role.ANALYST, Role.REVIEWER, Role.AUDITOR}),  # never a merchant
    "credit.work": frozenset({Role.ANALYST, Role.REVIEWER, Role.COUNSEL}),
    "credit.decide": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "credit.ask": frozenset({Role.MERCHANT}),
    "inspections.read": _READERS | {Role.SERVICE},
    # A body's own program is a service whose account is that of the body, or an analyst enters.
    "inspections.enter": frozenset({Role.SERVICE, Role.ANALYST}),
    "inspections.keep": frozenset({Role.ANALYST, Role.REVIEWER}),
    "inspections.decide": frozenset({Role.REVIEWER, Role.APPROVER}),
    "inspections.dispute": frozenset({Role.MERCHANT}),
    "sharing.read": _READERS,
    "sharing.propose": frozenset({Role.ANALYST, Role.REVIEWER}),
    "sharing.approve": frozenset({Role.APPROVER, Role.COUNSEL}),
    "sharing.revoke": frozenset({Role.REVIEWER, Role.APPROVER, Role.COUNSEL}),
    "sharing.export": frozenset({Role.COUNSEL, Role.SERVICE}),
    "sharing.import": frozenset({Role.ANALYST, Role.SERVICE}),
    "hooks.keep": frozenset({Role.ADMIN}),
    "hooks.read": frozenset({Role.ADMIN, Role.AUDITOR}),
}
"""Acts, and the roles that may do them. What is not here nobody may."""
