"""Item swap: a listing whose price, parcels and reviews turn on one day, and ones that do not."""

import random

import pytest

from tests.worlds import DAY, HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.item_swap import DETECTOR

ITEM = 7
TURN = 30  # the day
PRAISE = ("很好", "物流快", "下次还来", "包装不错", "卖家热情", "值得买")
SOCKS = (
    "袜子很暖和",
    "羊毛的不起球",
    "脚不出汗",
    "弹性好袜口不勒",
    "厚实的毛线袜",
    "棉袜洗了不缩水",
)
PANS = ("锅底受热均匀", "不粘锅煎蛋很顺", "炒菜油烟少", "锅盖密封", "手柄不烫手", "电磁炉也能烧")
MUGS = (
    "杯子保温一整天",
    "杯盖不漏水",
    "泡茶没异味",
    "容量刚好放车里",
    "水杯外壳不掉漆",
    "吸管好清洗",
)
WINTER = ("冬天穿正好", "下雪也不冷", "过年带回家")
SUMMER = ("夏天也透气", "热天不闷", "暑假出门穿")


def text(draw, topic):
    parts = [draw.choice(topic), draw.choice(PRAISE), draw.choice(topic)]
    draw.shuffle(parts)
    return "，".join(parts)


def sale(number, day, *, item, price, weight, words, rating=5.0):
    return {
        "orders": [
            {
                "order_id": number,
                "account_id": number,
                "shop_id": 1,
                "item_id": item,
                "placed_at": round(T0 + day * DAY + number % 24 * HOUR),
                "paid_minor": price,
                "quantity": 1,
            }
        ],
        "shipments": [{"waybill_id": number, "order_id": number, "weight_g": weight}],
        "reviews": [
            {
                "review_id": number,
                "account_id": number,
                "item_id": item,
                "order_id": number,
                "posted_at": round(T0 + (day + 5) * DAY),
                "text": words,
                "rating": rating,
            }
        ],
    }


def listing(
    item, *, before=SOCKS, after=SOCKS, prices=(3_000, 3_000), weights=(120, 120), n=60, mixed=False
):
    """One sale a day and a review of each; on day ``TURN`` the listing may turn."""
    draw = random.Random(item)
    sales = []
    for day in range(n):
        late = bool(draw.getrandbits(1)) if mixed else day >= TURN
        topic = (before, after)[late]
        price = round(prices[late] * draw.uniform(0.95, 1.05))
        weight = round(weights[late] * draw.uniform(0.95, 1.05))
        sales.append(
            sale(
                item * 1_000 + day,
                day,
                item=item,
                price=price,
                weight=weight,
                words=text(draw, topic),
            )
        )
    return sales


def market(*sales):
    joined = {}
    for part in sales:
        for name, rows in part.items():
            joined.setdefault(name, []).extend(rows)
    return joined


CROWD = [
    *listing(1),
    *listing(2, before=PANS, after=PANS, prices=(9_000, 9_000), weights=(1_500, 1_500)),
    *listing(3, before=MUGS, after=MUGS, prices=(5_000, 5_000), weights=(400, 400)),
]
TURNED = {"prices": (3_000, 19_000), "weights": (120, 1_500)}
SWAPPED = listing(ITEM, after=PANS, **TURNED)
ONLY_PRICE = listing(8, after=MUGS, prices=(3_000, 7_000))

EXAMPLE = Example(
    fake=market(*CROWD, *SWAPPED, *ONLY_PRICE),
    finds={ITEM, 8},
    without_fakes=market(*CROWD),
    look_alikes={
        "relisting": market(*CROWD, *listing(ITEM, prices=(3_000, 6_000))),
        "packaging": market(*CROWD, *listing(ITEM, prices=(3_000, 6_000), weights=(120, 240))),
        "variants": market(*CROWD, *listing(ITEM, after=PANS, mixed=True, **TURNED)),
        "sale": market(
            *CROWD,
            *[
                {**part, "orders": [{**part["orders"][0], "paid_minor": 1_400}]}
                if 20 <= day < 32
                else part
                for day, part in enumerate(listing(ITEM))
            ],
        ),
        "season-words": market(
            *CROWD,
            *listing(
                ITEM,
                before=SOCKS + WINTER,
                after=SOCKS + SUMMER,
                prices=(3_000, 1_500),
                weights=(120, 60),
            ),
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_evidence_is_the_reviews_of_what_was_sold_before(engine):
    """A review posted after the turn for an order before it is of the old product."""
    signals = found(engine, EXAMPLE.fake)
    assert set(signals[ITEM]["evidence_ids"]) == {ITEM * 1_000 + day for day in range(TURN)}
    assert signals[ITEM]["evidence_table"] == "reviews"


def test_price_and_weight_together_are_strong(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {n: s["strength"] for n, s in signals.items()} == {ITEM: "E2", 8: "E1"}
    assert "30 earlier reviews" in signals[ITEM]["reason_en"]
    assert "the weight from" in signals[ITEM]["reason_en"]


def test_weight_alone_is_weak(engine):
    rows = market(*CROWD, *listing(ITEM, after=PANS, weights=(120, 1_500)))
    assert {s["strength"] for s in found(engine, rows).values()} == {"E1"}


def test_words_alone_are_no_swap(engine):
    assert not found(engine, market(*CROWD, *listing(ITEM, after=PANS)))


@pytest.mark.parametrize(("n", "is_found"), [(36, False), (60, True)])
def test_a_few_reviews_since_do_not_tell(engine, n, is_found):
    assert (
        bool(found(engine, market(*CROWD, *listing(ITEM, after=PANS, n=n, **TURNED)))) is is_found
    )


def test_reviews_that_share_no_words_even_on_one_side_do_not_tell(engine):
    """Every review is of something else: a lucky bag, before and after."""
    draw = random.Random(5)
    rows = market(*CROWD, *SWAPPED)
    rows["reviews"] = [
        {**r, "text": "".join(chr(0x4E00 + draw.randrange(3_000)) for _ in range(12))}
        if r["item_id"] == ITEM
        else r
        for r in rows["reviews"]
    ]
    assert not found(engine, rows)


def test_default_praise_says_nothing_of_the_product(engine):
    rows = market(*CROWD, *SWAPPED)
    rows["reviews"] = [
        {**r, "text_source": "default" if r["item_id"] == ITEM else "written"}
        for r in rows["reviews"]
    ]
    assert not found(engine, rows)


def test_it_reads_english_as_well(engine):
    socks = ("warm wool socks", "no sweaty feet", "the cuff is soft", "thick knit, toes stay warm")
    pans = ("eggs slide off the pan", "heats evenly", "the lid fits", "works on induction hobs")
    rows = market(*CROWD, *listing(ITEM, before=socks, after=pans, **TURNED))
    assert set(found(engine, rows)) == {ITEM}
    assert not found(engine, market(*CROWD, *listing(ITEM, before=socks, after=socks, **TURNED)))
