"""Features know the past only, and neither ids nor the order of rows tell them anything."""

import random

import numpy as np
import pytest

from tests.judge.learned.judging import put_nothing_found
from tests.judge.learned.worlds import accounts, orders, reviews
from tests.worlds import DAY, HOUR, T0, build
from unbrush.base.engine import Engine
from unbrush.judge.learned.feature import AFTER_THE_FACT, TOPICS
from unbrush.judge.learned.features import FEATURES, KINDS, make_features, matrix_sql, needs_of
from unbrush.judge.learned.order_features import order_features_sql
from unbrush.judge.learned.review_features import review_features_sql
from unbrush.judge.policy import Policy
from unbrush.judge.witnesses import call_witnesses

NOW = T0 + 41 * DAY
"""After everything in the small market."""


def features(engine: Engine, kind: str, market: dict, **options) -> dict:
    """Return every row's features by its id."""
    manifest = build(engine, market)
    put_nothing_found(engine)
    call_witnesses(engine, manifest, Policy())
    rows = engine.query(f"SELECT * FROM {make_features(engine, kind, **options)}").to_pylist()
    names = [each.name for each in FEATURES[kind]]
    return {row["id"]: tuple(float(row[name]) for name in names) for row in rows}


def market(**changes) -> dict:
    return {"orders": orders(), "reviews": reviews(), "accounts": accounts(), **changes}


@pytest.mark.parametrize("kind", KINDS)
def test_every_feature_is_a_number_of_every_row(engine, kind):
    found = features(engine, kind, market())
    assert len(found) == 60
    values = np.array(list(found.values()))
    assert np.isfinite(values).all()
    varying = (values != values[0]).any(axis=0).mean()
    assert varying > 0.7, "most of them vary even in a small market"


def future(kind: str) -> dict:
    """Return the market with as much again after its end, by the same people in the same places."""
    later_orders = [
        {**row, "order_id": row["order_id"] + 5_000, "placed_at": NOW + row["placed_at"] - T0}
        for row in orders(seed=9)
    ]
    later_reviews = [
        {**row, "review_id": row["review_id"] + 5_000, "posted_at": NOW + row["posted_at"] - T0,
         "order_id": None}
        for row in reviews(seed=10)
    ]  # fmt: skip
    return market(orders=orders() + later_orders, reviews=reviews() + later_reviews)


@pytest.mark.parametrize("kind", KINDS)
def test_the_future_changes_nothing(engine, kind):
    before, after = features(engine, kind, market()), features(engine, kind, future(kind))
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("kind", KINDS)
def test_with_hindsight_the_future_does_change_something(engine, kind):
    """The test above can fail: features that may look on do see what comes later."""
    ahead = {"hindsight_ms": 60 * DAY}
    before = features(engine, kind, market(), **ahead)
    after = features(engine, kind, future(kind), **ahead)
    assert {key: after[key] for key in before} != before


def test_what_came_of_an_order_changes_nothing(engine):
    """Nor do labels: every column that is only known after the fact is set to something else."""
    undone = [
        {**row, "status": "refunded", "paid_at": None, "shipped_at": NOW, "closed_at": NOW,
         "confirmed_at": None}
        for row in orders()
    ]  # fmt: skip
    labels = [
        {"subject_kind": "order", "subject_id": row["order_id"], "is_fake": True, "source": "x"}
        for row in orders()
    ]
    refunds = [
        {"refund_id": number, "order_id": row["order_id"], "amount_minor": 1, "at": NOW}
        for number, row in enumerate(orders())
    ]
    changed = market(orders=undone, labels=labels, refunds=refunds)
    assert features(engine, "order", changed) == features(engine, "order", market())


@pytest.mark.parametrize("sql", [order_features_sql(), review_features_sql()])
def test_no_column_that_is_known_after_the_fact_is_named(sql):
    named = {column for columns in AFTER_THE_FACT.values() for column in columns if "_at" in column}
    assert named
    for column in (*named, "status", "is_fake", "labels", "refunds"):
        assert column not in sql.replace("_status", "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_rows_changes_nothing(engine, kind):
    rng = random.Random(1)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in market().items()}
    assert features(engine, kind, shuffled) == features(engine, kind, market())


@pytest.mark.parametrize("kind", KINDS)
def test_other_ids_change_nothing(engine, kind):
    ids = {"order_id", "review_id", "account_id", "shop_id", "item_id"}
    mix = lambda value: (value * 7_919 + 13) % 1_000_003  # noqa: E731
    renamed = {
        name: [
            {key: mix(value) if key in ids and value is not None else value
             for key, value in row.items()}
            for row in rows
        ]
        for name, rows in market().items()
    }  # fmt: skip
    found = features(engine, kind, renamed)
    assert {key: found[mix(key)] for key in features(engine, kind, market())} == features(
        engine, kind, market()
    )


def test_a_device_of_many_accounts_shows(engine):
    found = features(engine, "order", market())
    names = [each.name for each in FEATURES["order"]]
    place = names.index("device_others_here")
    wave = [found[1_000 + number][place] for number in range(0, 60, 5)]
    assert wave == list(range(12)), "each sees those before it, and none after"


def test_a_copied_text_counts_its_earlier_copies(engine):
    text = "包装精致，物流很快，下次还来"
    rows = [
        {"review_id": n, "account_id": n, "item_id": 1, "posted_at": T0 + n * HOUR,
         "text": text + "！" * n}
        for n in range(3)
    ]  # fmt: skip
    found = features(engine, "review", {"reviews": rows})
    place = [each.name for each in FEATURES["review"]].index("text_copies")
    assert [found[n][place] for n in range(3)] == [0, 1, 2]


def test_features_have_words_and_topics():
    for kind in KINDS:
        names = [each.name for each in FEATURES[kind]]
        assert len(names) == len(set(names))
        for each in FEATURES[kind]:
            assert each.topic in TOPICS
            assert each.words.zh
            assert each.words.en
            assert each.way in (-1, 0, 1)


def test_what_a_feature_rests_on_is_told():
    assert "device_token" in needs_of("order", ["device_others"])["orders"]
    assert needs_of("review", ["item_n"]) == {"reviews": ("account_id",)}


def test_what_detectors_say_stands_beside(engine):
    engine.view("_f", "SELECT 1 AS id, 2.0 AS a")
    engine.view("_s", "SELECT 1 AS id, 'shared-device' AS name, 0.5 AS score")
    sql = matrix_sql("_f", "_s", ["a", "signal:shared-device", "signal:other"])
    assert list(engine.query(sql).to_pylist()[0].values()) == [1, 2.0, 0.5, 0.0]
