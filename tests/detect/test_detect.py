"""The stage around the detectors: tuning, coverage, and one that breaks."""

from dataclasses import replace

import pytest

from tests.worlds import T0, build
from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, DoesNotFit
from unbrush.detect import detect, detectors
from unbrush.store.duckdb_engine import DuckDBEngine

ORDERS = {"orders": [{"order_id": 1, "account_id": 1, "shop_id": 1, "placed_at": T0}]}
CONCENTRATION = next(d for d in detectors() if d.name == "order-concentration")


def coverage(engine: Engine) -> dict[str, str]:
    rows = engine.query("SELECT detector, status FROM coverage").to_pylist()
    return {row["detector"]: row["status"] for row in rows}


def test_a_broken_detector_is_reported_and_the_others_go_on(engine: Engine):
    broken = replace(CONCENTRATION, name="broken", sql=lambda _params: "SELECT nonsense")
    detect(engine, build(engine, ORDERS), chosen=[broken, CONCENTRATION])
    assert coverage(engine) == {"broken": "failed", "order-concentration": "ran"}


def test_too_little_memory_ends_the_run_and_is_no_failure_of_a_detector():
    greedy = replace(CONCENTRATION, sql=lambda _params: "SELECT list(range) FROM range(10_000_000)")
    with DuckDBEngine(memory="20MB", threads=1) as small:
        manifest = build(small, ORDERS)
        with pytest.raises(DoesNotFit, match="needs more memory"):
            detect(small, manifest, chosen=[greedy])


def test_every_detector_has_its_line_of_coverage(engine: Engine):
    detect(engine, build(engine, ORDERS))
    assert sorted(coverage(engine)) == [d.name for d in detectors()]
    assert "failed" not in coverage(engine).values()


def test_the_sources_parameters_apply_and_the_callers_come_last(engine: Engine):
    orders = [
        {"order_id": n, "account_id": 1, "shop_id": 1, "placed_at": T0 + n * 60_000}
        for n in range(4)
    ]
    manifest = build(engine, {"orders": orders})
    strict = replace(manifest, params={"order-concentration": {"min_ratio": 5.0}})
    detect(engine, strict, chosen=[CONCENTRATION])
    assert engine.value("SELECT count(*) FROM signals") == 0
    chosen = {"order-concentration": {"min_ratio": 4.0}}
    detect(engine, strict, chosen=[CONCENTRATION], params=chosen)
    assert engine.value("SELECT count(*) FROM signals") == 1


def test_a_mapping_with_parameters_of_no_detector_is_named(engine: Engine):
    manifest = replace(build(engine, ORDERS), source="mine.toml", params={"order-birst": {}})
    with pytest.raises(BadParameter, match="order-birst") as caught:
        detect(engine, manifest)
    assert "mine.toml" in caught.value.hint
    assert "order-burst" in caught.value.hint


def test_parameters_of_no_detector_are_refused(engine: Engine):
    with pytest.raises(BadParameter, match="shared-devise") as caught:
        detect(engine, build(engine, ORDERS), params={"shared-devise": {}})
    assert "shared-device" in caught.value.hint
