"""How many orders of a shop count and do not, of the newest run: for whoever has no engine."""

from unbrush.base.engine import Engine
from unbrush.base.records import Transaction
from unbrush.base.run_folder import RunFolder


def counted_sql(counts: str, /) -> str:
    """Return SQL of shops with ``n_raw`` and ``n_clean`` of their orders.

    Of their reviews where a shop has no orders in the market.

    Args:
        counts: `clean_counts`, as a table of the engine.
    """
    return f"""SELECT CAST(subject_id AS VARCHAR) AS shop_id,
            CASE WHEN coalesce(orders_raw, 0) > 0 THEN orders_raw ELSE reviews_raw END AS n_raw,
            CASE WHEN coalesce(orders_raw, 0) > 0 THEN orders_clean ELSE reviews_clean END
                AS n_clean
        FROM {counts} WHERE subject_kind = 'shop'"""


def counts_of(engine: Engine, folder: RunFolder) -> dict[str, tuple[int, int]]:
    """Return by shop how many of its orders do not count, and how many do."""
    counts = engine.scan(folder.output("clean_counts"))
    rows = engine.query(
        f"""SELECT shop_id, n_raw - n_clean AS n_fake, n_clean FROM ({counted_sql(counts)})
            WHERE n_raw IS NOT NULL AND n_clean IS NOT NULL"""
    ).to_pylist()
    return {row["shop_id"]: (int(row["n_fake"]), int(row["n_clean"])) for row in rows}


def renew_counts(
    transaction: Transaction, run_id: str, counts: dict[str, tuple[int, int]], /
) -> int:
    """Bring what is kept of a run's shops up to what it counts by now; return how many changed."""
    kept = transaction.all(
        "SELECT shop_id, n_fake, n_genuine FROM shop_counts WHERE run_id = :id ORDER BY shop_id",
        id=run_id,
    )
    changed = [
        {"shop_id": row["shop_id"], "n_fake": now[0], "n_genuine": now[1]}
        for row in kept
        if (now := counts.get(row["shop_id"])) and now != (row["n_fake"], row["n_genuine"])
    ]
    transaction.many(
        """UPDATE shop_counts SET n_fake = :n_fake, n_genuine = :n_genuine
           WHERE shop_id = :shop_id""",
        changed,
    )
    return len(changed)
