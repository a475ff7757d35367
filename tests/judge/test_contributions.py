"""Every probability opens into steps that add up to it."""

import math

import pyarrow as pa
import pytest

from tests.judge.test_judge import RING, judged, order, ring_of, signal
from tests.worlds import T0
from unbrush.base.engine import Engine
from unbrush.base.evidence import contribution_schema

REVIEW = {"review_id": 5, "account_id": 101, "item_id": 10, "posted_at": T0, "order_id": 1}
SAID = [
    signal(1),
    signal(1, "d2", score=0.4),
    signal(1, "d3", family="money", strength="E3"),
    signal(2, "weak", score=0.2),
    signal(3, "d4", strength="E2"),
]


def steps(engine: Engine) -> dict:
    rows = engine.query("SELECT * FROM contributions ORDER BY subject_kind, subject_id, step")
    of: dict = {}
    for row in rows.to_pylist():
        of.setdefault((row["subject_kind"], row["subject_id"]), []).append(row)
    return of


def test_the_steps_add_up_to_the_odds_of_the_probability(engine: Engine):
    market = {"orders": [order(n) for n in (1, 2, 3)], "reviews": [REVIEW]}
    said = judged(engine, market, SAID, [RING], ring_of(103, is_firm=True))
    found = steps(engine)
    assert set(found) == {subject for subject in said if subject[0] in ("order", "review")}
    for subject, rows in found.items():
        p = said[subject]["probability"]
        assert math.fsum(row["log_odds"] for row in rows) == pytest.approx(
            math.log(p / (1 - p)), abs=1e-6
        )
        assert [row["step"] for row in rows] == list(range(len(rows)))
        assert rows[0]["kind"] == "prior"
    assert ("review", 5) in found
    assert [row["name"] for row in found["order", 3] if row["kind"] == "ring"] == ["ring-0001"]


def test_they_have_their_shape_also_where_nothing_is_said(engine: Engine):
    for said in (SAID[:1], []):
        judged(engine, {"orders": [order(1)]}, said)
        table = engine.query("SELECT * FROM contributions")
        assert table.schema == contribution_schema(pa.int64())
        assert (table.num_rows > 0) == bool(said)
