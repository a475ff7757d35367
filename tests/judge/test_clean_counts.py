"""Counts without what does not count: by day, in all, in rank, by evidence, and restored."""

import datetime
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.judge.test_judge import RING, order, ring_of, signal
from tests.worlds import DAY, HOUR, T0, build
from unbrush.base.engine import Engine
from unbrush.base.errors import SubjectNotFound
from unbrush.base.evidence import (
    clean_count_schema,
    daily_count_schema,
    rank_influence_schema,
    removed_by_schema,
    restored_schema,
    rests_on_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.base.reversals import AGAIN, RESTORE, Reversal, put_reversals
from unbrush.judge import Policy, judge
from unbrush.judge.reversing import reverse

SHOPS = [{"shop_id": n, "category": "shoes"} for n in range(1, 7)]


def judged(engine, market, signals=(), *, policy=None, zone="UTC", said=(), rings=(), members=()):
    manifest = replace(build(engine, market), time_zone=zone)
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    for table, rows, schema in (
        ("signals", signals, signal_schema(id_type)),
        ("rings", rings, ring_schema()),
        ("ring_members", members, ring_member_schema(id_type)),
    ):
        engine.put(table, pa.Table.from_pylist(list(rows), schema=schema))
    put_reversals(engine, said)
    judge(engine, manifest, policy=policy)
    return manifest


def rows(engine: Engine, table: str, **where) -> list[dict]:
    found = engine.query(f"SELECT * FROM {table}").to_pylist()
    return [row for row in found if all(row[key] == value for key, value in where.items())]


def one(engine: Engine, table: str, **where) -> dict:
    (row,) = rows(engine, table, **where)
    return row


def review(review_id: int, **columns) -> dict:
    row = {"review_id": review_id, "account_id": 100 + review_id, "item_id": 10, "shop_id": 1}
    return {**row, "posted_at": T0 + review_id * DAY, "rating": 5.0, **columns}


def strong(*orders: int, **columns) -> list[dict]:
    return [signal(n, "farm", family="graph", strength="E2", **columns) for n in orders]


def said(kind: str, subject, *, action=RESTORE, at=T0 + 999 * DAY, **columns) -> Reversal:
    words = {"who": "Wang", "because": "weighed", **columns}
    return Reversal(action=action, kind=kind, id=str(subject), at=at, **words)


# ---- by day ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 15), ("Asia/Shanghai", 16), ("America/New_York", 15)]
)
def test_a_day_ends_at_the_platforms_midnight(engine: Engine, zone, day):
    judged(engine, {"orders": [order(1, placed_at=T0 + 20 * HOUR)]}, zone=zone)
    found = one(engine, "clean_counts_daily", subject_kind="shop")
    assert found["day"] == datetime.date(2023, 11, day)


def test_the_days_add_up_to_what_is_counted(engine: Engine):
    """Against counts made here, row by row."""
    orders = [
        order(n, shop_id=1 + n % 3, item_id=10 + n % 4, placed_at=T0 + n * 7 * HOUR,
              paid_minor=100 * n, status="cancelled" if n % 9 == 0 else "confirmed")
        for n in range(1, 60)
    ]  # fmt: skip
    reviews = [
        review(n, shop_id=None, item_id=10 + n % 4, posted_at=T0 + n * 11 * HOUR,
               rating=None if n % 5 == 0 else 1 + n % 5)
        for n in range(1, 40)
    ]  # fmt: skip
    items = [{"item_id": 10 + n, "shop_id": 1 + n % 3} for n in range(4)]
    gone = set(range(4, 60, 3))
    judged(engine, {"orders": orders, "reviews": reviews, "items": items}, strong(*gone))
    for kind in ("shop", "item"):
        for total in rows(engine, "clean_counts", subject_kind=kind):
            id_ = total["subject_id"]
            days = rows(engine, "clean_counts_daily", subject_kind=kind, subject_id=id_)
            for what in total:
                if what in days[0] and what not in ("subject_kind", "subject_id"):
                    assert sum(day[what] for day in days) == total[what], what
            mine = [o for o in orders if o[f"{kind}_id"] == id_ and o["status"] != "cancelled"]
            assert total["orders_raw"] == len(mine)
            left = [o for o in mine if o["order_id"] not in gone]
            assert total["orders_clean"] == len(left)
            assert total["turnover_minor_clean"] == sum(o["paid_minor"] for o in left)
            assert len({day["day"] for day in days}) == len(days)
            assert all(day["orders_raw"] + day["reviews_raw"] for day in days), (
                "only with something"
            )


def test_what_was_given_back_is_told_apart(engine: Engine):
    orders = [order(1), order(2), order(3, status="refunded"), order(4), order(5)]
    refunds = [
        {"refund_id": 1, "order_id": 1, "amount_minor": 600, "at": T0},
        {"refund_id": 2, "order_id": 1, "amount_minor": 600, "at": T0},
        {"refund_id": 3, "order_id": 2, "amount_minor": 300, "at": T0},
        {"refund_id": 4, "order_id": 5, "amount_minor": 1_000, "at": T0},
    ]
    judged(engine, {"orders": orders, "refunds": refunds}, strong(5))
    shop = one(engine, "clean_counts", subject_kind="shop")
    assert (shop["orders_raw"], shop["orders_clean"]) == (5, 4)
    assert shop["refunded_minor_raw"] == 1_000 + 300 + 1_000 + 1_000, "never more than was paid"
    assert shop["refunded_minor_clean"] == 1_000 + 300 + 1_000
    assert (shop["refunded_orders_raw"], shop["refunded_orders_clean"]) == (3, 2)


# ---- rating ------------------------------------------------------------------------------------


def test_a_rating_of_few_reviews_says_how_little_it_knows(engine: Engine):
    few = [review(n, rating=5.0) for n in (1, 2)]
    many = [review(n, shop_id=2, item_id=20, rating=5.0) for n in range(10, 210)]
    gone = [signal(n, "copied", kind="review", family="text", strength="E2",
                   evidence_table="reviews") for n in range(10, 205)]  # fmt: skip
    judged(engine, {"reviews": few + many}, gone)
    few_, many_ = (one(engine, "clean_counts", subject_kind="shop", subject_id=n) for n in (1, 2))
    assert few_["rating_low_raw"] < many_["rating_low_raw"] < few_["rating_raw"] == 5.0
    assert many_["rating_low_clean"] < many_["rating_low_raw"], "fewer are left to know it by"
    assert few_["rating_high_raw"] == 5.0


# ---- rank --------------------------------------------------------------------------------------


def sold(shops: dict[int, int], first: int = 1) -> list[dict]:
    """Orders by shop; all of one price."""
    made, number = [], first
    for shop, n in shops.items():
        made += [order(number + k, shop_id=shop, item_id=10 * shop) for k in range(n)]
        number += n
    return made


def test_equals_share_a_place(engine: Engine):
    judged(engine, {"orders": sold({1: 5, 2: 3, 3: 3, 4: 1}), "shops": SHOPS})
    ranks = {row["subject_id"]: row["rank_raw"] for row in rows(engine, "clean_counts")
             if row["subject_kind"] == "shop"}  # fmt: skip
    assert ranks == {1: 1, 2: 2, 3: 2, 4: 4}


def test_bought_places_and_who_lost_them(engine: Engine):
    """Shop 1 has 10 orders, 8 of them fake: it stood above 9, 7 and 5, and belongs below them."""
    orders = sold({1: 10, 2: 9, 3: 7, 4: 5, 5: 1})
    judged(engine, {"orders": orders, "shops": SHOPS}, strong(*range(1, 9)))
    found = {row["subject_id"]: row for row in rows(engine, "rank_influence", subject_kind="shop")}
    assert found[1]["places_bought"] == 3
    assert found[1]["n_displaced"] == 3
    assert found[1]["displaced_ids"] == [2, 3, 4]
    assert {n: found[n]["places_bought"] for n in (2, 3, 4)} == {2: -1, 3: -1, 4: -1}
    assert 5 not in found, "it stands where it stood"
    # 1 / log2(1 + rank): the first place is worth 1, the third a half.
    assert found[1]["exposure_raw"] == 1.0
    assert found[3]["exposure_clean"] == pytest.approx(0.63093, abs=1e-5)
    assert sum(row["exposure_bought"] for row in found.values()) == pytest.approx(0, abs=1e-5)


def test_an_honest_shop_is_displaced_even_by_one_that_others_passed(engine: Engine):
    """Two bought; one of them still fell, for the other bought more."""
    orders = sold({1: 10, 2: 9, 3: 8, 4: 7})
    judged(engine, {"orders": orders, "shops": SHOPS}, strong(*range(1, 6), 11))
    found = {row["subject_id"]: row for row in rows(engine, "rank_influence", subject_kind="shop")}
    assert found[1]["n_displaced"] == 2
    assert found[2]["is_bought"]
    assert (found[2]["rank_raw"], found[2]["rank_clean"]) == (2, 1)
    assert not found[3]["is_bought"]


# ---- by evidence -------------------------------------------------------------------------------


def mixed() -> tuple[dict, list[dict]]:
    """Orders that rest on one family, on two that need each other, and on two that do not."""
    reviews = [review(n, order_id=n, account_id=100 + n) for n in (1, 2, 3, 4)]
    signals = [
        *strong(1),
        signal(2, "burst"), signal(2, "loop", family="money"),
        *strong(3), signal(3, "loop", family="money", strength="E3"),
        signal(4, "burst"),
        signal(2, "copied", kind="review", family="text", strength="E2", evidence_table="reviews",
               implicates="goods"),
    ]  # fmt: skip
    return {"orders": [order(n) for n in range(1, 6)], "reviews": reviews}, signals


def test_what_a_row_rests_on_and_what_it_could_not_miss(engine: Engine):
    market, signals = mixed()
    judged(engine, market, signals)
    found = {
        (row["subject_kind"], row["subject_id"], row["evidence"], row["name"]): row["is_needed"]
        for row in rows(engine, "rests_on")
    }
    assert found["order", 1, "family", "graph"]
    assert found["order", 2, "family", "time"]
    assert found["order", 2, "detector", "loop"]
    assert not found["order", 3, "family", "money"]
    assert ("order", 4, "family", "time") not in found, "it was never left out"
    assert found["review", 1, "family", "graph"], "it rests on what its order rests on"
    assert found["review", 1, "order", "1"]
    assert not found["review", 2, "order", "2"], "it would be left out by itself"
    assert not found["review", 2, "family", "text"], "and by its order"
    removed = one(engine, "removed_by", subject_kind="shop", evidence="family", name="money")
    assert (removed["orders_resting"], removed["orders_regained"]) == (2, 1)
    # Review 2 would count no more than now: its text speaks against it by itself.
    assert removed["reviews_regained"] == 0


@pytest.mark.parametrize("name", ["time", "graph", "money", "text"])
def test_a_switch_gives_back_what_a_policy_with_it_off_leaves_in(engine: Engine, name):
    market, signals = mixed()
    judged(engine, market, signals)
    with_all = one(engine, "clean_counts", subject_kind="shop")
    gained = one(engine, "removed_by", subject_kind="shop", evidence="family", name=name)
    judged(engine, market, signals, policy=Policy(families_off=(name,)))
    without = one(engine, "clean_counts", subject_kind="shop")
    for what in ("orders", "turnover_minor", "reviews"):
        assert with_all[f"{what}_clean"] + gained[f"{what}_regained"] == without[f"{what}_clean"]


# ---- restoring ---------------------------------------------------------------------------------


def fakes(engine: Engine, **options):
    """Shop 1 with ten orders, six of them out, with reviews of two of these; shop 2 with three."""
    market = {
        "orders": [*sold({1: 10, 2: 3})],
        "shops": SHOPS,
        "items": [{"item_id": 10, "shop_id": 1}, {"item_id": 20, "shop_id": 2}],
        "reviews": [review(n, order_id=n) for n in (1, 2)],
    }
    copied = signal(2, "copied", kind="review", family="text", strength="E2",
                    evidence_table="reviews")  # fmt: skip
    return judged(engine, market, [*strong(*range(1, 7)), copied], **options)


@pytest.mark.parametrize(
    ("kind", "subject", "orders", "reviews"),
    [
        ("order", 1, 1, 1),  # and its review with it
        ("order", 2, 1, 0),  # but not a review that its own text speaks against
        ("review", 2, 0, 1),
        ("account", 101, 1, 1),
        ("item", 10, 6, 2),
        ("shop", 1, 6, 2),
        ("shop", 2, 0, 0),
    ],
)
def test_restoring_counts_again_at_once(engine: Engine, kind, subject, orders, reviews):
    manifest = fakes(engine)
    change = reverse(engine, manifest, [], said(kind, subject))
    assert (change.orders, change.reviews) == (orders, reviews)
    shop = one(engine, "clean_counts", subject_kind="shop", subject_id=1)
    assert (shop["orders_clean"], shop["reviews_clean"]) == (4 + orders, reviews)
    assert len(rows(engine, "restored")) == orders + reviews
    decision = one(engine, "decisions", subject_kind="order", subject_id=1)
    assert decision["is_neutralised"], "the decision stays on record"


def test_a_ring_is_restored_with_its_orders_in_its_shops(engine: Engine):
    market = {"orders": [order(1), order(2), order(3, account_id=101, shop_id=2)]}
    members = ring_of(101, is_firm=True)
    manifest = judged(engine, market, strong(2), rings=[RING], members=members)
    assert reverse(engine, manifest, [], said("ring", "ring-0001")).orders == 1
    assert [row["subject_id"] for row in rows(engine, "restored")] == [1]


def test_what_people_said_outlives_judging_again(engine: Engine):
    words = [said("shop", 1), said("order", 3, action=AGAIN)]
    fakes(engine, said=words)
    shop = one(engine, "clean_counts", subject_kind="shop", subject_id=1)
    assert shop["orders_clean"] == 9, "all of the shop, but for the order of the last word"
    at_once = engine.query("SELECT * FROM clean_counts")
    manifest = fakes(engine, said=words[:1])
    reverse(engine, manifest, words[:1], words[1])
    assert engine.query("SELECT * FROM clean_counts").equals(at_once)


def test_restoring_and_taking_it_back_leaves_what_was(engine: Engine):
    tables = ("clean_counts", "clean_counts_daily", "rank_influence", "removed_by", "restored")
    manifest = fakes(engine)
    before = {table: engine.query(f"SELECT * FROM {table}") for table in tables}
    first, back = said("shop", 1), said("shop", 1, action=AGAIN)
    assert reverse(engine, manifest, [], first).is_new
    assert not engine.query("SELECT * FROM clean_counts").equals(before["clean_counts"])
    assert not reverse(engine, manifest, [first], said("shop", 1)).is_new, "said twice"
    assert reverse(engine, manifest, [first], back).is_new
    for table, was in before.items():
        assert engine.query(f"SELECT * FROM {table}").equals(was), table


def test_nobody_is_cleared_for_the_future(engine: Engine):
    manifest = fakes(engine)
    change = reverse(engine, manifest, [], said("shop", 1, at=T0 + 3 * DAY))
    assert (change.orders, change.n_later) == (3, 3)


def test_restored_rows_are_removed_by_nothing(engine: Engine):
    manifest = fakes(engine)
    assert one(engine, "removed_by", subject_kind="shop", name="graph")["orders_resting"] == 6
    reverse(engine, manifest, [], said("order", 1))
    assert one(engine, "removed_by", subject_kind="shop", name="graph")["orders_resting"] == 5


def test_an_id_that_is_not_there_is_said(engine: Engine):
    manifest = fakes(engine)
    with pytest.raises(SubjectNotFound, match="There is no shop '99'"):
        reverse(engine, manifest, [], said("shop", 99))


# ---- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [False, True])
def test_every_table_has_its_shape(engine: Engine, text):
    market, signals = mixed()
    if text:
        ids = ("order_id", "account_id", "shop_id", "item_id", "review_id")
        market = {
            name: [{k: f"x{v}" if k in ids else v for k, v in row.items()} for row in found]
            for name, found in market.items()
        }
        signals = [{**each, "subject_id": f"x{each['subject_id']}",
                    "evidence_ids": [f"x{n}" for n in each["evidence_ids"]]}
                   for each in signals]  # fmt: skip
    subject = "x1" if text else "1"
    judged(engine, market, signals, said=[said("order", subject)])
    assert len(rows(engine, "restored")) == 2
    id_type = pa.string() if text else pa.int64()
    for table, schema in (
        ("clean_counts", clean_count_schema),
        ("clean_counts_daily", daily_count_schema),
        ("rank_influence", rank_influence_schema),
        ("removed_by", removed_by_schema),
        ("rests_on", rests_on_schema),
        ("restored", restored_schema),
    ):
        assert engine.query(f"SELECT * FROM {table}").schema == schema(id_type), table


def test_an_empty_market_has_empty_counts(engine: Engine):
    judged(engine, {"shops": SHOPS})
    for table in ("clean_counts", "clean_counts_daily", "rank_influence", "removed_by"):
        assert rows(engine, table) == []
