"""Candidates by hand: which of them are one ring, and which rings are beyond chance."""

import math

import pyarrow as pa
import pytest

from unbrush.base.engine import Engine
from unbrush.group.assemble import assemble
from unbrush.group.lockstep import BLOCKS, WINDOWS_MS
from unbrush.group.params import Params

SURE = -50.0
COMPANY = pa.schema(
    [
        ("kind", pa.string()), ("token", pa.string()), ("shop_id", pa.int64()),
        ("account", pa.int64()), ("n_seen", pa.int64()), ("n_expected", pa.float64()),
        ("n_tested", pa.int64()),
    ]
)  # fmt: skip
N_SEARCHES = len(WINDOWS_MS) + 2


def rings_of(engine: Engine, *, blocks=(), companies=(), **options) -> list[dict]:
    """Assembled rings: accounts, kinds of each, ln_q; blocks are (accounts, ln_chance), companies
    (kind, token, accounts, n_expected)."""
    rows = [
        {
            "block": n, "channel": "bought", "window_ms": 0, "n_seen": 50, "n_expected": 1.0,
            "ln_chance": chance, "robustness": 3.0,
        }
        for n, (_, chance) in enumerate(blocks)
    ]  # fmt: skip
    engine.put("_blocks", pa.Table.from_pylist(rows, schema=BLOCKS))
    members = [(n, a) for n, (accounts, _) in enumerate(blocks) for a in accounts]
    engine.put(
        "_block_accounts",
        pa.table(
            {
                "block": pa.array([n for n, _ in members], pa.int64()),
                "account": pa.array([a for _, a in members], pa.int64()),
            }
        ),
    )
    held = [
        {
            "kind": kind, "token": token, "shop_id": 1, "account": a, "n_seen": len(accounts),
            "n_expected": mean, "n_tested": 10,
        }
        for kind, token, accounts, mean in companies
        for a in accounts
    ]  # fmt: skip
    engine.put("_companies", pa.Table.from_pylist(held, schema=COMPANY))
    assemble(engine, ["bought"], Params(**options))
    members = engine.query('SELECT * FROM _members ORDER BY "group", node').to_pylist()
    rings = engine.query('SELECT * FROM _tested ORDER BY "group"').to_pylist()
    assert {m["group"] for m in members} == {r["group"] for r in rings}
    return [
        {**ring, "members": [m for m in members if m["group"] == ring["group"]]} for ring in rings
    ]


def accounts_of(rings: list[dict]) -> list[list[int]]:
    return sorted([m["node"] for m in ring["members"]] for ring in rings)


def span(first: int, n: int) -> list[int]:
    return list(range(first, first + n))


# One ring or two


@pytest.mark.parametrize(("n_shared", "n_rings"), [(0, 2), (1, 2), (4, 2), (5, 1), (10, 1)])
def test_half_of_the_smaller_makes_two_candidates_one_ring(engine: Engine, n_shared, n_rings):
    ours, theirs = span(0, 40), span(40 - n_shared, 10)
    rings = rings_of(engine, blocks=[(ours, SURE), (theirs, SURE)])
    assert len(rings) == n_rings
    if n_rings == 1:
        assert accounts_of(rings) == [sorted({*ours, *theirs})]
    else:
        assert accounts_of(rings) == [ours, theirs]


def test_a_rented_account_in_two_gangs_is_in_both_rings(engine: Engine):
    ours, theirs = [*span(0, 5), 99], [*span(10, 5), 99]
    assert accounts_of(rings_of(engine, blocks=[(ours, SURE), (theirs, SURE)])) == [ours, theirs]


@pytest.mark.parametrize("small", [[0, 1], [0, 90], [0, 1, 2]])
def test_what_is_wholly_inside_adds_its_kind(engine: Engine, small):
    """One hand that pays two of a ring is the ring's; one that pays one of it is not."""
    (ring,) = rings_of(
        engine, blocks=[(span(0, 10), SURE)], companies=[("money", "hand", small, 0.01)]
    )
    kinds = {m["node"]: m["kinds"] for m in ring["members"]}
    is_inside = set(small) <= set(span(0, 10))
    assert kinds[0] == (["lockstep", "money"] if is_inside else ["lockstep"])
    assert kinds[5] == ["lockstep"]


def test_what_a_token_a_payer_and_a_search_found_is_one_ring(engine: Engine):
    rings = rings_of(
        engine,
        blocks=[(span(0, 12), SURE)],
        companies=[("device", "d", span(6, 12), 0.1), ("money", "p", span(12, 8), 0.1)],
    )
    assert accounts_of(rings) == [span(0, 20)]
    members = {m["node"]: m for m in rings[0]["members"]}
    assert [members[n]["kinds"] for n in (0, 6, 12, 19)] == [
        ["lockstep"], ["device", "lockstep"], ["device", "money"], ["money"],
    ]  # fmt: skip
    assert [members[n]["is_firm"] for n in (0, 6, 19)] == [False, True, True]
    assert [members[n]["n_ties"] for n in (0, 12, 19)] == [11, 11, 7]


# No ring


@pytest.mark.parametrize(
    ("kind", "n", "n_rings"),
    [("device", 5, 0), ("address", 5, 0), ("phone", 5, 0), ("device", 6, 1), ("identity", 5, 1),
     ("money", 5, 1)],
)  # fmt: skip
def test_a_household_is_no_ring(engine: Engine, kind, n, n_rings):
    assert len(rings_of(engine, companies=[(kind, "t", span(0, n), 0.001)])) == n_rings


def test_what_a_household_shares_in_several_ways_is_still_a_household(engine: Engine):
    home = [(kind, kind, span(0, 5), 0.001) for kind in ("device", "address", "payer", "phone")]
    assert rings_of(engine, companies=home) == []


@pytest.mark.parametrize(("n", "n_rings"), [(5, 0), (6, 1)])
def test_a_household_may_keep_the_same_hours(engine: Engine, n, n_rings):
    home = [("address", "door", span(0, n), 0.001), ("payer", "card", span(0, n), 0.001)]
    assert len(rings_of(engine, blocks=[(span(0, n), SURE)], companies=home)) == n_rings


@pytest.mark.parametrize(("n", "n_rings"), [(4, 0), (5, 1)])
def test_too_few_are_no_ring(engine: Engine, n, n_rings):
    assert len(rings_of(engine, blocks=[(span(0, n), SURE)])) == n_rings


def test_nothing_is_no_ring(engine: Engine):
    assert rings_of(engine) == []


# Beyond chance


def q_of(engine: Engine, chances: list[float], **options) -> list[float]:
    blocks = [(span(100 * n, 6), chance) for n, chance in enumerate(chances)]
    return [round(math.exp(r["ln_q"]), 6) for r in rings_of(engine, blocks=blocks, **options)]


def test_every_search_had_its_chance(engine: Engine):
    assert q_of(engine, [math.log(0.01 / N_SEARCHES * 0.99)]) == [pytest.approx(0.0099)]
    assert q_of(engine, [math.log(0.01 / N_SEARCHES * 1.01)]) == []


def test_rings_beyond_the_share_of_chance_are_not_named(engine: Engine):
    """As Benjamini and Hochberg have it: more sure ones let in one that alone would not be."""
    unsure = math.log(0.025 / N_SEARCHES)
    assert q_of(engine, [unsure]) == []
    assert q_of(engine, [unsure, SURE]) == [0]
    assert q_of(engine, [unsure, SURE, SURE]) == [pytest.approx(0.025 / 3, abs=1e-6), 0, 0]
    assert q_of(engine, [unsure, SURE, SURE], max_q=0.008) == [0, 0]
    assert q_of(engine, [SURE], max_q=0.0) == []


def test_a_ring_is_as_sure_as_the_surest_that_was_found_of_it(engine: Engine):
    one, other = span(0, 10), span(2, 10)
    (ring,) = rings_of(engine, blocks=[(one, -20.0), (other, -30.0)])
    assert ring["ln_chance"] == -30.0
    assert ring["ln_q"] == pytest.approx(-30.0 + math.log(N_SEARCHES))


def test_a_company_by_hand(engine: Engine):
    # Ten tests; 8 accounts where 0.5 were expected.
    (ring,) = rings_of(engine, companies=[("device", "d", span(0, 8), 0.5)])
    chance = math.log(10) - (8 * math.log(8 / 0.5) - 8 + 0.5)
    assert ring["ln_chance"] == pytest.approx(chance)
    assert rings_of(engine, companies=[("device", "d", span(0, 8), 6.0)]) == []
