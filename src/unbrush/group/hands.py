"""Hands that serve several rings: senders of parcels, recruiters, authors of calls.

A hand serves a ring if it did more for it than chance and the rest of the market explain, and if
most of what it does is for rings: a parcel firm, a site's own invitation programme or an author
who names everybody serves no ring. All rings of one hand are joined.
"""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.group.join_params import JoinParams
from unbrush.group.links import NEXT, SURPRISE, add_links, n_strangers
from unbrush.group.recruiting import calls_sql
from unbrush.group.work import is_itemwise

MAX_STEPS = 4
"""Invitations from a recruiter down to the last whom it is held to have brought."""


def add_hands(engine: Engine, manifest: Manifest, params: JoinParams, enough: float) -> None:
    """Add to table `_links` (kind, a, b) the pairs of rings that one hand serves.

    Also leaves `_served` (kind, hand, ring, m, first_at, last_at), where kind is shipper, recruiter
    or posts and m counts its parcels, accounts or posts; `_parcels`, all that have a sender; and
    `_calls`, the calls that name a shop.

    Args:
        engine: Holds what `work.lay_out` leaves and the event tables.
        manifest: What the market has.
        params: When rings belong together.
        enough: Surprise from which chance is out of the question.
    """
    engine.create(
        "_served",
        """SELECT '' AS kind, '' AS hand, ring, 0 AS m, done_at AS first_at, done_at AS last_at
           FROM _task WHERE false""",
    )
    engine.create("_parcels", _parcels_sql(manifest))
    engine.create("_calls", _calls_sql(manifest))
    for sql in (
        _shippers_sql(engine, params, enough),
        _recruiters_sql(engine, manifest, params, enough),
        _authors_sql(engine, params, enough),
    ):
        engine.create("_more_served", sql)
        engine.create("_served", "SELECT * FROM _served UNION ALL SELECT * FROM _more_served")
        engine.drop("_more_served")
    add_links(
        engine,
        f"""WITH placed AS (
                SELECT *, row_number() OVER (PARTITION BY kind, hand ORDER BY ring) AS place
                FROM _served)
            SELECT x.kind, x.ring AS a, y.ring AS b
            FROM placed x JOIN placed y ON x.kind = y.kind AND x.hand = y.hand
            WHERE y.place > x.place AND y.place <= x.place + {NEXT}""",
    )


def _parcels_sql(manifest: Manifest) -> str:
    """Every parcel with a sender, with the ring of its order where it is a ring's."""
    kind = manifest.subject_id_type
    return f"""
        WITH sent AS (
            SELECT CAST(order_id AS {kind}) AS deed, shipper_token AS hand, min(sent_at) AS sent_at
            FROM shipments WHERE shipper_token IS NOT NULL GROUP BY order_id, shipper_token)
        SELECT hand, deed, t.ring, d.shop, sent_at
        FROM sent JOIN (SELECT deed, shop FROM _deed WHERE kind = 'order') d USING (deed)
        LEFT JOIN (SELECT deed, ring FROM _task WHERE kind = 'order') t USING (deed)"""


def _shippers_sql(engine: Engine, params: JoinParams, enough: float) -> str:
    """Senders of a ring's orders who are not simply those of its shops.

    How likely a parcel is a sender's is seen in the same shop's other parcels; where there are
    few, in those of the market. Whoever sends for one house is its own store room.
    """
    n_out = engine.value("SELECT count(*) FROM _parcels WHERE ring IS NULL")
    return f"""
        WITH totals AS (
            SELECT hand, count(*) AS n, count(ring) AS n_in,
                   (count(*) - count(ring) + 1) / {n_out + 1}.0 AS share
            FROM _parcels GROUP BY hand),
        houses AS (
            SELECT hand, count(DISTINCT house) AS n
            FROM _parcels JOIN _house USING (shop) WHERE ring IS NOT NULL GROUP BY hand),
        outside AS (
            SELECT shop, hand, count(*) AS n FROM _parcels
            WHERE ring IS NULL AND shop IN (SELECT shop FROM _stall) GROUP BY shop, hand),
        outside_any AS (SELECT shop, sum(n) AS n FROM outside GROUP BY shop),
        of_ring AS (
            SELECT ring, shop, count(*) AS n FROM _parcels WHERE ring IS NOT NULL
            GROUP BY ring, shop),
        seen AS (
            SELECT hand, ring, count(*) AS m, min(sent_at) AS first_at, max(sent_at) AS last_at
            FROM _parcels WHERE ring IS NOT NULL
            GROUP BY hand, ring HAVING count(*) >= {params.min_shared}),
        kept AS (
            SELECT hand, ring, m, first_at, last_at, share FROM seen JOIN totals USING (hand)
            JOIN houses USING (hand)
            WHERE n_in >= {params.min_inside} * totals.n AND houses.n >= 2),
        likely AS (
            SELECT hand, ring, any_value(m) AS m, any_value(first_at) AS first_at,
                   any_value(last_at) AS last_at,
                   sum(CAST(1e9 * r.n * (coalesce(o.n, 0) + share) / (coalesce(e.n, 0) + 1)
                       AS BIGINT)) / 1e9 AS mean
            FROM kept JOIN of_ring r USING (ring)
            LEFT JOIN outside o USING (shop, hand) LEFT JOIN outside_any e USING (shop)
            GROUP BY hand, ring)
        SELECT 'shipper' AS kind, hand, ring, m, first_at, last_at FROM likely
        WHERE {SURPRISE} > {enough}"""


def _recruiters_sql(engine: Engine, manifest: Manifest, params: JoinParams, enough: float) -> str:
    """Accounts that brought in members of a ring, themselves or through whom they brought in."""
    kind = manifest.subject_id_type
    return f"""
        WITH RECURSIVE invited AS (
            SELECT CAST(account_id AS {kind}) AS account, CAST(invited_by AS {kind}) AS inviter,
                   registered_at
            FROM accounts WHERE invited_by IS NOT NULL AND invited_by <> account_id),
        above AS (
            SELECT inviter, 1 AS steps FROM invited WHERE account IN (SELECT account FROM _home)
            UNION
            (SELECT i.inviter, steps + 1 FROM above JOIN invited i ON i.account = above.inviter
             WHERE steps < {MAX_STEPS})),
        below AS (
            SELECT inviter AS recruiter, account, 1 AS steps FROM invited
            WHERE inviter IN (SELECT inviter FROM above)
            UNION
            (SELECT recruiter, i.account, steps + 1 FROM below
             JOIN invited i ON i.inviter = below.account
             WHERE steps < {MAX_STEPS})),
        brought AS (
            SELECT recruiter, account, ring, registered_at
            FROM (SELECT DISTINCT recruiter, account FROM below WHERE account <> recruiter)
            JOIN invited USING (account) LEFT JOIN _home USING (account)),
        totals AS (
            SELECT recruiter, count(*) AS n, count(ring) AS n_in FROM brought GROUP BY recruiter
            HAVING count(ring) >= {params.min_inside} * count(*)),
        sizes AS (SELECT ring, count(*) AS n FROM _home GROUP BY ring),
        seen AS (
            SELECT recruiter, ring, count(*) AS m, min(registered_at) AS first_at,
                   max(registered_at) AS last_at
            FROM brought WHERE ring IS NOT NULL
            GROUP BY recruiter, ring HAVING count(*) >= {params.min_shared}),
        weighed AS (
            SELECT recruiter, ring, m, first_at, last_at,
                   sizes.n * (totals.n - n_in + 1) / {n_strangers(engine) + 1}.0 AS mean
            FROM seen JOIN totals USING (recruiter) JOIN sizes USING (ring))
        SELECT 'recruiter' AS kind, CAST(recruiter AS VARCHAR) AS hand, ring, m, first_at, last_at
        FROM weighed WHERE {SURPRISE} > {enough}"""


def _calls_sql(manifest: Manifest) -> str:
    """Calls for people in public posts, by author and by contact, with the shop that they name."""
    kind = manifest.subject_id_type
    shop = (
        f"CAST(p.item_id AS {kind})"
        if is_itemwise(manifest)
        else f"CAST(coalesce(p.shop_id, i.shop_id) AS {kind})"
    )
    return f"""
        WITH said AS (
            SELECT author_token, contact_token, CAST(post_id AS VARCHAR) AS post, {shop} AS shop,
                   captured_at AS posted_at
            FROM posts p LEFT JOIN items i ON i.item_id = p.item_id WHERE {calls_sql("p.text")})
        SELECT DISTINCT * FROM (
            SELECT author_token AS hand, 'author' AS by, post, shop, posted_at FROM said
            -- A contact goes by the first post that gives it: a token says nothing to anybody.
            UNION ALL
            SELECT CASE WHEN contact_token IS NOT NULL THEN concat('contact of ',
                        min(post) OVER (PARTITION BY contact_token)) END,
                   'contact', post, shop, posted_at FROM said)
        WHERE hand IS NOT NULL AND shop IS NOT NULL"""


def _authors_sql(engine: Engine, params: JoinParams, enough: float) -> str:
    """Authors whose calls name a ring's shops more often than any shops of the market."""
    n_shops = max(1, engine.value("SELECT count(*) FROM _house"))
    return f"""
        WITH named AS (
            SELECT hand, post, posted_at, shop, ring,
                   coalesce(house, concat('shop ', shop)) AS house
            FROM _calls LEFT JOIN _home_of_shop USING (shop) LEFT JOIN _house USING (shop)),
        totals AS (
            SELECT hand, count(*) AS n, count(DISTINCT house) AS n_houses FROM named GROUP BY hand
            HAVING count(DISTINCT CASE WHEN ring IS NOT NULL THEN house END)
                >= greatest(2, {params.min_inside} * count(DISTINCT house))),
        sizes AS (SELECT ring, count(*) AS n FROM _home_of_shop GROUP BY ring),
        seen AS (
            SELECT hand, ring, count(*) AS m, min(posted_at) AS first_at,
                   max(posted_at) AS last_at
            FROM named WHERE ring IS NOT NULL
            GROUP BY hand, ring HAVING count(*) >= {params.min_shared}),
        weighed AS (
            SELECT hand, ring, m, first_at, last_at, totals.n * sizes.n / {n_shops}.0 AS mean
            FROM seen JOIN totals USING (hand) JOIN sizes USING (ring))
        SELECT 'posts' AS kind, hand, ring, m, first_at, last_at FROM weighed
        WHERE {SURPRISE} > {enough}"""
