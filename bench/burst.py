"""Streams: surges of edges against exact velocity counters, and against MIDAS-F's figure.

First network attacks (darpa-stream-midas, one edge after the other), then account→shop edges of
simulated markets: how well each number, known at the moment of an order, ranks the fake orders of
one kind above all honest ones. The counters are exact and hold every order of their window.
"""

import argparse
import resource
import shutil
import time
from pathlib import Path
from statistics import mean
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from measured import DATA, OUT, table, unbrush

from unbrush.group.burst import SOURCE, TARGET, Params, new_sketch, surges
from unbrush.judge.score import ranking

NETWORK = Params(row_bits=10, keep=0.9, hold_above=1_000.0, min_mean=0.0)
"""Chosen on the very set that it is measured on, as MIDAS-F's own parameters were."""

BATCH = 65_536
HOUR_MS = 3_600_000
KINDS = ("script-farm", "reverse-brushing")
Column = npt.NDArray[Any]


def fed(params: Params, seed: int, edges: dict[str, Column]) -> tuple[Column, float]:
    """Return surprises and CPU seconds of a stream fed in batches."""
    sketch = new_sketch(params=params, seed=seed)
    started = time.process_time()
    parts = [
        surges(sketch, **{name: column[at : at + BATCH] for name, column in edges.items()})
        for at in range(0, len(edges["tick"]), BATCH)
    ]
    return np.concatenate(parts), time.process_time() - started


def network(seeds: int) -> None:
    folder = DATA / "darpa-stream-midas"
    if not folder.is_dir():
        print("## darpa-stream-midas: not found, skipped\n")
        return
    rows = pq.read_table(folder / "edges.parquet")
    times = rows["edges"].to_numpy()
    minute = rows["minute"].to_numpy().astype("datetime64[m]").astype(np.int64)
    is_attack = np.repeat(rows["attack"].is_valid().to_numpy(), times)
    columns = (rows["source_id"].to_numpy(), rows["target_id"].to_numpy(), minute)
    edges = {
        name: np.repeat(column, times)
        for name, column in zip(("source", "target", "tick"), columns, strict=True)
    }
    wide = Params(row_bits=16, keep=0.9, hold_above=1_000.0, min_mean=0.0)
    shown = []
    for name, params in (("1,024 cells", NETWORK), ("65,536 cells", wide), ("default", Params())):
        aurocs, rates = [], []
        for seed in range(seeds):
            found, seconds = fed(params, seed, edges)
            auroc, _ = ranking(found.max(axis=1), is_attack)
            aurocs.append(auroc or 0.0)
            rates.append(len(is_attack) / seconds / 1e6)
        shown.append(
            {
                "sketch": name,
                "MiB": new_sketch(params=params).cells.nbytes / 2**20,
                "AUROC mean": mean(aurocs),
                "lowest": min(aurocs),
                "highest": max(aurocs),
                "M edges/s": mean(rates),
            }
        )
    print(f"## darpa-stream-midas: {len(is_attack):,} edges, {seeds} seeds of the hash\n")
    table(shown)


def orders_of(market: Path) -> dict[str, Column]:
    """Orders as they came, with their truth."""
    columns: dict[str, Column] = duckdb.sql(
        f"""WITH truth AS (
                SELECT subject_id, bool_or(is_fake) AS is_fake, max(kind) AS kind
                FROM '{market}/truth/labels.parquet' WHERE subject_kind = 'order' GROUP BY ALL)
            SELECT account_id AS source, shop_id AS target, placed_at,
                   coalesce(is_fake, false) AS is_fake, coalesce(kind, '') AS kind
            FROM '{market}/orders.parquet' LEFT JOIN truth ON subject_id = order_id
            ORDER BY placed_at, order_id"""
    ).fetchnumpy()
    return {name: np.asarray(column) for name, column in columns.items()}


def trailing(ids: Column, at: Column, window: int) -> Column:
    """Exact count of events of the same id in the ``window`` ms up to each event, itself too."""
    order = np.lexsort((np.arange(len(at)), ids))
    _, dense = np.unique(ids[order], return_inverse=True)
    since = at[order] - at.min()
    key = since + dense * (int(since.max()) + window + 1)
    count = np.empty(len(at), np.int64)
    count[order] = np.arange(len(at)) - np.searchsorted(key, key - window, side="right") + 1
    return count


def numbers_of(orders: dict[str, Column]) -> dict[str, Column]:
    """Everything that ranks orders, by name."""
    at = orders["placed_at"]
    numbers = {}
    for name, hours in (("1 h", 1), ("24 h", 24), ("7 d", 168)):
        for side, end in (("shop", "target"), ("account", "source")):
            numbers[f"counter: orders of the {side}, {name}"] = trailing(
                orders[end], at, hours * HOUR_MS
            )
    edges = {"source": orders["source"], "target": orders["target"], "tick": at // HOUR_MS}
    found, _ = fed(Params(), 0, edges)
    numbers["burst: shop alone"] = found[:, TARGET]
    numbers["burst: account alone"] = found[:, SOURCE]
    numbers["**burst**: largest of pair, account, shop"] = found.max(axis=1)
    # With the published decay and threshold and no least mean.
    published, _ = fed(Params(hold_above=1_000.0, min_mean=0.0), 0, edges)
    numbers["burst set as MIDAS-F"] = published.max(axis=1)
    return numbers


def market(level: int, scale: str, seeds: list[int]) -> None:
    """One table of a level: AUROC and average precision by kind, means over seeds."""
    found: dict[str, dict[str, list[float]]] = {}
    shares: dict[str, list[float]] = {}
    for seed in seeds:
        folder = OUT / "burst-market"
        shutil.rmtree(folder, ignore_errors=True)
        words = ["--scale", scale, "--seed", seed, "--level", level, "--out", folder]
        unbrush("simulate", *words)
        orders = orders_of(folder)
        for name, number in numbers_of(orders).items():
            for kind in KINDS:
                shown = ~orders["is_fake"] | (orders["kind"] == kind)
                auroc, precision = ranking(number[shown].astype(float), orders["is_fake"][shown])
                cells = found.setdefault(name, {})
                cells.setdefault(f"{kind} AUROC", []).append(auroc or 0.0)
                cells.setdefault(f"{kind} AP", []).append(precision or 0.0)
                shares.setdefault(kind, []).append(float(orders["is_fake"][shown].mean()))
    bases = ", ".join(f"{kind} {mean(share):.4f}" for kind, share in shares.items())
    print(f"## Level {level}: {scale}, seeds {seeds}; share of fakes: {bases}\n")
    table(
        [
            {"number": name, **{column: mean(values) for column, values in cells.items()}}
            for name, cells in found.items()
        ]
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", default="medium")
    arguments.add_argument("--seeds", nargs="+", type=int, default=[201, 202, 203])
    arguments.add_argument("--hashes", type=int, default=5)
    chosen = arguments.parse_args()
    OUT.mkdir(exist_ok=True)
    network(chosen.hashes)
    for level in range(3):
        market(level, chosen.scale, chosen.seeds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of this benchmark, tables and all: {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
