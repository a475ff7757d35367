"""Who does what for a cluster: table `cluster_members`, one row for each subject and role.

Accounts and shops are those of its rings. Wallets, senders and authors are told only where they
serve rings beyond chance and mostly: whoever serves the whole market has no role. Who organises is
read from the money: a wallet that is no shop's own and pays the buyers of shops of several houses
in several rings. Where the largest payer has no more than its size to show, the reason says so.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.evidence import cluster_member_schema
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.group import role_words as words
from unbrush.group.join_params import JoinParams

Row = dict[str, Any]

MAIN_SHARE = 0.5
"""Of all accounts paid back, or of all orders, what a payer that is the main one pays for."""

ROLES = ("organiser", "payer", "recruiter", "shipper", "merchant", "brusher", "companion")
"""The order in which members are told."""


def name_members(engine: Engine, manifest: Manifest, params: JoinParams) -> None:
    """Leave table `cluster_members`.

    Args:
        engine: Holds what `join` has left so far.
        manifest: What the market has.
        params: When rings belong to one organiser.
    """
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    rows: list[Row] = []
    for sql, tell in (
        (_accounts_sql(), words.account),
        (_shops_sql(), words.shop),
        (_recruiters_sql(manifest, params), words.recruiter),
        (_shippers_sql(), words.shipper),
        (_authors_sql(params), words.author),
    ):
        rows += _told(engine.query(sql).to_pylist(), tell)
    payers = engine.query(_payers_sql(params)).to_pylist()
    rows += _told([{**row, "role": "payer"} for row in payers], words.payer)
    organisers = [
        {**row, "role": "organiser", "is_only_large": not _serves_several(row)}
        for row in payers
        if _serves_several(row) or _is_main(row)
    ]
    rows += _told(organisers, words.organiser)
    funders = engine.query(_funders_sql()).to_pylist()
    rows += _told([{**row, "role": "payer"} for row in funders], words.funder)
    directing = [
        {**row, "role": "organiser", "is_only_large": row["n_rings"] < 2}
        for row in funders
        if row["n_rings"] >= 2 or _pays_for_all(row)
    ]
    rows += _told(directing, words.directing_funder)
    blank = {"subject_id": None, "token": None}
    rows.sort(key=_place)
    engine.put(
        "cluster_members",
        pa.Table.from_pylist(
            [{**blank, **row} for row in rows], schema=cluster_member_schema(id_type)
        ),
    )


def _told(rows: list[Row], tell: Callable[[Row], Words]) -> list[Row]:
    told = []
    for row in rows:
        said = tell(row)
        told.append({**row, "reason_zh": said.zh, "reason_en": said.en})
    return told


def _place(row: Row) -> tuple[Any, ...]:
    subject = row.get("subject_id")
    return (
        row["cluster_id"],
        ROLES.index(row["role"]) if row["role"] in ROLES else len(ROLES),
        row["subject_kind"],
        row.get("token") or "",
        (0, 0, "") if subject is None else (1, *_order(subject)),
    )


def _order(subject: int | str) -> tuple[int, str]:
    return (subject, "") if isinstance(subject, int) else (0, subject)


def _serves_several(row: Row) -> bool:
    return not row["is_shops"] and row["n_rings"] >= 2 and row["n_houses"] >= 2


def _is_main(row: Row) -> bool:
    is_main = row["n_accounts"] >= MAIN_SHARE * row["n_paid"]
    return not row["is_shops"] and row["place"] == 1 and is_main


def _pays_for_all(row: Row) -> bool:
    """Say whether the largest payer pays about as often as is ordered: no wages do."""
    is_often = row["n_deeds"] >= MAIN_SHARE * row["n_orders"] > 0
    return bool(row["place"] == 1 and row["n_houses"] >= 2 and is_often)


def _accounts_sql() -> str:
    return """
        WITH crew AS (
            SELECT cluster_id, account,
                   CASE WHEN bool_or(role = 'brusher') THEN 'brusher' ELSE min(role) END AS role,
                   count(*) AS n_rings
            FROM _crew JOIN _cluster USING (ring) GROUP BY cluster_id, account),
        done AS (
            SELECT cluster_id, account, count(*) AS n, count(DISTINCT shop) AS n_shops,
                   min(done_at) AS first_at, max(done_at) AS last_at
            FROM _done GROUP BY cluster_id, account)
        SELECT cluster_id, 'account' AS subject_kind, account AS subject_id, role, n_rings,
               coalesce(n, 0) AS n_deeds, coalesce(n_shops, 0) AS n_shops, first_at, last_at
        FROM crew LEFT JOIN done USING (cluster_id, account)"""


def _shops_sql() -> str:
    return """
        WITH stalls AS (
            SELECT cluster_id, shop, count(*) AS n_rings
            FROM _stall JOIN _cluster USING (ring) GROUP BY cluster_id, shop),
        done AS (
            SELECT cluster_id, shop, count(*) AS n, count(DISTINCT account) AS n_accounts,
                   min(done_at) AS first_at, max(done_at) AS last_at
            FROM _done GROUP BY cluster_id, shop)
        SELECT cluster_id, 'shop' AS subject_kind, shop AS subject_id, 'merchant' AS role, n_rings,
               coalesce(n, 0) AS n_deeds, coalesce(n_accounts, 0) AS n_accounts, first_at, last_at
        FROM stalls LEFT JOIN done USING (cluster_id, shop)"""


def _recruiters_sql(manifest: Manifest, params: JoinParams) -> str:
    """Who invited several members, or several who did; of the others, friends bring friends."""
    kind = manifest.subject_id_type
    return f"""
        WITH invited AS (
            SELECT CAST(account_id AS {kind}) AS account, CAST(invited_by AS VARCHAR) AS hand
            FROM accounts WHERE invited_by IS NOT NULL AND invited_by <> account_id),
        several AS (
            SELECT hand FROM invited WHERE account IN (SELECT account FROM _home)
            GROUP BY hand HAVING count(*) >= {params.min_shared}),
        heads AS (
            SELECT hand FROM invited WHERE CAST(account AS VARCHAR) IN (SELECT hand FROM several)
            GROUP BY hand HAVING count(*) >= 2)
        SELECT cluster_id, 'account' AS subject_kind, CAST(hand AS {kind}) AS subject_id,
               'recruiter' AS role, count(*) AS n_rings, CAST(sum(m) AS BIGINT) AS n_deeds,
               min(first_at) AS first_at, max(last_at) AS last_at
        FROM _served JOIN _cluster USING (ring)
        WHERE kind = 'recruiter' AND hand IN (SELECT hand FROM several UNION SELECT hand FROM heads)
        GROUP BY cluster_id, hand"""


def _shippers_sql() -> str:
    return """
        WITH totals AS (SELECT hand, count(*) AS n FROM _parcels GROUP BY hand)
        SELECT cluster_id, 'shipper' AS subject_kind, hand AS token, 'shipper' AS role,
               count(*) AS n_rings, CAST(sum(m) AS BIGINT) AS n_deeds, any_value(n) AS n_all,
               min(first_at) AS first_at, max(last_at) AS last_at
        FROM _served JOIN _cluster USING (ring) JOIN totals USING (hand) WHERE kind = 'shipper'
        GROUP BY cluster_id, hand"""


def _authors_sql(params: JoinParams) -> str:
    """Authors whose calls name the cluster's shops; not those who mostly name others."""
    return f"""
        WITH named AS (
            SELECT hand, post, posted_at, shop, h.ring
            FROM _calls LEFT JOIN _home_of_shop h USING (shop) WHERE _calls.by = 'author'),
        kept AS (
            SELECT hand FROM named GROUP BY hand
            HAVING count(DISTINCT CASE WHEN ring IS NOT NULL THEN shop END)
                >= {params.min_inside} * count(DISTINCT shop))
        SELECT cluster_id, 'author' AS subject_kind, hand AS token, 'recruiter' AS role,
               count(DISTINCT ring) AS n_rings, count(DISTINCT post) AS n_deeds,
               count(DISTINCT shop) AS n_shops,
               min(posted_at) AS first_at, max(posted_at) AS last_at
        FROM named JOIN kept USING (hand) JOIN _cluster USING (ring) GROUP BY cluster_id, hand"""


def _payers_sql(params: JoinParams) -> str:
    """Wallets that pay back what its rings bought, the most rings and money first."""
    return f"""
        WITH paid AS (
            SELECT cluster_id, _paid.*, house, n_in, n_out, is_shops
            FROM _paid JOIN _cluster USING (ring) JOIN _house USING (shop)
            JOIN _payers USING (payer)
            WHERE n_in >= {params.min_inside} * (n_in + n_out)),
        money AS (
            SELECT cluster_id, payer, count(*) AS n, sum(amount_minor) AS amount
            FROM (SELECT DISTINCT cluster_id, payer, transfer_id, amount_minor FROM paid)
            GROUP BY cluster_id, payer),
        everybody AS (
            SELECT cluster_id, count(DISTINCT account) AS n_paid FROM paid GROUP BY cluster_id),
        theirs AS (
            SELECT cluster_id, payer, bool_or(is_shops) AS is_shops, max(n_in) AS n_payees,
                   count(DISTINCT account) AS n_accounts, count(DISTINCT ring) AS n_rings,
                   count(DISTINCT house) AS n_houses, count(DISTINCT shop) AS n_shops,
                   min(paid_at) AS first_at, max(paid_at) AS last_at
            FROM paid GROUP BY cluster_id, payer)
        SELECT cluster_id, 'payer' AS subject_kind, payer AS token, n_rings, n AS n_deeds,
               n_accounts, n_houses, n_shops, is_shops, n_paid,
               row_number() OVER (
                   PARTITION BY cluster_id ORDER BY n_rings DESC, amount DESC, payer) AS place,
               first_at, last_at
        FROM theirs JOIN money USING (cluster_id, payer) JOIN everybody USING (cluster_id)
        WHERE n_accounts >= {params.min_shared}"""


def _funders_sql() -> str:
    """Wallets that fill its accounts' wallets, where no finding says for which orders."""
    return """
        WITH payments AS (
            SELECT cluster_id, f.* FROM _funded f JOIN _cluster USING (ring)
            WHERE is_beyond AND payer NOT IN (SELECT payer FROM _payers)),
        theirs AS (
            SELECT cluster_id, payer, count(DISTINCT ring) AS n_rings,
                   count(DISTINCT transfer_id) AS n_deeds, count(DISTINCT wallet) AS n_wallets,
                   any_value(n_in) + any_value(n_out) AS n_all,
                   min(paid_at) AS first_at, max(paid_at) AS last_at
            FROM payments GROUP BY cluster_id, payer),
        done AS (
            SELECT cluster_id, CAST(sum(n_orders) AS BIGINT) AS n_orders,
                   count(DISTINCT house) AS n_houses
            FROM _done JOIN _house USING (shop) GROUP BY cluster_id)
        SELECT cluster_id, 'payer' AS subject_kind, payer AS token, n_rings, n_deeds, n_wallets,
               n_all, n_orders, n_houses,
               row_number() OVER (
                   PARTITION BY cluster_id ORDER BY n_rings DESC, n_deeds DESC, payer) AS place,
               first_at, last_at
        FROM theirs JOIN done USING (cluster_id)"""
