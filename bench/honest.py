"""False accusations: thousands of honest merchants of every look-alike kind, and nothing fake.

A merchant belongs to a population if a plan of it took the shop, or if a tenth of the shop's orders
are of it. Prints per population how many have anything that stops counting, how many stand above
L1, and which accounts were touched; then the totals against the bars, and what spoke against whom.
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

from measured import OUT, table, unbrush

from unbrush.simulate import simulate_honest
from unbrush.store.duckdb_engine import DuckDBEngine

MOST_TOUCHED = 0.01
FEWEST_MERCHANTS = 3_000

BELONGS = """
    WITH own AS (
        SELECT shop_id, l.look_alike, count(*) AS n FROM orders
        JOIN labels l ON l.subject_kind = 'order' AND l.subject_id = order_id GROUP BY ALL),
    every AS (SELECT shop_id, count(*) AS n FROM orders GROUP BY shop_id)
    SELECT shop_id, look_alike FROM own JOIN every USING (shop_id) WHERE own.n >= 0.1 * every.n
    UNION SELECT subject_id, look_alike FROM labels WHERE subject_kind = 'shop'"""

POPULATIONS = """
    WITH shop AS (
        SELECT look_alike, count(*) AS merchants,
               count(*) FILTER (WHERE d.is_neutralised) AS touched,
               count(*) FILTER (WHERE d.rung > 'L1') AS accused
        FROM belongs LEFT JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = shop_id
        GROUP BY look_alike),
    rows AS (
        SELECT look_alike,
               count(*) FILTER (WHERE l.subject_kind = 'order') AS orders,
               count(*) FILTER (WHERE l.subject_kind = 'order' AND d.is_neutralised)
                   AS orders_touched,
               count(*) FILTER (WHERE l.subject_kind = 'review' AND d.is_neutralised)
                   AS reviews_touched,
               count(*) FILTER (WHERE l.subject_kind = 'account' AND d.is_neutralised)
                   AS accounts_touched
        FROM labels l LEFT JOIN decisions d
            ON d.subject_kind = l.subject_kind AND d.subject_id = l.subject_id
        GROUP BY look_alike)
    SELECT look_alike AS population, merchants, touched, accused, orders, orders_touched,
           reviews_touched, accounts_touched
    FROM shop JOIN rows USING (look_alike) ORDER BY look_alike"""

TOTALS = """
    SELECT (SELECT count(DISTINCT shop_id) FROM belongs) AS merchants,
           (SELECT count(DISTINCT shop_id) FROM orders) AS shops,
           count(*) FILTER (WHERE subject_kind = 'shop' AND is_neutralised) AS touched,
           count(*) FILTER (WHERE subject_kind = 'shop' AND rung > 'L1') AS accused,
           count(*) FILTER (WHERE subject_kind = 'order' AND is_neutralised) AS orders,
           count(*) FILTER (WHERE subject_kind = 'review' AND is_neutralised) AS reviews,
           count(*) FILTER (WHERE subject_kind = 'account' AND is_neutralised) AS accounts
    FROM decisions"""

CAUSES = """
    WITH hit AS (
        SELECT d.subject_kind, d.subject_id, d.rule,
               string_agg(DISTINCT coalesce(s.detector || ' ' || s.strength, x.kind), ', '
                          ORDER BY coalesce(s.detector || ' ' || s.strength, x.kind)) AS because
        FROM decisions d
        JOIN reasons x ON x.subject_kind = d.subject_kind AND x.subject_id = d.subject_id
            AND x.outcome = 'supports'
        LEFT JOIN signals s ON s.signal_id = x.signal_id
        WHERE d.is_neutralised AND d.subject_kind IN ('order', 'review') GROUP BY ALL)
    SELECT coalesce(look_alike, 'ordinary') AS population, hit.subject_kind AS what, because,
           count(*) AS n, min(hit.subject_id) AS example
    FROM hit LEFT JOIN labels l
        ON l.subject_kind = hit.subject_kind AND l.subject_id = hit.subject_id
    GROUP BY ALL ORDER BY n DESC, population, what, because"""


def judged(seed: int, n_orders: int, n_plans: int) -> dict[str, list[dict[str, Any]]]:
    market, run = OUT / "honest-market", OUT / "honest-run"
    for folder in (market, run):
        shutil.rmtree(folder, ignore_errors=True)
    simulate_honest(market, n_orders=n_orders, seed=seed, n_plans=n_plans)
    unbrush("run", market, "--out", run, "--now", "2100-01-01")
    return questions(market, run)


def questions(market: Path, run: Path) -> dict[str, list[dict[str, Any]]]:
    with DuckDBEngine() as engine:
        for name in ("decisions", "reasons", "signals"):
            engine.view(name, f"SELECT * FROM {engine.scan(run / f'{name}.parquet')}")
        engine.view("labels", f"SELECT * FROM {engine.scan(market / 'truth' / 'labels.parquet')}")
        engine.view("orders", f"SELECT * FROM {engine.scan(market / 'orders.parquet')}")
        engine.create("belongs", BELONGS)
        asked = {"populations": POPULATIONS, "totals": TOTALS, "causes": CAUSES}
        return {name: list(engine.query(sql).to_pylist()) for name, sql in asked.items()}


def summed(results: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Add up the populations of all seeds."""
    rows: dict[str, dict[str, Any]] = {}
    for row in (row for result in results for row in result):
        into = rows.setdefault(row["population"], dict.fromkeys(row, 0))
        rows[row["population"]] = {
            key: value if key == "population" else into[key] + value for key, value in row.items()
        }
    return list(rows.values())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=700_000)
    arguments.add_argument("--plans", type=int, default=50, help="instances of each population")
    arguments.add_argument("--seeds", nargs="+", type=int, default=[404, 405, 406])
    given = arguments.parse_args()
    populations, totals = [], []
    for seed in given.seeds:
        answers = judged(seed, given.orders, given.plans)
        populations.append(answers["populations"])
        row = answers["totals"][0]
        held = row["accused"] == 0 and row["touched"] <= MOST_TOUCHED * row["merchants"]
        enough = row["merchants"] >= FEWEST_MERCHANTS
        bars = "held" if held else "missed"
        row = {"seed": seed, **row, "bars": bars if enough else f"{bars}, too few merchants"}
        totals.append(row)
        print(f"seed {seed}: {row}", flush=True)
        table(answers["causes"])
    table(summed(populations))
    table(totals)


if __name__ == "__main__":
    main()
