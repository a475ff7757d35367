"""Rating campaigns: what rises with bought stars and falls below where it was."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.rating_campaign import DETECTOR

WEEKS = 24
CAMPAIGN = 10  # the week it starts
USUAL = (5, 4, 5, 3, 4, 5, 1, 4, 5, 4, 5, 3, 5, 4, 2, 5)  # a mean of 4.0, one in sixteen lowest
WORSE = (5, 1, 4, 1, 3, 4, 1, 2)


def reviews(item, stars, per_week, *, first, weeks=range(WEEKS), **more):
    """``per_week`` reviews in each of ``weeks``, their ratings taken from ``stars`` in turn."""
    return [
        {
            "review_id": first + k,
            "account_id": first + k,
            "item_id": item,
            "posted_at": T0 + week * 7 * DAY + n * 19 * HOUR % (7 * DAY) + DAY,
            "rating": stars[k % len(stars)],
            **more,
        }
        for k, (week, n) in enumerate((week, n) for week in weeks for n in range(per_week))
    ]


def bought(item, *, first, n=20, weeks=2, **more):
    return reviews(item, (5,), n, first=first, weeks=range(CAMPAIGN, CAMPAIGN + weeks), **more)


def course(item, *, first, then=WORSE):
    """Usual reviews up to the campaign's end, others after it."""
    return reviews(item, USUAL, 4, first=first, weeks=range(CAMPAIGN + 2)) + reviews(
        item, then, 4, first=first + 5000, weeks=range(CAMPAIGN + 2, WEEKS)
    )


def market(*groups, **tables):
    return {"reviews": [row for group in groups for row in group], **tables}


HONEST = [
    *reviews(1, USUAL, 4, first=10_000),
    *reviews(2, USUAL, 9, first=20_000),
    *reviews(3, WORSE, 5, first=30_000),
]
FAKE = bought(7, first=900_000)
SEASONAL = [
    row
    for item in range(11, 16)
    for row in course(item, first=100_000 * item) + bought(item, first=100_000 * item + 50_000)
]

EXAMPLE = Example(
    fake=market(HONEST, course(7, first=70_000), FAKE),
    finds={7},
    without_fakes=market(HONEST, course(7, first=70_000)),
    look_alikes={
        "product-improvement": market(
            HONEST, course(7, first=70_000, then=(5, 5, 5, 4)), bought(7, first=900_000)
        ),
        "disclosed-trial": market(
            HONEST,
            course(7, first=70_000),
            bought(7, first=900_000, is_disclosed_incentive=True),
        ),
        "season": market(
            HONEST,
            SEASONAL,
            items=[
                {"item_id": item, "shop_id": item, "category": "mooncake"} for item in range(11, 16)
            ],
        ),
        "default-praise": market(
            HONEST, course(7, first=70_000), bought(7, first=900_000, text_source="default")
        ),
        "rush": market(
            HONEST,
            course(7, first=70_000),
            reviews(7, USUAL, 20, first=900_000, weeks=range(CAMPAIGN, CAMPAIGN + 2)),
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_rests_on_the_highest_ratings_of_the_campaign_only(engine):
    signal = found(engine, EXAMPLE.fake)[7]
    ids = set(signal["evidence_ids"])
    assert {row["review_id"] for row in FAKE} <= ids
    ratings = {row["review_id"]: row["rating"] for row in EXAMPLE.fake["reviews"]}
    assert {ratings[one] for one in ids} == {5}
    assert len(ids) < len(FAKE) + 8


def test_a_season_of_one_item_is_no_season(engine):
    """The same rise in one item of a calm category is found."""
    rows = [row for row in SEASONAL if row["item_id"] == 11]
    calm = [row for item in range(12, 16) for row in reviews(item, USUAL, 4, first=100_000 * item)]
    items = EXAMPLE.look_alikes["season"]["items"]
    assert set(found(engine, market(HONEST, rows, calm, items=items))) == {11}


@pytest.mark.parametrize(("then", "is_found"), [(USUAL, False), (WORSE, True)])
def test_without_more_of_the_lowest_afterwards_nothing_is_said(engine, then, is_found):
    rows = market(HONEST, course(7, first=70_000, then=then), FAKE)
    assert (7 in found(engine, rows)) == is_found


def test_it_waits_until_the_weeks_after_are_known(engine):
    until = T0 + (CAMPAIGN + 4) * 7 * DAY
    rows = [row for row in EXAMPLE.fake["reviews"] if row["posted_at"] < until]
    assert not found(engine, {"reviews": rows})


def test_more_bought_reviews_never_lower_the_score(engine):
    base = market(HONEST, course(7, first=70_000))["reviews"]
    scores = [
        found(engine, {"reviews": base + bought(7, first=900_000, n=n)})[7]["score"]
        for n in (15, 30)
    ]
    assert scores[0] < scores[1]
