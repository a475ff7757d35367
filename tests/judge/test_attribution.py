"""Which rung is allowed, what the next one needs, and that less evidence never accuses more."""

import random

import pytest

from tests.judge.attributing import attributed, decided, order, signal, witnesses
from tests.worlds import DAY, T0
from unbrush.base.engine import Engine
from unbrush.base.evidence import Family
from unbrush.base.missing import MISSING
from unbrush.judge.attribution.ladder import STEPS
from unbrush.judge.policy import Policy

SHOP = 1


def paid(*order_ids: int, strength: str = "E3") -> list[dict]:
    return [signal(each, "money", strength, "c") for each in order_ids]


def orders(n: int, shop: int = SHOP) -> list[dict]:
    return [order(each, shop) for each in range(1, n + 1)]


@pytest.mark.parametrize(
    ("said", "n_orders", "rung", "rule", "missing"),
    [
        ([signal(1, "time", "E1", "a")], 10, "L0", "nothing-neutralised", "rows"),
        ([signal(n) for n in (1, 2)], 10, "L1", "too-few-rows", "a,b,c"),
        ([signal(n, element="a") for n in (1, 2, 3)], 10, "L1", "organisation-not-shown", "b,c"),
        ([signal(n) for n in (1, 2, 3)], 10, "L1", "not-attributed", "c"),
        (paid(1, 2, 3, strength="E2"), 10, "L2", "attributed", "second-family,strong-families"),
        (paid(1, 2, 3), 10, "L2", "attributed", "second-family"),
        (
            paid(1, 2, 3, strength="E2") + [signal(n) for n in (1, 2, 3)],
            10,
            "L3",
            "attributed-by-two-families",
            "near-dispositive",
        ),
        (
            paid(1, 2, 3) + [signal(n) for n in (1, 2, 3)],
            11,
            "L4",
            "attributed-near-dispositive",
            "share",
        ),
        (paid(1, 2, 3) + [signal(n) for n in (1, 2, 3)], 10, "L5", "attributed-mass", "history"),
    ],
)
def test_each_rung_has_its_rule_and_says_what_the_next_one_needs(
    engine: Engine, said, n_orders, rung, rule, missing
):
    shop = attributed(engine, {"orders": orders(n_orders)}, said)["shop", SHOP]
    assert (shop["rung"], shop["rule"], shop["missing"]) == (rung, rule, missing)
    assert shop["next_rung"] == f"L{int(rung[1]) + 1}"
    assert shop["is_in_force"] == (rung <= "L1")


def test_everything_that_can_be_missing_has_its_words():
    assert {name for step in STEPS for name in step.needs} < set(MISSING)


def test_a_policy_that_stops_lower_says_so(engine: Engine):
    policy = Policy(highest="L2")
    said = paid(1, 2, 3) + [signal(n) for n in (1, 2, 3)]
    shop = attributed(engine, {"orders": orders(5)}, said, policy=policy)["shop", SHOP]
    assert (shop["rung"], shop["rule"], shop["missing"]) == ("L2", "attributed", "policy")


def test_orders_and_accounts_say_what_is_missing_too(engine: Engine):
    said = attributed(engine, {"orders": orders(2)}, [signal(1, "time", "E1", "a"), signal(2)])
    assert (said["order", 1]["next_rung"], said["order", 1]["missing"]) == ("L1", "second-witness")
    assert (said["order", 2]["next_rung"], said["order", 2]["missing"]) == (None, None)
    assert said["account", 102]["missing"] == "second-row"
    assert said["account", 101]["missing"] == "rows"


@pytest.mark.parametrize(
    ("ties", "rung"), [('{"payer": 3}', "L2"), ('{"device": 3, "payer": 3}', "L3")]
)
def test_a_ring_of_one_tie_is_no_second_family(engine: Engine, ties, rung):
    """The wallet that pays for all is seen by a detector and ties the ring: one fact, not two."""
    ring = {"ring_id": "ring-1", "score": 1.0, "ties": ties, "reason_zh": "圈", "reason_en": "ring"}
    who = [("shop", SHOP, "merchant"), *(("account", 100 + n, "brusher") for n in (1, 2, 3))]
    members = [
        {"ring_id": "ring-1", "subject_kind": kind, "subject_id": each, "role": role,
         "is_firm": True, "reason_zh": "圈", "reason_en": "ring"}
        for kind, each, role in who
    ]  # fmt: skip
    said = attributed(
        engine, {"orders": orders(10)}, paid(1, 2, 3, strength="E2"), rings=[ring], members=members
    )
    assert said["shop", SHOP]["rung"] == rung


def light(*order_ids: int) -> list[dict]:
    return [signal(each, "logistics", "E3", "a") for each in order_ids]


def test_empty_parcels_for_hired_orders_are_the_shops_act_beyond_slips(engine: Engine):
    for n_light, n_hired, n_orders, rung in (
        (3, 4, 10, "L5"),
        (3, 10, 40, "L1"),
        (8, 10, 40, "L4"),
        (8, 20, 400, "L1"),
    ):
        said = [*(signal(n) for n in range(1, n_hired + 1)), *light(*range(1, n_light + 1))]
        shop = attributed(engine, {"orders": orders(n_orders)}, said)["shop", SHOP]
        assert shop["rung"] == rung, (n_light, n_orders)


def test_light_parcels_of_orders_that_nobody_was_hired_for_attribute_nothing(engine: Engine):
    """A rival's orders on one side, goods with a wrong weight on the other: nothing joins them."""
    said = [*(signal(n) for n in range(1, 8)), *light(*range(8, 16))]
    shop = attributed(engine, {"orders": orders(20)}, said)["shop", SHOP]
    assert (shop["rung"], shop["missing"]) == ("L1", "c")


def test_leaving_a_family_aside_used_to_make_the_share_of_empty_parcels_larger(engine: Engine):
    """Parcels were held against the orders left out: fewer of these, and the shop was accused."""
    hired = [signal(n) for n in range(1, 41)]
    tied = [signal(n, "behaviour") for n in range(1, 4)]
    said = [*hired, *tied, *light(1, 2, 3)]
    rungs = [
        attributed(engine, {"orders": orders(60)}, said, policy=Policy(families_off=off))[
            "shop", SHOP
        ]["rung"]
        for off in ((), (Family.GRAPH,))
    ]
    assert rungs == ["L1", "L1"]


def crowded(seed: int) -> tuple[dict, list[dict], list[dict], list[dict]]:
    """A market in which everything that can speak of a shop speaks of some, by chance."""
    dice = random.Random(seed)
    rows = [
        order(
            n, dice.choice((1, 2, 3)), account_id=dice.randrange(200, 212),
            payer_token=f"w{dice.randrange(6)}", status=dice.choice(("confirmed", "cancelled")),
        )
        for n in range(1, 61)
    ]  # fmt: skip
    kinds = [("money", "E3", "c"), ("money", "E2", "b"), ("logistics", "E3", "a"),
             ("graph", "E2", "b"), ("behaviour", "E2", "a"), ("time", "E1", "a")]  # fmt: skip
    said = [signal(n, *dice.choice(kinds)) for n in range(1, 61) for _ in range(dice.randrange(4))]
    said = list({each["signal_id"]: each for each in said}.values())
    ring = {"ring_id": "ring-1", "score": 0.9, "ties": '{"device": 3}', "reason_zh": "圈",
            "reason_en": "ring"}  # fmt: skip
    who = [("account", each, "brusher") for each in dice.sample(range(200, 212), 5)]
    who += [("shop", each, "merchant") for each in dice.sample((1, 2, 3), 2)]
    members = [
        {"ring_id": "ring-1", "subject_kind": kind, "subject_id": each, "role": role,
         "is_firm": True, "reason_zh": "圈", "reason_en": "ring"}
        for kind, each, role in who
    ]  # fmt: skip
    market = {
        "orders": rows,
        "shops": [{"shop_id": n, "owner_id": n, "category": "shoes"} for n in (1, 2, 3)],
        "owners": [{"owner_id": n, "bank_token": f"b{n}"} for n in (1, 2, 3)],
        "transfers": [
            {"transfer_id": n, "from_token": f"b{dice.randrange(1, 4)}",
             "to_token": f"w{dice.randrange(6)}", "amount_minor": 5_000, "at": T0 - DAY}
            for n in range(4)
        ],
    }  # fmt: skip
    return market, said, [ring], members


def rungs_of(decisions: dict) -> dict:
    return {key[1]: row["rung"] for key, row in decisions.items() if key[0] == "shop"}


@pytest.mark.parametrize("seed", range(4))
def test_no_witness_that_goes_takes_a_merchant_up(engine: Engine, seed):
    market, said, rings, members = crowded(seed)
    manifest = witnesses(engine, market, said, rings, members)
    ordered = "(SELECT * FROM _witnesses ORDER BY ALL)"
    engine.create("_all", f"SELECT *, row_number() OVER () AS nth FROM {ordered}")
    before = rungs_of(decided(engine, manifest))
    assert max(before.values()) > "L1", "nothing that could fall"
    dice = random.Random(seed)
    n = engine.value("SELECT count(*) FROM _all")
    for share in (0.02, 0.1, 0.3, 0.6, 0.9):
        gone = dice.sample(range(1, n + 1), max(1, int(share * n)))
        engine.create(
            "_witnesses", f"SELECT * EXCLUDE (nth) FROM _all WHERE nth NOT IN ({str(gone)[1:-1]})"
        )
        after = rungs_of(decided(engine, manifest))
        assert all(rung <= before[shop] for shop, rung in after.items()), (share, before, after)


@pytest.mark.parametrize("seed", range(2))
def test_no_family_that_is_switched_off_takes_a_merchant_up(engine: Engine, seed):
    market, said, rings, members = crowded(seed)
    before = rungs_of(attributed(engine, market, said, rings=rings, members=members))
    for family in ("money", "graph", "logistics", "behaviour", "time"):
        policy = Policy(families_off=(Family(family),))
        after = attributed(engine, market, said, rings=rings, members=members, policy=policy)
        assert all(rung <= before[shop] for shop, rung in rungs_of(after).items()), family


@pytest.mark.parametrize("seed", range(2))
def test_no_signal_that_was_never_found_accuses_a_merchant(engine: Engine, seed):
    """Without a finding a ring may speak louder of a row; that never reaches beyond L1."""
    market, said, rings, members = crowded(seed)
    before = rungs_of(attributed(engine, market, said, rings=rings, members=members))
    dice = random.Random(seed)
    for share in (0.95, 0.7, 0.4):
        kept = [each for each in said if dice.random() < share]
        after = rungs_of(attributed(engine, market, kept, rings=rings, members=members))
        assert all(rung <= max(before[shop], "L1") for shop, rung in after.items())
