"""Reverse brushing (反向刷单): whether a shop is the victim of its fake orders, or had them placed.

Fake orders harm whoever they are blamed on. So before anything is held against a shop, its orders
in question are put to the same tests, whoever it is: whose money, whose people, whose parcels, what
became of the orders, when, and what was said. Only the shop's own money or acts make it a
beneficiary; nothing that it claims does, and nothing that it claims clears it. Until then it stays
at L1, as a victim or as undecided.

A rival whose own money went to whoever placed the orders, and which nothing honest explains, is
named: see `rivals`.
"""

import json
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.evidence import adjudication_schema
from unbrush.base.manifest import Manifest
from unbrush.judge.adjudication import verdict
from unbrush.judge.adjudication.claims import SAID
from unbrush.judge.adjudication.conduct import CONDUCT
from unbrush.judge.adjudication.own_side import OWN_SIDE
from unbrush.judge.adjudication.questioned import lay_out
from unbrush.judge.adjudication.rivals import RIVALS, follow_payments
from unbrush.judge.adjudication.tests import Test
from unbrush.judge.policy import Policy

TESTS = (*OWN_SIDE, *RIVALS, *CONDUCT, *SAID)
"""Every test, in the order in which they are told."""

Row = dict[str, Any]


def adjudicate(engine: Engine, manifest: Manifest, policy: Policy) -> None:
    """Leave the table `adjudications`, and `_attackers`, in ``engine``.

    `adjudications` has a row for every shop of which enough rows are left out. `_attackers`:
    shop_id, n_orders, n_accounts, victims (ids as texts), row_ids, of shops whose house paid for
    orders in question of a rival's.

    Args:
        engine: Holds the event tables, `ring_members`, `_reviews`, `_witnesses`, `_atoms` and
            `_parties`.
        manifest: What the market has.
        policy: How many rows establish anything.
    """
    id_type = manifest.subject_id_type
    lay_out(engine, id_type)
    follow_payments(engine, id_type, policy.min_rows)
    engine.create("_attackers", _attackers_sql())
    asked = _ask(engine, manifest, id_type, policy.min_rows)
    shops = engine.query(
        "SELECT shop_id, has_b AND has_c AS is_shown FROM _parties WHERE has_a ORDER BY shop_id"
    ).to_pylist()
    rows = [_row(shop, asked) for shop in shops]
    arrow = pa.int64() if id_type == "BIGINT" else pa.string()
    engine.put("adjudications", pa.Table.from_pylist(rows, schema=adjudication_schema(arrow)))
    for table in ("fates", "questioned", "houses", "sides", "wallets", "payees", "paid_orders",
                  "payments"):  # fmt: skip
        engine.drop(f"_{table}")


def _ask(
    engine: Engine, manifest: Manifest, id_type: str, min_rows: int
) -> dict[str, dict[Any, Row] | None]:
    """Answer every test, by name and shop; None where the data cannot answer it."""
    asked: dict[str, dict[Any, Row] | None] = {}
    for test in TESTS:
        if manifest.lacks(test.needs):
            asked[test.name] = None
            continue
        found = engine.query(test.sql(id_type, min_rows)).to_pylist()
        asked[test.name] = {row["shop_id"]: row for row in found}
    return asked


def _row(shop: Row, asked: dict[str, dict[Any, Row] | None]) -> Row:
    outcomes = [_outcome(test, shop["shop_id"], asked[test.name]) for test in TESTS]
    weights = {
        side: float(sum(one["weight"] for one in outcomes if one["outcome"] == side))
        for side in ("beneficiary", "victim")
    }
    said = verdict.reached(is_shown=shop["is_shown"], weights=weights)
    suspects = sorted({each for one in outcomes for each in one["shop_ids"]})
    words = verdict.sentence(said, [(test, one) for test, one in zip(TESTS, outcomes, strict=True)])
    whole = isinstance(shop["shop_id"], int)
    return {
        "shop_id": shop["shop_id"],
        "verdict": said,
        "weight_beneficiary": weights["beneficiary"],
        "weight_victim": weights["victim"],
        "suspected_shop_ids": sorted(map(int, suspects)) if whole else suspects,
        "tests": json.dumps(outcomes, ensure_ascii=False),
        "reason_zh": words.zh,
        "reason_en": words.en,
    }


def _outcome(test: Test, shop_id: Any, found: dict[Any, Row] | None) -> Row:
    """What a test says of a shop: for whom it speaks, by how much, and on which rows."""
    one: Row = {"test": test.name, "outcome": "nobody", "weight": 0.0, "n": 0, "n_of": 0,
                "row_table": test.rows, "row_ids": [], "shop_ids": []}  # fmt: skip
    if found is None:
        return {**one, "outcome": "untested"}
    if row := found.get(shop_id):
        one |= {"n": row["n"] or 0, "n_of": row["n_of"] or 0}
        one["row_ids"] = list(row["row_ids"] or [])
        if row["holds"]:
            one |= {"outcome": test.speaks_for, "weight": test.weight}
            one["shop_ids"] = list(row["shops"] or [])
    return one


def _attackers_sql() -> str:
    """Shops of a house that paid for an attack, in the trade of the shop that it hit."""
    return """
        SELECT r.shop_id, count(DISTINCT o.id) AS n_orders,
               count(DISTINCT o.account_id) AS n_accounts,
               max(a.probability) AS probability,
               string_agg(DISTINCT CAST(p.shop_id AS VARCHAR), ', '
                   ORDER BY CAST(p.shop_id AS VARCHAR)) AS victims
        FROM _payments p JOIN _paid_orders o USING (shop_id, payer_house)
        JOIN _atoms a ON a.kind = 'order' AND a.id = o.id
        JOIN _houses v ON v.shop_id = p.shop_id
        JOIN _houses r ON r.house = p.payer_house AND r.category = v.category
        WHERE p.is_rivals GROUP BY r.shop_id"""


def reasons_sql() -> str:
    """Return the SELECT of sentences for `reasons`: of who was heard, and of who paid an attack."""
    protects = f"verdict <> {quote(verdict.BENEFICIARY)}"
    return f"""
        SELECT 'shop', shop_id, 'adjudication', verdict,
               CASE WHEN {protects} THEN 'protects' ELSE 'supports' END, NULL, reason_zh, reason_en
        FROM adjudications
        UNION ALL
        SELECT 'shop', shop_id, 'adjudication', 'bought-an-attack', 'supports', NULL,
               concat('该店（或同一店主）的钱付给了在同行店铺 ', victims, ' 下 ', n_orders,
                      ' 笔有疑点订单的 ', n_accounts, ' 个账号。已检验并排除：在自家店铺的生意、'
                      '服务多家的代运营、同一家人的两家店、发工资。'),
               concat('Money of this shop, or of its owner, went to ', n_accounts,
                      ' account(s) that placed ', n_orders, ' order(s) in question with ', victims,
                      ' in its trade. Tested and rejected: business in its own shops, an agency'
                      ' that serves many, two shops of one family, wages.')
        FROM _attackers"""
