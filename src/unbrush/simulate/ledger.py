"""The ledger: orders, refunds and subsidies of a chunk, and what shops are paid each week."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.fates import Ends
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import CANCELLED, REFUNDED, Sheet
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import OWNER_WALLETS, World

STATUSES = ("paid", "shipped", "delivered", "confirmed", "refunded", "cancelled")
REASONS = (
    "不想要了",
    "尺码不合适",
    "质量问题",
    "与描述不符",
    "发错货",
    "少件漏发",
    "物流太慢",
    "拍错了",
    "商品破损",
    "七天无理由",
)
CANCEL_REASONS = ("拍错了", "不想要了", "地址写错", "重新下单", "优惠券忘用")
WEEK_MS = 7 * DAY_MS
N_WEEKS = N_DAYS // 7 + 1
PLATFORM_FEE = 0.05


def _past(at: Array) -> Array:
    """Hide what happens after the span."""
    return np.where(at < END_AT, at, -1)


def write_orders(
    world: World, sheet: Sheet, ends: Ends, *, order_ids: Array, account_ids: Array, sink: Sink
) -> None:
    """Write the orders of a chunk as the platform knows them at the end of the span."""
    confirmed, closed = _past(ends.confirmed_at), _past(ends.closed_at)
    shipped = _past(sheet["shipped_at"])
    arrived = (sheet["delivered_at"] < END_AT) & (shipped >= 0)
    undone = sheet["fate"] == CANCELLED
    shipped = np.where(undone & (closed >= 0) & (closed < shipped), -1, shipped)
    status = np.where(shipped >= 0, 1, 0)
    status = np.where(arrived, 2, status)
    status = np.where(confirmed >= 0, 3, status)
    status = np.where(closed >= 0, np.where(undone, 5, 4), status)
    n = len(order_ids)
    sink.write(
        "orders",
        {
            "order_id": col.numbers(order_ids),
            "account_id": col.numbers(account_ids[sheet["account"]]),
            "shop_id": col.numbers(ids.FIRST_SHOP + world.items.shop[sheet["item"]]),
            "placed_at": col.numbers(sheet["at"]),
            "item_id": col.numbers(ids.FIRST_ITEM + sheet["item"]),
            "quantity": col.numbers(sheet["quantity"]),
            "paid_minor": col.numbers(sheet["paid_minor"]),
            "currency": col.words(("CNY",), np.zeros(n, np.int32)),
            "paid_at": col.numbers(_past(ends.paid_at)),
            "shipped_at": col.numbers(shipped),
            "confirmed_at": col.numbers(confirmed),
            "closed_at": col.numbers(closed),
            "status": col.words(STATUSES, status),
            "remark": col.words(world.remarks.texts, sheet["remark"]),
            "device_token": col.tokens("dv", sheet["device"]),
            "ip_token": col.tokens("ip", sheet["ip"]),
            "address_token": col.tokens("ad", sheet["address"]),
            "payer_token": col.tokens("wa", sheet["payer"]),
            "campaign_id": col.numbers(_offset(sheet["campaign"], ids.FIRST_CAMPAIGN)),
            "live_session_id": col.numbers(_offset(sheet["live"], ids.FIRST_LIVE)),
            "group_id": col.numbers(_offset(sheet["group"], ids.FIRST_GROUP)),
            "is_gift": col.flags(sheet["is_gift"].astype(np.int8)),
        },
    )


def _offset(index: Array, first: int) -> Array:
    return np.where(index >= 0, index.astype(np.int64) + first, -1)


def write_refunds(
    rng: Rng, sheet: Sheet, ends: Ends, *, order_ids: Array, first: int, sink: Sink
) -> int:
    """Write the refunds of a chunk; return how many."""
    chosen = np.flatnonzero((ends.closed_at >= 0) & (ends.closed_at < END_AT))
    n = len(chosen)
    full = (sheet["fate"][chosen] == CANCELLED) | (rng.random(n) < 0.85)
    share = np.where(full, 1.0, rng.uniform(0.1, 0.6, n))
    amount = np.maximum(1, (sheet["paid_minor"][chosen] * share).astype(np.int64))
    late = rng.integers(0, len(REASONS), n)
    early = rng.integers(0, len(CANCEL_REASONS), n)
    reason = np.where(sheet["fate"][chosen] == REFUNDED, late, len(REASONS) + early)
    sink.write(
        "refunds",
        {
            "refund_id": col.numbers(first + np.arange(n)),
            "order_id": col.numbers(order_ids[chosen]),
            "amount_minor": col.numbers(amount),
            "at": col.numbers(ends.closed_at[chosen]),
            "reason": col.words((*REASONS, *CANCEL_REASONS), reason),
        },
    )
    return n


def write_subsidies(sheet: Sheet, *, order_ids: Array, first: int, sink: Sink) -> int:
    """Write the subsidies of a chunk; return how many."""
    chosen = np.flatnonzero(sheet["subsidy_minor"] > 0)
    n = len(chosen)
    funder = (order_ids[chosen] % 4 == 0).astype(np.int32)
    sink.write(
        "subsidies",
        {
            "grant_id": col.numbers(first + np.arange(n)),
            "order_id": col.numbers(order_ids[chosen]),
            "campaign_id": col.numbers(_offset(sheet["campaign"][chosen], ids.FIRST_CAMPAIGN)),
            "amount_minor": col.numbers(sheet["subsidy_minor"][chosen]),
            "at": col.numbers(sheet["at"][chosen]),
            "funder": col.words(("platform", "shop"), funder),
        },
    )
    return n


def due(world: World, sheet: Sheet, ends: Ends) -> Array:
    """Return what each shop (row) earned in each week (column) by confirmed orders, in fen."""
    earned = (ends.confirmed_at >= 0) & (ends.confirmed_at < END_AT)
    week = (ends.confirmed_at[earned] - START_AT) // WEEK_MS
    cell = world.items.shop[sheet["item"][earned]] * N_WEEKS + np.clip(week, 0, N_WEEKS - 1)
    amount = sheet["paid_minor"][earned].astype(np.float64)
    size = world.shops.n * N_WEEKS
    return np.bincount(cell, weights=amount, minlength=size).reshape(world.shops.n, N_WEEKS)


def write_payouts(world: World, owed: Array, sink: Sink) -> None:
    """Pay every shop what it earned, each week after the week's end, less the platform's fee."""
    shop, week = np.nonzero(owed.T[:-1].T >= 1)
    order = np.lexsort((shop, week))
    shop, week = shop[order], week[order]
    amount = (owed[shop, week] * (1 - PLATFORM_FEE)).astype(np.int64)
    at = START_AT + (week + 1) * WEEK_MS + 10 * 3_600_000 + shop * 37
    paid = (at < END_AT) & (amount > 0)
    n = int(paid.sum())
    sink.write(
        "payouts",
        {
            "payout_id": col.numbers(ids.FIRST_PAYOUT + np.arange(n)),
            "shop_id": col.numbers(ids.FIRST_SHOP + shop[paid]),
            "amount_minor": col.numbers(amount[paid]),
            "at": col.numbers(at[paid]),
            "bank_token": col.tokens("wa", OWNER_WALLETS + world.shops.owner[shop[paid]]),
            "held": col.flags(np.zeros(n, np.int8)),
        },
    )
