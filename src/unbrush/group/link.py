"""Ties between accounts: rare shops at the same times, one token and one shop, money paid back.

Every tie is weighed against chance. With X the number of coincidences and m how many were seen,
the tail of a Poisson law of mean λ is bounded by exp(m - λ - m ln(m/λ)) (Chernoff); its negative
exponent is called the surprise. Popular shops and busy accounts have a large λ, so that the popular
goods which camouflage buys, and crowded tokens, tie nobody.
"""

import json

import pyarrow as pa

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.group.params import Params

WINDOWS_MS = (2 * HOUR_MS, DAY_MS)
"""How close in time is "together": a batch within hours, a quota within a day."""

PUBLIC_ADDRESSES = ("station", "locker", "forwarder", "office", "school")
"""Addresses that strangers share for honest reasons."""

_LADDER_SQL = """, ordered AS (
            SELECT kind, account,
                   lead(account, 1) OVER w AS next, lead(account, 2) OVER w AS after_next
            FROM company WINDOW w AS (PARTITION BY kind, together ORDER BY account))
        -- A ladder of ties instead of all pairs: the same groups at a cost that stays linear.
        SELECT account AS a, next AS b, kind FROM ordered WHERE next IS NOT NULL
        UNION ALL
        SELECT account, after_next, kind FROM ordered WHERE after_next IS NOT NULL"""
"""Ends a statement whose CTE ``company`` says who was together: account, kind, together."""


def link(engine: Engine, manifest: Manifest, params: Params) -> None:
    """Leave table `ties` in ``engine``: a, b (indexes into `_accounts`, a < b) and kind.

    Also leaves `_accounts` (account_id, account) and `_deeds`, the orders (or, where there are no
    orders, the reviews) that can tie accounts: account, shop_id, done_at, paid_minor, n_orders,
    n_reviews, with those that a live stream or a group purchase explains left out.
    """
    _make_deeds(engine, manifest)
    engine.create("ties", "SELECT 0::BIGINT AS a, 0::BIGINT AS b, '' AS kind WHERE false")
    for window_ms in WINDOWS_MS:
        _add(engine, _lockstep_sql(engine, params, window_ms))
    if "orders" in manifest.tables:
        engine.create("_tokens", _tokens_sql())
        _add(engine, _token_sql(engine, params))
        engine.drop("_tokens")
        _name_payers(engine)
        _add(engine, _paid_back_sql())
        engine.drop("_returns")
    engine.create("ties", "SELECT DISTINCT a, b, kind FROM ties")


def _add(engine: Engine, sql: str) -> None:
    engine.create("_more", sql)
    engine.create("ties", "SELECT * FROM ties UNION ALL SELECT a, b, kind FROM _more")
    engine.drop("_more")


def _make_deeds(engine: Engine, manifest: Manifest) -> None:
    if "orders" in manifest.tables:
        raw = """SELECT account_id, shop_id, placed_at AS done_at,
                        coalesce(paid_minor, 0) AS paid_minor, 1 AS n_orders,
                        coalesce(n, 0) AS n_reviews
                 FROM orders LEFT JOIN (SELECT order_id, count(*) AS n FROM reviews
                                        WHERE order_id IS NOT NULL GROUP BY order_id)
                 USING (order_id)
                 WHERE live_session_id IS NULL AND group_id IS NULL"""
    else:
        shop = "item_id" if manifest.lacks({"reviews": ("shop_id",)}) else "shop_id"
        raw = f"""SELECT account_id, {shop} AS shop_id, posted_at AS done_at, 0 AS paid_minor,
                         0 AS n_orders, 1 AS n_reviews FROM reviews"""
    engine.create(
        "_accounts",
        f"""SELECT account_id, row_number() OVER (ORDER BY account_id) - 1 AS account
            FROM (SELECT DISTINCT account_id FROM ({raw}))""",
    )
    engine.create(
        "_deeds",
        f"""SELECT * EXCLUDE account_id FROM ({raw}) JOIN _accounts USING (account_id)""",
    )


def _lockstep_sql(engine: Engine, params: Params, window_ms: int) -> str:
    """Pairs that were in more of the same shops in the same windows than chance puts them.

    By chance, a visit falls into a cell (shop, window) with the shop's share of all visits times
    the window's: so a ring cannot excuse itself by the crowd that it makes, while a rush of the
    whole market excuses everybody in it. Distinct shops are counted, not visits: two guests of one
    shop's lively evening share one coincidence.
    """
    engine.create(
        "_cells",
        f"""WITH visits AS (
                SELECT DISTINCT account, shop_id, done_at // {window_ms} AS slot FROM _deeds),
            crowded AS (
                SELECT *, count(*) OVER (PARTITION BY shop_id, slot) AS crowd,
                       count(*) OVER (PARTITION BY shop_id)
                           * count(*) OVER (PARTITION BY slot) AS chance
                FROM visits)
            SELECT account, shop_id, slot, chance FROM crowded
            WHERE crowd BETWEEN 2 AND {params.max_crowd}
            -- Two shops in company are the least that could surprise anyone.
            QUALIFY count(*) OVER (PARTITION BY account) >= 2""",
    )
    n_visits = engine.value(
        f"""SELECT count(*) FROM (
            SELECT DISTINCT account, shop_id, done_at // {window_ms} FROM _deeds)"""
    )
    n_accounts = engine.value("SELECT count(*) FROM _accounts")
    tests = max(1, n_accounts * (n_accounts - 1) // 2)
    allowed = max(1e-9, params.chance_ties_per_account * n_accounts)
    return f"""
        WITH busy AS (
            SELECT account, count(*) AS n, sum(chance) AS chance FROM _cells GROUP BY account),
        met AS (
            SELECT x.account AS a, y.account AS b, count(DISTINCT x.shop_id) AS m
            FROM _cells x JOIN _cells y
              ON x.shop_id = y.shop_id AND x.slot = y.slot AND x.account < y.account
            GROUP BY a, b HAVING count(DISTINCT x.shop_id) >= 2),
        weighed AS (
            SELECT a, b, m, greatest(p.chance * q.n, q.chance * p.n)
                            / {max(1, n_visits)}.0 / {max(1, n_visits)}.0 AS mean
            FROM met JOIN busy p ON p.account = a JOIN busy q ON q.account = b)
        SELECT a, b, 'lockstep' AS kind FROM weighed
        WHERE m > mean AND m * ln(m / mean) - m + mean > ln({tests} / {allowed})"""


def _tokens_sql() -> str:
    """Tokens by account: what it ordered or paid with."""
    public = ", ".join(f"'{kind}'" for kind in PUBLIC_ADDRESSES)
    return f"""
        WITH held AS (
            SELECT account_id, 'device' AS kind, device_token AS token FROM orders
            UNION ALL SELECT account_id, 'payer', payer_token FROM orders
            UNION ALL SELECT account_id, 'address', address_token FROM orders
            UNION ALL SELECT account_id, kind, token FROM account_links WHERE kind <> 'ip'
            UNION ALL SELECT account_id, 'phone', phone_token FROM accounts
            UNION ALL SELECT account_id, 'identity', identity_token FROM accounts),
        public_places AS (
            SELECT DISTINCT token FROM account_links WHERE address_type IN ({public}))
        SELECT DISTINCT account, kind, token
        FROM held JOIN _accounts USING (account_id)
        WHERE token IS NOT NULL AND token NOT IN (SELECT token FROM public_places)"""


def _name_payers(engine: Engine) -> None:
    """Leave `_returns` (order_id, payer): who paid an order back, as far as its finding says."""
    found = engine.query(
        """SELECT CAST(subject_id AS VARCHAR) AS order_id, facts FROM signals
           WHERE subject_kind = 'order' AND family = 'money' AND strength >= 'E2'"""
    )
    returns: dict[str, list[str]] = {"order_id": [], "transfer_id": []}
    for order_id, facts in zip(*found.to_pydict().values(), strict=True):
        transfers = json.loads(facts or "{}").get("transfer_ids", [])
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


def _paid_back_sql() -> str:
    """Accounts whose orders of one shop one hand paid back: what detectors found, as ties."""
    return (
        """
        WITH paid AS (
            SELECT DISTINCT account, CAST(o.shop_id AS VARCHAR) AS shop, payer
            FROM _returns JOIN orders o ON CAST(o.order_id AS VARCHAR) = _returns.order_id
            JOIN _accounts USING (account_id)),
        company AS (SELECT account, 'money' AS kind, concat(shop, '#', payer) AS together FROM paid)
        """
        + _LADDER_SQL
    )


def _token_sql(engine: Engine, params: Params) -> str:
    """Neighbours among the accounts that share a token and a shop far beyond the shop's share."""
    n_deeds = max(1, engine.value("SELECT count(*) FROM _deeds"))
    return (
        f"""
        WITH crowd AS (
            SELECT kind, token FROM _tokens GROUP BY kind, token
            HAVING count(*) BETWEEN {params.min_accounts} AND {params.max_token_accounts}),
        bought AS (
            SELECT account, shop_id, count(*) AS n FROM _deeds GROUP BY account, shop_id),
        popular AS (SELECT shop_id, sum(n) AS n FROM bought GROUP BY shop_id),
        seen AS (
            SELECT kind, token, shop_id, account, n
            FROM crowd JOIN _tokens USING (kind, token) JOIN bought USING (account)),
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
        sent AS (
            SELECT address_token AS token, shop_id, count(*) AS n FROM orders
            WHERE address_token IN (SELECT token FROM outstanding WHERE kind = 'address')
            GROUP BY address_token, shop_id),
        lived_in AS (  -- people have most of their goods from other shops: a campus, not a depot
            SELECT sent.token
            FROM sent LEFT JOIN outstanding o
                ON o.kind = 'address' AND o.token = sent.token AND o.shop_id = sent.shop_id
            GROUP BY sent.token
            HAVING sum(CASE WHEN o.token IS NOT NULL THEN sent.n ELSE 0 END)
                < {params.min_depot_share} * sum(sent.n)),
        surprising AS (
            SELECT kind, token, shop_id FROM outstanding
            WHERE kind <> 'address' OR token NOT IN (SELECT token FROM lived_in)),
        company AS (
            SELECT account, kind, concat(token, '#', shop_id) AS together
            FROM surprising JOIN seen USING (kind, token, shop_id))
        """
        + _LADDER_SQL
    )
