"""Machine rhythm: scripts keep step across accounts; counters and charges do so honestly."""

import json

import numpy as np
import pytest

from tests.worlds import DAY, HOUR, MINUTE, SECOND, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.machine_rhythm import DETECTOR


def orders(shop, moments, *, first, **more):
    """Orders of one shop at these moments after T0, each of an account of its own."""
    return [
        {
            "order_id": first + k,
            "account_id": first + k,
            "shop_id": shop,
            "placed_at": T0 + int(at),
            "device_token": f"d{first + k}",
            **more,
        }
        for k, at in enumerate(moments)
    ]


def chance(shop, n, *, first, seed, days=20):
    moments = np.sort(np.random.default_rng(seed).integers(0, days * DAY, n))
    return orders(shop, moments, first=first)


def jittered(shop, n, *, first, pause, jitter=300, since=5 * DAY + 3 * HOUR, **more):
    """One order every ``pause``, each off by a little, as a script's requests are."""
    off = np.random.default_rng(first).integers(0, jitter, n)
    return orders(shop, since + np.arange(n) * pause + off, first=first, **more)


def ticks(shop, n, *, first, every=10 * MINUTE, second=17, **more):
    """A scheduler's job: now and then, always within this second of a minute."""
    off = np.random.default_rng(first).integers(0, 999, n)
    step = np.cumsum(np.random.default_rng(first + 1).integers(1, 30, n))
    return orders(shop, step * every + 3 * MINUTE + second * SECOND + off, first=first, **more)


def market(*groups, **tables):
    return {"orders": [row for group in groups for row in group], **tables}


def charged(rows):
    """The same orders, by customers who each ordered once before, whenever they liked."""
    known = chance(rows[0]["shop_id"], len(rows), first=990_000, seed=5, days=4)
    names = [row["account_id"] for row in known]
    return [*known, *({**row, "account_id": name} for row, name in zip(rows, names, strict=True))]


HONEST = [
    row for shop in range(1, 7) for row in chance(shop, 60 * shop, first=10_000 * shop, seed=shop)
]
CHAIN = jittered(2, 25, first=900_000, pause=95 * SECOND)
GRID = ticks(6, 40, first=910_000)

EXAMPLE = Example(
    fake=market(HONEST, CHAIN, GRID),
    finds={2, 6},
    without_fakes=market(HONEST),
    look_alikes={
        "kiosk": market(
            HONEST, jittered(2, 25, first=900_000, pause=95 * SECOND, device_token="kiosk")
        ),
        "assisted-ordering": market(HONEST, ticks(6, 40, first=910_000, device_token="clerk")),
        "subscription": market(
            HONEST,
            charged(jittered(2, 40, first=900_000, pause=60 * SECOND, since=9 * DAY)),
        ),
        "full-hour-sale": market(
            HONEST,
            orders(
                6,
                [day * DAY + 10 * HOUR + k * 40 + 100 for day in range(15) for k in range(20)],
                first=910_000,
            ),
        ),
        "rounded-times": market(
            HONEST,
            [
                {**row, "placed_at": row["placed_at"] // MINUTE * MINUTE}
                for row in chance(9, 3000, first=920_000, seed=9)
            ],
        ),
        "favourite-second": market(
            *(ticks(shop, 60, first=100_000 * shop) for shop in range(11, 17)),
            HONEST,
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_a_chain_takes_its_own_orders_along_and_says_its_pause(engine):
    signal = found(engine, EXAMPLE.fake)[2]
    ids = {row["order_id"] for row in CHAIN}
    assert set(signal["evidence_ids"]) <= ids
    assert len(signal["evidence_ids"]) >= 10
    assert json.loads(signal["facts"])["pause_s"] == pytest.approx(95, abs=1)


def test_a_grid_names_its_second(engine):
    signal = found(engine, EXAMPLE.fake)[6]
    assert "second 17" in signal["reason_en"]
    assert {row["order_id"] for row in GRID} <= set(signal["evidence_ids"])


@pytest.mark.parametrize(("jitter", "is_found"), [(300, True), (60_000, False)])
def test_a_pause_that_varies_like_people_is_not_seen(engine, jitter, is_found):
    rows = jittered(2, 25, first=900_000, pause=95 * SECOND, jitter=jitter)
    assert bool(found(engine, market(HONEST, rows))) == is_found


def test_busy_shops_with_whole_seconds_keep_no_step(engine):
    """Thousands of orders a day, seconds apart: distances agree by rounding only."""
    moments = np.random.default_rng(4).integers(0, DAY // SECOND, 12_000) * SECOND
    assert not found(engine, market(HONEST, orders(8, np.sort(moments), first=930_000)))


def test_chance_alone_finds_nothing_in_many_shops(engine):
    rows = [
        row
        for shop in range(1, 41)
        for row in chance(shop, 800, first=10_000 * shop, seed=100 + shop)
    ]
    assert not found(engine, market(rows))
