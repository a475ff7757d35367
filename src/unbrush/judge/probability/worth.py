"""What each sign is worth in this market, as a table that weighing reads."""

import math

import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.evidence import EVIDENCE_WORTH, Family
from unbrush.judge.policy import RING, Policy
from unbrush.judge.probability.mixture import Beliefs, Worth, fit
from unbrush.judge.probability.patterns import Patterns

UNSEEN_ERROR = 1.5  # of the worth of a sign that the market does not have: a factor of four or so

MOST = 7.0
"""Log-odds: no row is called surer than 0.999, however much is said."""


def beliefs(policy: Policy) -> Beliefs:
    """Return what the policy assumes before a market is seen."""
    return Beliefs(
        fake=policy.prior_fake,
        fake_with=policy.prior_fake_with_sign,
        fake_in_company=policy.prior_fake_in_company,
        honest_in_company=policy.prior_honest_in_company,
        silence=policy.silence,
    )


def tell_worth(engine: Engine, policy: Policy, patterns: dict[str, Patterns]) -> None:
    """Leave the table `evidence_worth` in ``engine``."""
    rows = []
    for kind, found in patterns.items():
        if found.names:
            said = fit(found.bears, found.in_company, found.n, found.signs, beliefs(policy))
            rows += _rows(kind, found, said)
    engine.put("evidence_worth", pa.Table.from_pylist(rows, schema=EVIDENCE_WORTH))


def _rows(kind: str, patterns: Patterns, worth: Worth) -> list[dict[str, object]]:
    steps = [("nothing-said", worth.nothing_said)]
    steps += list(zip(("in-company", "alone"), worth.company, strict=True))
    rows: list[dict[str, object]] = [
        {"subject_kind": kind, "what": what, "log_odds": log_odds, "error": error}
        for what, (log_odds, error) in steps
    ]
    for number, (family, name, grade) in enumerate(patterns.names):
        rows.append(
            {
                "subject_kind": kind,
                "what": "sign",
                "name": name,
                "family": family,
                "strength": grade,
                "log_odds": float(worth.signs[number]),
                "error": float(worth.errors[number]),
                "share_of_fakes": float(worth.fake_with[number]),
                "share_of_honest": float(worth.honest_with[number]),
                "n": int(worth.n[number]),
            }
        )
    return rows


def worth_sql(engine: Engine, policy: Policy) -> str:
    """Return CTEs ``prior`` and ``sign``: steps by kind, and the worth of each row of `_heard`.

    prior: kind, start, start_error, inside, outside, company_error, line. sign: kind, id,
    signal_id, name, log_odds, error. Where nothing was fitted the policy speaks alone.
    """
    before = beliefs(policy)
    start = math.log(before.fake / (1 - before.fake))
    unseen = " ".join(
        f"WHEN {condition} AND grade = {quote(grade)} "
        f"THEN {math.log(before.fake_with / policy.honest_with(Family.TIME, name, grade))!r}"
        for name, condition in (
            (RING, f"class = {quote(RING)} AND h.family = {quote(Family.TIME)}"),
            ("", "true"),
        )
        for grade in ("E1", "E2", "E3")
    )
    table = "evidence_worth" if engine.columns("evidence_worth") else _nothing_sql()

    def of(what: str, column: str = "log_odds") -> str:
        return f"max({column}) FILTER (WHERE what = {quote(what)})"

    return f"""
        fitted AS (SELECT * FROM {table}),
        prior AS (
            SELECT k.kind, coalesce({of("nothing-said")}, {start!r}) AS start,
                   coalesce({of("nothing-said", "error")}, {UNSEEN_ERROR}) AS start_error,
                   coalesce({of("in-company")}, 0) AS inside, coalesce({of("alone")}, 0) AS outside,
                   coalesce({of("in-company", "error")}, 0) AS inside_error,
                   coalesce({of("alone", "error")}, 0) AS outside_error,
                   coalesce({of("line")}, -1000) AS line
            FROM (VALUES ('order'), ('review')) k(kind) LEFT JOIN fitted f
                ON f.subject_kind = k.kind
            GROUP BY k.kind),
        sign AS (
            SELECT h.*, coalesce(f.log_odds, CASE {unseen} END) AS log_odds,
                   coalesce(f.error, {UNSEEN_ERROR}) AS error
            FROM _heard h LEFT JOIN fitted f
                ON f.what = 'sign' AND f.subject_kind = h.kind AND f.family = h.family
                AND f.name = h.class AND f.strength = h.grade)"""


def _nothing_sql() -> str:
    columns = {"int64": "BIGINT", "double": "DOUBLE", "string": "VARCHAR"}
    cast = (f"CAST(NULL AS {columns[str(each.type)]}) AS {each.name}" for each in EVIDENCE_WORTH)
    return f"(SELECT {', '.join(cast)} WHERE false)"
