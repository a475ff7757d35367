"""Instruction match: calls in several wordings, and orders that do or do not do as they say."""

import math
import random

import pytest

from tests.worlds import DAY, HOUR, MINUTE, SECOND, T0, Example, build
from unbrush.base.solicitation import INSTRUCTIONS
from unbrush.detect import detect
from unbrush.detect.instruction_match import DETECTOR

SHOP, ITEM = 3, 30
CAPTURED = T0 + 20 * DAY + 2 * HOUR
CALL = "放单啦！搜“Nordic 羊毛袜”货比三家，浏览5-7分钟再拍，佣金8元，收货后五星晒图，本金佣金一起返"
PROMOTION = "新品上市！搜“Nordic 羊毛袜”领券，满200返50，逛满5-7分钟抽奖，五星好评晒图有礼"
WARNING = "警惕刷单骗局：有人要你搜“Nordic 羊毛袜”，浏览5-7分钟再拍，说佣金8元，请举报"
WORDS = "nordic羊毛袜 礼盒"
OWN_WORDS = ("袜子", "羊毛袜", "冬天 袜子", "保暖袜")


def visit(number, at, dwell_s, words, *, item=ITEM, shop=SHOP):
    """A search, the item for a while, and the order at a moment."""
    seen = round(at - dwell_s * SECOND - 5 * SECOND)
    events = [
        {
            "account_id": number,
            "kind": "view",
            "at": seen,
            "item_id": item,
            "dwell_ms": round(dwell_s * SECOND),
        }
    ]
    if words:
        events.append({"account_id": number, "kind": "search", "at": seen - MINUTE, "query": words})
    order = {
        "order_id": number,
        "account_id": number,
        "shop_id": shop,
        "item_id": item,
        "placed_at": round(at),
    }
    return events, order


def people(first, n, *, from_day=0, days=40, median_s=25, words=OWN_WORDS, **more):
    draw = random.Random(first)
    return [
        visit(
            first + k,
            T0 + (from_day + draw.random() * days) * DAY,
            median_s * math.exp(draw.gauss(0, 0.9)),
            draw.choice(words),
            **more,
        )
        for k in range(n)
    ]


def tasks(first, n, *, words=WORDS, low=300, high=420):
    draw = random.Random(first)
    return [
        visit(first + k, CAPTURED + (k + 1) * 5 * HOUR, draw.uniform(low, high), words)
        for k in range(n)
    ]


def market(*visits, text=CALL, **place):
    events = [row for rows, _ in visits for row in rows]
    post = {"post_id": 900, "text": text, "captured_at": CAPTURED, **(place or {"item_id": ITEM})}
    shops = [{"shop_id": shop, "category": "socks"} for shop in range(1, 9)]
    return {
        "interactions": events,
        "orders": [order for _, order in visits],
        "posts": [post],
        "shops": shops,
    }


HONEST = people(1_000, 60) + [
    v for shop in (1, 2, 4, 5) for v in people(2_000 + 1_000 * shop, 60, shop=shop, item=10 * shop)
]
STUDIED = people(1_000, 60, median_s=350, words=(WORDS, "袜子"))
TASKS = tasks(50_000, 12)

EXAMPLE = Example(
    fake=market(*HONEST, *TASKS),
    finds=set(range(50_000, 50_012)),
    without_fakes=market(*HONEST),
    look_alikes={
        "promotion-post": market(*HONEST, *TASKS, text=PROMOTION),
        "warning-post": market(*HONEST, *TASKS, text=WARNING),
        "saw-the-post": market(*HONEST, *people(50_000, 40, from_day=21, days=5, words=(WORDS,))),
        "usual-words": market(
            *people(1_000, 60, words=(WORDS,)),
            *people(50_000, 30, from_day=21, days=5, words=(WORDS,)),
            text="放单：关键词：羊毛袜，佣金8元",
        ),
        "studied-item": market(
            *STUDIED, *people(50_000, 20, from_day=21, days=5, median_s=350, words=(WORDS, "袜子"))
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def read(engine, text):
    build(engine, {"posts": [{"post_id": 1, "text": text, "captured_at": T0, "item_id": 1}]})
    columns = ", ".join(INSTRUCTIONS.reads["posts"])
    return INSTRUCTIONS.make({"posts": engine.query(f"SELECT {columns} FROM posts")}).to_pylist()


@pytest.mark.parametrize(
    ("text", "keyword", "low_s", "high_s"),
    [
        (CALL, "nordic羊毛袜", 300, 420),
        ("接单：关键词：加绒手套，停留5分钟到7分钟，先拍后返", "加绒手套", 300, 420),
        ("做单，浏览时间不少于３００秒，搜索【不锈钢锅】，垫付返本金", "不锈钢锅", 300, 450),
        ("放单 搜「茶杯」 浏览五到七分钟", "茶杯", 300, 420),
        (
            'Search for "garlic press", browse 5 to 7 min, order, commission via PayPal.',
            "garlicpress",
            300,
            420,
        ),
        ("免单！搜“茶杯”，浏览5-7分钟再拍，五星带图，送红包", "茶杯", 300, 420),
        ("体验官招募：搜“茶杯”进店拍，收货五星好评", "茶杯", None, None),
        ("招补单老手，佣金日结，3-5分钟到账", "", None, None),
    ],
)
def test_a_call_is_read_in_both_languages(engine, text, keyword, low_s, high_s):
    (row,) = read(engine, text)
    bounds = (row["low_ms"], row["high_ms"])
    assert row["keyword"] == keyword
    assert bounds == tuple(s and s * SECOND for s in (low_s, high_s))


def test_hours_are_read_with_their_half_of_the_day(engine):
    (row,) = read(engine, "放单，搜“茶杯”，晚上8点-10点拍，佣金5元")
    assert (row["from_h"], row["until_h"]) == (20, 22)
    (row,) = read(engine, "放单，搜“茶杯”，20:00-23:00 拍，佣金5元")
    assert (row["from_h"], row["until_h"]) == (20, 23)


@pytest.mark.parametrize(
    "text",
    [
        PROMOTION,
        WARNING,
        "最近挖到的羊毛袜，用了一周来聊聊感受",
        "开业福利！搜“茶杯”进店，前100名送小礼品，满减红包可叠加",
        "搜“茶杯”领红包，免费试用名额抽奖，中奖者如实写体验",
    ],
)
def test_what_is_no_call_says_nothing(engine, text):
    assert read(engine, text) == []


def test_keyword_and_dwell_are_strong_and_organised(engine):
    signals = found(engine, EXAMPLE.fake).values()
    assert {(s["strength"], s["element"], s["family"]) for s in signals} == {
        ("E2", "b", "off-platform")
    }
    assert all("12 fit wholly" in s["reason_en"] for s in signals)


def test_only_a_keyword_is_weak(engine):
    text = "放单，搜“Nordic羊毛袜”直接拍，佣金8元"
    signals = found(engine, market(*HONEST, *tasks(50_000, 12, low=5, high=90), text=text))
    assert set(signals) == set(range(50_000, 50_012))
    assert {s["strength"] for s in signals.values()} == {"E1"}


def test_a_shop_is_place_enough(engine):
    assert set(found(engine, market(*HONEST, *TASKS, shop_id=SHOP))) == EXAMPLE.finds
    assert not found(engine, market(*HONEST, *TASKS, shop_id=1))


def test_orders_before_the_capture_do_not_follow_it(engine):
    early = [visit(60_000 + k, CAPTURED - (k + 1) * HOUR, 320 + 5 * k, WORDS) for k in range(12)]
    assert not found(engine, market(*HONEST, *early))


def test_who_does_all_is_found_and_who_was_hasty_weakly(engine):
    other_words = tasks(60_000, 6, words="袜子")
    no_words = tasks(61_000, 6, words=None)
    hasty = tasks(62_000, 6, low=10, high=60)
    rows = market(*HONEST, *TASKS, *other_words, *no_words, *hasty)
    signals = found(engine, rows)
    weak = {number for number, signal in signals.items() if signal["strength"] == "E1"}
    assert weak == set(range(62_000, 62_006))
    assert set(signals) - weak == EXAMPLE.finds
    assert "says little" in signals[62_000]["reason_en"]
    assert max(signals[number]["score"] for number in weak) < 0.5


def test_a_call_that_names_no_place_leads_to_what_its_words_are_typed_for(engine):
    """Its keyword is the whole search; orders of other items are not drawn in."""
    hired = tasks(50_000, 12, words="Nordic 羊毛袜")
    rows = market(*HONEST, *hired, shop_id=None)
    assert set(found(engine, rows)) == EXAMPLE.finds
    assert not found(engine, market(*HONEST, *tasks(50_000, 12, words=None), shop_id=None))
    assert not found(engine, market(*HONEST, shop_id=None))


def test_haste_alone_follows_no_call(engine):
    assert not found(engine, market(*HONEST, *tasks(62_000, 12, low=10, high=60)))


def test_hours_must_fit_on_the_writers_clock(engine):
    """CAPTURED is 10:00 in China; the tasks are five hours apart, so some fall into 19 to 24."""
    text = CALL + "，19:00-24:00 下单"
    rows = market(*HONEST, *tasks(50_000, 24), text=text)
    hours = {(CAPTURED + 8 * HOUR + (k + 1) * 5 * HOUR) // HOUR % 24: 50_000 + k for k in range(24)}
    wanted = {number for hour, number in hours.items() if 19 <= hour < 24}
    assert set(found(engine, rows)) == wanted


@pytest.mark.parametrize(("n", "is_found"), [(3, False), (6, True)])
def test_a_few_that_fit_are_no_pattern(engine, n, is_found):
    assert bool(found(engine, market(*HONEST, *tasks(50_000, n)))) is is_found
