"""What every signal and ring says about each order and review: one witness row each.

A finding about an order or review is a witness for it. A finding about a shop or account is a
witness for the orders or reviews that it rests on. A ring is a witness for its accounts' orders in
its shops. What is said of a review is also heard for its order, but never alone, and not where only
what is sold is in doubt.
"""

from collections.abc import Iterable

from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.judge.hearing import footing_of_ring_sql, footing_of_signal_sql
from unbrush.judge.own_purchases import own_purchases_sql
from unbrush.judge.policy import Policy

MOST_STARS = 1_000_000
"""Of a rating; more is a slip of the pen, and would not fit the sums."""


def call_witnesses(engine: Engine, manifest: Manifest, policy: Policy) -> None:
    """Leave `_orders`, `_reviews` (ids typed as subjects) and `_witnesses` in ``engine``.

    `_witnesses`: kind (order, review), id, signal_id, name (detector or ring id), family, strength,
    element, implicates, score, footing (what another family may rest on, too, see `hearing`),
    own_share (of rings that are strong but for this: how likely the row is its account's own, see
    `own_purchases`), is_direct.
    """
    id_type = manifest.subject_id_type
    name_rows(engine, manifest)
    engine.create(
        "_witnesses",
        f"""WITH direct AS ({_signals_sql(id_type)} UNION ALL ({_rings_sql(id_type, policy)})),
            heard AS (
                SELECT * FROM direct
                WHERE NOT list_contains({_listed(policy.families_off)}, family)
                    AND NOT list_contains({_listed(policy.detectors_off)}, name))
            SELECT *, true AS is_direct FROM heard
            UNION ALL
            SELECT 'order', r.order_id, signal_id, name, family, strength, element,
                   implicates, score, footing, own_share, false
            FROM heard JOIN _reviews r USING (id)
            WHERE kind = 'review' AND r.order_id IS NOT NULL
                -- A ring speaks for its orders itself.
                AND signal_id IS NOT NULL
                -- Praise that was bought, or is of other goods, does not make the purchase fake.
                AND implicates = 'actors'""",
    )


def name_rows(engine: Engine, manifest: Manifest) -> None:
    """Name orders and reviews, their ids typed as subjects, `_orders` and `_reviews`."""
    engine.view("_orders", _orders_sql(manifest.subject_id_type))
    engine.view("_reviews", _reviews_sql(manifest.subject_id_type))


def _listed(names: Iterable[str]) -> str:
    """Return a list of texts in SQL; empty ones need their type."""
    return f"CAST([{', '.join(map(quote, names))}] AS VARCHAR[])"


def _orders_sql(id_type: str) -> str:
    return f"""
        SELECT CAST(o.order_id AS {id_type}) AS id, CAST(o.account_id AS {id_type}) AS account_id,
               CAST(o.shop_id AS {id_type}) AS shop_id, CAST(o.item_id AS {id_type}) AS item_id,
               placed_at, coalesce(paid_minor, 0) AS paid_minor, status,
               -- What a platform shows as sold: everything but what was called off.
               coalesce(status, '') <> 'cancelled' AS counts,
               live_session_id, campaign_id, group_id, is_gift,
               coalesce(a.staff_of_shop_id = o.shop_id, false) AS is_own_staff
        FROM orders o LEFT JOIN accounts a ON a.account_id = o.account_id"""


def _reviews_sql(id_type: str) -> str:
    return f"""
        SELECT CAST(r.review_id AS {id_type}) AS id, CAST(r.account_id AS {id_type}) AS account_id,
               CAST(coalesce(r.shop_id, i.shop_id) AS {id_type}) AS shop_id,
               CAST(r.item_id AS {id_type}) AS item_id,
               CAST(r.order_id AS {id_type}) AS order_id, r.posted_at,
               CASE WHEN abs(r.rating) <= {MOST_STARS} THEN r.rating END AS rating, r.text_source,
               r.is_disclosed_incentive
        FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id"""


def _signals_sql(id_type: str) -> str:
    return f"""
        SELECT subject_kind AS kind, subject_id AS id, signal_id, detector AS name, family,
               strength, element, coalesce(implicates, 'actors') AS implicates, score,
               {footing_of_signal_sql()} AS footing, NULL AS own_share
        FROM signals WHERE subject_kind IN ('order', 'review')
        UNION ALL
        SELECT CASE evidence_table WHEN 'orders' THEN 'order' ELSE 'review' END,
               CAST(unnest(evidence_ids) AS {id_type}), signal_id, detector, family, strength,
               element, coalesce(implicates, 'actors'), score, {footing_of_signal_sql()},
               NULL
        FROM signals
        WHERE subject_kind NOT IN ('order', 'review') AND evidence_table IN ('orders', 'reviews')"""


def _rings_sql(id_type: str, policy: Policy) -> str:
    """Orders and reviews of a ring's accounts in its shops.

    A companion, who only chose the same shops or hours as others, is weak evidence of the family
    of time: hunters of the same bargains do so too. A token or a payer in common makes it strong,
    and so do shops that no honest taste explains (decision 0005). A ring that only paid-back money
    ties together speaks in the family of those payments: it is no second, independent kind of
    evidence for them.

    Of what its members likely bought for themselves it speaks weakly, see `own_purchases`. So does
    a ring that only a wallet holds together where nobody's cards are known: it may be a gift card.
    """
    held = (
        "NOT a.is_firm OR regexp_replace(rings.ties, '\"(money|lockstep)\"', '', 'g') LIKE '%\"%'"
    )
    footing = footing_of_ring_sql()
    one_wallet = (
        "regexp_replace(rings.ties, '\"(money|lockstep|payer)\"', '', 'g') NOT LIKE '%\"%'"
        " AND rings.ties LIKE '%\"payer\"%'"
        " AND (SELECT count(*) FROM account_links WHERE kind = 'card') = 0"
    )
    is_own = f"coalesce(own.share, 0) >= {policy.min_own_share}"
    is_weak = f"(a.role = 'companion' OR ({one_wallet}))"
    weak = f"{is_weak} OR {is_own}"
    deed = """
        SELECT '{kind}' AS kind, d.id, NULL AS signal_id, a.ring_id AS name,
               CASE WHEN a.role = 'companion' THEN 'time' WHEN {held} THEN 'graph'
                    ELSE 'money' END AS family,
               CASE WHEN {weak} THEN 'E1' ELSE 'E2' END AS strength,
               CASE WHEN {weak} THEN 'a' ELSE 'b' END AS element, 'actors', rings.score,
               {footing}, CASE WHEN NOT {is_weak} THEN coalesce(own.share, 0) END
        FROM {table} d
        JOIN ring_members a ON a.subject_kind = 'account' AND a.subject_id = d.account_id
        JOIN ring_members s ON s.subject_kind = 'shop' AND s.subject_id = d.shop_id
                           AND s.ring_id = a.ring_id
        JOIN rings ON rings.ring_id = a.ring_id
        LEFT JOIN own ON own.id = d.{order} AND own.ring_id = a.ring_id"""
    said = {"held": held, "weak": weak, "is_weak": is_weak, "footing": footing}
    orders = deed.format(kind="order", table="_orders", order="id", **said)
    reviews = deed.format(kind="review", table="_reviews", order="order_id", **said)
    return f"WITH {own_purchases_sql(id_type, policy)} {orders} UNION ALL {reviews}"
