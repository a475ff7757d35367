"""Who did what for an organiser, what was paid to whom, and in which regions."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond.dossier.redaction import Labels
from unbrush.respond.regions import region_words
from unbrush.respond.terms import HANDS, ROLES, said

Row = dict[str, Any]

_OF_RINGS = "(SELECT DISTINCT cluster_id FROM rings SEMI JOIN dossier_rings x ON x.id = ring_id)"


def learn_parties(engine: Engine, labels: Labels) -> None:
    """Give labels to everybody who is in the rings, ordered or wrote in scope, before it is told.

    Whoever a sentence may name has to be known by then.
    """
    for sql, domain in (
        (
            """(SELECT subject_id AS id FROM ring_members SEMI JOIN dossier_rings x
                    ON x.id = ring_id WHERE subject_kind = 'account')
               UNION (SELECT account_id FROM orders WHERE CAST(order_id AS VARCHAR) IN
                    (SELECT CAST(id AS VARCHAR) FROM dossier_orders))
               UNION (SELECT account_id FROM reviews WHERE CAST(review_id AS VARCHAR) IN
                    (SELECT CAST(id AS VARCHAR) FROM dossier_reviews))""",
            "account",
        ),
        (
            f"""SELECT subject_id AS id FROM cluster_members
                WHERE subject_kind = 'account' AND cluster_id IN {_OF_RINGS}""",
            "account",
        ),
        (f"SELECT token AS id FROM cluster_members WHERE cluster_id IN {_OF_RINGS}", "token"),
        ("SELECT subject_id AS id FROM decisions WHERE subject_kind = 'shop'", "shop"),
    ):
        ids = engine.query(f"SELECT DISTINCT CAST(id AS VARCHAR) AS id FROM ({sql})").column("id")
        labels.learn(domain, (id for id in ids.to_pylist() if id and labels.hides(domain, id)))


def roles(engine: Engine, labels: Labels) -> list[Row]:
    """Return who does what for the organisers whose rings are in scope.

    Shops outside of the scope are left out: they have files of their own.
    """
    rows = engine.query(
        f"""SELECT cluster_id, subject_kind, CAST(subject_id AS VARCHAR) AS id, token, role,
                   n_rings, n_deeds, first_at, last_at, reason_zh, reason_en
            FROM cluster_members WHERE cluster_id IN {_OF_RINGS}
                AND (subject_kind <> 'shop' OR subject_id IN (SELECT id FROM dossier_shops))
            ORDER BY cluster_id, CASE role WHEN 'organiser' THEN 0 WHEN 'recruiter' THEN 1
                WHEN 'payer' THEN 2 WHEN 'shipper' THEN 3 WHEN 'merchant' THEN 4
                WHEN 'brusher' THEN 5 ELSE 6 END, n_deeds DESC, id, token"""
    ).to_pylist()
    shown = []
    for row in rows:
        if row["id"] is None:
            who = labels.label("token", row["token"])
        else:
            who = labels.label(row["subject_kind"], row["id"])
        shown.append(
            {
                "cluster": row["cluster_id"],
                "kind": row["subject_kind"],
                "kind_words": said(HANDS, row["subject_kind"]),
                "who": who,
                "role": row["role"],
                "role_words": said(ROLES, row["role"]),
                "n_deeds": int(row["n_deeds"] or 0),
                "first_at": row["first_at"],
                "last_at": row["last_at"],
                "words": labels.sentence(Words(row["reason_zh"] or "", row["reason_en"] or "")),
            }
        )
    return shown


def jurisdictions(engine: Engine) -> list[Row]:
    """Return the regions of shops, with orders and turnover that do not count, and of accounts."""
    rows = engine.query(
        """
        WITH by_shop AS (
            SELECT s.region, count(DISTINCT s.shop_id) AS n_shops,
                   count(o.order_id) AS n_orders, coalesce(sum(o.paid_minor), 0) AS paid_minor,
                   count(DISTINCT o.account_id) AS n_buyers
            FROM dossier_shops x
            LEFT JOIN shops s ON CAST(s.shop_id AS VARCHAR) = CAST(x.id AS VARCHAR)
            LEFT JOIN dossier_orders d ON CAST(d.shop_id AS VARCHAR) = CAST(x.id AS VARCHAR)
            LEFT JOIN orders o ON CAST(o.order_id AS VARCHAR) = CAST(d.id AS VARCHAR)
            GROUP BY s.region),
        by_account AS (
            SELECT a.region, count(DISTINCT a.account_id) AS n_accounts
            FROM accounts a JOIN ring_members m ON m.subject_kind = 'account'
                AND CAST(m.subject_id AS VARCHAR) = CAST(a.account_id AS VARCHAR)
            SEMI JOIN dossier_rings x ON x.id = m.ring_id GROUP BY a.region)
        SELECT coalesce(s.region, a.region) AS region, coalesce(n_shops, 0) AS n_shops,
               coalesce(n_orders, 0) AS n_orders, coalesce(paid_minor, 0) AS paid_minor,
               coalesce(n_accounts, 0) AS n_accounts
        FROM by_shop s FULL JOIN by_account a ON a.region IS NOT DISTINCT FROM s.region
        ORDER BY n_orders DESC, n_shops DESC, n_accounts DESC, region"""
    ).to_pylist()
    return [
        {
            "region": row["region"],
            "words": region_words(row["region"]),
            **{key: int(row[key]) for key in ("n_shops", "n_orders", "paid_minor", "n_accounts")},
        }
        for row in rows
    ]


def money(engine: Engine, labels: Labels) -> list[Row]:
    """Return amounts to the minor unit: what was paid, what came back, and who paid whom.

    Each is a sum of its own; they overlap, and are never added up.
    """
    found = [
        {
            "what": "paid",
            "words": Words("不计入订单的实付金额", "paid for orders that do not count"),
            **_sum(
                engine,
                """SELECT o.paid_minor AS amount FROM orders o JOIN dossier_orders d
                   ON CAST(d.id AS VARCHAR) = CAST(o.order_id AS VARCHAR)""",
            ),
        }
    ]
    payers = engine.query(
        f"""SELECT DISTINCT token, role, first_at, last_at FROM cluster_members
            WHERE cluster_id IN {_OF_RINGS} AND subject_kind = 'payer' AND role = 'payer'
                AND token IS NOT NULL ORDER BY token"""
    )
    engine.put("dossier_payers", payers.select(["token"]))
    members = """SELECT l.token FROM account_links l JOIN ring_members m
        ON m.subject_kind = 'account'
            AND CAST(m.subject_id AS VARCHAR) = CAST(l.account_id AS VARCHAR)
        SEMI JOIN dossier_rings x ON x.id = m.ring_id"""
    found.append(
        {
            "what": "returned",
            "words": Words(
                "付款钱包转给圈内账号的金额", "from the paying wallets to accounts of the rings"
            ),
            **_sum(
                engine,
                f"""SELECT amount_minor AS amount FROM transfers
                    WHERE from_token IN (SELECT token FROM dossier_payers)
                        AND to_token IN ({members})""",
            ),
        }
    )
    found.append(
        {
            "what": "funded",
            "words": Words("其他来源转入付款钱包的金额", "from others to the paying wallets"),
            **_sum(
                engine,
                f"""SELECT amount_minor AS amount FROM transfers
                    WHERE to_token IN (SELECT token FROM dossier_payers)
                        AND from_token NOT IN (SELECT token FROM dossier_payers)
                        AND from_token NOT IN ({members})""",
            ),
        }
    )
    for row in engine.query(
        """SELECT from_token AS token, count(*) AS n, CAST(sum(amount_minor) AS BIGINT) AS amount,
                  count(DISTINCT to_token) AS n_to
           FROM transfers WHERE from_token IN (SELECT token FROM dossier_payers)
           GROUP BY from_token ORDER BY amount DESC, from_token LIMIT 100"""
    ).to_pylist():
        who = labels.label("token", row["token"])
        found.append(
            {
                "what": "payer",
                "words": Words(
                    f"钱包 {who} 的全部转出（{row['n_to']:,} 个收款方）",
                    f"everything that wallet {who} paid out, to {row['n_to']:,} in all",
                ),
                "n": int(row["n"]),
                "minor": int(row["amount"]),
            }
        )
    return [row for row in found if row["n"]]


def _sum(engine: Engine, sql: str) -> Row:
    row = engine.query(
        f"SELECT count(*) AS n, CAST(coalesce(sum(amount), 0) AS BIGINT) AS minor FROM ({sql})"
    ).to_pylist()[0]
    return {"n": int(row["n"]), "minor": int(row["minor"])}
