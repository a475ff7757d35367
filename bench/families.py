"""A family's tables taken away: what is still found, what is said to be missing, who is wronged.

Simulates one market a level, takes away the tables that a family of evidence rests on, and runs all
stages on what is left. Nobody holds all tables; what they lack must cost recall, not fairness, and
the run must say which detectors could not look and for want of what.
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from measured import OUT, table, unbrush

TABLES = {
    "nothing": (),
    "money": ("transfers", "payouts", "subsidies", "refunds"),
    "logistics": ("shipments", "scans"),
    "words": ("reviews", "posts", "messages"),
    "behaviour": ("interactions",),
    "identity": ("account_links", "owners", "tokens"),
    "staff": ("staff", "staff_actions"),
    "campaigns": ("campaigns",),
    "all but orders": (),
}


def lessened(market: Path, to: Path, gone: tuple[str, ...], *, only: str = "") -> Path:
    """Link a market's tables into ``to``, all but those that are gone, or only one."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for file in sorted(market.glob("*.parquet")):
        if file.stem in gone or (only and file.stem != only):
            continue
        if "tokens" in gone and file.stem in ("accounts", "interactions", "orders"):
            rows = pq.read_table(file)
            tokens = [name for name in rows.column_names if name.endswith("_token")]
            pq.write_table(rows.drop_columns(tokens), to / file.name)
        else:
            (to / file.name).symlink_to(file)
    return to


def row(name: str, run: Path, said: dict[str, Any], truth: Path) -> dict[str, Any]:
    """What was found of fake orders and reviews, how right it was, and whom it touched."""
    scored = unbrush("score", run, "--truth", truth).said
    by_level = {line["level"]: line for line in scored["overall"]}
    coverage = said["summary"]["coverage"].values()
    blind = [line for line in coverage if line["status"] != "ran"]
    assert all(line["because_zh"] and line["because_en"] for line in blind)
    order, review = by_level["order"], by_level["review"]
    shops = by_level["merchant accused"]
    return {
        "without": name,
        "detectors that could not look": len(blind),
        "order recall": order["recall"],
        "precision": order["precision"],
        "review recall": review["recall"],
        "review precision": review["precision"],
        "shops above L1": shops["accused"],
        "honest among them": round(shops["accused"] * (1 - (shops["precision"] or 0))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="50k")
    parser.add_argument("--seed", type=int, default=211)
    parser.add_argument("--levels", nargs="+", type=int, default=[0, 1, 2])
    asked = parser.parse_args()
    for level in asked.levels:
        market, run = OUT / "families-market", OUT / "families-run"
        shutil.rmtree(market, ignore_errors=True)
        unbrush(
            "simulate", "--scale", asked.scale, "--seed", asked.seed, "--level", level,
            "--out", market,
        )  # fmt: skip
        rows = []
        for name, gone in TABLES.items():
            only = "orders" if name == "all but orders" else ""
            left = lessened(market, OUT / "families-left", gone, only=only)
            shutil.rmtree(run, ignore_errors=True)
            said = unbrush("run", left, "--out", run, "--now", "2100-01-01").said
            rows.append(row(name, run, said, market / "truth"))
        print(f"### Level {level}\n")
        table(rows)


if __name__ == "__main__":
    main()
