"""Lone review: no order behind it, and an account that hardly reviews anything else.

What it finds: reviews that no order vouches for, by accounts with few reviews over a short life,
the more so the farther the stars are from what everybody else gave the item.
Why it is fake: throw-away accounts are made for one campaign and abandoned; their stars exist to
move a mean, so they stand away from it.
Look-alikes: every genuine first-time author, which is why this is weak evidence (E1) and never
decides alone; a buyer whose order is on record; a seasoned reviewer with one odd opinion; a
disclosed trial; default praise that the platform wrote.
Score: (2 + distance from the item's mean without this review) / 6, divided by the account's reviews
times its life, 1 + ln(1 + days between its first and last review / 30). Nothing below min_score.
Check by hand: open the account's profile; see whether it did anything else; compare the text with
other reviews of the same days.
Cost: reviews once, two group-bys, one join; linear.
References: Jindal and Liu 2008 (singleton reviewers); Rayana and Akoglu 2015 (behaviour features);
measured on the Yelp metadata in docs/benchmarks.md.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When an account is thin and a rating far off."""

    month_days: int = bounded(30, at_least=1, doc="Days that make a month of life.")
    min_score: float = bounded(0.05, at_least=0.0, at_most=1.0, doc="Least score that is said.")
    min_reviews: int = bounded(
        4, at_least=2, doc="Fewest reviews of an item that make its mean an opinion to differ from."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds lone reviews."""
    return f"""
        WITH counted AS (
            SELECT review_id, account_id, item_id, posted_at, order_id, rating,
                   -- Tenths of a star as whole numbers: sums that do not depend on their order.
                   CAST(round(rating * 10) AS BIGINT) AS tenths
            FROM reviews
            WHERE rating IS NOT NULL AND append_of IS NULL
              AND coalesce(text_source, 'written') = 'written'
              AND NOT coalesce(is_disclosed_incentive, false)),
        authors AS (
            SELECT account_id, count(*) AS n_by_account,
                   (max(posted_at) - min(posted_at)) / {DAY_MS}.0 AS life_days
            FROM reviews GROUP BY account_id),
        opinions AS (
            SELECT item_id, count(*) AS n_of_item, sum(tenths) AS tenths FROM counted
            GROUP BY item_id HAVING count(*) >= {params.min_reviews}),
        weighed AS (
            SELECT review_id, rating, n_by_account, life_days,
                   abs(c.tenths - (o.tenths - c.tenths) / (n_of_item - 1.0)) / 10 AS distance
            FROM counted c JOIN authors USING (account_id) JOIN opinions o USING (item_id)
            WHERE order_id IS NULL)
        SELECT review_id AS subject_id,
               round((2 + least(distance, 4)) / 6
                     / (n_by_account * (1 + ln(1 + life_days / {params.month_days}.0))), 6)
                   AS score,
               [review_id] AS evidence_ids, rating, n_by_account,
               round(life_days, 1) AS life_days, round(distance, 2) AS distance
        FROM weighed
        WHERE score >= {params.min_score}"""


def explain(facts: Facts) -> Words:
    """Say what one lone review is."""
    n, life, away = facts["n_by_account"], facts["life_days"], facts["distance"]
    return Words(
        f"没有对应订单；该账号共 {n} 条评价，前后 {life:g} 天；评分与其他人均值相差 {away:g} 星。",
        f"No order behind it; the account has {counted(n, 'review')} in all, over "
        f"{counted(life, 'day')}; its stars are {away:g} away from everybody else's mean.",
    )


DETECTOR = Detector(
    name="lone-review",
    title=Words("无订单的孤立评价", "a review with nothing behind it"),
    subject="review",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("account_id", "item_id", "posted_at", "rating")},
    uses={"reviews": ("order_id", "text_source", "append_of", "is_disclosed_incentive")},
    evidence="reviews",
    look_alikes={
        "verified-buyer": Words("有订单的买家", "a buyer whose order is on record"),
        "seasoned-reviewer": Words("资深评价者", "a seasoned reviewer with one odd opinion"),
        "disclosed-trial": Words("已标明的试用", "a disclosed trial"),
        "default-praise": Words("系统默认好评", "default praise written by the platform"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)
