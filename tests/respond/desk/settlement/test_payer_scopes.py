"""Blocks for brushers alone: what they stop, whom they leave alone, and who leaves them again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.respond.desk.office import FACTS, NOW
from tests.respond.desk.settlement.receiver import run_with_money, write_event
from tests.respond.desk.settlement.test_payers import CLEAN, HITS, NO_PAIRS, both, decided, proposed
from unbrush.base.clock import DAY_MS
from unbrush.base.errors import Conflict
from unbrush.base.records import Row, Transaction, add
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.appeals import restore_shop
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.respond.desk.settlement.payer_blocks import (
    block_of,
    expire_blocks,
    follow_reversals,
    read_list,
)
from unbrush.respond.desk.settlement.payer_pairs import list_pairs
from unbrush.respond.desk.settlement.payer_simulation import Pairs, PayerTrial
from unbrush.respond.desk.settlement.payers import lift_block, propose_block, simulate_again
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

People = dict[str, Caller]


def narrow(
    tx: Transaction, people: People, pairs: Pairs, *tokens: str, case_id: str = "C-1"
) -> Row:
    return propose_block(
        tx, NOW, case_id, tokens or ["w1"], caller=people["ann"], scope="brushers",
        tried=both(HITS), pairs=pairs, run_id=newest_run(tx)[0], reason=FACTS, basis="规则",
        term_ms=30 * DAY_MS,
    )  # fmt: skip


def said(tx: Transaction, kind: str, subject_id: str, at_ms: int = NOW) -> None:
    """Let a person reverse what is decided of a subject."""
    touched = tx.run(
        """UPDATE decisions SET human_outcome = 'reversed', human_by = 'rita', human_at = :at_ms
           WHERE subject_kind = :kind AND subject_id = :id""",
        at_ms=at_ms,
        kind=kind,
        id=subject_id,
    )
    assert touched == 1


def entries(tx: Transaction, after: int = 0) -> list[tuple[str, str | None, str]]:
    return [(row["token"], row["payee"], row["action"]) for row in read_list(tx, after, 100)]


@pytest.fixture
def trial(engine: DuckDBEngine, folder: RunFolder) -> PayerTrial:
    return PayerTrial(engine, folder, rings=["R-7"], shops=["1", "2"])


def test_a_narrow_block_stops_what_brushers_are_paid_and_nothing_else(trial: PayerTrial) -> None:
    tried = trial.try_both(["w1", "w2"])
    assert tried.everybody == trial.try_block(["w1", "w2"])
    assert (tried.brushers.stopped_minor, tried.brushers.brushers) == (3_500, 3)
    hit = tried.brushers.innocents, tried.brushers.suspects, tried.brushers.shops
    assert hit == (0, 0, 0)
    # A purse that nobody knows: whose it is cannot be said, so it is left alone and counted.
    assert (tried.brushers.left_out, tried.brushers.left_out_unknown) == (1, 1)
    assert (tried.everybody.left_out, tried.everybody.innocents) == (0, 3)
    assert trial.pairs(["w1", "w2"]).pairs == [("w1", "p11"), ("w1", "p12"), ("w2", "p13")]
    assert tried.suggested(0.001) == "brushers"
    assert trial.try_both(["w1"]).suggested(0.001) == "everybody"
    assert trial.try_both(["w3"]).suggested(0.001) == "everybody"  # pays none of the case


@pytest.mark.parametrize("other", [22, 23])
def test_a_purse_that_others_use_is_left_out(
    engine: DuckDBEngine, folder: RunFolder, other: int
) -> None:
    """22 is innocent; of 23 something was found elsewhere: neither is a brusher of the case."""
    links = [{"account_id": other, "kind": "card", "token": "p11"}]
    write_event(folder, "account_links", links)
    trial = PayerTrial(engine, folder, rings=["R-7"], shops=["1", "2"])
    tried = trial.try_both(["w1"]).brushers
    assert (tried.stopped_minor, tried.left_out, tried.left_out_unknown) == (2_000, 1, 0)
    assert trial.pairs(["w1"]).pairs == [("w1", "p12")]


def test_a_purse_of_a_shop_is_left_out(engine: DuckDBEngine, folder: RunFolder) -> None:
    write_event(folder, "payouts", [{"payout_id": 1, "shop_id": 1, "bank_token": "p11"}])
    trial = PayerTrial(engine, folder, rings=["R-7"], shops=["1", "2"])
    assert trial.try_both(["w1"]).brushers.left_out == 1
    assert trial.pairs(["w1"]).pairs == [("w1", "p12")]


@pytest.mark.parametrize(
    ("kind", "subject_id", "left"),
    [
        ("order", "1", ["p12"]),
        ("account", "11", ["p12"]),
        ("account", "12", ["p11"]),
        ("shop", "1", ["p12"]),  # 12 stays one by its place in the ring
        ("ring", "R-7", ["p11"]),  # and by its order no longer: shop and account are in the ring
    ],
)
def test_what_people_reversed_is_no_ground(
    engine: DuckDBEngine, folder: RunFolder, kind: str, subject_id: str, left: list[str]
) -> None:
    word = {"subject_kind": kind, "subject_id": subject_id, "human_at": NOW}
    trial = PayerTrial(engine, folder, rings=["R-7"], shops=["1", "2"], reversed_subjects=[word])
    assert [payee for _, payee in trial.pairs(["w1"]).pairs] == left
    # What happens after it was said is judged anew.
    before = PayerTrial(
        engine, folder, rings=[], shops=["1", "2"],
        reversed_subjects=[{**word, "human_at": 0}] if kind != "ring" else [],
    )  # fmt: skip
    assert [payee for _, payee in before.pairs(["w1"]).pairs] == ["p11", "p12"]


def test_the_list_names_pairs_and_takes_them_back(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    with records.writing() as tx:
        block = narrow(tx, people, trial.pairs(["w1", "w2"]), "w1", "w2")
        assert (block["scope"], block["n_pairs"], block["needs_panel"]) == ("brushers", 3, False)
        assert block["simulated"]["everybody"]["innocents"] == 2
        assert block["simulated"]["brushers"]["innocents"] == 0
        assert entries(tx) == []
        assert decided(tx, block, people["rita"])["state"] == "in-force"
        blocked = [("w1", "p11"), ("w1", "p12"), ("w2", "p13")]
        assert entries(tx) == [(*pair, "block") for pair in blocked]
        assert expire_blocks(tx, NOW + 30 * DAY_MS) == 1
        assert entries(tx, 3) == [(*pair, "unblock") for pair in blocked]
        assert block_of(tx, block["block_id"])["n_pairs"] == 0
        assert len(list_pairs(tx, block["block_id"], ("w1", "p11"), 10)) == 2
        told = [row["body"] for row in tx.all("SELECT body FROM outbox ORDER BY seq")]
        assert len(told) == 2
        assert '"n_entries":3' in told[0]
        assert '"scope":"brushers"' in told[0]


@pytest.mark.parametrize("state", ["proposed", "in-force"])
def test_who_is_cleared_leaves(
    records: SqlRecords, people: People, trial: PayerTrial, state: str
) -> None:
    with records.writing() as tx:
        block = narrow(tx, people, trial.pairs(["w1", "w2"]), "w1", "w2")
        if state == "in-force":
            decided(tx, block, people["rita"])
        n = len(entries(tx))
        assert follow_reversals(tx, NOW) == 0
        said(tx, "order", "1", at_ms=0)  # before it was placed: no word about it
        assert follow_reversals(tx, NOW) == 0
        said(tx, "order", "1")
        assert follow_reversals(tx, NOW) == 1
        assert follow_reversals(tx, NOW) == 0
        gone = [("w1", "p11", "unblock")] if state == "in-force" else []
        assert entries(tx, n) == gone
        restore_shop(tx, NOW, "1", by="rita", because="A-1")  # an appeal was right
        assert follow_reversals(tx, NOW) == 1
        now = block_of(tx, block["block_id"])
        # 12 is in the ring still.
        assert (now["state"], now["n_pairs"], now["n_left"]) == (state, 1, 2)
        if state == "proposed":
            decided(tx, block, people["rita"])
            assert entries(tx) == [("w1", "p12", "block")]


def test_who_was_cleared_a_moment_ago_is_not_blocked(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    with records.writing() as tx:
        block = narrow(tx, people, trial.pairs(["w1"]))
        said(tx, "order", "1")
        decided(tx, block, people["rita"])
        assert entries(tx) == [("w1", "p12", "block")]


def test_a_block_that_everybody_left_is_lifted_or_not_confirmed(
    records: SqlRecords, people: People, engine: DuckDBEngine, folder: RunFolder
) -> None:
    trial = PayerTrial(engine, folder, rings=[], shops=["1", "2"])
    with records.writing() as tx:
        block = narrow(tx, people, trial.pairs(["w1"]))
        decided(tx, block, people["rita"])
        waits = narrow(tx, people, trial.pairs(["w2"]), "w2")
        restore_shop(tx, NOW, "1", by="rita", because="A-1")
        assert follow_reversals(tx, NOW) == 3
        assert block_of(tx, block["block_id"])["state"] == "lifted"
        assert [each[2] for each in entries(tx)] == ["block"] * 2 + ["unblock"] * 2
        with pytest.raises(Conflict, match="Nobody"):
            decided(tx, waits, people["rita"])


def test_a_newer_run_renews_the_pairs(
    records: SqlRecords, people: People, trial: PayerTrial, engine: DuckDBEngine, tmp_path: Any
) -> None:
    with records.writing() as tx:
        waits = narrow(tx, people, trial.pairs(["w1"]))
        decided(
            tx, narrow(tx, people, trial.pairs(["w1"]), case_id=_second_case(tx)), people["rita"]
        )
        in_force = "B-2"
        newer = run_with_money(tmp_path / "newer")
        newer.policy.write_text('{"version": "p2"}', encoding="utf-8")
        decisions = pq.read_table(newer.output("decisions"))
        kept = [row for row in decisions.to_pylist() if row["subject_id"] != 1 or
                row["subject_kind"] != "order"]  # fmt: skip
        pq.write_table(
            pa.Table.from_pylist(kept, schema=decisions.schema), newer.output("decisions")
        )
    import_run(records, engine, newer, NOW + 1, by="system")
    with records.writing() as tx:
        again = PayerTrial(engine, newer, rings=["R-7"], shops=["1", "2"])
        assert again.pairs(["w1", "w2"]).pairs == [("w1", "p12"), ("w2", "p13")]
        for block_id, version in ((waits["block_id"], 1), (in_force, 2)):
            # w2 was never confirmed there: it does not come in.
            pairs = again.pairs(["w1"] if block_id == "B-1" else ["w1", "w2"])
            simulate_again(
                tx, NOW, block_id, caller=people["ann"], expected_version=version,
                tried=both(CLEAN), pairs=pairs, run_id=newest_run(tx)[0],
            )  # fmt: skip
        assert [row["payee"] for row in list_pairs(tx, "B-1", ("", ""), 9)] == ["p12"]
        assert block_of(tx, "B-1")["simulated"]["everybody"]["innocents"] == 1
        now = block_of(tx, in_force)
        assert (now["state"], now["n_pairs"], now["n_left"]) == ("in-force", 1, 1)
        assert now["simulated"]["everybody"]["innocents"] == 2  # as it was confirmed
        assert entries(tx)[-1] == ("w1", "p11", "unblock")


def test_whom_the_newest_run_does_not_find_leaves_by_itself(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    with records.writing() as tx:
        decided(tx, narrow(tx, people, trial.pairs(["w1"])), people["rita"])
        tx.run("DELETE FROM decisions WHERE subject_kind = 'order' AND subject_id = '2'")
        # What a person upheld stands, whatever a run says.
        changes = "SET rung = 'L0', human_outcome = 'upheld', human_by = 'rita', human_at = 1"
        tx.run(f"UPDATE decisions {changes} WHERE subject_kind = 'order' AND subject_id = '1'")
        assert follow_reversals(tx, NOW) == 0
        tx.run("DELETE FROM decisions WHERE subject_kind = 'order' AND subject_id = '1'")
        assert follow_reversals(tx, NOW) == 1
        assert entries(tx)[-1] == ("w1", "p11", "unblock")  # 12 is in the ring


def test_who_is_cleared_while_a_block_is_confirmed_leaves_it(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    if records.dialect == "sqlite":
        pytest.skip("there is one writer at a time")
    with records.writing() as tx:
        block = narrow(tx, people, trial.pairs(["w1"]))

    def follow() -> int:
        with records.writing() as tx:
            return follow_reversals(tx, NOW)

    with ThreadPoolExecutor(1) as pool:
        with records.writing() as confirming:
            decided(confirming, block, people["rita"])
            with records.writing() as tx:
                said(tx, "order", "1")
            following = pool.submit(follow)  # sees a block that is only proposed
            with pytest.raises(TimeoutError):
                following.result(1)
        assert following.result(30) == 1
    with records.reading() as tx:
        assert entries(tx)[-1] == ("w1", "p11", "unblock")


def test_a_pair_of_two_blocks_goes_with_the_last(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    with records.writing() as tx:
        pairs = trial.pairs(["w1"])
        decided(tx, narrow(tx, people, pairs), people["rita"])
        decided(tx, narrow(tx, people, pairs, case_id=_second_case(tx)), people["rita"])
        lift_block(tx, NOW, "B-1", caller=people["rob"], expected_version=2, reason="清白")
        assert [each[2] for each in entries(tx)] == ["block"] * 4
        lift_block(tx, NOW, "B-2", caller=people["rob"], expected_version=2, reason="清白")
        assert entries(tx, 4) == [("w1", "p11", "unblock"), ("w1", "p12", "unblock")]


def test_what_stands_in_the_way_of_a_block(
    records: SqlRecords, people: People, trial: PayerTrial
) -> None:
    with records.writing() as tx:
        pairs = trial.pairs(["w1"])
        with pytest.raises(Conflict, match="brushers of the case alone"):
            narrow(tx, people, NO_PAIRS)
        block = narrow(tx, people, pairs)
        with pytest.raises(Conflict, match=block["block_id"]):
            narrow(tx, people, pairs)
        decided(tx, block, people["rita"])
        decided(tx, narrow(tx, people, pairs), people["rita"])  # a newer run may know more purses
        wide = proposed(tx, people, CLEAN, "w1")  # and a wide one stops more
        assert wide["scope"] == "everybody"
        with pytest.raises(Conflict, match=wide["block_id"]):
            narrow(tx, people, pairs)


def test_thousands_of_pairs_are_no_trouble(records: SqlRecords, people: People) -> None:
    n = 12_000
    payees = [f"p{i:05}" for i in range(n)]
    grounds = [
        (payee, payee, "order:1", kind, subject_id, 0, is_itself)
        for payee in payees
        for kind, subject_id, is_itself in (("order", "1", 1), ("shop", "1", 0))
    ]
    pairs = Pairs(pairs=[("w1", payee) for payee in payees], grounds=grounds)
    with records.writing() as tx:
        block = decided(tx, narrow(tx, people, pairs), people["rita"])
        assert follow_reversals(tx, NOW) == 0
        restore_shop(tx, NOW, "1", by="rita", because="A-1")
        assert follow_reversals(tx, NOW) == n
        assert block_of(tx, block["block_id"])["state"] == "lifted"
        last = tx.one("SELECT count(*) AS n, max(seq) AS last FROM block_list")
        assert last == {"n": 2 * n, "last": 2 * n}


def _second_case(tx: Transaction) -> str:
    """Open another case of the same shops."""
    row = tx.one("SELECT * FROM cases WHERE case_id = 'C-1'")
    assert row is not None
    add(tx, "cases", **{**row, "case_id": "C-9"})
    tx.run(
        """INSERT INTO case_subjects SELECT 'C-9', subject_kind, subject_id
           FROM case_subjects WHERE case_id = 'C-1'"""
    )
    return "C-9"
