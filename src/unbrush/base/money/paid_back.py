"""Money back: which transfers are the price of which orders, split, delayed, mixed with others.

Sums are tried before sets: all of an account's orders within one stretch of time against all that
came in it, and only where they do not fit, single orders against up to three transfers.
"""

from typing import Literal


def paid_back_sql(
    *,
    low: float,
    high: float,
    tolerance: float,
    takes: Literal["more", "less"],
    max_set: int,
) -> str:
    """Return CTEs of orders that money came back for.

    They read two CTEs that come before: ``bought`` (order_id, account_id, shop_id, placed_at,
    paid_minor, until_at), orders and the last moment at which money may come for each, and
    ``returns`` (see `unbrush.base.money.payers`). For use after them: ``due`` (``bought`` as far as
    something came, with stretch, next_at and the shop's terms), ``came`` (``returns`` with their
    stretch) and ``claims`` (order_id, transfer_id, returned_minor, claimed_minor, n_orders,
    n_parts).

    Args:
        low: Least share of the price that is money back.
        high: Largest.
        tolerance: How far a return may be off the terms, as a share of the price.
        takes: Whether the usual return of a shop is the price and more, or what is left of it.
        max_set: Transfers near an order of which any three may add up.
    """
    # A shop that pays on top also just pays back; one that keeps a fee keeps it always.
    terms = ["paid_minor", "by_rate", "by_fee"] if takes == "more" else ["by_rate", "by_fee"]
    off = ", ".join(f"abs(amount_minor - {term})" for term in terms)
    return (
        f"{_stretches()}, {_balanced(low, high)}, {_terms(takes)}, {_settled(tolerance, off)}, "
        f"{_single_returns(high, tolerance, off, max_set)}, {_claims()}"
    )


def _stretches() -> str:
    """An account's orders and returns as far as their windows overlap, without pairing them."""
    return """
moments AS (
    SELECT account_id, placed_at AS moment, 0 AS is_return, order_id FROM bought
    UNION ALL
    SELECT account_id, returns.at, 1, NULL FROM returns
),
followed AS (
    SELECT
        order_id, is_return,
        min(CASE WHEN is_return = 1 THEN moment END) OVER (
            PARTITION BY account_id ORDER BY moment DESC, is_return DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS next_at
    FROM moments
),
awaiting AS (  -- orders with a return in their window, and when the first one came
    SELECT bought.*, followed.next_at
    FROM bought
    JOIN followed ON followed.order_id = bought.order_id
    WHERE followed.is_return = 0 AND followed.next_at <= bought.until_at
),
chained AS (  -- 1 where an order comes after all windows of the account's earlier ones
    SELECT
        awaiting.*,
        CASE WHEN placed_at > max(until_at) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 1 ELSE 0 END AS starts
    FROM awaiting
),
owed AS (
    SELECT
        chained.*,
        sum(starts) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM chained
),
spans AS (
    SELECT
        account_id, stretch, min(placed_at) AS from_at, max(until_at) AS until_at,
        sum(paid_minor) AS paid_minor, count(*) AS n_orders
    FROM owed
    GROUP BY account_id, stretch
),
came AS (
    SELECT returns.*, spans.stretch
    FROM returns
    JOIN spans ON spans.account_id = returns.account_id
    WHERE returns.at >= spans.from_at AND returns.at <= spans.until_at
)"""


def _balanced(low: float, high: float) -> str:
    """Stretches in which everything that came is about everything that was owed."""
    return f"""
balanced AS (
    SELECT spans.*, sums.amount_minor, sums.n_parts
    FROM spans
    JOIN (
        SELECT account_id, stretch, sum(amount_minor) AS amount_minor, count(*) AS n_parts
        FROM came
        GROUP BY account_id, stretch
    ) AS sums ON sums.account_id = spans.account_id AND sums.stretch = spans.stretch
    WHERE sums.amount_minor BETWEEN {low} * spans.paid_minor AND {high} * spans.paid_minor
)"""


def _terms(takes: Literal["more", "less"]) -> str:
    """What a shop usually returns: a share of the price, or so much off or on top of an order."""
    if takes == "more":
        by_rate = "owed.paid_minor * greatest(coalesce(fees.rate, 1.0), 1.0)"
        by_fee = "owed.paid_minor + greatest(coalesce(fees.fee, 0.0), 0.0)"
    else:
        by_rate = "owed.paid_minor * least(coalesce(fees.rate, 0.0), 1.0)"
        by_fee = "owed.paid_minor + least(coalesce(fees.fee, -owed.paid_minor), 0.0)"
    return f"""
fees AS (  -- what a shop pays on top: a share of the price, or so much for an order
    SELECT
        owed.shop_id,
        median(1.0 * balanced.amount_minor / balanced.paid_minor) AS rate,
        median(1.0 * (balanced.amount_minor - balanced.paid_minor) / balanced.n_orders) AS fee
    FROM balanced
    JOIN owed ON owed.account_id = balanced.account_id AND owed.stretch = balanced.stretch
    GROUP BY owed.shop_id
),
due AS (  -- whole minor units, so that no order of adding changes a sum
    SELECT
        owed.*,
        CAST(round({by_rate}) AS BIGINT) AS by_rate,
        CAST(round({by_fee}) AS BIGINT) AS by_fee
    FROM owed
    LEFT JOIN fees ON fees.shop_id = owed.shop_id
)"""


def _settled(tolerance: float, off: str) -> str:
    """Of balanced stretches, those that fit the shop's terms, and which order stands with what."""
    return f"""
settled AS (
    SELECT account_id, stretch, paid_minor, amount_minor, n_orders, n_parts
    FROM (
        SELECT balanced.*, sums.by_rate, sums.by_fee
        FROM balanced
        JOIN (
            SELECT account_id, stretch, sum(by_rate) AS by_rate, sum(by_fee) AS by_fee
            FROM due
            GROUP BY account_id, stretch
        ) AS sums ON sums.account_id = balanced.account_id AND sums.stretch = balanced.stretch
    )
    WHERE least({off}) <= {tolerance} * paid_minor
),
whole_steps AS (  -- orders and returns of settled stretches in turn, to say which followed which
    SELECT account_id, stretch, placed_at AS moment, 0 AS is_return, order_id, NULL AS transfer_id
    FROM due
    UNION ALL
    SELECT account_id, stretch, came.at, 1, NULL, transfer_id FROM came
),
whole_turns AS (
    SELECT
        account_id, stretch, is_return, transfer_id,
        count(order_id) OVER (
            PARTITION BY account_id, stretch ORDER BY moment, is_return, order_id, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS turn,
        order_id
    FROM whole_steps
),
whole AS (  -- each return stands with the latest order before it
    SELECT
        ordered.order_id, followers.transfer_id, settled.amount_minor AS returned_minor,
        settled.paid_minor AS claimed_minor, settled.n_orders, settled.n_parts
    FROM settled
    JOIN whole_turns AS ordered
        ON ordered.account_id = settled.account_id AND ordered.stretch = settled.stretch
        AND ordered.is_return = 0
    LEFT JOIN whole_turns AS followers
        ON followers.account_id = ordered.account_id AND followers.stretch = ordered.stretch
        AND followers.turn = ordered.turn AND followers.is_return = 1
)"""


def _single_returns(high: float, tolerance: float, off: str, max_set: int) -> str:
    """Of what did not settle as a whole, orders to which up to three transfers add up."""
    return f"""
loose AS (
    SELECT
        due.order_id, came.transfer_id, came.amount_minor, due.paid_minor, due.by_rate, due.by_fee,
        count(*) OVER (PARTITION BY due.order_id) AS n_near
    FROM due
    JOIN came ON came.account_id = due.account_id AND came.stretch = due.stretch
    LEFT JOIN settled ON settled.account_id = due.account_id AND settled.stretch = due.stretch
    WHERE settled.account_id IS NULL
        AND came.at >= due.placed_at
        AND came.at <= due.until_at
        AND came.amount_minor <= {high} * due.paid_minor
),
sets AS (
    SELECT
        order_id, paid_minor, by_rate, by_fee, amount_minor, transfer_id AS one,
        transfer_id AS two, transfer_id AS three, 1 AS n_parts
    FROM loose
    UNION ALL
    SELECT
        a.order_id, a.paid_minor, a.by_rate, a.by_fee, a.amount_minor + b.amount_minor,
        a.transfer_id, b.transfer_id, b.transfer_id, 2
    FROM loose AS a
    JOIN loose AS b ON b.order_id = a.order_id AND b.transfer_id > a.transfer_id
    WHERE a.n_near <= {3 * max_set}
    UNION ALL
    SELECT
        a.order_id, a.paid_minor, a.by_rate, a.by_fee,
        a.amount_minor + b.amount_minor + c.amount_minor,
        a.transfer_id, b.transfer_id, c.transfer_id, 3
    FROM loose AS a
    JOIN loose AS b ON b.order_id = a.order_id AND b.transfer_id > a.transfer_id
    JOIN loose AS c ON c.order_id = a.order_id AND c.transfer_id > b.transfer_id
    WHERE a.n_near <= {max_set}
),
best AS (
    SELECT *
    FROM (
        SELECT
            sets.*,
            least({off}) AS off_minor,
            row_number() OVER (
                PARTITION BY order_id ORDER BY n_parts, least({off}), one, two, three
            ) AS place
        FROM sets
        WHERE least({off}) <= {tolerance} * paid_minor
    )
    WHERE place = 1
),
parts AS (
    SELECT order_id, one AS transfer_id, amount_minor, paid_minor, n_parts, off_minor FROM best
    UNION
    SELECT order_id, two, amount_minor, paid_minor, n_parts, off_minor FROM best
    UNION
    SELECT order_id, three, amount_minor, paid_minor, n_parts, off_minor FROM best
),
contested AS (  -- a transfer pays back one order: the one it fits best, of these the latest
    SELECT
        parts.order_id, parts.transfer_id, parts.amount_minor, parts.paid_minor, parts.n_parts,
        row_number() OVER (
            PARTITION BY transfer_id ORDER BY off_minor, bought.placed_at DESC, parts.order_id
        ) AS place
    FROM parts
    JOIN bought ON bought.order_id = parts.order_id
)"""


def _claims() -> str:
    """Everything that came back, as a row for each order and transfer."""
    return """
claims AS (
    SELECT * FROM whole
    UNION ALL
    SELECT order_id, transfer_id, amount_minor, paid_minor, 1, n_parts
    FROM contested
    WHERE order_id NOT IN (SELECT order_id FROM contested WHERE place > 1)
)"""
