"""Schemes: every kind of brushing and every look-alike, found by folder; adding one edits nothing.

A file in `kinds/` or `look_alikes/` has

    NAME         kebab-case, as labels say it
    SHARE        in `kinds/`: of all fake orders; in `look_alikes/`: of all orders (0-1)
    SIZE         orders of one plan, times those of a usual plan
    ON_REQUEST   true in `kinds/` that are planted only by name: the usual market has few kinds, so
                 that each has orders enough in a small one and figures stay comparable
    BESIDE       in `look_alikes/`: kinds on request that it is planted beside, and only there, so
                 that markets without those kinds stay what they were
    plant(world, rng, n)   returns a `Planting` of about ``n`` orders; a kind that is not about
                           orders takes ``n`` as its size
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unbrush.base.errors import BadParameter
from unbrush.simulate import kinds, look_alikes
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting
from unbrush.simulate.world import World

USUAL_PLAN = 60
FEWEST_ORDERS = 8
ALL = "all"


@dataclass(frozen=True)
class Scheme:
    """One file of `kinds/` or `look_alikes/`."""

    name: str
    share: float
    size: float
    plant: Callable[[World, Rng, int], Planting]
    is_usual: bool
    beside: tuple[str, ...] = ()


def _found(package: object) -> tuple[Scheme, ...]:
    found = []
    for entry in pkgutil.iter_modules(package.__path__):  # type: ignore[attr-defined]  # a package
        module = importlib.import_module(f"{package.__name__}.{entry.name}")  # type: ignore[attr-defined]
        usual = not getattr(module, "ON_REQUEST", False)
        beside = getattr(module, "BESIDE", ())
        found.append(Scheme(module.NAME, module.SHARE, module.SIZE, module.plant, usual, beside))
    return tuple(sorted(found, key=lambda scheme: scheme.name))


FRAUDS = _found(kinds)
"""Every kind of brushing."""

_HONEST = _found(look_alikes)
HONEST = tuple(scheme for scheme in _HONEST if not scheme.beside)
"""Every honest population that resembles a kind of brushing and is in every market."""

BESIDE = tuple(scheme for scheme in _HONEST if scheme.beside)
"""Those that are planted only beside the kinds that they resemble."""


def frauds_called(names: Sequence[str]) -> tuple[Scheme, ...]:
    """Return kinds of brushing by name: those of the usual market for none, every one for "all".

    Raises:
        BadParameter: There is no such kind; the hint lists what there is.
    """
    if not names:
        return tuple(scheme for scheme in FRAUDS if scheme.is_usual)
    known = {scheme.name: scheme for scheme in FRAUDS}
    unknown = [name for name in names if name not in known and name != ALL]
    if unknown:
        kinds = ", ".join([*known, ALL])
        raise BadParameter(f"There is no kind {unknown[0]}.", hint=f"Kinds: {kinds}.")
    return FRAUDS if ALL in names else tuple(s for s in FRAUDS if s.name in names)


def plant_all(world: World, *, fake_share: float, frauds: Sequence[Scheme] = ()) -> list[Planting]:
    """Plant the given kinds of brushing and every look-alike, scaled to the market.

    Args:
        world: The market; schemes take shops and accounts from it.
        fake_share: Share of all orders that shall be fake (0-1).
        frauds: Kinds of brushing, which divide the fakes as their shares say.
    """
    total = world.sizes.n_orders
    whole = sum(scheme.share for scheme in frauds)
    plantings = []
    # Fakes first, so that gangs and look-alikes share no shop while shops last.
    for scheme in frauds:
        plantings += _plant(world, scheme, round(total * fake_share * scheme.share / whole))
    planted = {scheme.name for scheme in frauds}
    near = [scheme for scheme in BESIDE if planted.intersection(scheme.beside)]
    for scheme in (*near, *HONEST):
        plantings += _plant(world, scheme, round(total * scheme.share))
    return plantings


def plant_honest(world: World, *, share: float, n_plans: int) -> list[Planting]:
    """Plant every look-alike equally often, and no brushing.

    Args:
        world: The market.
        share: Share of all orders that belong to look-alikes (0-1), divided equally among them.
        n_plans: Instances of each.
    """
    each = round(world.sizes.n_orders * share / len(HONEST))
    return [plan for scheme in HONEST for plan in _plant(world, scheme, each, n_plans=n_plans)]


def _plant(world: World, scheme: Scheme, n_orders: int, *, n_plans: int = 0) -> list[Planting]:
    usual = USUAL_PLAN * (world.sizes.n_orders / 20_000) ** 0.5 * scheme.size
    n_plans = n_plans or max(1, round(n_orders / usual))
    rng = world.streams.part(scheme.name)
    sizes = rng.dirichlet([4.0] * n_plans) * n_orders
    return [
        scheme.plant(
            world, world.streams.part(scheme.name, number), max(FEWEST_ORDERS, round(size))
        )
        for number, size in enumerate(sizes)
    ]
