"""The ladder: which rung is allowed by what is shown of a shop, and what the next one needs.

Each step names what it needs, and is reached only if all below it are. So more evidence never takes
a shop down, and less never takes it up: every need is a count of rows that speak, against a
number that no finding changes.
"""

from dataclasses import dataclass

from unbrush.base.engine import quote
from unbrush.judge.policy import Policy

APPROVERS = {
    "L0": "system",
    "L1": "system",
    "L2": "reviewer",
    "L3": "reviewer",
    "L4": "two persons",
    "L5": "panel",
}
"""Who may put a rung in force; L6 and L7 need a history that one run does not have."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One rung and what allows it.

    Attributes:
        rung: What is reached.
        needs: By name of what is missing otherwise, the SQL condition over `_parties`.
        rule: Name of the rule that allowed it.
    """

    rung: str
    needs: dict[str, str]
    rule: str


STEPS = (
    Step(rung="L1", needs={"rows": "n > 0"}, rule="rows-left-out"),
    Step(rung="L2", needs={"a": "has_a", "b": "has_b", "c": "has_c"}, rule="attributed"),
    Step(
        rung="L3",
        needs={"second-family": "n_families >= 2", "strong-families": "has_strong"},
        rule="attributed-by-two-families",
    ),
    Step(rung="L4", needs={"near-dispositive": "has_e3"}, rule="attributed-near-dispositive"),
    Step(rung="L5", needs={"share": "has_share"}, rule="attributed-mass"),
)
"""The rungs that one run can propose, lowest first."""

AFTER = {"L5": "history"}
"""What the rung after the last one needs: a record of earlier findings, and people."""


def climb_sql(policy: Policy) -> str:
    """Return the columns rung, rule, next_rung and missing of a SELECT from `_parties`.

    ``missing`` is a list of names from `base.missing`, joined by commas; both are null where there
    is nothing above.
    """
    reached = "CASE " + " ".join(
        f"WHEN {_all(STEPS[: place + 1])} THEN {place + 1}" for place in reversed(range(len(STEPS)))
    )
    most = int(policy.highest[1:])
    return f"""
        least({reached} ELSE 0 END, {most}) AS step, {reached} ELSE 0 END AS allowed,
        concat('L', step) AS rung,
        CASE step WHEN 0 THEN 'nothing-neutralised'
            WHEN 1 THEN CASE WHEN NOT has_a THEN 'too-few-rows'
                             WHEN NOT has_b THEN 'organisation-not-shown'
                             WHEN NOT has_c THEN 'not-attributed' ELSE 'attributed' END
            {" ".join(f"WHEN {n + 1} THEN {quote(STEPS[n].rule)}" for n in range(1, len(STEPS)))}
        END AS rule,
        concat('L', step + 1) AS next_rung,
        CASE WHEN step < allowed THEN 'policy'
            {" ".join(f"WHEN step = {n} THEN {_missing(step)}" for n, step in enumerate(STEPS))}
            ELSE {quote(AFTER[STEPS[-1].rung])} END AS missing"""


def _all(steps: tuple[Step, ...]) -> str:
    return " AND ".join(f"({need})" for step in steps for need in step.needs.values())


def _missing(step: Step) -> str:
    parts = (f"CASE WHEN NOT ({need}) THEN {quote(name)} END" for name, need in step.needs.items())
    return f"concat_ws(',', {', '.join(parts)})"
