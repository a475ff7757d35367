"""Victim or beneficiary: money and acts decide, claims do not; and who only looks like a rival."""

import pytest

from tests.judge.attributing import adjudged, attributed, order, signal
from tests.worlds import DAY, T0
from unbrush.base.engine import Engine

VICTIM, RIVAL, OTHERS = 1, 2, (3, 4)


def shops(**rival) -> list[dict]:
    return [
        {"shop_id": VICTIM, "owner_id": 11, "category": "shoes"},
        {"shop_id": RIVAL, "owner_id": 12, "category": "shoes", **rival},
        *({"shop_id": each, "owner_id": 10 + each, "category": "shoes"} for each in OTHERS),
    ]


def owners(**rival) -> list[dict]:
    others = ({"owner_id": 10 + each, "bank_token": f"b{each}"} for each in OTHERS)
    return [{"owner_id": 11, "bank_token": "b1", "legal_rep_token": "r1"},
            {"owner_id": 12, "bank_token": "b2", **rival}, *others]  # fmt: skip


ATTACK = [
    order(n, VICTIM, account_id=200 + n % 4, payer_token=f"w{n % 4}", status="cancelled")
    for n in range(1, 13)
]
"""Twelve orders of four accounts, all undone."""

HONEST = [order(n, VICTIM, payer_token=f"h{n}", status="confirmed") for n in range(50, 90)]
FAKE = [signal(n) for n in range(1, 13)]


def transfer(n: int, source: str, to: str, at: int = T0 - DAY) -> dict:
    return {"transfer_id": n, "from_token": source, "to_token": to, "amount_minor": 5_000, "at": at}


FUNDS = [transfer(n, "b2", f"w{n}") for n in range(4)]


def market(**tables) -> dict:
    made = {"orders": [*ATTACK, *HONEST], "shops": shops(), "owners": owners(),
            "transfers": FUNDS}  # fmt: skip
    return {**made, **tables}


def test_a_rival_whose_money_paid_for_the_attack_is_named_and_the_victim_is_held(engine: Engine):
    said = attributed(engine, market(), FAKE)
    victim = adjudged(engine)[VICTIM]
    assert victim["verdict"] == "victim"
    assert victim["suspected_shop_ids"] == [RIVAL]
    money = victim["tests"]["rivals-money"]
    assert (money["outcome"], money["n"], money["n_of"]) == ("victim", 12, 12)
    assert money["row_ids"][:2] == ["1", "10"]
    assert (said["shop", VICTIM]["rung"], said["shop", VICTIM]["rule"]) == ("L1", "held-as-victim")
    rival = said["shop", RIVAL]
    assert (rival["rung"], rival["rule"], rival["elements"]) == ("L2", "bought-an-attack", "a,b,c")
    assert (rival["approver"], rival["is_in_force"]) == ("reviewer", False)
    assert not rival["is_neutralised"], "nothing that it sold is in doubt"


def elsewhere(first: int, shop: int, n: int) -> list[dict]:
    """Orders of those whom the rival pays in another shop."""
    return [order(first + k, shop, account_id=200 + k % 4, payer_token=f"w{k % 4}")
            for k in range(n)]  # fmt: skip


LOOK_ALIKES = {
    "an agency that serves many": market(
        orders=[*ATTACK, *HONEST, *elsewhere(300, 3, 8), *elsewhere(400, 4, 8)]
    ),
    "who pays for work in its own shop": market(
        orders=[*ATTACK, *HONEST, *elsewhere(300, RIVAL, 6)]
    ),
    "one owner with two shops": market(shops=shops(owner_id=11)),
    "one family under two names": market(owners=owners(legal_rep_token="r1")),
    "a wholesaler of other goods": market(shops=shops(category="leather")),
    "an employer who pays wages to many": market(
        orders=[*ATTACK, *HONEST, *(order(500 + n, 3, payer_token=f"s{n}") for n in range(20))],
        transfers=[*FUNDS, *(transfer(100 + n, "b2", f"s{n}") for n in range(20))],
    ),
    "an employer of one who brushes": market(
        orders=[*({**row, "status": "confirmed"} for row in ATTACK), *HONEST],
        transfers=[transfer(0, "b2", "w0")],
    ),
    "money of another season": market(transfers=[transfer(0, "b2", "w0", T0 - 400 * DAY)]),
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_who_only_looks_like_a_rival_is_spared(engine: Engine, name):
    said = attributed(engine, LOOK_ALIKES[name], FAKE)
    assert ("shop", RIVAL) not in said or said["shop", RIVAL]["rung"] < "L2"
    assert adjudged(engine)[VICTIM]["suspected_shop_ids"] == []
    assert said["shop", VICTIM]["rung"] == "L1"


def test_one_account_that_undoes_all_it_orders_was_hired_to_harm(engine: Engine):
    rows = [{**row, "account_id": 200, "payer_token": "w0"} for row in ATTACK]
    said = attributed(engine, market(orders=[*rows, *HONEST]), FAKE)
    assert said["shop", RIVAL]["rule"] == "bought-an-attack"


def test_orders_undone_in_bulk_speak_for_the_victim_and_name_nobody(engine: Engine):
    attributed(engine, market(transfers=[transfer(0, "x", "y")]), FAKE)
    victim = adjudged(engine)[VICTIM]
    assert victim["verdict"] == "victim"
    assert victim["tests"]["undone-in-bulk"]["n"] == 12
    assert victim["suspected_shop_ids"] == []


def test_a_shop_that_fails_everybody_is_no_victim_by_what_is_undone(engine: Engine):
    failing = [{**row, "status": "refunded"} for row in HONEST]
    attributed(engine, market(orders=[*ATTACK, *failing], transfers=[]), FAKE)
    assert adjudged(engine)[VICTIM]["tests"]["undone-in-bulk"]["outcome"] == "nobody"


OWN = [signal(n, "money", "E2", "c") for n in range(1, 7)]
CLAIM = [{"message_id": 1, "thread_id": 1, "sender_id": 900, "shop_id": VICTIM, "at": T0,
          "text": "我们店被同行恶意刷单了，这些订单不是我们的"}]  # fmt: skip


def test_who_brushes_and_claims_to_be_a_victim_is_judged_by_its_money(engine: Engine):
    """It has staged an attack by the hands that it pays: all of them undo orders, too."""
    kept = [
        order(n, VICTIM, account_id=200 + n % 4, payer_token=f"w{n % 4}", status="confirmed")
        for n in range(1, 7)
    ]
    staged = market(orders=[*kept, *ATTACK[6:], *HONEST], transfers=[transfer(0, "b1", "w0")])
    before = attributed(engine, staged, [*FAKE, *OWN])["shop", VICTIM]
    after = attributed(engine, {**staged, "messages": CLAIM}, [*FAKE, *OWN])["shop", VICTIM]
    said = adjudged(engine)[VICTIM]
    assert said["verdict"] == "beneficiary"
    assert said["tests"]["same-hands"]["outcome"] == "beneficiary"
    assert said["tests"]["claims-to-be-a-victim"]["n"] == 1
    assert before == after, "a claim changes nothing"
    assert after["rung"] == "L3"


def test_a_claim_alone_clears_nobody_and_accuses_nobody(engine: Engine):
    plain = market(orders=[*({**row, "status": "confirmed"} for row in ATTACK), *HONEST],
                   transfers=[transfer(0, "x", "y")])  # fmt: skip
    before = attributed(engine, plain, FAKE)["shop", VICTIM]
    said = adjudged(engine)[VICTIM]
    after = attributed(engine, {**plain, "messages": CLAIM}, FAKE)["shop", VICTIM]
    claimed = adjudged(engine)[VICTIM]
    assert before == after
    assert said["verdict"] == claimed["verdict"] == "undecided"
    for weight in ("weight_victim", "weight_beneficiary"):
        assert said[weight] == claimed[weight]


def test_what_the_data_cannot_tell_is_said(engine: Engine):
    attributed(engine, {"orders": [*ATTACK, *HONEST]}, FAKE)
    said = adjudged(engine)[VICTIM]
    outcomes = {name: one["outcome"] for name, one in said["tests"].items()}
    assert outcomes["own-money"] == outcomes["rivals-money"] == "untested"
    assert "The data cannot tell" in said["reason_en"]
    assert "无法检验" in said["reason_zh"]


def test_ids_that_are_texts_are_kept(engine: Engine):
    named = [
        {**row, "order_id": f"o-{row['order_id']}", "shop_id": f"s-{row['shop_id']}",
         "account_id": f"a-{row['account_id']}"}
        for row in [*ATTACK, *HONEST]
    ]  # fmt: skip
    tables = market(orders=named, shops=[{**s, "shop_id": f"s-{s['shop_id']}"} for s in shops()])
    said = attributed(engine, tables, [signal(f"o-{n}") for n in range(1, 13)])
    assert said["shop", "s-2"]["rule"] == "bought-an-attack"
    assert adjudged(engine)["s-1"]["suspected_shop_ids"] == ["s-2"]


def test_few_rows_are_not_adjudicated(engine: Engine):
    attributed(engine, market(), FAKE[:2])
    assert adjudged(engine) == {}
