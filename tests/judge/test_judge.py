"""From witnesses to decisions: what neutralises, what spares, what attributes."""

import json

import pyarrow as pa
import pytest

from tests.worlds import DAY, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import (
    clean_count_schema,
    decision_schema,
    reason_schema,
    ring_member_schema,
    ring_schema,
    signal_schema,
)
from unbrush.judge import judge

SHOP, RIVAL = 1, 2


def order(order_id: int, **columns) -> dict:
    row = {"order_id": order_id, "account_id": 100 + order_id, "shop_id": SHOP, "item_id": 10}
    return {**row, "placed_at": T0 + order_id * DAY, "paid_minor": 1_000, **columns}


def signal(subject_id, detector="d", kind="order", **columns) -> dict:
    row = {
        "signal_id": f"{detector}-{kind}-{subject_id}",
        "detector": detector,
        "subject_kind": kind,
        "subject_id": subject_id,
        "score": 1.0,
        "family": "time",
        "strength": "E1",
        "element": "a",
        "facts": json.dumps({"n": 1}),
        "evidence_table": "orders",
        "evidence_ids": [subject_id],
        "reason_zh": "因为 1",
        "reason_en": "because 1",
    }
    return {**row, **columns}


def judged(engine: Engine, market, signals, rings=(), members=()) -> dict:
    manifest = build(engine, market)
    engine.put("signals", pa.Table.from_pylist(list(signals), schema=signal_schema(pa.int64())))
    engine.put("rings", pa.Table.from_pylist(list(rings), schema=ring_schema()))
    engine.put(
        "ring_members", pa.Table.from_pylist(list(members), schema=ring_member_schema(pa.int64()))
    )
    judge(engine, manifest)
    rows = engine.query("SELECT * FROM decisions").to_pylist()
    return {(row["subject_kind"], row["subject_id"]): row for row in rows}


def reasons(engine: Engine, kind: str, subject_id: int) -> set[tuple[str, str, str]]:
    rows = engine.query("SELECT * FROM reasons").to_pylist()
    return {
        (row["kind"], row["name"], row["outcome"])
        for row in rows
        if (row["subject_kind"], row["subject_id"]) == (kind, subject_id)
    }


def test_one_weak_family_only_observes(engine: Engine):
    said = judged(engine, {"orders": [order(1)]}, [signal(1), signal(1, "d2")])
    assert said["order", 1]["rung"] == "L0"
    assert not said["order", 1]["is_neutralised"]
    assert said["order", 1]["rule"] == "one-weak-family"


def test_two_weak_families_neutralise(engine: Engine):
    said = judged(engine, {"orders": [order(1)]}, [signal(1), signal(1, "d2", family="graph")])
    assert said["order", 1]["rung"] == "L1"
    assert said["order", 1]["families"] == "graph,time"
    assert said["order", 1]["probability"] > 0.99, "each alone is rare in honest trade"


def test_near_dispositive_evidence_neutralises_alone(engine: Engine):
    said = judged(engine, {"orders": [order(1)]}, [signal(1, strength="E3", family="money")])
    assert said["order", 1]["is_neutralised"]


def test_a_shop_signal_touches_only_the_rows_it_rests_on(engine: Engine):
    shop = signal(SHOP, kind="shop", evidence_ids=[1, 2])
    other = [signal(n, "d2", family="graph") for n in (1, 2, 3)]
    said = judged(engine, {"orders": [order(n) for n in (1, 2, 3)]}, [shop, *other])
    assert [said["order", n]["is_neutralised"] for n in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ({"live_session_id": 7}, "live-stream"),
        ({"campaign_id": 7}, "campaign"),
        ({"group_id": 7}, "group-buying"),
        ({"is_gift": True}, "gift"),
    ],
)
def test_a_look_alike_that_holds_takes_its_witnesses_away_and_is_recorded(engine, column, name):
    signals = [signal(n, d, family=f) for n in (1, 2) for d, f in (("d", "time"), ("d2", "money"))]
    said = judged(engine, {"orders": [order(1, **column), order(2)]}, signals)
    assert not said["order", 1]["is_neutralised"]
    assert said["order", 2]["is_neutralised"]
    assert ("look-alike", name, "spares") in reasons(engine, "order", 1)
    assert ("look-alike", name, "rejected") in reasons(engine, "order", 2)


def test_a_look_alike_without_its_column_is_recorded_as_untested(engine: Engine):
    judged(engine, {"orders": [order(1)]}, [signal(1)])
    assert ("look-alike", "gift", "untested") in reasons(engine, "order", 1)


def test_staff_who_buy_openly_in_their_shop_are_spared_the_graph(engine: Engine):
    market = {
        "orders": [order(1), order(2)],
        "accounts": [{"account_id": 101, "staff_of_shop_id": SHOP}, {"account_id": 102}],
    }
    signals = [signal(n, d, family=f) for n in (1, 2) for d, f in (("d", "time"), ("d2", "graph"))]
    said = judged(engine, market, signals)
    assert not said["order", 1]["is_neutralised"]
    assert said["order", 2]["is_neutralised"]


def bought(n: int) -> list[dict]:
    """Fake orders that nobody ties to the shop: strong, but without element c."""
    return [signal(i, "farm", family="graph", strength="E2", element="b") for i in range(1, n + 1)]


def paid_by_shop(n: int) -> list[dict]:
    return [signal(i, "loop", family="money", strength="E3", element="c") for i in range(1, n + 1)]


def test_the_victim_of_reverse_brushing_never_rises_above_neutralise(engine: Engine):
    """However many fake orders there are, and however strong the evidence that they are fake."""
    said = judged(engine, {"orders": [order(n) for n in range(1, 41)]}, bought(40))
    assert said["order", 1]["is_neutralised"]
    assert said["shop", SHOP]["rung"] == "L1"
    assert said["shop", SHOP]["rule"] == "not-attributed"
    assert ("missing", "c", "missing") in reasons(engine, "shop", SHOP)


def test_money_from_the_shop_itself_attributes(engine: Engine):
    said = judged(engine, {"orders": [order(n) for n in range(1, 11)]}, bought(4) + paid_by_shop(4))
    shop = said["shop", SHOP]
    assert shop["elements"] == "a,b,c"
    assert shop["rung"] == "L5"
    assert shop["approver"] == "panel"
    assert not shop["is_in_force"], "a rung above L1 is a proposal to people"


def test_two_paid_orders_are_too_few_to_attribute(engine: Engine):
    said = judged(engine, {"orders": [order(n) for n in range(1, 11)]}, bought(4) + paid_by_shop(2))
    assert said["shop", SHOP]["rung"] == "L1"


def test_impossible_parcels_for_most_fake_orders_are_the_shops_own_act(engine: Engine):
    light = [signal(n, "light", family="logistics", strength="E3") for n in range(1, 4)]
    said = judged(engine, {"orders": [order(n) for n in range(1, 11)]}, bought(4) + light)
    assert said["shop", SHOP]["elements"] == "a,b,c"
    few = judged(engine, {"orders": [order(n) for n in range(1, 41)]}, bought(20) + light)
    assert few["shop", SHOP]["rung"] == "L1"


RING = {
    "ring_id": "ring-0001",
    "score": 1.0,
    "n_accounts": 5,
    "n_firm": 5,
    "n_shops": 1,
    "n_orders": 5,
    "n_reviews": 0,
    "turnover_minor": 5_000,
    "first_at": T0,
    "last_at": T0 + DAY,
    "ties": '{"device": 7, "lockstep": 1, "money": 3}',
    "reason_zh": "五个账号",
    "reason_en": "5 accounts",
}


def ring_of(account: int, *, is_firm: bool, role: str = "brusher") -> list[dict]:
    return [
        {"ring_id": "ring-0001", "subject_kind": kind, "subject_id": subject, "role": role,
         "n_ties": 2, "is_firm": is_firm, "n_orders": 1, "reason_zh": "圈", "reason_en": "ring"}
        for kind, subject, role in (("account", account, role), ("shop", SHOP, "merchant"))
    ]  # fmt: skip


def test_keeping_the_same_hours_alone_is_weak_evidence_of_time(engine: Engine):
    """Bargain hunters meet in the same shops at the same hours, and pay for what they get."""
    time = signal(SHOP, kind="shop", evidence_ids=[1])
    members = ring_of(101, is_firm=False, role="companion")
    said = judged(engine, {"orders": [order(1)]}, [time], [RING], members)
    assert said["order", 1]["families"] == "time"
    assert not said["order", 1]["is_neutralised"]


def test_shops_in_common_that_no_taste_explains_are_strong_evidence_of_the_graph(engine: Engine):
    ring = {**RING, "ties": '{"lockstep": 5}'}
    said = judged(engine, {"orders": [order(1)]}, [], [ring], ring_of(101, is_firm=False))
    assert said["order", 1]["families"] == "graph"
    assert said["order", 1]["elements"] == "b"
    assert said["order", 1]["is_neutralised"]
    assert said["shop", SHOP]["rung"] == "L1", "nothing shows that the shop is behind it"


def test_a_ring_speaks_for_its_accounts_orders_in_its_shops_only(engine: Engine):
    members = ring_of(101, is_firm=True)
    orders = [order(1), order(2), order(3, account_id=101, shop_id=RIVAL)]
    said = judged(engine, {"orders": orders}, [], [RING], members)
    assert said["order", 1]["ring_id"] == "ring-0001"
    assert said["order", 1]["is_neutralised"]
    assert ("order", 2) not in said
    assert ("order", 3) not in said
    assert said["account", 101]["rung"] == "L1"
    assert ("ring", "ring-0001", "supports") in reasons(engine, "order", 1)


def test_what_an_old_customer_bought_before_it_was_hired_still_counts(engine: Engine):
    """Its hired order bears a sign, its own does not; a stranger to signs is held by the ring."""
    orders = [order(1), order(2, account_id=101), order(3)]
    members = [*ring_of(101, is_firm=True), *ring_of(103, is_firm=True)[:1]]
    paid = signal(1, family="money", strength="E2")
    said = judged(engine, {"orders": orders}, [paid], [RING], members)
    assert said["order", 1]["is_neutralised"]
    assert not said["order", 2]["is_neutralised"]
    assert said["order", 3]["is_neutralised"]
    unpaid = judged(engine, {"orders": orders}, [], [RING], members)
    assert unpaid["order", 2]["is_neutralised"]


def neighbours(first: int, n: int, shop: int) -> list[dict]:
    return [order(first + k, account_id=5_000 + first + k, shop_id=shop) for k in range(n)]


@pytest.mark.parametrize(
    ("n_elsewhere", "region", "is_out"),
    [(12, "沪", False), (0, "沪", True), (12, "京", True)],
)
def test_who_also_eats_there_is_expected_in_the_rings_shops_too(
    engine: Engine, n_elsewhere, region, is_out
):
    """Half of the street's meals are the shop's: as many of the brusher's own as it has elsewhere.

    Its meals in another city, or none at all, lead one to expect nothing here.
    """
    bare = [order(n, account_id=101) for n in range(1, 6)]
    meals = [order(100 + n, account_id=101, shop_id=RIVAL) for n in range(n_elsewhere)]
    shops = [{"shop_id": SHOP, "category": "food", "region": "沪"},
             {"shop_id": RIVAL, "category": "food", "region": region}]  # fmt: skip
    market = {"orders": bare + meals + neighbours(1_000, 40, SHOP) + neighbours(2_000, 40, RIVAL),
              "shops": shops}  # fmt: skip
    said = judged(engine, market, [], [RING], ring_of(101, is_firm=True))
    assert [said["order", n]["is_neutralised"] for n in range(1, 6)] == [is_out] * 5


def test_a_ring_tied_by_money_alone_is_no_second_kind_of_evidence(engine: Engine):
    """The payments made the ring: together they are one family, and heard once."""
    paid = signal(1, score=0.9, family="money", strength="E2", element="b")
    money_only = {**RING, "ties": '{"lockstep": 2, "money": 7}'}
    for ring, families, rule in (
        (money_only, "money", "strong"),
        (RING, "graph,money", "two-families"),
    ):
        members = ring_of(101, is_firm=True)
        said = judged(engine, {"orders": [order(1)]}, [paid], [ring], members)
        assert said["order", 1]["families"] == families
        assert said["order", 1]["rule"] == rule
        assert said["order", 1]["is_neutralised"]


def test_the_review_of_a_fake_order_does_not_count_either(engine: Engine):
    review = {"review_id": 5, "account_id": 101, "item_id": 10, "posted_at": T0, "order_id": 1}
    said = judged(
        engine,
        {"orders": [order(1)], "reviews": [{**review, "rating": 5.0}]},
        [signal(1, strength="E3", family="money")],
    )
    assert said["review", 5]["is_neutralised"]
    assert ("order", "its-order", "supports") in reasons(engine, "review", 5)


def test_a_bought_review_alone_does_not_make_its_order_fake(engine: Engine):
    market = {
        "orders": [order(1)],
        "reviews": [
            {"review_id": 5, "account_id": 101, "item_id": 10, "posted_at": T0, "order_id": 1}
        ],
    }
    copied = signal(5, "copy", "review", family="text", strength="E3", evidence_table="reviews")
    said = judged(engine, market, [copied])
    assert said["review", 5]["is_neutralised"]
    assert not said["order", 1]["is_neutralised"]
    assert said["order", 1]["rule"] == "only-by-its-review"


def test_clean_counts_stand_beside_the_raw_ones(engine: Engine):
    market = {
        "orders": [
            order(1),
            order(2),
            order(3, shop_id=RIVAL, item_id=20),
            order(4, status="cancelled"),
        ],
        "shops": [{"shop_id": SHOP, "category": "shoes"}, {"shop_id": RIVAL, "category": "shoes"}],
        "items": [
            {"item_id": 10, "shop_id": SHOP, "category": "boots"},
            {"item_id": 20, "shop_id": RIVAL},
        ],
        "reviews": [
            {
                "review_id": 1,
                "account_id": 101,
                "item_id": 10,
                "posted_at": T0,
                "order_id": 1,
                "rating": 5.0,
            },
            {
                "review_id": 2,
                "account_id": 102,
                "item_id": 10,
                "posted_at": T0,
                "order_id": 2,
                "rating": 2.0,
            },
        ],
    }
    judged(
        engine,
        market,
        [signal(1, strength="E3", family="money"), signal(2, "x", strength="E3", family="money")],
    )
    rows = engine.query("SELECT * FROM clean_counts").to_pylist()
    counts = {(row["subject_kind"], row["subject_id"]): row for row in rows}
    shop = counts["shop", SHOP]
    assert (shop["orders_raw"], shop["orders_clean"]) == (2, 0), "a cancelled order never counts"
    assert (shop["turnover_minor_raw"], shop["turnover_minor_clean"]) == (2_000, 0)
    assert (shop["rating_raw"], shop["rating_clean"]) == (3.5, None)
    assert (shop["rank_raw"], shop["rank_clean"]) == (1, 2)
    assert counts["item", 10]["category"] == "boots"


def test_every_decision_has_a_sentence_that_supports_it(engine: Engine):
    """Also an account, and a shop that lost nothing: both are known by their orders alone."""
    weak, strong = signal(1), [signal(n, "farm", family="graph", strength="E2") for n in (2, 3)]
    market = {"orders": [order(1, shop_id=RIVAL), order(2), order(3, account_id=102)]}
    said = judged(engine, market, [weak, *strong])
    assert len(said) == 7
    for kind, subject_id in said:
        outcomes = {outcome for _kind, _name, outcome in reasons(engine, kind, subject_id)}
        assert "supports" in outcomes, (kind, subject_id)
    assert ("suspected", "all-counted", "supports") in reasons(engine, "shop", RIVAL)
    assert ("suspected", "left-out", "supports") in reasons(engine, "account", 102)
    sentences = engine.query("SELECT reason_en FROM reasons WHERE name = 'all-counted'")
    assert "1 order and 0 reviews suspected: 0 left out" in sentences["reason_en"][0].as_py()


def test_an_account_is_called_seen_once_only_if_something_of_it_was_left_out(engine: Engine):
    many = judged(engine, {"orders": [order(n, account_id=7) for n in range(1, 9)]},
                  [signal(n) for n in range(1, 9)])  # fmt: skip
    assert many["account", 7]["rule"] == "nothing-neutralised"
    once = judged(engine, {"orders": [order(1)]}, [signal(1, strength="E3", family="money")])
    assert once["account", 101]["rule"] == "seen-once"


def test_who_reviewed_goods_that_were_swapped_is_not_a_brusher(engine: Engine):
    """The reviews stop counting for what is sold now; their authors bought and praised honestly."""
    reviews = [
        {"review_id": n, "account_id": 7, "item_id": 10, "shop_id": SHOP, "posted_at": T0 + n}
        for n in (1, 2)
    ]
    swap = {"kind": "item", "strength": "E2", "family": "text", "evidence_table": "reviews"}
    items = [{"item_id": 10, "shop_id": SHOP}]
    for implicates, rung in (("goods", "L0"), ("actors", "L1")):
        said = judged(
            engine,
            {"reviews": reviews, "items": items},
            [signal(10, evidence_ids=[1, 2], implicates=implicates, **swap)],
        )
        assert said["review", 1]["is_neutralised"]
        assert said["account", 7]["rung"] == rung
        if implicates == "goods":
            assert said["account", 7]["rule"] == "only-what-it-bought"
            assert said["account", 7]["probability"] == 0


@pytest.mark.parametrize(("implicates", "is_out"), [("actors", True), ("goods", False)])
def test_bought_praise_does_not_make_the_purchase_fake(engine: Engine, implicates, is_out):
    """Who really bought and was paid for five stars in a week of many sales is a customer."""
    review = {"review_id": 9, "account_id": 101, "item_id": 10, "shop_id": SHOP, "order_id": 1,
              "posted_at": T0 + 5 * DAY}  # fmt: skip
    paid = signal(9, "packets", kind="review", evidence_table="reviews", strength="E2",
                  family="money", implicates=implicates)  # fmt: skip
    surge = signal(SHOP, "surge", kind="shop", evidence_ids=[1])
    said = judged(engine, {"orders": [order(1)], "reviews": [review]}, [paid, surge])
    assert said["review", 9]["is_neutralised"]
    assert said["order", 1]["is_neutralised"] == is_out


def test_a_victim_is_protected_and_nothing_is_decided_about_it(engine: Engine):
    warned = signal(101, "scam", kind="account", evidence_table="accounts", implicates="nobody")
    said = judged(engine, {"orders": [order(1)]}, [warned])
    assert said == {}
    assert reasons(engine, "account", 101) == {("signal", "scam", "protects")}


def test_every_table_has_its_shape(engine: Engine):
    judged(engine, {"orders": [order(1)]}, [signal(1)])
    for table, schema in (
        ("decisions", decision_schema(pa.int64())),
        ("reasons", reason_schema(pa.int64())),
        ("clean_counts", clean_count_schema(pa.int64())),
    ):
        assert engine.query(f"SELECT * FROM {table}").schema == schema, table


def test_nothing_said_decides_nothing(engine: Engine):
    assert judged(engine, {"orders": [order(1)]}, []) == {}


def test_staff_are_observed_and_nothing_else(engine):
    """However strong: no rung above L0, nothing in force against them, nothing left out."""
    said = [
        signal(7, detector=name, kind="staff", family="staff", strength="E3", element="c",
               evidence_table="staff_actions", evidence_ids=[1])
        for name in ("one", "two")
    ]  # fmt: skip
    act = {"action_id": 1, "staff_id": 7, "kind": "override", "subject_kind": "shop",
           "subject_id": SHOP, "at": T0}  # fmt: skip
    decisions = judged(engine, {"orders": [order(1)], "staff_actions": [act]}, said)
    assert set(decisions) == {("staff", 7)}
    decision = decisions["staff", 7]
    assert (decision["rung"], decision["is_neutralised"]) == ("L0", False)
    assert (decision["approver"], decision["rule"]) == ("system", "for-people-only")
    assert {name for _, name, _ in reasons(engine, "staff", 7)} == {"one", "two"}


def test_a_rating_beyond_all_measure_does_not_count(engine: Engine):
    reviews = [
        {"review_id": n, "account_id": n, "item_id": 10, "shop_id": SHOP, "posted_at": T0,
         "rating": rating}
        for n, rating in enumerate((5.0, 1e30, -1e30))
    ]  # fmt: skip
    judged(engine, {"orders": [order(1)], "reviews": reviews}, [])
    rows = engine.query("SELECT * FROM clean_counts WHERE subject_kind = 'shop'").to_pylist()
    assert [(row["reviews_raw"], row["rating_raw"]) for row in rows] == [(3, 5.0)]
