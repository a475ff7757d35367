"""Scripted path: visits drawn from human spread beside visits made to order."""

import math
import random

import pytest

from tests.worlds import DAY, MINUTE, SECOND, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.scripted_path import DETECTOR

TAKEN = 4  # the item that the studio was paid for
N_ITEMS = 8
OWN_WORDS = ("socks", "wool socks", "warm socks", "socks men", "grey socks", "thick socks winter")


def visit(number, item, dwell_s, words, *, n_views=2, device=None, live=None):
    """A search (if there are words), other goods, the item for a while, and the order."""
    ordered = T0 + number * 7 % 40 * DAY + number % 24 * 61 * MINUTE
    seen = ordered - round(dwell_s * SECOND) - 20 * SECOND
    common = {"account_id": number, "session_id": number}
    rows = [
        {
            **common,
            "kind": "view",
            "at": seen - (n + 1) * 25 * SECOND,
            "item_id": 100 + (number + n) % 50,
            "dwell_ms": 20 * SECOND,
        }
        for n in range(n_views)
    ]
    rows.append(
        {
            **common,
            "kind": "view",
            "at": seen,
            "item_id": item,
            "dwell_ms": round(dwell_s * SECOND),
        }
    )
    if words:
        rows.append({**common, "kind": "search", "at": seen - 5 * MINUTE, "query": words})
    order = {
        "order_id": number,
        "account_id": number,
        "shop_id": item,
        "item_id": item,
        "placed_at": ordered,
        "device_token": device or f"own-{number}",
        "live_session_id": live,
    }
    return rows, order


def market(*visits):
    rows = [row for events, _ in visits for row in events]
    return {"interactions": rows, "orders": [order for _, order in visits]}


def people(first, n, item, *, median_s=25, sigma=0.9, words=OWN_WORDS, n_views=None, seed=1):
    """Each with time and words of their own; most go straight to the item."""
    draw = random.Random(seed + first)
    return [
        visit(
            first + k,
            item,
            median_s * math.exp(draw.gauss(0, sigma)),
            draw.choice(words) if draw.random() < 0.7 and words else None,
            n_views=draw.choice((0, 0, 1, 2, 3)) if n_views is None else n_views,
        )
        for k in range(n)
    ]


def tasks(first, n, item=TAKEN, *, words="nordic socks gift", **more):
    """Five to seven minutes, as told (case A4)."""
    draw = random.Random(first)
    return [visit(first + k, item, draw.uniform(300, 420), words, **more) for k in range(n)]


HONEST = [v for item in range(1, N_ITEMS) for v in people(1_000 * item, 60, item)]
# Something that people study for minutes, so that five to seven are nothing special.
STUDIED = [v for item in range(1, N_ITEMS) for v in people(1_000 * item, 60, item, median_s=330)]

EXAMPLE = Example(
    fake=market(*HONEST, *tasks(50_000, 25), *tasks(60_000, 40, item=2, words="Socks, A-1")),
    finds={TAKEN, 2},
    without_fakes=market(*HONEST),
    look_alikes={
        "comparison-shoppers": market(*HONEST, *people(50_000, 60, TAKEN, median_s=200, n_views=4)),
        "brand-search": market(
            *HONEST, *people(50_000, 60, TAKEN, words=("nordic socks",), n_views=2)
        ),
        "recommendation": market(*HONEST, *tasks(50_000, 40, words=None)),
        "guided-kiosk": market(*HONEST, *tasks(50_000, 40, device="kiosk")),
        "live-stream": market(*HONEST, *tasks(50_000, 40, live=9)),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_evidence_is_the_scripted_orders_and_no_honest_one(engine):
    signals = found(engine, EXAMPLE.fake)
    assert set(signals[TAKEN]["evidence_ids"]) == set(range(50_000, 50_025))
    assert {signal["strength"] for signal in signals.values()} == {"E1"}
    assert "25 buyers searched the same words" in signals[TAKEN]["reason_en"]


def test_half_who_forget_the_minutes_do_not_hide_the_rest(engine):
    """Level 2 of case A4: most stay as long as anybody might."""
    loose = people(50_000, 33, TAKEN, median_s=150, sigma=0.7, words=("nordic socks",), n_views=2)
    told = tasks(51_000, 27, words="nordic socks")
    assert set(found(engine, market(*HONEST, *loose, *told))) == {TAKEN}
    assert not found(engine, market(*HONEST, *loose))


def test_where_everybody_studies_for_minutes_dwell_says_nothing(engine):
    assert not found(engine, market(*STUDIED))
    assert not found(engine, market(*STUDIED, *people(50_000, 30, TAKEN, median_s=330)))


def test_words_of_their_own_spare_buyers_who_stay_equally_long(engine):
    same_time = [
        visit(50_000 + k, TAKEN, 300 + 4 * k, OWN_WORDS[k % len(OWN_WORDS)]) for k in range(30)
    ]
    assert not found(engine, market(*HONEST, *same_time))


def test_who_opens_nothing_else_does_not_follow_the_script(engine):
    assert not found(engine, market(*HONEST, *tasks(50_000, 30, n_views=0)))


@pytest.mark.parametrize(("n", "is_found"), [(7, False), (25, True)])
def test_a_few_alike_are_no_pattern(engine, n, is_found):
    assert bool(found(engine, market(*HONEST, *tasks(50_000, n)))) is is_found


def test_a_market_of_people_only_stays_silent_whatever_the_draw(engine):
    for seed in range(3):
        crowd = [
            v
            for item in range(1, 30)
            for v in people(1_000 * item, 80, item, sigma=0.5, n_views=2, seed=seed)
        ]
        assert not found(engine, market(*crowd)), seed
