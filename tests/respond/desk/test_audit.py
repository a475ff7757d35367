"""The audit, attacked where it is kept."""

import pytest

from tests.respond.desk.office import person
from unbrush.base.errors import RecordsDamaged
from unbrush.respond.desk.audit import CHECKPOINT_AFTER_MS, history, note, sign_checkpoint
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer, is_signed
from unbrush.store.records import SqlRecords

SIGNER = Signer(b"k" * 32)


@pytest.fixture
def chain(records: SqlRecords) -> SqlRecords:
    """Ten entries, a checkpoint after the seventh."""
    for i in range(10):
        with records.writing() as transaction:
            note(transaction, 1_000 + i, "P-1", "case.noted", "case", f"C-{i % 2}", n=i, what="记")
            if i == 6:
                assert sign_checkpoint(transaction, SIGNER, 2_000, every=5)
    return records


def faults(records: SqlRecords, keys: tuple[str, ...] = (SIGNER.public,)) -> list[tuple[int, str]]:
    with records.reading() as transaction:
        return [(fault.seq, fault.kind) for fault in audit_faults(transaction, list(keys))]


def attack(records: SqlRecords, *statements: str) -> None:
    with records.writing() as transaction:
        for statement in statements:
            transaction.run(statement)


def test_a_whole_chain_has_no_fault(chain: SqlRecords) -> None:
    assert faults(chain) == []


def test_no_entry_at_all_is_whole(records: SqlRecords) -> None:
    assert faults(records) == []


def test_the_history_of_a_subject_is_read_in_order(chain: SqlRecords) -> None:
    with chain.reading() as transaction:
        found = history(transaction, "case", "C-0")
    assert [entry["detail"]["n"] for entry in found] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("noted_at", "5"),
        ("actor", "'P-9'"),
        ("action", "'x'"),
        ("subject_id", "'C-9'"),
        ("detail", "'{}'"),
    ],
)
def test_a_changed_entry_is_named(chain: SqlRecords, column: str, value: str) -> None:
    attack(chain, f"UPDATE audit_log SET {column} = {value} WHERE seq = 4")
    assert faults(chain) == [(4, "changed")]


@pytest.mark.parametrize("table", ["audit_log", "audit_head", "audit_checkpoints"])
def test_a_table_that_is_gone_is_named(chain: SqlRecords, table: str) -> None:
    attack(chain, f"DROP TABLE {table}")
    with chain.reading() as transaction:
        found = audit_faults(transaction, [SIGNER.public])
    assert [(each.seq, each.kind, f"table {table} is" in each.words.en) for each in found] == [
        (0, "gone", True)
    ]
    with pytest.raises(RecordsDamaged, match=table), chain.reading() as transaction:
        transaction.all(f"SELECT * FROM {table}")


_LIKE_4 = "noted_at, actor, 'case.moved', subject_kind, subject_id, detail, previous, hash"


def put_in(seq: str) -> str:
    return f"INSERT INTO audit_log SELECT {seq}, {_LIKE_4} FROM audit_log WHERE seq = 4"


@pytest.mark.parametrize("seq", ["0", "-1"])
def test_an_entry_that_is_put_in_before_the_first_is_named(chain: SqlRecords, seq: str) -> None:
    attack(chain, put_in(seq))
    assert faults(chain) == [(0, "added")]


ODD = {
    "a number between": (put_in("4.5"), (0, "added")),
    "a word for a number": (put_in("'four'"), (0, "added")),
    "bytes for a number": (put_in("x'04'"), (0, "added")),
    "half a millisecond": ("UPDATE audit_log SET noted_at = 1003.5 WHERE seq = 4", (4, "changed")),
    "a word for a time": ("UPDATE audit_log SET noted_at = 'x' WHERE seq = 4", (4, "changed")),
    "bytes for text": ("UPDATE audit_log SET detail = x'00ff' WHERE seq = 4", (4, "changed")),
    "a word for the head": ("UPDATE audit_head SET seq = 'x'", (11, "cut-off")),
    "a word for a checkpoint": (
        "UPDATE audit_checkpoints SET signed_at = 'x'", (7, "forged-checkpoint"),
    ),
    "bytes for a signature": (
        "UPDATE audit_checkpoints SET signature = x'00'", (7, "forged-checkpoint"),
    ),
    "no number of a checkpoint": (
        "UPDATE audit_checkpoints SET seq = x'00'", (0, "forged-checkpoint"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_no_column_should_hold_is_named(
    chain: SqlRecords, records_url: str, name: str
) -> None:
    if records_url.startswith("postgresql"):
        pytest.skip("PostgreSQL keeps columns to their type")
    statement, fault = ODD[name]
    attack(chain, statement)
    assert faults(chain) == [fault]


def test_an_audit_that_is_taken_away_as_a_whole_is_named(chain: SqlRecords) -> None:
    with chain.writing() as transaction:
        person(transaction, "ann", Role.ANALYST)
    attack(
        chain, "DELETE FROM audit_log", "DELETE FROM audit_head", "DELETE FROM audit_checkpoints"
    )
    assert faults(chain) == [(1, "cut-off")]


def test_a_checkpoint_that_was_kept_elsewhere_shows_what_was_rewritten(chain: SqlRecords) -> None:
    with chain.reading() as transaction:
        kept = transaction.all("SELECT * FROM audit_checkpoints")
    attack(
        chain, "DELETE FROM audit_log", "DELETE FROM audit_head", "DELETE FROM audit_checkpoints"
    )
    for i in range(10):
        with chain.writing() as transaction:
            note(transaction, 1_000 + i, "P-2", "case.noted", "case", f"C-{i % 2}", n=i)
    assert faults(chain) == []
    with chain.reading() as transaction:
        found = audit_faults(transaction, [SIGNER.public], kept)
    assert [(fault.seq, fault.kind) for fault in found] == [(7, "changed")]


def test_no_entry_stays_unsigned_for_more_than_an_hour(chain: SqlRecords) -> None:
    eighth = 1_007
    with chain.writing() as transaction:
        before = sign_checkpoint(transaction, SIGNER, eighth + CHECKPOINT_AFTER_MS - 1)
        signed = sign_checkpoint(transaction, SIGNER, eighth + CHECKPOINT_AFTER_MS)
        again = sign_checkpoint(transaction, SIGNER, eighth + 9 * CHECKPOINT_AFTER_MS)
    assert (before, again) == (None, None), "too early, and nothing new"
    assert signed is not None
    assert signed["seq"] == 10
    assert faults(chain) == []


def test_a_removed_entry_is_named(chain: SqlRecords) -> None:
    attack(chain, "DELETE FROM audit_log WHERE seq = 4")
    assert (4, "removed") in faults(chain)


def test_exchanged_entries_are_named(chain: SqlRecords) -> None:
    attack(
        chain,
        "UPDATE audit_log SET seq = 99 WHERE seq = 4",
        "UPDATE audit_log SET seq = 4 WHERE seq = 5",
        "UPDATE audit_log SET seq = 5 WHERE seq = 99",
    )
    assert {seq for seq, _ in faults(chain)} >= {4, 5}


def test_an_end_that_is_cut_off_is_named(chain: SqlRecords) -> None:
    attack(chain, "DELETE FROM audit_log WHERE seq > 8")
    assert faults(chain) == [(9, "cut-off")]


def test_an_end_cut_off_with_its_head_mended_breaks_the_checkpoint(chain: SqlRecords) -> None:
    attack(
        chain,
        "DELETE FROM audit_log WHERE seq > 5",
        "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_log WHERE seq = 5)",
    )
    assert faults(chain) == [(7, "cut-off")]


def test_a_chain_that_is_written_anew_breaks_the_checkpoint(chain: SqlRecords) -> None:
    attack(chain, "DELETE FROM audit_log", "DELETE FROM audit_head")
    for i in range(10):
        with chain.writing() as transaction:
            note(transaction, 1_000 + i, "P-2", "case.noted", "case", f"C-{i % 2}", n=i)
    assert faults(chain) == [(7, "changed")]


def test_a_forged_checkpoint_is_named(chain: SqlRecords) -> None:
    attack(chain, "UPDATE audit_checkpoints SET signed_at = 3")
    assert faults(chain) == [(7, "forged-checkpoint")]
    assert faults(chain, (Signer(b"x" * 32).public,)) == [(7, "unknown-key")]


def test_a_signature_holds_for_its_message_alone() -> None:
    signature = SIGNER.sign(b"a")
    assert is_signed(SIGNER.public, b"a", signature)
    assert not is_signed(SIGNER.public, b"b", signature)
    assert not is_signed(SIGNER.public, b"a", "AAAA")


def test_an_entry_is_not_there_without_what_it_tells(records: SqlRecords) -> None:
    def noted_and_undone() -> None:
        with records.writing() as transaction:
            note(transaction, 1, "P-1", "x", "case", "C-1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        noted_and_undone()
    assert faults(records) == []
    with records.writing() as transaction:
        assert note(transaction, 1, "P-1", "x", "case", "C-1") == 1
