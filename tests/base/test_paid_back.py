"""Money back: sums before sets, terms of the shop, and who takes the fee."""

import pyarrow as pa
import pytest

from tests.worlds import DAY, T0
from unbrush.base.money.paid_back import paid_back_sql


def claims(engine, bought, returns, **how) -> set[tuple]:
    """Orders as (account, day, price), returns as (account, day, sum), all of one shop."""
    engine.put(
        "bought",
        pa.Table.from_pylist(
            [
                {
                    "order_id": n,
                    "account_id": account,
                    "shop_id": 1,
                    "placed_at": T0 + day * DAY,
                    "paid_minor": paid,
                    "until_at": T0 + (day + 10) * DAY,
                }
                for n, (account, day, paid) in enumerate(bought)
            ]
        ),
    )
    engine.put(
        "returns",
        pa.Table.from_pylist(
            [
                {
                    "transfer_id": n,
                    "payer": 1,
                    "purse": account,
                    "amount_minor": amount,
                    "at": T0 + day * DAY,
                    "account_id": account,
                }
                for n, (account, day, amount) in enumerate(returns)
            ]
        ),
    )
    terms = {"low": 0.9, "high": 1.5, "tolerance": 0.02, "takes": "more", "max_set": 12, **how}
    rows = engine.query(
        f"WITH {paid_back_sql(**terms)} SELECT DISTINCT order_id, transfer_id FROM claims"
    ).to_pylist()
    return {(row["order_id"], row["transfer_id"]) for row in rows}


def test_a_lump_pays_all_orders_of_its_stretch(engine):
    found = claims(engine, [(1, 0, 1_000), (1, 2, 3_000)], [(1, 5, 4_000)])
    assert {order for order, _ in found} == {0, 1}
    assert {transfer for _, transfer in found} == {0, None}  # it stands with the latest order


def test_parts_are_added_up_where_other_money_spoils_the_sum(engine):
    returns = [(1, 1, 400), (1, 2, 600), (1, 3, 77_777)]
    assert claims(engine, [(1, 0, 1_000)], returns) == {(0, 0), (0, 1)}


def test_money_after_the_last_moment_is_none(engine):
    assert claims(engine, [(1, 0, 1_000)], [(1, 11, 1_000)]) == set()


@pytest.mark.parametrize(
    ("takes", "share", "is_found"),
    [("more", 1.0, True), ("more", 1.1, True), ("less", 0.95, True), ("less", 1.0, False)],
)
def test_the_fee_goes_one_way_only(engine, takes, share, is_found):
    bounds = {"low": 0.8, "high": 0.999} if takes == "less" else {}
    bought = [(n, 0, 1_000 * (n + 1)) for n in range(4)]
    returns = [(n, 1, round(1_000 * (n + 1) * share)) for n in range(4)]
    found = claims(engine, bought, returns, takes=takes, **bounds)
    assert {order for order, _ in found} == (set(range(4)) if is_found else set())


def test_of_equal_prices_the_latest_order_was_paid_back(engine):
    """An old customer bought the same before; the sum of all its orders does not fit."""
    bought = [(1, 0, 1_000), (1, 6, 1_000), (1, 7, 55_555)]
    assert claims(engine, bought, [(1, 9, 1_000)]) == {(1, 0)}


def test_a_transfer_pays_one_order_only(engine):
    returns = [(1, 1, 1_000), (1, 3, 50_000)]
    found = claims(engine, [(1, 0, 1_000), (1, 0, 1_010)], returns)
    assert found == {(0, 0)}
