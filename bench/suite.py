"""What every detector costs: seconds, CPU seconds and peak memory, each alone and all in one run.

Simulates a market with every kind of brushing, thins its interactions to two per order, collects
it to Parquet, then runs each detector in a process of its own and all of them in one
``unbrush detect``, with the same limit of memory. Aim at 20 M orders and 40 M interactions: all
within 8 minutes and 10 GiB, none above 60 seconds.

Thinning leaves out whole sessions, never a part of one, so that what is left looks as people do.
Sessions of an account that ordered within half an hour after their last deed stay first, then the
others, either in the order of a hash of the session's number: the same market is always thinned
alike. `--keep` leaves the collected market for the next call.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
from measured import OUT, table, unbrush

from unbrush.base.manifest import Manifest
from unbrush.base.market import open_market
from unbrush.base.run_folder import RunFolder
from unbrush.detect import detect, detectors
from unbrush.store.duckdb_engine import DuckDBEngine

AFTERWARDS_MS = 1_800_000
PER_ORDER = 2
LIMIT_S = 1_200


def thin(market: Path, memory: str) -> int:
    """Cut the interactions of a market to `PER_ORDER` per order; return how many are left."""
    path, orders = market / "interactions.parquet", market / "orders.parquet"
    kept = market / "interactions-kept.parquet"
    with duckdb.connect() as base:
        base.execute(f"SET memory_limit = '{memory}'")
        base.execute(f"SET temp_directory = '{OUT / 'spill'}'")
        base.execute("SET preserve_insertion_order = false")
        base.execute(
            f"""CREATE TABLE sessions AS
            SELECT session_id, account_id, count(*) AS n, max("at") AS last_at
            FROM '{path}' GROUP BY session_id, account_id"""
        )
        base.execute(
            f"""CREATE TABLE chosen AS
            WITH ordering AS (
                SELECT DISTINCT s.session_id
                FROM sessions AS s ASOF JOIN '{orders}' AS o
                    ON o.account_id = s.account_id AND o.placed_at >= s.last_at
                WHERE o.placed_at <= s.last_at + {AFTERWARDS_MS}
            ),
            ranked AS (
                SELECT session_id, sum(n) OVER (
                    ORDER BY o.session_id IS NULL, hash(s.session_id), s.session_id
                    ROWS UNBOUNDED PRECEDING
                ) AS so_far
                FROM (SELECT session_id, sum(n) AS n FROM sessions GROUP BY session_id) AS s
                LEFT JOIN ordering AS o USING (session_id)
            )
            SELECT session_id FROM ranked
            WHERE so_far <= {PER_ORDER} * (SELECT count(*) FROM '{orders}')"""
        )
        base.execute("SET preserve_insertion_order = true")
        base.execute(
            f"""COPY (SELECT * FROM '{path}' SEMI JOIN chosen USING (session_id))
            TO '{kept}' (COMPRESSION zstd)"""
        )
        (left,) = base.execute(f"SELECT count(*) FROM '{kept}'").fetchone() or (0,)
    kept.replace(path)
    return int(left)


def collected(orders: str, level: int, seed: int, memory: str) -> Path:
    """Simulate, thin and collect; the market as it was simulated is left out afterwards."""
    market, run = OUT / f"suite-{orders}", OUT / f"suite-{orders}-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    words = ("--scale", orders, "--seed", seed, "--level", level, "--kind", "all")
    steps = {"simulate": unbrush("simulate", *words, "--out", market)}
    n_left = thin(market, memory)
    limited = ("--memory", memory, "--now", "2100-01-01")
    steps["collect"] = unbrush("collect", market, "--out", run, *limited)
    shutil.rmtree(market)
    print(f"{orders} orders, {n_left:,} interactions\n")
    table([{"step": n, "seconds": m.seconds, "peak MiB": m.peak_mib} for n, m in steps.items()])
    return run


def alone(run: Path, name: str, memory: str) -> None:
    """Run one detector in this process and print what it took as JSON; the start is not counted."""
    folder = RunFolder(run)
    manifest = Manifest.read(folder.manifest)
    chosen = [detector for detector in detectors() if detector.name == name]
    start, cpu = time.perf_counter(), time.process_time()
    with DuckDBEngine(memory=memory) as engine:
        open_market(engine, folder.events, manifest)
        detect(engine, manifest, chosen=chosen)
        took = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - cpu}
        (said,) = engine.query("SELECT n_signals, status FROM coverage").to_pylist()
    print(
        json.dumps(
            {**took, "peak MiB": round(_peak_mib()), "signals": said.pop("n_signals"), **said}
        )
    )


def _peak_mib() -> float:
    """Return the peak of this program; ``ru_maxrss`` would start from that of its parent."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(run: Path, name: str, memory: str) -> dict[str, Any]:
    """Run one detector in a fresh process; one that does not end there says how in its status."""
    words = [sys.executable, __file__, "--alone", name, "--run", str(run), "--memory", memory]
    nothing = dict.fromkeys(("seconds", "CPU seconds", "peak MiB", "signals"))
    try:
        child = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return {"detector": name, **nothing, "status": f"stopped after {LIMIT_S} s"}
    if child.returncode:
        last = (child.stderr.strip().splitlines() or [f"ended with code {child.returncode}"])[-1]
        return {"detector": name, **nothing, "status": last}
    return {"detector": name, **json.loads(child.stdout)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", default="200k")
    arguments.add_argument("--memory", default="8GB")
    arguments.add_argument("--level", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", nargs="*", default=[], help="Detectors; all if none is named.")
    arguments.add_argument("--run", type=Path, help="A run folder with a collected market.")
    arguments.add_argument("--keep", action="store_true")
    arguments.add_argument("--alone", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.alone:
        alone(chosen.run, chosen.alone, chosen.memory)
        return
    OUT.mkdir(exist_ok=True)
    run = chosen.run or collected(chosen.orders, chosen.level, chosen.seed, chosen.memory)
    names = chosen.only or [detector.name for detector in detectors()]
    rows = []
    for name in names:
        rows.append(measured(run, name, chosen.memory))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    table(sorted(rows, key=lambda row: -(row["seconds"] or LIMIT_S)))
    total = sum(row["seconds"] or 0 for row in rows)
    print(f"One after the other: {total:,.1f} s\n")
    if not chosen.only:
        whole = unbrush("detect", run, "--memory", chosen.memory)
        print(
            f"All in one run: {whole.seconds:,.1f} s, {whole.cpu_seconds:,.1f} CPU s,"
            f" {whole.peak_mib:,.0f} MiB"
        )
    if not (chosen.keep or chosen.run):
        shutil.rmtree(run)


if __name__ == "__main__":
    main()
