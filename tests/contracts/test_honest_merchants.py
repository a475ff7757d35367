"""No false accusation: hundreds of honest merchants of every look-alike kind, and nothing fake.

The same on thousands is `make bench-honest`; the bars are those of docs/benchmarks.md.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from unbrush.base.run_folder import RunFolder
from unbrush.run import Source, run_collect, run_stage
from unbrush.simulate import simulate, simulate_honest
from unbrush.store.duckdb_engine import DuckDBEngine

MOST_TOUCHED = 0.01
FEWEST_SHOPS = 300

Shops = dict[int, tuple[bool, str, str]]
"""Whether anything of a shop stops counting, its rung, and to which populations it belongs."""


def judged(folder: Path, make: Callable[[Path], object]) -> Shops:
    make(folder / "market")
    source = Source(path=folder / "market", now_ms=4_102_444_800_000)
    run = RunFolder(folder / "run")
    with DuckDBEngine(threads=2) as engine:
        run_collect(engine, source, run)
        for stage in ("detect", "group", "judge"):
            run_stage(engine, stage, run)
        engine.view("said", f"SELECT * FROM {engine.scan(folder / 'run' / 'decisions.parquet')}")
        labels = folder / "market" / "truth" / "labels.parquet"
        engine.view("known", f"SELECT * FROM {engine.scan(labels)}")
        engine.view("every", f"SELECT * FROM {engine.scan(folder / 'market' / 'shops.parquet')}")
        rows = engine.query(
            """SELECT shop_id, coalesce(any_value(is_neutralised), false) AS touched,
                      coalesce(any_value(rung), 'L0') AS rung,
                      coalesce(string_agg(look_alike, ', ' ORDER BY look_alike), '') AS kinds
               FROM every LEFT JOIN said
                   ON said.subject_kind = 'shop' AND said.subject_id = shop_id
               LEFT JOIN known ON known.subject_kind = 'shop' AND known.subject_id = shop_id
               GROUP BY shop_id ORDER BY shop_id"""
        ).to_pylist()
    return {row["shop_id"]: (row["touched"], row["rung"], row["kinds"]) for row in rows}


def touched(shops: Shops) -> dict[int, str]:
    return {shop: kinds for shop, (is_touched, _rung, kinds) in shops.items() if is_touched}


def accused(shops: Shops) -> dict[int, str]:
    return {shop: kinds for shop, (_touched, rung, kinds) in shops.items() if rung > "L1"}


@pytest.mark.parametrize("seed", [1, 2])
def test_no_honest_merchant_is_accused_and_few_are_touched(tmp_path: Path, seed: int):
    shops = judged(
        tmp_path, lambda out: simulate_honest(out, n_orders=40_000, seed=seed, n_plans=5)
    )
    taken = sum(bool(kinds) for _, _, kinds in shops.values())
    assert taken >= FEWEST_SHOPS
    assert accused(shops) == {}
    assert len(touched(shops)) <= MOST_TOUCHED * len(shops), touched(shops)


def test_the_same_question_fails_where_there_is_brushing(tmp_path: Path):
    shops = judged(tmp_path, lambda out: simulate(out, n_orders=20_000, seed=1, level=0))
    assert accused(shops)
    assert len(touched(shops)) > MOST_TOUCHED * len(shops)
