"""Transfers between people: the honest ones of every day, and those that plans brought about."""

from collections.abc import Sequence

import numpy as np

from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array, Rng, around, pick
from unbrush.simulate.planting import Money
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sink import Sink
from unbrush.simulate.world import World

PER_ORDER = 0.12
CHUNK = 500_000
_ROUND = np.array(
    [
        520,
        600,
        660,
        880,
        1_000,
        1_314,
        1_888,
        2_000,
        5_000,
        5_200,
        6_600,
        8_800,
        10_000,
        20_000,
        50_000,
    ]
)
_MEMOS = ("转账", "红包", "饭钱", "房租", "还你", "车费", "生日快乐", "份子钱", "货款", "运费")
_CHANNELS = ("transfer", "red-packet", "bank")


def write_transfers(world: World, rng: Rng, planted: Sequence[Money], sink: Sink) -> None:
    """Write all transfers in the order of time; those after the span are not seen."""
    everyday = [_among_people(world, rng), _to_suppliers(world, rng)]
    joined = {
        name: np.concatenate([getattr(money, name) for money in (*everyday, *planted)])
        for name in ("sender", "receiver", "amount_minor", "at", "channel", "memo")
    }
    seen = np.flatnonzero((joined["at"] < END_AT) & (joined["at"] >= START_AT))
    seen = seen[np.argsort(joined["at"][seen], kind="stable")]
    for start in range(0, len(seen), CHUNK):
        chosen = seen[start : start + CHUNK]
        sink.write(
            "transfers",
            {
                "transfer_id": col.numbers(ids.FIRST_TRANSFER + start + np.arange(len(chosen))),
                "from_token": col.tokens("wa", joined["sender"][chosen]),
                "to_token": col.tokens("wa", joined["receiver"][chosen]),
                "amount_minor": col.numbers(joined["amount_minor"][chosen]),
                "at": col.numbers(joined["at"][chosen]),
                "channel": col.words(world.phrases.texts, joined["channel"][chosen]),
                "memo": col.words(world.phrases.texts, joined["memo"][chosen]),
            },
        )


def _among_people(world: World, rng: Rng) -> Money:
    """Friends and families: red packets of round amounts, shared bills of any."""
    n = round(world.sizes.n_orders * PER_ORDER)
    sender = pick(rng, world.people.share, n)
    # People pay the same few others: their neighbours in the list of accounts.
    receiver = (sender + rng.integers(1, 6, n)) % world.people.n_ordinary
    is_round = rng.random(n) < 0.45
    bill = np.clip(around(rng, 6_500, 1.2, n), 50, 5_000_000).astype(np.int64)
    amount = np.where(is_round, _ROUND[rng.integers(0, len(_ROUND), n)], bill)
    memo = world.phrases.add(_MEMOS)[rng.integers(0, len(_MEMOS) - 2, n)]
    channel = world.phrases.add(_CHANNELS)[np.where(is_round & (rng.random(n) < 0.7), 1, 0)]
    at = moments(rng, rng.integers(0, N_DAYS, n))
    card = world.people["card"]
    return Money(card[sender], card[receiver], amount, at, channel, memo)


def _to_suppliers(world: World, rng: Rng) -> Money:
    """Shops pay for goods and freight."""
    n = max(20, round(world.sizes.n_orders * 0.015))
    shop = pick(rng, world.shops.share, n)
    suppliers = world.wallets(max(5, world.shops.n // 6))
    memo = world.phrases.add(_MEMOS)[len(_MEMOS) - 2 + rng.integers(0, 2, n)]
    channel = world.phrases.add(_CHANNELS)[np.full(n, 2)]
    amount = np.clip(around(rng, 480_000, 1.3, n), 5_000, 90_000_000).astype(np.int64)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    receiver = suppliers[(shop * 7 + rng.integers(0, 3, n)) % len(suppliers)]
    return Money(world.owner_wallet(shop), receiver, amount, at, channel, memo)


def money(
    world: World,
    *,
    sender: Array,
    receiver: Array,
    amount_minor: Array,
    at: Array,
    channel: str,
    memo: str,
) -> Money:
    """Return transfers that share a channel (empty for unknown) and a memo (empty for none)."""
    n = len(at)
    said = world.phrases.add([channel, memo])
    return Money(
        sender=np.broadcast_to(sender, n).astype(np.int64),
        receiver=np.broadcast_to(receiver, n).astype(np.int64),
        amount_minor=np.maximum(1, amount_minor).astype(np.int64),
        at=at.astype(np.int64),
        channel=np.full(n, said[0] if channel else -1),
        memo=np.full(n, said[1] if memo else -1),
    )
