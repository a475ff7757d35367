"""A day added to a market that was grouped before: the same rings, under the same names."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0
from unbrush.base.engine import Engine
from unbrush.base.errors import DoesNotFollow, NotReady, UsageError
from unbrush.base.evidence import COVERAGE, signal_schema
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.group.names import keep_names
from unbrush.group.near import near
from unbrush.run import Source, run_collect, run_stage

N_HONEST, N_SHOPS, DAYS = 6_000, 300, 60
SHOPS = [901, 902, 903, 904, 905, 906]
LAST = T0 + (DAYS - 1) * DAY
KEY = b"a key that is long enough"


def honest(seed: int = 5) -> list[dict]:
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, N_SHOPS + 1)
    shops = rng.choice(N_SHOPS, N_HONEST, p=popularity / popularity.sum()) + 1
    accounts = rng.geometric(0.002, N_HONEST)
    times = T0 + rng.integers(0, DAYS * DAY, N_HONEST)
    return [order(i, *row) for i, row in enumerate(zip(accounts, shops, times, strict=True))]


def order(number: int, account: int, shop: int, at: int, device: str = "") -> dict:
    return {
        "order_id": int(number),
        "account_id": int(account),
        "shop_id": int(shop),
        "placed_at": int(at),
        "device_token": device,
    }


def tasks(brushers, shops, first_at: int, every: int = 5 * DAY, device: str = "") -> list[dict]:
    """Every brusher orders in every shop, one shop each ``every``."""
    return [
        order(
            100_000 * shop + brusher,
            brusher,
            shop,
            first_at + place * every + 10 * HOUR + (brusher % 100) * 3 * MINUTE,
            device,
        )
        for place, shop in enumerate(shops)
        for brusher in brushers
    ]


def grouped(
    engine: Engine,
    root: Path,
    orders: list[dict],
    *,
    since: Path | None = None,
    key: bytes = KEY,
) -> Path:
    """Collect orders as a platform exports them, and group them without any signal."""
    data = root.with_name(f"{root.name}-data")
    data.mkdir()
    names = ("order_id", "account_id", "shop_id", "placed_at", "device_token")
    titles = ",".join(names).replace("device_token", "device_id")
    rows = [",".join(str(row[name]) for name in names) for row in orders]
    (data / "orders.csv").write_text("\n".join([titles, *rows]) + "\n", encoding="utf-8")
    source = Source(path=data, now_ms=LAST + 30 * DAY, key=key)
    run_collect(engine, source, RunFolder(root))
    for name, schema in (("signals", signal_schema(pa.int64())), ("coverage", COVERAGE)):
        engine.put("_nothing", schema.empty_table())
        engine.write("SELECT * FROM _nothing", root / f"{name}.parquet")
    run_stage(engine, "group", RunFolder(root), since=RunFolder(since) if since else None)
    return root


def rings_of(engine: Engine, root: Path) -> dict[str, set[int]]:
    members = engine.query(
        f"""SELECT ring_id, subject_id FROM {engine.scan(root / "ring_members.parquet")}
            WHERE subject_kind = 'account'"""
    ).to_pylist()
    rings: dict[str, set[int]] = {}
    for member in members:
        rings.setdefault(member["ring_id"], set()).add(member["subject_id"])
    return rings


def until(orders: list[dict], at: int) -> list[dict]:
    return [row for row in orders if row["placed_at"] <= at]


FIRST = range(90_001, 90_013)
SECOND = range(91_001, 91_013)


def both_ways(engine: Engine, tmp_path: Path, before: list[dict], now: list[dict]):
    """Rings yesterday, today from scratch, and today since yesterday."""
    was = grouped(engine, tmp_path / "was", before)
    scratch = grouped(engine, tmp_path / "scratch", now)
    update = grouped(engine, tmp_path / "update", now, since=was)
    return [rings_of(engine, root) for root in (was, scratch, update)]


def test_a_ring_of_which_nothing_is_new_stays_as_it_was(engine, tmp_path):
    market = honest() + tasks(FIRST, SHOPS, T0)
    was, scratch, update = both_ways(engine, tmp_path, until(market, LAST), market)
    assert was == scratch == update
    assert list(was.values()) == [set(FIRST)]


def test_a_ring_that_today_completes_is_found_today(engine, tmp_path):
    market = honest() + tasks(SECOND, SHOPS[:3], LAST - 10 * DAY)
    was, scratch, update = both_ways(engine, tmp_path, until(market, LAST - 5 * DAY), market)
    assert not was
    assert list(scratch.values()) == [set(SECOND)]
    assert update == scratch


def test_strangers_who_join_a_ring_that_rests_are_found(engine, tmp_path):
    joining = tasks(range(92_001, 92_005), SHOPS, LAST, every=HOUR)
    market = honest() + tasks(FIRST, SHOPS, T0) + joining
    was, scratch, update = both_ways(engine, tmp_path, until(market, LAST), market)
    assert list(was.values()) == [set(FIRST)]
    assert list(scratch.values()) == [set(FIRST) | set(range(92_001, 92_005))]
    assert update == scratch


def test_a_token_that_today_is_shared_ties_whom_it_tied_before(engine, tmp_path):
    shared = tasks(range(93_001, 93_009), [907], LAST - 20 * DAY, device="d1")
    more = tasks(range(93_009, 93_013), [907], LAST, device="d1")
    market = honest() + shared + more
    was, scratch, update = both_ways(engine, tmp_path, until(market, LAST), market)
    assert list(was.values()) == [set(range(93_001, 93_009))]
    assert list(scratch.values()) == [set(range(93_001, 93_013))]
    assert update == scratch


def test_rows_that_come_late_are_seen(engine, tmp_path):
    late = tasks(SECOND, SHOPS, T0)
    market = honest() + tasks(FIRST, [911, 912, 913, 914], T0)
    was, scratch, update = both_ways(engine, tmp_path, market, market + late)
    assert len(was) == 1
    assert len(scratch) == 2
    assert update == scratch


def test_a_ring_whose_orders_were_withdrawn_goes(engine, tmp_path):
    market = honest()
    was, scratch, update = both_ways(engine, tmp_path, market + tasks(FIRST, SHOPS, T0), market)
    assert len(was) == 1
    assert scratch == update == {}


def test_a_name_outlives_an_earlier_member(engine, tmp_path):
    """Whoever joins late brings an order that is older than all: the name would be another."""
    market = honest() + tasks(FIRST, SHOPS, T0 + 5 * DAY)
    elder = tasks([94_001], SHOPS, T0)
    was, scratch, update = both_ways(engine, tmp_path, market, market + elder)
    assert list(scratch) != list(was)
    assert list(update) == list(was)
    assert list(update.values()) == list(scratch.values()) == [set(FIRST) | {94_001}]


def test_nothing_is_named_where_nothing_is_planted(engine, tmp_path):
    market = honest()
    was, scratch, update = both_ways(engine, tmp_path, until(market, LAST), market)
    assert was == scratch == update == {}


def test_names_go_to_whoever_holds_half_and_most(engine):
    engine.create("_own", "SELECT * FROM (VALUES (1, 'c'), (2, 'b'), (3, 'a')) t(unit, name)")
    was = "SELECT * FROM (VALUES ('a', 1), ('a', 2), ('a', 3), ('a', 4), ('b', 5), ('b', 6), "
    was += "('b', 7)) t(name, account)"
    now = "SELECT * FROM (VALUES (1, 1), (1, 2), (1, 3), (2, 5), (3, 4)) t(unit, account)"
    keep_names(engine, "_own", was, now)
    names = {row["unit"]: row["name"] for row in engine.query("SELECT * FROM _own").to_pylist()}
    # 1 holds three of a's four; 2 one of b's three, but nobody else is b; 3 would be a second a.
    assert names == {1: "a", 2: "b", 3: "a-2"}


def test_near_are_those_who_share_unlikely_shops():
    # 0 is fresh; 1 shares three shops with it, 2 two; everybody else has his own.
    account = [0, 0, 0, 1, 1, 1, 2, 2, *range(3, 60)]
    shop = [0, 1, 2, 0, 1, 2, 0, 1, *range(3, 60)]
    rows = np.array(account, np.int32), np.array(shop, np.int32)
    fresh = np.array([0], np.int32)
    assert near(*rows, fresh, taste=2.0, min_shared=3).tolist() == [0, 1]
    assert near(*rows, fresh, taste=2.0, min_shared=2).tolist() == [0, 1, 2]
    assert not len(near(*rows, fresh, taste=60.0, min_shared=2)[1:]), "nothing is unlikely then"


SMALL = [order(n, n % 7, n % 3, T0 + n * HOUR, device="d") for n in range(40)]


def test_it_says_why_it_cannot_go_on(engine, tmp_path):
    was = grouped(engine, tmp_path / "was", SMALL[:30])
    out = grouped(engine, tmp_path / "out", SMALL)

    def since(path: Path, match: str, kind: type[Exception]) -> None:
        with pytest.raises(kind, match=match):
            run_stage(engine, "group", RunFolder(out), since=RunFolder(path))

    since(tmp_path / "nowhere", "holds no run", NotReady)
    since(out, "itself", UsageError)
    newer = grouped(engine, tmp_path / "newer", [*SMALL, order(99, 1, 1, LAST)])
    since(newer, "only up to", DoesNotFollow)
    other = grouped(engine, tmp_path / "other", SMALL[:30], key=b"another key, as long as it is")
    since(other, "another key", DoesNotFollow)
    assert (out / "rings.parquet").is_file(), "what is there stays"
    foreign = [{**row, "order_id": row["order_id"] + 500} for row in SMALL[:30]]
    since(grouped(engine, tmp_path / "foreign", foreign), "another market", DoesNotFollow)
    (was / "state" / "blocks.parquet").unlink()
    since(was, "state/blocks.parquet", NotReady)


def test_the_state_has_real_ids_and_goes_with_what_it_was_made_of(engine, tmp_path):
    root = grouped(engine, tmp_path / "was", honest() + tasks(FIRST, SHOPS, T0))
    held = engine.query(f"SELECT * FROM {engine.scan(root / 'state/block_accounts.parquet')}")
    assert set(held["account_id"].to_pylist()) == set(FIRST)
    run_collect(engine, Source(path=root, now_ms=LAST + 30 * DAY), RunFolder(tmp_path / "copy"))
    assert not (tmp_path / "copy" / "state").exists()
    grouped_again = Source(path=tmp_path / "was-data", now_ms=LAST + 30 * DAY, key=KEY)
    run_collect(engine, grouped_again, RunFolder(root))
    assert not list((root / "state").glob("*"))
    assert Manifest.read(root / "manifest.json").key_fingerprint
