"""Case A15: are losses where they are said to be? Simulated markets with the truth beside them.

For each method: how often the truth lies within P5-P95 (asked: 90 %), how wide that is, how far its
middle is off; for what is handed to a court, how often it stays below the truth (asked: 95 %).
Seeds from 9,000 on were never looked at while the methods were written; for (a), which was written
anew later, those from 13,000 on. A method that says that it cannot say is left out of its line, and
the line says of how many markets it is.
"""

import argparse
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np
from losses_market import N_DAYS, Sold, World, make_world, suspect

from unbrush.respond.losses.counterfactual import Way, nearest, predict
from unbrush.respond.losses.court import court_value
from unbrush.respond.losses.displacement import Case, displaced
from unbrush.respond.losses.diversion import UNSTATED_EXPANSION, diverted, prices_lost
from unbrush.respond.losses.draws import HIGH, LOW, N_DRAWS, sum_draws
from unbrush.respond.losses.following import following
from unbrush.respond.losses.listing import Listed
from unbrush.respond.losses.pricing import overpaid, price_rise
from unbrush.respond.losses.quality import shortfall

HELD_OUT = 9_000


@dataclass
class Said:
    """What a method said, beside the truth; all in units of what the loser sold before."""

    truth: float
    point: float
    low: float
    high: float


def said(truth: float, point: float, draws: np.ndarray, scale: float) -> Said:
    low, high = np.quantile(draws, (LOW, HIGH))
    return Said(truth / scale, point / scale, low / scale, high / scale)


def run(seed: int) -> dict[str, Said]:
    world = make_world(seed)
    rng = np.random.default_rng([seed, 79])
    first, last = world.window
    before, window = (np.zeros(N_DAYS, bool) for _ in range(2))
    before[14:first], window[first:last] = True, True  # the first days fill the lists
    s, seen, without = world.shop, world.seen[0], world.without
    doubt = suspect(world, seed)
    found: dict[str, Said] = {}

    # Sums over uncertain rows
    for name, amount in (("subsidy", doubt.subsidy), ("paid for fakes", doubt.paid)):
        draws = sum_draws(amount.astype(float), doubt.probability, doubt.group, seed=seed)
        point = float((amount * doubt.probability).sum())
        truth = float(amount[doubt.is_fake].sum())
        found[f"rows: {name}"] = said(truth, point, draws, max(float(amount.sum()), 1))

    # The shop's gain
    others = np.concatenate([each.turnover for each in world.seen[1:]])
    raw = seen.turnover[s] + world.fakes[s] * seen.price[s]
    suspected = np.bincount(doubt.day, doubt.paid * doubt.probability, N_DAYS)
    genuine = raw - suspected
    fakes = sum_draws(doubt.paid.astype(float), doubt.probability, doubt.group, seed=seed + 1)
    margin = rng.uniform(0.08, 0.45)
    stated = margin * (1 - rng.uniform(0.02, 0.2)), margin * (1 + rng.uniform(0.02, 0.2))
    for way in ("differences", "synthetic"):
        donors = others[nearest(genuine, others, before)]
        cf = predict(genuine, donors, before, window, way=way, seed=seed)
        gained = (raw[window].sum() - fakes - cf.draws) * np.random.default_rng([seed, 80]).uniform(
            *stated, N_DRAWS
        )
        point = (genuine[window].sum() - cf.total) * sum(stated) / 2
        truth = (seen.turnover[s, window] - without.turnover[s, window]).sum() * margin
        scale = (without.turnover[s, window].sum() + 1) * margin
        found[f"gain of the shop: {way}"] = said(truth, point, gained, scale)

    # The others together, and the one that stood next below
    rest = np.arange(len(seen.orders)) != s
    together = seen.turnover[rest].sum(axis=0)
    truth = (without.turnover[rest][:, window] - seen.turnover[rest][:, window]).sum()
    scale = without.turnover[rest][:, window].sum()
    order = np.argsort(-seen.orders[:, before].mean(axis=1))
    place = int(np.flatnonzero(order == s)[0])
    categories = np.stack([_but_one(each, before, place) for each in world.seen[1:]])
    busy = [int(j) for j in order if j != s and seen.orders[j, before].mean() >= 0.5]
    rival = next((j for j in busy if int(np.flatnonzero(order == j)[0]) > place), busy[-1])
    rival_truth = (without.turnover[rival] - seen.turnover[rival])[window].sum()
    rival_scale = without.turnover[rival, window].sum() + 1
    donors = others[nearest(seen.turnover[rival], others, before)]
    ways: tuple[Way, ...] = ("differences", "synthetic")
    for way in ways:
        cf = predict(together, categories, before, window, way=way, seed=seed)
        actual = together[window].sum()
        found[f"rivals (b): {way}"] = said(truth, cf.total - actual, cf.draws - actual, scale)
        cf = predict(seen.turnover[rival], donors, before, window, way=way, seed=seed)
        actual = seen.turnover[rival, window].sum()
        found[f"one rival (b): {way}"] = said(
            rival_truth, cf.total - actual, cf.draws - actual, rival_scale
        )

    # (a) places
    raw_orders = seen.orders.copy()
    raw_orders[s] += world.fakes[s]
    clean = raw_orders.copy()
    clean[s] -= np.bincount(doubt.day, doubt.probability, N_DAYS)
    near = np.zeros(len(others), bool)
    near[nearest(seen.turnover[rival], others, before)] = True
    own = Listed(shown=raw_orders, orders=clean, turnover=seen.turnover, views=seen.views)
    for name, who, alike, value, size in (
        ("rivals", rest, None, truth, scale),
        ("one rival", np.arange(len(rest)) == rival, near, rival_truth, rival_scale),
    ):
        lost = _by_places(own, who, ~rest, world.seen[1:], place, alike, before, window, seed)
        if lost is not None:
            found[f"{name} (a): places"] = said(value, *lost, size)

    # (c) shares, with the growth of the market stated within a range, and not at all
    orders = np.concatenate([each.orders for each in world.seen[1:]])
    own = raw_orders[s] - np.bincount(doubt.day, doubt.probability, N_DAYS)
    donors = orders[nearest(own, orders, before)]
    cf = predict(own, donors, before, window, way="differences", seed=seed)
    n_fake = sum_draws(np.ones(len(doubt.day)), doubt.probability, doubt.group, seed=seed + 2)
    uplift = raw_orders[s, window].sum() - n_fake - cf.draws
    middle = own[window].sum() - cf.total
    worth = seen.turnover[:, before].sum(axis=1) / np.maximum(seen.orders[:, before].sum(axis=1), 1)
    share = seen.orders[:, before].sum(axis=1) / seen.orders[:, before].sum()
    gain = (seen.orders[s] - without.orders[s])[window].sum()
    lost = (without.orders[rest] - seen.orders[rest])[:, window].sum()
    growth = float(np.clip(1 - lost / gain, -1, 1)) if gain > 0 else 0.5
    near = (growth - rng.uniform(0.05, 0.3), min(1.0, growth + rng.uniform(0.05, 0.3)))
    prices = prices_lost(worth[rest], share[rest], seed=seed, n=N_DRAWS)
    for name, range_ in (("φ stated", near), ("φ unstated", UNSTATED_EXPANSION)):
        draws = diverted(
            uplift, share=1 - share[s], share_of_shop=share[s], expansion=range_, seed=seed
        )
        price = worth[rest] @ share[rest] / share[rest].sum()
        point = middle * (1 - sum(range_) / 2) * price
        found[f"rivals (c): shares, {name}"] = said(truth, point, draws * prices, scale)

    # (d) the court's way
    for name, sold, who in (("one rival", seen, rival), ("victim", world.demoted, world.victim)):
        unit = sold.turnover[who]
        donors = others[nearest(unit, others, before)]
        value = court_value(unit, donors, before, window)
        size = without.turnover[who, window].sum() + 1
        loss = (without.turnover[who] - sold.turnover[who])[window].sum()
        found[f"{name} (d): court"] = Said(
            loss / size, value.formula / size, value.conservative / size, value.high / size
        )
        if name == "victim":
            cf = predict(unit, donors, before, window, way="differences", seed=seed)
            found["victim (b): differences"] = said(
                loss, cf.total - unit[window].sum(), cf.draws - unit[window].sum(), size
            )

    # Consumers
    found["consumers: overpaid"] = _overpaid(world, seen, before, window, doubt, seed)
    return found


def _but_one(sold: Sold, before: np.ndarray, place: int) -> np.ndarray:
    """A category without the shop at a place, as the brushed one's is without its own."""
    order = np.argsort(-sold.orders[:, before].mean(axis=1))
    return np.delete(sold.turnover, order[min(place, len(order) - 1)], 0).sum(axis=0)


def _by_places(
    own: Listed, who: np.ndarray, fakers: np.ndarray, quiet: list[Sold], place: int,
    alike: np.ndarray | None, before: np.ndarray, window: np.ndarray, seed: int,
) -> tuple[float, np.ndarray] | None:  # fmt: skip
    """What places say; None where they say nothing."""
    lists = [
        Listed(shown=each.orders, orders=each.orders, turnover=each.turnover, views=each.views)
        for each in quiet
    ]
    follow = following([(own, before), *((each, before | window) for each in lists)], seed=seed)
    if follow is None or not follow.is_found:
        return None
    cases, at = [], 0
    for each in lists:
        n = len(each.orders)
        order = np.argsort(-each.orders[:, before].mean(axis=1))
        there = np.arange(n) == order[min(place, n - 1)]
        alone = None if alike is None else np.eye(n, dtype=bool)[alike[at : at + n] & ~there]
        cases.append(
            Case(listed=each, fakers=there, asked=~there[None] if alone is None else alone)
        )
        at += n
    lost = displaced(
        Case(listed=own, fakers=fakers, asked=who[None]), cases, follow, before, window, seed=seed
    )
    return None if lost is None else (lost.point, lost.draws)


def inspected(seed: int) -> Said:
    """Inspections of goods of which a share fails: no market is needed, so many can be drawn."""
    rng = np.random.default_rng([seed, 81])
    failing, n, lost_share = rng.beta(2, 6), int(rng.integers(8, 60)), rng.uniform(0.1, 0.6)
    failed = int(rng.binomial(n, failing))
    band = lost_share * (1 - rng.uniform(0.02, 0.3)), lost_share * (1 + rng.uniform(0.02, 0.3))
    point, draws = shortfall(1.0, n_failed=failed, n=n, lost_share=band, seed=seed)
    return said(failing * lost_share, point, draws, 1.0)


def _overpaid(world: World, seen: Sold, before, window, doubt, seed: int) -> Said:
    def change(sold: Sold, shop: int) -> float:
        weight = sold.orders[shop]
        days = [
            np.average(np.log(sold.price[shop, when]), weights=weight[when] + 1e-9)
            for when in (window, before)
        ]
        return float(days[0] - days[1])

    s = world.shop
    siblings = np.array([change(seen, j) for j in range(len(seen.orders)) if j != s])
    elsewhere = [
        np.array([change(each, j) for j in range(len(each.orders))]) for each in world.seen[1:]
    ]
    rise = price_rise(np.array([change(seen, s)]), siblings, elsewhere, seed=seed)
    genuine = (doubt.paid * (1 - doubt.probability)).sum()
    fakes = sum_draws(doubt.paid.astype(float), doubt.probability, doubt.group, seed=seed + 3)
    point, draws = overpaid(rise, float(genuine), doubt.paid.sum() - fakes)
    truth = (seen.orders[s] * (seen.price[s] - world.without.price[s]))[window].sum()
    return said(float(truth), point, draws, float(genuine))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=240)
    arguments.add_argument("--first", type=int, default=HELD_OUT)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    asked = arguments.parse_args()
    began = time.perf_counter()
    every: dict[str, list[Said]] = defaultdict(list)
    seeds = range(asked.first, asked.first + asked.runs)
    with Pool(asked.jobs) as pool:
        for found in pool.imap(run, seeds, chunksize=4):
            for name, one in found.items():
                every[name].append(one)
        every["consumers: quality"] = pool.map(inspected, range(seeds.start, seeds.start + 8_000))
    print(f"{asked.runs} markets, seeds from {asked.first}, {time.perf_counter() - began:.0f} s")
    print(
        f"{'method':<34}{'covers':>8}{'not above':>11}{'width':>8}{'bias':>8}{'truth':>8}{'of':>8}"
        "   (in shares of what was sold)"
    )
    for name, rows in every.items():
        truth, point, low, high = (
            np.array([getattr(row, key) for row in rows])
            for key in ("truth", "point", "low", "high")
        )
        covers = np.mean((low <= truth) & (truth <= high))
        below = np.mean(low <= np.maximum(truth, 0) + 1e-12)
        print(
            f"{name:<34}{100 * covers:>7.1f}%{100 * below:>10.1f}%{np.median(high - low):>8.3f}"
            f"{np.median(point - truth):>+8.3f}{np.mean(truth):>8.3f}{len(rows):>8,}"
        )


if __name__ == "__main__":
    main()
