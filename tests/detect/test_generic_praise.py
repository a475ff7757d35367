"""Generic praise: its example and its edges."""

import json
import random

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build, data_folder
from unbrush.base.text.stock_phrases import is_default, is_stock_praise
from unbrush.detect import detect
from unbrush.detect.generic_praise import DETECTOR

STOCK = [
    "超赞，物美价廉！",
    "正品特价，非常满意，五星好评",
    "宝贝收到了，质量很好，物流很快，下次还来",
    "很好很好，值得推荐",
    "Great product, fast shipping. Highly recommend!",
    "东西不错，卖家服务态度好，好评",
]
STOCK_CLAUSES = [
    *("超赞", "物美价廉", "非常满意", "五星好评", "质量很好", "值得推荐", "很喜欢", "性价比高"),
    *("完美", "服务好", "给力", "不错不错", "宝贝很好", "great product", "点赞"),
]
SAID = [
    "鞋底偏硬，走了一天脚后跟磨破了皮",
    "比我平时穿的码小半码，鞋面透气",
    "给儿子买的篮球鞋，打球抓地还行",
    "The left shoe squeaks on wet floors.",
    "颜色比图上深一点，鞋带太短",
    "洗了两次没开胶，就是有点闷脚",
    "搭牛仔裤好看，跑步不太合适",
]
CHARACTERS = "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳"


def review(number: int, item: int, text: str, **more) -> dict:
    return {
        "review_id": number,
        "account_id": number,
        "item_id": item,
        "shop_id": item // 10,
        "posted_at": T0 + number * HOUR,
        "text": text,
        "rating": 5.0,
        **more,
    }


def stock(chance: random.Random) -> str:
    return "，".join(chance.sample(STOCK_CLAUSES, chance.randint(1, 4)))


def is_stock(row: dict) -> bool:
    return set(row["text"].split("，")) <= set(STOCK_CLAUSES)


def reviews(item: int, n: int, generic: float, start: int = 0, **more) -> list[dict]:
    """Return ``n`` reviews of an item of which a share says nothing of it."""
    chance = random.Random(item)
    return [
        review(
            start + k,
            item,
            stock(chance)
            if k < generic * n
            else SAID[k % 7] + "".join(chance.sample(CHARACTERS, 4)),
            **more,
        )
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


OTHERS = [
    row
    for number in range(10)
    for row in reviews(500 + 10 * number, 60, 0.1, start=10_000 + 100 * number)
]
TERSE = [row for number in range(10) for row in reviews(10 * number, 60, 0.7, start=100 * number)]
FAKE = reviews(30, 80, 0.75)

EXAMPLE = Example(
    fake=market(OTHERS, FAKE),
    finds={30},
    without_fakes=market(OTHERS, [row for row in FAKE if not is_stock(row)]),
    look_alikes={
        "lone-reviews": market(OTHERS, reviews(30, 80, 0.2)),
        "terse-category": market(OTHERS, TERSE, categories={10 * n: "纸巾" for n in range(10)}),
        "default-praise": market(
            OTHERS,
            [
                {**row, "text_source": ("default", "tag", "assisted")[n % 3]}
                if is_stock(row)
                else row
                for n, row in enumerate(FAKE)
            ],
            reviews(40, 80, 0.0, start=200),
            [review(400 + n, 40, "该用户觉得商品非常好，给出5星好评") for n in range(80)],
        ),
        "few-reviews": market(OTHERS, reviews(30, 12, 1.0)),
        "nothing-beside-it": market(FAKE),
        "viral-phrase": market(
            OTHERS,
            reviews(30, 20, 0.0, start=200),
            [
                review(n, 30, ("yyds", "绝绝子", "爱了爱了", "棒棒哒", "太赞了", "好评")[n % 6])
                for n in range(60)
            ],
        ),
        "rush": market(
            OTHERS,
            [
                {
                    **row,
                    "posted_at": T0
                    + (row["review_id"] % 9 if is_stock(row) else row["review_id"]) * DAY,
                }
                for row in FAKE
            ],
        ),
        "one-person": market(
            OTHERS,
            [{**row, "account_id": 7 if is_stock(row) else row["account_id"]} for row in FAKE],
        ),
    },
)


def found(engine, rows: Market) -> list[dict]:
    detect(engine, build(engine, rows), chosen=[DETECTOR])
    return engine.query("SELECT * FROM signals").to_pylist()


@pytest.mark.parametrize(
    "text", [*STOCK, "好评！！！", "物流超快，包装完好，赞", "very good quality"]
)
def test_stock_praise_is_known(text):
    assert is_stock_praise(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        *SAID,
        "质量不好",
        "不满意",
        "质量一般",
        "物流",
        "",
        None,
        "not good",
        "鞋子很好",
        "面料很好，物流很快",
        "好臭",
    ],
)
def test_what_says_something_is_no_stock_praise(text):
    assert is_stock_praise(pa.array([text], pa.string())).to_pylist() == [False]


@pytest.mark.parametrize(
    "text",
    [
        "此用户没有填写评价。",
        "该用户觉得商品非常好，给出5星好评",
        "系统默认好评!",
        "评价方未及时做出评价,系统默认好评!",
        "此用户未填写文字评价",
        "This user hasn't written a review.",
    ],
)
def test_sentences_of_the_platform_are_known(text):
    assert is_default(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text", ["好评", "给五星好评", "用户体验非常好", "默认发顺丰，好评", "great review"]
)
def test_words_of_a_person_are_not_the_platforms(text):
    assert is_default(pa.array([text])).to_pylist() == [False]


def test_the_findings_rest_on_the_generic_reviews_alone(engine):
    (signal,) = found(engine, EXAMPLE.fake)
    long_enough = {row["review_id"] for row in FAKE if is_stock(row) and len(row["text"]) > 6}
    assert long_enough <= set(signal["evidence_ids"])
    assert set(signal["evidence_ids"]) <= {row["review_id"] for row in FAKE if is_stock(row)}
    assert signal["strength"] == "E1"


def test_praise_of_a_new_item_or_over_months_is_no_rush(engine):
    """Days tell nothing where the item has no others; and who drips has no rush."""
    new = [{**row, "posted_at": T0 + row["review_id"] % 9 * DAY} for row in FAKE]
    dripped = [{**row, "posted_at": T0 + row["review_id"] * DAY} for row in FAKE]
    for rows in (new, dripped):
        assert [row["subject_id"] for row in found(engine, market(OTHERS, rows))] == [30]


def test_complaints_in_stock_words_are_no_praise(engine):
    rows = market(OTHERS, [{**row, "rating": 1.0} for row in FAKE])
    assert found(engine, rows) == []


@pytest.mark.data
def test_few_genuine_reviews_are_stock_praise():
    folder = data_folder("zh-genuine-reviews")
    goods = pyarrow.parquet.read_table(folder / "online_shopping.parquet")
    stock = is_stock_praise(goods["text"].combine_chunks()).to_pylist()
    negative = [
        s for s, kind in zip(stock, goods["is_positive"].to_pylist(), strict=True) if not kind
    ]
    assert 0.001 <= sum(stock) / len(stock) <= 0.1
    assert sum(negative) <= 0.005 * len(negative)


@pytest.mark.parametrize(("days", "shared"), [(9, "rush"), (25, None)])
def test_of_praise_that_comes_at_once_for_a_new_item_it_says_so(engine, days, shared):
    """Nobody can tell whether a new item is in the news: its burst is no second sign."""
    rows = [{**row, "posted_at": T0 + row["review_id"] % days * DAY} for row in FAKE]
    (signal,) = found(engine, market(OTHERS, rows))
    assert json.loads(signal["facts"]).get("shared") == shared
