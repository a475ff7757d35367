"""Markets that no one would design: the search must end, say nothing false, and never die."""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.group.test_group import BRUSHERS, SHOPS, honest, tasks
from tests.worlds import DAY, HOUR, MINUTE, T0, Market, build
from unbrush.base.engine import Engine
from unbrush.base.errors import DoesNotFit
from unbrush.base.evidence import signal_schema
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.market import whole_table_sql
from unbrush.base.tables import TABLES, Kind
from unbrush.detect import detect
from unbrush.group import group
from unbrush.serve.cli import run_command
from unbrush.store.duckdb_engine import DuckDBEngine

SECONDS = 30
"""Far more than anything here takes: what it catches is a cost that grows with the square."""


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS


def rings_of(engine: Engine, manifest: Manifest, signals: list[dict] | None = None) -> list[dict]:
    """Rings with their members; signals are what the detectors find, unless given."""
    if signals is None:
        detect(engine, manifest)
    else:
        id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
        engine.put("signals", pa.Table.from_pylist(signals, schema=signal_schema(id_type)))
    group(engine, manifest)
    return [
        {
            "accounts": members(engine, ring["ring_id"], "account"),
            "shops": members(engine, ring["ring_id"], "shop"),
        }
        for ring in engine.query("SELECT * FROM rings ORDER BY ring_id").to_pylist()
    ]


def members(engine: Engine, ring_id: str, kind: str) -> set:
    rows = engine.query(
        f"""SELECT subject_id FROM ring_members
            WHERE ring_id = '{ring_id}' AND subject_kind = '{kind}' ORDER BY subject_id"""
    )
    return set(rows["subject_id"].to_pylist())


def bulk(engine: Engine, **tables: Mapping[str, np.ndarray]) -> Manifest:
    """What `build` does, for columns of whole numbers and as many rows as you like."""
    id_types = {
        column.domain: "BIGINT"
        for table in tables
        for column in TABLES[table].columns
        if column.kind is Kind.ID
    }
    for table in TABLES.values():
        source = f"_raw_{table.name}" if table.name in tables else ""
        if source:
            engine.put(source, pa.table(dict(tables[table.name])))
        engine.view(table.name, whole_table_sql(engine, table, source, id_types))
    capabilities = {
        name: TableCapability(
            n_rows=len(next(iter(columns.values()))), fill=dict.fromkeys(columns, 1.0)
        )
        for name, columns in tables.items()
    }
    return Manifest(tables=capabilities, id_types=id_types)


def bulk_orders(n: int, n_accounts: int, n_shops: int, seed: int = 3) -> dict[str, np.ndarray]:
    """Everybody buys anything at any time within sixty days."""
    rng = np.random.default_rng(seed)
    return {
        "order_id": np.arange(n),
        "account_id": rng.integers(0, n_accounts, n),
        "shop_id": rng.integers(0, n_shops, n),
        "placed_at": T0 + rng.integers(0, 60 * DAY, n),
        "paid_minor": np.full(n, 5_000),
    }


def the_ring(rings: list[dict]) -> bool:
    """Whether the planted ring and nobody else was found."""
    return [(ring["accounts"], ring["shops"]) for ring in rings] == [(set(BRUSHERS), set(SHOPS))]


# Too little


@pytest.mark.parametrize(
    "market",
    [
        {},
        {"accounts": [{"account_id": 1}]},
        {"orders": honest()[:1]},
        {"reviews": [{"review_id": 1, "account_id": 2, "item_id": 3, "posted_at": T0}]},
    ],
    ids=["nothing", "nobody bought", "one order", "one review"],
)
def test_next_to_nothing_is_no_ring(engine: Engine, market: Market):
    assert rings_of(engine, build(engine, market)) == []
    assert engine.value("SELECT count(*) FROM ring_members") == 0


# Too much


@pytest.mark.parametrize("n_shops", [1, 300])
def test_an_account_with_a_million_orders_is_no_ring(engine: Engine, n_shops):
    """A wholesaler, a test account, a scraper: one account is nobody's company."""
    orders = bulk_orders(1_020_000, 2_000, n_shops)
    orders["account_id"][:1_000_000] = 77
    with in_time():
        assert rings_of(engine, bulk(engine, orders=orders), []) == []


def test_a_shop_that_sells_everything_is_no_ring(engine: Engine):
    orders = bulk_orders(200_000, 50_000, 1)
    with in_time():
        assert rings_of(engine, bulk(engine, orders=orders), []) == []


def test_families_of_the_only_shop_there_is_are_no_rings(engine: Engine):
    """Eight accounts to a door, a purse and a tablet; all that they can buy is in one shop."""
    orders = bulk_orders(200_000, 50_000, 1)
    for token in ("device_token", "address_token", "payer_token"):
        orders[token] = np.char.add("home-", (orders["account_id"] // 8).astype(str))
    with in_time():
        assert rings_of(engine, bulk(engine, orders=orders), []) == []


def test_a_token_that_everybody_has_ties_nobody(engine: Engine):
    """What a broken export writes for every row."""
    orders = bulk_orders(200_000, 4_000, 300)
    for token in ("device_token", "address_token", "payer_token"):
        orders[token] = np.full(200_000, "0")
    with in_time():
        assert rings_of(engine, bulk(engine, orders=orders), []) == []


@pytest.mark.parametrize("n_shops", [1, 50, 20_000])
def test_a_market_whose_clock_stands_still_is_no_ring(engine: Engine, n_shops):
    orders = bulk_orders(200_000, 50_000, n_shops)
    orders["placed_at"][:] = T0
    with in_time():
        assert rings_of(engine, bulk(engine, orders=orders), []) == []


@pytest.mark.parametrize("at", [0, -T0, 2**62, -(2**62)])
def test_times_out_of_this_world_are_times(engine: Engine, at):
    orders = [{**order, "placed_at": at + order["placed_at"] % DAY} for order in honest()]
    assert rings_of(engine, build(engine, {"orders": orders}), []) == []


# Odd names


@pytest.mark.parametrize(
    "odd",
    [
        "😀{}",
        "账号'{}",
        '"{}"; DROP TABLE orders; --',
        "{}\n\t ",
        "🏳️‍🌈e\u0301\u202e{}",
        "000{}",
        "{}#1",
        "\\{}%_*?[a]",
    ],
)
def test_ids_may_be_any_text(engine: Engine, odd: str):
    orders = [
        {**order, **{key: odd.format(order[key]) for key in ("order_id", "account_id", "shop_id")}}
        for order in honest() + tasks()
    ]
    (ring,) = rings_of(engine, build(engine, {"orders": orders}))
    assert ring["accounts"] == {odd.format(n) for n in BRUSHERS}
    assert ring["shops"] == {odd.format(n) for n in SHOPS}


# Self-loops


def test_accounts_that_invited_themselves_are_no_ring(engine: Engine):
    orders = honest()
    ids = sorted({order["account_id"] for order in orders})
    accounts = [{"account_id": n, "invited_by": n, "registered_at": T0 - DAY} for n in ids]
    manifest = build(engine, {"orders": orders, "accounts": accounts})
    assert rings_of(engine, manifest) == []


def test_money_sent_to_oneself_is_no_ring(engine: Engine):
    """A purse topped up from itself around each order: a wallet's booking, no money back."""
    orders = [{**order, "payer_token": f"purse-{order['account_id']}"} for order in honest()]
    transfers = [
        {"transfer_id": order["order_id"], "from_token": order["payer_token"],
         "to_token": order["payer_token"], "amount_minor": order["paid_minor"],
         "at": order["placed_at"] + HOUR}
        for order in orders
    ]  # fmt: skip
    assert rings_of(engine, build(engine, {"orders": orders, "transfers": transfers})) == []


def test_a_finding_that_rests_on_money_sent_to_oneself_ties_nobody(engine: Engine):
    orders = [
        {**order, "placed_at": T0 + n * DAY // 2, "shop_id": 250, "payer_token": f"purse-{n}"}
        for n, order in enumerate(tasks()[:12])
    ]
    transfers = [
        {"transfer_id": n, "from_token": f"purse-{n}", "to_token": f"purse-{n}",
         "amount_minor": 8_000, "at": T0}
        for n in range(12)
    ]  # fmt: skip
    signals = [
        {"subject_kind": "order", "family": "money", "strength": "E3",
         "subject_id": order["order_id"], "facts": json.dumps({"transfer_ids": [n]})}
        for n, order in enumerate(orders)
    ]  # fmt: skip
    manifest = build(engine, {"orders": honest() + orders, "transfers": transfers})
    assert rings_of(engine, manifest, signals) == []


def test_staff_who_buy_from_their_own_shop_in_their_own_time_are_no_ring(engine: Engine):
    staff = [
        {**order, "order_id": 300_000 + 10 * n + week, "shop_id": 250,
         "placed_at": T0 + week * 7 * DAY + (n * 31) % 7 * DAY + (n * 5 + week * 3) % 12 * HOUR}
        for n, order in enumerate(tasks()[:12])
        for week in range(8)
    ]  # fmt: skip
    accounts = [{"account_id": n, "staff_of_shop_id": 250} for n in BRUSHERS]
    manifest = build(engine, {"orders": honest() + staff, "accounts": accounts})
    assert rings_of(engine, manifest) == []


# Holes and repeats


def blank(table: str, n: int) -> list[dict]:
    """Rows with what is required and NULL in everything else."""
    values = {Kind.TIME: T0, Kind.MONEY: 1, Kind.FLAG: False}
    return [
        {
            column.name: (
                None
                if not column.is_required
                else 700_000 + row
                if column.kind is Kind.ID
                else values.get(column.kind, (*column.allowed, "x")[0])
            )
            for column in TABLES[table].columns
        }
        for row in range(n)
    ]


def test_nothing_optional_is_needed(engine: Engine):
    """Every table is there and every column that may be empty is."""
    market = {table: blank(table, 20) for table in TABLES}
    filled = [{**market["orders"][0], **order, "paid_minor": None} for order in honest() + tasks()]
    manifest = build(engine, {**market, "orders": filled})
    assert the_ring(rings_of(engine, manifest))
    statuses = engine.query("SELECT status FROM coverage")["status"].to_pylist()
    assert "failed" not in statuses


def test_holes_here_and_there_change_no_ring(engine: Engine):
    full = {"device_token": "d", "payer_token": "p", "address_token": "a", "item_id": 1,
            "currency": "CNY", "status": "confirmed", "campaign_id": 1}  # fmt: skip
    orders = [
        {**order, **{key: None if (n + m) % 3 else f"{value}{order['account_id']}"
                     if isinstance(value, str) else value
                     for m, (key, value) in enumerate(full.items())}}
        for n, order in enumerate(honest() + tasks())
    ]  # fmt: skip
    assert the_ring(rings_of(engine, build(engine, {"orders": orders})))


def test_honest_orders_given_three_times_are_no_ring(engine: Engine):
    assert rings_of(engine, build(engine, {"orders": 3 * honest()})) == []


def test_a_ring_whose_orders_are_given_twice_is_the_same_ring(engine: Engine):
    once = rings_of(engine, build(engine, {"orders": honest() + tasks()}))
    assert the_ring(once)
    twice = rings_of(engine, build(engine, {"orders": 2 * (honest() + tasks())}))
    assert the_ring(twice)


def test_orders_given_twice_are_counted_once_from_the_door_on(tmp_path: Path):
    rows = honest() + tasks()
    outs = []
    for times in (1, 2):
        data, out = tmp_path / f"data{times}", tmp_path / f"out{times}"
        data.mkdir()
        pq.write_table(pa.Table.from_pylist(times * rows), data / "orders.parquet")
        assert run_command(["run", str(data), "--out", str(out), "--json"]) == 0
        outs.append([(out / f"{name}.parquet").read_bytes() for name in ("rings", "ring_members")])
    assert outs[0] == outs[1]


# Too little memory


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Path:
    """A run folder in which `detect` has run and three thousand accounts wait for `group`."""
    root = tmp_path_factory.mktemp("memory")
    orders = bulk_orders(60_000, 3_000, 400)
    ring = {key: np.array([order[key] for order in tasks()]) for key in orders}
    (root / "data").mkdir()
    table = pa.concat_tables([pa.table(orders), pa.table(ring)])
    pq.write_table(table, root / "data" / "orders.parquet")
    assert run_command(["collect", str(root / "data"), "--out", str(root / "out"), "--json"]) == 0
    assert run_command(["detect", str(root / "out"), "--json"]) == 0
    return root / "out"


@pytest.mark.parametrize("memory", ["1MB", "4MB", "12MB", "24MB", "48MB", "100MB", "4GB"])
def test_group_in_little_memory_finds_the_same_or_says_what_it_lacks(
    found: Path, tmp_path: Path, capsys, monkeypatch, memory
):
    spill = tmp_path / "spill"
    spill.mkdir()
    out = shutil.copytree(found, tmp_path / "out")
    monkeypatch.setattr("tempfile.tempdir", str(spill))
    with in_time():
        code = run_command(["group", str(out), "--memory", memory, "--threads", "2"])
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert list(spill.iterdir()) == []
    if code == 0:
        rows = pq.read_table(out / "ring_members.parquet").to_pylist()
        accounts = {row["subject_id"] for row in rows if row["subject_kind"] == "account"}
        assert accounts == set(BRUSHERS)
    else:
        assert memory != "4GB", said
        assert (code, "does-not-fit" in said, "--memory" in said) == (1, True, True), said
        assert not (out / "rings.parquet").exists()


@pytest.mark.parametrize(("memory", "must_fit"), [("8MB", False), ("40MB", False), ("2GB", True)])
def test_a_graph_of_all_with_all_ends_whatever_the_memory(memory, must_fit):
    """Shops of forty guests within one minute: pairs outnumber orders twenty to one."""
    orders = bulk_orders(200_000, 50_000, 5_000)
    orders["placed_at"] = T0 + orders["order_id"] % MINUTE
    too_little = nullcontext() if must_fit else suppress(DoesNotFit)
    with in_time(), too_little, DuckDBEngine(memory=memory, threads=2) as engine:
        assert rings_of(engine, bulk(engine, orders=orders), []) == []
