"""What counting costs: each step of `judge` on one market, and one shop restored.

CPU seconds beside wall seconds: the first do not depend on what else the machine does.
"""

import argparse
import shutil
import time
from pathlib import Path

from measured import OUT, table, unbrush

from unbrush.base.reversals import RESTORE, Reversal
from unbrush.base.run_folder import RunFolder
from unbrush.judge.clean_counts import COUNTS
from unbrush.run import run_restore, run_stage
from unbrush.store.duckdb_engine import DuckDBEngine


class Steps:
    """Seconds of each step that a stage tells of."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.now = ("", time.perf_counter(), time.process_time())

    def __call__(self, what: str, _share: float) -> None:
        name, wall, cpu = self.now
        self.now = (what, time.perf_counter(), time.process_time())
        if name:
            self.rows.append(
                {
                    "step": name,
                    "seconds": round(self.now[1] - wall, 1),
                    "CPU seconds": round(self.now[2] - cpu, 1),
                }
            )


def grouped(orders: str) -> RunFolder:
    market, run = OUT / f"counts-{orders}", OUT / f"counts-{orders}-run"
    if not (run / "rings.parquet").is_file():
        shutil.rmtree(run, ignore_errors=True)
        unbrush("simulate", "--scale", orders, "--seed", 12, "--level", 1, "--out", market)
        unbrush("collect", market, "--out", run, "--time-zone", "Asia/Shanghai")
        unbrush("detect", run)
        unbrush("group", run)
    return RunFolder(run)


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--orders", default="1M")
    ask.add_argument("--run", type=Path, help="a grouped run to take instead")
    asked = ask.parse_args()
    folder = RunFolder(asked.run) if asked.run else grouped(asked.orders)
    steps = Steps()
    with DuckDBEngine() as engine:
        run_stage(engine, "judge", folder, progress=steps)
    table(steps.rows)
    with DuckDBEngine() as engine:
        sizes = [
            {
                "table": name,
                "rows": engine.value(f"SELECT count(*) FROM {engine.scan(folder.output(name))}"),
                "MiB": round(folder.output(name).stat().st_size / 2**20, 1),
            }
            for name in ("rests_on", *COUNTS)
        ]
        table(sizes)
        shop = engine.value(
            f"""SELECT subject_id FROM {engine.scan(folder.output("clean_counts"))}
                WHERE subject_kind = 'shop' ORDER BY orders_raw - orders_clean DESC LIMIT 1"""
        )
    word = Reversal(
        action=RESTORE, kind="shop", id=str(shop), at=2**61, who="bench", because="to see the cost"
    )
    folder.reversals.unlink(missing_ok=True)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    with DuckDBEngine() as engine:
        change = run_restore(engine, folder, word)
    print(
        f"\nA shop restored: {change.orders:,} orders, {change.reviews:,} reviews in "
        f"{time.perf_counter() - begun:.1f} s ({time.process_time() - begun_cpu:.1f} CPU seconds)"
    )
    folder.reversals.unlink()


if __name__ == "__main__":
    main()
