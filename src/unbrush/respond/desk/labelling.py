"""What people found at the desk → labels of a run's rows, from which `unbrush learn` learns.

A verdict is about a shop or a ring. What it labels are the orders and reviews of it that the run
leaves out, of the time before it was given: those are what people looked at. Rows that count are
not labelled by a confirmed case: nobody said of them that they are genuine.

Labels of a desk are of what was suspected. What no detector sees is not among them, so that a
share of fakes among them says nothing of the market.
"""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.records import Transaction
from unbrush.base.run_folder import RunFolder

LABELS = pa.schema(
    [
        ("subject_kind", pa.string()),
        ("subject_id", pa.string()),
        ("is_fake", pa.bool_()),
        ("source", pa.string()),
        ("at", pa.int64()),
    ]
)
"""As the event table `labels`; ``source`` is ``desk``, ``at`` when it was found (epoch ms UTC)."""


def labels_of(transaction: Transaction, engine: Engine, folder: RunFolder) -> pa.Table:
    """Return labels of a run's orders and reviews, and the verdicts themselves, by kind and id.

    Where several are about one row, the one that was given last holds.

    Args:
        transaction: Where verdicts are.
        engine: Reads the run's files.
        folder: A judged run.
    """
    engine.put("_verdicts", _verdicts(transaction))
    manifest = Manifest.read(folder.manifest)
    open_market(engine, folder.events, manifest)
    gone = f"""
        SELECT d.subject_kind AS kind, CAST(d.subject_id AS VARCHAR) AS id, event_at,
               CAST(shop_id AS VARCHAR) AS shop_id, CAST(account_id AS VARCHAR) AS account_id
        FROM (SELECT 'order' AS kind, order_id AS id, shop_id, account_id, placed_at AS event_at
              FROM orders
              UNION ALL
              SELECT 'review', review_id, coalesce(r.shop_id, i.shop_id), account_id, posted_at
              FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id) e
        JOIN {engine.scan(folder.output("decisions"))} d
            ON d.subject_kind = e.kind AND d.is_neutralised
                AND CAST(d.subject_id AS VARCHAR) = CAST(e.id AS VARCHAR)"""
    members = f"""SELECT ring_id, subject_kind, CAST(subject_id AS VARCHAR) AS id
        FROM {engine.scan(folder.output("ring_members"))}"""
    found = engine.query(
        f"""WITH gone AS ({gone}), members AS ({members}),
            reached AS (
                SELECT kind, id, is_fake, found_at FROM _verdicts
                UNION ALL
                SELECT g.kind, g.id, v.is_fake, v.found_at FROM gone g
                JOIN _verdicts v ON v.kind = 'shop' AND v.id = g.shop_id AND event_at <= v.found_at
                UNION ALL
                SELECT g.kind, g.id, v.is_fake, v.found_at FROM gone g
                JOIN members a ON a.subject_kind = 'account' AND a.id = g.account_id
                JOIN members s ON s.subject_kind = 'shop' AND s.id = g.shop_id
                    AND s.ring_id = a.ring_id
                JOIN _verdicts v ON v.kind = 'ring' AND v.id = a.ring_id AND event_at <= v.found_at)
            SELECT kind AS subject_kind, id AS subject_id,
                   -- Of what was said at one moment, that it is genuine holds.
                   bool_and(is_fake) AS is_fake, 'desk' AS source, found_at AS "at"
            FROM (SELECT * FROM reached
                  QUALIFY rank() OVER (PARTITION BY kind, id ORDER BY found_at DESC) = 1)
            GROUP BY kind, id, found_at ORDER BY kind, id"""
    )
    engine.drop("_verdicts")
    return found.cast(LABELS)


def _verdicts(transaction: Transaction) -> pa.Table:
    """Return verdicts of cases, and decisions that people reversed without one."""
    rows = transaction.all(
        """SELECT subject_kind AS kind, subject_id AS id, is_fake, given_at AS found_at
           FROM verdicts
           UNION ALL
           SELECT subject_kind, subject_id, 0, human_at FROM decisions
           WHERE human_outcome = 'reversed'
           ORDER BY 1, 2, 4, 3"""
    )
    schema = pa.schema(
        [
            ("kind", pa.string()),
            ("id", pa.string()),
            ("is_fake", pa.bool_()),
            ("found_at", pa.int64()),
        ]
    )
    return pa.Table.from_pylist(
        [{**row, "is_fake": bool(row["is_fake"])} for row in rows], schema=schema
    )
