"""Listing photos as buyers' own: the example and its edges."""

from tests.pictures import BLANK, SCREEN, hashes
from tests.worlds import DAY, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.listing_photo import DETECTOR


def review(number: int, shop: int = 3) -> dict:
    return {
        "review_id": number,
        "account_id": 1_000 + number,
        "item_id": shop * 10,
        "shop_id": shop,
        "posted_at": T0 + number * DAY,
    }


def shows(number: int, look: str, *, more: int = 0) -> dict:
    return {"photo_id": number + more, "kind": "review", "review_id": number, "hashes": look}


def lists(shop: int, picture: int, posted_at: int | None = T0 - DAY) -> dict:
    return {
        "photo_id": 9_000 + shop * 100 + picture,
        "kind": "listing",
        "item_id": shop * 10,
        "shop_id": shop,
        "posted_at": posted_at,
        "hashes": hashes(picture),
    }


HONEST = [review(500 + n, n % 8) for n in range(40)]
OWN = [shows(500 + n, hashes(500 + n)) for n in range(40)]
LISTED = [lists(shop, 50 + shop) for shop in range(8)]


def market(reviews: list[dict], photos: list[dict], listed: list[dict] = LISTED) -> Market:
    return {"reviews": [*HONEST, *reviews], "photos": [*OWN, *listed, *photos]}


FAKES = [review(n) for n in range(6)]
TAKEN = [shows(n, hashes(53, n)) for n in range(6)]
SAMPLE = [lists(shop, 60) for shop in range(8)]

EXAMPLE = Example(
    fake=market(FAKES, TAKEN),
    finds=set(range(6)),
    without_fakes=market([], []),
    look_alikes={
        "one-customer": market(FAKES[:3], TAKEN[:3]),
        "compared": market(
            FAKES, [*TAKEN, *(shows(n, hashes(100 + n), more=2_000) for n in range(6))]
        ),
        "taken-into-listing": market(
            FAKES,
            [shows(n, hashes(200 + n)) for n in range(6)],
            [*LISTED, *(lists(3, 200 + n, T0 + (90 + n) * DAY) for n in range(6))],
        ),
        "sample-picture": market(FAKES, [shows(n, hashes(60, n)) for n in range(6)], SAMPLE),
        "blank": market(FAKES, [shows(n, BLANK) for n in range(6)]),
        "screen": market(FAKES, [shows(n, SCREEN) for n in range(6)]),
        "shops-of-one-owner": {
            **market([], [], [*LISTED, lists(4, 53), lists(5, 53)]),
            "shops": [{"shop_id": shop, "owner_id": 77} for shop in (3, 4, 5)],
        },
    },
)


def found(engine, given: Market) -> set:
    detect(engine, build(engine, given), chosen=[DETECTOR])
    rows = engine.query("SELECT * FROM signals").to_pylist()
    assert {row["strength"] for row in rows} <= {"E1"}
    return {row["subject_id"] for row in rows}


def test_without_a_date_the_first_to_show_it_may_be_whose_photo_it_is(engine):
    undated = [lists(3, 53, None)]
    assert found(engine, market(FAKES, TAKEN, undated)) == {1, 2, 3, 4, 5}
    each_own = [shows(n, hashes(200 + n)) for n in range(6)]
    listed = [lists(3, 200 + n, None) for n in range(6)]
    assert found(engine, market(FAKES, each_own, listed)) == set()


def test_a_photo_that_could_not_be_read_may_be_an_own_one(engine):
    unread = [shows(n, BLANK, more=2_000) for n in range(6)]
    assert found(engine, market(FAKES, [*TAKEN, *unread])) == set()


def test_a_sister_shops_listing_is_a_listing_too(engine):
    given = market(FAKES, [shows(n, hashes(57, n)) for n in range(6)])
    assert found(engine, given) == set(range(6))
