"""False discoveries: what is named where nothing was planted, and on ratings without known rings.

Markets of a million orders with all look-alikes and no brushing, twenty seeds: the rings named, and
after `judge` the decisions above L0. Then two graphs of real ratings, at several allowances for
taste. What is named there is printed, to be looked at.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from measured import OUT, table, unbrush

from unbrush.group.blocks import blocks
from unbrush.store.duckdb_engine import DuckDBEngine

WEEK_DAYS = 7
BASES = {"amazon_ratings": ("item_id", "rated_on"), "yelp_ratings": ("business_id", None)}


ABOVE_L0 = """
    SELECT d.subject_kind, d.subject_id, d.rung, round(d.probability, 3) AS probability, d.rule,
           d.families, d.ring_id
    FROM decisions d WHERE d.rung > 'L0' ORDER BY d.subject_kind, d.subject_id"""

SAID = """
    SELECT count(*) AS suspected, max(probability) AS surest,
           avg(probability) AS fakes_expected
    FROM decisions WHERE subject_kind IN ('order', 'review')"""


def named_in(scale: str, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rings, the decisions above L0 and what was said of orders and reviews."""
    market, run = OUT / "nothing-market", OUT / "nothing-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    words = ["simulate", "--scale", scale, "--seed", seed, "--without-fakes", "--out", market]
    unbrush(*words)
    unbrush("collect", market, "--out", run, "--now", "2100-01-01")
    for stage in ("detect", "group", "judge"):
        unbrush(stage, run)
    with DuckDBEngine() as engine:
        for name in ("rings", "decisions"):
            engine.view(name, f"SELECT * FROM {engine.scan(run / f'{name}.parquet')}")
        asked = {"rings": "SELECT * FROM rings", "above": ABOVE_L0, "said": SAID}
        return {name: list(engine.query(sql).to_pylist()) for name, sql in asked.items()}


def planted_nothing(scale: str, n_seeds: int) -> None:
    named = decided = 0
    for seed in range(1, n_seeds + 1):
        found = named_in(scale, seed)
        rings, above, [said] = found["rings"], found["above"], found["said"]
        named += bool(rings)
        decided += bool(above)
        print(f"seed {seed}: {len(rings)} rings, {len(above)} decisions above L0, {said}")
        table(above[:20])
        for ring in rings:
            print(
                f"  q {ring['q_value']:.1e}, robustness {ring['robustness']}: {ring['reason_en']}"
            )
        sys.stdout.flush()
    print(f"\n{named} of {n_seeds} markets with any ring ({scale} orders)")
    print(f"{decided} of {n_seeds} markets with any decision above L0\n")


def real_graphs() -> None:
    root = Path(os.environ.get("UNBRUSH_DATA", "../shared/data")) / "rating-graph-bases"
    if not root.is_dir():
        print(f"rating-graph-bases is not under {root.parent}")
        return
    lines = []
    for name, (item, day) in BASES.items():
        rows = pq.read_table(root / f"{name}.parquet")
        _, who = np.unique(rows["user_id"].to_numpy(), return_inverse=True)
        _, what = np.unique(rows[item].to_numpy(), return_inverse=True)
        weeks = None
        if day:
            days = rows[day].to_numpy().astype("datetime64[D]").astype(np.int64)
            weeks = days // WEEK_DAYS
        for label, window in (("ever", None), ("same week", weeks)):
            for taste in (2.0, 5.0, 10.0):
                if label == "same week" and window is None:
                    continue
                found = blocks(who, what, window=window, taste=taste)
                sizes = "; ".join(
                    f"{len(b.accounts)} × {len(np.unique(b.targets))}, {b.n_edges} meetings "
                    f"(chance {b.expected:.0f}), robustness {b.robustness}"
                    for b in found
                )
                lines.append({"ratings": name, "window": label, "taste": taste, "blocks": sizes})
    table(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", default="1m")
    arguments.add_argument("--seeds", type=int, default=20)
    arguments.add_argument("--no-ratings", action="store_true")
    given = arguments.parse_args()
    if not given.no_ratings:
        real_graphs()
    planted_nothing(given.scale, given.seeds)


if __name__ == "__main__":
    main()
