"""Shared draft: its example and its edges."""

import random

import pyarrow.parquet
import pytest

from tests.worlds import HOUR, T0, Example, Market, build, data_folder
from unbrush.base.text.passages import shared_passages
from unbrush.detect import detect
from unbrush.detect.shared_draft import DETECTOR

CHARACTERS = (
    "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳山水火风云雨雪石木林花草鸟鱼虫马牛羊"
    "东西南北前后左右春夏秋冬红黄蓝绿黑白高低长短新旧快慢冷热轻重甜酸苦辣"
)
DRAFTS = [
    [
        "周末带孩子去的这家亲子餐厅",
        "二楼靠窗那排能看见江景",
        "招牌的椰香咖喱牛腩炖得很烂",
        "服务员小哥主动给宝宝拿了围兜",
        "停车券记得找前台盖章",
    ],
    [
        "用了三周才来写这条",
        "早晚各一泵点在颧骨上",
        "毛孔肉眼可见地收了一圈",
        "泵头出液量刚刚好不浪费",
        "闺蜜以为我偷偷去打了水光针",
    ],
]
JOINTS = [
    "然后",
    "说真的",
    "另外",
    "值得一提的是",
    "我觉得",
    "话说",
    "还有就是",
    "不得不说",
    "对了",
    "其实",
]
PARAGRAPH = "从前有座山，山里有座庙，庙里有个老和尚在给小和尚讲故事，讲的是风吹幡动的那一夜"
TITLE = "云岭牌加厚纯棉男士短袖，夏季新款宽松圆领半袖，透气吸汗不起球，纯色百搭打底衫"


def review(number: int, shop: int, text: str, **more) -> dict:
    return {
        "review_id": number,
        "account_id": number,
        "item_id": shop * 10,
        "shop_id": shop,
        "posted_at": T0 + number * HOUR,
        "text": text,
        **more,
    }


def own_words(chance: random.Random, n: int = 4) -> str:
    return "，".join("".join(chance.sample(CHARACTERS, 6)) for _ in range(n))


def edited(draft: list[str], chance: random.Random) -> str:
    """Keep the facts and their order; change how they are joined, drop one, cut into some."""
    kept = sorted(chance.sample(range(5), 4))
    parts = []
    for place in kept:
        fact = draft[place]
        if chance.random() < 0.5:
            fact = fact[:-2] + "".join(chance.sample(CHARACTERS, 3))
        parts.append(chance.choice(JOINTS) + fact + chance.choice(["", "呢", "哦"]))
    return "，".join(parts)


HONEST = [
    review(10_000 + n, n % 12, own_words(random.Random(n)) if n % 3 else "物流很快，包装完好，好评")
    for n in range(300)
]


def with_honest(rows: list[dict], **tables) -> Market:
    return {"reviews": [*HONEST, *rows], **tables}


def edits(draft: int, n: int, start: int) -> list[dict]:
    chance = random.Random(draft)
    return [review(start + k, k % 4, edited(DRAFTS[draft], chance)) for k in range(n)]


FAKES = [*edits(0, 8, 0), *edits(1, 8, 20)]
ENGLISH = [
    review(
        40 + n,
        n,
        f"{opening} Our guide Marta waited by the blue kiosk, {middle} the hummus with pickled "
        f"lemon was gone in seconds {end} the rooftop cinema plays silent films on Thursdays.",
    )
    for n, (opening, middle, end) in enumerate(
        [
            ("What a day!", "lovely start;", "and, best of all,"),
            ("Lovely trip.", "we ate well:", "before dusk,"),
            ("Loved it.", "great food as", "later on"),
            ("So much fun.", "I must say", "oh and"),
        ]
    )
]

EXAMPLE = Example(
    fake=with_honest([*FAKES, *ENGLISH]),
    finds={row["review_id"] for row in [*FAKES, *ENGLISH]},
    without_fakes=with_honest([]),
    look_alikes={
        "stock-phrases": with_honest(
            [
                review(
                    n,
                    3,
                    f"卖家服务态度非常好，{own_words(random.Random(n), 1)}，发货速度很快很及时，"
                    f"{own_words(random.Random(90 + n), 1)}，性价比很高值得购买",
                )
                for n in range(12)
            ]
        ),
        "quoted-paragraph": with_honest(
            [
                review(
                    n,
                    3,
                    own_words(random.Random(n), 2)
                    + "，"
                    + PARAGRAPH
                    + own_words(random.Random(50 + n), 1),
                )
                for n in range(8)
            ]
        ),
        "words-of-the-title": with_honest(
            [
                review(n, 3, own_words(random.Random(n), 1).join(TITLE.split("，")))
                for n in range(8)
            ],
            items=[{"item_id": 30, "shop_id": 3, "title": TITLE}],
        ),
        "form-labels": with_honest(
            [
                review(
                    n,
                    3,
                    "。".join(
                        f"{label}：{own_words(random.Random(10 * n + k), 1)}"
                        for k, label in enumerate(
                            ["外观材质如何", "电池续航时间", "屏幕音效表现", "拍照清晰程度"]
                        )
                    ),
                )
                for n in range(12)
            ]
        ),
        "couple": with_honest(edits(0, 2, 0)),
        "own-words-again": with_honest([{**row, "account_id": 7} for row in FAKES]),
        "default-praise": with_honest(
            [
                {**row, "text_source": ("default", "tag", "assisted")[n % 3]}
                for n, row in enumerate(FAKES)
            ]
        ),
    },
)


def found(engine, market: Market) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR])
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: row for row in rows}


def test_passages_are_shown_as_they_stand():
    one, two = FAKES[0]["text"], FAKES[1]["text"]
    shown = shared_passages(one, two)
    assert len(shown) >= 3
    assert all(text in one and text in two for text in shown)


def test_another_order_is_another_story(engine):
    rows = []
    for n in range(8):
        parts = [random.Random(n).choice(JOINTS) + fact for fact in DRAFTS[0]]
        rows.append(review(n, 3, "，".join(parts[n % 5 :] + parts[: n % 5][::-1])))
    assert len(found(engine, with_honest(rows))) < len(rows)


def test_two_drafts_stay_two(engine):
    signals = found(engine, with_honest(FAKES))
    assert {row["facts"].count("打了水光针") for row in signals.values()} <= {0, 1}
    shown = [signals[n]["facts"] for n in (0, 20)]
    assert shown[0] != shown[1]


def test_copies_letter_for_letter_are_another_matter(engine):
    assert found(engine, with_honest([review(n, 3, "，".join(DRAFTS[0])) for n in range(8)])) == {}


@pytest.mark.data
def test_genuine_chinese_reviews_are_left_alone(engine):
    path = data_folder("zh-genuine-reviews") / "online_shopping.parquet"
    texts = pyarrow.parquet.read_table(path)["text"].to_pylist()
    rows = [review(n, n % 300, text) for n, text in enumerate(texts)]
    assert len(found(engine, {"reviews": rows})) <= 0.001 * len(rows)
