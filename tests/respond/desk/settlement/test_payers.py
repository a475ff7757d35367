"""Blocked payers: who else would be hit is known first, and many innocents take the panel."""

from dataclasses import replace
from typing import Any

import pytest

from tests.respond.desk.office import FACTS, NOW
from tests.respond.desk.settlement.receiver import run_with_money
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.respond.desk.settlement.payer_blocks import expire_blocks, read_list
from unbrush.respond.desk.settlement.payer_simulation import Pairs, PayerTrial, Simulated, Tried
from unbrush.respond.desk.settlement.payers import (
    decide_block,
    lift_block,
    propose_block,
    simulate_again,
)
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

People = dict[str, Caller]
CLEAN = Simulated(
    stopped_minor=3_000, n_stopped=2, brushers=12, fewest_brushers=10, suspects=0,
    suspect_minor=0, innocents=1, innocent_minor=7, unknown=0, shops=0, left_out=0,
    left_out_unknown=0, accounts=1_000, first_at=1, last_at=2,
)  # fmt: skip
NO_PAIRS = Pairs(pairs=(), grounds=())
HITS = replace(CLEAN, innocents=2)


@pytest.fixture
def trial(engine: DuckDBEngine, folder: RunFolder) -> PayerTrial:
    return PayerTrial(engine, folder, rings=["R-7"], shops=["1", "2"])


def both(simulated: Simulated) -> Tried:
    """Say the same of either scope, but that the narrow one hits nobody."""
    return Tried(everybody=simulated, brushers=replace(simulated, innocents=0))


def proposed(tx: Transaction, people: People, simulated: Simulated, *tokens: str) -> Row:
    return propose_block(
        tx, NOW, "C-1", tokens or ["w1"], caller=people["ann"], scope="everybody",
        tried=both(simulated), pairs=NO_PAIRS, run_id=newest_run(tx)[0], reason=FACTS,
        basis="规则", term_ms=30 * DAY_MS,
    )  # fmt: skip


def decided(tx: Transaction, block: Row, caller: Caller, version: int = 1) -> Row:
    return decide_block(
        tx, NOW, block["block_id"], caller=caller, expected_version=version, is_approved=True,
        reason="看过影响",
    )  # fmt: skip


def test_a_wallet_that_pays_brushers_alone_hits_nobody(trial: PayerTrial) -> None:
    tried = trial.try_block(["w1"])
    assert (tried.stopped_minor, tried.n_stopped, tried.brushers) == (3_000, 2, 2)
    assert (tried.innocents, tried.innocent_minor, tried.suspects) == (0, 0, 0)
    assert (tried.accounts, tried.days) == (30, 1.0)


def test_innocents_are_whoever_nothing_was_found_of(trial: PayerTrial) -> None:
    tried = trial.try_block(["w2"])
    # 21 is a companion alone, 22 never bought, and nobody knows whose the third wallet is.
    assert (tried.innocents, tried.innocent_minor, tried.unknown) == (3, 24, 1)
    assert (tried.stopped_minor, tried.shops) == (500, 1)
    other = trial.try_block(["w3"])
    assert (other.stopped_minor, other.suspects, other.suspect_minor) == (0, 1, 50)
    assert other.innocents == 0


def test_whom_people_cleared_is_innocent(engine: DuckDBEngine, folder: RunFolder) -> None:
    trial = PayerTrial(
        engine,
        folder,
        rings=[],
        shops=["1"],
        reversed_subjects=[{"subject_kind": "order", "subject_id": "1", "human_at": 1}],
    )
    assert trial.try_block(["w1"]).innocents == 1


def test_a_later_block_stops_less(trial: PayerTrial) -> None:
    tried = trial.try_block(["w1"], from_at=DAY_MS)
    assert (tried.stopped_minor, tried.n_stopped) == (2_000, 1)


def test_payers_are_listed_by_what_they_pay_and_chosen_by_whom_they_hit(
    trial: PayerTrial,
) -> None:
    assert [row["token"] for row in trial.payers(fewest_brushers=1)] == ["w1", "w2"]
    assert [row["token"] for row in trial.payers(fewest_brushers=2)] == ["w1"]
    assert trial.payers() == []
    assert trial.try_block(["w1", "w2"]).fewest_brushers == 1
    assert trial.within(["w2", "w1"], 0.05) == ["w1"]
    assert trial.within(["w2", "w1"], 0.5) == ["w1", "w2"]
    with pytest.raises(NoSuchRecord):
        trial.try_block(["w1", "nowhere"])


def test_without_transfers_nobody_knows(engine: DuckDBEngine, folder: RunFolder) -> None:
    folder.event("transfers").unlink()
    with pytest.raises(Conflict, match="no transfers"):
        PayerTrial(engine, folder, rings=[], shops=["1"])


def test_one_other_person_confirms_what_hits_few(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        block = proposed(tx, people, CLEAN)
        assert not block["needs_panel"]
        for who in ("ann", "adm", "mia", "sys", "aud"):
            with pytest.raises(NotAllowed):
                decided(tx, block, people[who])
        with pytest.raises(Stale):
            decided(tx, block, people["rita"], 2)
        done = decided(tx, block, people["rita"])
        assert (done["state"], done["ends_at"]) == ("in-force", NOW + 30 * DAY_MS)
        [entry] = read_list(tx, 0, 10)
        assert (entry["token"], entry["action"]) == ("w1", "block")


def test_above_the_bound_it_takes_the_panel(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        block = proposed(tx, people, HITS)
        assert block["needs_panel"]
        with pytest.raises(NotAllowed, match="2 innocent accounts of 1000"):
            decided(tx, block, people["rita"])
        assert decided(tx, block, people["pia"])["state"] == "proposed"
        with pytest.raises(Conflict, match="already"):
            decided(tx, block, people["pia"], 2)
        assert decided(tx, block, people["carl"], 2)["state"] == "proposed"
        assert read_list(tx, 0, 10) == []
        assert decided(tx, block, people["pat"], 3)["state"] == "in-force"


def test_who_is_tied_to_a_shop_of_the_case_confirms_nothing(
    records: SqlRecords, people: People
) -> None:
    with records.writing() as tx:
        block = proposed(tx, people, CLEAN)
        with pytest.raises(NotAllowed, match="tie"):
            decided(tx, block, replace(people["rita"], tied_to=frozenset({"1"})))


def test_a_newer_run_is_simulated_again(
    records: SqlRecords, people: People, engine: DuckDBEngine, tmp_path: Any
) -> None:
    with records.writing() as tx:
        block = proposed(tx, people, HITS)
        decided(tx, block, people["pia"])
    newer = run_with_money(tmp_path / "newer")
    newer.policy.write_text('{"version": "p2"}', encoding="utf-8")
    import_run(records, engine, newer, NOW + 1, by="system")
    with records.writing() as tx:
        with pytest.raises(Conflict, match="newer run"):
            decided(tx, block, people["pat"], 2)
        again = simulate_again(
            tx, NOW, block["block_id"], caller=people["ann"], expected_version=2,
            tried=both(CLEAN), pairs=NO_PAIRS, run_id=newest_run(tx)[0],
        )  # fmt: skip
        assert (again["approvals"], again["needs_panel"]) == ([], False)
        assert decided(tx, block, people["rob"], 3)["state"] == "in-force"


def test_the_list_is_read_on_from_where_it_was(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        first = decided(tx, proposed(tx, people, CLEAN, "w1", "w2"), people["rita"])
        with pytest.raises(Conflict, match="B-1"):
            proposed(tx, people, CLEAN, "w2")
        decided(tx, proposed(tx, people, CLEAN, "w3"), people["rita"])
        lift_block(
            tx, NOW, first["block_id"], caller=people["rob"], expected_version=2, reason="清白"
        )
        assert expire_blocks(tx, NOW + 30 * DAY_MS - 1) == 0
        assert expire_blocks(tx, NOW + 30 * DAY_MS) == 1
        listed = [(row["seq"], row["token"], row["action"]) for row in read_list(tx, 2, 10)]
        assert listed == [
            (3, "w3", "block"), (4, "w1", "unblock"), (5, "w2", "unblock"), (6, "w3", "unblock"),
        ]  # fmt: skip
        kinds = [row["kind"] for row in tx.all("SELECT kind FROM outbox ORDER BY seq")]
        assert kinds == ["payer.blocked"] * 2 + ["payer.unblocked"] * 2


def test_a_friend_of_a_brusher_is_not_blocked(records: SqlRecords, people: People) -> None:
    with records.writing() as tx:
        with pytest.raises(Conflict, match="9 brushers"):
            proposed(tx, people, replace(CLEAN, fewest_brushers=9))
        with pytest.raises(BadRecord, match="no payer"):
            proposed(tx, people, CLEAN, *(f"w{i}" for i in range(51)))
