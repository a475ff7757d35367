"""Bad reviews that are changed once the shop has paid their author, again and again.

What it finds: Bad reviews by accounts that had the same course with at least ``min_shops`` shops:
    the review, then money from the shop's own purse to the reviewer's (or whatever paid for the
    order, if a band shares it), then the review edited or
    removed, for ``min_share`` of what they ever bought or reviewed, beyond what chance gives.
Why it is fake: The review is a threat, not an experience: it says what pays, and unsays it once
    paid. Shops lose money, and readers a fair picture, first one way and then the other.
Look-alikes: Complainers who were compensated (once or twice, or rarely for all that they buy). A
    bad batch (others, who were never paid, complain of the item, too: such a review is not
    counted). Consumer activists (nobody pays them, or they leave what they wrote). Refunds within
    the platform are never counted as pay.
Score: share of its deals that went this way × n / (n + 2), n being shops. E2 if its messages ask
    for money in exchange for the review in two such courses or more, or another such account hit
    two of its shops, else E1. Element a: the shop that paid is the victim, and nothing here may
    count against it.
Check by hand: 1. Read the conversation of each course: who spoke of money first? 2. Look for the
    same words in the other shops' conversations. 3. Was the complaint true? Judge that apart from
    why it was made.
Cost: Joins transfers to shops' and people's purses; the rest over reviews of those paid. At most
    one row per review.
References: docs/architecture.md, Evidence; the tail of the Poisson law is bounded by
    exp(n - λ + n ln(λ / n)) (Chernoff). Reviews that are deleted from the data cannot be seen.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.money.purses import own_purses_sql, shop_tokens_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

REVIEW = "(差评|评价|评论|一星|追评)"
MONEY = "(转我|打钱|给钱|给我|红包|私了|[0-9]+ ?(元|块)|赔)"
BATCH_REVIEWERS = 3


@dataclass(frozen=True, kw_only=True)
class Params:
    """When paying a complainer is paying a ransom."""

    pay_days: int = bounded(
        30, at_least=1, at_most=180, doc="Days after a review in which the shop's money comes."
    )
    change_days: int = bounded(
        14, at_least=1, at_most=90, doc="Days after the money in which the review is changed."
    )
    min_shops: int = bounded(3, at_least=2, doc="Shops with which it went the same way.")
    min_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Share of an account's deals that went this way."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance of so many among its deals."
    )
    batch_share: float = bounded(
        0.3,
        at_least=0.0,
        at_most=1.0,
        doc="Share of an item's other reviewers who complain, from which the item is bad.",
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds reviews changed for money."""
    purses = own_purses_sql(max_holders=params.max_holders)
    shops = shop_tokens_sql(max_holders=params.max_holders)
    return f"WITH {purses}, {shops}, {_courses(params)}, {_careers(params)}, {_verdicts(params)}"


def _courses(params: Params) -> str:
    """Reviews after which their shop paid their author, after which they were changed."""
    both = f"({REVIEW}.{{0,30}}{MONEY}|{MONEY}.{{0,30}}{REVIEW})"
    return f"""
payments AS (
    SELECT DISTINCT
        transfers.transfer_id, shop_tokens.shop_id, own_purses.account_id, transfers.amount_minor,
        transfers.at AS paid_at
    FROM transfers
    JOIN shop_tokens ON shop_tokens.token = transfers.from_token
    JOIN own_purses ON own_purses.token = transfers.to_token
    WHERE transfers.amount_minor > 0
    UNION  -- or back to what the shop was paid with, though a whole band pays with it
    SELECT
        transfers.transfer_id, shop_tokens.shop_id, paid.account_id, transfers.amount_minor,
        transfers.at
    FROM transfers
    JOIN shop_tokens ON shop_tokens.token = transfers.from_token
    JOIN (
        SELECT DISTINCT account_id, shop_id, payer_token FROM orders WHERE payer_token IS NOT NULL
    ) AS paid ON paid.payer_token = transfers.to_token AND paid.shop_id = shop_tokens.shop_id
    WHERE transfers.amount_minor > 0
),
written AS (
    SELECT
        reviews.review_id, reviews.account_id, reviews.item_id, reviews.posted_at, reviews.rating,
        reviews.edited_at, coalesce(reviews.shop_id, orders.shop_id, items.shop_id) AS shop_id
    FROM reviews
    LEFT JOIN orders ON orders.order_id = reviews.order_id
    LEFT JOIN items ON items.item_id = reviews.item_id
    WHERE reviews.append_of IS NULL
),
changes AS (
    SELECT review_id, edited_at AS changed_at FROM written WHERE edited_at IS NOT NULL
    UNION
    SELECT written.review_id, staff_actions.at
    FROM staff_actions
    JOIN written
        ON CAST(written.review_id AS VARCHAR) = CAST(staff_actions.subject_id AS VARCHAR)
    WHERE staff_actions.kind = 'review_change' AND staff_actions.subject_kind = 'review'
),
asked AS (  -- what reviewers write to shops, and whether it offers the review for money
    SELECT
        sender_id AS account_id, shop_id, messages.at AS asked_at,
        regexp_matches("text", '{both}') AS is_demand
    FROM messages
    WHERE shop_id IS NOT NULL
        AND sender_id IN (SELECT account_id FROM payments)
),
courses AS (  -- what was edited may show its new stars: then the reviewer must have spoken up
    SELECT
        written.review_id, written.account_id, written.shop_id, written.item_id, written.posted_at,
        min(payments.paid_at) AS paid_at, min(changes.changed_at) AS changed_at,
        max(payments.amount_minor) AS amount_minor,
        coalesce(bool_or(asked.is_demand), false) AS is_demanded
    FROM written
    JOIN payments
        ON payments.account_id = written.account_id AND payments.shop_id = written.shop_id
    JOIN changes ON changes.review_id = written.review_id
    LEFT JOIN asked
        ON asked.account_id = written.account_id AND asked.shop_id = written.shop_id
        AND asked.asked_at <= payments.paid_at
        AND asked.asked_at >= written.posted_at - {DAY_MS}
    WHERE payments.paid_at > written.posted_at
        AND payments.paid_at <= written.posted_at + {params.pay_days * DAY_MS}
        AND changes.changed_at >= payments.paid_at
        AND changes.changed_at <= payments.paid_at + {params.change_days * DAY_MS}
        AND (written.rating <= 2 OR asked.account_id IS NOT NULL)
    GROUP BY
        written.review_id, written.account_id, written.shop_id, written.item_id, written.posted_at
)"""


def _careers(params: Params) -> str:
    """Accounts with which it goes this way more often than chance has it."""
    return f"""
repeated AS (
    SELECT account_id
    FROM courses
    GROUP BY account_id
    HAVING count(DISTINCT shop_id) >= {params.min_shops}
),
bad_items AS (  -- by what people say of them who do not make a habit of being paid
    SELECT written.item_id
    FROM written
    WHERE written.item_id IN (SELECT item_id FROM courses)
        AND written.account_id NOT IN (SELECT account_id FROM repeated)
    GROUP BY written.item_id
    HAVING count(DISTINCT CASE WHEN written.rating <= 2 THEN written.account_id END)
            >= {BATCH_REVIEWERS}
        AND count(CASE WHEN written.rating <= 2 THEN 1 END)
            >= {params.batch_share} * count(written.rating)
),
counted AS (
    SELECT * FROM courses WHERE item_id NOT IN (SELECT item_id FROM bad_items)
),
deals AS (
    SELECT account_id, count(*) AS n
    FROM (
        SELECT account_id, concat('order ', order_id) AS deal FROM orders
        UNION
        SELECT
            account_id,
            coalesce(concat('order ', order_id), concat('review ', review_id)) AS deal
        FROM reviews
        WHERE append_of IS NULL
    )
    GROUP BY account_id
),
totals AS (  -- of everybody else
    SELECT
        (SELECT count(*) FROM counted WHERE account_id NOT IN (SELECT account_id FROM repeated))
            AS n_courses,
        CAST(sum(n) AS BIGINT) AS n_deals
    FROM deals
    WHERE account_id NOT IN (SELECT account_id FROM repeated)
),
careers AS (
    SELECT
        histories.account_id, histories.n_courses, histories.n_shops, histories.n_demands,
        deals.n AS n_deals,
        deals.n * (totals.n_courses + 1.0) / (coalesce(totals.n_deals, 0) + 1.0) AS expected
    FROM (
        SELECT
            account_id, count(*) AS n_courses, count(DISTINCT shop_id) AS n_shops,
            count(CASE WHEN is_demanded THEN 1 END) AS n_demands
        FROM counted
        GROUP BY account_id
        HAVING count(DISTINCT shop_id) >= {params.min_shops}
    ) AS histories
    JOIN deals ON deals.account_id = histories.account_id
    CROSS JOIN totals
),
blackmail AS (
    SELECT *
    FROM careers
    WHERE n_courses >= {params.min_share} * n_deals
        AND n_courses > expected
        AND n_courses - expected + n_courses * ln(expected / n_courses)
            <= {math.log(params.max_chance)}
)"""


def _verdicts(params: Params) -> str:
    """Reviews of such accounts, with who else hit the same shops."""
    return f"""
hits AS (
    SELECT DISTINCT account_id, shop_id
    FROM counted
    WHERE account_id IN (SELECT account_id FROM blackmail)
),
partners AS (
    SELECT account_id, count(*) AS n_partners
    FROM (
        SELECT mine.account_id, theirs.account_id AS partner
        FROM hits AS mine
        JOIN hits AS theirs
            ON theirs.shop_id = mine.shop_id AND theirs.account_id <> mine.account_id
        GROUP BY mine.account_id, theirs.account_id
        HAVING count(*) >= 2
    )
    GROUP BY account_id
),
fields AS (  -- shops of one trade that it hit
    SELECT account_id, max(n) AS n_rivals
    FROM (
        SELECT hits.account_id, shops.category, count(*) AS n
        FROM hits JOIN shops ON shops.shop_id = hits.shop_id
        WHERE shops.category IS NOT NULL
        GROUP BY hits.account_id, shops.category
    )
    GROUP BY account_id
)
SELECT
    counted.review_id AS subject_id,
    round(least(1.0 * n_courses / n_deals, 1.0) * n_shops / (n_shops + 2.0), 6) AS score,
    [counted.review_id] AS evidence_ids,
    CASE WHEN n_demands >= 2 OR partners.n_partners IS NOT NULL THEN 'E2' ELSE 'E1' END
        AS strength,
    counted.amount_minor,
    round((counted.paid_at - counted.posted_at) / {float(DAY_MS)}, 2) AS paid_after_days,
    round((counted.changed_at - counted.paid_at) / {float(DAY_MS)}, 2) AS changed_after_days,
    blackmail.n_courses,
    blackmail.n_shops,
    blackmail.n_deals,
    blackmail.n_demands,
    coalesce(partners.n_partners, 0) AS n_partners,
    fields.n_rivals
FROM counted
JOIN blackmail ON blackmail.account_id = counted.account_id
LEFT JOIN partners ON partners.account_id = counted.account_id
LEFT JOIN fields ON fields.account_id = counted.account_id
"""


def explain(facts: Facts) -> Words:
    """Say when the shop paid and the review changed, and how often that happened."""
    amount, paid, changed = (
        facts["amount_minor"] / 100,
        facts["paid_after_days"],
        facts["changed_after_days"],
    )
    courses, shops, deals = facts["n_courses"], facts["n_shops"], facts["n_deals"]
    demands, partners = facts["n_demands"], facts["n_partners"]
    asked_zh = f"；其中 {demands} 次在聊天中以评价索要钱款" if demands else ""
    asked_en = f"; in {demands} of them messages ask for money for the review" if demands else ""
    with_zh = f"；另有 {partners} 个这样的账号找上相同的店铺" if partners else ""
    with_en = (
        f"; {counted(partners, 'other such account')} went for the same shops" if partners else ""
    )
    return Words(
        zh=f"评价后 {paid:.1f} 天店铺付给评价者 {amount:.2f}，再过 {changed:.1f} 天评价被改或移除；"
        f"该账号 {deals} 次购买或评价中有 {courses} 次如此，涉及 {shops} 家店铺"
        f"{asked_zh}{with_zh}。",
        en=f"The shop paid the reviewer {amount:.2f} {counted(paid, 'day')} after the review, "
        f"which was changed {counted(changed, 'day')} later; so went {courses} of this account's "
        f"{counted(deals, 'deal')}, in {counted(shops, 'shop')}{asked_en}{with_en}.",
    )


DETECTOR = Detector(
    name="review-ransom",
    title=Words(zh="收钱改删差评", en="bad reviews changed for money"),
    subject="review",
    family=Family.MONEY,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "payer_token"),
        "payouts": ("shop_id", "bank_token"),
        "reviews": ("review_id", "account_id", "item_id", "posted_at", "rating", "edited_at"),
        "transfers": ("transfer_id", "from_token", "to_token", "amount_minor", "at"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("account_id", "phone_token"),
        "items": ("item_id", "shop_id"),
        "messages": ("at", "sender_id", "shop_id", "text"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "reviews": ("append_of", "order_id", "shop_id"),
        "shops": ("shop_id", "owner_id", "category"),
        "staff_actions": ("at", "kind", "subject_id", "subject_kind"),
    },
    evidence="reviews",
    look_alikes={
        "compensated-complainer": Words(
            zh="投诉后获得补偿的顾客", en="complainers who were compensated"
        ),
        "heavy-buyer": Words(
            zh="买得多、偶获补偿的顾客", en="heavy buyers, compensated now and then"
        ),
        "bad-batch": Words(zh="确有一批次品", en="a batch that is bad indeed"),
        "consumer-activist": Words(zh="维权人士", en="consumer activists"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)
