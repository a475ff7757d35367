"""Prepaid task scam: whom to warn, who only looks like it, and that nobody is accused."""

import pyarrow as pa
import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.base.evidence import ring_member_schema, ring_schema
from unbrush.detect import detect
from unbrush.detect.prepaid_task_scam import DETECTOR
from unbrush.judge import judge

VICTIMS = range(10, 15)
STEPS = [10_000, 30_000, 80_000, 300_000, 800_000]


def transfer(number: int, payer: str, payee: str, amount: int, at: int) -> dict:
    return {
        "transfer_id": number,
        "from_token": payer,
        "to_token": payee,
        "amount_minor": amount,
        "at": T0 + at,
    }


PEOPLE = [*VICTIMS, *range(100, 160)]
ACCOUNTS = [{"account_id": n} for n in PEOPLE]
ORDERS = [  # everybody bought something here once
    {
        "order_id": n,
        "account_id": n,
        "shop_id": n % 7,
        "placed_at": T0 - 20 * DAY,
        "paid_minor": 4_321 + n,
        "payer_token": f"purse-{n}",
    }
    for n in PEOPLE
]
FRIENDS = [
    transfer(9_000 + n, f"purse-{n}", f"purse-{n + 1}", 2_000 + 37 * n, n % 30 * DAY)
    for n in range(100, 159)
]


def market(*parts: list[dict], **tables) -> Market:
    transfers = [row for part in parts for row in part]
    return {"accounts": ACCOUNTS, "orders": ORDERS, "transfers": [*FRIENDS, *transfers], **tables}


def scam(steps=STEPS, n_returned: int = 2, bonus: float = 1.2, n_collectors: int = 4) -> list[dict]:
    """Prepayments, one a day, the first few of them returned some hours later."""
    rows = []
    for who in VICTIMS:
        for k, amount in enumerate(steps):
            number, at = 100 * who + 2 * k, k * DAY + who * HOUR
            collector = f"mule-{(k + who) % n_collectors}"
            rows.append(transfer(number, f"purse-{who}", collector, amount, at))
            if k < n_returned:
                back = int(amount * bonus)
                rows.append(transfer(number + 1, "desk", f"purse-{who}", back, at + 5 * HOUR))
    return rows


WAGES = [  # by the day; a deposit and an outlay are paid back, the latter with a fee
    *(
        transfer(100 * who + k, "desk", f"purse-{who}", 9_000 + 700 * k, k * DAY)
        for who in VICTIMS
        for k in range(12)
    ),
    *(
        transfer(100 * who + 20 + k, *ends, amount, day * DAY + HOUR)
        for who in VICTIMS
        for k, (ends, amount, day) in enumerate(
            [
                ((f"purse-{who}", "desk"), 5_000, 0),
                ((f"purse-{who}", "desk"), 60_000, 2),
                (("desk", f"purse-{who}"), 66_000, 4),
                (("desk", f"purse-{who}"), 5_000, 11),
            ]
        )
    ),
]
CLUB = [  # equal stakes each month, the pot to one of them in turn
    *(
        transfer(100 * who + k, f"purse-{who}", "club", 100_000, 30 * k * DAY)
        for who in VICTIMS
        for k in range(5)
    ),
    *(transfer(n, "club", f"purse-{10 + n}", 500_000, (30 * n + 1) * DAY) for n in range(5)),
]
INSTALMENTS = [
    transfer(100 * who + k, f"purse-{who}", "lender", 50_000, 10 * k * DAY)
    for who in VICTIMS
    for k in range(6)
]
INSTALMENTS += [  # builders are paid more at each step, by people who also earn a little
    row
    for who in VICTIMS
    for k, amount in enumerate([2_000, *STEPS])
    for row in (
        transfer(100 * who + 50 + k, f"purse-{who}", f"builder-{k % 2}", amount, k * DAY + HOUR)
        if k
        else transfer(100 * who + 50, "desk", f"purse-{who}", amount, 0),
    )
]
RESALE = [  # customers pay a bit more for the first lots, each of them one reseller
    row
    for who in VICTIMS
    for k, amount in enumerate(STEPS)
    for row in (
        transfer(100 * who + 2 * k, f"purse-{who}", f"depot-{k % 3}", amount, k * DAY),
        transfer(100 * who + 2 * k + 1, f"customer-{who}-{k}", f"purse-{who}", amount, k * DAY + 9),
    )
    if row["to_token"].startswith("depot") or k < 2
]

EXAMPLE = Example(
    fake=market(scam()),
    finds=set(VICTIMS),
    without_fakes=market(),
    look_alikes={
        "gig-wages": market(WAGES),
        "savings-club": market(CLUB),
        "instalments": market(INSTALMENTS),
        "reseller": market(RESALE),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_accuses_nobody_and_nothing_stops_counting(engine):
    manifest = build(engine, EXAMPLE.fake)
    detect(engine, manifest, chosen=[DETECTOR])
    engine.put("rings", pa.Table.from_pylist([], schema=ring_schema()))
    engine.put("ring_members", pa.Table.from_pylist([], schema=ring_member_schema(pa.int64())))
    judge(engine, manifest)
    assert engine.value("SELECT count(*) FROM signals") == len(VICTIMS)
    assert engine.query("SELECT * FROM decisions").num_rows == 0
    assert engine.value("SELECT count(*) FROM clean_counts WHERE orders_raw <> orders_clean") == 0


def test_the_sentence_says_victim_and_warn(engine):
    for signal in found(engine, EXAMPLE.fake).values():
        assert "victim" in signal["reason_en"]
        assert "11800.00 did not" in signal["reason_en"]  # what was prepaid since the last return
        assert "受害者" in signal["reason_zh"]


@pytest.mark.parametrize(
    "how",
    [
        {"n_returned": 0},
        {"n_returned": 5},
        {"bonus": 0.25},
        {"steps": [30_000] * 5},
        {"steps": STEPS[::-1]},
        {"steps": [100, 300, 800, 3_000, 8_000]},
    ],
    ids=str,
)
def test_each_sign_is_needed(engine, how):
    assert not found(engine, market(scam(**how)))


def test_one_collector_of_several_people_suffices(engine):
    assert set(found(engine, market(scam(n_collectors=1)))) == EXAMPLE.finds


def test_a_trap_is_one_that_fooled_more_than_one(engine):
    alone = [row for row in scam() if f"purse-{VICTIMS[0]}" in (row["from_token"], row["to_token"])]
    others = [transfer(n, f"purse-{n}", f"mule-{n % 4}", 700, n * HOUR) for n in range(100, 104)]
    assert not found(engine, market(alone, others))


def test_one_loss_to_a_known_trap_suffices(engine):
    late = [transfer(n, f"purse-{n}", f"mule-{n % 4}", 20_000, 9 * DAY) for n in (120, 121)]
    assert set(found(engine, market(scam(), late))) == {*VICTIMS, 120, 121}


def test_a_trap_leads_to_others_that_its_victims_pay(engine):
    more = [
        transfer(n, f"purse-{n}", "new-mule", 90_000, 30 * DAY) for n in (*VICTIMS[:4], 120, 121)
    ]
    assert set(found(engine, market(scam(), more))) == {*VICTIMS, 120, 121}


def test_whom_everybody_pays_is_no_trap(engine):
    rent = [
        transfer(n, f"purse-{n}", "landlord", 90_000, 9 * DAY) for n in (*VICTIMS, *range(100, 120))
    ]
    assert set(found(engine, market(scam(), rent))) == EXAMPLE.finds


def test_a_household_is_warned_as_one_but_not_who_borrowed_its_card(engine):
    def order(number: int, account: int) -> dict:
        return {**ORDERS[0], "order_id": number, "account_id": account, "payer_token": "purse-10"}

    links = [{"account_id": n, "kind": "card", "token": f"purse-{n}"} for n in PEOPLE]
    links.append({"account_id": 150, "kind": "card", "token": "purse-10"})
    orders = [*ORDERS, order(900, 151), order(901, 150)]
    assert set(found(engine, market(scam(), orders=orders, account_links=links))) == {*VICTIMS, 150}


def test_who_stopped_in_time_is_not_called(engine):
    assert not found(engine, market(scam(steps=STEPS[:3], n_returned=3)))
    assert set(found(engine, market(scam(steps=STEPS[:3])))) == EXAMPLE.finds


def test_prepayments_that_are_orders_here_are_purchases(engine):
    bought = [
        {**ORDERS[0], "order_id": 1_000 + 10 * who + k, "account_id": who, "paid_minor": amount}
        for who in VICTIMS
        for k, amount in enumerate(STEPS)
    ]
    rows = market(scam())
    assert not found(engine, {**rows, "orders": [*ORDERS, *bought]})


def test_what_goes_to_a_shop_is_no_prepayment(engine):
    tills = [
        {"payout_id": n, "shop_id": n, "amount_minor": 1, "at": T0, "bank_token": f"mule-{n}"}
        for n in range(4)
    ]
    assert not found(engine, market(scam(), payouts=tills))


def test_a_long_pause_begins_another_series(engine):
    later = [{**row, "at": row["at"] + 40 * DAY * (row["amount_minor"] > 50_000)} for row in scam()]
    assert not found(engine, market(later))
