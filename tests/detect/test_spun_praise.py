"""Spun praise: its example in two languages, its look-alikes, and genuine reviews."""

import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.worlds import HOUR, T0, Example, Market, build, data_folder
from unbrush.base.text.bundles import bundles
from unbrush.detect import detect
from unbrush.detect.spun_praise import DETECTOR

CHARACTERS = "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳"
KETTLE = [
    ["邻居种草的", "表姐安利的", "同学说好才买的"],
    ["烧水快得惊人", "三两下水就开了", "水开得真快"],
    ["壶身摸着有分量", "壶身厚实", "拿在手里沉甸甸"],
    ["一点异味都没有", "没有塑料味", "闻不到怪味"],
    ["全家抢着用", "老人小孩都爱用", "一家子都说方便"],
    ["给店主加鸡腿", "店主发大财", "店主有良心"],
]
LAMP = [
    ["My sister told me about this lamp", "A colleague recommended this lamp"],
    ["the light is wonderfully soft", "such a gentle warm glow"],
    ["took two minutes to put together", "assembly was a breeze"],
    ["worth every single penny", "an absolute bargain"],
    ["the whole family adores it", "everyone at home loves it"],
    ["wishing the seller all the best", "may this shop prosper"],
]
GOODS = ["质量很好", "东西不错", "做工可以", "和描述一致", "没有色差", "用着挺好"]
POST = ["物流很快", "快递给力", "送货快", "包装完好", "包装严实"]
SHOP = ["服务态度好", "客服耐心", "卖家很好", "老板实在", "回复很快"]
END = ["好评", "满意", "下次再来", "推荐购买", "五星", "值得购买"]
SIZE = [
    ["一直穿41", "平时穿42码", "我穿40"],
    ["这次拍的41", "这双也是42", "这双拍的40"],
    ["刚好", "大小正合适", "刚刚好"],
    ["不挤脚", "不磨脚"],
]
ASKED = ["外观", "手感", "声音", "性价比"]
ANSWERS = [["看上去", "外观上"], ["摸起来", "手感上"], ["声音方面", "听着"], ["性价比", "论价钱"]]
SAID = ["很满意", "还可以", "挺好的", "超出预期", "没得说", "比想的好"]
PASSED_ON = (
    "我为什么每个评价都一样，因为买的东西太多了，积累了很多没评的订单，所以统一用这段话来评，"
    "质量没有问题，快递小哥辛苦了，客服也很有耐心，祝各位朋友生活愉快"
)
WISHES = [["新年快乐", "恭喜发财", "过年好"], ["万事如意", "阖家幸福", "身体健康"]]


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


def own_words(chance: random.Random, n: int = 4) -> str:
    return "，".join("".join(chance.sample(CHARACTERS, 5)) for _ in range(n))


def spun(bundle: list[list[str]], chance: random.Random, mark: str, *, share: float = 0.85) -> str:
    """One way of each slot, a few left out, in any order."""
    said = [chance.choice(ways) for ways in bundle if chance.random() < share]
    return mark.join(chance.sample(said, len(said)))


def honest_phrases(chance: random.Random) -> str:
    said = [chance.choice(kind) for kind in (GOODS, POST, SHOP, END) if chance.random() < 0.75]
    return "，".join(said or ["好评"])


def rows(n: int, shop: int, text, start: int = 0, **more) -> list[dict]:
    """Reviews by accounts of their own; ``text`` is called with a chance and a number."""
    return [
        review(start + k, 100 + start + k, shop, text(random.Random(start + k), k), **more)
        for k in range(n)
    ]


HONEST = [
    review(
        10_000 + n,
        10_000 + n,
        n % 12,
        own_words(random.Random(n)) if n % 4 else honest_phrases(random.Random(n)),
    )
    for n in range(720)
]
KETTLES = rows(40, 3, lambda chance, k: spun(KETTLE, chance, "，！。 "[k % 4]))
LAMPS = rows(40, 5, lambda chance, k: spun(LAMP, chance, ",!.;"[k % 4] + " "), start=200)


def enough(row: dict) -> bool:
    """Whether a text has three clauses: fewer are nobody's template."""
    return sum(way in row["text"] for slot in [*KETTLE, *LAMP] for way in slot) >= 3


def with_honest(more: list[dict]) -> Market:
    return {"reviews": [*HONEST, *more]}


def on_topic(chance: random.Random, _: int) -> str:
    said = [chance.choice(ways) for ways in SIZE if chance.random() < 0.7]
    return "，".join([*said, *([own_words(chance, 1)] if chance.random() < 0.5 else [])])


def asked(chance: random.Random, _: int) -> str:
    return " ".join(what + chance.choice(SAID) for what in ASKED)


def answered(chance: random.Random, _: int) -> str:
    return " ".join(chance.choice(ways) + chance.choice(SAID) for ways in ANSWERS)


FAKES = [row for row in [*KETTLES, *LAMPS] if enough(row)]
TITLE = "三秋牌加厚不锈钢保温水壶，家用大容量，出水顺滑不滴漏，送长辈礼盒装"
SOURCES = ["default", "tag", "assisted"]
EXAMPLE = Example(
    fake=with_honest(FAKES),
    finds={row["review_id"] for row in FAKES},
    without_fakes=with_honest([]),
    look_alikes={
        "free-combination": with_honest(rows(400, 3, lambda chance, _: honest_phrases(chance))),
        "one-topic": with_honest(rows(120, 3, on_topic)),
        "same-questions": with_honest(
            [{**row, "shop_id": row["review_id"] % 12} for row in rows(480, 3, answered)]
        ),
        "form-labels": with_honest(
            rows(
                40,
                3,
                lambda chance, _: " ".join(f"{what}：{chance.choice(SAID)}" for what in ASKED),
            )
        ),
        "default-praise": with_honest(
            [{**row, "text_source": SOURCES[k % 3]} for k, row in enumerate(FAKES)]
        ),
        "quoted-title": {
            **with_honest(
                rows(40, 3, lambda chance, k: f"{TITLE}{'，'.join(own_words(chance, k % 3))}")
            ),
            "items": [{"item_id": 30 + k, "shop_id": 3, "title": TITLE} for k in range(3)],
        },
        "passed-on": with_honest(
            rows(
                40,
                3,
                lambda chance, k: (
                    f"{own_words(chance, k % 2)}，{PASSED_ON[: len(PASSED_ON) - 8 * (k % 4)]}"
                ),
            )
        ),
        "season-greetings": with_honest(
            rows(
                60,
                3,
                lambda chance, _: (
                    f"{own_words(chance, chance.randint(0, 2))}，{spun(WISHES, chance, '，')}"
                ),
            )
        ),
        "one-order": with_honest(
            [
                row
                for family in range(12)
                for row in rows(
                    3,
                    3,
                    lambda _, k, family=family: (
                        f"{own_words(random.Random(family), 5)}，我们{'一二三'[k]}个人都满意"
                    ),
                    start=20 * family,
                )
            ]
        ),
        "own-words-again": with_honest([{**row, "account_id": 7} for row in FAKES]),
        "agreeing-complaints": with_honest([{**row, "rating": 1.0} for row in FAKES]),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT subject_id, score, strength, facts FROM signals").to_pylist()
    return {row["subject_id"]: row for row in signals}


def test_other_marks_disguises_and_pictures_change_nothing(engine):
    def disguised(number: int, text: str) -> str:
        if number % 3 == 0:
            return text.replace("，", " 😀，").replace("店主", "店.主")
        return text.replace("，", ["", "\n"][number % 2])

    hidden = [{**row, "text": disguised(k, row["text"])} for k, row in enumerate(FAKES[:40])]
    assert len(found(engine, with_honest(hidden))) >= 38


def test_who_mixes_in_own_words_is_told_if_enough_slots_are_filled(engine):
    def mixed(chance: random.Random, k: int) -> str:
        said = [*spun(KETTLE, chance, "，", share=1.0).split("，"), own_words(chance, 1)]
        return "，".join(chance.sample(said, len(said)))

    more = rows(20, 3, mixed, start=300)
    told = found(engine, with_honest([*KETTLES, *more]))
    assert {row["review_id"] for row in more} <= set(told)


def test_two_slots_among_own_words_are_not(engine):
    few = rows(
        20,
        3,
        lambda chance, _: f"{own_words(chance)}，{'，'.join(map(chance.choice, KETTLE[:2]))}",
        start=300,
    )
    told = found(engine, with_honest([*KETTLES, *few]))
    assert not {row["review_id"] for row in few} & set(told)


def test_four_accounts_are_too_few(engine):
    assert found(engine, with_honest(FAKES[:4])) == {}
    again = [{**row, "review_id": 500 + k} for k, row in enumerate(FAKES[:4])]
    assert found(engine, with_honest([*FAKES[:4], *again])) == {}


def test_free_combination_is_spared_where_nothing_is_beside_it(engine):
    for n in (60, 300, 2_000):
        market = {"reviews": rows(n, 1, lambda chance, _: honest_phrases(chance))}
        assert found(engine, market) == {}, n


def test_questions_without_colons_are_known_where_nothing_is_beside_them(engine):
    """All begin alike, and go on as each likes."""
    answers = rows(120, 3, asked)
    others = [{**row, "shop_id": 3} for row in HONEST[:240]]
    assert found(engine, {"reviews": [*answers, *others]}) == {}


def test_one_item_alone_is_told_with_less_certainty(engine):
    beside = [{**row, "shop_id": 3} for row in HONEST[:120]]
    alone = found(engine, {"reviews": [*beside, *KETTLES]})
    compared = found(engine, EXAMPLE.fake)
    assert set(alone) >= {row["review_id"] for row in KETTLES if enough(row)}
    assert max(row["score"] for row in alone.values()) < 2 / 3
    assert min(row["score"] for row in compared.values()) > 2 / 3


@pytest.mark.data
@pytest.mark.parametrize("seed", [1, 2])
def test_genuine_chinese_reviews_are_left_alone(engine, seed):
    """Given to random shops of their category; and each category as one shop of its own."""
    path = data_folder("zh-genuine-reviews") / "online_shopping.parquet"
    goods = [row for row in pyarrow.parquet.read_table(path).to_pylist() if row["is_positive"]]
    chance = random.Random(seed)
    kinds = sorted({row["category"] for row in goods})
    for n_shops in (100, 1):
        market = [
            review(
                n,
                n,
                n_shops * kinds.index(row["category"]) + int(n_shops * chance.random() ** 3),
                row["text"],
            )
            for n, row in enumerate(goods)
        ]
        assert len(found(engine, {"reviews": market})) <= 0.001 * len(goods)


@pytest.mark.data
@pytest.mark.parametrize("seed", [0, 2, 4])
def test_who_goes_through_the_aspects_one_by_one_is_spared(engine, seed):
    """Clothes: "大小合适，面料不错，款式好看"; many say no more, but the others say so as often."""
    path = data_folder("zh-genuine-reviews") / "online_shopping.parquet"
    goods = pyarrow.parquet.read_table(path).to_pylist()
    texts = [row["text"] for row in goods if row["category"] == "衣服" and row["is_positive"]]
    random.Random(seed).shuffle(texts)
    for size in (250, 500, 1_000):
        own = texts[:size]
        assert bundles(pa.array(own), np.arange(size)) == []
