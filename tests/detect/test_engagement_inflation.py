"""Engagement inflation: reactions with a life behind them, and reactions with nothing."""

import random

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.engagement_inflation import DETECTOR

N_SHOPS = 12


def act(account, shop, kind, at, **more):
    return {"account_id": account, "kind": kind, "shop_id": shop, "at": T0 + round(at), **more}


def people(first, n, shop, *, kinds=("like", "cart", "follow"), skips=0.05):
    """Look, and then most react; a few react to what a friend showed them."""
    draw = random.Random(first)
    rows = []
    for account in range(first, first + n):
        at = draw.random() * 30 * DAY
        if draw.random() >= skips:
            rows.append(act(account, shop, "view", at))
        rows.append(act(account, 1 + (shop + account) % N_SHOPS, "view", at + DAY))
        rows.append(act(account, shop, draw.choice(kinds), at + MINUTE))
    return rows


def clickers(first, n, shops, *, kind="like", gap=10 * MINUTE):
    """The same list, account after account, and nothing else."""
    return [
        act(first + k, shop, kind, k * 3 * MINUTE + place * gap)
        for k in range(n)
        for place, shop in enumerate(shops)
    ]


HONEST = [row for shop in range(1, N_SHOPS + 1) for row in people(1_000 * shop, 60, shop)]
ORDERS = [
    {"order_id": n, "account_id": 1_000 * shop + n, "shop_id": shop, "placed_at": T0 + 40 * DAY}
    for shop in range(1, N_SHOPS + 1)
    for n in range(10)
]


def market(*rows, orders=(), honest=HONEST):
    events = [*honest, *rows]
    return {
        "interactions": events,
        "orders": [*ORDERS, *orders],
        "accounts": [{"account_id": a} for a in sorted({row["account_id"] for row in events})],
    }


LIST = clickers(50_000, 60, (3, 7))  # one list of two shops
SINGLE = clickers(60_000, 80, (5,), kind="follow")
# They saw their star's post elsewhere, follow, and go on with their lives.
FANS = [
    row
    for k in range(90)
    for row in (
        act(50_000 + k, 3, "view" if k % 10 else "share", k * MINUTE),
        act(50_000 + k, 3, "follow", k * MINUTE + 1),
        act(50_000 + k, 1 + k % N_SHOPS, "view", k * HOUR),
    )
]
PAID = [
    row
    for k in range(90)
    for row in (
        act(50_000 + k, 3, "cart", k * MINUTE, campaign_id=8),
        act(60_000 + k, 3, "view", k * MINUTE),
        act(60_000 + k, 3, "cart", k * MINUTE + 1),
    )
]


def watchers(first, n, shops, *, stay):
    """Come to each shop's stream within an hour, and stay as long as ``stay`` says."""
    return [
        act(first + k, shop, kind, 2 * DAY + place * HOUR + k * 20_000 + late)
        for k in range(n)
        for place, shop in enumerate(shops)
        for kind, late in (("live_enter", 0), ("live_leave", stay(k)))
    ]


def told(k):
    return 40 * MINUTE + k % 7 * MINUTE


def at_will(k):
    return 2 * MINUTE + k * k % 90 * MINUTE


# The feed has a heart under every picture.
FEED = [row for shop in range(1, N_SHOPS + 1) for row in people(1_000 * shop, 60, shop, skips=0.4)]

EXAMPLE = Example(
    fake=market(*LIST, *SINGLE),
    finds={3, 5, 7},
    without_fakes=market(),
    look_alikes={
        "paid-traffic": market(*PAID),
        "celebrity-fans": market(*FANS),
        "pushed-recommendation": market(*people(50_000, 90, 3, skips=0.5), honest=FEED),
        "looks-not-recorded": market(
            *LIST, honest=[row for row in HONEST if row["kind"] != "view"]
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_a_list_that_many_work_through_is_strong(engine):
    signals = found(engine, EXAMPLE.fake)
    said = {n: (s["strength"], s["element"]) for n, s in signals.items()}
    assert said == {3: ("E2", "b"), 7: ("E2", "b"), 5: ("E1", "a")}
    assert "60 never looked" not in signals[5]["reason_en"]


def test_evidence_is_the_accounts_and_nobody_who_looked(engine):
    signals = found(engine, EXAMPLE.fake)
    clicked = set(range(60_000, 60_080))
    others = set(signals[5]["evidence_ids"]) - clicked
    assert clicked <= set(signals[5]["evidence_ids"])
    assert len(others) <= 6  # honest ones who reacted without a look, too
    assert signals[5]["evidence_table"] == "accounts"


def test_an_order_is_more_than_a_look(engine):
    orders = [
        {"order_id": 9_000 + k, "account_id": 60_000 + k, "shop_id": 5, "placed_at": T0 + DAY}
        for k in range(80)
    ]
    assert not found(engine, market(*SINGLE, orders=orders))


def test_a_reaction_to_an_item_is_one_to_its_shop(engine):
    rows = [{**row, "shop_id": None, "item_id": 10 * row["shop_id"]} for row in LIST]
    items = [{"item_id": 10 * shop, "shop_id": shop} for shop in range(1, N_SHOPS + 1)]
    assert set(found(engine, {**market(*rows), "items": items})) == {3, 7}


def test_people_with_a_life_who_came_once_count_half(engine):
    """Thirty strangers react without a look; each has looked at something else."""
    once = [
        row
        for k in range(30)
        for row in (act(50_000 + k, 3, "like", k * HOUR), act(50_000 + k, 4, "view", k * DAY))
    ]
    lifeless = [row for row in once if row["kind"] == "like"]
    assert not found(engine, market(*once))
    assert set(found(engine, market(*lifeless))) == {3}


@pytest.mark.parametrize(("n", "is_found"), [(15, False), (40, True)])
def test_a_few_are_no_pattern(engine, n, is_found):
    assert bool(found(engine, market(*clickers(50_000, n, (3,))))) is is_found


@pytest.mark.parametrize(("stay", "is_found"), [(told, True), (at_will, False)])
def test_an_audience_that_was_told_how_long_to_stay_did_not_look(engine, stay, is_found):
    audience = watchers(50_000, 60, (3, 7), stay=stay)
    assert set(found(engine, market(*LIST, *audience))) == ({3, 7} if is_found else set())


def test_who_watched_one_shop_only_is_a_fan(engine):
    fans = clickers(50_000, 60, (3,))
    assert not found(engine, market(*fans, *watchers(50_000, 60, (3,), stay=told)))


def test_who_also_looks_elsewhere_is_somebody(engine):
    life = [act(50_000 + k, 1 + k % N_SHOPS, "view", k * HOUR) for k in range(60)]
    audience = watchers(50_000, 60, (3, 7), stay=told)
    assert not found(engine, market(*LIST, *audience, *life))


def test_streams_that_nobody_left_are_looks(engine):
    audience = watchers(50_000, 60, (3, 7), stay=told)
    entered = [row for row in audience if row["kind"] == "live_enter"]
    assert not found(engine, market(*LIST, *entered))
