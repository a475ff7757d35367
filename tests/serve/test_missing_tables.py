"""Nobody holds every table: what is missing costs recall, is said, and wrongs nobody."""

import pyarrow.parquet as pq
import pytest

from unbrush.serve.cli import run_command
from unbrush.store.duckdb_engine import DuckDBEngine

GONE = {
    "money": {"transfers", "payouts", "subsidies", "refunds"},
    "logistics": {"shipments", "scans"},
    "words and browsing": {"reviews", "posts", "messages", "interactions"},
}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    folder = tmp_path_factory.mktemp("missing") / "market"
    assert run_command(["simulate", "--scale", "tiny", "--seed", "5", "--out", str(folder)]) == 0
    return folder


def outcome(market, gone, folder):
    """Fake and honest orders left out, honest shops above L1, and who could not look."""
    left, run = folder / "left", folder / "run"
    left.mkdir()
    for file in market.glob("*.parquet"):
        if file.stem not in gone:
            (left / file.name).symlink_to(file)
    assert run_command(["run", str(left), "--out", str(run), "--now", "2100-01-01", "--json"]) == 0
    with DuckDBEngine() as engine:
        engine.view("decisions", f"SELECT * FROM '{run}/decisions.parquet'")
        engine.view("labels", f"SELECT * FROM '{market}/truth/labels.parquet'")
        counts = engine.query(
            """
            SELECT count(*) FILTER (is_out AND is_fake) AS fake,
                count(*) FILTER (is_out AND NOT is_fake) AS honest,
                count(*) FILTER (subject_kind = 'shop' AND rung > 'L1' AND NOT is_fake) AS shops
            FROM (SELECT *, subject_kind = 'order' AND is_neutralised AS is_out FROM decisions)
            JOIN labels USING (subject_kind, subject_id)
            """
        ).to_pylist()[0]
    coverage = pq.read_table(run / "coverage.parquet").to_pylist()
    return counts, {row["detector"]: row for row in coverage if row["status"] != "ran"}


@pytest.fixture(scope="module")
def whole(market, tmp_path_factory):
    return outcome(market, set(), tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("family", GONE)
def test_a_missing_family_costs_recall_is_said_and_wrongs_nobody(market, whole, family, tmp_path):
    (counts, blind), (all_counts, always_blind) = outcome(market, GONE[family], tmp_path), whole
    assert all_counts["fake"] > 50
    assert 0.3 * all_counts["fake"] < counts["fake"] <= all_counts["fake"]
    assert counts["honest"] <= all_counts["honest"]
    assert counts["shops"] == 0
    newly = {name: row for name, row in blind.items() if name not in always_blind}
    assert newly
    for row in newly.values():
        assert any(table in row["because_en"] and table in row["because_zh"]
                   for table in GONE[family])  # fmt: skip
