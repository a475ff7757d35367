"""Quality on simulated markets at camouflage levels 0-3 and on markets without fakes, some seeds.

The generator shares no code or parameter with the detectors. Prints, per level, precision and
recall for orders and reviews, false accusations of merchants, recall by kind of fraud, and the
look-alikes that were hit.
"""

import argparse
import shutil
from statistics import median
from typing import Any

from measured import OUT, table, unbrush


def scored(scale: str, level: int, seed: int, *, with_fakes: bool = True) -> dict[str, Any]:
    market, run = OUT / "levels-market", OUT / "levels-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    words = ["simulate", "--scale", scale, "--seed", seed, "--level", level, "--out", market]
    unbrush(*words, *([] if with_fakes else ["--without-fakes"]))
    unbrush("run", market, "--out", run, "--now", "2100-01-01")
    return unbrush("score", run, "--truth", market / "truth").said


def middle(results: list[dict[str, Any]], table_name: str, key: str) -> list[dict[str, Any]]:
    """Median of every number over seeds, row by row of one table of the score."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        for row in result[table_name]:
            rows.setdefault(
                f"{row['level']} · {row[key]}" if key != "level" else row[key], []
            ).append(row)
    merged = []
    for name, same in sorted(rows.items()):
        numbers = {
            column: median([r[column] for r in same if r[column] is not None] or [0])
            for column, value in same[0].items()
            if isinstance(value, int | float) or value is None
        }
        merged.append({"row": name, "seeds": len(same), **numbers})
    return merged


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", default="medium")
    arguments.add_argument("--seeds", nargs="+", type=int, default=[101, 102, 103])
    chosen = arguments.parse_args()
    for level in range(4):
        results = [scored(chosen.scale, level, seed) for seed in chosen.seeds]
        print(f"## Level {level}\n")
        table(middle(results, "overall", "level"))
        table(middle(results, "by_kind", "kind"))
        table([row for row in middle(results, "by_look_alike", "look_alike") if row["neutralised"]])
        table(middle(results, "rings", "level"))
    print("## Nothing planted\n")
    clean = [scored(chosen.scale, 1, seed, with_fakes=False) for seed in chosen.seeds]
    table(middle(clean, "overall", "level"))
    table(middle(clean, "rings", "level"))
    table([row for row in middle(clean, "by_look_alike", "look_alike") if row["neutralised"]])


if __name__ == "__main__":
    main()
