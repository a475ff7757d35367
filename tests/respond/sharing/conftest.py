"""Records on both databases, and the schemas of OASIS that bundles are held against."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.respond.desk.conftest import migrated, records, records_url

__all__ = ["faults", "migrated", "records", "records_url"]

SCHEMAS = Path(__file__).with_name("stix-2.1")
PLACES = {
    "indicator": "sdos", "tool": "sdos", "identity": "sdos", "relationship": "sros",
    "marking-definition": "common",
}  # fmt: skip


@pytest.fixture(scope="session")
def faults() -> Any:
    """Give a function that says what of a bundle breaks the schemas of STIX 2.1."""
    known = [
        (json.loads(path.read_text())["$id"], json.loads(path.read_text()))
        for path in SCHEMAS.rglob("*.json")
    ]
    registry = jsonschema_rs.Registry(known)
    validators = {
        kind: jsonschema_rs.validator_for(
            json.loads((SCHEMAS / place / f"{kind}.json").read_text()), registry=registry
        )
        for kind, place in PLACES.items()
    }

    def of(bundle: dict[str, Any]) -> list[str]:
        assert bundle["type"] == "bundle"
        return [
            f"{each['type']}: {error.message}"
            for each in bundle["objects"]
            for error in validators[each["type"]].iter_errors(each)
        ]

    return of
