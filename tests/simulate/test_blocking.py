"""Blocking a payer: counted by hand on six transfers."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.blocking import joined, tried_blocks
from unbrush.simulate.planting import Money
from unbrush.simulate.scale import sizes_of
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World, create

PAYER, OTHER = 900, 901


def paid(world: World, rows: list[tuple[int, int, int, int]], channel: str) -> Money:
    """Return transfers of (sender, receiver, amount, day)."""
    sender, receiver, amount, day = np.array(rows).T
    return money(
        world,
        sender=sender,
        receiver=receiver,
        amount_minor=amount,
        at=START_AT + day * DAY_MS,
        channel=channel,
        memo="",
    )


def test_a_block_stops_cash_back_and_hits_those_who_get_none():
    world = create(sizes_of(1_000), seed=1, level=0)
    cash = paid(world, [(PAYER, 1, 500, 5), (PAYER, 2, 700, 50), (OTHER, 3, 900, 50)], "own")
    honest = joined(
        [
            paid(world, [(PAYER, 1, 300, 10), (PAYER, 4, 200, 10)], "own"),
            paid(world, [(PAYER, 4, 100, 70), (77, 5, 50, 10)], "red-packet"),
            paid(world, [(77, 6, 50, 30)], "own"),
        ]
    )
    found = tried_blocks(
        world, cash, honest, payers=np.array([PAYER, OTHER]), channels=["own", "none"]
    )

    def told(entry: dict) -> list[tuple]:
        names = ("from_day", "stopped_minor", "n_stopped", "innocents", "innocent_minor")
        return [tuple(block[name] for name in names) for block in entry["blocks"]]

    # Wallet 1 is paid for praise by the same hand, so it is not innocent; wallet 4 is.
    first, second = found["payers"]
    assert first["payer"] == "wa900"
    assert told(first) == [(0, 1_200, 2, 1, 300), (20, 700, 1, 1, 100), (40, 700, 1, 1, 100),
                           (60, 0, 0, 1, 100)]  # fmt: skip
    assert told(second)[0] == (0, 900, 1, 0, 0)
    assert told(found["all_payers"])[0] == (0, 2_100, 3, 1, 300)
    own, none = found["channels"]
    assert told(own)[0] == (0, 2_100, 3, 2, 250)
    assert told(own)[1] == (20, 1_600, 2, 1, 50)
    assert told(none)[0] == (0, 0, 0, 0, 0)
    assert first["blocks"][0]["innocent_share"] == round(1 / world.people.n, 6)


def test_what_falls_outside_the_span_is_not_seen():
    world = create(sizes_of(1_000), seed=1, level=0)
    last = (END_AT - START_AT) // DAY_MS
    seen = joined([paid(world, [(1, 2, 5, -1), (1, 2, 6, 0), (1, 2, 7, last)], "own")])
    assert seen.amount_minor.tolist() == [6]
