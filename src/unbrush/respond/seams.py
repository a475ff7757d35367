"""What `respond` reads: the tables that the earlier stages left, under the names used here."""

from unbrush.base.engine import Engine, name
from unbrush.base.errors import NotReady
from unbrush.base.manifest import Manifest

MADE_BY = {
    "rejects": "collect",
    "signals": "detect",
    "coverage": "detect",
    "rings": "group",
    "ring_members": "group",
    "decisions": "judge",
    "reasons": "judge",
    "clean_counts": "judge",
}
"""Every table that the report is made from, and the stage that leaves it."""

OWN_VIEWS = ("_placed", "_posted", "_held", "_rings", "_ring_members")
"""Names that `name_events` and `name_rings` give, to be forgotten when the report is made."""

LATER_COLUMNS = {
    "rings": {"cluster_id": "VARCHAR", "q_value": "DOUBLE", "robustness": "DOUBLE"},
    "ring_members": {"weight": "DOUBLE", "q_without": "DOUBLE"},
}
"""Columns that runs of earlier versions do not have."""

PUBLIC_PLACES = ("station", "locker", "forwarder", "office", "school")
"""Kinds of address that strangers share for honest reasons."""


def check_ready(engine: Engine) -> None:
    """Stop if an earlier stage has not run.

    Raises:
        NotReady: A table of `MADE_BY`, or the event tables, are not in ``engine``.
    """
    for table, stage in MADE_BY.items():
        if not engine.columns(table):
            raise NotReady(
                f"respond needs the table {table}, which is not there.", hint=f"Run {stage} first."
            )
    if not engine.columns("orders"):
        raise NotReady("respond needs the event tables.", hint="Run collect first.")


def name_events(engine: Engine, manifest: Manifest) -> None:
    """Name orders, reviews and tokens as `_placed`, `_posted` and `_held`.

    Ids take the type that subjects have in the output, so that they can be joined to it. A review
    that does not say its shop has the shop of its item. Cancelled orders count on neither side.
    `_held` has the tokens of each account, places that strangers share left out.
    """
    kind = manifest.subject_id_type
    engine.view(
        "_placed",
        f"""SELECT CAST(o.order_id AS {kind}) AS event_id,
            CAST(o.account_id AS {kind}) AS account_id, CAST(o.shop_id AS {kind}) AS shop_id,
            CAST(o.item_id AS {kind}) AS item_id,
            o.placed_at AS event_at, o.paid_minor,
            -- A live stream or a group purchase brings strangers together: no ring's doing.
            o.live_session_id IS NULL AND o.group_id IS NULL AS is_solo,
            coalesce(o.status, '') <> 'cancelled' AS is_counted,
            d.subject_id IS NOT NULL AS is_removed
        FROM orders o LEFT JOIN {removed_sql(engine, "order")} d
            ON d.subject_id = CAST(o.order_id AS {kind})""",
    )
    engine.view(
        "_posted",
        f"""SELECT CAST(r.review_id AS {kind}) AS event_id,
            CAST(r.account_id AS {kind}) AS account_id,
            CAST(coalesce(r.shop_id, i.shop_id) AS {kind}) AS shop_id,
            CAST(r.item_id AS {kind}) AS item_id,
            r.posted_at AS event_at, r.rating, d.subject_id IS NOT NULL AS is_removed
        FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id
        LEFT JOIN {removed_sql(engine, "review")} d
            ON d.subject_id = CAST(r.review_id AS {kind})""",
    )

    public = ", ".join(f"'{place}'" for place in PUBLIC_PLACES)
    account = f"CAST(account_id AS {kind}) AS account_id"
    engine.view(
        "_held",
        f"""WITH tokens AS (
            SELECT {account}, 'device' AS kind, device_token AS token FROM orders
            UNION ALL SELECT {account}, 'payer', payer_token FROM orders
            UNION ALL SELECT {account}, 'address', address_token FROM orders
            UNION ALL SELECT {account}, kind, token FROM account_links WHERE kind <> 'ip'
            UNION ALL SELECT {account}, 'phone', phone_token FROM accounts
            UNION ALL SELECT {account}, 'identity', identity_token FROM accounts)
        SELECT * FROM tokens WHERE token IS NOT NULL AND token NOT IN (
            SELECT token FROM account_links WHERE address_type IN ({public}))""",
    )


def name_rings(engine: Engine) -> None:
    """Name rings and their members as `_rings` and `_ring_members`, with all `LATER_COLUMNS`."""
    for table, later in LATER_COLUMNS.items():
        there = engine.columns(table)
        absent = [f"CAST(NULL AS {kind}) AS {each}" for each, kind in later.items()
                  if each not in there]  # fmt: skip
        engine.view(f"_{table}", f"SELECT {', '.join(['*', *absent])} FROM {table}")


def has_organisers(engine: Engine) -> bool:
    """Return whether the run looked for organisers at all; earlier versions did not."""
    return all(engine.columns(table) for table in ("clusters", "cluster_members"))


def forget_events(engine: Engine) -> None:
    """Drop what `name_events` and `name_rings` named."""
    for view in OWN_VIEWS:
        engine.drop(view)


def focus(engine: Engine) -> str:
    """Return what the counts are about: ``shop``, or ``item`` in a market that names no shop."""
    shops = engine.value("SELECT count(*) FROM clean_counts WHERE subject_kind = 'shop'")
    items = engine.value("SELECT count(*) FROM clean_counts WHERE subject_kind = 'item'")
    return "item" if items and not shops else "shop"


def rows_of(engine: Engine, table: str) -> int:
    """Return how many rows ``table`` has."""
    return engine.value(f"SELECT count(*) FROM {name(table)}")


def removed_sql(engine: Engine, kind: str) -> str:
    """Rows of a kind that do not count: neutralised, and by nobody restored."""
    but = (
        f"ANTI JOIN (SELECT subject_id FROM restored WHERE subject_kind = '{kind}')"
        " USING (subject_id)"
    )
    return (
        f"(SELECT DISTINCT subject_id FROM decisions {but if engine.columns('restored') else ''} "
        f"WHERE subject_kind = '{kind}' AND is_neutralised)"
    )
