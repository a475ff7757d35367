"""Somebody approves what they asked for themselves, or what gains whom they are tied to.

What it finds: Staff who approved their own actions at least ``min_self`` times; two who approve
    each other's actions and nobody else's though their team has others; and approvers who took it
    on themselves to approve actions for a shop that they are tied to.
Why it is fake: A second person must look before an alert is overridden or money released. Where
    proposer and approver are one, or one interest, nobody has looked.
Look-alikes: On-call staff who wave through an incident by themselves (many subjects at once, to
    which they do not come back when it is over). A platform that lets everybody confirm their own
    actions (others do so as often). A small team that can only take turns (fewer than ``min_team``
    members), and a larger one that does (others approve, too). A manager who approves for all. A
    rota that brings a tied shop to its relative's desk now and then (no more often than others').
Score: n / (n + min_self) over own approvals, two thirds of that over exclusive pairs, and
    n / (n + min_tied) over approvals for tied shops; the largest of them. E2 for tied approvals of
    at least ``min_tied``, else E1.
Check by hand: 1. Read who asked, who approved and when, action by action. 2. Ask who else was on
    duty and could have approved. 3. Compare with the rule for this kind of action, as of that day.
Cost: Reads staff_actions a few times; tokens only where staff hold them. At most one row per staff
    member.
References: docs/architecture.md, Evidence; the habit of the house is the share of own approvals
    among everybody else's, with a Chernoff bound.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.staff import acts_sql, ties_sql
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When two pairs of eyes are one."""

    min_self: int = bounded(3, at_least=1, doc="Own actions that somebody approved.")
    min_pair: int = bounded(
        8, at_least=2, doc="Approvals in each direction before two are a closed pair."
    )
    min_team: int = bounded(
        4, at_least=3, doc="Members of a team from which on others could have approved."
    )
    min_tied: int = bounded(3, at_least=1, doc="Approvals for shops that the approver is tied to.")
    min_lift: float = bounded(
        3.0, at_least=1.0, doc="How many times as often as others do, or as a rota would."
    )
    max_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=1.0, doc="Largest chance that the habit of all explains it."
    )
    incident_hours: int = bounded(
        6, at_least=1, at_most=48, doc="Hours between two actions of one incident at most."
    )
    incident_subjects: int = bounded(
        10, at_least=2, doc="Different subjects that make a stretch of actions an incident."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds staff whose approvals are no second look."""
    return f"""WITH {acts_sql()}, {ties_sql()},
{_own_approvals(params)}, {_closed_pairs(params)}, {_tied_approvals(params)},
cited AS (
    SELECT staff_id, action_id, 'self' AS sort FROM own_said
    UNION ALL
    SELECT staff_id, action_id, 'pair' FROM pair_said
    UNION ALL
    SELECT staff_id, action_id, 'tied' FROM tied_said
),
counts AS (
    SELECT staff_id,
        count(*) FILTER (WHERE sort = 'self') AS n_self,
        count(*) FILTER (WHERE sort = 'pair') AS n_pair,
        count(*) FILTER (WHERE sort = 'tied') AS n_tied
    FROM cited
    GROUP BY staff_id
),
cited_ids AS (
    SELECT staff_id, list(action_id ORDER BY action_id) AS evidence_ids
    FROM (SELECT DISTINCT staff_id, action_id FROM cited)
    GROUP BY staff_id
)
SELECT
    counts.staff_id AS subject_id,
    round(greatest(
        counts.n_self / (counts.n_self + {params.min_self}),
        n_pair / (n_pair + {2 * params.min_pair}) * 2 / 3,
        n_tied / (n_tied + {params.min_tied})
    ), 6) AS score,
    cited_ids.evidence_ids,
    CASE WHEN n_tied > 0 THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN n_tied > 0 THEN 'c' ELSE 'b' END AS element,
    counts.n_self, counts.n_pair, counts.n_tied, coalesce(asked.n, 0) AS n_asked,
    round(coalesce(asked.expected, 0), 3) AS expected_self, partners.partner_id
FROM counts
JOIN cited_ids ON cited_ids.staff_id = counts.staff_id
LEFT JOIN asked ON asked.staff_id = counts.staff_id
LEFT JOIN partners ON partners.staff_id = counts.staff_id
"""


def _own_approvals(params: Params) -> str:
    """Approvals of one's own actions, without incidents and beyond the habit of the house."""
    return f"""
approved AS (
    SELECT * FROM acts WHERE approver_id IS NOT NULL
),
own_approved AS (
    SELECT *,
        CASE WHEN at_ms - lag(at_ms) OVER (
            PARTITION BY staff_id ORDER BY at_ms, action_id
        ) <= {params.incident_hours * HOUR_MS} THEN 0 ELSE 1 END AS begins
    FROM approved
    WHERE approver_id = staff_id
),
stretches AS (
    SELECT *, sum(begins) OVER (
        PARTITION BY staff_id ORDER BY at_ms, action_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS stretch
    FROM own_approved
),
incidents AS (
    SELECT staff_id, stretch FROM stretches
    GROUP BY staff_id, stretch
    HAVING count(DISTINCT subject) >= {params.incident_subjects}
),
returned_to AS (  -- an interest comes back to its subject when nothing is on fire
    SELECT DISTINCT stretches.staff_id, stretches.subject
    FROM stretches
    LEFT JOIN incidents
        ON incidents.staff_id = stretches.staff_id AND incidents.stretch = stretches.stretch
    WHERE incidents.staff_id IS NULL
),
alone AS (
    SELECT stretches.staff_id, stretches.action_id
    FROM stretches
    LEFT JOIN incidents
        ON incidents.staff_id = stretches.staff_id AND incidents.stretch = stretches.stretch
    LEFT JOIN returned_to
        ON returned_to.staff_id = stretches.staff_id AND returned_to.subject = stretches.subject
    WHERE incidents.staff_id IS NULL OR returned_to.staff_id IS NOT NULL
),
by_staff AS (
    SELECT approved.staff_id, count(*) AS n, count(alone.action_id) AS n_self
    FROM approved LEFT JOIN alone ON alone.action_id = approved.action_id
    GROUP BY approved.staff_id
),
everybody AS (
    SELECT sum(n) AS n, sum(n_self) AS n_self FROM by_staff
),
asked AS (
    SELECT by_staff.*,
        by_staff.n * (everybody.n_self - by_staff.n_self + 0.5)
            / (everybody.n - by_staff.n + 1.0) AS expected
    FROM by_staff CROSS JOIN everybody
),
own_said AS (
    SELECT alone.staff_id, alone.action_id
    FROM alone JOIN asked ON asked.staff_id = alone.staff_id
    WHERE asked.n_self >= {params.min_self}
        AND asked.n_self >= {params.min_lift} * asked.expected
        AND asked.n_self - asked.expected + asked.n_self * ln(asked.expected / asked.n_self)
            <= {math.log(params.max_chance)}
)"""


def _closed_pairs(params: Params) -> str:
    """Two of a larger team who approve each other's actions and nobody else's."""
    return f"""
teams AS (
    SELECT team, count(*) AS n_members FROM staff WHERE team IS NOT NULL GROUP BY team
),
members AS (
    SELECT staff.staff_id, staff.team
    FROM staff JOIN teams ON teams.team = staff.team
    WHERE teams.n_members >= {params.min_team}
),
given AS (
    SELECT staff_id, approver_id, count(*) AS n FROM approved
    WHERE approver_id <> staff_id
    GROUP BY staff_id, approver_id
),
asks AS (
    SELECT staff_id, sum(n) AS n FROM given GROUP BY staff_id
),
grants_of AS (
    SELECT approver_id, sum(n) AS n FROM given GROUP BY approver_id
),
closed AS (  -- all that one asks goes to the other, and all that the other approves comes from it
    SELECT given.staff_id, given.approver_id
    FROM given
    JOIN asks ON asks.staff_id = given.staff_id AND asks.n = given.n
    JOIN grants_of ON grants_of.approver_id = given.approver_id AND grants_of.n = given.n
    JOIN members AS one ON one.staff_id = given.staff_id
    JOIN members AS other ON other.staff_id = given.approver_id AND other.team = one.team
    WHERE given.n >= {params.min_pair}
),
partners AS (
    SELECT closed.staff_id, closed.approver_id AS partner_id
    FROM closed
    JOIN closed AS back
        ON back.staff_id = closed.approver_id AND back.approver_id = closed.staff_id
),
pair_said AS (
    SELECT partners.staff_id, approved.action_id
    FROM partners
    JOIN approved
        ON (approved.staff_id = partners.staff_id AND approved.approver_id = partners.partner_id)
        OR (approved.staff_id = partners.partner_id AND approved.approver_id = partners.staff_id)
)"""


def _tied_approvals(params: Params) -> str:
    """Approvals for shops whose owner the approver is tied to, more than a rota would bring."""
    return f"""
for_shop AS (
    SELECT approver_id, shop_id, count(*) AS n FROM approved
    WHERE shop_id IS NOT NULL
    GROUP BY approver_id, shop_id
),
of_shop AS (
    SELECT shop_id, sum(n) AS n FROM for_shop GROUP BY shop_id
),
of_all AS (
    SELECT sum(n) AS n FROM for_shop
),
of_approver AS (
    SELECT approver_id, sum(n) AS n FROM for_shop GROUP BY approver_id
),
drawn AS (
    SELECT for_shop.approver_id, for_shop.shop_id
    FROM for_shop
    JOIN ties ON ties.staff_id = for_shop.approver_id AND ties.shop_id = for_shop.shop_id
    JOIN of_shop ON of_shop.shop_id = for_shop.shop_id
    JOIN of_approver ON of_approver.approver_id = for_shop.approver_id
    CROSS JOIN of_all
    WHERE for_shop.n >= {params.min_tied}
        -- As a rota would: the approver's share of what is approved for other shops.
        AND for_shop.n >= {params.min_lift} * of_shop.n * (of_approver.n - for_shop.n + 0.5)
            / (of_all.n - of_shop.n + 1.0)
),
tied_said AS (
    SELECT approved.approver_id AS staff_id, approved.action_id
    FROM approved
    JOIN drawn
        ON drawn.approver_id = approved.approver_id AND drawn.shop_id = approved.shop_id
)"""


def explain(facts: Facts) -> Words:
    """Say how often nobody else looked, and in which way."""
    zh, en = [], []
    if facts["n_self"]:
        n, of = facts["n_self"], facts["n_asked"]
        zh.append(
            f"自己批准了自己提出的操作 {n} 次（共需批准 {of} 次；按他人的习惯约 "
            f"{facts['expected_self']:.1f} 次）"
        )
        en.append(
            f"approved {counted(n, 'action')} of their own, of {of:,} that needed approval "
            f"(the habit of others explains about {facts['expected_self']:.1f})"
        )
    if facts["n_pair"]:
        n, partner = facts["n_pair"], facts["partner_id"]
        zh.append(f"与 {partner} 只互相批准，共 {n} 次，同组其他人从未参与")
        en.append(
            f"exchanged {counted(n, 'approval')} with {partner} and with nobody else of the team"
        )
    if facts["n_tied"]:
        n = facts["n_tied"]
        zh.append(f"批准了有利于关联店铺的操作 {n} 次")
        en.append(f"approved {counted(n, 'action')} for shops that they are tied to")
    return Words(zh=f"该人员{'；'.join(zh)}。", en=f"This member of staff {'; '.join(en)}.")


DETECTOR = Detector(
    name="self-approval",
    title=Words("自己批准自己的操作", "approval without a second pair of eyes"),
    subject="staff",
    family=Family.STAFF,
    strength=Strength.E1,
    element=Element.ORGANISED,
    needs={
        "staff_actions": (
            "action_id",
            "staff_id",
            "kind",
            "subject_kind",
            "subject_id",
            "at",
            "approver_id",
        )
    },
    uses={
        "staff": (
            "team",
            "phone_token",
            "identity_token",
            "address_token",
            "bank_token",
            "account_id",
        ),
        "shops": ("owner_id",),
        "owners": ("legal_rep_token", "phone_token", "address_token", "bank_token"),
        "orders": ("order_id", "shop_id"),
        "items": ("item_id", "shop_id"),
        "payouts": ("payout_id", "shop_id", "bank_token"),
        "accounts": ("phone_token", "identity_token", "staff_of_shop_id"),
        "account_links": ("account_id", "kind", "token", "address_type"),
        "transfers": ("from_token", "to_token"),
    },
    evidence="staff_actions",
    look_alikes={
        "on-call": Words("值班人员处理突发事件", "on-call staff in an incident"),
        "habit-of-the-house": Words(
            "平台允许自行确认", "a platform where everybody confirms their own"
        ),
        "small-team": Words("小团队只能互相批准", "a small team that can only take turns"),
        "rotation": Words("团队轮流批准", "a team that takes turns"),
        "manager": Words("主管统一批准", "a manager who approves for all"),
        "rota-meets-relative": Words(
            "轮值偶尔遇到亲属店铺", "a rota that meets a relative's shop now and then"
        ),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)
