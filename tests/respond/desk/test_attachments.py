"""Attachments on both databases: kept by their hash, sealed, moved with cases."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.respond.desk.office import NOW, a_case, found, office, person
from unbrush.base.errors import Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Transaction
from unbrush.respond.desk.appeals import file_appeal
from unbrush.respond.desk.attachments import (
    attach_to_appeal,
    attach_to_case,
    attachments_of,
    open_attachment,
    own_attachment,
    read_attachment,
    shown_name,
)
from unbrush.respond.desk.audit import history
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_joining import merge, split
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.reports.evidence import Opened
from unbrush.respond.desk.reports.vault import Vault
from unbrush.respond.desk.shelf import Shelf
from unbrush.store.records import SqlRecords


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "attachments", Vault(b"v" * 32, tmp_path))


def opened(text: str = "收款记录", copy: str = "clean") -> Opened:
    return Opened(
        kind="text", format="txt", original=text.encode(), copy=copy.encode(),
        copy_type="text/plain; charset=utf-8", sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def begin(tx: Transaction) -> dict[str, Caller]:
    people = office(tx)
    a_case(tx)
    return people


def test_who_when_and_hash_are_listed_and_in_the_audit(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people = begin(tx)
        row = attach_to_case(
            tx, shelf, NOW, "C-1", opened(), caller=people["ann"], name="a/../receipt\u202e.txt"
        )
        again = attach_to_case(tx, shelf, NOW + 1, "C-1", opened(), caller=people["rita"])
        assert again == row
        assert row["name"] == "receipt.txt"
        assert (row["added_by"], row["added_at"]) == (people["ann"].person_id, NOW)
        assert row["sha256"] == hashlib.sha256("收款记录".encode()).hexdigest()
        [entry] = [e for e in history(tx, "case", "C-1") if e["action"] == "attachment.added"]
        assert entry["detail"]["sha256"] == row["sha256"]
        assert (
            read_attachment(tx, shelf, row["attachment_id"], caller=people["ann"])["content"]
            == b"clean"
        )


def test_a_sealed_one_opens_for_few_and_never_unseen(
    records: SqlRecords, shelf: Shelf, tmp_path: Path
) -> None:
    with records.writing() as tx:
        people = begin(tx)
        row = attach_to_case(
            tx, shelf, NOW, "C-1", opened(copy="收款记录"), caller=people["ann"], sealed=True
        )
        for path in (tmp_path / "attachments").iterdir():
            assert "收款".encode() not in path.read_bytes()
        attachment_id = row["attachment_id"]
        with pytest.raises(NotAllowed, match="tie"):
            read_attachment(tx, shelf, attachment_id, caller=people["tom"])
        with pytest.raises(NotAllowed, match="sealed"):
            read_attachment(tx, shelf, attachment_id, caller=people["ann"])
        for name in ("ann", "tom", "pia"):  # no role for it; a tie; no role for it
            with pytest.raises(NotAllowed):
                open_attachment(tx, shelf, NOW, attachment_id, caller=people[name], reason="x")
        got = open_attachment(tx, shelf, NOW, attachment_id, caller=people["carl"], reason="核对")
        assert got["content"] == "收款记录".encode()
        [entry] = [e for e in history(tx, "case", "C-1") if e["action"] == "attachment.read"]
        assert (entry["actor"], entry["detail"]["reason"]) == (people["carl"].person_id, "核对")


def test_what_was_changed_on_the_disk_is_not_given(
    records: SqlRecords, shelf: Shelf, tmp_path: Path
) -> None:
    with records.writing() as tx:
        people = begin(tx)
        row = attach_to_case(tx, shelf, NOW, "C-1", opened(), caller=people["ann"])
        path = tmp_path / "attachments" / row["sha256"]
        path.write_bytes("付款记录".encode())
        with pytest.raises(Conflict, match="changed"):
            open_attachment(
                tx, shelf, NOW, row["attachment_id"], caller=people["rita"], reason="x",
                original=True,
            )  # fmt: skip
        path.unlink()
        with pytest.raises(NoSuchRecord):
            open_attachment(
                tx, shelf, NOW, row["attachment_id"], caller=people["rita"], reason="x",
                original=True,
            )  # fmt: skip


def test_merging_moves_and_splitting_gives_to_both(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people = begin(tx)
        open_or_renew(
            tx, NOW, found(keys=("R-2",), shops=(("s3", "L5"),)), run_id="r1", by="system"
        )
        row = attach_to_case(tx, shelf, NOW, "C-2", opened(), caller=people["ann"])
        merge(tx, NOW, "C-2", "C-1", caller=people["ann"], expected_version=1, reason="one hand")
        assert attachments_of(tx, "case", "C-2") == []
        assert attachments_of(tx, "case", "C-1") == [row]
        named = f"{row['attachment_id']} {row['sha256']}"
        for case_id, action in (("C-2", "case.merged"), ("C-1", "case.took-in")):
            entry = history(tx, "case", case_id)[-1]
            assert (entry["action"], entry["detail"]["attachments"]) == (action, [named])
        with pytest.raises(Conflict, match="merged"):
            attach_to_case(tx, shelf, NOW, "C-2", opened("x"), caller=people["ann"])
        new = split(
            tx, NOW, "C-1", ["s3"], caller=people["ann"], expected_version=2, reason="two hands"
        )
        [given] = attachments_of(tx, "case", new["case_id"])
        assert attachments_of(tx, "case", "C-1") == [row]
        assert (given["came_from"], given["sha256"]) == ("C-1", row["sha256"])
        assert given["attachment_id"] != row["attachment_id"]
        said = json.dumps(history(tx, "case", new["case_id"])[-1]["detail"])
        assert given["attachment_id"] in said
        assert (
            read_attachment(tx, shelf, given["attachment_id"], caller=people["ann"])["content"]
            == b"clean"
        )


def test_only_its_merchant_attaches_to_an_appeal(records: SqlRecords, shelf: Shelf) -> None:
    with records.writing() as tx:
        people = begin(tx)
        other = person(tx, "moe", Role.MERCHANT, member_of=["s9"])
        appeal = file_appeal(tx, NOW, "s1", "是直播", caller=people["mia"])["appeal_id"]
        row = attach_to_appeal(
            tx, shelf, NOW, appeal, opened(), caller=people["mia"], sealed=True
        )  # fmt: skip
        with pytest.raises(NoSuchRecord):
            attach_to_appeal(tx, shelf, NOW, appeal, opened(), caller=other)
        with pytest.raises(NoSuchRecord):
            own_attachment(tx, shelf, NOW, row["attachment_id"], caller=other)
        own = own_attachment(tx, shelf, NOW, row["attachment_id"], caller=people["mia"])
        assert own["content"] == b"clean"
        assert history(tx, "appeal", appeal)[-1]["action"] == "attachment.read"
        tx.run("UPDATE appeals SET state = 'upheld'")
        with pytest.raises(Conflict):
            attach_to_appeal(tx, shelf, NOW, appeal, opened("x"), caller=people["mia"])


def test_names_are_shown_without_what_deceives() -> None:
    assert shown_name("C:\\x\\photo\u202egpj.exe\n") == "photogpj.exe"
    assert shown_name("a" * 500) == "a" * 120
