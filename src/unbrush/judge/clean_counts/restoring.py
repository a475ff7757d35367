"""Restoring: which rows count again because a person said so.

What is said of a shop, account, item or ring holds for all its rows of that time: what happens
after it was said is judged anew, so that nobody is cleared for the future. Of several things said
about one row, the last holds. The review of an order goes with it where nothing else speaks against
the review.
"""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.reversals import put_reversals


def restore(engine: Engine, manifest: Manifest) -> None:
    """Leave `restored` in ``engine``, from `decisions` and, where there are any, `reversals`."""
    if not engine.columns("reversals"):
        put_reversals(engine, [])
    if not engine.columns("ring_members"):
        engine.put("ring_members", _NO_MEMBERS)
    engine.create("restored", _restored_sql(manifest.subject_id_type))


_NO_MEMBERS = pa.table({"ring_id": [""], "subject_kind": [""], "subject_id": [""]}).slice(0, 0)


def _restored_sql(id_type: str) -> str:
    row_of = {
        "order": "shop_id, account_id, item_id, placed_at AS event_at, id AS order_id",
        "review": "shop_id, account_id, item_id, posted_at AS event_at, order_id",
    }
    said = "v.number, v.action, v.kind, v.id, v.said_at, v.who, v.because"
    out = " UNION ALL ".join(
        f"""SELECT d.subject_kind, d.subject_id, e.* EXCLUDE (id)
            FROM decisions d JOIN (SELECT id, {columns} FROM _{kind}s) e ON e.id = d.subject_id
            WHERE d.subject_kind = '{kind}' AND d.is_neutralised"""
        for kind, columns in row_of.items()
    )
    same = "(v.action = 'again' OR event_at <= v.said_at)"
    whole = " UNION ALL ".join(
        f"""SELECT o.subject_kind, o.subject_id, {said} FROM gone o
            JOIN said v ON v.kind = '{kind}' AND v.subject_id = o.{kind}_id AND {same}"""
        for kind in ("shop", "account", "item")
    )
    return f"""
        WITH gone AS ({out}),
        said AS (SELECT *, TRY_CAST(id AS {id_type}) AS subject_id FROM reversals),
        reached AS (
            SELECT o.subject_kind, o.subject_id, {said} FROM gone o
            JOIN said v ON v.kind = o.subject_kind AND v.subject_id = o.subject_id
            UNION ALL
            SELECT o.subject_kind, o.subject_id, {said} FROM gone o
            JOIN said v ON v.kind = 'order' AND v.subject_id = o.order_id
            JOIN rests_on e ON e.subject_kind = 'review' AND e.subject_id = o.subject_id
            WHERE o.subject_kind = 'review' AND e.evidence = 'order' AND e.is_needed
            UNION ALL {whole}
            UNION ALL
            SELECT o.subject_kind, o.subject_id, {said} FROM gone o
            JOIN ring_members a ON a.subject_kind = 'account' AND a.subject_id = o.account_id
            JOIN ring_members s ON s.subject_kind = 'shop' AND s.subject_id = o.shop_id
                               AND s.ring_id = a.ring_id
            JOIN said v ON v.kind = 'ring' AND v.id = a.ring_id AND {same}),
        last AS (
            SELECT * FROM reached
            QUALIFY row_number() OVER (
                PARTITION BY subject_kind, subject_id ORDER BY number DESC) = 1)
        SELECT subject_kind, subject_id, kind AS through_kind, id AS through_id,
               said_at AS restored_at, who AS restored_by, because
        FROM last WHERE action = 'restore' ORDER BY subject_kind, subject_id"""
