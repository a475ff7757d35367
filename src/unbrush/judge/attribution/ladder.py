"""The ladder: which rung is allowed by what is shown of a shop, and what the next one needs.

Each step names what it needs, and is reached only if all below it are. So more evidence never takes
a shop down, and less never takes it up: every need is a count of rows that speak, against a
number that no finding changes.
"""

from dataclasses import dataclass

from unbrush.base.engine import quote
from unbrush.base.words import Words
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

MISSING = {
    "rows": Words(
        "没有一笔订单或一条评价的证据足以使其不计入。",
        "No order or review of it has enough against it to stop counting.",
    ),
    "a": Words(
        "不计入的订单和评价太少，尚不足以认定（要件一）。",
        "Too few orders or reviews are left out to establish anything (element a).",
    ),
    "b": Words(
        "尚无付款、指令或共同操控的证据（要件二）。",
        "Nothing shows pay, instructions or common control (element b).",
    ),
    "c": Words(
        "尚无证据表明店铺本身是幕后者（要件三）：也可能是他人反向刷单，店铺按受害者对待，不得处罚。",
        "Nothing ties the shop itself to it (element c): a rival may have bought these orders, so "
        "the shop is treated as a possible victim and must not be punished.",
    ),
    "second-family": Words(
        "只有一类证据；对外标注须有两类独立证据一致。",
        "One family of evidence alone; anything that others see needs two that agree.",
    ),
    "strong-families": Words(
        "尚无两类强证据一致，也无近乎确凿的证据。",
        "No two strong families agree, and nothing is near-dispositive.",
    ),
    "near-dispositive": Words(
        "尚无近乎确凿的证据，例如货款由店铺退回买家、包裹不可能装下商品。",
        "Nothing is near-dispositive, such as the shop paying prices back, or parcels that cannot "
        "hold the goods.",
    ),
    "share": Words(
        "虚假订单占全部订单的比例未达到限制销售的标准。",
        "Too small a share of its orders is fake for limits on sale.",
    ),
    "history": Words(
        "更高一级须有历次认定的记录，并由集体合议；一次运行不能提出。",
        "A higher rung needs a record of earlier findings and a panel; no single run proposes it.",
    ),
    "policy": Words(
        "现行策略不允许一次运行提出更高一级。", "The policy lets no run propose a higher rung."
    ),
    "second-row": Words(
        "只有一笔/条针对该账号的证据，可能只是巧合。",
        "Only one order or review speaks against the account, which may be chance.",
    ),
    "against-account": Words(
        "没有证据针对该账号本人，只针对其所购或所评。",
        "Nothing speaks against the account itself, only against what it bought or reviewed.",
    ),
    "second-witness": Words(
        "只有一类弱证据；还须有另一类证据，或更强的证据。",
        "One weak family of evidence alone; another family is missing, or something stronger.",
    ),
    "own-witness": Words(
        "证据只来自其评价，没有针对订单本身的证据。",
        "It is spoken of by its review alone, and by nothing of its own.",
    ),
    "probability": Words(
        "证据合计尚未达到不计入的标准。",
        "All evidence together does not yet reach what stops a row from counting.",
    ),
}
"""Everything that can be missing, in words; the last four are of orders, reviews and accounts."""


def climb_sql(policy: Policy) -> str:
    """Return the columns rung, rule, next_rung and missing of a SELECT from `_parties`.

    ``missing`` is a list of names from `MISSING`, joined by commas; both are null where there is
    nothing above.
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
