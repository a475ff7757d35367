"""A day added to a grouped market: the same rings as from scratch, and at what cost.

First the answer: markets at camouflage levels 0, 1 and 3 are cut some days before their end, and
once every day over two weeks, each run going on from the one before. Every ring of ten accounts or
more that is found from scratch must be held to nine tenths by one ring of the update, under the
name of yesterday or else the same one, and nobody innocent may come in.

Then the cost: the same number of new orders added to two sizes of market, against from scratch.
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

import duckdb
from measured import OUT, Measured, table, unbrush

from unbrush.base.tables import TABLES

DAY_MS = 86_400_000
HELD = 0.9
LEAST = 10
BORN = {"accounts": "registered_at", "account_links": "first_seen_at"}
LASTING = ("items", "shops", "owners", "campaigns")
"""Tables that a day's export has whole."""

Rings = dict[str, set[int]]


def rows(sql: str) -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(sql).fetchall()


def cut(market: Path, at: int) -> Path:
    """The market as it was exported at a moment."""
    early = OUT / "update-early"
    shutil.rmtree(early, ignore_errors=True)
    early.mkdir(parents=True)
    for path in sorted(market.glob("*.parquet")):
        name = path.stem
        time = BORN.get(name, TABLES[name].time)
        columns = [row[0] for row in rows(f"DESCRIBE SELECT * FROM '{path}'")]
        only = time in columns and name not in LASTING
        where = f'WHERE "{time}" <= {at}' if only else ""
        rows(f"COPY (SELECT * FROM '{path}' {where}) TO '{early / path.name}'")
    return early


def collected(market: Path, run: Path) -> Path:
    shutil.rmtree(run, ignore_errors=True)
    unbrush("collect", market, "--out", run, "--now", "2100-01-01")
    unbrush("detect", run)
    return run


def grouped(run: Path, since: Path | None = None) -> Measured:
    return unbrush("group", run, *(["--since", since] if since else []))


def rings_of(run: Path) -> Rings:
    rings: Rings = {}
    for ring, account in rows(
        f"""SELECT ring_id, subject_id FROM '{run}/ring_members.parquet'
            WHERE subject_kind = 'account'"""
    ):
        rings.setdefault(ring, set()).add(account)
    return rings


def fakes_of(market: Path) -> set[int]:
    return {
        row[0]
        for row in rows(
            f"""SELECT DISTINCT account_id FROM '{market}/orders.parquet'
                SEMI JOIN (SELECT subject_id AS order_id FROM '{market}/truth/labels.parquet'
                           WHERE subject_kind = 'order' AND is_fake) USING (order_id)"""
        )
    }


def compared(scratch: Rings, was: Rings, now: Rings, fakes: set[int]) -> dict[str, object]:
    large = {name: who for name, who in scratch.items() if len(who) >= LEAST}
    held, named, alike = 0, 0, 0
    for name, who in large.items():
        best = max(sorted(now), key=lambda ring: len(who & now[ring]), default="")
        shared = len(who & now.get(best, set()))
        held += shared >= HELD * len(who)
        alike += shared >= HELD * len(who | now.get(best, set()))
        named += best == name or best in was
    before = set().union(*scratch.values())
    after = set().union(*now.values())
    return {
        "rings": len(scratch),
        f"of {LEAST} or more": len(large),
        "held": held,
        "Jaccard 0.9": alike,
        "named alike": named,
        "accounts": len(before),
        "lost": len(before - after),
        "more": len(after - before),
        "innocent more": len(after - before - fakes),
    }


def last_of(market: Path) -> int:
    return int(rows(f"SELECT max(placed_at) FROM '{market}/orders.parquet'")[0][0])


def answer(scale: str, level: int, days: int) -> list[dict[str, object]]:
    market, scratch = OUT / "update-market", OUT / "update-scratch"
    shutil.rmtree(market, ignore_errors=True)
    unbrush("simulate", "--scale", scale, "--level", level, "--seed", 301, "--out", market)
    fakes, last = fakes_of(market), last_of(market)
    grouped(collected(market, scratch))
    found = rings_of(scratch)
    told: list[dict[str, object]] = []
    was, now = OUT / "update-was", OUT / "update-now"
    for back in (1, 3, 7):
        grouped(collected(cut(market, last - back * DAY_MS), was))
        shutil.rmtree(now, ignore_errors=True)
        shutil.copytree(scratch, now)
        grouped(now, was)
        same = compared(found, rings_of(was), rings_of(now), fakes)
        told.append({"level": level, "since": f"{back} days before", **same})
    grouped(collected(cut(market, last - days * DAY_MS), was))
    for back in range(days - 1, -1, -1):
        grouped(collected(cut(market, last - back * DAY_MS), now), was)
        before = rings_of(was)
        was, now = now, was
    told.append(
        {
            "level": level,
            "since": f"daily over {days} days",
            **compared(found, before, rings_of(was), fakes),
        }
    )
    return told


def cost(scale: str, n_new: int) -> list[dict[str, object]]:
    """From scratch, and with the last ``n_new`` orders as what is new."""
    market, run, was = OUT / "update-market", OUT / "update-now", OUT / "update-was"
    shutil.rmtree(market, ignore_errors=True)
    unbrush("simulate", "--scale", scale, "--seed", 302, "--out", market)
    at = rows(
        f"SELECT placed_at FROM '{market}/orders.parquet' ORDER BY ALL DESC LIMIT 1 OFFSET {n_new}"
    )[0][0]
    grouped(collected(cut(market, at), was))
    collected(market, run)
    told: list[dict[str, object]] = []
    for way, since in (("from scratch", None), ("update", was)):
        took = grouped(run, since)
        n_searched = rows(
            f"SELECT sum(n_deeds_left) FROM '{run}/searches.parquet' WHERE window_ms = 0"
        )[0][0]
        told.append(
            {
                "orders": scale,
                "new orders": n_new,
                "way": way,
                "rings": len(rings_of(run)),
                "deeds searched": int(n_searched),
                "CPU seconds": took.cpu_seconds,
                "seconds": took.seconds,
                "peak MiB": took.peak_mib,
            }
        )
    return told


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", default="200k")
    arguments.add_argument("--levels", nargs="*", type=int, default=[0, 1, 3])
    arguments.add_argument("--days", type=int, default=14)
    arguments.add_argument("--scales", nargs="*", default=["200k", "1M"])
    arguments.add_argument("--new", type=int, default=2_000)
    chosen = arguments.parse_args()
    OUT.mkdir(exist_ok=True)
    if chosen.scales:
        print("## The cost\n")
        table([row for scale in chosen.scales for row in cost(scale, chosen.new)])
    for level in chosen.levels:
        print(f"## The answer at level {level}\n", flush=True)
        table(answer(chosen.scale, level, chosen.days))


if __name__ == "__main__":
    main()
