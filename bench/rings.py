"""Rings: how fast blocks are peeled, how thin a planted one may be, and the path from Parquet.

Markets have users : items : edges = 1/5 : 1/20 : 1, item popularity Zipf 0.8, lognormal activity,
deeds spread over a year. A block is planted on items that are not popular; its users are fresh, and
add as many camouflage edges as they have in the block (random, or biased to what is popular), or
are hijacked accounts with a life of their own. Its deeds lie within a day, a week or a month.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measured import OUT, table

DAY = 86_400_000
YEAR_DAYS = 364
BLOCKS = {100_000: (100, 20), 10_000_000: (1_000, 50)}
DENSITIES = (1.0, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1)
ORDER_COLUMNS = ("order_id", "account_id", "shop_id", "placed_at")
MEMORY = "5GB"
CAMOUFLAGES = ("none", "random", "biased", "hijacked")
SPANS = {"one day": 1, "one week": 7, "one month": 30}

REFERENCE = """
import json, sys, time, contextlib, io
import numpy as np
from scipy import sparse
from fraudar.export import greedy
z = np.load(sys.argv[1])
mat = sparse.coo_matrix((np.ones(len(z["user"]), np.int64), (z["user"], z["item"]))).tocsr()
mat.data[:] = 1
start = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()):
    (users, items), _ = greedy.logWeightedAveDegree(mat)
seconds = time.perf_counter() - start
print(json.dumps(dict(seconds=seconds, users=[*map(int, users)], items=[*map(int, items)])))
"""


def market(
    n_edges: int, *, seed: int, density: float, camouflage: str, n_days: int
) -> dict[str, np.ndarray]:
    """Return user, item and time of each edge, and the users and items of the planted block."""
    rng = np.random.default_rng(seed)
    n_users, n_items = n_edges // 5, n_edges // 20
    n_block_users, n_block_items = BLOCKS.get(n_edges, (300, 30))
    popularity = 1.0 / np.arange(1, n_items + 1) ** 0.8
    popularity /= popularity.sum()
    activity = rng.lognormal(0.0, 1.0, n_users)
    activity /= activity.sum()
    n = int(n_edges * 1.02)
    users = rng.choice(n_users, n, p=activity).astype(np.int32)
    items = rng.choice(n_items, n, p=popularity).astype(np.int32)
    at = rng.integers(0, YEAR_DAYS * DAY, n)
    fresh = n_users + np.arange(n_block_users)
    ring = rng.choice(n_users, n_block_users, replace=False) if camouflage == "hijacked" else fresh
    goods = rng.choice(np.arange(n_items // 10, n_items), n_block_items, replace=False)
    row, column = np.nonzero(rng.random((n_block_users, n_block_items)) < density)
    first = rng.integers(0, (YEAR_DAYS - n_days) * DAY)
    ring_at = first + rng.integers(0, n_days * DAY, len(row))
    n_hiding = int(density * n_block_items) if camouflage in ("random", "biased") else 0
    hiding = np.repeat(ring, n_hiding)
    weights = popularity if camouflage == "biased" else None
    bought = rng.choice(n_items, len(hiding), p=weights)
    hiding_at = rng.integers(0, YEAR_DAYS * DAY, len(hiding))
    new_user = rng.permutation(n_users + n_block_users).astype(np.int32)
    new_item = rng.permutation(n_items).astype(np.int32)
    return {
        "user": new_user[np.concatenate([users, ring[row], hiding])],
        "item": new_item[np.concatenate([items, goods[column], bought])],
        "at": np.concatenate([at, ring_at, hiding_at]),
        "ring": new_user[ring],
        "goods": new_item[goods],
    }


def scores(found: set[int], planted: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    right = len(found & set(planted.tolist()))
    precision, recall = right / max(1, len(found)), right / len(planted)
    return precision, recall, 2 * right / max(1, len(found) + len(planted))


def told(values: tuple[float, ...]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


def found_in(graph: Any, has_time: bool) -> list[Any]:
    from unbrush.group.blocks import blocks

    week = (graph["at"] // (7 * DAY)).astype(np.int32) if has_time else None
    return blocks(graph["user"], graph["item"], window=week)


def measure(path: Path, has_time: bool, n_repeats: int) -> None:
    """In a process of its own: peel the graph in a file, print what it took as JSON."""
    from unbrush.group import blocks as module

    blocks, peel, peeling = module.blocks, module.peel, [0.0]

    def timed(*graph: Any) -> Any:
        start = time.perf_counter()
        found = peel(*graph)
        peeling[0] += time.perf_counter() - start
        return found

    module.peel = timed
    with np.load(path) as graph:
        user, item = graph["user"], graph["item"]
        week = (graph["at"] // (7 * DAY)).astype(np.int32) if has_time else None
        ring, goods = graph["ring"], graph["goods"]
    blocks(user[:1], item[:1])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, alone = [], []
    for _ in range(n_repeats):
        peeling[0], start = 0.0, time.perf_counter()
        found = blocks(user, item, window=week, max_blocks=1)
        seconds.append(time.perf_counter() - start)
        alone.append(peeling[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    users = {int(u) for block in found for u in block.accounts}
    items = {int(i) for block in found for i in block.targets}
    said = {
        "edges": len(user),
        "seconds": statistics.median(seconds),
        "peel": statistics.median(alone),
        "before MiB": round(held),
        "peak MiB": round(peak),
        "users": scores(users, ring),
        "items": scores(items, goods),
    }
    print(json.dumps(said))


def whole_path(path: Path) -> None:
    """In a process of its own: everything from orders in Parquet to rings with their q-values."""
    from unbrush.base.evidence import signal_schema
    from unbrush.base.manifest import Manifest, TableCapability
    from unbrush.base.market import whole_table_sql
    from unbrush.base.tables import TABLES
    from unbrush.group.assemble import assemble
    from unbrush.group.deeds import make_deeds
    from unbrush.group.link import link
    from unbrush.group.lockstep import lockstep
    from unbrush.group.params import Params
    from unbrush.store.duckdb_engine import DuckDBEngine

    with DuckDBEngine(memory=MEMORY) as engine:
        types = dict.fromkeys(("order", "account", "shop", "item", "review"), "BIGINT")
        n_orders = engine.value(f"SELECT count(*) FROM {engine.scan(path)}")
        given = TableCapability(n_rows=n_orders, fill=dict.fromkeys(ORDER_COLUMNS, 1.0))
        for table in TABLES.values():
            source = engine.scan(path) if table.name == "orders" else ""
            engine.view(table.name, whole_table_sql(engine, table, source, types))
        engine.put("signals", signal_schema(pa.int64()).empty_table())
        params, seconds = Params(), {}
        start = time.perf_counter()
        channels = make_deeds(engine, Manifest(tables={"orders": given}, id_types=types))
        seconds["deeds"] = time.perf_counter() - start
        start = time.perf_counter()
        link(engine, Manifest(tables={"orders": given}, id_types=types), params)
        seconds["link"] = time.perf_counter() - start
        start = time.perf_counter()
        lockstep(engine, channels, params, lambda what, share: None)
        seconds["prune, peel, test"] = time.perf_counter() - start
        start = time.perf_counter()
        assemble(engine, channels, params)
        seconds["assemble"] = time.perf_counter() - start
        searched = engine.query("SELECT * FROM searches").to_pylist()
        members = engine.query(
            """SELECT DISTINCT account_id FROM _members JOIN _accounts ON account = node"""
        )["account_id"].to_pylist()
        n_rings = engine.value("SELECT count(*) FROM _tested")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"edges": n_orders, "seconds": seconds, "peak MiB": round(peak), "rings": n_rings}
    print(json.dumps({**said, "members": members, "searched": searched}))


def path_from_parquet(sizes: list[int]) -> None:
    """Print what each step takes from orders in Parquet to rings."""
    OUT.mkdir(exist_ok=True)
    lines = []
    for size in sizes:
        graph = market(size, seed=0, density=0.5, camouflage="random", n_days=7)
        path = OUT / f"orders-{size}.parquet"
        columns = ("user", "item", "at")
        orders = {
            name: pa.array(graph[key].astype(np.int64))
            for name, key in zip(ORDER_COLUMNS[1:], columns, strict=True)
        }
        orders = {"order_id": pa.array(np.arange(len(graph["at"]))), **orders}
        pq.write_table(pa.table(orders), path)
        ring = graph["ring"]
        del graph, orders
        said = child(sys.executable, __file__, "--path", path)
        kept = {search["n_deeds_left"] for search in said["searched"]}
        lines.append(
            {
                "edges": said["edges"],
                **{step: f"{taken:.1f}" for step, taken in said["seconds"].items()},
                "all": f"{sum(said['seconds'].values()):.1f} s",
                "peak MiB": said["peak MiB"],
                "left by SQL": max(kept),
                "rings": said["rings"],
                "user P / R / F1": " / ".join(
                    f"{v:.2f}" for v in scores(set(said["members"]), ring)
                ),
            }
        )
        path.unlink()
    table(lines)


def child(*command: object) -> Any:
    """Run a program and read the JSON that it prints."""
    result = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout)


def row(what: str, said: Any) -> dict[str, Any]:
    return {
        "peel": what,
        "edges": said["edges"],
        "peel, s": f"{said['peel']:.2f}",
        "all, s": f"{said['seconds']:.2f}",
        "edges/s of the peel": f"{said['edges'] / said['peel'] / 1e6:.2f} M",
        "peak MiB (before)": f"{said['peak MiB']:,} ({said['before MiB']:,})",
        **{f"{side} P / R / F1": told(said[side]) for side in ("users", "items")},
    }


def reference(python: str, path: Path, graph: Any) -> dict[str, Any]:
    said = child(python, "-c", REFERENCE, path)
    found = {side: scores(set(said[side]), graph[key]) for side, key in KEYS}
    rest = {"peel": said["seconds"], "edges": len(graph["user"]), "peak MiB": 0, "before MiB": 0}
    line = row("rgmining-fraudar, without time", {**said, **rest, **found})
    return {**line, "peak MiB (before)": "–"}


KEYS = (("users", "ring"), ("items", "goods"))


def speed(sizes: list[int], python: str | None, n_repeats: int) -> None:
    OUT.mkdir(exist_ok=True)
    lines, by_size = [], {}
    for size in sizes:
        graph = market(size, seed=0, density=0.5, camouflage="random", n_days=7)
        path = OUT / f"rings-{size}.npz"
        np.savez(path, **graph)
        for has_time in (True, False):
            what = "unbrush, " + ("a week as third mode" if has_time else "without time")
            said = child(sys.executable, __file__, "--one", path, int(has_time), n_repeats)
            lines.append(row(what, said))
            by_size[size, has_time] = said["seconds"]
        if python and size <= 1_000_000:
            lines.append(reference(python, path, graph))
        path.unlink()
    table(lines)
    for size in sizes:
        if (4 * size, True) in by_size:
            ratio = by_size[4 * size, True] / by_size[size, True]
            print(f"4 × {size:,} edges: {ratio:.1f} × the time\n")


def thinness(n_seeds: int) -> None:
    """Worst user F1 of the seeds, over all that was returned."""
    lines = []
    for name, n_days in [*SPANS.items(), ("no time used", 7)]:
        for camouflage in CAMOUFLAGES:
            line: dict[str, Any] = {"times within": name, "camouflage": camouflage}
            for density in DENSITIES:
                f1 = [
                    user_f1(seed, density, camouflage, n_days, has_time=name in SPANS)
                    for seed in range(n_seeds)
                ]
                line[str(density)] = f"{min(f1):.2f}"
            lines.append(line)
    table(lines)


def user_f1(seed: int, density: float, camouflage: str, n_days: int, *, has_time: bool) -> float:
    graph = market(1_000_000, seed=seed, density=density, camouflage=camouflage, n_days=n_days)
    found = [set(block.accounts.tolist()) for block in found_in(graph, has_time)]
    return scores(set().union(*found), graph["ring"])[2]


def nothing_planted(n_seeds: int) -> None:
    counts = []
    for seed in range(n_seeds):
        graph = market(1_000_000, seed=seed, density=0.0, camouflage="none", n_days=7)
        counts.append(len(found_in(graph, True)))
    print(f"Nothing planted, {n_seeds} seeds: {sum(n > 0 for n in counts)} with any block.\n")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--large", action="store_true", help="6e7 edges too (5 minutes, 8 GiB)")
    arguments.add_argument("--reference", help="a Python that has rgmining-fraudar installed")
    arguments.add_argument("--seeds", type=int, default=2)
    arguments.add_argument("--repeats", type=int, default=7)
    arguments.add_argument("--only", choices=["speed", "thinness", "nothing", "path"])
    arguments.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments.add_argument("--path", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.path:
        return whole_path(Path(given.path))
    if given.one:
        return measure(Path(given.one[0]), given.one[1] == "1", int(given.one[2]))
    print(f"load before: {os.getloadavg()[0]:.1f}\n")
    sizes = [1_000_000, 4_000_000, 10_000_000] + [60_000_000] * given.large
    if given.only in (None, "speed"):
        speed(sizes, given.reference, given.repeats)
    if given.only in (None, "thinness"):
        thinness(given.seeds)
    if given.only in (None, "path"):
        path_from_parquet(sizes)
    if given.only in (None, "nothing"):
        nothing_planted(20)


if __name__ == "__main__":
    main()
