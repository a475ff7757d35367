"""From which probability on rows may stop counting, so that hardly any honest one is among them.

The expected share of honest rows among those that stop counting is the mean of one minus their
probabilities; it must not exceed what the policy allows (Storey, 2003, in Bayesian words).
"""

from unbrush.base.engine import Engine, quote
from unbrush.judge.policy import Policy

NOTHING = 1000.0  # a line that no row reaches


def among_sql(kind: str) -> str:
    """Return SQL: among rows of which kind a row is counted; a review may go with its order.

    Args:
        kind: The column with its own kind; ``rule`` stands beside it.
    """
    return f"CASE rule WHEN 'its-order' THEN 'order' ELSE {kind} END"


def draw_line(engine: Engine, policy: Policy) -> bool:
    """Add to `evidence_worth` the log-odds below which no row of a kind stops counting.

    Returns:
        Whether any row of `_atoms` that stops counting is below it, so that it has to count again.
    """
    rows = engine.query(
        f"""SELECT {among_sql("kind")} AS kind, log_odds, probability, count(*) AS n
            FROM _atoms WHERE is_neutralised GROUP BY ALL ORDER BY kind, log_odds DESC"""
    ).to_pylist()
    lines: dict[str, float] = {}
    doubt: dict[str, tuple[float, int]] = {}
    for row in rows:
        kind = row["kind"]
        honest, n = doubt.get(kind, (0.0, 0))
        honest, n = honest + (1 - row["probability"]) * row["n"], n + row["n"]
        doubt[kind] = (honest, n)
        lines.setdefault(kind, NOTHING)
        if honest <= policy.discovery_q * n:
            lines[kind] = row["log_odds"]
    is_any_below = any(row["log_odds"] < lines[row["kind"]] for row in rows)
    values = ", ".join(f"('{kind}', {line!r})" for kind, line in sorted(lines.items()))
    if values:
        drawn = ", ".join(quote(kind) for kind in sorted(lines))
        engine.create(
            "evidence_worth",
            f"""SELECT * FROM evidence_worth WHERE what <> 'line' OR subject_kind NOT IN ({drawn})
                UNION ALL
                SELECT kind, 'line', NULL, NULL, NULL, line, NULL, NULL, NULL, NULL
                FROM (VALUES {values}) v(kind, line)""",
        )
    return is_any_below


def say_how_sure(engine: Engine) -> None:
    """Leave `_sureness` in ``engine``: interval and q-value of orders, reviews and accounts.

    The interval is where the probability lies, given how well the worth of evidence is known; 90 %.
    """

    def bound(sign: str) -> str:
        return f"round(1 / (1 + exp(-(log_odds {sign} 1.645 * error))), 6)"

    engine.create(
        "_sureness",
        f"""WITH said AS (
                SELECT kind AS subject_kind, id AS subject_id, probability,
                       {bound("-")} AS probability_low, {bound("+")} AS probability_high
                FROM _atoms
                UNION ALL
                SELECT 'account', account_id, max(probability_against),
                       max(CASE WHEN probability_against > 0 THEN {bound("-")} ELSE 0 END),
                       max(CASE WHEN probability_against > 0 THEN {bound("+")} ELSE 0 END)
                FROM _atoms WHERE account_id IS NOT NULL GROUP BY account_id),
            tied AS (
                SELECT subject_kind, probability, sum(n * (1 - probability)) OVER same AS honest,
                       sum(n) OVER same AS n
                FROM (SELECT subject_kind, probability, count(*) AS n FROM said GROUP BY ALL)
                WINDOW same AS (PARTITION BY subject_kind ORDER BY probability DESC))
            SELECT subject_kind, subject_id, least(probability_low, probability) AS probability_low,
                   greatest(probability_high, probability) AS probability_high,
                   round(honest / n, 6) AS q_value
            FROM said JOIN tied USING (subject_kind, probability)""",
    )
