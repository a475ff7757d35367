"""The market as it was known: nothing later, and nothing that came of what was there."""

from tests.worlds import DAY, T0, build
from unbrush.base.known_by import SPECIAL, known_by_sql
from unbrush.base.tables import TABLES

NOW = T0 + 10 * DAY


def known(engine, table: str, *rows: dict) -> list[dict]:
    build(engine, {table: list(rows)})
    sql = known_by_sql(TABLES[table], f"SELECT * FROM {table}", NOW)
    return engine.query(sql).to_pylist()


ORDER = {"order_id": 1, "account_id": 1, "shop_id": 1}


def test_what_happened_later_is_not_there(engine):
    rows = [{**ORDER, "order_id": n, "placed_at": NOW + n * DAY} for n in (-1, 0, 1)]
    assert [row["order_id"] for row in known(engine, "orders", *rows)] == [-1, 0]


def test_what_came_of_an_order_later_is_not_known(engine):
    [row] = known(
        engine,
        "orders",
        {**ORDER, "placed_at": NOW - DAY, "paid_at": NOW - DAY, "confirmed_at": NOW + DAY,
         "status": "confirmed"},
    )  # fmt: skip
    assert row["paid_at"] == NOW - DAY
    assert row["confirmed_at"] is None
    assert row["status"] is None


def test_what_came_of_it_before_is_known(engine):
    [row] = known(
        engine,
        "orders",
        {**ORDER, "placed_at": NOW - 5 * DAY, "confirmed_at": NOW - DAY, "status": "confirmed"},
    )
    assert row["status"] == "confirmed"


def test_an_undated_refund_is_not_known(engine):
    [row] = known(engine, "orders", {**ORDER, "placed_at": NOW - DAY, "status": "refunded"})
    assert row["status"] is None


def test_an_edited_review_is_not_read_before_its_edit(engine):
    review = {"review_id": 1, "account_id": 1, "item_id": 1, "posted_at": NOW - DAY, "text": "好",
              "rating": 5.0}  # fmt: skip
    [row] = known(engine, "reviews", {**review, "edited_at": NOW + DAY})
    assert (row["text"], row["rating"], row["edited_at"]) == (None, None, None)
    [row] = known(engine, "reviews", {**review, "edited_at": NOW})
    assert (row["text"], row["rating"]) == ("好", 5.0)


def test_what_is_planned_is_known_ahead(engine):
    campaign = {"campaign_id": 1, "kind": "sale", "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}
    assert known(engine, "campaigns", campaign)[0]["starts_at"] == NOW + DAY


def test_a_period_is_declared_once_it_is_over(engine):
    period = {"owner_id": 1, "period_start_at": NOW - DAY, "amount_minor": 1}
    assert not known(engine, "declared_revenue", {**period, "period_end_at": NOW + DAY})
    assert known(engine, "declared_revenue", {**period, "period_end_at": NOW})


def test_undated_rows_stay(engine):
    assert known(engine, "items", {"item_id": 1, "shop_id": 1})


def test_every_special_column_exists():
    for table, column in SPECIAL:
        assert TABLES[table].column(column)
