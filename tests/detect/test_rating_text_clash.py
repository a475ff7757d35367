"""Stars against words: its example and its edges."""

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.worlds import HOUR, T0, Example, Market, build, data_folder
from unbrush.base.text.stock_phrases import gives_reason, is_bought, tone
from unbrush.detect import detect
from unbrush.detect.rating_text_clash import DETECTOR

COMPLAINTS = [
    "垃圾，穿一次就开胶，太差了",
    "质量太差，异味刺鼻，后悔买了",
    "骗子店家，发来的是次品，要求退货也不退",
    "掉色严重，客服态度差，很失望",
    "Terrible quality, it broke after a day. Avoid.",
    "物流太慢，鞋子是坏的，差评",
]
PRAISE = [
    "非常满意，鞋子很舒服，推荐",
    "质量很好，款式漂亮，物美价廉",
    "穿着合适，好看，会回购",
    "Love them, very comfortable and beautiful.",
    "老公很喜欢，性价比高，点赞",
]
MIXED = ["鞋子很舒服，就是快递太慢，包装破损", "质量很好，但是客服态度差，失望"]


def review(number: int, item: int, text: str, rating: float | None, **more) -> dict:
    return {
        "review_id": number,
        "account_id": number,
        "item_id": item,
        "shop_id": item // 10,
        "posted_at": T0 + number * HOUR,
        "text": text,
        "rating": rating,
        **more,
    }


def honest(item: int, n: int = 60, start: int = 0, clash: int = 1) -> list[dict]:
    """Return reviews whose stars fit, except for ``clash`` slips."""
    return [
        review(start + k, item, PRAISE[k % 5] + str(k), 1.0 if k < clash else 5.0)
        if k % 4
        else review(start + k, item, COMPLAINTS[k % 6] + str(k), 5.0 if k < clash else 1.0)
        for k in range(n)
    ]


def market(*rows: list[dict], categories: dict[int, str] | None = None) -> Market:
    flat = [row for part in rows for row in part]
    items = sorted({row["item_id"] for row in flat})
    return {
        "reviews": flat,
        "items": [
            {"item_id": item, "shop_id": item // 10, "category": (categories or {}).get(item, "鞋")}
            for item in items
        ],
    }


OTHERS = [row for n in range(10) for row in honest(500 + 10 * n, start=10_000 + 100 * n)]
BOUGHT = [review(n, 30, COMPLAINTS[n % 6] + str(n), 5.0) for n in range(20)]
MIXED_UP = [review(200 + n, 70, PRAISE[n % 5] + str(n), 1.0) for n in range(20)]
CALM = [*honest(30, 40, start=100), *honest(70, 40, start=300)]


def weighed(opening: str, end: str) -> Market:
    rows = [{**row, "text": f"{opening}{row['text']}{end}"} for row in BOUGHT]
    return market(OTHERS, CALM, rows)


def bins() -> Market:
    rows = market(
        OTHERS, [review(n, 30, f"脚踏垃圾桶，家里一个办公室一个{n}", 5.0) for n in range(20)]
    )
    for item in rows["items"]:
        item["title"] = "脚踏垃圾桶" if item["item_id"] == 30 else "运动鞋"
    return rows


def said(reason: str) -> Market:
    return market(OTHERS, CALM, [{**row, "text": row["text"] + reason} for row in BOUGHT])


EXAMPLE = Example(
    fake=market(OTHERS, CALM, BOUGHT, MIXED_UP),
    finds={30, 70},
    without_fakes=market(OTHERS, CALM),
    look_alikes={
        "slips": market(OTHERS, honest(30, 80, clash=3)),
        "stars-to-be-seen": said("，打五星只是为了让大家看到"),
        "stars-for-the-courier": said("，五星给快递小哥"),
        "mixed-feelings": market(
            OTHERS, CALM, [review(n, 30, MIXED[n % 2] + str(n), 5.0) for n in range(30)]
        ),
        "named-thing": bins(),
        "negated-words": market(
            OTHERS,
            CALM,
            [review(n, 30, f"没有异味，不掉色，没有破损，一点不后悔{n}", 5.0) for n in range(20)],
            [review(100_000 + n, 30, f"不好看，不舒服，不推荐{n}", 1.0) for n in range(20)],
        ),
        "one-star-is-best": market(
            OTHERS,
            *(
                [
                    review(1_000 * s + n, 10 * s, PRAISE[n % 5] + str(1_000 * s + n), 1.0)
                    for n in range(40)
                ]
                for s in range(10)
            ),
            categories={10 * s: "书" for s in range(10)},
        ),
        "default-praise": market(
            OTHERS,
            CALM,
            [
                {**row, "text_source": ("default", "tag", "assisted")[n % 3]}
                for n, row in enumerate(BOUGHT)
            ],
        ),
    },
)


UNLISTED = ["鞋底脱胶散线", "走两步就磨脚", "鞋舌歪到一边", "里衬搓成一团", "味儿大得开窗"]
LIKED = ["鞋底贴地轻便", "走一天也不累", "鞋舌包得住脚", "里衬细密平整", "回弹跟脚稳当"]


def trade(n_shops: int = 140) -> list[dict]:
    """Return the reviews of many shops, in words that no list has, under fitting stars."""
    return [
        review(20_000 + 10 * shop + k, 1_000 + 10 * shop, f"{texts[(shop + k) % 5]}", stars)
        for shop in range(n_shops)
        for k, (texts, stars) in enumerate([(UNLISTED, 1.0), (LIKED, 5.0), (LIKED, 5.0)])
    ]


def found(engine, rows: Market) -> list[dict]:
    detect(engine, build(engine, rows), chosen=[DETECTOR])
    return engine.query("SELECT * FROM signals").to_pylist()


def test_one_item_alone_is_held_against_what_is_usual_anywhere(engine):
    (signal,) = found(engine, market(honest(30, 40, start=100), BOUGHT))
    assert set(signal["evidence_ids"]) >= {row["review_id"] for row in BOUGHT}
    (beside,) = (row for row in found(engine, market(OTHERS, honest(30, 40, start=100), BOUGHT)))
    assert signal["score"] < beside["score"]


def test_seven_clashes_are_no_population(engine):
    assert found(engine, market(OTHERS, honest(30, 10, start=100, clash=0), BOUGHT[:7])) == []


def test_unknown_stars_clash_with_nothing(engine):
    assert found(engine, market(OTHERS, CALM, [{**row, "rating": None} for row in BOUGHT])) == []


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("质量很好，推荐", 1),
        ("不满意，不推荐", -1),
        ("没有异味，不掉色", 0),
        ("垃圾", -1),
        ("It is not good and not comfortable", -1),
        ("no bad smells, never disappointed", 0),
        ("物流很慢，太差了", -1),
        ("", 0),
        (None, 0),
    ],
)
def test_tone(text, side):
    praise, complaint = (part[0].as_py() for part in tone(pa.array([text], pa.string())))
    difference = praise - complaint
    assert (difference > 0) - (difference < 0) == side


def test_reasons_are_known():
    texts = [
        "打五星是为了让大家看到",
        "手滑点错了",
        "五星只给快递员",
        "5 stars so people see this",
        "很差",
    ]
    assert gives_reason(pa.array(texts)).to_pylist() == [True, True, True, True, False]


@pytest.mark.data
def test_words_agree_with_the_sentiment_of_genuine_reviews():
    """Where the lists are clear at all, they are seldom wrong; no word was chosen here."""
    folder = data_folder("zh-genuine-reviews")
    goods = pyarrow.parquet.read_table(folder / "online_shopping.parquet").to_pylist()
    goods = [row for row in goods if row["category"] in ("衣服", "洗发水", "水果", "平板")]
    praise, complaint = tone(pa.array([row["text"] for row in goods]))
    clear = right = 0
    for row, likes, gripes in zip(goods, praise.to_pylist(), complaint.to_pylist(), strict=True):
        if (likes >= 2 and gripes <= 0) or (gripes >= 2 and likes <= 0):
            clear += 1
            right += bool(row["is_positive"]) == (likes > gripes)
    assert clear >= 0.15 * len(goods)
    assert right >= 0.9 * clear


def test_words_that_no_list_has_are_learned_from_other_shops(engine):
    texts = pa.array([*UNLISTED, *LIKED])
    assert {value for part in tone(texts) for value in part.to_pylist()} == {0}
    bought = [review(n, 30, f"{UNLISTED[n % 5]}，{UNLISTED[(n + 1) % 5]}", 5.0) for n in range(20)]
    rivals = [review(200 + n, 70, f"{LIKED[n % 5]}，{LIKED[(n + 1) % 5]}", 1.0) for n in range(20)]
    signals = found(engine, market(trade(), bought, rivals))
    assert {row["subject_id"] for row in signals} == {30, 70}
    assert found(engine, market(trade(80), bought, rivals)) == []  # too few shops teach


def test_words_of_the_title_name_the_thing(engine):
    rows = [review(n, 30, f"走两步就磨脚矫正垫到了{n}", 5.0) for n in range(20)]
    made = market(trade(), rows)
    assert {row["subject_id"] for row in found(engine, made)} == {30}
    for item in made["items"]:
        item["title"] = "走两步就磨脚矫正垫" if item["item_id"] == 30 else "鞋"
    assert found(engine, made) == []


def test_shops_that_buy_stars_do_not_hide_each_other(engine):
    bought = [
        review(1_000 * item + n, item, COMPLAINTS[n % 6] + str(n), 5.0)
        for item in (30, 110, 120, 130)
        for n in range(40)
    ]
    assert {row["subject_id"] for row in found(engine, market(OTHERS, bought))} == {
        30,
        110,
        120,
        130,
    }


def test_stars_that_own_up_to_a_price_clash_whatever_else_is_said(engine):
    rows = [review(n, 30, f"收到了{n}，为了返现给的五星", 5.0) for n in range(12)]
    (signal,) = found(engine, market(OTHERS, CALM, rows))
    assert signal["subject_id"] == 30


@pytest.mark.parametrize(
    ("opening", "end"), [("虽然", ""), ("", "，不过颜色还行"), ("", ", but ok")]
)
def test_who_weighs_one_thing_against_another_is_left_out(engine, opening, end):
    assert found(engine, weighed(opening, end)) == []


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("看在红包的份上给好评", True),
        ("客服让给的五星", True),
        ("不给五星不给处理", True),
        ("Five stars for the gift card", True),
        ("老板送了礼物，很喜欢", False),
        ("客服让我等两天", False),
        ("为了孩子买的", False),
    ],
)
def test_stars_that_had_a_price(text, is_so):
    assert is_bought(pa.array([text])).to_pylist() == [is_so]
