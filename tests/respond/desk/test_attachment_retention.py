"""How long attachments stay, on both databases: a term, a hold, and what several cases share."""

import hashlib
from pathlib import Path

import pytest

from tests.respond.desk.office import NOW, a_case, found, in_force, office
from tests.respond.desk.test_attachments import opened
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Transaction
from unbrush.respond.desk.appeals import file_appeal
from unbrush.respond.desk.attachment_retention import (
    erase_old_attachments,
    hold_files,
    legal_hold_of,
)
from unbrush.respond.desk.attachments import (
    attach_to_appeal,
    attach_to_case,
    attachments_of,
    open_attachment,
    read_attachment,
)
from unbrush.respond.desk.audit import history
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_joining import merge, split
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.cases import case_of, move
from unbrush.respond.desk.reports.retention import KEPT_MS
from unbrush.respond.desk.reports.vault import Vault
from unbrush.respond.desk.shelf import Shelf
from unbrush.store.records import SqlRecords

END = NOW + KEPT_MS
People = dict[str, Caller]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "attachments", Vault(b"v" * 32, tmp_path))


def close(tx: Transaction, people: People, case_id: str = "C-1") -> None:
    version = int(case_of(tx, case_id)["version"])
    move(
        tx, NOW, case_id, "closed", caller=people["rita"], expected_version=version,
        reason="清楚", outcome="confirmed",
    )  # fmt: skip


def begun(tx: Transaction, shelf: Shelf, *, sealed: bool = False) -> tuple[People, str]:
    """Attach a file to C-1 as Ann; return the people and its id."""
    people = office(tx)
    a_case(tx)
    row = attach_to_case(
        tx, shelf, NOW, "C-1", opened(), caller=people["ann"], name="李四转账.txt", sealed=sealed
    )
    return people, str(row["attachment_id"])


@pytest.mark.parametrize("sealed", [False, True])
def test_it_goes_three_years_after_its_case_and_leaves_its_hash(
    records: SqlRecords, shelf: Shelf, tmp_path: Path, sealed: bool
) -> None:
    with records.writing() as tx:
        people, attachment_id = begun(tx, shelf, sealed=sealed)
        assert erase_old_attachments(tx, shelf, END) == 0, "its case is open"
        close(tx, people)
        assert erase_old_attachments(tx, shelf, END - 1) == 0
        assert len(list((tmp_path / "attachments").iterdir())) == 2
        assert erase_old_attachments(tx, shelf, END) == 1
        assert list((tmp_path / "attachments").iterdir()) == []
        [row] = attachments_of(tx, "case", "C-1")
        assert (row["erased_at"], row["name"]) == (END, "")
        assert row["sha256"] == hashlib.sha256("收款记录".encode()).hexdigest()
        entry = history(tx, "case", "C-1")[-1]
        assert (entry["action"], entry["actor"]) == ("attachment.erased", "system")
        assert entry["detail"]["sha256"] == row["sha256"]
        with pytest.raises(NoSuchRecord, match="erased"):
            read_attachment(tx, shelf, attachment_id, caller=people["ann"])
        with pytest.raises(NoSuchRecord, match="erased"):
            open_attachment(tx, shelf, END, attachment_id, caller=people["rita"], reason="x")
        assert erase_old_attachments(tx, shelf, END + 1) == 0
        assert audit_faults(tx, []) == []


def test_what_another_case_names_stays_for_it(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people, _ = begun(tx, shelf)
        other = found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        row = attach_to_case(tx, shelf, NOW, "C-2", opened(), caller=people["ann"])
        close(tx, people)
        assert erase_old_attachments(tx, shelf, END) == 1
        assert (
            read_attachment(tx, shelf, row["attachment_id"], caller=people["ann"])["content"]
            == b"clean"
        )
        close(tx, people, "C-2")
        assert erase_old_attachments(tx, shelf, END) == 1
        with pytest.raises(NoSuchRecord):
            shelf.get(row["sha256"], sealed=False)


def test_the_same_file_is_attached_anew(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people, attachment_id = begun(tx, shelf)
        close(tx, people)
        erase_old_attachments(tx, shelf, END)
        row = attach_to_case(tx, shelf, END, "C-1", opened(), caller=people["ann"])
        assert row["attachment_id"] != attachment_id
        assert (
            read_attachment(tx, shelf, row["attachment_id"], caller=people["ann"])["content"]
            == b"clean"
        )


def test_it_stays_while_a_step_is_in_force_or_the_case_is_open_again(
    records: SqlRecords, shelf: Shelf
) -> None:
    with records.writing() as tx:
        people, _ = begun(tx, shelf)
        step_id = in_force(tx, people, "L2", "rita")  # it has no term
        appeal = file_appeal(tx, NOW, "s1", "真实", caller=people["mia"], step_id=step_id)
        attach_to_appeal(tx, shelf, NOW, appeal["appeal_id"], opened("x"), caller=people["mia"])
        tx.run("UPDATE appeals SET state = 'upheld', decided_at = :at", at=NOW)
        close(tx, people)
        assert erase_old_attachments(tx, shelf, END) == 0
        tx.run("UPDATE steps SET state = 'lifted'")
        version = int(case_of(tx, "C-1")["version"])
        move(
            tx, NOW, "C-1", "investigating", caller=people["ann"], expected_version=version,
            reason="新证据",
        )  # fmt: skip
        assert erase_old_attachments(tx, shelf, END) == 1, "the appeal's alone"
        assert attachments_of(tx, "case", "C-1")[0]["erased_at"] is None


def test_a_hold_stops_it_until_somebody_else_ends_it(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people, _ = begun(tx, shelf)
        close(tx, people)
        for who in ("ann", "tom", "mia", "adm"):
            with pytest.raises(NotAllowed):
                hold_files(tx, NOW, "case", "C-1", caller=people[who], is_held=True, reason="x")
        with pytest.raises(BadRecord):
            hold_files(tx, NOW, "case", "C-1", caller=people["carl"], is_held=True, reason=" ")
        hold = hold_files(
            tx, NOW, "case", "C-1", caller=people["carl"], is_held=True, reason="（2026）民初1号"
        )
        assert hold == legal_hold_of(tx, "case", "C-1")
        assert erase_old_attachments(tx, shelf, END) == 0
        with pytest.raises(Conflict, match="already"):
            hold_files(tx, NOW, "case", "C-1", caller=people["rita"], is_held=True, reason="x")
        with pytest.raises(Conflict, match="Who set"):
            hold_files(tx, NOW, "case", "C-1", caller=people["carl"], is_held=False, reason="x")
        hold_files(tx, NOW, "case", "C-1", caller=people["rita"], is_held=False, reason="已审结")
        assert erase_old_attachments(tx, shelf, END) == 1


def test_a_hold_goes_where_the_files_go(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people, _ = begun(tx, shelf)
        hold_files(tx, NOW, "case", "C-1", caller=people["carl"], is_held=True, reason="诉讼")
        new = split(tx, NOW, "C-1", ["s2"], caller=people["ann"], expected_version=1, reason="两案")
        hold = legal_hold_of(tx, "case", new["case_id"])
        assert hold is not None
        other = found(kind="merchant", keys=("s9",), shops=(("s9", "L3"),))
        open_or_renew(tx, NOW, other, run_id="r1", by="system")
        merge(
            tx, NOW, new["case_id"], "C-3", caller=people["ann"], expected_version=1, reason="一案"
        )
        assert legal_hold_of(tx, "case", "C-3") == hold
