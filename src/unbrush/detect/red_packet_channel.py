"""Five-star reviews that a payer of many reviewers paid for, a few yuan each.

What it finds: Five-star reviews of a shop, each followed within ``window_days`` by one of the few
    fixed small sums that one payer sends to many of the shop's buyers, nearly always after a
    review, where either somebody said that stars are what is paid for, or chance does not explain
    that those paid gave so many.
Why it is fake: The buyer and the goods are real; the stars are bought. A card in the parcel
    promises some yuan for five stars with a photo, and who was less content stays silent or lies.
Look-alikes: A lottery among reviewers, or a gift for photos (those paid have as many stars as the
    others of the shop, who weigh in with the market's; words that name no stars are no condition,
    nor are words against it). A gift for registering the warranty (no review before most of
    it). After-sale compensation (few stars). A platform's coupons and packets (they go to buyers
    of every shop). Disclosed incentives and the platform's default praise are left out.
Score: share of five stars among those paid × n / (n + 3), n being reviewers paid. E2 where words
    say the condition: the payments' memos, messages about the shop or captured posts; else E1.
    Element c if words say it and the payer is the shop's own purse, else b. It speaks against
    reviews and shop, not against the buyers or their orders.
Check by hand: 1. Ask buyers for the card, or order once and keep what is in the parcel. 2. Compare
    stars of those paid and of the others. 3. Ask who holds the payer's account.
Cost: Transfers are cut to small sums first; then that of who pays whom, and reviews of tied
    buyers. At most one row per review.
References: docs/architecture.md, Evidence. The trade calls it 好评返现; the bound on the binomial
    tail is exp(-n KL(k/n, p)) (Chernoff). It sees money, not cards: pay outside is not seen.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.money.payers import tied_payers_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

PRAISE = "(好评|五星|5 ?星|满星|全五分|⭐)"  # not 晒图 alone: photos may be of what is bad
REWARD = "(返|红包|现金|奖励|[0-9]+ ?元)"
WARNING = "(禁止|不得|请勿|切勿|拒绝|不参与|从不|谨防|举报)"  # words against it are no offer
SHOP_PRIOR = 20  # reviews of the market that weigh in where a shop has few


@dataclass(frozen=True, kw_only=True)
class Params:
    """When small sums pay for stars."""

    min_minor: int = bounded(100, at_least=1, doc="Smallest sum, in minor units.")
    max_minor: int = bounded(3_000, at_least=1, doc="Largest sum, in minor units.")
    window_days: int = bounded(
        4, at_least=1, at_most=60, doc="Days after a review in which its reward comes."
    )
    min_buyers: int = bounded(5, at_least=2, doc="Reviewers of a shop whom one payer paid.")
    min_follows: float = bounded(
        0.8, at_least=0.0, at_most=1.0, doc="Share of its sums that come after a review."
    )
    n_sums: int = bounded(3, at_least=1, doc="How many different sums are still fixed ones.")
    min_fixed: float = bounded(
        0.8, at_least=0.0, at_most=1.0, doc="Share of payments that the commonest sums make up."
    )
    min_praise: float = bounded(
        0.9, at_least=0.5, at_most=1.0, doc="Share of five stars among those paid."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Chance of so many stars, where no words say it."
    )
    min_focus: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of a payer's payees that ties it to a shop."
    )
    max_tie_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Chance that ties a payer to a shop otherwise."
    )
    min_lift: float = bounded(
        2.0,
        at_least=1.0,
        doc="Buyers of a shop that it pays, for each one that the shop's popularity explains.",
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds reviews paid for."""
    payers = tied_payers_sql(
        max_holders=params.max_holders,
        min_payees=params.min_buyers,
        min_focus=params.min_focus,
        min_lift=params.min_lift,
        max_chance=params.max_tie_chance,
        among="packets",
    )
    return f"""
WITH packets AS (
    SELECT *
    FROM transfers
    WHERE amount_minor BETWEEN {params.min_minor} AND {params.max_minor}
), {payers}, {_written()}, {_paid(params)}, {_said()}, {_verdicts(params)}"""


def _written() -> str:
    """Starred reviews, with their shop, of shops that somebody is tied to."""
    return """
written AS (
    SELECT review_id, account_id, shop_id, posted_at, rating, is_spared
    FROM (
        SELECT
            reviews.review_id, reviews.account_id, reviews.posted_at, reviews.rating,
            coalesce(reviews.shop_id, orders.shop_id, items.shop_id) AS shop_id,
            coalesce(reviews.is_disclosed_incentive, false)
                OR coalesce(reviews.text_source = 'default', false)
                OR reviews.append_of IS NOT NULL AS is_spared
        FROM reviews
        LEFT JOIN orders ON orders.order_id = reviews.order_id
        LEFT JOIN items ON items.item_id = reviews.item_id
        WHERE reviews.rating IS NOT NULL
    )
    WHERE shop_id IN (SELECT shop_id FROM tied)
),
market_stars AS (
    SELECT 1.0 * count(CASE WHEN rating >= 5 THEN 1 END) / greatest(count(*), 1) AS share
    FROM reviews
    WHERE rating IS NOT NULL
)"""


def _paid(params: Params) -> str:
    """Small sums with the review that each came after, and what each payer's look like."""
    return f"""
tied_returns AS (
    SELECT returns.*, tied_buyers.shop_id
    FROM returns
    JOIN tied_buyers
        ON tied_buyers.payer = returns.payer AND tied_buyers.account_id = returns.account_id
),
followed AS (  -- with the reviews before each, the latest first
    SELECT
        tied_returns.payer, tied_returns.shop_id, tied_returns.purse, tied_returns.transfer_id,
        tied_returns.account_id, tied_returns.amount_minor, written.review_id,
        tied_returns.at - written.posted_at AS lag_ms, written.rating >= 5 AS is_praise,
        row_number() OVER (
            PARTITION BY tied_returns.transfer_id, tied_returns.shop_id, tied_returns.account_id
            ORDER BY written.posted_at DESC, written.review_id
        ) AS place
    FROM tied_returns
    LEFT JOIN written
        ON written.account_id = tied_returns.account_id
        AND written.shop_id = tied_returns.shop_id
        AND NOT written.is_spared
        AND written.posted_at <= tied_returns.at
        AND written.posted_at >= tied_returns.at - {params.window_days * DAY_MS}
),
rewards AS (
    SELECT * FROM followed WHERE place = 1
),
sums AS (
    SELECT
        payer, shop_id, count(*) AS n,
        row_number() OVER (PARTITION BY payer, shop_id ORDER BY count(*) DESC, amount_minor)
            AS place
    FROM rewards
    GROUP BY payer, shop_id, amount_minor
),
fixed AS (
    SELECT payer, shop_id, sum(CASE WHEN place <= {params.n_sums} THEN n ELSE 0 END) AS n_fixed
    FROM sums
    GROUP BY payer, shop_id
),
channels AS (
    SELECT
        rewards.payer, rewards.shop_id, count(*) AS n_sent, count(rewards.review_id) AS n_rewards,
        count(DISTINCT CASE WHEN rewards.review_id IS NOT NULL THEN rewards.purse END) AS n_buyers,
        count(CASE WHEN rewards.is_praise THEN 1 END) AS n_praise,
        median(CASE WHEN rewards.review_id IS NOT NULL THEN rewards.amount_minor END)
            AS usual_minor
    FROM rewards
    JOIN fixed ON fixed.payer = rewards.payer AND fixed.shop_id = rewards.shop_id
    GROUP BY rewards.payer, rewards.shop_id, fixed.n_fixed
    HAVING fixed.n_fixed >= {params.min_fixed} * count(*)
        AND count(rewards.review_id) >= {params.min_follows} * count(*)
        AND count(DISTINCT CASE WHEN rewards.review_id IS NOT NULL THEN rewards.purse END)
            >= {params.min_buyers}
        AND count(CASE WHEN rewards.is_praise THEN 1 END)
            >= {params.min_praise} * count(rewards.review_id)
),
others AS (  -- stars of those whom this payer does not pay
    SELECT
        channels.payer, channels.shop_id, count(*) AS n,
        count(CASE WHEN written.rating >= 5 THEN 1 END) AS n_praise
    FROM channels
    JOIN written ON written.shop_id = channels.shop_id
    LEFT JOIN (SELECT DISTINCT payer, review_id FROM rewards) AS own
        ON own.payer = channels.payer AND own.review_id = written.review_id
    WHERE own.review_id IS NULL
    GROUP BY channels.payer, channels.shop_id
)"""


def _said() -> str:
    """Channels whose condition was put into words: by payer, or by shop."""
    both = f"({PRAISE}.{{0,40}}{REWARD}|{REWARD}.{{0,40}}{PRAISE})"
    return f"""
said AS (
    SELECT DISTINCT rewards.payer, rewards.shop_id
    FROM rewards JOIN packets ON packets.transfer_id = rewards.transfer_id
    WHERE regexp_matches(packets.memo, '{PRAISE}')
        AND NOT regexp_matches(packets.memo, '{WARNING}')
    UNION
    SELECT channels.payer, channels.shop_id
    FROM channels
    JOIN (
        SELECT shop_id FROM (
            SELECT shop_id, "text" FROM messages UNION ALL SELECT shop_id, "text" FROM posts
        )
        WHERE shop_id IN (SELECT shop_id FROM channels)
            AND regexp_matches("text", '{both}')
            AND NOT regexp_matches("text", '{WARNING}')
    ) AS spoken ON spoken.shop_id = channels.shop_id
)"""


def _verdicts(params: Params) -> str:
    """Reviews of channels whose stars are the condition."""
    q, p = "(1.0 * n_praise / n_rewards)", "stars"
    surprise = (
        f"n_praise * ln({q} / {p}) + "
        f"CASE WHEN n_praise = n_rewards THEN 0 "
        f"ELSE (n_rewards - n_praise) * ln((1 - {q}) / (1 - {p})) END"
    )
    return f"""
measured AS (
    SELECT
        channels.*, said.payer IS NOT NULL AS is_said,
        (coalesce(others.n_praise, 0) + {SHOP_PRIOR} * market_stars.share + 0.5)
            / (coalesce(others.n, 0) + {SHOP_PRIOR} + 1.0) AS stars
    FROM channels
    LEFT JOIN others ON others.payer = channels.payer AND others.shop_id = channels.shop_id
    LEFT JOIN said ON said.payer = channels.payer AND said.shop_id = channels.shop_id
    CROSS JOIN market_stars
),
bought AS (
    SELECT *
    FROM measured
    WHERE is_said OR ({q} > {p} AND {surprise} >= {-math.log(params.max_chance)})
),
told AS (  -- of several payments for one review, the channel that says most
    SELECT
        rewards.review_id, rewards.account_id, bought.*, rewards.amount_minor, rewards.lag_ms,
        shop_tokens.token IS NOT NULL AS payer_is_shop,
        row_number() OVER (
            PARTITION BY rewards.review_id
            ORDER BY bought.is_said DESC, bought.n_buyers DESC, rewards.transfer_id,
                bought.shop_id
        ) AS place
    FROM rewards
    JOIN bought ON bought.payer = rewards.payer AND bought.shop_id = rewards.shop_id
    JOIN payers ON payers.payer = rewards.payer
    LEFT JOIN shop_tokens
        ON shop_tokens.shop_id = rewards.shop_id AND shop_tokens.token = payers.from_token
    WHERE rewards.is_praise
)
SELECT
    review_id AS subject_id,
    round({q} * n_buyers / (n_buyers + 3.0), 6) AS score,
    [review_id] AS evidence_ids,
    CASE WHEN is_said THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN payer_is_shop AND is_said THEN 'c' ELSE 'b' END AS element,
    amount_minor,
    round(lag_ms / {float(DAY_MS)}, 2) AS lag_days,
    n_buyers,
    n_rewards,
    n_praise,
    round(stars, 4) AS others_share,
    is_said,
    payer_is_shop
FROM told
WHERE place = 1
"""


def explain(facts: Facts) -> Words:
    """Say what came when after the review, how many others got it, and how starry they were."""
    amount, days, buyers = facts["amount_minor"] / 100, facts["lag_days"], facts["n_buyers"]
    praise, rewards, others = facts["n_praise"], facts["n_rewards"], facts["others_share"]
    own, said = facts["payer_is_shop"], facts["is_said"]
    return Words(
        zh=f"五星评价后 {days:.1f} 天收到 {amount:.2f}；同一付款方这样付给本店 {buyers} 个评价者，"
        f"{rewards} 条评价中 {praise} 条为五星（其他评价者占 {others:.0%}）"
        f"{'，且有文字言明以好评为条件' if said else ''}"
        f"{'，付款方是店铺自己的账户' if own else ''}。",
        en=f"{amount:.2f} came {counted(days, 'day')} after this five-star review; the same payer "
        f"paid {counted(buyers, 'reviewer')} of the shop so, five stars in {praise} of "
        f"{counted(rewards, 'review')} (others give them in {others:.0%})"
        f"{'; words say that stars are the condition' if said else ''}"
        f"{'; the payer is the shop itself' if own else ''}.",
    )


DETECTOR = Detector(
    name="red-packet-channel",
    title=Words(zh="好评返现红包", en="small sums for five stars"),
    subject="review",
    family=Family.MONEY,
    strength=Strength.E1,
    element=Element.ORGANISED,
    needs={
        "orders": ("account_id", "shop_id", "payer_token"),
        "reviews": ("review_id", "account_id", "posted_at", "rating"),
        "transfers": ("transfer_id", "from_token", "to_token", "amount_minor", "at"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("account_id", "phone_token"),
        "items": ("item_id", "shop_id"),
        "messages": ("shop_id", "text"),
        "orders": ("order_id", "address_token", "device_token"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "payouts": ("shop_id", "bank_token"),
        "posts": ("shop_id", "text"),
        "reviews": (
            "append_of",
            "is_disclosed_incentive",
            "item_id",
            "order_id",
            "shop_id",
            "text_source",
        ),
        "shops": ("shop_id", "owner_id"),
        "transfers": ("memo",),
    },
    evidence="reviews",
    # Who bought and was asked for stars is a customer; the review counts against the shop.
    implicates=Implicates.GOODS,
    look_alikes={
        "lottery": Words(zh="与评分无关的抽奖", en="a lottery that asks for no stars"),
        "warranty-gift": Words(zh="保修登记礼", en="a gift for registering the warranty"),
        "compensation": Words(zh="售后补偿", en="after-sale compensation"),
        "platform-packets": Words(zh="平台红包与优惠券", en="a platform's packets and coupons"),
        "disclosed-incentive": Words(zh="已标明的奖励", en="a disclosed incentive"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)
