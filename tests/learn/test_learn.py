"""From a market and labels to a model, on a market small enough for every test run."""

import csv
import random
from pathlib import Path

import pytest

from unbrush.base.errors import BadParameter, NotReady, TooFewLabels
from unbrush.base.run_folder import RunFolder
from unbrush.learn import Lesson, learn
from unbrush.run import Source, run_collect
from unbrush.store.duckdb_engine import DuckDBEngine

pytest.importorskip("lightgbm")

START, MINUTE, DAY = 1_700_006_400_000, 60_000, 86_400_000
N = 1_500


CREW = 6
"""Accounts that share a device, where any do."""


def market(folder: Path, *, has_crews: bool = False, has_doubles: bool = False) -> dict[int, bool]:
    """Write orders of ninety days; one in ten is a stranger's, from a new account, at one price.

    Nobody shares anything and nothing is fast, so that detectors have little to say; unless half
    of the strangers are crews, who order in one shop from one device.

    Args:
        folder: Where orders.csv goes.
        has_crews: Whether they are.
        has_doubles: Whether honest strangers pay as they do.
    """
    rng = random.Random(8)
    is_fake: dict[int, bool] = {}
    n_fakes = 0
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        columns = ("order_id", "account_id", "shop_id", "item_id", "placed_at", "paid_minor")
        out.writerow((*columns, "device_token") if has_crews else columns)
        for number in range(N):
            fake = rng.random() < 0.1
            is_fake[number] = fake
            account = 10_000 + number if fake or rng.random() < 0.2 else rng.randrange(150)
            shop = rng.randrange(12)
            is_double = has_doubles and account >= 10_000
            paid = rng.randrange(900, 1_100) if fake or is_double else rng.randrange(1_500, 9_000)
            at = START + number * 90 * DAY // N + rng.randrange(MINUTE)
            device = [f"own-{account}"] if has_crews else []
            if fake and has_crews:
                n_fakes += 1
                crew = n_fakes // (2 * CREW)
                shop = crew % 12
                device = [f"crew-{crew}"] if n_fakes % 2 else device
            out.writerow((number, account, shop, shop, at, paid, *device))
    return is_fake


def labels(folder: Path, is_fake: dict[int, bool]) -> Path:
    path = folder / "labels.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("subject_kind", "subject_id", "is_fake"))
        out.writerows(("order", number, fake) for number, fake in is_fake.items())
    return path


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> tuple[RunFolder, Path, dict[int, bool]]:
    root = tmp_path_factory.mktemp("learn")
    data = root / "data"
    data.mkdir()
    is_fake = market(data)
    folder = RunFolder(root / "run")
    with DuckDBEngine(threads=1) as engine:
        run_collect(engine, Source(path=data, now_ms=START + 100 * DAY, key=b"k"), folder)
    return folder, labels(root, is_fake), is_fake


@pytest.fixture(scope="module")
def lesson(collected) -> Lesson:
    from unbrush.serve.labels import read_labels

    folder, path, _ = collected
    with DuckDBEngine(threads=1) as engine:
        return learn(engine, folder, read_labels(path), n_runs=5)


def test_what_can_be_learned_is_learned(lesson):
    by = {(row["group"], row["judged"]): row for row in lesson.rows}
    learned, force = by["all later", "learned"], by["all later", "in force"]
    assert learned["AP"] > 0.4 > force["AP"]
    assert learned["n"] == pytest.approx(N / 5, abs=2)
    assert lesson.worse == []
    assert "review" in lesson.skipped


def test_one_that_is_nowhere_sure_enough_to_be_heard_is_refused(tmp_path):
    """Where honest strangers pay as much, no probability has but one honest one in a hundred."""
    import pyarrow as pa

    is_fake = market(tmp_path, has_doubles=True)
    folder = RunFolder(tmp_path / "run")
    known = pa.table(
        {
            "subject_kind": ["order"] * N,
            "subject_id": [str(number) for number in is_fake],
            "is_fake": list(is_fake.values()),
        }
    )
    with DuckDBEngine(threads=1) as engine:
        run_collect(engine, Source(path=tmp_path, now_ms=START + 100 * DAY, key=b"k"), folder)
        lesson = learn(engine, folder, known, n_runs=5)
    assert lesson.model.learned["order"].speaks_from == float("inf")
    assert any("nowhere sure enough" in each for each in lesson.worse)


def test_the_model_says_what_it_was_made_of(lesson):
    data = lesson.model.data
    assert data["tables"] == {"orders": N}
    assert len(data["sha256"]) == 64
    parts = data["labelled"]["order"]
    assert sum(parts[part]["n"] for part in parts) == N
    assert lesson.model.learned["order"].needs == ("orders.account_id", "orders.paid_minor")


def test_with_nothing_but_a_model_nothing_is_left_out(lesson):
    for row in lesson.rows:
        if row["judged"] == "with it":
            assert row["honest_merchants"] <= 1


def test_too_few_labels_are_said_before_any_work(collected):
    import pyarrow as pa

    few = pa.table({"subject_kind": ["order"], "subject_id": ["1"], "is_fake": [True]})
    with DuckDBEngine(threads=1) as engine, pytest.raises(TooFewLabels) as said:
        learn(engine, collected[0], few)
    assert "40 or more" in said.value.message


def test_no_labels_are_said(collected):
    with DuckDBEngine(threads=1) as engine, pytest.raises(TooFewLabels) as said:
        learn(engine, collected[0])
    assert "--labels" in said.value.hint


def test_labels_of_another_market_are_said(collected):
    import pyarrow as pa

    rows = {"subject_kind": ["order"] * 90, "subject_id": [f"x{n}" for n in range(90)]}
    other = pa.table(rows | {"is_fake": [True] * 90})
    with DuckDBEngine(threads=1) as engine, pytest.raises(TooFewLabels) as said:
        learn(engine, collected[0], other)
    assert said.value.message == "None of 90 labels names an order or review of this market."
    assert "'x0'" in said.value.hint


def test_without_a_market_there_is_nothing_to_learn(tmp_path):
    with DuckDBEngine(threads=1) as engine, pytest.raises(NotReady):
        learn(engine, RunFolder(tmp_path))


@pytest.mark.parametrize("n_runs", [4, 201])
def test_too_many_runs_or_too_few_are_refused(engine, tmp_path, n_runs):
    with pytest.raises(BadParameter):
        learn(engine, RunFolder(tmp_path), n_runs=n_runs)
