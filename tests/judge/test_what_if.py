"""What is supposed of one row, against the judge over the market with that row so changed."""

import duckdb
import pytest

from unbrush.base.run_folder import RunFolder
from unbrush.judge import Policy
from unbrush.judge.look_alikes import spare_look_alikes
from unbrush.judge.weigh import weigh_all
from unbrush.judge.what_if import weigh_again
from unbrush.judge.witnesses import call_witnesses
from unbrush.respond.explaining import Subject
from unbrush.respond.explaining.changes import Supposition, suppose
from unbrush.respond.explaining.gathering import gather, signs_of
from unbrush.serve.cli import run_command
from unbrush.serve.explaining import _open
from unbrush.simulate import simulate
from unbrush.store.duckdb_engine import DuckDBEngine

pytestmark = pytest.mark.slow

PER_SORT = 1
"""Rows of each rule and set of families."""

CLOSE = 0.15
"""Signs are worth a little else when one more row bears them, in a market of 2,000 orders."""


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunFolder:
    root = tmp_path_factory.mktemp("what_if")
    simulate(root / "market", n_orders=2_000, seed=3, level=1)
    assert run_command(["run", str(root / "market"), "--out", str(root / "out")]) == 0
    return RunFolder(root / "out")


def some_rows(run: RunFolder) -> list[Subject]:
    rows = duckdb.sql(
        f"""SELECT subject_kind, subject_id FROM '{run.output("decisions")}'
        WHERE subject_kind IN ('order', 'review') AND rule <> 'its-order'
        QUALIFY row_number() OVER (PARTITION BY subject_kind, rule, families, is_neutralised
                                   ORDER BY subject_id) <= {PER_SORT}
        ORDER BY ALL"""
    )
    return [Subject(*row) for row in rows.fetchall()]


def test_what_is_supposed_is_what_the_judge_says(run: RunFolder):
    policy, rows = Policy(), some_rows(run)
    with DuckDBEngine() as engine:
        said, signs = gather(engine, _open(engine, run), rows), signs_of(engine)
        supposed = [
            (row, each)
            for row in rows
            for each in _few(suppose(said[row].witnesses, (), {}, signs[row.kind]))
        ]
        outcomes = weigh_again(
            engine, policy, [(row.kind, row.id, each.witnesses) for row, each in supposed]
        )
    assert {"without", "one-more"} <= {each.what for _, each in supposed}
    assert {outcome.is_neutralised for outcome in outcomes} == {True, False}
    with DuckDBEngine() as engine:
        manifest = _open(engine, run)
        call_witnesses(engine, manifest, policy)
        spare_look_alikes(engine, manifest, policy)
        engine.create("_all", "SELECT * FROM _witnesses")
        for (row, each), outcome in zip(supposed, outcomes, strict=True):
            _suppose_in_market(engine, row, each)
            weigh_all(engine, policy)
            [*found] = engine.query(
                f"""SELECT probability, is_neutralised FROM _atoms
                WHERE kind = '{row.kind}' AND id = {row.id}"""
            ).to_pylist()
            real = found[0] if found else {"probability": 0.0, "is_neutralised": False}
            about = (row, each.what, each.names, outcome)
            assert outcome.is_neutralised == real["is_neutralised"], about
            assert outcome.probability == pytest.approx(real["probability"], abs=CLOSE), about
            assert bool(outcome.why) != outcome.is_neutralised, about


def _few(supposed: list[Supposition]) -> list[Supposition]:
    """Leave out sets of families, and all but the first finding of each strength."""
    few, n = [], {"E1": 0, "E2": 0}
    for each in supposed:
        if each.what == "one-more":
            n[each.names[0]] += 1
            if n[each.names[0]] > 1:
                continue
        if len(each.names) <= 1:
            few.append(each)
    return few


def _suppose_in_market(engine: DuckDBEngine, row: Subject, each: Supposition) -> None:
    """Leave the market's `_witnesses`, but for this row what is supposed of it."""
    here = f"kind = '{row.kind}' AND id = {row.id}"
    others = f"SELECT * FROM _all WHERE NOT ({here})"
    kept = f"SELECT * FROM _all WHERE {here}"
    if each.what == "without":
        kept += f" AND family <> '{each.names[0]}'"
    more = ""
    if each.what == "one-more":
        new = each.witnesses[-1]
        signal = "NULL" if new["signal_id"] is None else "'another'"
        more = f"""UNION ALL BY NAME
            SELECT '{row.kind}' AS kind, {row.id} AS id, {signal} AS signal_id,
                   '{new["name"]}' AS name, '{new["family"]}' AS family,
                   '{new["strength"]}' AS strength, 'a' AS element, 'actors' AS implicates,
                   1.0 AS score, true AS is_direct"""
    engine.create("_witnesses", f"{others} UNION ALL {kept} {more}")
