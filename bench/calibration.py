"""Calibration: is what is called 90 % likely fake nine times in ten, on markets nobody tuned on?

Markets by seed and level, with the usual kinds of brushing, with all kinds, with none, and public
cases. Of every order and review that anything is said of, compares the probability with the truth:
expected calibration error (ten equal bins, by rows; and over rows below 0.99 alone), how often the
90 % interval agrees with the measured share of fakes among rows of one probability (within the 95 %
of chance of that share), and the share of honest rows among those that stopped counting beside what
was expected. Draws the reliability
diagram. Markets stay in bench-out/calibration, so that the next call only judges anew.
"""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measured import OUT, table, unbrush
from reliability import Group, drawn

from unbrush.store.duckdb_engine import DuckDBEngine

GROUPS = """
    WITH truth AS (
        SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, bool_or(is_fake) AS is_fake
        FROM labels GROUP BY ALL)
    SELECT d.subject_kind AS kind, probability, probability_low AS low, probability_high AS high,
           is_neutralised, count(*) AS n, count(*) FILTER (WHERE coalesce(is_fake, false)) AS n_fake
    FROM decisions d
    LEFT JOIN truth t ON t.subject_kind = d.subject_kind
        AND t.subject_id = CAST(d.subject_id AS VARCHAR)
    WHERE d.subject_kind IN ('order', 'review')
    GROUP BY ALL ORDER BY kind, probability, is_neutralised"""

ACCUSED = """
    SELECT count(*) FILTER (WHERE subject_kind = 'shop' AND rung > 'L1') AS above_l1,
           count(*) FILTER (WHERE rung > 'L0') AS above_l0
    FROM decisions"""

N_BINS = 10
FEWEST = 20  # rows with one probability, whose share of fakes can be told


def judged(name: str, words: tuple[object, ...]) -> tuple[list[Group], dict[str, int]]:
    """Make a market unless it is there, judge it, and return its groups of equal probability."""
    folder = OUT / "calibration" / name
    run, truth = folder / "run", folder / "truth"
    if not (folder / "done").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        unbrush("simulate", *words, "--out", folder / "market")
        unbrush("collect", folder / "market", "--out", run, "--now", "2100-01-01")
        unbrush("detect", run)
        unbrush("group", run)
        (folder / "market" / "truth").rename(truth)
        shutil.rmtree(folder / "market")
        (folder / "done").touch()
    unbrush("judge", run)
    return compared(run, truth)


def compared(run: Path, truth: Path) -> tuple[list[Group], dict[str, int]]:
    with DuckDBEngine() as engine:
        engine.view("decisions", f"SELECT * FROM {engine.scan(run / 'decisions.parquet')}")
        engine.view("labels", f"SELECT * FROM {engine.scan(truth / 'labels.parquet')}")
        groups = [Group(**row) for row in engine.query(GROUPS).to_pylist()]
        [accused] = engine.query(ACCUSED).to_pylist()
        return groups, accused


def error(groups: list[Group]) -> float | None:
    """Return the expected calibration error: mean distance of bins, weighed by their rows."""
    if not groups:
        return None
    n = np.array([group.n for group in groups], dtype=np.float64)
    off = np.array([group.probability * group.n - group.n_fake for group in groups])
    bins = [min(int(group.probability * N_BINS), N_BINS - 1) for group in groups]
    return float(np.abs(np.bincount(bins, off, minlength=N_BINS)).sum() / n.sum())


def outline(name: str, groups: list[Group], accused: dict[str, int]) -> dict[str, Any]:
    """One row of the table: what was said and what is true of one market or several."""
    out = [group for group in groups if group.is_neutralised]
    n_out = sum(group.n for group in out)
    told = [group for group in groups if group.n >= FEWEST]
    held = [group for group in told if group.agrees()]
    expected = sum((1 - group.probability) * group.n for group in out)
    honest = n_out - sum(group.n_fake for group in out)
    return {
        "markets": name,
        "rows": sum(group.n for group in groups),
        "fake": sum(group.n_fake for group in groups),
        "ECE": error(groups),
        "ECE below 0.99": error([group for group in groups if group.probability < 0.99]),
        "intervals that hold": f"{len(held)} of {len(told)}",
        "stopped counting": n_out,
        "honest among them": honest,
        "share": honest / n_out if n_out else None,
        "expected": expected / n_out if n_out else None,
        "above L0": accused["above_l0"],
        "shops above L1": accused["above_l1"],
    }


def markets(given: argparse.Namespace) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Every market: in which group of them it is, its name, how to simulate it."""
    size = ("--scale", given.scale)
    for seed in given.seeds:
        for level in given.levels:
            at = ("--seed", seed, "--level", level)
            yield "usual kinds", f"usual-{given.scale}-{level}-{seed}", (*size, *at)
            yield "all kinds", f"all-{given.scale}-{level}-{seed}", (*size, *at, "--kind", "all")
        words = (*size, "--seed", seed, "--without-fakes")
        yield "nothing planted", f"nothing-{given.scale}-{seed}", words
    for case in given.cases:
        for level in given.levels:
            words = ("--case", case, "--level", level, "--seed", given.case_seed)
            yield f"case {case}", f"{case}-{level}-{given.case_seed}", words


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", default="20k")
    arguments.add_argument("--seeds", nargs="*", type=int, default=[31, 32])
    arguments.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2, 3])
    arguments.add_argument("--cases", nargs="*", default=["A3", "A5", "B1", "B3"])
    arguments.add_argument("--case-seed", type=int, default=301)
    arguments.add_argument("--picture", type=Path, help="where the diagram goes, as SVG")
    arguments.add_argument("--kept", action="store_true", help="judge only what is there already")
    given = arguments.parse_args()
    rows: list[dict[str, Any]] = []
    by_part: dict[str, list[Group]] = {}
    totals: dict[str, dict[str, int]] = {}
    for part, name, words in markets(given):
        if given.kept and not (OUT / "calibration" / name / "done").is_file():
            continue
        groups, accused = judged(name, words)
        rows.append(outline(name, groups, accused))
        print(rows[-1], flush=True)
        by_part.setdefault(part, []).extend(groups)
        sums = totals.setdefault(part, dict.fromkeys(accused, 0))
        totals[part] = {key: sums[key] + accused[key] for key in sums}
    table(rows)
    table([outline(part, groups, totals[part]) for part, groups in by_part.items()])
    if given.picture:
        given.picture.write_text(drawn(by_part, N_BINS), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
