"""Photo reuse: its example and its edges."""

from tests.pictures import BLANK, SCREEN, hashes
from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.photo_reuse import DETECTOR


def review(number: int, *, account: int | None = None, shop: int = 3, **more) -> dict:
    row = {
        "review_id": number,
        "account_id": 1_000 + number if account is None else account,
        "item_id": shop * 10,
        "shop_id": shop,
        "posted_at": T0 + number * DAY,
        "text": f"收到了，第 {number} 次来",
    }
    return row | more


def photo(number: int, look: str, *, kind: str = "review", **more) -> dict:
    of = {"review_id": number} if kind == "review" else {}
    return {"photo_id": number, "kind": kind, "hashes": look} | of | more


HONEST = [review(500 + n, shop=n % 8) for n in range(40)]
HONEST_PHOTOS = [photo(500 + n, hashes(500 + n)) for n in range(40)]


def market(reviews: list[dict], looks: list[str], **tables) -> Market:
    """Honest reviews with photos of their own, and ``reviews`` with one photo each."""
    photos = [photo(r["review_id"], look) for r, look in zip(reviews, looks, strict=True)]
    extra = tables.pop("photos", [])
    return {
        "reviews": [*HONEST, *reviews],
        "photos": [*HONEST_PHOTOS, *photos, *extra],
        **tables,
    }


EDITED = [hashes(1, n) for n in range(7)]
GATHERED = [review(n) for n in range(7)]
SPREAD = [review(20 + n, shop=n % 4) for n in range(7)]
FAKES = GATHERED + SPREAD
SAMPLE = [review(20 + n, shop=n % 8) for n in range(16)]
SISTERS = [
    review(n, shop=n, text="汤很鲜，下次还来", posted_at=T0, item_id=n * 10) for n in range(1, 8)
]

EXAMPLE = Example(
    fake=market(FAKES, EDITED + [hashes(2, n) for n in range(7)]),
    finds={row["review_id"] for row in FAKES},
    without_fakes=market([], []),
    look_alikes={
        "own-photo-again": market([review(n, account=9) for n in range(9)], [hashes(1)] * 9),
        "family": market([review(n) for n in range(3)], EDITED[:3]),
        "sample-picture": market(SAMPLE, [hashes(2, n) for n in range(16)]),
        "blank": market(GATHERED, [BLANK] * 7),
        "screen": market(GATHERED, [SCREEN] * 7),
        "listing-compared": market(
            GATHERED, EDITED, photos=[photo(900, hashes(1), kind="listing", item_id=30)]
        ),
        "shops-of-one-owner": market(
            SISTERS,
            [hashes(1)] * 7,
            shops=[{"shop_id": n, "owner_id": 77} for n in range(1, 8)],
        ),
    },
)


def found(engine, given: Market, **params) -> dict:
    detect(engine, build(engine, given), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: (row["strength"], row["score"]) for row in rows}


def test_one_photo_by_many_in_a_shop_is_strong_except_the_earliest(engine):
    signals = found(engine, market(GATHERED, EDITED))
    assert [signals[n][0] for n in range(7)] == ["E1", *["E2"] * 6]
    assert signals[0][1] < min(signals[n][1] for n in range(1, 7))


def test_spread_over_shops_it_stays_weak(engine):
    signals = found(engine, market(SPREAD, [hashes(2)] * 7))
    assert {strength for strength, _ in signals.values()} == {"E1"}


def test_friends_at_one_table_are_never_strong(engine):
    evening = [review(n, posted_at=T0 + n * HOUR) for n in range(7)]
    assert {strength for strength, _ in found(engine, market(evening, EDITED)).values()} == {"E1"}


def test_two_shops_of_different_owners_do_not_excuse_the_same_words(engine):
    shops = [{"shop_id": n, "owner_id": n} for n in range(1, 8)]
    params = {"min_common": 30, "max_common": 30}
    assert found(engine, market(SISTERS, [hashes(1)] * 7, shops=shops), **params)
    same = [{"shop_id": n, "owner_id": 77} for n in range(1, 8)]
    assert not found(engine, market(SISTERS, [hashes(1)] * 7, shops=same), **params)


def test_several_photos_of_one_review_count_it_once(engine):
    twice = [photo(600 + n, hashes(1, n + 1), review_id=n) for n in range(3)]
    assert found(engine, market(GATHERED[:3], EDITED[:3], photos=twice)) == {}
