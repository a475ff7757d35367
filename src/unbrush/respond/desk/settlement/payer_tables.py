"""A run's transfers, sorted by who is paid: the tables on which blocks of payers are tried.

Somebody is a brusher by a **ground**: an order or review that does not count, or a place as brusher
in a ring. A ground rests on subjects: the deed itself, its account, shop and item, the order of a
review, a ring that has both account and shop. It falls with each of them that people reversed after
the deed, here and, for pairs that are blocked, at the desk (`payer_pairs`).
"""

from collections.abc import Collection, Iterable

import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.records import Row
from unbrush.base.run_folder import RunFolder

_REVERSED = pa.schema([("kind", pa.string()), ("id", pa.string()), ("said_at", pa.int64())])

_RESTS = """
    SELECT account_id, ground, kind AS rests_kind, id AS rests_id, happened_at,
           CAST(kind <> 'ring' AS INTEGER) AS is_itself
    FROM all_grounds
    UNION ALL SELECT account_id, ground, 'account', account_id, happened_at, 0 FROM all_grounds
    UNION ALL SELECT account_id, ground, 'shop', shop_id, happened_at, 0 FROM all_grounds
    UNION ALL SELECT account_id, ground, 'item', item_id, happened_at, 0 FROM all_grounds
    UNION ALL SELECT account_id, ground, 'order', order_id, happened_at, 0 FROM all_grounds
    UNION ALL SELECT g.account_id, g.ground, 'ring', a.ring_id, g.happened_at, 0
    FROM all_grounds g
    JOIN in_rings a ON a.subject_kind = 'account' AND a.id = g.account_id
    JOIN in_rings s ON s.subject_kind = 'shop' AND s.id = g.shop_id AND s.ring_id = a.ring_id"""
"""What every ground rests on, a row each; ``is_itself`` marks the deed."""

# Where several accounts use one purse, the most innocent of them counts: it would be hit.
_USERS = """
    SELECT o.token, bool_or(x.account_id IS NULL AND c.account_id IS NULL) AS is_innocent,
           bool_or(c.account_id IS NOT NULL) AS is_the_cases,
           bool_and(c.account_id IS NOT NULL) AS is_the_cases_alone,
           coalesce(min(o.account_id) FILTER (x.account_id IS NULL AND c.account_id IS NULL),
                    min(o.account_id)) AS account_id
    FROM purse_owners o
    LEFT JOIN suspected x ON x.account_id = o.account_id
    LEFT JOIN the_cases c ON c.account_id = o.account_id
    GROUP BY o.token"""


def sort_transfers(
    engine: Engine,
    folder: RunFolder,
    /,
    *,
    rings: Collection[str],
    shops: Collection[str],
    reversed_subjects: Iterable[Row],
) -> None:
    """Leave ``everybody``, ``grounds``, ``purse_owners`` and ``paid_there`` in ``engine``.

    ``grounds`` are those of the case's brushers that stand, a row for each subject that one rests
    on. ``paid_there`` has every transfer with the ``kind`` of who is paid (brusher, suspect,
    innocent, unknown, shop) and ``is_pair``: the purse is of brushers of the case and nobody else.

    Args:
        engine: Reads the run's files.
        folder: A judged run with orders and transfers.
        rings: Ids of the case's rings.
        shops: Ids of the case's shops.
        reversed_subjects: What people reversed; see `unbrush.respond.desk.appeals`.
    """

    def text(values: Collection[str]) -> str:
        return ", ".join(quote(value) for value in sorted(values)) or "NULL"

    make = engine.create
    decisions = engine.scan(folder.output("decisions"))
    said = [
        {"kind": row["subject_kind"], "id": row["subject_id"], "said_at": row["human_at"]}
        for row in reversed_subjects
    ]
    engine.put("people_reversed", pa.Table.from_pylist(said, schema=_REVERSED))
    make("everybody", _everybody(engine, folder))
    make(
        "in_rings",
        f"""SELECT DISTINCT ring_id, subject_kind, CAST(subject_id AS VARCHAR) AS id, role
            FROM {engine.scan(folder.output("ring_members"))}""",
    )
    make("all_grounds", _grounds(engine, folder))
    make("rests", f"SELECT * FROM ({_RESTS}) WHERE rests_id IS NOT NULL")
    make(
        "standing",
        f"""SELECT account_id, ground, coalesce(shop_id IN ({text(shops)}), false)
                OR coalesce(ring_id IN ({text(rings)}), false) AS is_the_cases
            FROM all_grounds g
            WHERE NOT EXISTS (
                SELECT 1 FROM rests r
                JOIN people_reversed p ON p.kind = r.rests_kind AND p.id = r.rests_id
                    AND p.said_at >= r.happened_at
                WHERE r.account_id = g.account_id AND r.ground = g.ground)""",
    )
    make("the_cases", "SELECT DISTINCT account_id FROM standing WHERE is_the_cases")
    make(
        "grounds",
        """SELECT DISTINCT r.* FROM rests r
           JOIN standing s ON s.account_id = r.account_id AND s.ground = r.ground
           WHERE s.is_the_cases""",
    )
    make(
        "suspected",
        f"""SELECT account_id FROM standing
            UNION
            SELECT CAST(subject_id AS VARCHAR) FROM {decisions}
            WHERE subject_kind = 'account' AND rung <> 'L0' AND CAST(subject_id AS VARCHAR)
                NOT IN (SELECT id FROM people_reversed WHERE kind = 'account')""",
    )
    make("purse_owners", _owners(engine, folder))
    make("shop_purses", _shop_purses(engine, folder))
    make(
        "paid_there",
        f"""SELECT t.from_token, t.to_token, t.amount_minor, t."at" AS paid_at,
                   coalesce(p.account_id, t.to_token) AS who,
                   CASE WHEN s.token IS NOT NULL THEN 'shop'
                        WHEN p.account_id IS NULL THEN 'unknown'
                        WHEN p.is_innocent THEN 'innocent'
                        WHEN p.is_the_cases THEN 'brusher' ELSE 'suspect' END AS kind,
                   s.token IS NULL AND coalesce(p.is_the_cases_alone, false) AS is_pair
            FROM {engine.scan(folder.event("transfers"))} t
            LEFT JOIN ({_USERS}) p ON p.token = t.to_token
            LEFT JOIN shop_purses s ON s.token = t.to_token
            WHERE t.amount_minor > 0""",
    )


def _grounds(engine: Engine, folder: RunFolder) -> str:
    """Return SQL of the grounds of everybody, with all that they may rest on."""
    decisions = engine.scan(folder.output("decisions"))
    orders = engine.scan(folder.event("orders"))
    has = _columns(engine, folder, "orders")
    parts = [
        f"""SELECT 'order' AS kind, CAST(o.order_id AS VARCHAR) AS id,
                   CAST(o.account_id AS VARCHAR) AS account_id,
                   CAST(o.shop_id AS VARCHAR) AS shop_id,
                   CAST({"o.item_id" if "item_id" in has else "NULL"} AS VARCHAR) AS item_id,
                   CAST(NULL AS VARCHAR) AS order_id, CAST(NULL AS VARCHAR) AS ring_id,
                   coalesce(o.placed_at, 0) AS happened_at
            FROM {orders} o JOIN {decisions} d
                ON d.subject_kind = 'order' AND d.subject_id = o.order_id AND d.is_neutralised""",
        """SELECT 'ring', ring_id, id, NULL, NULL, NULL, ring_id, 0
           FROM in_rings WHERE subject_kind = 'account' AND role = 'brusher'""",
    ]
    if folder.event("reviews").is_file():
        has = _columns(engine, folder, "reviews")
        shop = "r.shop_id" if "shop_id" in has else "NULL"
        joined = ""
        if "order_id" in has:
            shop = f"coalesce({shop}, o.shop_id)"
            joined = f"LEFT JOIN {orders} o ON o.order_id = r.order_id"
        parts.append(
            f"""SELECT 'review', CAST(r.review_id AS VARCHAR), CAST(r.account_id AS VARCHAR),
                       CAST({shop} AS VARCHAR), CAST(r.item_id AS VARCHAR),
                       CAST({"r.order_id" if "order_id" in has else "NULL"} AS VARCHAR), NULL,
                       coalesce(r.posted_at, 0)
                FROM {engine.scan(folder.event("reviews"))} r JOIN {decisions} d
                    ON d.subject_kind = 'review' AND d.subject_id = r.review_id AND d.is_neutralised
                {joined}"""
        )
    return f"""SELECT *, kind || ':' || id AS ground FROM ({" UNION ALL ".join(parts)})
        WHERE account_id IS NOT NULL"""


def _everybody(engine: Engine, folder: RunFolder) -> str:
    table = "accounts" if folder.event("accounts").is_file() else "orders"
    return f"""SELECT DISTINCT CAST(account_id AS VARCHAR) AS account_id
        FROM {engine.scan(folder.event(table))}"""


def _owners(engine: Engine, folder: RunFolder) -> str:
    """Return SQL of purses and the accounts that use them, from every table that says so."""
    parts = []
    if "payer_token" in _columns(engine, folder, "orders"):
        parts.append(
            f"""SELECT payer_token AS token, CAST(account_id AS VARCHAR) AS account_id
                FROM {engine.scan(folder.event("orders"))} WHERE payer_token IS NOT NULL"""
        )
    if folder.event("account_links").is_file():
        parts.append(
            f"""SELECT token, CAST(account_id AS VARCHAR)
                FROM {engine.scan(folder.event("account_links"))}
                WHERE kind IN ('card', 'phone')"""
        )
    if "phone_token" in _columns(engine, folder, "accounts"):
        parts.append(
            f"""SELECT phone_token, CAST(account_id AS VARCHAR)
                FROM {engine.scan(folder.event("accounts"))} WHERE phone_token IS NOT NULL"""
        )
    return " UNION ".join(parts) or "SELECT '' AS token, '' AS account_id WHERE false"


def _shop_purses(engine: Engine, folder: RunFolder) -> str:
    parts = [
        f"""SELECT bank_token AS token FROM {engine.scan(folder.event(table))}
            WHERE bank_token IS NOT NULL"""
        for table in ("payouts", "owners")
        if "bank_token" in _columns(engine, folder, table)
    ]
    return " UNION ".join(parts) or "SELECT '' AS token WHERE false"


def _columns(engine: Engine, folder: RunFolder, table: str) -> list[str]:
    path = folder.event(table)
    if not path.is_file():
        return []
    return list(engine.query(f"SELECT * FROM {engine.scan(path)} LIMIT 0").column_names)
