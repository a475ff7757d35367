"""Markets with known truth: honest trade, every look-alike, every kind of brushing.

What comes in: a size, a seed, a level of camouflage. What goes out: a folder of event tables, as a
platform would export them, and beside them `truth/`, which no stage reads.

The first file to read is `unfold.py`: how planted and ordinary orders become tables. `trade.py` is
honest trade; `kinds/` and `look_alikes/` hold one file for each scheme; `camouflage.py` says what
each level changes:

0 naive (shared devices, templates, money back at once), 1 hurried (random delays, some real
purchases), 2 dispersed (own devices, aged accounts, paraphrase, split third-party money, small
gifts), 3 patient (low and slow, all unique, most money off the platform, varied gifts).
"""

from pathlib import Path

import numpy as np

from unbrush.base.errors import BadParameter
from unbrush.base.progress import Progress, silent
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.scale import SCALES, parse_scale, sizes_of
from unbrush.simulate.schemes import FRAUDS, HONEST, plant_all
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sink import Sink
from unbrush.simulate.truth import VICTIM, Truth, write_market_facts
from unbrush.simulate.unfold import unfold
from unbrush.simulate.world import create

__all__ = ["KINDS", "LOOK_ALIKES", "SCALES", "parse_scale", "simulate"]

KINDS = [scheme.name for scheme in FRAUDS]
"""Kinds of brushing that are planted, as labels name them."""

LOOK_ALIKES = sorted([*(scheme.name for scheme in HONEST), VICTIM])
"""Honest populations that are planted; victims of reverse brushing need fakes to exist."""

FAKE_SHARE = (0.036, 0.054)


def simulate(
    out: Path,
    *,
    n_orders: int,
    seed: int,
    level: int = 1,
    progress: Progress = silent,
    with_fakes: bool = True,
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

    Returns:
        Rows by table, and what was planted: fake_orders, plans, labels.

    Raises:
        BadParameter: The level or the seed is out of bounds.
    """
    if level not in range(len(LEVELS)):
        raise BadParameter(f"There is no camouflage level {level}.", hint="0, 1, 2 or 3.")
    if seed < 0:
        raise BadParameter(f"The seed is {seed}.", hint="A whole number from 0 on.")
    progress("market", 0.0)
    world = create(sizes_of(n_orders), seed=seed, level=level)
    share = float(world.streams.part("share").uniform(*FAKE_SHARE)) if with_fakes else 0.0
    plantings = plant_all(world, fake_share=share)
    (out / "truth").mkdir(parents=True, exist_ok=True)
    truth = Truth(plantings)
    with Sink(out) as sink:
        account_ids = unfold(world, plantings, truth, sink, progress)
    labels = truth.write(out / "truth", world, account_ids)
    fakes = [planting for planting in plantings if planting.plan.is_fake]
    n_fake = sum(len(planting.orders["at"]) for planting in fakes)
    write_market_facts(
        out / "truth",
        {
            "seed": seed,
            "level": level,
            "n_orders": n_orders,
            "n_shops": world.shops.n,
            "n_accounts": world.people.n,
            "starts_at": START_AT,
            "ends_at": END_AT,
            "fake_share": share,
            "n_fake_orders": n_fake,
            "plans": {
                name: sum(p.plan.name == name for p in plantings)
                for name in sorted({p.plan.name for p in plantings})
            },
            "day_weights": [round(float(w), 4) for w in np.asarray(world.days)],
        },
    )
    progress("", 1.0)
    counts = dict(sorted(sink.counts.items()))
    return {**counts, "fake_orders": n_fake, "plans": len(plantings), "labels": labels.num_rows}
