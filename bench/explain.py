"""How long a person waits for `unbrush explain`: each kind of subject in a run of many orders.

The run is made first unless one is named. Of each kind the subject with most behind it is
asked, and one in the middle; seconds are of the whole command, from the shell and back, and of its
processor.
"""

import argparse
from pathlib import Path

import duckdb
from measured import OUT, table, unbrush

KINDS = ("order", "review", "account", "shop", "ring")


def subjects(run: Path, kind: str) -> dict[str, object]:
    """Return the subject with most reasons, and the one in the middle."""
    if kind == "ring":
        sql = f"SELECT ring_id AS id, n_orders AS n FROM '{run}/rings.parquet'"
    else:
        sql = f"""SELECT subject_id AS id, count(*) AS n FROM '{run}/reasons.parquet'
        WHERE subject_kind = '{kind}' GROUP BY ALL"""
    if kind == "shop":
        sql = f"""SELECT shop_id AS id, count(*) AS n FROM '{run}/decisions.parquet'
        JOIN '{run}/events/orders.parquet' ON subject_kind = 'order' AND subject_id = order_id
        WHERE is_neutralised GROUP BY ALL"""
    rows = duckdb.sql(f"{sql} ORDER BY n DESC, id").fetchall()
    return {"most": rows[0][0], "middle": rows[len(rows) // 2][0]} if rows else {}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", default="1M")
    arguments.add_argument("--run", type=Path)
    given = arguments.parse_args()
    run = given.run
    if run is None:
        market, run = OUT / f"explain-{given.orders}", OUT / f"explain-{given.orders}-run"
        unbrush("simulate", "--scale", given.orders, "--seed", 1, "--out", market)
        unbrush("run", market, "--out", run, "--now", "2100-01-01")
    rows = []
    for kind in KINDS:
        for which, subject in subjects(run, kind).items():
            took = unbrush("explain", run, f"{kind}:{subject}")
            said = took.said
            rows.append(
                {
                    "kind": kind,
                    "which": which,
                    "its suspected rows": said["sum"]["n_suspected"] if "sum" in said else 1,
                    "seconds": took.seconds,
                    "processor seconds": took.cpu_seconds,
                    "peak MiB": took.peak_mib,
                }
            )
    table(rows)


if __name__ == "__main__":
    main()
