"""The ladder: what each rung takes, who may put it in force, and for how long at most.

From docs/architecture.md, Evidence. L0 and L1 are the system's own and are in force at once; a rung
above is proposed by one person and approved by others, never by the one who proposed it.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.respond.desk.permissions import Role


@dataclass(frozen=True, kw_only=True)
class RungRule:
    """What a rung asks.

    Attributes:
        words: What it does to a shop.
        roles: Who may approve it.
        n_approvals: How many different people have to, beside the one who proposed it.
        needs_counsel: Whether one of them has to be counsel.
        term_ms: For how long at most; None for one that does nothing lasting.
        needs_earlier: The lowest rung that must have been in force before; empty for none.
    """

    words: Words
    roles: frozenset[Role]
    n_approvals: int
    needs_counsel: bool = False
    term_ms: int | None = None
    needs_earlier: str = ""


_PANEL = frozenset({Role.APPROVER, Role.COUNSEL})

LADDER = {
    "L2": RungRule(
        words=Words("提醒并培训", "notice and training"),
        roles=frozenset({Role.REVIEWER}),
        n_approvals=1,
    ),
    "L3": RungRule(
        words=Words("在商品页和评价处公开标注", "a public label on its items and reviews"),
        roles=frozenset({Role.REVIEWER}),
        n_approvals=1,
        term_ms=30 * DAY_MS,
    ),
    "L4": RungRule(
        words=Words(
            "不得参加活动、领取补贴，仅暂缓有争议的补贴",
            "no activities and subsidies; disputed subsidies alone are held",
        ),
        roles=frozenset({Role.REVIEWER, Role.APPROVER}),
        n_approvals=2,
        term_ms=90 * DAY_MS,
    ),
    "L5": RungRule(
        words=Words("限制销售与搜索展示", "limited sale and search"),
        roles=_PANEL,
        n_approvals=3,
        term_ms=90 * DAY_MS,
    ),
    "L6": RungRule(
        words=Words("暂停经营", "suspension"),
        roles=_PANEL,
        n_approvals=3,
        needs_counsel=True,
        term_ms=365 * DAY_MS,
        needs_earlier="L4",
    ),
    "L7": RungRule(
        words=Words("终止合作，限期列入名单", "termination, listed for a term"),
        roles=_PANEL,
        n_approvals=3,
        needs_counsel=True,
        term_ms=3 * 365 * DAY_MS,
        needs_earlier="L6",
    ),
}
"""Rungs that people put in force."""

FROM_RUNS = "L5"
"""The highest rung that evidence of one run can allow; what is above needs a history."""

APPEAL_MS = 183 * DAY_MS
"""How long a merchant may appeal: six months."""

APPEAL_TERM_MS = 15 * DAY_MS
"""How soon an appeal is decided."""
