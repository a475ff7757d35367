"""Who took part, how far up the ladder the evidence reaches, and what the next rung would need.

For a shop, the elements are established by rows, never by a score: (a) orders that do not count,
(b) rows that show pay or organisation, (c) rows that tie the act to the shop itself, which is money
from its own purse, or parcels that cannot hold the goods, sent for orders that somebody was hired
to place. Without (b) and (c) the rung stays at L1, whoever gained.

`parties` counts what is shown of each shop, `ladder` says which rung that allows, `people` does so
for accounts and staff. Between the two first, `adjudication` hears every shop with fake orders as a
possible victim, and names rivals whose money went to whoever placed them.
"""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.evidence import decision_schema
from unbrush.base.manifest import Manifest
from unbrush.judge.adjudication import adjudicate
from unbrush.judge.attribution.ladder import APPROVERS, climb_sql
from unbrush.judge.attribution.parties import parties_sql
from unbrush.judge.attribution.people import account_decisions_sql, staff_decisions_sql
from unbrush.judge.policy import Policy


def attribute(engine: Engine, manifest: Manifest, policy: Policy) -> None:
    """Leave `_parties`, `adjudications`, `_attackers` and the table `decisions` in ``engine``.

    Args:
        engine: Holds the event tables, `signals`, `ring_members`, `_orders`, `_reviews`,
            `_witnesses`, `_atoms` and `_sureness`.
        manifest: What the market has.
        policy: How many rows establish an element, and the highest rung.
    """
    engine.create("_parties", parties_sql(policy))
    adjudicate(engine, manifest, policy)
    approver = " ".join(f"WHEN '{rung}' THEN '{who}'" for rung, who in APPROVERS.items())
    engine.create(
        "decisions",
        f"""SELECT subject_kind, CAST(subject_id AS {manifest.subject_id_type}) AS subject_id, rung,
                   probability, probability_low, probability_high, q_value, is_neutralised,
                   elements, families, strength, ring_id,
                   CASE rung {approver} END AS approver, rung IN ('L0', 'L1') AS is_in_force, rule,
                   next_rung, missing
            FROM (({_atom_decisions_sql()}) UNION ALL ({account_decisions_sql()})
                  UNION ALL ({_shop_decisions_sql(policy)})
                  UNION ALL ({staff_decisions_sql(policy)}))
            LEFT JOIN _sureness USING (subject_kind, subject_id)
            ORDER BY subject_kind, subject_id""",
    )
    _check_shape(engine, manifest)


def _check_shape(engine: Engine, manifest: Manifest) -> None:
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    wanted = decision_schema(id_type).names
    assert list(engine.columns("decisions")) == wanted, "decisions have lost their shape"


def _atom_decisions_sql() -> str:
    """Orders and reviews: left out or counted, and what is missing before they are left out."""
    return """
        SELECT kind AS subject_kind, id AS subject_id,
               CASE WHEN is_neutralised THEN 'L1' ELSE 'L0' END AS rung,
               probability, is_neutralised, elements, families, strength, ring_id, rule,
               CASE WHEN NOT is_neutralised THEN 'L1' END AS next_rung,
               CASE WHEN is_neutralised THEN NULL
                    WHEN rule = 'only-by-its-review' THEN 'own-witness'
                    WHEN rule = 'one-weak-family' THEN 'second-witness'
                    ELSE 'probability' END AS missing
        FROM _atoms"""


def _shop_decisions_sql(policy: Policy) -> str:
    """Shops by what is shown of them, and by what they did to others, whichever goes further."""
    attack = f"""
        SELECT 'shop' AS subject_kind, shop_id AS subject_id, 'L2' AS rung,
               round({policy.weight_e2} * probability, 6) AS probability,
               coalesce(n > 0, false) AS is_neutralised, 'a,b,c' AS elements,
               'money' AS families, 'E2' AS strength, p.ring_id, 'bought-an-attack' AS rule,
               'L3' AS next_rung, 'history' AS missing
        FROM _attackers x LEFT JOIN (SELECT shop_id, n, ring_id FROM _parties) p USING (shop_id)"""
    own = f"""
        SELECT 'shop' AS subject_kind, shop_id AS subject_id, rung,
               -- Fake orders alone do not make their shop a party: it may be a rival's victim.
               round(probability * CASE WHEN has_a AND has_b AND has_c THEN 1.0
                                        WHEN n = 0 THEN 0.1 ELSE 0.5 END, 6) AS probability,
               n > 0 AS is_neutralised,
               concat_ws(',', CASE WHEN has_a THEN 'a' END, CASE WHEN has_b THEN 'b' END,
                         CASE WHEN has_c THEN 'c' END) AS elements,
               families, strength, ring_id,
               CASE WHEN rung = 'L1' AND verdict = 'victim' THEN 'held-as-victim' ELSE rule END
                   AS rule,
               next_rung, missing
        FROM (SELECT *, {climb_sql(policy)} FROM _parties)
        LEFT JOIN (SELECT shop_id, verdict FROM adjudications) USING (shop_id)"""
    if policy.highest < "L2":
        return own
    return f"""
        SELECT * FROM ({own}) WHERE rung >= 'L2'
            OR subject_id NOT IN (SELECT shop_id FROM _attackers)
        UNION ALL
        SELECT * FROM ({attack}) WHERE subject_id NOT IN (
            SELECT subject_id FROM ({own}) WHERE rung >= 'L2')"""
