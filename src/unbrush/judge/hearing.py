"""Which witnesses count: one for each family, and one for each fact, however many speak of it.

Two detectors of one family often see the same thing twice. Two of different families may, too:
many accounts that pay by one card are a hub of payments and a ring that this card ties together.
Such witnesses have one footing, and the best of them is heard.
"""

from unbrush.base.engine import Engine, quote
from unbrush.judge.policy import RING, Policy

TIES = {
    "payer-hub": "payer",
    "shared-device": "device",
    "shared-address": "address",
    "one-identity-many-accounts": "identity",
    "order-burst": "rush",
    "surge-without-cause": "rush",
}
"""Detectors that speak of what rings or others rest on, too: the name of a ring's tie, or a rush,
in which busy people also praise in few words (`generic-praise`)."""


def footing_of_signal_sql() -> str:
    """Return SQL over ``signals``: what a finding rests on that another family may speak of, too.

    That is a tie between accounts, or the rows of a third table; NULL if it stands on its own.
    """
    ties = " ".join(f"WHEN {quote(name)} THEN {quote('tie ' + tie)}" for name, tie in TIES.items())
    return f"""
        CASE WHEN json_extract_string(facts, '$.shared') IS NOT NULL
             THEN concat('tie ', json_extract_string(facts, '$.shared'))
             WHEN evidence_table NOT IN ('orders', 'reviews') AND len(evidence_ids) > 0
             THEN concat(evidence_table, ' ', CAST(list_sort(evidence_ids) AS VARCHAR))
             ELSE CASE detector {ties} END END"""


def footing_of_ring_sql() -> str:
    """Return SQL over ``rings``: the tie that alone holds one together; NULL if more do."""
    ties = "json_keys(rings.ties)"
    return f"CASE WHEN len({ties}) = 1 THEN concat('tie ', {ties}[1]) END"


ROW = "kind, id"
"""What tells the weighed rows apart in `_witnesses`; ``without, kind, id`` if each is weighed for
several suppositions at once."""


def hear(engine: Engine, policy: Policy, *, row: str = ROW) -> None:
    """Leave `_heard` in ``engine``: the rows of `_witnesses`, and which of them count.

    worth (the most that it can prove alone, 0-1), class (by which its worth in a market is looked
    up: its detector, or ring), grade (E1-E3: its strength, or a weaker one for what it is worth
    by its score), fate (heard, same-family, same-facts, or explained, which those of `_explained`
    are), look_alike (that explains it), counts_against (heard among those that speak against
    whoever ordered or wrote), own_share (of rings).
    """
    given = engine.columns("_witnesses")
    footing = "footing" if "footing" in given else "NULL"
    own_share = "own_share" if "own_share" in given else "NULL"
    best = "ORDER BY worth DESC, name, signal_id"
    witnesses = "SELECT *, CAST(NULL AS VARCHAR) AS look_alike FROM _witnesses"
    if engine.columns("_explained"):
        witnesses += " UNION ALL BY NAME SELECT * FROM _explained"
    engine.create(
        "_heard",
        f"""
        WITH said AS (
            SELECT *, {policy.weight_sql("strength")} * score AS worth,
                   CASE WHEN signal_id IS NULL THEN '{RING}' ELSE name END AS class,
                   coalesce({footing}, concat(signal_id, ' ', name)) AS stands_on,
                   CAST({own_share} AS DOUBLE) AS share_own
            FROM ({witnesses})),
        once AS (
            SELECT *, row_number() OVER (
                       PARTITION BY {row}, look_alike IS NULL, stands_on {best}) = 1 AS is_first
            FROM said),
        ranked AS (
            SELECT *,
                   row_number() OVER (
                       PARTITION BY {row}, look_alike IS NULL, family, is_first {best}) = 1
                       AS is_best,
                   row_number() OVER (
                       PARTITION BY {row}, look_alike IS NULL, family, is_first,
                                    implicates = 'actors' {best}) = 1
                       AS is_best_of_side
            FROM once)
        SELECT {row}, signal_id, name, class, family, strength, element, implicates, score,
               is_direct, look_alike, worth, share_own AS own_share,
               -- How much a ring tells is one thing; that its members also live is asked apart.
               CASE WHEN share_own IS NOT NULL THEN CASE WHEN score > 0.5 THEN 'E2' ELSE 'E1' END
                    WHEN strength = 'E3' AND worth > {policy.weight_e3 / 2} THEN 'E3'
                    WHEN strength >= 'E2' AND worth > {policy.weight_e2 / 2} THEN 'E2'
                    ELSE 'E1' END AS grade,
               CASE WHEN look_alike IS NOT NULL THEN 'explained' WHEN NOT is_first THEN 'same-facts'
                    WHEN NOT is_best THEN 'same-family' ELSE 'heard' END AS fate,
               look_alike IS NULL AND is_first AND is_best_of_side
                   AND implicates = 'actors' AS counts_against
        FROM ranked""",
    )
