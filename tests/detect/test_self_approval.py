"""Self-approval: its example, pairs, tied approvers, and incidents with nobody else about."""

import json

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.self_approval import DETECTOR

TEAM = range(1, 9)
LONER, ONE, OTHER, TIED = 50, 61, 62, 71


def act(number: int, staff: int, approver: int | None, shop: int, at: int) -> dict:
    return {
        "action_id": number,
        "staff_id": staff,
        "kind": "override",
        "subject_kind": "shop",
        "subject_id": shop,
        "at": T0 + at,
        "approver_id": approver,
    }


# Eight colleagues ask one another in turn.
HONEST = [act(1_000 + n, 1 + n % 8, 1 + (n + 1 + n // 8 % 7) % 8, n % 40, n * 5 * HOUR)
          for n in range(160)]  # fmt: skip
STAFF = [
    *({"staff_id": n, "team": "risk", "phone_token": f"p{n}"} for n in (*TEAM, LONER, TIED)),
    *({"staff_id": n, "team": "risk", "phone_token": f"p{n}"} for n in (ONE, OTHER)),
]
SHOPS = [{"shop_id": n, "owner_id": n} for n in range(40)]
OWNERS = [{"owner_id": n, "phone_token": "p71" if n == 7 else f"o{n}"} for n in range(40)]

ALONE = [act(n, LONER, LONER if n % 2 else 3, n % 3, n * DAY) for n in range(12)]
PAIR = [act(100 + n, *((ONE, OTHER) if n % 2 else (OTHER, ONE)), n % 5, n * DAY) for n in range(24)]
FOR_KIN = [act(200 + n, 1 + n % 8, TIED, 7, n * DAY) for n in range(6)]


def market(*acts: list[dict], honest: list[dict] = HONEST, **tables) -> Market:
    return {
        "staff_actions": [*honest, *(row for part in acts for row in part)],
        "staff": STAFF,
        "shops": SHOPS,
        "owners": OWNERS,
        **tables,
    }


EXAMPLE = Example(
    fake=market(ALONE, PAIR, FOR_KIN),
    finds={LONER, ONE, OTHER, TIED},
    without_fakes=market(),
    look_alikes={
        "on-call": market([act(n, LONER, LONER, n, 3 * DAY + n * MINUTE) for n in range(40)]),
        "habit-of-the-house": market(
            ALONE, honest=[{**row, "approver_id": row["staff_id"]} for row in HONEST]
        ),
        "small-team": market(
            PAIR,
            staff=[{**row, "team": "money"} if row["staff_id"] in (ONE, OTHER) else row
                   for row in STAFF],
        ),
        "rotation": market(
            [{**row, "approver_id": 1 + n % 8} if n % 6 == 0 else row for n, row in enumerate(PAIR)]
        ),
        "manager": market(
            [act(300 + n, (ONE, OTHER)[n % 2], 1, n % 5, n * DAY) for n in range(24)]
        ),
        "rota-meets-relative": market(
            [act(400 + n, 2, TIED if n % 10 == 0 else 3, n % 40, n * HOUR) for n in range(200)],
            [act(700 + n, 2, TIED if n % 8 == 0 else 3, 7, n * DAY) for n in range(32)],
        ),
    },
)  # fmt: skip


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage")["status"].to_pylist() == ["ran"]
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_each_way_is_told_apart(engine):
    signals = found(engine, market(ALONE, PAIR, FOR_KIN))
    facts = {who: json.loads(row["facts"]) for who, row in signals.items()}
    assert (facts[LONER]["n_self"], facts[LONER]["n_pair"], facts[LONER]["n_tied"]) == (6, 0, 0)
    assert (facts[ONE]["n_pair"], facts[ONE]["partner_id"]) == (24, OTHER)
    assert facts[TIED]["n_tied"] == 6
    assert {who: row["strength"] for who, row in signals.items()} == {
        LONER: "E1",
        ONE: "E1",
        OTHER: "E1",
        TIED: "E2",
    }


def test_it_rests_on_exactly_these_actions(engine):
    signals = found(engine, market(ALONE, PAIR, FOR_KIN))
    own = {row["action_id"] for row in ALONE if row["approver_id"] == LONER}
    assert set(signals[LONER]["evidence_ids"]) == own
    assert set(signals[TIED]["evidence_ids"]) == {row["action_id"] for row in FOR_KIN}


def test_an_incident_does_not_cover_what_somebody_comes_back_to(engine):
    night = [act(n, LONER, LONER, n, 3 * DAY + n * MINUTE) for n in range(40)]
    again = [act(500 + n, LONER, LONER, n % 2, (8 + n) * DAY) for n in range(4)]
    signal = found(engine, market(night, again))[LONER]
    assert json.loads(signal["facts"])["n_self"] == 6  # the four, and two of that night


@pytest.mark.parametrize(("n", "n_found"), [(2, 0), (3, 1)])
def test_a_slip_or_two_is_no_pattern(engine, n, n_found):
    acts = [act(k, LONER, LONER if k < n else 3, k, k * DAY) for k in range(12)]
    assert len(found(engine, market(acts))) == n_found


def test_without_teams_a_pair_may_be_all_there_is(engine):
    nameless = [{**row, "team": None} for row in STAFF]
    assert found(engine, market(PAIR, staff=nameless)) == {}


def test_a_tie_at_two_hops_is_a_tie(engine):
    owners = [{"owner_id": n, "phone_token": "kin" if n == 7 else f"o{n}"} for n in range(40)]
    kin = {
        "accounts": [{"account_id": 5, "phone_token": "kin"}],
        "account_links": [{"account_id": 5, "kind": "phone", "token": "p71"}],
    }
    assert set(found(engine, market(FOR_KIN, owners=owners, **kin))) == {TIED}
    assert found(engine, market(FOR_KIN, owners=owners)) == {}
