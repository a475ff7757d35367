import pytest

from unbrush.base.errors import BadParameter, DoesNotFit
from unbrush.base.memory import need, parse_size, size_text
from unbrush.store.duckdb_engine import DuckDBEngine


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [
        ("2GB", 2_000_000_000),
        ("800MB", 800_000_000),
        (" 1.5 gb ", 1_500_000_000),
        ("4GiB", 4 * 1024**3),
        ("512mib", 512 * 1024**2),
        ("0.001TB", 1_000_000_000),
        ("1000000B", 1_000_000),
    ],
)
def test_an_amount_is_so_many_bytes(text, n_bytes):
    assert parse_size(text) == n_bytes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lots", "no amount"),
        ("", "no amount"),
        ("-2GB", "no amount"),
        ("1,5GB", "no amount"),
        ("2GB; DROP TABLE orders", "no amount"),
        ("٢GB", "no amount"),
        ("8", "no unit"),
        ("4G", "unknown unit, G"),
        ("0GB", "1MB is the least"),
        ("999KB", "1MB is the least"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_is_allowed(text, said):
    with pytest.raises(BadParameter, match=said) as caught:
        parse_size(text)
    assert "8GB" in caught.value.hint


def test_an_amount_is_written_in_its_largest_unit():
    assert [size_text(n) for n in (1_500, 64_000_000, 1_500_000_000, 2 * 10**15)] == [
        "1.5 KB", "64.0 MB", "1.5 GB", "2,000.0 TB",
    ]  # fmt: skip


def test_work_beyond_the_memory_allowed_is_refused_before_it_is_begun():
    with DuckDBEngine(memory="100MB", threads=1) as engine:
        need(engine, 100_000_000, "The graph of 12 shops")
        with pytest.raises(DoesNotFit) as caught:
            need(engine, 3_000_000_000, "The graph of 12 shops")
    assert caught.value.exit_code == 1
    assert caught.value.message == (
        "The graph of 12 shops needs 3.0 GB of memory; 100.0 MB is allowed."
    )
    assert "--memory" in caught.value.hint


def test_work_that_fits_has_the_tables_step_aside_and_come_back():
    held = "SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory()"
    with DuckDBEngine(memory="60MB", threads=1) as engine:
        engine.create("t", "SELECT hash(range) AS n FROM range(4000000)")
        before = engine.value("SELECT sum(n % 1000) FROM t")
        assert engine.value(held) > 25_000_000, "nothing was in the way"
        need(engine, 50_000_000, "The graph")
        assert engine.value(held) <= 10_000_000
        assert engine.value("SELECT sum(n % 1000) FROM t") == before
        assert engine.value(held) > 10_000_000, "the limit did not come back"
