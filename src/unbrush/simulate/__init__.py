"""Markets with known truth: honest trade, every look-alike, every kind of brushing.

What comes in: a size, a seed, a level of camouflage. What goes out: a folder of event tables, as a
platform would export them, and beside them `truth/`, which no stage reads.

The first file to read is `unfold.py`: how planted and ordinary orders become tables. `trade.py` is
honest trade; `kinds/` and `look_alikes/` hold one file for each scheme, `cases/` one for each
public case; `camouflage.py` says what each level changes:

0 naive (shared devices, templates, money back at once), 1 hurried (random delays, some real
purchases), 2 dispersed (own devices, aged accounts, paraphrase, split third-party money, small
gifts), 3 patient (low and slow, all unique, most money off the platform, varied gifts).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unbrush.base.errors import BadParameter
from unbrush.base.progress import Progress, silent
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.casebook import CASES, case_called
from unbrush.simulate.planting import Planting
from unbrush.simulate.room import check_room
from unbrush.simulate.scale import SCALES, parse_scale, sizes_of
from unbrush.simulate.schemes import (
    BESIDE,
    FRAUDS,
    HONEST,
    frauds_called,
    plant_all,
    plant_honest,
)
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sink import Sink
from unbrush.simulate.staging import Role, write_gang
from unbrush.simulate.truth import VICTIM, Truth, write_market_facts
from unbrush.simulate.unfold import unfold
from unbrush.simulate.world import World, create

__all__ = [
    "CASES",
    "KINDS",
    "LOOK_ALIKES",
    "LOOK_ALIKES_BESIDE",
    "SCALES",
    "USUAL_KINDS",
    "parse_scale",
    "simulate",
    "simulate_case",
    "simulate_honest",
]

KINDS = [scheme.name for scheme in FRAUDS]
"""Kinds of brushing that can be planted, as labels name them."""

USUAL_KINDS = [scheme.name for scheme in frauds_called(())]
"""Those that the usual market has."""

LOOK_ALIKES = sorted([*(scheme.name for scheme in HONEST), VICTIM])
"""Honest populations that are planted; victims of reverse brushing need fakes to exist."""

LOOK_ALIKES_BESIDE = {scheme.name: scheme.beside for scheme in BESIDE}
"""Further ones that are planted only beside some kinds on request, with those kinds."""

FAKE_SHARE = (0.036, 0.054)


def simulate(
    out: Path,
    *,
    n_orders: int,
    seed: int,
    level: int = 1,
    progress: Progress = silent,
    with_fakes: bool = True,
    kinds: Sequence[str] = (),
) -> dict[str, int]:
    """Make a market with known truth.

    The same arguments give the same bytes. Planted orders count towards ``n_orders`` and are mixed
    among the others before anything is numbered.

    Args:
        out: Folder for the tables, one Parquet file each; made if missing. The truth goes to its
            subfolder ``truth``: labels.parquet, plans.parquet, market.json.
        n_orders: Orders in the market; see `parse_scale`.
        seed: Same seed, same market.
        level: Camouflage of what is planted, 0 (naive) to 3 (patient).
        progress: Told what is being made.
        with_fakes: Whether brushing is planted; look-alikes always are.
        kinds: Which of `KINDS` are planted; those of the usual market if none is named, every one
            for "all".

    Returns:
        Rows by table, and what was planted: fake_orders, plans, labels.

    Raises:
        BadParameter: The level or the seed is out of bounds, or there is no such kind.
        DoesNotFit: The machine has too little memory.
    """
    _check(n_orders, seed, level)
    frauds = frauds_called(kinds) if with_fakes else ()
    progress("market", 0.0)
    world = create(sizes_of(n_orders), seed=seed, level=level)
    share = float(world.streams.part("share").uniform(*FAKE_SHARE)) if with_fakes else 0.0
    plantings = plant_all(world, fake_share=share, frauds=frauds)
    return _write(out, world, plantings, {"fake_share": share}, progress=progress)


def simulate_honest(
    out: Path,
    *,
    n_orders: int,
    seed: int,
    n_plans: int,
    share: float = 0.5,
    progress: Progress = silent,
) -> dict[str, int]:
    """Make a market of look-alikes: every honest population is there many times, nothing is fake.

    Args:
        out: Folder for the tables and the truth, as of `simulate`.
        n_orders: Orders in the market; shops grow with them.
        seed: Same seed, same market.
        n_plans: Instances of each population, as large as ``share`` lets them be.
        share: Share of all orders that belong to look-alikes (0-1).
        progress: Told what is being made.

    Returns:
        As `simulate`.

    Raises:
        BadParameter: The seed is out of bounds.
        DoesNotFit: The machine has too little memory.
    """
    _check(n_orders, seed, 0)
    progress("market", 0.0)
    world = create(sizes_of(n_orders), seed=seed, level=0)
    world.declares = True  # honest owners differ from what a platform shows, too
    plantings = plant_honest(world, share=share, n_plans=n_plans)
    return _write(out, world, plantings, {"look_alike_share": share}, progress=progress)


def simulate_case(
    out: Path,
    *,
    case: str,
    tier: str = "ci",
    level: int = 1,
    seed: int = 1,
    progress: Progress = silent,
) -> dict[str, int]:
    """Make the market of a public case; the same arguments give the same bytes.

    Args:
        out: Folder for the tables. Its subfolder ``truth`` holds what that of `simulate` does, and
            gang.parquet (`staging.GANG`): who plays which part.
        case: Name of one of `CASES`.
        tier: How large; one of the case's tiers: ci, nightly, full.
        level: Camouflage, 0 (naive) to 3 (patient).
        seed: Same seed, same market.
        progress: Told what is being made.

    Returns:
        As `simulate`.

    Raises:
        BadParameter: There is no such case, tier or level, or the seed is out of bounds.
        DoesNotFit: The machine has too little memory.
    """
    chosen = case_called(case, tier)
    _check(chosen.n_orders(tier), seed, level)
    progress("market", 0.0)
    world = create(sizes_of(chosen.n_orders(tier)), seed=seed, level=level)
    staged = chosen.stage(world, world.streams.part(f"case {chosen.name}"), tier)
    # The case first, so that it shares no shop with look-alikes while shops last.
    plantings = [*staged.plantings, *plant_all(world, fake_share=0.0)]
    facts = {"case": chosen.name, "tier": tier, **staged.facts}
    counts = _write(out, world, plantings, facts, roles=staged.roles, progress=progress)
    if staged.beside is not None:
        staged.beside(out)
    return counts


def _check(n_orders: int, seed: int, level: int) -> None:
    if level not in range(len(LEVELS)):
        raise BadParameter(f"There is no camouflage level {level}.", hint="0, 1, 2 or 3.")
    if seed < 0:
        raise BadParameter(f"The seed is {seed}.", hint="A whole number from 0 on.")
    check_room(n_orders)


def _write(
    out: Path,
    world: World,
    plantings: Sequence[Planting],
    facts: Mapping[str, Any],
    *,
    roles: Sequence[Role] = (),
    progress: Progress,
) -> dict[str, int]:
    """Write the market and its truth; return rows by table and what was planted."""
    folder = out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    truth = Truth(plantings)
    with Sink(out) as sink:
        account_ids = unfold(world, plantings, truth, sink, progress)
    labels = truth.write(folder, world, account_ids)
    # What an earlier market left there would be taken for the truth of this one.
    (folder / "gang.parquet").unlink(missing_ok=True)
    if roles:
        write_gang(folder, roles, account_ids)
    # Where only reviews are fake, orders are not.
    fakes = [p for p in plantings if p.plan.is_fake and "order" not in p.honest]
    n_fake = sum(len(planting.orders["at"]) for planting in fakes)
    write_market_facts(
        folder,
        {
            "seed": world.streams.seed,
            "level": world.level,
            "n_orders": world.sizes.n_orders,
            "n_shops": world.shops.n,
            "n_accounts": world.people.n,
            "starts_at": START_AT,
            "ends_at": END_AT,
            "n_fake_orders": n_fake,
            "plans": {
                name: sum(p.plan.name == name for p in plantings)
                for name in sorted({p.plan.name for p in plantings})
            },
            "day_weights": [round(float(w), 4) for w in np.asarray(world.days)],
            **facts,
        },
    )
    progress("", 1.0)
    counts = dict(sorted(sink.counts.items()))
    return {**counts, "fake_orders": n_fake, "plans": len(plantings), "labels": labels.num_rows}
