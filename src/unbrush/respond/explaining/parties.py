"""Accounts, shops and rings: what their rows add up to, the strongest of them, what hangs by what.

They have no probability of evidence of their own: what is said of them is the sum of what is said
of their orders and reviews.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond.explaining.changes import Supposition, Weighed
from unbrush.respond.explaining.gathering import Row, Rows, ask, witnesses_sql
from unbrush.respond.explaining.subjects import Subject
from unbrush.respond.terms import FAMILIES, said

PARTIES = ("account", "shop", "ring")
"""Kinds of subject that are told by their rows."""

MOST_ROWS = 2_000
"""Suspected rows of one party that are weighed again; the others are counted only."""


OWN_TABLES = (
    "_parties_asked", "_rings_asked", "_deeds_of", "_suspects_of", "_parts_of", "_part",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One suspected order or review of a party.

    Attributes:
        subject: The order or review.
        decision: Its row of `decisions`.
        witnesses: What is heard of it.
    """

    subject: Subject
    decision: Row
    witnesses: Rows


@dataclass(frozen=True)
class Sum:
    """What a party's rows come to.

    Attributes:
        n_orders: Orders that it has, suspected or not; None of a ring.
        n_reviews: Reviews likewise.
        n_suspected: Orders and reviews that something was said of.
        n_out: Those that were left out.
        n_restored: Of these, what people let count again.
        parts: The suspected ones that were looked at closely, those that do not count first.
        by_name: By what was said: kind, name, family, n_rows, log_odds.
        look_alikes: By look-alike and outcome: how many rows.
    """

    n_orders: int | None
    n_reviews: int | None
    n_suspected: int
    n_out: int
    n_restored: int
    parts: Sequence[Part]
    by_name: Rows
    look_alikes: Rows


def add_up(
    engine: Engine, manifest: Manifest, subjects: Iterable[Subject], *, most: int = MOST_ROWS
) -> Mapping[Subject, Sum]:
    """Return what the rows of each account, shop or ring come to.

    Args:
        engine: Holds the event tables and what `judge` left.
        manifest: What was collected.
        subjects: Accounts, shops and rings.
        most: Suspected rows of one party that are looked at closely.
    """
    wanted = list(dict.fromkeys(subjects))
    if not wanted:
        return {}
    _put_parties(engine, manifest, wanted)
    engine.create("_deeds_of", _deeds_sql(manifest))
    engine.create("_suspects_of", _suspects_sql(engine))
    engine.create("_parts_of", _parts_sql(most))
    engine.create("_part", "SELECT DISTINCT kind, id FROM _parts_of")
    totals = {_party(row): row for row in engine.query(_totals_sql()).to_pylist()}
    parts = _parts(engine)
    by_name = _grouped(engine, _by_name_sql()) if engine.columns("contributions") else {}
    look_alikes = _grouped(engine, _look_alikes_sql())
    for table in (
        "_parties_asked",
        "_rings_asked",
        "_deeds_of",
        "_suspects_of",
        "_parts_of",
        "_part",
    ):
        engine.drop(table)
    sums = {}
    for each in wanted:
        key = _keyed(each)
        total = totals.get(key, {})
        sums[each] = Sum(
            n_orders=total.get("n_orders"),
            n_reviews=total.get("n_reviews"),
            n_suspected=total.get("n_suspected") or 0,
            n_out=total.get("n_out") or 0,
            n_restored=total.get("n_restored") or 0,
            parts=parts.get(key, []),
            by_name=by_name.get(key, []),
            look_alikes=look_alikes.get(key, []),
        )
    return sums


def _put_parties(engine: Engine, manifest: Manifest, subjects: Sequence[Subject]) -> None:
    """Leave `_parties_asked` (kind, id), and `_rings_asked` (id)."""
    ask(engine, manifest, "_parties_asked", subjects)
    rings = [str(each.id) for each in subjects if each.kind == "ring"]
    engine.put("_rings_asked", pa.table({"id": pa.array(rings, pa.string())}))


def _keyed(subject: Subject) -> Subject:
    """Return a party as the tables here name it: rings beside ids of any type, all as text."""
    return Subject(subject.kind, str(subject.id))


def _party(row: Row) -> Subject:
    return Subject(row["party"], row["party_id"])


def _deeds_sql(manifest: Manifest) -> str:
    """Orders and reviews of accounts and shops: party, party_id (text), kind, id."""
    kind = manifest.subject_id_type
    reviews = """(SELECT r.review_id, r.account_id, coalesce(r.shop_id, i.shop_id) AS shop_id
        FROM reviews r LEFT JOIN items i ON i.item_id = r.item_id)"""
    parts = [
        f"""SELECT '{party}' AS party, CAST(p.id AS VARCHAR) AS party_id, '{what}' AS kind,
                CAST(d.{what}_id AS {kind}) AS id
            FROM {source} d JOIN _parties_asked p
                ON p.kind = '{party}' AND p.id = CAST(d.{party}_id AS {kind})"""
        for party in ("account", "shop")
        for what, source in (("order", "orders"), ("review", reviews))
    ]
    return " UNION ALL ".join(parts)


def _suspects_sql(engine: Engine) -> str:
    """The suspected ones: party, party_id, the rows of `decisions`, and is_restored."""
    restored = "false"
    if engine.columns("restored"):  # runs of earlier versions do not have it
        restored = """EXISTS (SELECT 1 FROM restored x WHERE x.subject_kind = d.subject_kind
                               AND x.subject_id = d.subject_id)"""
    return f"""
        SELECT party, party_id, d.*, {restored} AS is_restored FROM _deeds_of o
        JOIN decisions d ON d.subject_kind = o.kind AND d.subject_id = o.id
        UNION ALL
        SELECT 'ring', r.name, d.*, {restored} FROM (
            SELECT DISTINCT name, subject_kind, subject_id FROM reasons
            WHERE kind = 'ring' AND subject_kind IN ('order', 'review')
                AND name IN (SELECT id FROM _rings_asked)) r
        JOIN decisions d USING (subject_kind, subject_id)"""


def _parts_sql(most: int) -> str:
    return f"""
        SELECT party, party_id, subject_kind AS kind, subject_id AS id, row_number() OVER (
                PARTITION BY party, party_id
                ORDER BY is_neutralised DESC, probability DESC, subject_kind, subject_id) AS place
        FROM _suspects_of QUALIFY place <= {most}"""


def _totals_sql() -> str:
    return """
        WITH said AS (
            SELECT party, party_id, count(*) AS n_suspected,
                count(*) FILTER (WHERE is_neutralised) AS n_out,
                count(*) FILTER (WHERE is_neutralised AND is_restored) AS n_restored
            FROM _suspects_of GROUP BY ALL),
        done AS (
            SELECT party, party_id, count(*) FILTER (WHERE kind = 'order') AS n_orders,
                count(*) FILTER (WHERE kind = 'review') AS n_reviews
            FROM _deeds_of GROUP BY ALL)
        SELECT party, party_id, n_orders, n_reviews, n_suspected, n_out, n_restored
        FROM done FULL JOIN said USING (party, party_id)"""


def _parts(engine: Engine) -> dict[Subject, list[Part]]:
    heard: dict[Subject, Rows] = {}
    if sql := witnesses_sql(engine, "_part"):
        for row in engine.query(sql).to_pylist():
            heard.setdefault(Subject(row["subject_kind"], row["subject_id"]), []).append(row)
    found: dict[Subject, list[Part]] = {}
    for row in engine.query(
        """SELECT p.party, p.party_id, place, s.* EXCLUDE (party, party_id)
        FROM _parts_of p JOIN _suspects_of s ON s.party = p.party AND s.party_id = p.party_id
            AND s.subject_kind = p.kind AND s.subject_id = p.id
        ORDER BY p.party, p.party_id, place"""
    ).to_pylist():
        subject = Subject(row["subject_kind"], row["subject_id"])
        part = Part(subject, row, heard.get(subject, []))
        found.setdefault(_party(row), []).append(part)
    return found


def _grouped(engine: Engine, sql: str) -> dict[Subject, Rows]:
    found: dict[Subject, Rows] = {}
    for row in engine.query(sql).to_pylist():
        found.setdefault(_party(row), []).append(row)
    return found


def _by_name_sql() -> str:
    """What each detector and ring adds over a party's rows, the weightiest first."""
    return """
        WITH added AS (
            SELECT party, party_id, c.kind, c.name, c.family, count(*) AS n_rows,
                list_sum(list_sort(list(log_odds))) AS total
            FROM _parts_of p
            JOIN contributions c ON c.subject_kind = p.kind AND c.subject_id = p.id
            WHERE c.kind <> 'prior'
            GROUP BY party, party_id, c.kind, c.name, c.family)
        SELECT * EXCLUDE (total), total AS log_odds FROM added
        ORDER BY party, party_id, abs(total) DESC, kind, name, family"""


def _look_alikes_sql() -> str:
    return """
        SELECT party, party_id, r.kind, r.name, r.outcome, count(*) AS n
        FROM _parts_of p JOIN reasons r ON r.subject_kind = p.kind AND r.subject_id = p.id
        WHERE r.kind = 'look-alike'
        GROUP BY party, party_id, r.kind, r.name, r.outcome
        ORDER BY party, party_id, r.name, r.outcome"""


def suppose_of_party(subject: Subject, total: Sum) -> list[tuple[Part, Supposition]]:
    """Return what is supposed of a party's rows: each as it is, and without each family or ring."""
    supposed = []
    for part in total.parts:
        if not part.witnesses or not part.decision["is_neutralised"]:
            continue
        if part.decision["rule"] == "its-order":
            continue  # follows its order
        supposed.append((part, Supposition("as-it-is", (), part.witnesses)))
        if subject.kind == "ring":
            left = [each for each in part.witnesses if each["name"] != subject.id]
            supposed.append((part, Supposition("without-ring", (str(subject.id),), left)))
            continue
        for family in sorted({each["family"] for each in part.witnesses}):
            left = [each for each in part.witnesses if each["family"] != family]
            supposed.append((part, Supposition("without", (family,), left)))
    return supposed


def changes_of_party(
    supposed: Sequence[tuple[Part, Supposition]], weighed: Sequence[Weighed]
) -> Rows:
    """Return, for each family or ring, how many rows rest on it, and would count again without.

    A review that follows its order is counted with it.
    """
    resting: dict[tuple[str, str], int] = {}
    back: dict[tuple[str, str], int] = {}
    for (_, each), outcome in zip(supposed, weighed, strict=True):
        if each.what == "as-it-is":
            is_sure = outcome[1]
            continue
        key = (each.what, each.names[0])
        resting[key] = resting.get(key, 0) + 1
        back[key] = back.get(key, 0) + (is_sure and not outcome[1])
    return [
        {
            "what": what,
            "names": [name],
            "words": _without(what, name),
            "n_resting": resting[what, name],
            "n_back": back[what, name],
            "changes": back[what, name] > 0,
            "sentence": _sentence(back[what, name], resting[what, name]),
        }
        for what, name in sorted(resting, key=lambda key: (-back[key], -resting[key], key))
    ]


def _without(what: str, name: str) -> Words:
    if what == "without-ring":
        return Words(f"没有协同圈 {name}", f"without ring {name}")
    family = said(FAMILIES, name)
    return Words(f"没有{family.zh}依据", f"without the evidence of {family.en}")


def _sentence(n_back: int, n_resting: int) -> Words:
    return Words(
        f"{n_resting:,} 笔/条以此为依据之一，其中 {n_back:,} 笔/条会重新计入",
        f"of {n_resting:,} that {'rests' if n_resting == 1 else 'rest'} on it, {n_back:,} would "
        "count again",
    )
