"""Photos that were shown before for something else: the example and its edges."""

from tests.pictures import SCREEN, hashes
from tests.worlds import DAY, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.photo_mismatch import DETECTOR

TITLES = (
    "不锈钢保温杯大容量便携水壶",
    "儿童纯棉长袖衫卡通印花",
    "东北五常新米十斤真空袋装",
    "无线蓝牙耳机降噪运动型",
    "防滑登山鞋男款户外徒步",
    "加厚珊瑚绒床单被套四件",
    "实木书桌简约学习写字台",
    "陶瓷花盆多肉绿植摆件",
)
CUP, SHIRT = 0, 1


def item(shop: int, title: str | None = None, **more) -> dict:
    return {"item_id": shop * 10, "shop_id": shop, "title": title or TITLES[shop], **more}


def review(number: int, shop: int = SHIRT, *, day: int = 0) -> dict:
    return {
        "review_id": number,
        "account_id": 1_000 + number,
        "item_id": shop * 10,
        "shop_id": shop,
        "posted_at": T0 + (number + day) * DAY,
    }


def shows(number: int, look: str, *, more: int = 0) -> dict:
    return {"photo_id": number + more, "kind": "review", "review_id": number, "hashes": look}


def lists(shop: int, picture: int, posted_at: int | None = T0 - DAY, *, place: int = 0) -> dict:
    return {
        "photo_id": 9_000 + shop * 100 + picture + place,
        "kind": "listing",
        "item_id": shop * 10 + place,
        "posted_at": posted_at,
        "hashes": hashes(picture),
    }


HONEST = [review(500 + n, n % 8) for n in range(40)]
OWN = [shows(500 + n, hashes(500 + n)) for n in range(40)]
ITEMS = [item(shop) for shop in range(8)]
LISTED = [lists(shop, 50 + shop) for shop in range(8)]


def market(
    reviews: list[dict], photos: list[dict], items: list[dict] = ITEMS, **tables: list[dict]
) -> Market:
    """Honest reviews with photos of their own, listings, and what is given."""
    return {
        "reviews": [*HONEST, *reviews],
        "photos": [*OWN, *LISTED, *photos],
        "items": items,
        **tables,
    }


# Shirts praised with pictures of the cup's listing, and of what buyers of the rice had shown.
FROM_LISTING = [review(n) for n in range(3)]
BUYERS = [review(20 + n, 2) for n in range(3)]
FROM_BUYERS = [review(30 + n) for n in range(3)]
FAKES = [*FROM_LISTING, *FROM_BUYERS]
TAKEN = [shows(n, hashes(50 + CUP, n)) for n in range(3)]
SHOWN = [shows(20 + n, hashes(70 + n)) for n in range(3)]
RESHOWN = [shows(30 + n, hashes(70 + n, 1)) for n in range(3)]


def others(*changed: dict) -> list[dict]:
    """All items, some of them changed."""
    by_id = {row["item_id"]: row for row in [*ITEMS, *changed]}
    return list(by_id.values())


EXAMPLE = Example(
    fake=market([*FAKES, *BUYERS], [*TAKEN, *SHOWN, *RESHOWN]),
    finds={row["review_id"] for row in FAKES},
    without_fakes=market(BUYERS, SHOWN),
    look_alikes={
        "wrong-upload": market(FROM_LISTING[:2], TAKEN[:2]),
        "bundle-or-gift": market(
            FROM_LISTING, TAKEN, shops=[{"shop_id": n, "owner_id": 77} for n in (CUP, SHIRT)]
        ),
        "packaging": market(
            [review(40 + n, n % 8) for n in range(24)],
            [shows(40 + n, hashes(90, n)) for n in range(24)],
        ),
        "sample-picture": market(
            [review(n) for n in range(6)],
            [shows(n, hashes(91, n)) for n in range(6)] + [lists(n, 91) for n in range(2, 8)],
        ),
        "relisted": market(FROM_LISTING, TAKEN, others(item(SHIRT, "新款保温杯学生便携防漏水杯"))),
        "same-category": market(
            FROM_LISTING,
            TAKEN,
            others(
                item(CUP, category="日用"),
                item(SHIRT, "水瓶随行户外运动壶", category="日用"),
            ),
        ),
        "short-title": market(FROM_LISTING, TAKEN, others(item(SHIRT, "衬衫"))),
        "compared": market(
            FROM_LISTING, [*TAKEN, *(shows(n, hashes(100 + n), more=2_000) for n in range(3))]
        ),
        "copied-from": market(
            [review(n, CUP) for n in range(3)] + [review(40, 4)] + [review(41, 5)],
            [shows(n, hashes(110 + n)) for n in range(3)]
            + [shows(40, hashes(110)), shows(41, hashes(111))],
        ),
        "taken-into-listing": market(
            FROM_LISTING,
            [shows(n, hashes(120 + n)) for n in range(3)]
            + [lists(CUP, 120 + n, T0 + 90 * DAY, place=n) for n in range(3)],
            others(*({"item_id": n, "shop_id": CUP, "title": TITLES[CUP]} for n in (1, 2))),
        ),
        "screen": market(FROM_LISTING, [shows(n, SCREEN) for n in range(3)]),
    },
)


def found(engine, given: Market) -> set:
    detect(engine, build(engine, given), chosen=[DETECTOR])
    rows = engine.query("SELECT * FROM signals").to_pylist()
    assert {row["strength"] for row in rows} <= {"E1"}
    return {row["subject_id"] for row in rows}


def test_what_the_own_listing_shows_too_is_left_to_another_detector(engine):
    assert found(engine, market(FROM_LISTING, [*TAKEN, lists(SHIRT, 50 + CUP)])) == set()


def test_one_alike_listing_of_somebody_else_is_enough_to_doubt(engine):
    alike = item(7, "儿童长袖衫薄款打底")
    given = market(FROM_LISTING, [*TAKEN, lists(7, 50 + CUP)], others(alike))
    assert found(engine, given) == set()


def test_a_photo_that_could_not_be_read_may_be_an_own_one(engine):
    unread = [shows(n, SCREEN, more=2_000) for n in range(3)]
    assert found(engine, market(FROM_LISTING, [*TAKEN, *unread])) == set()


def test_who_shows_it_for_the_very_same_item_is_no_witness(engine):
    fellows = [review(60 + n) for n in range(4)]
    given = market(fellows, [shows(60 + n, hashes(50 + CUP, n)) for n in range(4)])
    assert found(engine, given) == {60, 61, 62, 63}
