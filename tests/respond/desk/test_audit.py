"""The audit, attacked where it is kept."""

import pytest

from unbrush.respond.desk.audit import history, note, sign_checkpoint
from unbrush.respond.desk.audit_check import audit_faults
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
