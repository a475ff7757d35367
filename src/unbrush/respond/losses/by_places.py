"""Method (a) on the panel: whose list, who is compared with, and when it cannot be said."""

from collections.abc import Sequence

import numpy as np

from unbrush.base.words import Words
from unbrush.respond.losses.amounts import Placebo
from unbrush.respond.losses.counterfactual import LEAST_DONORS, Days
from unbrush.respond.losses.displacement import Case, Displaced, displaced
from unbrush.respond.losses.draws import Array
from unbrush.respond.losses.following import LEAST_FOLLOWED, Following, following
from unbrush.respond.losses.ground import WIDEST, in_time
from unbrush.respond.losses.listing import Listed
from unbrush.respond.losses.merchants import earlier_words
from unbrush.respond.losses.panel import Panel

LEAST_VIEWS = 1_000


def lost_by_places(
    panel: Panel, members: Sequence[int], quiet: Sequence[int], *, asked: Sequence[int],
    fakers: Sequence[int], alike: Sequence[int], before: Days, window: Days, seed: int,
) -> tuple[Displaced, Placebo, Words] | Words:  # fmt: skip
    """Return what was lost, its placebo and how views follow places; or what is missing.

    Args:
        panel: The days of every shop.
        members: Rows of the category.
        quiet: Rows of shops without fakes in other categories.
        asked: Rows of ``members`` that are asked about, together.
        fakers: Rows of ``members`` whose fakes are taken away.
        alike: Rows of ``quiet`` that one shop is compared with; none if categories are.
        before: Days before the fakes.
        window: Days of the fakes.
        seed: Of the draws.
    """
    if panel.views[members][:, before].sum() < LEAST_VIEWS:
        return Words("窗口之前的浏览记录（interactions 的 view）", "views before the window")
    if not fakers:
        return Words("同类中另有店铺以虚假订单推高位次", "another shop whose fakes moved the list")
    names = sorted({panel.category[row] for row in quiet})
    rows = [[row for row in quiet if panel.category[row] == name] for name in names]
    own, others = _listed(panel, members), [_listed(panel, each) for each in rows]
    follow = following([(own, before), *((each, before | window) for each in others)], seed=seed)
    if follow is None or not follow.is_found:
        return _not_followed(follow)
    places = _places(own, np.isin(members, fakers), before)
    case = Case(listed=own, fakers=np.isin(members, fakers), asked=np.isin([members], asked))
    cases = [
        _quiet_case(listed, places, before, np.isin(each, alike) if alike else None)
        for listed, each in zip(others, rows, strict=True)
    ]

    def reckon(old: Days, new: Days) -> tuple[float, Array]:
        found = displaced(case, cases, follow, old, new, seed=seed)
        if found is None:  # then as wide as what says nothing
            return 0.0, np.array([-WIDEST, WIDEST])
        normal = max(found.normal, 1e-9)
        return found.point / normal, found.draws / normal

    lost = displaced(case, cases, follow, before, window, seed=seed)
    if lost is None:
        return Words(
            f"有浏览记录的对照，至少 {LEAST_DONORS} 个",
            f"others with views to compare with: at least {LEAST_DONORS} are needed",
        )
    return lost, in_time(before, window, reckon, earlier_words), _followed(follow)


def _listed(panel: Panel, rows: Sequence[int]) -> Listed:
    return Listed(
        shown=panel.raw_orders[rows], orders=panel.orders[rows],
        turnover=panel.turnover[rows], views=panel.views[rows],
    )  # fmt: skip


def _ranked(listed: Listed, before: Days) -> list[int]:
    return list(np.argsort(-listed.orders[:, before].sum(axis=1), kind="stable"))


def _places(listed: Listed, fakers: Days, before: Days) -> set[int]:
    return {place for place, row in enumerate(_ranked(listed, before)) if fakers[row]}


def _quiet_case(listed: Listed, places: set[int], before: Days, alike: Days | None) -> Case:
    """Return a category as if the shops at ``places`` had had fakes; of ``alike``, each alone."""
    n = len(listed.orders)
    ranked = _ranked(listed, before)
    fakers = np.zeros(n, bool)
    fakers[[ranked[min(place, n - 1)] for place in places]] = True
    asked = ~fakers[None] if alike is None else np.eye(n, dtype=bool)[alike & ~fakers]
    return Case(listed=listed, fakers=fakers, asked=asked)


def _followed(follow: Following) -> Words:
    point, low = f"{100 * follow.point:.0f}", f"{100 * follow.low:.0f}"
    return Words(
        f"此前店铺换位时，浏览的变化是位次所预测的 {point}%（至少 {low}%）；"
        f"按近 {follow.trailing} 天销量排序最相符。",
        f"As shops changed places before, views changed by {point} % of what places predict (at "
        f"least {low} %); lists by sales of {follow.trailing} days fit best.",
    )


def _not_followed(follow: Following | None) -> Words:
    if follow is None:
        return Words(
            "店铺换位的记录：位次几乎没有变化，看不出位次是否带来浏览",
            "changes of place: there are hardly any, and nothing says that places make shops seen",
        )
    point, low = f"{100 * follow.point:.0f}", f"{100 * follow.low:.0f}"
    return Words(
        f"位次带来浏览的证据：店铺换位时，浏览的变化是位次所预测的 {point}%，下界 {low}%，"
        f"至少需要 {100 * LEAST_FOLLOWED:.0f}%",
        f"places that make shops seen: as shops changed places, views changed by {point} % of what "
        f"places predict, lower end {low} %, at least {100 * LEAST_FOLLOWED:.0f} % is needed",
    )
