"""What would be decided if less had been said: the same weighing, over fewer witnesses.

Each supposition is weighed as if it were an order or review of its own, so that one pass answers
for all of them, by the very statements that decide.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.judge.hearing import footing_of_ring_sql, footing_of_signal_sql
from unbrush.judge.policy import Policy
from unbrush.judge.weigh import weigh

WITNESS = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.int64()),
        ("signal_id", pa.string()),
        ("name", pa.string()),
        ("family", pa.string()),
        ("strength", pa.string()),
        ("element", pa.string()),
        ("implicates", pa.string()),
        ("score", pa.float64()),
        ("is_direct", pa.bool_()),
    ]
)
"""A witness as `witnesses` makes it; ``id`` numbers the suppositions."""

_SIDES = pa.schema(
    [
        ("id", pa.int64()),
        ("order_id", pa.int64()),
        ("account_id", pa.int64()),
        ("shop_id", pa.int64()),
    ]
)


_WITH_FOOTING = f"""
    SELECT w.*, coalesce(s.footing, g.footing) AS footing FROM _supposed w
    LEFT JOIN (SELECT signal_id, {footing_of_signal_sql()} AS footing FROM signals
               SEMI JOIN (SELECT DISTINCT signal_id FROM _supposed) USING (signal_id)) s
        ON s.signal_id = w.signal_id
    LEFT JOIN (SELECT ring_id, {footing_of_ring_sql()} AS footing FROM rings) g
        ON w.signal_id IS NULL AND g.ring_id = w.name"""
"""What each rests on, so that two which rest on the same count once here, too."""

OWN_TABLES = (
    "_supposed", "_witnesses", "_company", "_orders", "_reviews", "_heard", "_atoms", "_sureness",
)  # fmt: skip


class Outcome(NamedTuple):
    """What one supposition leads to.

    Attributes:
        probability: That the row is fake (0-1).
        is_neutralised: Whether it stops counting.
    """

    probability: float
    is_neutralised: bool


NOTHING_SAID = Outcome(0.0, False)
"""Of a row that no witness is left for."""

_COMPANY = pa.schema([("kind", pa.string()), ("id", pa.int64()), ("is_in", pa.bool_())])

Witnesses = Iterable[Mapping[str, Any]]


def weigh_again(
    engine: Engine,
    policy: Policy,
    suppositions: Iterable[tuple[str, Witnesses, bool | None]],
) -> list[Outcome]:
    """Return what each supposition leads to, in order.

    Args:
        engine: Where SQL runs, with what signs are worth in this market, if it is known. What
            `weigh` reads and leaves is overwritten.
        policy: What to judge by.
        suppositions: Whether it is about an ``order`` or ``review``; the witnesses heard: all
            columns of `WITNESS` but ``kind`` and ``id``; whether others are suspected around it.
    """
    rows: list[dict[str, Any]] = []
    company: list[dict[str, Any]] = []
    n = 0
    for kind, witnesses, is_in in suppositions:
        rows += [{**witness, "kind": kind, "id": n} for witness in witnesses]
        if is_in is not None:
            company.append({"kind": kind, "id": n, "is_in": is_in})
        n += 1
    engine.put("_supposed", pa.Table.from_pylist(rows, schema=WITNESS))
    engine.create("_witnesses", _WITH_FOOTING)
    engine.put("_company", pa.Table.from_pylist(company, schema=_COMPANY))
    for table in ("_orders", "_reviews"):
        engine.put(table, _SIDES.empty_table())
    weigh(engine, policy)
    atoms = engine.query("SELECT id, probability, is_neutralised FROM _atoms").to_pylist()
    for table in OWN_TABLES:
        engine.drop(table)
    found = {row["id"]: Outcome(row["probability"], row["is_neutralised"]) for row in atoms}
    return [found.get(number, NOTHING_SAID) for number in range(n)]
