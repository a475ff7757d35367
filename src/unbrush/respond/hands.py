"""The hands behind an organiser's rings, and what the rings did: what claims stand on."""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond.limits import HANDS_TOLD, ORGANISERS_SHOWN

OWN_TABLES = (
    "_led",
    "_organisers",
    "_org_rings",
    "_org_accounts",
    "_org_shops",
    "_acts",
    "_org_acts",
    "_hands",
)
"""What `gather` leaves, to be dropped when the section is told."""

ROLE_RANK = ("organiser", "payer", "recruiter", "shipper")
"""Roles of hands, the one that directs first; any other role comes after them."""

WORKERS = ("brusher", "companion", "merchant")
"""Roles of a ring's own members; whoever has another one is a hand."""

FIRST_TIER = ("organiser", "payer")
"""Roles that stand at the top of the picture."""


def gather(engine: Engine, manifest: Manifest) -> None:
    """Leave, for the largest organisers, who belongs to them and what they did.

    `_led` is the clusters with an organiser to speak of: several rings, or a hand behind one.
    `_organisers` has those shown, by ``place``; `_org_rings`, `_org_accounts` and
    `_org_shops` what they are made of; `_acts` every order (or, without orders, review) of the
    market that could be a ring's doing; `_org_acts` those of a ring's accounts in its shops, each
    once; `_hands` people, wallets, senders and authors by ``place`` and ``hand``.

    Args:
        engine: Holds `clusters`, `cluster_members`, `_rings`, `_ring_members`, `_placed`,
            `_posted` and the event tables.
        manifest: What was collected.
    """
    engine.create("_led", _led_sql())
    engine.create("_organisers", f"SELECT * FROM _led WHERE place <= {ORGANISERS_SHOWN}")
    engine.create("_org_rings", _rings_sql())
    engine.create("_org_accounts", _members_sql("account", "account_id"))
    engine.create("_org_shops", _shops_sql(manifest.subject_id_type))
    engine.view("_acts", _acts_sql())
    engine.create("_org_acts", _org_acts_sql())
    engine.create("_hands", _hands_sql())


def _led_sql() -> str:
    workers = ", ".join(f"'{role}'" for role in WORKERS)
    return f"""
        SELECT *, row_number() OVER (
            ORDER BY n_orders + n_reviews DESC, n_accounts DESC, cluster_id) AS place
        FROM clusters WHERE n_rings >= 2 OR cluster_id IN (
            SELECT cluster_id FROM cluster_members WHERE role NOT IN ({workers}))"""


def _rings_sql() -> str:
    """Rings by organiser, the largest first."""
    return """
        SELECT o.place, r.*, row_number() OVER (
            PARTITION BY o.place
            ORDER BY r.n_accounts DESC, r.n_orders + r.n_reviews DESC, r.ring_id) AS ring_place
        FROM _rings r JOIN _organisers o ON o.cluster_id = r.cluster_id"""


def _members_sql(kind: str, column: str) -> str:
    return f"""
        SELECT DISTINCT r.place, r.ring_id, r.ring_place, m.subject_id AS {column}
        FROM _ring_members m JOIN _org_rings r ON r.ring_id = m.ring_id
        WHERE m.subject_kind = '{kind}'"""


def _shops_sql(kind: str) -> str:
    return f"""
        SELECT m.*, s.region FROM ({_members_sql("shop", "shop_id")}) m
        LEFT JOIN (SELECT DISTINCT CAST(shop_id AS {kind}) AS shop_id, region FROM shops) s
            ON s.shop_id = m.shop_id"""


def _acts_sql() -> str:
    # As for rings: in a market of reviews alone the reviews speak, and items if no shop is named.
    return """
        SELECT event_id, account_id, shop_id, event_at, paid_minor, is_removed FROM _placed
        WHERE is_solo
        UNION ALL
        SELECT event_id, account_id, coalesce(shop_id, item_id), event_at, NULL, is_removed
        FROM _posted WHERE NOT EXISTS (SELECT 1 FROM orders)"""


def _org_acts_sql() -> str:
    """An account and a shop that two rings have in common act for the larger of them."""
    return """
        SELECT a.place, a.ring_id, a.ring_place, e.*
        FROM _acts e JOIN _org_accounts a ON a.account_id = e.account_id
        JOIN _org_shops s ON s.shop_id = e.shop_id AND s.ring_id = a.ring_id AND s.place = a.place
        QUALIFY row_number() OVER (
            PARTITION BY a.place, e.event_id ORDER BY a.ring_place) = 1"""


def _hands_sql() -> str:
    """Members of an organiser that do more than order: one row for each, with all its roles."""
    ranks = " ".join(f"WHEN '{role}' THEN {rank}" for rank, role in enumerate(ROLE_RANK))
    first = ", ".join(f"'{role}'" for role in FIRST_TIER)
    workers = ", ".join(f"'{role}'" for role in WORKERS)
    return f"""
        WITH ranked AS (
            SELECT o.place, m.*, CASE m.role {ranks} ELSE {len(ROLE_RANK)} END AS rank
            FROM cluster_members m JOIN _organisers o ON o.cluster_id = m.cluster_id
            WHERE m.role NOT IN ({workers})),
        merged AS (
            SELECT place, subject_kind, subject_id, token, min(rank) AS rank,
                list(role ORDER BY rank, role) AS roles, bool_or(role IN ({first})) AS is_first,
                max(n_rings) AS n_rings, max(n_deeds) AS n_deeds, min(first_at) AS first_at,
                max(last_at) AS last_at, arg_min(reason_zh, rank) AS reason_zh,
                arg_min(reason_en, rank) AS reason_en
            FROM ranked GROUP BY place, subject_kind, subject_id, token),
        -- Some of every kind: a crowd of recruiters leaves room for the one who sends.
        in_turn AS (
            SELECT *, count(*) OVER (PARTITION BY place) AS n_hands,
                count(*) OVER (PARTITION BY place, is_first) AS n_tier,
                row_number() OVER (
                    PARTITION BY place, rank, subject_kind ORDER BY n_rings DESC, n_deeds DESC,
                        token, subject_id) AS turn
            FROM merged),
        told AS (
            SELECT * FROM in_turn QUALIFY row_number() OVER (
                PARTITION BY place ORDER BY turn, rank, subject_kind) <= {HANDS_TOLD})
        SELECT *, row_number() OVER (
            PARTITION BY place ORDER BY is_first DESC, rank, turn, subject_kind) AS hand
        FROM told"""
