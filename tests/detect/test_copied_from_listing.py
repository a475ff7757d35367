"""Copied from the listing: its example and its edges."""

import random

from tests.worlds import HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.copied_from_listing import DETECTOR

CHARACTERS = "锅碗瓢盆杯灯毯枕梳镜尺笔纸伞钟扇壶刀架篮布线针绳"
TITLE = "云岭牌加厚纯棉男士短袖T恤夏季新款宽松圆领半袖打底衫"
ENGLISH = "Ceramic Pour Over Coffee Dripper with Bamboo Stand, Dishwasher Safe, Serves Two"
PHONE = "Apple iPhone 15 Pro Max 256GB 黑色钛金属 支持移动联通电信5G 双卡双待手机 官方标配"


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


def own_words(seed: int, n: int = 3) -> str:
    chance = random.Random(seed)
    return "，".join("".join(chance.sample(CHARACTERS, 5)) for _ in range(n))


ITEMS = [
    {"item_id": 10 * n, "shop_id": n, "title": f"{own_words(77_000 + n, 5)}大号{n}"}
    for n in range(20)
]
ITEMS[3] = {"item_id": 30, "shop_id": 3, "title": TITLE}
ITEMS[4] = {"item_id": 40, "shop_id": 4, "title": ENGLISH}
ITEMS[5] = {"item_id": 50, "shop_id": 5, "title": PHONE}
ITEMS[6] = {"item_id": 60, "shop_id": 6, "title": "云岭牌加厚纯棉男士短袖"}
HONEST = [review(10_000 + n, 10 * (n % 20), own_words(n)) for n in range(600)]


def with_honest(rows: list[dict], **more) -> Market:
    return {"reviews": [*HONEST, *rows], "items": ITEMS, **more}


COPIES = [
    review(n, 30, f"{opening}{TITLE[start:end]}很不错")
    for n, (opening, start, end) in enumerate(
        [("", 0, 27), ("买的", 3, 27), ("这款", 0, 22), ("", 5, 27), ("喜欢", 0, 27), ("", 2, 25)]
    )
]
PAGE = "云岭轻巧保温壶 一键弹盖防漏 长效锁温整夜 提梁圆润趁手 官方直营"
PROMISES = ["一键弹盖防漏", "长效锁温整夜", "提梁圆润趁手"]
LIKE = "北坡保温壶 壶嘴细巧不滴 内胆抑菌好洗 旗舰店"  # of another shop, whose page says more
ITEMS[7] = {"item_id": 70, "shop_id": 7, "title": PAGE, "category": "壶"}
ITEMS[8] = {"item_id": 80, "shop_id": 8, "title": LIKE, "category": "壶"}
LINES = [
    review(300 + n, 70, text)
    for n, text in enumerate(
        [
            "一键弹盖防漏，长效锁温整夜，推荐",
            "收到了。长效锁温整夜！内胆抑菌好洗！",
            "提梁圆润趁手，室友也想要",
            "壶嘴细巧不滴 一键弹盖防漏 给爸妈买的",
            "云岭轻巧保温壶到货了，提梁圆润趁手，长效锁温整夜",
            "内胆抑菌好洗～壶嘴细巧不滴～五星",
            "一键弹盖防漏，好用",
        ]
    )
]
ENGLISH_COPIES = [
    review(20 + n, 40, text)
    for n, text in enumerate(
        [
            ENGLISH,
            ENGLISH.upper() + "!!",
            "Nice " + ENGLISH,
            ENGLISH[:60],
            ENGLISH[8:],
            ENGLISH[:70],
        ]
    )
]

EXAMPLE = Example(
    fake=with_honest([*COPIES, *ENGLISH_COPIES, *LINES]),
    finds={row["review_id"] for row in [*COPIES, *ENGLISH_COPIES, *LINES]},
    without_fakes=with_honest([]),
    look_alikes={
        "quoted-title": with_honest(
            [
                *COPIES[:4],
                *(review(600 + n, 70, f"说的{PROMISES[n % 3]}是真的") for n in range(12)),
                *(review(700 + n, 70, f"冲着{PROMISES[n % 3]}买的") for n in range(12)),
            ]
        ),
        "agreed-line": with_honest(
            [review(n, 70, f"长效锁温整夜，{own_words(n, 1)}") for n in range(12)]
        ),
        "product-name": with_honest(
            [
                review(n, 50, f"苹果Apple iPhone 15 Pro Max 256GB {own_words(n, 2)}")
                for n in range(12)
            ]
        ),
        "printed-title": with_honest(
            [
                review(n, item["item_id"], f"{item['title']} {own_words(n, 1)}")
                for n, item in enumerate(ITEMS * 8)
            ]
        ),
        "short-title": with_honest(
            [review(n, 60, f"云岭牌加厚纯棉男士短袖{own_words(n, 2)}") for n in range(12)]
        ),
        "complaint": with_honest([{**row, "rating": 1.0} for row in COPIES]),
        "default-praise": with_honest(
            [
                {**row, "text_source": ("default", "tag", "assisted")[n % 3]}
                for n, row in enumerate(COPIES)
            ]
        ),
    },
)


def found(engine, market: Market) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR])
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: row for row in rows}


def test_one_item_alone_is_weaker_evidence(engine):
    own = [review(500 + n, 30, own_words(n)) for n in range(40)]
    alone = found(engine, {"reviews": [*own, *COPIES], "items": ITEMS[3:4]})
    beside = found(engine, EXAMPLE.fake)
    assert set(alone) == {row["review_id"] for row in COPIES}
    assert all(alone[n]["score"] < beside[n]["score"] for n in alone)


def test_one_account_that_copies_again_and_again_is_no_population(engine):
    assert found(engine, with_honest([{**row, "account_id": 7} for row in COPIES])) == {}


def test_reviews_of_unknown_items_and_untitled_ones_are_passed_over(engine):
    rows = [review(n, 990, TITLE) for n in range(8)]
    assert found(engine, with_honest(rows)) == {}


def test_of_a_long_review_one_line_is_little(engine):
    rows = [
        {**row, "text": f"{row['text'][:7]}，{own_words(row['review_id'], 9)}"} for row in LINES
    ]
    assert found(engine, with_honest(rows)) == {}


def test_what_the_reviews_of_many_shops_say_is_a_saying(engine):
    everywhere = [
        review(5_000 + 10 * n + k, 10 * (n + 8), f"{line}，{own_words(n, 1)}")
        for n in range(9)
        for k, line in enumerate(PROMISES)
    ]
    own = [review(300 + n, 70, f"{PROMISES[n % 3]}，喜欢") for n in range(12)]
    items = [{**item, "category": "壶"} for item in ITEMS]
    assert len(found(engine, {**with_honest(own), "items": items})) == 12
    assert found(engine, {**with_honest([*own, *everywhere]), "items": items}) == {}


def test_shops_that_copy_do_not_hide_each_other(engine):
    copying = range(5)
    titles = {n: ITEMS[n]["title"] for n in copying}
    rows = [review(2_000 + 50 * n + k, 10 * n, titles[n]) for n in copying for k in range(40)]
    assert {row["evidence_ids"][0] // 50 for row in found(engine, with_honest(rows)).values()} == {
        40 + n for n in copying
    }


def test_lines_of_another_category_are_nothing_of_this_item(engine):
    items = [{**item, "category": "灯"} if item["item_id"] == 80 else item for item in ITEMS]
    rows = [review(n, 70, "壶嘴细巧不滴，内胆抑菌好洗，一键弹盖防漏") for n in range(8)]
    assert len(found(engine, with_honest(rows))) == 8
    apart = found(engine, {**with_honest(rows), "items": items})
    assert apart == {}  # what is left is one line
