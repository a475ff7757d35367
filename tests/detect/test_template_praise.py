"""Template praise: its example, its edges, and what it says of genuine reviews."""

import csv
import gzip
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.worlds import HOUR, T0, Example, Market, build, data_folder
from unbrush.base.text.frames import frames
from unbrush.detect import detect
from unbrush.detect.template_praise import DETECTOR

CHARACTERS = "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳"
LOOKS = [
    "很漂亮",
    "颜色很正",
    "质量超好",
    "特别好看",
    "做工精细",
    "手感一流",
    "大小合适",
    "穿着舒服",
]
PRAISE = ["超赞", "物美价廉", "性价比高", "值得购买", "非常满意", "必须点赞", "真心喜欢"]
WAYS = ["物流很快", "快递给力", "发货速度快"]

SKELETONS = [
    "宝贝{looks}，物流很快，{praise}，好评！",
    "朋友推荐来的，果然{looks}，{praise}，会推荐给同事",
    "第二次买了，一如既往的{looks}，{praise}，老板人很好",
    "正品特价，{praise}，{looks}，下次还来",
    "鞋子收到了，{looks}，{ways}，全五分",
    "比实体店便宜多了，{looks}，正品无疑，{praise}",
    "包装很用心，{looks}，{praise}，值得信赖的店",
    "做活动买的，{praise}，没想到{looks}，赶紧入手",
    "给妈妈买的，妈妈说{looks}，{ways}，{praise}",
    "穿上{looks}，老公说好看，{ways}，{praise}",
    "客服态度好，{ways}，鞋子{looks}，{praise}",
    "{praise}！{praise}！{looks}，卖家发货神速",
]

GOODS = ["质量很好", "东西不错", "做工可以", "和描述一致", "没有色差", "用着挺好"]
POST = ["物流很快", "快递给力", "送货快", "包装完好", "包装严实"]
SHOP = ["服务态度好", "客服耐心", "卖家很好", "老板实在", "回复很快"]
END = ["好评", "满意", "下次再来", "推荐购买", "五星", "值得购买"]


def review(number: int, account: int, shop: int, text: str, **more) -> dict:
    return {
        "review_id": number,
        "account_id": account,
        "item_id": shop * 10 + number % 3,
        "shop_id": shop,
        "posted_at": T0 + number * HOUR,
        "text": text,
        "rating": 5.0,
        **more,
    }


def own_words(chance: random.Random) -> str:
    return "，".join("".join(chance.sample(CHARACTERS, 5)) for _ in range(4))


def filled(skeleton: str, chance: random.Random) -> str:
    looks, praise, ways = chance.choice(LOOKS), chance.choice(PRAISE), chance.choice(WAYS)
    return skeleton.format(looks=looks, praise=praise, ways=ways)


def honest_phrases(chance: random.Random) -> str:
    """Four things that people mention, in the usual order, each in one of the usual ways."""
    said = [chance.choice(kind) for kind in (GOODS, POST, SHOP, END) if chance.random() < 0.75]
    return "，".join(said or ["好评"])


HONEST = [
    review(10_000 + n, 10_000 + n, n % 12, own_words(random.Random(n)) if n % 4 else "质量不错")
    for n in range(480)
]


def with_honest(rows: list[dict]) -> Market:
    return {"reviews": [*HONEST, *rows]}


def fills(skeleton: str, n: int, shop: int = 3, start: int = 0, seed: int = 1, **more):
    chance = random.Random(seed)
    return [
        review(start + k, 100 + start + k, shop, filled(skeleton, chance), **more) for k in range(n)
    ]


FAKES = [
    row
    for number, skeleton in enumerate(SKELETONS[:4])
    for row in fills(skeleton, 10, start=20 * number, seed=number)
]
ENGLISH = [
    review(
        200 + k, 300 + k, 5, f"Bought this for my {who}. {how} quality! Arrived in two days, {end}."
    )
    for k, (who, how, end) in enumerate(
        (who, how, end)
        for who in ("wife", "son", "dad")
        for how in ("Amazing", "Superb")
        for end in ("will buy again", "so happy")
    )
]
QUESTIONS = [
    review(
        400 + k,
        900 + k,
        k % 12,
        f"做工我觉得{LOOKS[k % 8]}，尺码方面{LOOKS[k % 5]}，面料{PRAISE[k % 7]}，会回购看情况",
    )
    for k in range(144)
]
LABELS = [
    review(
        400 + k,
        900 + k,
        3,
        f"外观：{LOOKS[k % 8]} 手感：{own_words(random.Random(k))[:5]} 续航：久",
    )
    for k in range(40)
]

EXAMPLE = Example(
    fake=with_honest([*FAKES, *ENGLISH]),
    finds={row["review_id"] for row in [*FAKES, *ENGLISH]},
    without_fakes=with_honest([]),
    look_alikes={
        "free-combination": with_honest(
            [review(n, 100 + n, 3, honest_phrases(random.Random(n))) for n in range(400)]
        ),
        "default-praise": with_honest(
            [
                {**row, "text_source": source}
                for source, rows in zip(
                    ("default", "tag", "assisted", "tag"),
                    (FAKES[:10], FAKES[10:20], FAKES[20:30], FAKES[30:]),
                    strict=True,
                )
                for row in rows
            ]
        ),
        "unmarked-default": with_honest(
            [
                review(n, 100 + n, n % 12, text)
                for n, text in enumerate(
                    [
                        "该用户觉得商品非常好，给出5星好评",
                        "此用户没有填写评价，系统默认好评！",
                        "买家已确认收货，未留下文字，平台代为点赞",
                        "评价方未及时做出评价，系统默认好评!",
                    ]
                    * 30
                )
            ]
        ),
        "same-questions": with_honest(
            [
                *QUESTIONS,
                *(
                    {**r, "review_id": 700 + r["review_id"], "account_id": 5_000 + r["account_id"]}
                    for r in LABELS
                ),
            ]
        ),
        "short-phrase": with_honest(
            [
                review(n, 100 + n, 3, f"{WAYS[n % 3]}，{PRAISE[n % 7]}！" + "～" * (n % 5))
                for n in range(120)
            ]
        ),
        "own-words-again": with_honest([{**row, "account_id": 7} for row in FAKES]),
        "agreeing-complaints": with_honest([{**row, "rating": 1.0} for row in FAKES]),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT subject_id, score, strength, facts FROM signals").to_pylist()
    return {row["subject_id"]: row for row in rows}


def article_case(seed: int, real: list[str]) -> list[tuple[str, str]]:
    """Domain A1: one item, 300 reviews; 210 from twelve skeletons, 30 by default, 60 genuine."""
    chance = random.Random(seed)
    made = [(filled(SKELETONS[n % 12], chance), "made") for n in range(210)]
    default = [
        ("该用户觉得商品非常好，给出5星好评", "default"),
        ("此用户没有填写评价。", "default"),
    ] * 15
    return [*made, *default, *((text, "real") for text in chance.sample(real, 60))]


@pytest.mark.data
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shoes_of_the_article_show_their_skeletons(engine, seed):
    """One item alone, nothing marked, real clothes reviews as the genuine ones."""
    path = data_folder("zh-genuine-reviews") / "online_shopping.parquet"
    goods = pyarrow.parquet.read_table(path).to_pylist()
    real = [row["text"] for row in goods if row["category"] == "衣服"]
    case = article_case(seed, real)
    rows = [{**review(n, n, 1, text), "item_id": 1} for n, (text, _) in enumerate(case)]
    signals = found(engine, {"reviews": rows})
    assert {case[n][1] for n in signals} == {"made"}
    assert len(signals) >= 0.6 * 210
    assert {row["strength"] for row in signals.values()} == {"E1"}
    split = frames(pa.array([text for text, kind in case if kind != "default"]), np.arange(270))
    templates = {frame.template for frame in split}
    assert len(templates) >= 6
    assert "宝贝{…}，物流很快，{…}，好评" in templates


def test_free_combination_is_spared_where_nothing_is_beside_it(engine):
    for n_reviews in (60, 300, 2_000):
        rows = [review(n, n, 1, honest_phrases(random.Random(n))) for n in range(n_reviews)]
        assert found(engine, {"reviews": rows}) == {}, n_reviews


def test_one_skeleton_may_fill_the_whole_item(engine):
    rows = fills(SKELETONS[0], 60)
    assert len(found(engine, {"reviews": rows})) == 60


def test_an_item_with_few_reviews_is_not_judged(engine):
    assert found(engine, {"reviews": fills(SKELETONS[0], 20)}) == {}


def test_order_matters(engine):
    """The same clauses, shuffled by everybody: what they share is no frame."""
    chance = random.Random(4)
    rows = []
    for row in FAKES[:10] + fills(SKELETONS[0], 30, start=100, seed=8):
        parts = row["text"].strip("！").split("，")
        chance.shuffle(parts)
        rows.append({**row, "text": "，".join(parts)})
    assert len(found(engine, with_honest(rows))) <= 0.5 * len(rows)


def test_full_width_case_and_pictures_change_nothing(engine):
    rows = [
        {**row, "text": row["text"].replace("，", " 😀，" if n % 2 else ",").replace("5", "５")}
        for n, row in enumerate(FAKES)
    ]
    assert set(found(engine, with_honest(rows))) == {row["review_id"] for row in FAKES}


def test_duplicated_rows_change_nothing(engine):
    """The same account's review twice is still one account."""
    four = [{**row, "review_id": 500 + n} for n, row in enumerate(FAKES[:4])]
    assert found(engine, with_honest([*FAKES[:4], *four])) == {}


@pytest.mark.data
@pytest.mark.parametrize("seed", [1, 2])
def test_genuine_chinese_reviews_are_left_alone(engine, seed):
    """Given to random shops of their category; and each category as one shop of its own."""
    path = data_folder("zh-genuine-reviews") / "online_shopping.parquet"
    goods = [row for row in pyarrow.parquet.read_table(path).to_pylist() if row["is_positive"]]
    chance = random.Random(seed)
    kinds = sorted({row["category"] for row in goods})
    spread = [
        review(
            n, n, 100 * kinds.index(row["category"]) + int(100 * chance.random() ** 3), row["text"]
        )
        for n, row in enumerate(goods)
    ]
    assert len(found(engine, {"reviews": spread})) <= 0.0005 * len(goods)
    one_each = [
        review(n, n, kinds.index(row["category"]), row["text"]) for n, row in enumerate(goods)
    ]
    assert len(found(engine, {"reviews": one_each})) <= 0.003 * len(goods)


@pytest.mark.data
def test_genuine_portuguese_reviews_are_left_alone(engine):
    folder = data_folder("olist-subset")
    with gzip.open(folder / "order_reviews.csv.gz", "rt", encoding="utf-8") as file:
        texts = [row["review_comment_message"] for row in csv.DictReader(file)]
    rows = [review(n, n, n % 20, text) for n, text in enumerate(texts)]
    assert len(found(engine, {"reviews": rows})) <= 0.001 * len(rows)
