"""Places: what others lost because fakes pushed a shop up a list sorted by sales.

L_j = Σ_t [V_jt + β N_t (e(r without fakes) − e(r as it was))] · ρ_j · g − what was sold: the views
that a shop had and those that its place lost it (β: how views follow places, see `following`),
times what a view of it brought before (ρ), moved as what views bring moved elsewhere (g), less what
it really sold. So both ways are counted by which fakes take from others: pushing them down, and
persuading those who see both. The traffic of the days is known, so that no season, fair or trend of
the category counts as an effect; what it cannot know is whether a view would have brought as much.

How far that may be off is taken from categories that nothing was done to: the same is predicted for
each over the same days, as if the shop at the same place had had fakes, and nine in ten of these
errors are the band (conformal, as in `counterfactual`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.respond.losses.counterfactual import LEAST_DONORS, Days, conformal_spread, recent
from unbrush.respond.losses.draws import Array, student_draws
from unbrush.respond.losses.following import Following
from unbrush.respond.losses.listing import Listed, Mask, per_view_of, sorting_of, views_without


@dataclass(frozen=True, kw_only=True)
class Case:
    """A category, whose fakes are taken away, and who is asked about.

    Attributes:
        listed: The category.
        fakers: Shape (shops,).
        asked: Shape (groups, shops); what the shops of a group sell is added up.
    """

    listed: Listed
    fakers: Mask
    asked: Mask


@dataclass(frozen=True, kw_only=True)
class Displaced:
    """What was lost, in minor units.

    Attributes:
        normal: What would have been sold.
        point: The loss.
        draws: Draws of it.
    """

    normal: float
    point: float
    draws: Array


def displaced(
    case: Case, quiet: Sequence[Case], follow: Following, before: Days, window: Days, *, seed: int
) -> Displaced | None:
    """Return what the first group of a case lost; None if too few others were seen.

    Args:
        case: The category with fakes.
        quiet: Categories without, and whose fakes would be taken away there.
        follow: How views follow places.
        before: Days before the fakes.
        window: Days of the fakes.
        seed: Of the draws.
    """
    before, middle = recent(before), float(np.median(follow.draws))
    grown: list[float] = []
    for each in quiet:
        for seen, by_place, sold, half in _parts(each, follow.trailing, before, window):
            if (expected := seen + middle * by_place) > 0:
                # Half a sale more, so that a shop that sold nothing has a logarithm.
                grown.append(float(np.log((sold + half) / (expected + half))))
    n, growth = len(grown), np.array(grown)
    if n < LEAST_DONORS:
        return None
    seen, by_place, sold, _ = _parts(case, follow.trailing, before, window)[0]
    spread = conformal_spread((growth - growth.mean()) * n / (n - 1))
    away = spread * student_draws(n - 1, seed=seed, n=len(follow.draws))
    lifted = float(np.exp(growth.mean()))
    normal = float((seen + middle * by_place) * lifted)
    draws = (seen + by_place * follow.draws) * lifted * np.exp(np.clip(away, -5, 5))
    return Displaced(normal=normal, point=normal - float(sold), draws=np.asarray(draws - sold))


def _parts(case: Case, trailing: int, before: Days, window: Days) -> Array:
    """Return what each group's views would have brought, what lost ones would, and what it sold.

    All in minor units over the window, and half of its smallest day besides: shape (groups, 4).
    """
    listed, asked = case.listed, case.asked.astype(float)
    known = sorting_of(listed, before, trailing)
    per_view = per_view_of(listed.turnover, listed.views, before)
    lost = views_without(listed, known, case.fakers, before, window) - listed.views[:, window]
    sold = asked @ listed.turnover
    smallest = np.where(sold > 0, sold, np.inf).min(axis=1)
    return np.stack(
        [
            asked @ (per_view * listed.views[:, window].sum(axis=1)),
            asked @ (per_view * lost.sum(axis=1)),
            sold[:, window].sum(axis=1),
            0.5 * np.where(np.isfinite(smallest), smallest, 1.0),
        ],
        axis=1,
    )
