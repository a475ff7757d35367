"""A share → a STIX 2.1 bundle, the same bytes for the same share.

Each is an `indicator` with its term, confidence and markings, beside what it indicates: an
`identity` of class organization, or a `tool`. The terms stand in a marking of type statement, which
is what the standard has for them. Only what `indicators` allows comes in here: there is no text of
people in a bundle but names that were looked at.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from unbrush.respond.sharing.indicators import Domain, Indicator, Organisation, Tool
from unbrush.respond.sharing.terms import PURPOSES, TLP

_OURS = uuid.UUID("6f1d8c1e-3c0e-4d8e-9d0a-5b6f0c6c2a55")
_TLP_AT = "2017-01-20T00:00:00.000Z"
BUSINESS = "x-unbrush-business"
"""Names a registered organisation in patterns, for which the standard has no observable."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """An indicator as it is shared.

    Attributes:
        indicator: What.
        stix_id: UUID of its object, given once.
        revoked_at: When the finding was reversed, epoch ms; None while it stands.
    """

    indicator: Indicator
    stix_id: str
    revoked_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms.

    Attributes:
        share_id: The share.
        body: Who shares.
        recipient: With whom.
        purpose: One of `PURPOSES`.
        tlp: One of `TLP`.
        confidence: 1 to 100.
        decided_at: When it was approved, epoch ms.
        valid_until: When it ends, epoch ms.
    """

    share_id: str
    body: str
    recipient: str
    purpose: str
    tlp: str
    confidence: int
    decided_at: int
    valid_until: int


def bundle_of(terms: Terms, shared: Sequence[Shared]) -> dict[str, Any]:
    """Return the bundle; what is revoked stays in it, marked, so that recipients take it out."""
    at = _time(terms.decided_at)
    producer = {
        **_head("identity", _id("identity", terms.body), at), "name": terms.body,
        "identity_class": "organization",
    }  # fmt: skip
    statement = (
        f"For {terms.recipient} only, to {PURPOSES[terms.purpose].en}; delete it at"
        f" {_time(terms.valid_until)}. A hint, not a verdict: look at facts of your own before you"
        f" act. 仅供 {terms.recipient} 用于{PURPOSES[terms.purpose].zh}；到期删除。"
        "仅为线索，不是结论。"
    )
    marking = {
        **_head("marking-definition", _id("marking", terms.share_id), at),
        "definition_type": "statement", "definition": {"statement": statement},
        "created_by_ref": producer["id"],
    }  # fmt: skip
    del marking["modified"]  # a marking is never changed
    tlp = {
        "type": "marking-definition", "spec_version": "2.1", "id": TLP[terms.tlp],
        "created": _TLP_AT, "definition_type": "tlp", "name": f"TLP:{terms.tlp.upper()}",
        "definition": {"tlp": terms.tlp},
    }  # fmt: skip
    marks = {
        "created_by_ref": producer["id"], "object_marking_refs": [tlp["id"], marking["id"]],
    }  # fmt: skip
    objects: list[dict[str, Any]] = [producer, tlp, marking]
    for each in sorted(shared, key=lambda one: one.stix_id):
        objects += _objects(terms, each, at, marks)
    return {"type": "bundle", "id": _id("bundle", terms.share_id), "objects": objects}


def _objects(terms: Terms, shared: Shared, at: str, marks: dict[str, Any]) -> list[dict[str, Any]]:
    changed = {"confidence": terms.confidence, **marks}
    since = at
    if shared.revoked_at is not None:
        since = _time(shared.revoked_at)
        changed["revoked"] = True
    one = {
        **_head("indicator", f"indicator--{shared.stix_id}", at, since), **changed,
        "name": f"{type(shared.indicator).__name__}: {shared.indicator.name}",
        "indicator_types": ["malicious-activity"], "pattern_type": "stix",
        "pattern": pattern_of(shared.indicator), "valid_from": at,
        "valid_until": _time(terms.valid_until),
    }  # fmt: skip
    what = _what(shared.indicator)
    if not what:
        return [one]
    kind = str(what["type"])
    what = {**_head(kind, _id(kind, shared.stix_id), at, since), **changed, **what}
    link = {
        **_head("relationship", _id("relationship", shared.stix_id), at, since), **changed,
        "relationship_type": "indicates" if kind == "tool" else "related-to",
        "source_ref": one["id"], "target_ref": what["id"],
    }  # fmt: skip
    return [one, what, link]


def _what(indicator: Indicator) -> dict[str, Any]:
    if isinstance(indicator, Organisation):
        register = "lei" if len(indicator.number) == 20 else "unified-social-credit-code"
        return {
            "type": "identity", "name": indicator.name, "identity_class": "organization",
            "external_references": [{"source_name": register, "external_id": indicator.number}],
        }  # fmt: skip
    if isinstance(indicator, Tool):
        version = {"tool_version": indicator.version} if indicator.version else {}
        return {"type": "tool", "name": indicator.name, **version}
    return {}


def pattern_of(indicator: Indicator) -> str:
    """Return the STIX pattern of an indicator."""
    if isinstance(indicator, Domain):
        return f"[domain-name:value = {_quoted(indicator.name)}]"
    if isinstance(indicator, Organisation):
        return f"[{BUSINESS}:register_number = {_quoted(indicator.number)}]"
    version = f" AND software:version = {_quoted(indicator.version)}" if indicator.version else ""
    return f"[software:name = {_quoted(indicator.name)}{version}]"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _head(kind: str, stix_id: str, created: str, modified: str = "") -> dict[str, Any]:
    return {
        "type": kind, "spec_version": "2.1", "id": stix_id, "created": created,
        "modified": modified or created,
    }  # fmt: skip


def _id(kind: str, name: str) -> str:
    stands_for = {"marking": "marking-definition"}.get(kind, kind)
    return f"{stands_for}--{_uuid(kind, name)}"


def _uuid(kind: str, name: str) -> uuid.UUID:
    return uuid.uuid5(_OURS, f"{kind} {name}")


def _time(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms // 1_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1_000:03d}Z"
