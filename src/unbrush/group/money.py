"""Money from one hand: who pays rings' orders back, and who fills their accounts' wallets."""

import json

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.group.join_params import JoinParams
from unbrush.group.links import SURPRISE, hold, n_strangers


def hold_payers(engine: Engine) -> None:
    """Hold who pays back what rings bought, and leave `_paid`, `_payers` and `_purses`.

    A shop's own purse, or a payer of one house's buyers only, joins no rings: it is a customer.
    `_paid` is one row a payment back, as findings of strength E2 and more say: transfer_id, payer,
    payee, amount_minor, paid_at, and deed, ring, account, shop of the order. `_payers`: payer, n_in
    (payees among the rings' accounts), n_out (its other payees), n_houses, is_shops. `_purses`:
    the wallets of shops and owners.
    """
    _find_payments(engine)
    hold(
        engine,
        """SELECT DISTINCT 'money' AS kind, payer, ring, account FROM _paid
           WHERE payer IN (SELECT payer FROM _payers WHERE n_houses >= 2 AND NOT is_shops)""",
        """SELECT 'money', payer, n_in, n_out FROM _payers WHERE n_houses >= 2 AND NOT is_shops""",
    )


def hold_funders(engine: Engine, params: JoinParams, enough: float) -> None:
    """Hold, and leave in `_funded`, who fills the wallets of a ring's accounts and mostly those.

    Whatever it is paid for, and where many accounts share a wallet, so that no payment can be set
    beside one order. Wallets count, not accounts. `_funded`: payer, ring, wallet, transfer_id,
    amount_minor, paid_at, n_in and n_out (wallets of rings, and others, that the payer pays), and
    is_beyond, whether chance does not explain that it pays so many of this ring.
    """
    engine.create(
        "_wallets",
        f"""SELECT hand AS wallet, ring, min(account) AS account
            FROM _held JOIN _spread USING (kind, hand)
            WHERE kind IN ('card', 'phone') AND n_in >= {params.min_inside} * (n_in + n_out)
            GROUP BY hand, ring""",
    )
    engine.create(
        "_funded",
        f"""WITH funders AS (
                SELECT from_token AS payer, count(DISTINCT to_token) AS n,
                       count(DISTINCT CASE WHEN to_token IN (SELECT wallet FROM _wallets)
                           THEN to_token END) AS n_in
                FROM transfers
                WHERE from_token IN (SELECT from_token FROM transfers
                                     WHERE to_token IN (SELECT wallet FROM _wallets))
                    AND from_token NOT IN (SELECT payer FROM _purses)
                GROUP BY from_token),
            kept AS (
                SELECT payer, n_in, n - n_in AS n_out FROM funders
                WHERE n_in >= {params.min_shared} AND n_in >= {params.min_inside} * n),
            payments AS (
                SELECT payer, ring, wallet, CAST(transfer_id AS VARCHAR) AS transfer_id,
                       amount_minor, t.at AS paid_at, n_in, n_out
                FROM transfers t JOIN kept ON payer = from_token
                JOIN _wallets ON wallet = to_token),
            sizes AS (SELECT ring, count(*) AS n FROM _home GROUP BY ring),
            weighed AS (
                SELECT payer, ring, count(DISTINCT wallet) AS m,
                       any_value(n) * (any_value(n_out) + 1) / {n_strangers(engine) + 1}.0 AS mean
                FROM payments JOIN sizes USING (ring) GROUP BY payer, ring)
            SELECT payments.*, m >= {params.min_shared} AND {SURPRISE} > {enough} AS is_beyond
            FROM payments JOIN weighed USING (payer, ring)""",
    )
    hold(
        engine,
        """SELECT DISTINCT 'funds' AS kind, payer, ring, account
           FROM _funded JOIN _wallets USING (wallet, ring)""",
        "SELECT DISTINCT 'funds', payer, n_in, n_out FROM _funded",
    )
    engine.drop("_wallets")


def _find_payments(engine: Engine) -> None:
    found = engine.query(
        """SELECT DISTINCT subject_id, facts FROM signals JOIN _task ON deed = subject_id
           WHERE subject_kind = 'order' AND kind = 'order' AND family = 'money' AND strength >= 'E2'
           ORDER BY subject_id, facts"""
    )
    deeds, transfers = [], []
    for deed, facts in zip(
        found["subject_id"].to_pylist(), found["facts"].to_pylist(), strict=True
    ):
        for transfer_id in json.loads(facts or "{}").get("transfer_ids", []):
            deeds.append(deed)
            transfers.append(str(transfer_id))
    kind = found.schema.field("subject_id").type
    engine.put(
        "_named", pa.table({"deed": pa.array(deeds, kind), "id": pa.array(transfers, pa.string())})
    )
    engine.create(
        "_paid",
        """SELECT DISTINCT CAST(transfer_id AS VARCHAR) AS transfer_id, from_token AS payer,
                  to_token AS payee, amount_minor, t.at AS paid_at, deed, ring, account, shop
           FROM _named JOIN _task USING (deed)
           JOIN transfers t ON CAST(t.transfer_id AS VARCHAR) = _named.id WHERE kind = 'order'""",
    )
    engine.drop("_named")
    engine.create(
        "_purses",
        """SELECT bank_token AS payer FROM payouts WHERE bank_token IS NOT NULL
           UNION SELECT * FROM (SELECT unnest([bank_token, phone_token, legal_rep_token]) AS payer
                                FROM owners) WHERE payer IS NOT NULL""",
    )
    engine.create(
        "_payers",
        """WITH inside AS (
               SELECT payer, count(DISTINCT payee) AS n_in, count(DISTINCT house) AS n_houses
               FROM _paid JOIN _house USING (shop) GROUP BY payer),
           everybody AS (
               SELECT from_token AS payer, count(DISTINCT to_token) AS n FROM transfers
               WHERE from_token IN (SELECT payer FROM _paid) GROUP BY from_token)
           SELECT payer, n_in, n - n_in AS n_out, n_houses,
                  payer IN (SELECT payer FROM _purses) AS is_shops
           FROM inside JOIN everybody USING (payer)""",
    )
