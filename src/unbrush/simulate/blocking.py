"""Blocking: what it would stop, and whom it would hit, if payers or channels were closed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Array
from unbrush.simulate.planting import Money
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.world import World

BLOCKED_FROM = (0, 20, 40, 60)
"""Days of the span from which a block is tried."""


def joined(parts: Sequence[Money]) -> Money:
    """Return all transfers that fall into the span."""
    names = ("sender", "receiver", "amount_minor", "at", "channel", "memo")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    seen = (columns[3] >= START_AT) & (columns[3] < END_AT)
    return Money(*(column[seen] for column in columns))


def tried_blocks(
    world: World, cash: Money, honest: Money, *, payers: Array, channels: Sequence[str]
) -> dict[str, Any]:
    """Try to close each payer, all of them, and each channel.

    Money is in fen, people are counted by wallet, shares are of the market's accounts. Innocent is
    who is paid honestly there and gets no cash-back there.

    Args:
        world: The market.
        cash: Cash-back as transfers show it, within the span; see `joined`.
        honest: What else is paid by the same hands and through the same channels.
        payers: Wallets.
        channels: Channels by name.

    Returns:
        ``payers`` and ``channels``, one entry each, and ``all_payers``; each has ``blocks``: from
        several days of the span on, what would have been stopped and who would have been hit.
    """
    texts = np.array([*world.phrases.texts, ""])  # the last is for what has no channel

    def tried(stops: Array, hits: Array) -> list[dict[str, Any]]:
        return [_tried(world, cash, honest, stops, hits, day) for day in BLOCKED_FROM]

    return {
        "payers": [
            {"payer": f"wa{payer}", "blocks": tried(cash.sender == payer, honest.sender == payer)}
            for payer in map(int, payers)
        ],
        "channels": [
            {
                "channel": channel,
                "blocks": tried(texts[cash.channel] == channel, texts[honest.channel] == channel),
            }
            for channel in channels
        ],
        "all_payers": {
            "blocks": tried(np.isin(cash.sender, payers), np.isin(honest.sender, payers))
        },
    }


def _tried(
    world: World, cash: Money, honest: Money, stops: Array, hits: Array, day: int
) -> dict[str, Any]:
    since = START_AT + day * DAY_MS
    stopped = stops & (cash.at >= since)
    hit = hits & (honest.at >= since) & ~np.isin(honest.receiver, cash.receiver[stops])
    n_hit = len(np.unique(honest.receiver[hit]))
    return {
        "from_day": day,
        "stopped_minor": int(cash.amount_minor[stopped].sum()),
        "n_stopped": int(stopped.sum()),
        "innocents": n_hit,
        "innocent_minor": int(honest.amount_minor[hit].sum()),
        "innocent_share": round(n_hit / world.people.n, 6),
    }
