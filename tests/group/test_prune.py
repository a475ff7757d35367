"""Pruning loses nothing: on markets that the simulator makes, and on deeds by hand."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.group.test_bad_input import bulk
from tests.group.test_blocks import plain
from tests.worlds import DAY, HOUR, T0, build
from unbrush.base.engine import Engine
from unbrush.base.progress import silent
from unbrush.group.blocks import blocks
from unbrush.group.deeds import make_deeds
from unbrush.group.lockstep import WINDOWS_MS, lockstep
from unbrush.group.params import Params
from unbrush.group.prune import Pruned, forget, prune, rest_of
from unbrush.simulate import simulate

LEVELS = (0, 3)


@pytest.fixture(scope="module", params=LEVELS)
def folder(request, tmp_path_factory) -> Path:
    """A market of ten thousand orders, with everything that its level plants."""
    out = tmp_path_factory.mktemp("market")
    simulate(out, n_orders=10_000, seed=5, level=request.param)
    return out


@pytest.fixture
def channels(engine: Engine, folder: Path) -> list[str]:
    """Channels of the deeds of a simulated market, which are in the engine."""
    tables = {
        name: dict(zip(table.schema.names, table.columns, strict=True))
        for name in ("orders", "reviews", "interactions", "items")
        for table in [pq.read_table(folder / f"{name}.parquet")]
    }
    return make_deeds(engine, bulk(engine, **tables))


def deeds_of(engine: Engine, channel: str) -> list[np.ndarray]:
    rows = engine.query(
        f"""SELECT account, shop, done_at FROM _deeds
            WHERE channel = '{channel}' AND NOT is_bargain ORDER BY ALL"""
    )
    return [rows[name].to_numpy() for name in ("account", "shop", "done_at")]


def company(pairs: set[tuple[int, int]]) -> set[int]:
    """Accounts with two shops or more that three of them or more have, by hand."""
    while True:
        accounts, shops = ([pair[side] for pair in pairs] for side in (0, 1))
        n_shops = {a: accounts.count(a) for a in set(accounts)}
        n_accounts = {s: shops.count(s) for s in set(shops)}
        left = {(a, s) for a, s in pairs if n_shops[a] >= 2 and n_accounts[s] >= 3}
        if left == pairs:
            return set(n_shops)
        pairs = left


def test_no_planted_account_with_two_shops_in_company_is_pruned(
    engine: Engine, folder: Path, channels: list[str]
):
    planted = engine.query(
        f"""SELECT DISTINCT account, shop FROM {engine.scan(folder / "truth" / "labels.parquet")} l
            JOIN orders o ON l.subject_kind = 'order' AND l.is_fake
                AND CAST(o.order_id AS VARCHAR) = CAST(l.subject_id AS VARCHAR)
            JOIN _accounts USING (account_id)
            JOIN (SELECT DISTINCT shop, shop_id FROM _deeds) USING (shop_id)"""
    )
    pairs = set(zip(planted["account"].to_pylist(), planted["shop"].to_pylist(), strict=True))
    known = set(zip(*(part.tolist() for part in deeds_of(engine, "bought")[:2]), strict=True))
    expected = company(pairs & known)
    assert expected
    left = set(prune(engine, "bought").account.tolist())
    assert expected <= left


def test_blocks_are_the_same_with_and_without_pruning(engine: Engine, channels: list[str]):
    """Bounds are so low that even what is no ring is compared."""
    options = {"min_accounts": 3, "min_targets": 2, "max_chance": 1e6}
    n_found = 0
    for channel in channels:
        account, shop, done_at = deeds_of(engine, channel)
        pruned = prune(engine, channel)
        assert len(pruned.account) < len(account)
        for window_ms in WINDOWS_MS:
            whole = blocks(
                account, shop, window=done_at // window_ms if window_ms else None, **options
            )
            part = blocks(
                pruned.account,
                pruned.shop,
                window=pruned.done_at // window_ms if window_ms else None,
                rest=rest_of(engine, pruned, window_ms),
                **options,
            )
            assert plain(part) == plain(whole)
            n_found += len(whole)
        forget(engine)
    assert n_found, "nothing was compared"


def test_the_report_counts_what_was_looked_at(engine: Engine, channels: list[str]):
    lockstep(engine, channels, Params(), silent)
    rows = engine.query("SELECT * FROM searches").to_pylist()
    assert [(r["channel"], r["window_ms"]) for r in rows] == [
        (channel, window_ms) for channel in channels for window_ms in WINDOWS_MS
    ]
    for row in rows:
        account, *_ = deeds_of(engine, row["channel"])
        left = prune(engine, row["channel"]).account
        assert row["n_deeds"] == len(account)
        assert row["n_accounts"] == len(set(account.tolist()))
        assert row["n_deeds_left"] == len(left) == np.isin(account, left).sum()
        assert row["n_accounts_left"] == len(set(left.tolist()))
        found = engine.value(
            f"""SELECT count(*) FROM _blocks
                WHERE channel = '{row["channel"]}' AND window_ms = {row["window_ms"]}"""
        )
        assert row["n_blocks"] == found


# By hand


def pruned_of(engine: Engine, deeds: list[tuple[int, int, int]]) -> Pruned:
    """Prune orders given as account, shop and time."""
    orders = [
        {"order_id": n, "account_id": a, "shop_id": s, "placed_at": T0 + at}
        for n, (a, s, at) in enumerate(deeds)
    ]
    make_deeds(engine, build(engine, {"orders": orders}))
    return prune(engine, "bought")


def test_who_goes_and_what_is_kept_of_them(engine: Engine):
    """Accounts 1 to 3 meet in shops 1 and 2; 4 knows one shop, 5 another that nobody has."""
    meetings = [(a, s, a * HOUR) for a in (1, 2, 3) for s in (1, 2)]
    others = [(4, 1, 9 * DAY), (4, 1, DAY), (5, 1, 2 * DAY), (5, 3, 0), (5, 3, DAY)]
    pruned = pruned_of(engine, meetings + others)
    assert sorted(zip(pruned.account.tolist(), pruned.shop.tolist(), strict=True)) == [
        (a, s) for a in (0, 1, 2) for s in (0, 1)
    ]
    assert (pruned.n_deeds, pruned.n_accounts) == (11, 5)
    rest = rest_of(engine, pruned, 0)
    assert (rest.target.tolist(), rest.crowd.tolist()) == ([0, 2], [2, 1])
    assert rest.n_accounts == 2
    daily = rest_of(engine, pruned, DAY)
    day = T0 // DAY
    assert list(zip(daily.target.tolist(), (daily.window - day).tolist(), strict=True)) == [
        (0, 1), (0, 2), (2, 0),
    ]  # fmt: skip
    assert daily.crowd.tolist() == [1, 1, 1]


def test_windows_before_1970_are_those_of_the_search(engine: Engine):
    early = -T0 - 3 * DAY - HOUR
    pruned = pruned_of(engine, [(a, s, early) for a in (1, 2, 3) for s in (1, 2)] + [(4, 1, early)])
    slots = set((pruned.done_at // DAY).tolist())
    assert set(rest_of(engine, pruned, DAY).window.tolist()) == slots == {-4}
