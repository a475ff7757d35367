"""Which label holds where several were given."""

import pyarrow as pa
import pytest

from unbrush.base.labels import known_sql


@pytest.mark.parametrize(
    ("labels", "is_fake"),
    [
        ([(True, 1), (False, 2)], False),  # an appeal after a filter
        ([(False, 1), (True, 2)], True),
        ([(False, 2), (True, 2)], True),
        ([(False, None), (True, None)], True),
        ([(True, None), (False, 1)], False),
        ([(True, 1), (None, 2)], True),  # who does not say says nothing
    ],
)
def test_the_latest_holds_and_fake_at_one_time(engine, labels, is_fake):
    rows = [
        {"subject_kind": "order", "subject_id": 7, "is_fake": said, "at": at} for said, at in labels
    ]
    schema = pa.schema(
        [("subject_kind", pa.string()), ("subject_id", pa.int64()), ("is_fake", pa.bool_()),
         ("at", pa.int64())]
    )  # fmt: skip
    engine.put("given", pa.Table.from_pylist(rows, schema=schema))
    assert engine.query(known_sql(engine, "given")).to_pylist() == [
        {"subject_kind": "order", "subject_id": "7", "is_fake": is_fake}
    ]


def test_without_a_time_fake_holds(engine):
    engine.create(
        "given",
        "SELECT 'order' AS subject_kind, 'a' AS subject_id, unnest([true, false]) AS is_fake",
    )
    assert [row["is_fake"] for row in engine.query(known_sql(engine, "given")).to_pylist()] == [
        True
    ]
