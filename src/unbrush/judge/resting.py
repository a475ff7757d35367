"""What every row that is left out rests on, and what of it could not be missed.

Without a family everything is weighed anew, as a policy with that family off would have it. Without
a detector only the rows that it speaks of are, with what signs are worth left as it was found.
"""

from collections.abc import Callable
from dataclasses import replace

from unbrush.base.engine import Engine, quote
from unbrush.base.evidence import Family
from unbrush.judge.policy import Policy
from unbrush.judge.weigh import weigh

Weighing = Callable[[Engine, Policy], None]
"""All of the weighing: from `_witnesses` to `_atoms`, and whatever it leaves beside them."""


def weigh_without_each(engine: Engine, policy: Policy, weigh_all: Weighing) -> None:
    """Leave `_needed` (evidence, name, kind, id): rows that would count again with a switch off.

    Also `_by_itself` (id): reviews that would be left out if their orders counted.

    It overwrites what ``weigh_all`` leaves, which has to be called after it for what is decided;
    `_witnesses` comes out as it went in.
    """
    weigh_all(engine, policy)
    engine.create("_gone", "SELECT kind, id FROM _atoms WHERE is_neutralised")
    engine.create("_all_witnesses", "SELECT * FROM _witnesses")
    engine.create("_witnesses", "SELECT * FROM _all_witnesses WHERE kind = 'review'")
    weigh(engine, policy)
    engine.create("_by_itself", "SELECT id FROM _atoms WHERE kind = 'review' AND is_neutralised")
    _name_deals(engine)
    parts = _without_detectors(engine, policy) + _without_families(engine, policy, weigh_all)
    nothing = "SELECT '' AS evidence, '' AS name, kind, id FROM _gone WHERE false"
    engine.create("_needed", " UNION ALL ".join([nothing, *(f"SELECT * FROM {p}" for p in parts)]))
    engine.create("_witnesses", "SELECT * FROM _all_witnesses")
    for table in (*parts, "_all_witnesses", "_gone", "_deals"):
        engine.drop(table)


def _name_deals(engine: Engine) -> None:
    """Leave `_deals`: suspects with the order whose fate they share, if any.

    A review goes with its order, so that the two are weighed together or not at all.
    """
    engine.create(
        "_deals",
        """WITH suspects AS (SELECT DISTINCT kind, id FROM _all_witnesses)
           SELECT kind, id, 'order' AS deal_kind, id AS deal_id FROM suspects WHERE kind = 'order'
           UNION ALL
           SELECT 'review', s.id, CASE WHEN r.order_id IS NULL THEN 'review' ELSE 'order' END,
                  coalesce(r.order_id, s.id)
           FROM suspects s JOIN _reviews r ON r.id = s.id WHERE kind = 'review'""",
    )


def _without_detectors(engine: Engine, policy: Policy) -> list[str]:
    names = engine.query(
        "SELECT DISTINCT name FROM _all_witnesses WHERE signal_id IS NOT NULL ORDER BY name"
    )
    parts = []
    for name in names.column("name").to_pylist():
        engine.create(
            "_touched",
            f"""SELECT DISTINCT deal_kind, deal_id FROM _deals
                SEMI JOIN (SELECT kind, id FROM _all_witnesses WHERE name = {quote(name)})
                USING (kind, id)""",
        )
        engine.create(
            "_witnesses",
            f"""SELECT w.* FROM _all_witnesses w SEMI JOIN (
                    SELECT kind, id FROM _deals SEMI JOIN _touched USING (deal_kind, deal_id)) d
                ON d.kind = w.kind AND d.id = w.id WHERE w.name <> {quote(name)}""",
        )
        weigh(engine, replace(policy, detectors_off=(*policy.detectors_off, name)))
        # A review without a finding of its own is left out with its order, and comes back with it.
        among = """SELECT g.kind, g.id FROM _gone g
            LEFT JOIN _reviews r ON g.kind = 'review' AND r.id = g.id
            JOIN _touched t ON (t.deal_kind = g.kind AND t.deal_id = g.id)
                OR (t.deal_kind = 'order' AND t.deal_id = r.order_id)"""
        parts.append(_back(engine, "detector", name, among))
    engine.drop("_touched")
    return parts


def _without_families(engine: Engine, policy: Policy, weigh_all: Weighing) -> list[str]:
    names = engine.query("SELECT DISTINCT family FROM _all_witnesses ORDER BY family")
    parts = []
    for name in names.column("family").to_pylist():
        engine.create("_witnesses", f"SELECT * FROM _all_witnesses WHERE family <> {quote(name)}")
        off = [each for each in Family if each == name]  # what a model says is of none
        weigh_all(engine, replace(policy, families_off=(*policy.families_off, *off)))
        parts.append(_back(engine, "family", name, "SELECT kind, id FROM _gone"))
    return parts


def _back(engine: Engine, evidence: str, name: str, among: str) -> str:
    """Keep which of these rows are not left out any more; return the table's name."""
    part = f"_back_{evidence}_{name.replace('-', '_')}"
    engine.create(
        part,
        f"""SELECT DISTINCT {quote(evidence)} AS evidence, {quote(name)} AS name, kind, id
            FROM ({among}) ANTI JOIN (SELECT kind, id FROM _atoms WHERE is_neutralised)
            USING (kind, id)""",
    )
    return part


def tell_what_rests(engine: Engine) -> None:
    """Leave `rests_on` in ``engine``, from `_witnesses`, `_atoms`, `_needed` and `_by_itself`.

    A review that is left out because its order is rests on what its order rests on. Besides, it
    has a row for that order, which says whether it would count again with it.
    """
    engine.create(
        "rests_on",
        """WITH gone AS (
               SELECT a.kind, a.id, rule = 'its-order' AS has_order, r.order_id,
                      coalesce(rule <> 'its-order' OR b.id IS NOT NULL, true) AS is_heard
               FROM _atoms a LEFT JOIN _reviews r ON a.kind = 'review' AND r.id = a.id
               LEFT JOIN _by_itself b ON a.kind = 'review' AND b.id = a.id
               WHERE is_neutralised),
           heard AS (
               SELECT DISTINCT kind, id, 'family' AS evidence, family AS name FROM _witnesses
               UNION ALL
               SELECT DISTINCT kind, id, 'detector', name FROM _witnesses
               WHERE signal_id IS NOT NULL),
           resting AS (
               SELECT kind, id, evidence, name FROM gone JOIN heard USING (kind, id)
               WHERE is_heard
               UNION
               SELECT g.kind, g.id, evidence, name FROM gone g
               JOIN heard h ON h.kind = 'order' AND h.id = g.order_id WHERE has_order)
           SELECT kind AS subject_kind, id AS subject_id, evidence, name,
                  n.is_needed IS NOT NULL AS is_needed
           FROM resting
           FULL JOIN (SELECT *, true AS is_needed FROM _needed) n USING (kind, id, evidence, name)
           UNION ALL
           SELECT kind, id, 'order', CAST(order_id AS VARCHAR), NOT is_heard FROM gone
           WHERE has_order
           ORDER BY subject_kind, subject_id, evidence, name""",
    )
    for table in ("_needed", "_by_itself"):
        engine.drop(table)
