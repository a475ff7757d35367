"""Kinds of brushing planted one at a time: what is found of each, by which detector, at whose cost.

For each kind and level one market with no other brushing. Prints the recall for whatever the truth
labels, what was done to honest orders and merchants, and then, detector by detector, how many
signals spoke of somebody or something that is labelled and how many of what is honest. A signal
about an item counts for its shop. Numbers are summed over seeds.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measured import OUT, table, unbrush

from unbrush.simulate import KINDS, USUAL_KINDS
from unbrush.store.duckdb_engine import DuckDBEngine

SUBJECTS = ("order", "review", "account", "shop")

FOUND = """
    SELECT l.subject_kind AS what, count(*) AS labelled,
           count(*) FILTER (WHERE d.is_neutralised) AS found,
           count(*) FILTER (WHERE d.subject_kind = 'shop' AND d.rung > 'L1') AS accused
    FROM fakes l LEFT JOIN decisions d USING (subject_kind, subject_id)
    GROUP BY ALL ORDER BY what"""

HONEST = """
    SELECT count(*) FILTER (WHERE subject_kind = 'order' AND is_neutralised) AS orders,
           count(*) FILTER (WHERE subject_kind = 'review' AND is_neutralised) AS reviews,
           count(*) FILTER (WHERE subject_kind = 'account' AND is_neutralised) AS accounts,
           count(*) FILTER (WHERE subject_kind = 'shop' AND rung > 'L1') AS merchants
    FROM decisions ANTI JOIN fakes USING (subject_kind, subject_id)"""

SAID = """
    WITH spoken AS (
        SELECT detector, strength, if(shop_id IS NULL, subject_kind, 'shop') AS subject_kind,
               coalesce(shop_id, subject_id) AS subject_id
        FROM signals LEFT JOIN items ON subject_kind = 'item' AND item_id = subject_id)
    SELECT detector, strength, subject_kind AS about,
           count(*) FILTER (WHERE f.subject_id IS NOT NULL) AS labelled,
           count(*) FILTER (WHERE f.subject_id IS NULL) AS honest
    FROM spoken LEFT JOIN fakes f USING (subject_kind, subject_id)
    GROUP BY ALL ORDER BY labelled DESC, honest DESC, detector, strength, about"""


def answers(
    kind: str, level: int, seed: int, scale: str, without: Sequence[str] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Make one market, leave some tables out, run and judge it, and compare with the truth."""
    market, run = OUT / "kinds-market", OUT / "kinds-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    words = ("--kind", kind, "--scale", scale, "--seed", seed, "--level", level)
    unbrush("simulate", *words, "--out", market)
    for name in without:
        (market / f"{name}.parquet").unlink()
    unbrush("run", market, "--out", run, "--now", "2100-01-01")
    return compared(market, run)


def compared(market: Path, run: Path) -> dict[str, list[dict[str, Any]]]:
    with DuckDBEngine() as engine:
        for name in ("decisions", "signals"):
            engine.view(name, f"SELECT * FROM {engine.scan(run / f'{name}.parquet')}")
        engine.view("items", f"SELECT * FROM {engine.scan(market / 'items.parquet')}")
        labels = engine.scan(market / "truth" / "labels.parquet")
        engine.create(
            "fakes", f"SELECT subject_kind, subject_id FROM {labels} WHERE is_fake GROUP BY ALL"
        )
        asked = {"found": FOUND, "honest": HONEST, "said": SAID}
        return {name: list(engine.query(sql).to_pylist()) for name, sql in asked.items()}


def summed(rows: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    """Add up the numbers of rows that have the same keys."""
    into: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        numbers = {name: value for name, value in row.items() if name not in keys}
        into.setdefault(tuple(row[key] for key in keys), Counter()).update(numbers)
    return [dict(zip(keys, key, strict=True)) | dict(total) for key, total in into.items()]


def outline(kind: str, level: int, results: list[dict[str, Any]]) -> dict[str, Any]:
    """One row of the first table: shares found, and what honest subjects bore."""
    found = {row["what"]: row for row in summed([r for x in results for r in x["found"]], "what")}
    [honest] = summed([{"of": "all"} | row for x in results for row in x["honest"]], "of")
    said = summed([r for x in results for r in x["said"]], "detector", "strength", "about")
    false: Counter[str] = Counter()
    for row in said:
        false[row["strength"]] += row["honest"]
    shares = {
        what: found[what]["found"] / found[what]["labelled"] if what in found else None
        for what in SUBJECTS
    }
    accused = found["shop"]["accused"] / found["shop"]["labelled"] if "shop" in found else None
    return {
        "kind": kind,
        "level": level,
        **shares,
        "shop above L1": accused,
        "honest orders": honest["orders"],
        "reviews": honest["reviews"],
        "accounts": honest["accounts"],
        "merchants above L1": honest["merchants"],
        **{f"false {strength}": false[strength] for strength in ("E1", "E2", "E3")},
    }


def speakers(kind: str, level: int, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the second table: detectors that spoke of what is labelled, or strongly of others."""
    said = summed([r for x in results for r in x["said"]], "detector", "strength", "about")
    told = [row for row in said if row["labelled"] or row["strength"] > "E1"]
    told.sort(key=lambda row: (-row["labelled"], -row["honest"], row["detector"]))
    return [{"kind": kind, "level": level, **row} for row in told]


def main() -> None:
    on_request = [kind for kind in KINDS if kind not in USUAL_KINDS]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kinds", nargs="*", default=on_request, metavar="KIND")
    arguments.add_argument("--scale", default="50k")
    arguments.add_argument("--seeds", nargs="+", type=int, default=[401, 402])
    arguments.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2, 3])
    arguments.add_argument(
        "--without",
        nargs="+",
        default=[],
        metavar="TABLE",
        help="tables that are left out",
    )
    given = arguments.parse_args()
    unknown = set(given.kinds) - set(KINDS)
    if unknown:
        arguments.error(f"no such kind: {', '.join(sorted(unknown))}")
    OUT.mkdir(exist_ok=True)
    rows, details = [], []
    for kind in given.kinds:
        for level in given.levels:
            results = [
                answers(kind, level, seed, given.scale, given.without) for seed in given.seeds
            ]
            rows.append(outline(kind, level, results))
            details += speakers(kind, level, results)
            print(json.dumps(rows[-1], ensure_ascii=False), file=sys.stderr, flush=True)
    table(rows)
    table(details)


if __name__ == "__main__":
    main()
