"""The gang of case A5 from end to end: how much is found, in how many pieces, whom it touches.

Simulates the case at camouflage levels 0-3 with some seeds, runs every stage through the command
line in a process of its own, and scores. What the case asks: 90 % of accounts, 95 % of merchants,
one cluster, 20 provinces, at most 0.1 % of background accounts touched.
"""

import argparse
import shutil
from statistics import median
from typing import Any

from measured import OUT, Measured, table, unbrush

STAGES = ("detect", "group", "judge", "respond")
SHORT = {
    "gang accounts found": "accounts",
    "gang merchants found": "merchants",
    "clusters with gang merchants": "clusters",
    "gang merchants in the largest cluster": "in largest",
    "gang provinces in the largest cluster": "provinces",
    "other provinces in the largest cluster": "other provinces",
    "background accounts in rings": "background in rings",
    "background accounts neutralised": "background neutralised",
    "background accounts touched at all": "background touched",
}


def one(tier: str, level: int, seed: int) -> tuple[dict[str, Any], dict[str, Measured]]:
    """Run the case once; return its score and what each step took."""
    market, run = OUT / "gang-market", OUT / "gang-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    case = ("--case", "A5", "--tier", tier, "--level", level, "--seed", seed)
    steps = {"simulate": unbrush("simulate", *case, "--out", market)}
    steps["collect"] = unbrush("collect", market, "--out", run, "--now", "2100-01-01")
    steps |= {stage: unbrush(stage, run) for stage in STAGES}
    return unbrush("score", run, "--truth", market / "truth").said, steps


def figures(said: dict[str, Any]) -> dict[str, str]:
    shown = {}
    for row in said["gang"]:
        text = f"{row['n']:,}"
        if row["share"] is not None:
            digits = 3 if row["what"].startswith("background") else 1
            text = f"{text} of {row['of']:,} ({100 * row['share']:.{digits}f} %)"
        shown[SHORT[row["what"]]] = text
    return shown


def roles(said: dict[str, Any]) -> dict[str, str]:
    return {
        f"{row['role']} · {row['subject_kind']}": "–"
        if row["found"] is None
        else f"{row['found']} of {row['known']}"
        for row in said["gang_by_role"]
    }


def fakes(said: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{row['level']} {column.replace('_', ' ')}": row[column]
        for row in said["overall"]
        if row["level"] in ("order", "review")
        for column in ("precision", "recall")
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nightly", action="store_true", help="200 k fake orders, 2 M honest")
    arguments.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2, 3])
    arguments.add_argument("--seeds", nargs="+", type=int, default=[201, 202])
    chosen = arguments.parse_args()
    tier = "nightly" if chosen.nightly else "ci"
    found, by_role, times = [], [], []
    for level in chosen.levels:
        spent: dict[str, list[Measured]] = {}
        for seed in chosen.seeds:
            said, steps = one(tier, level, seed)
            which = {"level": level, "seed": seed}
            found.append({**which, **figures(said), **fakes(said)})
            by_role.append((which, roles(said)))
            for step, took in steps.items():
                spent.setdefault(step, []).append(took)
        seconds = {step: median(m.seconds for m in took) for step, took in spent.items()}
        peak = max(m.peak_mib for took in spent.values() for m in took)
        times.append({"level": level, **seconds, "peak MiB": round(peak)})
    print(f"## A5, {tier}\n")
    table(found)
    print("### Roles\n")
    # A role may have nobody at some level: an organiser who hides has no wallet to be known by.
    names = sorted({name for _, row in by_role for name in row})
    table([{**which, **{name: row.get(name, "none") for name in names}} for which, row in by_role])
    print("### Seconds (median of seeds)\n")
    table(times)


if __name__ == "__main__":
    main()
