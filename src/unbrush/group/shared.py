"""What two rings share: workers, devices and other tokens, payers, supplied drafts.

By chance, whoever is outside all rings shows how often an account holds what a ring holds: with
o such strangers of M, s accounts of another ring should count λ = s (o + 1) / (M + 1) holders. What
many strangers hold has a large λ and joins nobody; a gang cannot excuse itself by its own size.
The tail is bounded as in `link`. It must be surprising from both sides, and the fewer of the two
sides counts, so that one account that works for both rings joins them by nothing but itself.
"""

import json

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.group.join_params import JoinParams
from unbrush.group.links import NEXT, SURPRISE, add_links, hold, n_strangers
from unbrush.group.money import hold_funders, hold_payers

PUBLIC_ADDRESSES = ("station", "locker", "forwarder", "office", "school")
"""Addresses that strangers share for honest reasons."""

MIN_INSIDE = {"address": 0.9}
"""Share of holders in rings, where another is asked: neighbours share doors with whoever works."""


def add_shared(engine: Engine, manifest: Manifest, params: JoinParams, enough: float) -> None:
    """Add to table `_links` (kind, a, b) the pairs of rings that share more than chance explains.

    Also leaves what `money.hold_payers` and `money.hold_funders` do.

    Args:
        engine: Holds what `work.lay_out` leaves, `signals` and the event tables.
        manifest: What the market has.
        params: When rings belong together.
        enough: Surprise from which chance is out of the question.
    """
    add_links(engine, _workers_sql(engine, params, enough))
    engine.create("_held", "SELECT '' AS kind, '' AS hand, ring, account FROM _home WHERE false")
    engine.create("_spread", "SELECT '' AS kind, '' AS hand, 0 AS n_in, 0 AS n_out WHERE false")
    _hold_tokens(engine, manifest)
    hold_payers(engine)
    hold_funders(engine, params, enough)
    _hold_drafts(engine, manifest)
    add_links(engine, _held_sql(engine, params, enough))
    engine.drop("_held")
    engine.drop("_spread")


def _workers_sql(engine: Engine, params: JoinParams, enough: float) -> str:
    """Rings that the same accounts work for; busy buyers, who are found anywhere, say less."""
    total = engine.value("SELECT count(*) + count(DISTINCT account) FROM _deed")
    return f"""
        WITH at_work AS (
            SELECT account, count(*) AS n FROM _task GROUP BY account),
        busy AS (  -- what an account does outside its rings, and one to be counted at all
            SELECT account, 1 + count(*) - coalesce(any_value(n), 0) AS n
            FROM _deed LEFT JOIN at_work USING (account)
            WHERE account IN (SELECT account FROM _crew) GROUP BY account),
        sizes AS (
            SELECT ring, count(*) AS n, sum(coalesce(busy.n, 1)) AS activity
            FROM _crew LEFT JOIN busy USING (account) GROUP BY ring),
        both_ends AS (
            SELECT x.ring AS a, y.ring AS b, count(*) AS m
            FROM _crew x JOIN _crew y ON x.account = y.account AND x.ring < y.ring
            GROUP BY x.ring, y.ring HAVING count(*) >= {params.min_shared}),
        weighed AS (
            SELECT a, b, m, greatest(p.n * q.activity, q.n * p.activity) / {max(1, total)}.0 AS mean
            FROM both_ends JOIN sizes p ON p.ring = a JOIN sizes q ON q.ring = b
            WHERE m >= {params.min_worker_share} * least(p.n, q.n))
        SELECT 'accounts' AS kind, a, b FROM weighed WHERE {SURPRISE} > {enough}"""


def _hold_tokens(engine: Engine, manifest: Manifest) -> None:
    """Devices, cards, addresses, phones and identities of the rings' accounts."""
    public = ", ".join(f"'{place}'" for place in PUBLIC_ADDRESSES)
    account = f"CAST(account_id AS {manifest.subject_id_type}) AS account"
    engine.create(
        "_tokens",
        f"""WITH everybody AS (
                SELECT {account}, 'device' AS kind, device_token AS hand FROM orders
                UNION ALL SELECT {account}, 'card', payer_token FROM orders
                UNION ALL SELECT {account}, 'address', address_token FROM orders
                UNION ALL SELECT {account}, kind, token FROM account_links WHERE kind <> 'ip'
                UNION ALL SELECT {account}, 'phone', phone_token FROM accounts
                UNION ALL SELECT {account}, 'identity', identity_token FROM accounts),
            theirs AS (
                SELECT DISTINCT hand FROM everybody
                WHERE hand IS NOT NULL AND account IN (SELECT account FROM _home)),
            public_places AS (
                SELECT token AS hand FROM account_links WHERE address_type IN ({public}))
            SELECT DISTINCT kind, hand, account FROM everybody
            WHERE hand IN (SELECT hand FROM theirs)
                AND hand NOT IN (SELECT hand FROM public_places)""",
    )
    hold(
        engine,
        "SELECT kind, hand, ring, account FROM _tokens JOIN _home USING (account)",
        """SELECT kind, hand, count(ring), count(*) - count(ring)
           FROM _tokens LEFT JOIN _home USING (account) GROUP BY kind, hand""",
    )
    engine.drop("_tokens")


def _hold_drafts(engine: Engine, manifest: Manifest) -> None:
    """Drafts that findings about texts say were handed out, by the first review of each."""
    found = engine.query(
        """SELECT DISTINCT subject_id, facts FROM signals
           WHERE subject_kind = 'review' AND family = 'text' ORDER BY subject_id, facts"""
    )
    reviews, drafts = [], []
    for review, facts in zip(
        found["subject_id"].to_pylist(), found["facts"].to_pylist(), strict=True
    ):
        draft = json.loads(facts or "{}").get("first_review_id")
        if draft is not None:
            reviews.append(review)
            drafts.append(str(draft))
    kind = found.schema.field("subject_id").type
    engine.put(
        "_drafts", pa.table({"id": pa.array(reviews, kind), "hand": pa.array(drafts, pa.string())})
    )
    as_id = manifest.subject_id_type
    engine.create(
        "_drafts",
        f"""SELECT DISTINCT hand, CAST(account_id AS {as_id}) AS account
            FROM _drafts JOIN reviews ON CAST(review_id AS {as_id}) = id""",
    )
    hold(
        engine,
        "SELECT 'text' AS kind, hand, ring, account FROM _drafts JOIN _home USING (account)",
        """SELECT 'text', hand, count(ring), count(*) - count(ring)
           FROM _drafts LEFT JOIN _home USING (account) GROUP BY hand""",
    )
    engine.drop("_drafts")


def _held_sql(engine: Engine, params: JoinParams, enough: float) -> str:
    """Pairs of rings whose accounts hold the same things, beyond what strangers hold of them."""
    return f"""
        WITH kept AS (
            SELECT * FROM _spread WHERE n_in >= {_least_share_sql(params)} * (n_in + n_out)),
        held AS (SELECT kind, hand, ring, account, n_out FROM _held JOIN kept USING (kind, hand)),
        rings AS (
            SELECT kind, ring, sum(n_out) AS n_out
            FROM (SELECT DISTINCT kind, ring, hand, n_out FROM held) GROUP BY kind, ring),
        sizes AS (SELECT ring, count(*) AS n FROM _home GROUP BY ring),
        touched AS (
            SELECT *, row_number() OVER (PARTITION BY kind, hand ORDER BY ring) AS place
            FROM (SELECT DISTINCT kind, hand, ring FROM held)),
        pairs AS (
            SELECT x.kind, x.hand, x.ring AS a, y.ring AS b
            FROM touched x JOIN touched y ON x.kind = y.kind AND x.hand = y.hand
            WHERE y.place > x.place AND y.place <= x.place + {NEXT}),
        of_a AS (
            SELECT kind, a, b, count(DISTINCT account) AS m
            FROM pairs JOIN held USING (kind, hand) WHERE ring = a GROUP BY kind, a, b),
        of_b AS (
            SELECT kind, a, b, count(DISTINCT account) AS m
            FROM pairs JOIN held USING (kind, hand) WHERE ring = b GROUP BY kind, a, b),
        weighed AS (
            SELECT kind, a, b, least(of_a.m, of_b.m) AS m,
                   greatest(s.n * (q.n_out + 1), t.n * (p.n_out + 1))
                       / {n_strangers(engine) + 1}.0 AS mean
            FROM of_a JOIN of_b USING (kind, a, b)
            JOIN sizes s ON s.ring = a JOIN sizes t ON t.ring = b
            JOIN rings p USING (kind) JOIN rings q USING (kind)
            WHERE p.ring = a AND q.ring = b)
        SELECT kind, a, b FROM weighed
        WHERE m >= {params.min_shared} AND {SURPRISE} > {enough}"""


def _least_share_sql(params: JoinParams) -> str:
    cases = " ".join(
        f"WHEN kind = '{kind}' THEN {max(share, params.min_inside)}"
        for kind, share in MIN_INSIDE.items()
    )
    return f"CASE {cases} ELSE {params.min_inside} END"
