"""What would be decided if less, or more, had been said of one row: the same weighing once more.

Each supposition is weighed as if it were an order or review of its own, so that one pass answers
for all of them, by the very statements that decide. Only that row is supposed to be otherwise: what
signs are worth in the market stays as it was found, and so does what is said of other rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.judge.hearing import footing_of_ring_sql, footing_of_signal_sql, hear
from unbrush.judge.policy import RING, Policy
from unbrush.judge.probability import among_sql
from unbrush.judge.weigh import weigh_heard

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
        ("own_share", pa.float64()),
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
    "_supposed", "_witnesses", "_asked_of", "_company", "_orders", "_reviews", "_heard", "_atoms",
)  # fmt: skip


class Outcome(NamedTuple):
    """What one supposition leads to.

    Attributes:
        probability: That the row is fake (0-1).
        is_neutralised: Whether it stops counting.
        why: Why it counts: ``insufficient`` (the evidence), ``unlikely``, ``line`` (with it, more
            honest rows than the policy allows would be expected); empty if it does not.
    """

    probability: float
    is_neutralised: bool
    why: str


NOTHING_SAID = Outcome(0.0, False, "insufficient")
"""Of a row that no witness is left for."""

Question = tuple[str, Any, Sequence[Mapping[str, Any]]]
"""``order`` or ``review``, its id, and the witnesses heard: the columns of `WITNESS` but two."""


def weigh_again(engine: Engine, policy: Policy, questions: Iterable[Question]) -> list[Outcome]:
    """Return what each supposition leads to, in order.

    Args:
        engine: Holds the market and what `judge` left. What `weigh` reads and leaves is
            overwritten.
        policy: What to judge by.
        questions: Each a row as it is in the market, with other witnesses.
    """
    asked = list(questions)
    rows = [
        {**witness, "kind": kind, "id": number}
        for number, (kind, _, witnesses) in enumerate(asked)
        for witness in witnesses
    ]
    engine.put("_supposed", pa.Table.from_pylist(rows, schema=WITNESS))
    engine.create("_witnesses", _WITH_FOOTING)
    for table in ("_orders", "_reviews"):
        engine.put(table, _SIDES.empty_table())
    hear(engine, policy)
    _put_asked(engine, asked)
    engine.create("_company", _company_sql(engine, policy))
    weigh_heard(engine, policy)
    atoms = engine.query(
        """SELECT id, probability, is_neutralised, is_proven, is_out, now FROM _atoms
           JOIN _asked_of USING (id)"""
    ).to_pylist()
    line = _Line(engine, policy)
    for table in OWN_TABLES:
        engine.drop(table)
    found = {row["id"]: line.outcome(asked[row["id"]][0], row) for row in atoms}
    return [found.get(number, NOTHING_SAID) for number in range(len(asked))]


def _put_asked(engine: Engine, asked: Sequence[Question]) -> None:
    """Leave `_asked_of`: id (of the supposition), kind, row_id, and whether it is left out now."""
    whole = engine.columns("decisions")["subject_id"] == "BIGINT"
    columns = {
        "id": pa.array(range(len(asked)), pa.int64()),
        "kind": pa.array([each[0] for each in asked], pa.string()),
        "row_id": pa.array([each[1] for each in asked], pa.int64() if whole else pa.string()),
    }
    engine.put("_asked_of", pa.table(columns))
    engine.create(
        "_asked_of",
        """SELECT a.*, coalesce(d.is_neutralised, false) AS is_out, d.probability AS now
           FROM _asked_of a LEFT JOIN decisions d
               ON d.subject_kind = a.kind AND d.subject_id = a.row_id""",
    )


def _company_sql(engine: Engine, policy: Policy) -> str:
    """Whether enough others of the shop are proven: as found, or, of a row by rings alone, counted.

    It is not asked where rings alone are heard (see `probability.find_company`).
    """
    id_type = engine.columns("decisions")["subject_id"]
    steps = "contributions"
    if not engine.columns(steps):
        steps = "(SELECT NULL AS subject_kind, NULL AS subject_id, NULL AS name WHERE false)"
    return f"""
        WITH asked AS (SELECT DISTINCT kind, row_id, is_out FROM _asked_of),
        found AS (
            SELECT a.kind, row_id, bool_or(c.name = 'in-company') AS is_in
            FROM asked a JOIN {steps} c ON c.subject_kind = a.kind AND c.subject_id = row_id
            WHERE c.name IN ('in-company', 'alone') GROUP BY ALL),
        others AS (SELECT * FROM asked ANTI JOIN found USING (kind, row_id)),
        deeds AS (
            SELECT 'order' AS kind, CAST(order_id AS {id_type}) AS row_id,
                   CAST(shop_id AS VARCHAR) AS shop FROM orders
            UNION ALL
            SELECT 'review', CAST(review_id AS {id_type}),
                   CAST(coalesce(r.shop_id, i.shop_id) AS VARCHAR)
            FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id),
        places AS (SELECT o.*, shop FROM others o JOIN deeds USING (kind, row_id)),
        proven AS (
            SELECT shop, count(*) AS n FROM deeds SEMI JOIN places USING (shop)
            JOIN decisions d ON d.subject_kind = kind AND d.subject_id = row_id
            WHERE is_neutralised AND rule <> 'its-order' GROUP BY shop),
        company AS (
            SELECT * FROM found
            UNION ALL
            SELECT kind, row_id,
                   coalesce(n, 0) - CASE WHEN is_out THEN 1 ELSE 0 END >= {policy.min_rows}
            FROM places LEFT JOIN proven USING (shop)),
        heard AS (
            SELECT id, bool_and(class = '{RING}') AS is_ring FROM _heard
            WHERE fate = 'heard' GROUP BY id)
        SELECT a.kind, a.id, CASE WHEN NOT coalesce(is_ring, false) THEN is_in END AS is_in
        FROM _asked_of a LEFT JOIN company USING (kind, row_id) LEFT JOIN heard USING (id)"""


class _Line:
    """How many honest rows are expected among those that stop counting, and how many may be."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self._policy = policy
        self._honest: dict[str, float] = {}
        self._n: dict[str, int] = {}
        for row in engine.query(
            f"""SELECT {among_sql("subject_kind")} AS kind, probability, count(*) AS n
                FROM decisions
                WHERE is_neutralised AND subject_kind IN ('order', 'review')
                GROUP BY ALL ORDER BY kind, probability DESC"""
        ).to_pylist():
            kind, n = row["kind"], row["n"]
            self._honest[kind] = self._honest.get(kind, 0.0) + (1 - row["probability"]) * n
            self._n[kind] = self._n.get(kind, 0) + n

    def outcome(self, kind: str, row: Mapping[str, Any]) -> Outcome:
        """Return what a supposition leads to: the line is drawn anew with it."""
        probability = row["probability"]
        if row["is_neutralised"]:
            return Outcome(probability, True, "")
        if not row["is_proven"]:
            return Outcome(probability, False, "insufficient")
        if probability < self._policy.neutralise_at:
            return Outcome(probability, False, "unlikely")
        honest, n = self._honest.get(kind, 0.0), self._n.get(kind, 0)
        if row["is_out"]:
            honest, n = honest - (1 - row["now"]), n - 1
        is_within = honest + 1 - probability <= self._policy.discovery_q * (n + 1)
        return Outcome(probability, is_within, "" if is_within else "line")
