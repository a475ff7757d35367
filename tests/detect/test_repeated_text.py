"""Repeated text: its example, its edges, and what it says of genuine reviews."""

import csv
import gzip
import random

import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build, data_folder
from unbrush.base.clock import DAY_MS
from unbrush.detect import detect
from unbrush.detect.repeated_text import DETECTOR

LONG = "衣服收到了，面料特别柔软，做工也很精细，穿上显瘦又显白，同事都问我在哪里买的"
MIDDLE = "鞋子非常合脚，走路一点都不累"
ENGLISH = "The zipper broke within a week, but the seller replied kindly and sent me another bag."
WORDS = "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳"


def review(number: int, account: int, shop: int, text: str | None, **more) -> dict:
    return {
        "review_id": number,
        "account_id": account,
        "item_id": shop * 10 + number % 3,
        "shop_id": shop,
        "posted_at": T0 + number * HOUR,
        "text": text,
        **more,
    }


def own_words(chance: random.Random) -> str:
    return "，".join("".join(chance.sample(WORDS, 5)) for _ in range(4))


HONEST = [
    review(1_000 + n, 1_000 + n, n % 12, own_words(random.Random(n)) if n % 3 else "质量不错")
    for n in range(240)
]


def same(text: str, n: int, shop: int = 3, start: int = 0, **more) -> list[dict]:
    return [review(start + k, 10 + start + k, shop, text, **more) for k in range(n)]


def with_honest(rows: list[dict], **tables) -> Market:
    return {"reviews": [*HONEST, *rows], **tables}


EDITED = [
    LONG,
    LONG + "！！",
    "亲，" + LONG,
    LONG.replace("特别", "非常"),
    LONG.replace("，", " 😀"),
]
COPIES = [review(n, 10 + n, 3, text) for n, text in enumerate(EDITED)]
TEMPLATE = same(MIDDLE, 6, shop=5, start=20)
ENGLISH_COPIES = [
    review(40 + n, 50 + n, 7, text)
    for n, text in enumerate([ENGLISH, ENGLISH.upper(), ENGLISH.replace("kindly", "quickly")])
]
FAKES = COPIES + TEMPLATE + ENGLISH_COPIES
GREETING = "祝店家和所有朋友新春快乐，阖家幸福，万事如意，财源广进"
TITLE = "云岭牌 加厚纯棉 男士短袖T恤 夏季新款 宽松圆领 半袖打底衫"

EXAMPLE = Example(
    fake=with_honest(FAKES),
    finds={row["review_id"] for row in FAKES},
    without_fakes=with_honest([]),
    look_alikes={
        "default-praise": with_honest(
            same(LONG, 4, text_source="default")
            + same(LONG, 4, start=10, text_source="tag")
            + same(LONG, 4, start=20, text_source="assisted")
        ),
        "short-phrase": with_honest(same("物流很快，好评！", 12) + same("好" * 60, 5, start=20)),
        "greeting": with_honest(
            [review(n, 10 + n, n % 12, GREETING) for n in range(36)],
        ),
        "own-words-again": with_honest(
            [review(n, 10, 3, LONG) for n in range(8)]
            + [review(20 + n, 30 + n, 3, LONG, append_of=n) for n in range(8)]
        ),
        "quoted-listing": with_honest(
            [review(3 * n, 10 + n, 3, TITLE + f"{n}号收到") for n in range(8)],
            items=[{"item_id": 30, "shop_id": 3, "title": TITLE}],
        ),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: (row["strength"], row["score"]) for row in rows}


def test_long_copies_are_strong_except_the_earliest(engine):
    signals = found(engine, with_honest(COPIES))
    assert [signals[n][0] for n in range(5)] == ["E1", "E2", "E2", "E2", "E2"]
    assert signals[0][1] < min(signals[n][1] for n in range(1, 5))


def test_a_middling_text_stays_weak_however_often(engine):
    assert {strength for strength, _ in found(engine, with_honest(TEMPLATE)).values()} == {"E1"}


def test_two_accounts_are_no_pattern(engine):
    assert found(engine, with_honest(COPIES[:2])) == {}


@pytest.mark.parametrize(
    ("said", "spared"),
    [
        ("恒居大号面霜，家里人都说好", True),  # no more than half of it is the title
        ("家里人都说好的恒居大号面霜", True),
        ("面霜很润，家里人都说真的很好", False),  # the title's last word is no quotation
        ("恒居大号面霜，" + MIDDLE, False),  # what it says besides is enough to be repeated
    ],
)
def test_who_quotes_a_short_title_and_says_little_is_spared(engine, said, spared):
    items = [{"item_id": 30 + n, "shop_id": 3, "title": "恒居大号面霜"} for n in range(3)]
    assert (not found(engine, with_honest(same(said, 8), items=items))) is spared


def test_a_very_long_text_counts_wherever_it_is(engine):
    spread = [review(n, 10 + n, n, LONG + MIDDLE) for n in range(6)]
    assert set(found(engine, with_honest(spread))) == set(range(6))
    assert found(engine, with_honest(spread[:4])) == {}


def test_the_shop_of_a_review_may_come_from_its_item(engine):
    bare = [{**row, "shop_id": None} for row in COPIES]
    items = [{"item_id": 30 + n, "shop_id": 3, "title": None} for n in range(3)]
    assert set(found(engine, with_honest(bare, items=items))) == set(range(5))


def test_a_chain_of_small_changes_does_not_tie_its_ends(engine):
    """Each text differs from the one before in one word of five; first and last share nothing."""
    words = [own_words(random.Random(900 + n))[:6] for n in range(40)]
    chain = [review(n, 10 + n, 3, "".join(words[n : n + 5])) for n in range(30)]
    signals = engine, with_honest(chain)
    found(*signals)
    sizes = engine.query("SELECT max(CAST(facts->>'$.n_accounts' AS INT)) AS n FROM signals")
    assert (sizes["n"].to_pylist()[0] or 0) <= 5


def test_texts_that_are_empty_or_pictures_are_ignored(engine):
    rows = same("", 5) + same("😀👍❤️", 5, start=10) + same(None, 5, start=20)
    assert found(engine, with_honest(rows)) == {}


@pytest.mark.data
@pytest.mark.parametrize("seed", [1, 2])
def test_genuine_chinese_reviews_are_left_alone(engine, seed):
    """67,294 texts given to random shops of their category; some copy a stock text, and long."""
    folder = data_folder("zh-genuine-reviews")
    goods = pyarrow.parquet.read_table(folder / "online_shopping.parquet")
    food = pyarrow.csv.read_csv(folder / "takeaway.csv.gz")
    chance = random.Random(seed)
    texts = [*zip(goods["category"].to_pylist(), goods["text"].to_pylist(), strict=True)]
    texts += [("外卖", text) for text in food["text"].to_pylist()]
    kinds = sorted({kind for kind, _ in texts})
    rows = [
        review(n, n, 100 * kinds.index(kind) + int(100 * chance.random() ** 3), text)
        for n, (kind, text) in enumerate(texts)
    ]
    signals = found(engine, {"reviews": rows})
    assert len(signals) <= 0.001 * len(rows)
    assert sum(strength == "E2" for strength, _ in signals.values()) <= 0.0001 * len(rows)


@pytest.mark.data
def test_genuine_portuguese_reviews_are_left_alone(engine):
    folder = data_folder("olist-subset")

    def table(name: str) -> list[dict]:
        with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    item_of = {row["order_id"]: row for row in table("order_items")}
    person_of = {row["customer_id"]: row["customer_unique_id"] for row in table("customers")}
    buyer_of = {row["order_id"]: int(person_of[row["customer_id"]]) for row in table("orders")}
    rows = [
        review(
            n,
            buyer_of[row["order_id"]],
            int(item_of[row["order_id"]]["seller_id"]),
            row["review_comment_message"],
            posted_at=n * DAY_MS,
        )
        for n, row in enumerate(table("order_reviews"))
        if row["order_id"] in item_of
    ]
    assert found(engine, {"reviews": rows}) == {}


def test_one_day_of_templates_is_found_whole(engine):
    """Domain A1: twelve skeletons with one slot each, seven reviews in ten, default praise."""
    chance = random.Random(5)
    skeletons = ["".join(own_words(random.Random(50 + n)).split("，"))[:16] for n in range(12)]
    templated = [
        review(n, 10 + n, 3, f"{skeletons[n % 12]}{chance.choice(WORDS)}超赞物美价廉")
        for n in range(210)
    ]
    default = same("此用户没有填写评价，系统默认好评", 30, start=300, text_source="default")
    real = [review(400 + n, 500 + n, 3, own_words(chance), posted_at=T0 + DAY) for n in range(60)]
    signals = found(engine, with_honest(templated + default + real))
    assert set(signals) == {row["review_id"] for row in templated}
