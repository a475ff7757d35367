"""Ties between accounts: one token and one shop, one identity, money paid back by one hand.

Every tie is weighed against chance: with λ the accounts of a token that its shops' popularity leads
to expect in a shop, and m how many are there, the surprise is m ln(m/λ) - m + λ (see chance.py).
Popular shops and crowded tokens have a large λ, so that the popular goods which camouflage buys,
and what half a town shares, tie nobody. Nor does what most of whose trade goes elsewhere (a
family's number, a carer's phone), a wallet that its users pay back, or a gift card. Who keeps the
same times is looked for in lockstep.py.
"""

import json

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.group.params import Params

PUBLIC_ADDRESSES = ("station", "locker", "forwarder", "office", "school")
"""Addresses that strangers share for honest reasons."""


def link(engine: Engine, manifest: Manifest, params: Params, *, is_update: bool = False) -> None:
    """Leave table `_companies` in ``engine``, from `_accounts` and `_deeds`.

    An update looks only at tokens of the accounts in `_fresh` and takes others from
    `_old_companies`.

    A company is whom a token and a shop bring together: kind, token, shop_id, account, n_seen,
    n_expected; with n_tested, how many pairs of token and shop had their chance.
    """
    engine.create("_companies", _nobody_sql())
    if "orders" in manifest.tables:
        if is_update:
            engine.create("_touched", _touched_sql())
        held = "held SEMI JOIN _touched USING (token)" if is_update else "held"
        engine.create("_tokens", _tokens_sql(held))
        engine.create("_tokens", _own_tokens_sql())
        _add(engine, _token_sql(engine, params))
        engine.drop("_tokens")
        if is_update:
            _add(engine, _carried_sql())
            engine.drop("_touched")
            engine.create("_companies", _TESTED_ALIKE)
        _name_payers(engine)
        _add(engine, _paid_back_sql(engine))
        engine.drop("_returns")


def _nobody_sql() -> str:
    return """SELECT '' AS kind, '' AS token, shop_id, account, 0::BIGINT AS n_seen,
                     0.0::DOUBLE AS n_expected, 0::BIGINT AS n_tested FROM _deeds WHERE false"""


def _add(engine: Engine, sql: str) -> None:
    engine.create("_more", sql)
    engine.create("_companies", "SELECT * FROM _companies UNION ALL SELECT * FROM _more")
    engine.drop("_more")


def _carried_sql() -> str:
    return f"""
        SELECT kind, token, shop_id, account, n_seen, n_expected, n_tested FROM _old_companies
        WHERE token NOT IN (SELECT token FROM _touched) AND token NOT IN ({_public_sql()})"""


_TESTED_ALIKE = "SELECT * REPLACE (max(n_tested) OVER () AS n_tested) FROM _companies"
"""An update tests few tokens, but all had their chance."""


def _public_sql() -> str:
    public = ", ".join(f"'{kind}'" for kind in PUBLIC_ADDRESSES)
    return f"""SELECT DISTINCT token FROM account_links
               WHERE address_type IN ({public}) AND token IS NOT NULL"""


HELD = """
    SELECT account_id, 'device' AS kind, device_token AS token FROM orders
    UNION ALL SELECT account_id, 'payer', payer_token FROM orders
    UNION ALL SELECT account_id, 'address', address_token FROM orders
    UNION ALL SELECT account_id, kind, token FROM account_links WHERE kind <> 'ip'
    UNION ALL SELECT account_id, 'phone', phone_token FROM accounts
    UNION ALL SELECT account_id, 'identity', identity_token FROM accounts"""
"""What accounts ordered or paid with, and are known by."""


def _touched_sql() -> str:
    """Tokens of accounts with new rows."""
    return f"""
        WITH theirs AS (SELECT account_id FROM _accounts SEMI JOIN _fresh USING (account))
        SELECT DISTINCT token FROM ({HELD}) SEMI JOIN theirs USING (account_id)
        WHERE token IS NOT NULL"""


def _tokens_sql(held: str) -> str:
    """Tokens by account, all of them or those that ``held`` leaves of `HELD`."""
    return f"""
        WITH held AS ({HELD}), public_places AS ({_public_sql()}),
        known AS (SELECT account_id, kind, token FROM {held} WHERE token IS NOT NULL)
        SELECT DISTINCT account, kind, token FROM known JOIN _accounts USING (account_id)
        WHERE token NOT IN (SELECT token FROM public_places)"""


def _own_tokens_sql() -> str:
    """`_tokens` without what belongs to somebody who helps, and without gift cards."""
    return """
        WITH lent AS (
            SELECT account_id, unnest([payer_token, device_token, address_token]) AS token
            FROM orders SEMI JOIN _helped USING (account_id, payer_token))
        SELECT account, kind, token FROM _tokens
        ANTI JOIN (SELECT DISTINCT account, token FROM lent JOIN _accounts USING (account_id))
            USING (account, token)
        WHERE token NOT IN (SELECT payer_token FROM _allowances)"""


def _name_payers(engine: Engine) -> None:
    """Leave `_returns` (order_id, payer): who paid an order back, as far as its finding says."""
    found = engine.query(
        """SELECT CAST(subject_id AS VARCHAR) AS order_id, facts FROM signals
           WHERE subject_kind = 'order' AND family = 'money' AND strength >= 'E2'"""
    )
    returns: dict[str, list[str]] = {"order_id": [], "transfer_id": []}
    for order_id, facts in zip(*found.to_pydict().values(), strict=True):
        said = json.loads(facts or "{}")
        transfers = said.get("transfer_ids", [])
        if "payer_token" in said and not transfers:
            continue  # it says who paid the order, which is no return
        for transfer_id in transfers or [""]:
            returns["order_id"].append(order_id)
            returns["transfer_id"].append(str(transfer_id))
    engine.put("_named", pa.table(returns, schema=pa.schema([(k, pa.string()) for k in returns])))
    engine.create(
        "_returns",
        """SELECT DISTINCT order_id, coalesce(from_token, '') AS payer
           FROM _named LEFT JOIN transfers ON CAST(transfers.transfer_id AS VARCHAR)
               = _named.transfer_id""",
    )
    engine.drop("_named")


def _paid_back_sql(engine: Engine) -> str:
    """Accounts whose orders of one shop one hand paid back: what detectors found.

    By chance, a hand that pays somebody back would find customers of one shop by its popularity.
    """
    n_accounts = max(1, engine.value("SELECT count(*) FROM _accounts"))
    return f"""
        WITH paid AS (
            SELECT DISTINCT account, o.shop_id, payer
            FROM _returns JOIN orders o ON CAST(o.order_id AS VARCHAR) = _returns.order_id
            JOIN _accounts USING (account_id)),
        payees AS (SELECT payer, count(DISTINCT account) AS n FROM paid GROUP BY payer),
        customers AS (SELECT shop_id, count(DISTINCT account_id) AS n FROM orders GROUP BY shop_id),
        met AS (SELECT payer, shop_id, count(*) AS m FROM paid GROUP BY payer, shop_id)
        SELECT 'money' AS kind,
               -- A hand that nobody could name may be another one in every shop.
               if(payer = '', concat('?', CAST(shop_id AS VARCHAR)), payer) AS token,
               shop_id, account, m AS n_seen, payees.n * customers.n / {n_accounts}.0 AS n_expected,
               (SELECT count(*) FROM met) AS n_tested
        FROM paid JOIN met USING (payer, shop_id) JOIN payees USING (payer)
        JOIN customers USING (shop_id) WHERE m >= 2"""


def _token_sql(engine: Engine, params: Params) -> str:
    """Accounts that share a token and a shop far beyond the shop's share."""
    n_deeds = max(1, engine.value("SELECT count(*) FROM _deeds WHERE channel <> 'liked'"))
    return f"""
        WITH crowd AS (
            SELECT kind, token FROM _tokens GROUP BY kind, token
            HAVING count(*) BETWEEN {params.min_accounts} AND {params.max_token_accounts}),
        held AS (SELECT kind, token, account FROM crowd JOIN _tokens USING (kind, token)),
        bought AS (
            SELECT account, shop_id, count(*) AS n FROM _deeds SEMI JOIN held USING (account)
            WHERE channel <> 'liked' GROUP BY account, shop_id),
        popular AS (
            SELECT shop_id, count(*) AS n FROM _deeds WHERE channel <> 'liked' GROUP BY shop_id),
        seen AS (SELECT kind, token, shop_id, account, n FROM held JOIN bought USING (account)),
        totals AS (SELECT kind, token, sum(n) AS n FROM seen GROUP BY kind, token),
        together AS (
            SELECT kind, token, shop_id, count(*) AS m,
                   any_value(t.n) * any_value(p.n) / {n_deeds}.0 AS mean
            FROM seen s JOIN totals t USING (kind, token) JOIN popular p USING (shop_id)
            GROUP BY kind, token, shop_id
            HAVING count(*) >= {params.min_accounts}),
        outstanding AS (
            SELECT * FROM together
            WHERE m > mean AND m * ln(m / mean) - m + mean > {params.min_surprise}),
        used AS (  -- what an address, device or wallet was used for; else, what its people buy
            {_used_sql()}
            UNION ALL
            SELECT kind, token, shop_id, sum(n) AS n FROM seen
            WHERE kind NOT IN ('address', 'device', 'payer', 'card')
                AND token IN (SELECT token FROM outstanding) GROUP BY kind, token, shop_id),
        lived_in AS (  -- people have most of their goods from other shops: a campus, not a depot
            SELECT used.kind, used.token
            FROM used LEFT JOIN outstanding o
                ON o.kind = used.kind AND o.token = used.token AND o.shop_id = used.shop_id
            GROUP BY used.kind, used.token
            HAVING sum(CASE WHEN o.token IS NOT NULL THEN used.n ELSE 0 END)
                < {params.min_depot_share} * sum(used.n)),
        surprising AS (
            SELECT kind, token, shop_id, m, mean FROM outstanding
            ANTI JOIN lived_in USING (kind, token))
        SELECT kind, token, shop_id, account, m AS n_seen,
               mean AS n_expected, (SELECT count(*) FROM together) AS n_tested
        FROM surprising JOIN seen USING (kind, token, shop_id)"""


def _used_sql() -> str:
    parts = (("address", "address"), ("device", "device"), ("payer", "payer"), ("card", "payer"))
    return " UNION ALL ".join(
        f"""SELECT '{kind}' AS kind, {column}_token AS token, shop_id, count(*) AS n FROM orders
            WHERE {column}_token IN (SELECT token FROM outstanding WHERE kind = '{kind}')
            GROUP BY {column}_token, shop_id"""
        for kind, column in parts
    )
