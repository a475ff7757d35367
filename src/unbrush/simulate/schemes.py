"""Schemes: every kind of brushing and every look-alike, found by folder; adding one edits nothing.

A file in `kinds/` or `look_alikes/` has

    NAME       kebab-case, as labels say it
    SHARE      in `kinds/`: of all fake orders; in `look_alikes/`: of all orders (0-1)
    SIZE       orders of one plan, times those of a usual plan
    plant(world, rng, n)   returns a `Planting` of about ``n`` orders
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from unbrush.simulate import kinds, look_alikes
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting
from unbrush.simulate.world import World

USUAL_PLAN = 60
FEWEST_ORDERS = 8


@dataclass(frozen=True)
class Scheme:
    """One file of `kinds/` or `look_alikes/`."""

    name: str
    share: float
    size: float
    plant: Callable[[World, Rng, int], Planting]


def _found(package: object) -> tuple[Scheme, ...]:
    found = []
    for entry in pkgutil.iter_modules(package.__path__):  # type: ignore[attr-defined]  # a package
        module = importlib.import_module(f"{package.__name__}.{entry.name}")  # type: ignore[attr-defined]
        found.append(Scheme(module.NAME, module.SHARE, module.SIZE, module.plant))
    return tuple(sorted(found, key=lambda scheme: scheme.name))


FRAUDS = _found(kinds)
"""Every kind of brushing."""

HONEST = _found(look_alikes)
"""Every honest population that resembles one."""


def plant_all(world: World, *, fake_share: float) -> list[Planting]:
    """Plant every scheme, scaled to the market.

    Args:
        world: The market; schemes take shops and accounts from it.
        fake_share: Share of all orders that shall be fake (0-1); 0 plants look-alikes only.
    """
    total = world.sizes.n_orders
    plantings = []
    # Fakes first, so that gangs and look-alikes share no shop while shops last.
    for scheme in FRAUDS if fake_share else ():
        plantings += _plant(world, scheme, round(total * fake_share * scheme.share))
    for scheme in HONEST:
        plantings += _plant(world, scheme, round(total * scheme.share))
    return plantings


def _plant(world: World, scheme: Scheme, n_orders: int) -> list[Planting]:
    usual = USUAL_PLAN * (world.sizes.n_orders / 20_000) ** 0.5 * scheme.size
    n_plans = max(1, round(n_orders / usual))
    rng = world.streams.part(scheme.name)
    sizes = rng.dirichlet([4.0] * n_plans) * n_orders
    return [
        scheme.plant(
            world, world.streams.part(scheme.name, number), max(FEWEST_ORDERS, round(size))
        )
        for number, size in enumerate(sizes)
    ]
