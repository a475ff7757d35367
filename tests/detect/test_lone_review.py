from tests.worlds import DAY, T0, Example


def review(review_id: int, account_id: int, item_id: int = 1, **columns) -> dict:
    row = {"review_id": review_id, "account_id": account_id, "item_id": item_id, "rating": 2.0}
    return {**row, "posted_at": T0 + review_id * DAY, **columns}


SEASONED = [review(n, 500 + n % 5, 1 + n % 5 + n // 5 % 2, rating=2.0 + n % 2) for n in range(100)]
LONE = [review(900 + n, 600 + n, rating=5.0) for n in range(3)]


def beside(**columns) -> dict:
    """The same lone five stars, with one honest circumstance."""
    orders = [{"order_id": 7, "account_id": 601, "shop_id": 1, "placed_at": T0}]
    return {"reviews": [*SEASONED, review(901, 601, rating=5.0, **columns)], "orders": orders}


EXAMPLE = Example(
    fake={"reviews": SEASONED + LONE},
    finds={900, 901, 902},
    without_fakes={"reviews": SEASONED},
    look_alikes={
        "verified-buyer": beside(order_id=7),
        "seasoned-reviewer": {"reviews": [*SEASONED, review(999, 501, rating=5.0)]},
        "disclosed-trial": beside(is_disclosed_incentive=True),
        "default-praise": beside(text_source="default"),
    },
)


def test_the_farther_from_the_mean_the_higher(engine):
    from tests.worlds import build
    from unbrush.detect import detect
    from unbrush.detect.lone_review import DETECTOR

    market = {"reviews": [*SEASONED, review(901, 601, rating=5.0), review(902, 602, rating=3.0)]}
    detect(engine, build(engine, market), chosen=[DETECTOR])
    rows = engine.query("SELECT subject_id, score FROM signals ORDER BY score DESC").to_pylist()
    assert [row["subject_id"] for row in rows] == [901, 902]
