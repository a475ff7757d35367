"""Small markets for tests of attribution: from signals to decisions, without counts and reasons."""

import json
from typing import Any

import pyarrow as pa

from tests.worlds import DAY, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema, signal_schema
from unbrush.base.manifest import Manifest
from unbrush.judge.attribution import attribute
from unbrush.judge.look_alikes import spare_look_alikes
from unbrush.judge.policy import Policy
from unbrush.judge.probability import say_how_sure
from unbrush.judge.weigh import weigh
from unbrush.judge.witnesses import call_witnesses

Row = dict[str, Any]


def order(order_id: Any, shop_id: Any = 1, **columns: Any) -> Row:
    day = order_id if isinstance(order_id, int) else int(order_id.rsplit("-", 1)[-1])
    row = {"order_id": order_id, "account_id": 100 + day, "shop_id": shop_id}
    return {**row, "placed_at": T0 + day * DAY // 24, "paid_minor": 1_000, **columns}


def signal(order_id: Any, family: str = "graph", strength: str = "E2", element: str = "b") -> Row:
    return {
        "signal_id": f"{family}-{strength}-{element}-{order_id}",
        "detector": f"{family}-detector",
        "subject_kind": "order",
        "subject_id": order_id,
        "score": 1.0,
        "family": family,
        "strength": strength,
        "element": element,
        "facts": json.dumps({"n": 1}),
        "evidence_table": "orders",
        "evidence_ids": [order_id],
        "reason_zh": "因为 1",
        "reason_en": "because 1",
    }


def witnesses(engine: Engine, market: Any, signals: Any, rings: Any = (), members: Any = (),
              policy: Policy | None = None) -> Manifest:  # fmt: skip
    """Leave `_witnesses` that look-alikes have been heard about."""
    manifest = build(engine, market)
    ids = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    for name, rows, schema in (
        ("signals", signals, signal_schema(ids)),
        ("rings", rings, ring_schema()),
        ("ring_members", members, ring_member_schema(ids)),
    ):
        engine.put(name, pa.Table.from_pylist(list(rows), schema=schema))
    call_witnesses(engine, manifest, policy or Policy())
    spare_look_alikes(engine, manifest, policy or Policy())
    return manifest


def decided(engine: Engine, manifest: Manifest, policy: Policy | None = None) -> dict[Any, Row]:
    """Weigh and attribute; return decisions by kind and id."""
    weigh(engine, policy or Policy())
    say_how_sure(engine)
    attribute(engine, manifest, policy or Policy())
    rows = engine.query("SELECT * FROM decisions").to_pylist()
    return {(row["subject_kind"], row["subject_id"]): row for row in rows}


def attributed(engine: Engine, market: Any, signals: Any, **more: Any) -> dict[Any, Row]:
    """All of it at once."""
    policy = more.get("policy")
    return decided(engine, witnesses(engine, market, signals, **more), policy)


def adjudged(engine: Engine) -> dict[Any, Row]:
    """Return what was adjudicated by shop, its tests by name."""
    rows = engine.query("SELECT * FROM adjudications").to_pylist()
    return {
        row["shop_id"]: {**row, "tests": {one["test"]: one for one in json.loads(row["tests"])}}
        for row in rows
    }
