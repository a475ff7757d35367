"""What every row that is left out rests on, and what of it could not be missed.

Without a family everything is weighed anew, as a policy with that family off would have it. Without
a detector only the rows that it speaks of are, with what signs are worth left as it was found.
"""

from dataclasses import replace

from unbrush.base.engine import Engine, quote
from unbrush.base.evidence import Family
from unbrush.judge.policy import Policy
from unbrush.judge.weigh import weigh, weigh_all

_OVERWRITTEN = ("_witnesses", "_heard", "_atoms", "_passing", "_company", "evidence_worth")


def weigh_without_each(engine: Engine, policy: Policy) -> None:
    """Leave `_needed` (evidence, name, kind, id): rows that would count again with a switch off.

    Also `_by_itself` (id): reviews that would be left out if their orders counted.

    It reads what `weigh_all` leaves, and leaves it as it was.
    """
    for table in _OVERWRITTEN:
        engine.create(f"{table}_in_force", f"SELECT * FROM {table}")
    engine.create("_gone", "SELECT kind, id FROM _atoms WHERE is_neutralised")
    engine.create("_witnesses", "SELECT * FROM _witnesses_in_force WHERE kind = 'review'")
    weigh(engine, policy)
    engine.create("_by_itself", "SELECT id FROM _atoms WHERE kind = 'review' AND is_neutralised")
    parts = [_without_detectors(engine, policy), *_without_families(engine, policy)]
    engine.create("_needed", " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts))
    for table in _OVERWRITTEN:
        engine.create(table, f"SELECT * FROM {table}_in_force")
        engine.drop(f"{table}_in_force")
    for table in (*parts, "_gone", "_deals", "_touched"):
        engine.drop(table)


def _name_deals(engine: Engine) -> None:
    """Leave `_deals`: suspects with the order whose fate they share, if any.

    A review goes with its order, so that the two are weighed together or not at all.
    """
    engine.create(
        "_deals",
        """WITH suspects AS (SELECT DISTINCT kind, id FROM _witnesses_in_force)
           SELECT kind, id, 'order' AS deal_kind, id AS deal_id FROM suspects WHERE kind = 'order'
           UNION ALL
           SELECT 'review', s.id, CASE WHEN r.order_id IS NULL THEN 'review' ELSE 'order' END,
                  coalesce(r.order_id, s.id)
           FROM suspects s JOIN _reviews r ON r.id = s.id WHERE kind = 'review'""",
    )


def _without_detectors(engine: Engine, policy: Policy) -> str:
    """Weigh what each detector speaks of without it, all of them at once; return a table's name."""
    _name_deals(engine)
    engine.create(
        "_touched",
        """SELECT DISTINCT name AS without, deal_kind, deal_id FROM _deals
           JOIN _witnesses_in_force USING (kind, id) WHERE signal_id IS NOT NULL""",
    )
    engine.create(
        "_witnesses",
        """SELECT without, w.* FROM _witnesses_in_force w
           JOIN _deals d ON d.kind = w.kind AND d.id = w.id
           JOIN _touched USING (deal_kind, deal_id) WHERE w.name <> without""",
    )
    weigh(engine, policy, row="without, kind, id")
    part = "_back_detectors"
    engine.create(
        part,
        # A review without a finding of its own is left out with its order, and comes back with it.
        """WITH among AS (
               SELECT g.kind, g.id, t.without FROM _gone g
               JOIN _touched t ON t.deal_kind = g.kind AND t.deal_id = g.id
               UNION
               SELECT g.kind, g.id, t.without FROM _gone g
               JOIN _reviews r ON g.kind = 'review' AND r.id = g.id
               JOIN _touched t ON t.deal_kind = 'order' AND t.deal_id = r.order_id)
           SELECT 'detector' AS evidence, without AS name, kind, id FROM among
           ANTI JOIN (SELECT without, kind, id FROM _atoms WHERE is_neutralised)
           USING (without, kind, id)""",
    )
    return part


def _without_families(engine: Engine, policy: Policy) -> list[str]:
    names = engine.query("SELECT DISTINCT family FROM _witnesses_in_force ORDER BY family")
    parts = []
    for name in names.column("family").to_pylist():
        engine.create(
            "_witnesses", f"SELECT * FROM _witnesses_in_force WHERE family <> {quote(name)}"
        )
        off = [each for each in Family if each == name]  # what a model says is of none
        weigh_all(engine, replace(policy, families_off=(*policy.families_off, *off)))
        part = f"_back_family_{name.replace('-', '_')}"
        engine.create(
            part,
            f"""SELECT 'family' AS evidence, {quote(name)} AS name, kind, id FROM _gone
                ANTI JOIN (SELECT kind, id FROM _atoms WHERE is_neutralised) USING (kind, id)""",
        )
        parts.append(part)
    return parts


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
