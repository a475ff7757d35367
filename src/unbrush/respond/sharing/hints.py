"""Bundles of others → hints: weak evidence (E1) to look into, and never a reason for a step.

A bundle comes from outside: only indicators of organisations, domains and tools are read, in the
three patterns that we write ourselves. Whatever else is in it is counted and not kept; what could
name a person least of all.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unbrush.base.errors import BadRecord, UnbrushError
from unbrush.base.records import Row, Transaction, add
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.sharing.indicators import (
    Domain,
    Indicator,
    Organisation,
    Tool,
    check_impersonal,
    key_of,
)
from unbrush.respond.sharing.stix import BUSINESS
from unbrush.respond.sharing.terms import TLP

STRENGTH = "E1"
"""Nobody here has seen what a hint rests on: it can never be more."""

MOST_OBJECTS = 5_000
_QUOTED = r"'((?:[^'\\]|\\['\\])*)'"
_PATTERNS = {
    "domain": re.compile(rf"\[domain-name:value = {_QUOTED}\]"),
    "organisation": re.compile(rf"\[{BUSINESS}:register_number = {_QUOTED}\]"),
    "tool": re.compile(rf"\[software:name = {_QUOTED}(?: AND software:version = {_QUOTED})?\]"),
}
_ID = re.compile(r"indicator--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TLP_OF = {stix_id: tlp for tlp, stix_id in TLP.items()}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a bundle.

    Attributes:
        n_new: Hints that were not there.
        n_changed: Hints that are newer now, or revoked.
        left_out: Why objects were not kept → how many.
    """

    n_new: int
    n_changed: int
    left_out: Mapping[str, int]


def take_bundle(
    transaction: Transaction, at_ms: int, source: str, bundle: Any, /, *, caller: Caller
) -> Taken:
    """Keep hints of a bundle; the same bundle again changes nothing.

    Args:
        transaction: A writing one.
        at_ms: The present.
        source: Who sent it.
        bundle: What was parsed from its JSON.
        caller: Who takes it in.

    Raises:
        BadRecord: It is no bundle of STIX 2.1.
    """
    caller.check("sharing.import")
    check_impersonal("source", source)
    objects = bundle.get("objects") if isinstance(bundle, dict) else None
    is_bundle = isinstance(objects, list) and bundle.get("type") == "bundle"
    if not is_bundle or not isinstance(objects, list) or len(objects) > MOST_OBJECTS:
        raise BadRecord(
            "This is no bundle of STIX 2.1.", hint=f"With `objects`, {MOST_OBJECTS:,} at most."
        )
    left_out: Counter[str] = Counter()
    n_new = n_changed = 0
    for each in objects:
        try:
            hint = _read(each)
        except BadRecord as error:
            left_out[error.message] += 1
            continue
        values = {**hint, "source": source, "imported_by": caller.person_id, "imported_at": at_ms}
        match _keep(transaction, at_ms, values):
            case "new":
                n_new += 1
            case "changed":
                n_changed += 1
    note(
        transaction, at_ms, caller.person_id, "hints.taken", "source", source,
        n_new=n_new, n_changed=n_changed, n_left_out=left_out.total(),
    )  # fmt: skip
    return Taken(n_new=n_new, n_changed=n_changed, left_out=dict(sorted(left_out.items())))


def _read(each: Any) -> dict[str, Any]:
    """Return the columns of a hint.

    Raises:
        BadRecord: It is not kept; the message says why, without what is in it.
    """
    if not isinstance(each, dict) or each.get("type") != "indicator":
        raise BadRecord("no indicator")
    stix_id, pattern = str(each.get("id")), str(each.get("pattern"))
    if each.get("spec_version") != "2.1" or not _ID.fullmatch(stix_id):
        raise BadRecord("not of STIX 2.1")
    if each.get("pattern_type") != "stix":
        raise BadRecord("a pattern in another language")
    indicator = _indicator(pattern)
    confidence = each.get("confidence", 0)
    is_number = isinstance(confidence, int) and not isinstance(confidence, bool)
    until = each.get("valid_until")
    kind, value = key_of(indicator)
    refs = each.get("object_marking_refs")
    marks = [_TLP_OF[ref] for ref in refs if ref in TLP.values()] if isinstance(refs, list) else []
    order = list(TLP)
    modified_at = _at_ms(each.get("modified"))
    return {
        "stix_id": stix_id, "kind": kind, "value": value,
        "version": indicator.version if isinstance(indicator, Tool) else "",
        "tlp": max(marks, key=order.index, default="red"),
        "confidence": min(max(confidence, 0), 100) if is_number else 0, "strength": STRENGTH,
        "modified_at": modified_at, "valid_until": None if until is None else _at_ms(until),
        "revoked_at": modified_at if each.get("revoked") is True else None,
    }  # fmt: skip


def _indicator(pattern: str) -> Indicator:
    for kind, form in _PATTERNS.items():
        found = form.fullmatch(pattern) if len(pattern) < 1_000 else None
        if not found:
            continue
        parts = [re.sub(r"\\(.)", r"\1", part or "") for part in found.groups()]
        try:
            match kind:
                case "domain":
                    return Domain(name=parts[0])
                case "organisation":
                    return Organisation(name="registered", number=parts[0], shop_id="")
                case _:
                    return Tool(name=parts[0], version=parts[1])
        except UnbrushError:
            raise BadRecord("what could name a person, or is no such value") from None
    raise BadRecord("not about an organisation, a domain or a tool")


def _at_ms(text: Any) -> int:
    try:
        moment = datetime.fromisoformat(str(text))
        if moment.tzinfo is None:
            raise ValueError
        return int(moment.timestamp() * 1_000)
    except (ValueError, OverflowError):
        raise BadRecord("a time that cannot be read") from None


def _keep(transaction: Transaction, at_ms: int, values: dict[str, Any]) -> str:
    key = {"source": values["source"], "id": values["stix_id"]}
    where = "source = :source AND stix_id = :id"
    there = transaction.one(f"SELECT modified_at FROM hints WHERE {where}", **key)
    if there is None:
        add(transaction, "hints", **values)
        return "new"
    if int(values["modified_at"]) <= int(there["modified_at"]):
        return "same"
    transaction.run(f"DELETE FROM hints WHERE {where}", **key)
    add(transaction, "hints", **values)
    return "changed"


def hints_now(transaction: Transaction, at_ms: int, after: str, n: int) -> list[Row]:
    """Return a page of hints that are neither revoked nor over, in order of source and id."""
    return transaction.all(
        """SELECT * FROM (SELECT source || ' ' || stix_id AS hint_key, hints.* FROM hints) AS h
           WHERE hint_key > :after AND revoked_at IS NULL
             AND (valid_until IS NULL OR valid_until > :at_ms)
           ORDER BY hint_key LIMIT :n""",
        after=after,
        at_ms=at_ms,
        n=n,
    )
