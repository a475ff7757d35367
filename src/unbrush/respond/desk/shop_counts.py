"""How many orders of a shop count and do not, of the newest run: for whoever has no engine."""

from unbrush.base.engine import Engine
from unbrush.base.records import Transaction, add_many
from unbrush.base.run_folder import RunFolder


def keep_counts(
    transaction: Transaction, engine: Engine, folder: RunFolder, run_id: str, /
) -> None:
    """Replace what is kept by what a run counted, for shops of which it suspects anything.

    Orders are counted; reviews where a shop has no orders in the market.
    """
    decisions, counts = (engine.scan(folder.output(name)) for name in ("decisions", "clean_counts"))
    rows = engine.query(
        f"""WITH counted AS (
                SELECT CAST(c.subject_id AS VARCHAR) AS shop_id,
                       CASE WHEN coalesce(c.orders_raw, 0) > 0 THEN c.orders_raw
                            ELSE c.reviews_raw END AS n_raw,
                       CASE WHEN coalesce(c.orders_raw, 0) > 0 THEN c.orders_clean
                            ELSE c.reviews_clean END AS n_clean
                FROM {counts} c JOIN {decisions} d
                    ON d.subject_kind = 'shop' AND d.subject_id = c.subject_id AND d.rung <> 'L0'
                WHERE c.subject_kind = 'shop')
            SELECT shop_id, n_raw - n_clean AS n_fake, n_clean AS n_genuine FROM counted
            WHERE n_raw IS NOT NULL AND n_clean IS NOT NULL ORDER BY shop_id"""
    )
    transaction.run("DELETE FROM shop_counts")
    add_many(
        transaction, "shop_counts", ("shop_id", "run_id", "n_fake", "n_genuine"),
        [(row["shop_id"], run_id, row["n_fake"], row["n_genuine"]) for row in rows.to_pylist()],
    )  # fmt: skip
