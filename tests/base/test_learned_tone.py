"""Learned tone: what stands under low stars in many other shops complains."""

import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.event_rows import EventRows
from unbrush.base.text.learned_tone import learned_tone
from unbrush.base.text.own_words import own_words

GRIPES, LIKES = ["鞋底脱胶散线", "走两步就磨脚", "里衬搓成一团"], ["鞋底贴地轻便", "走一天也不累"]


def side(engine, *more: tuple[int, str, float], n_shops: int = 60) -> list[int]:
    """Return of the texts in ``more`` (shop, text, stars) praise less complaints."""
    rows = [
        (shop, texts[(shop + k) % len(texts)], stars)
        for shop in range(n_shops)
        for k, (texts, stars) in enumerate([(GRIPES, 1.0), (LIKES, 5.0), (LIKES, 5.0)])
    ]
    rows += more
    ids = list(range(len(rows)))
    shops = [shop for shop, _, _ in rows]
    reviews = {"review_id": ids, "account_id": ids, "item_id": shops, "shop_id": shops}
    reviews |= {"text": [text for _, text, _ in rows], "rating": [stars for *_, stars in rows]}
    reviews |= {name: pa.nulls(len(rows), pa.string()) for name in ("text_source", "append_of")}
    engine.put("reviews", pa.table(reviews))
    items = sorted(set(shops))
    engine.put(
        "items", pa.table({"item_id": items, "shop_id": items, "title": ["鞋"] * len(items)})
    )
    own = own_words(EventRows(engine), columns=["rating"], of_items=["title"])
    stars = own.reviews["rating"].to_numpy()
    tone = learned_tone(own, stars >= 5, stars <= 1, clear=np.log(3), least=50)
    return (tone.praise - tone.complaint)[len(rows) - len(more) :].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("走两步就磨脚", -1), ("走一天也不累，鞋底贴地轻便", 2), ("收到", 0)],
)
def test_what_stands_under_stars_elsewhere_tells_the_tone(engine, text, expected):
    assert side(engine, (900, text, 3.0)) == [expected]


def test_a_shop_does_not_teach_its_own_words(engine):
    only_here = [(900, "橘猫跳上窗台打翻花瓶踩脏沙发又跑远", 1.0)] * 40
    assert side(engine, *only_here) == [0] * 40


def test_a_shop_teaches_as_much_as_any_other(engine):
    loud = [(901, "橘猫跳上了窗台", 1.0)] * 400
    assert side(engine, *loud, (900, "橘猫跳上了窗台", 5.0))[-1] >= 0


def test_of_too_few_shops_nothing_is_learned(engine):
    assert side(engine, (900, "走两步就磨脚", 5.0), n_shops=40) == [0]
