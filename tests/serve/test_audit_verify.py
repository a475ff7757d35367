"""`unbrush audit verify`, as an auditor uses it: on the right folder, the wrong one, a copy."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason='the desk is an extra: pip install "unbrush[desk]"')

from unbrush.respond.desk.audit import note, sign_checkpoint
from unbrush.respond.desk.signing import Signer, signer_of
from unbrush.serve.cli import run_command
from unbrush.store.records import SqlRecords


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    _written(folder, "P-1")
    return folder


def _written(folder: Path, actor: str) -> None:
    records = SqlRecords(f"sqlite:///{folder}/records.sqlite")
    for i in range(3):
        with records.writing() as transaction:
            note(transaction, 1_000 + i, actor, "case.noted", "case", "C-1", n=i)
    records.close()


def _kept(folder: Path, signer: Signer) -> str:
    records = SqlRecords(f"sqlite:///{folder}/records.sqlite")
    with records.writing() as transaction:
        checkpoint = sign_checkpoint(transaction, signer, 2_000, every=1)
    records.close()
    return json.dumps({**(checkpoint or {}), "public_key": signer.public})


def _verify(capsys, *words: str) -> tuple[int, str]:
    try:
        status = run_command(["audit", "verify", *words])
    except SystemExit as end:
        status = int(end.code or 0)
    told = capsys.readouterr()
    return status, told.out + told.err


@pytest.mark.parametrize(
    "command", ["audit verify", "sharing export X-1 --out b", "desk staff-actions --to s.csv"]
)
def test_a_folder_without_records_is_told_and_gets_none(tmp_path: Path, capsys, command) -> None:
    assert run_command([*command.split(), "--desk", str(tmp_path)]) != 0
    assert "records.sqlite" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_reading_the_audit_makes_no_key(desk: Path, capsys) -> None:
    status, told = _verify(capsys, "--desk", str(desk))
    assert (status, "3 entries" in told) == (0, True)
    assert {path.name for path in desk.iterdir()} == {"records.sqlite", "records.sqlite-turn"}


def test_what_was_rewritten_shows_by_a_kept_checkpoint_alone(desk: Path, capsys) -> None:
    kept = desk.parent / "kept.json"
    kept.write_text(_kept(desk, signer_of(desk)))
    known = ("--desk", str(desk), "--checkpoint", str(kept))
    status, told = _verify(capsys, *known)
    assert (status, "signed up to 3" in told) == (0, True)

    file = sqlite3.connect(desk / "records.sqlite")
    for table in ("audit_log", "audit_head", "audit_checkpoints"):
        file.execute(f"DELETE FROM {table}")
    file.commit()
    file.close()
    _written(desk, "P-2")
    assert _verify(capsys, "--desk", str(desk))[0] == 0
    status, told = _verify(capsys, *known)
    assert (status, "Entry 3 is not what the signed checkpoint says" in told) == (1, True)


def test_checkpoints_are_read_one_a_line_and_checked_by_a_key_that_is_named(
    desk: Path, capsys
) -> None:
    signer = Signer(b"k" * 32)
    kept = desk.parent / "kept.jsonl"
    kept.write_text(_kept(desk, signer) + "\n\n")
    words = ("--desk", str(desk), "--checkpoint", str(kept))
    assert _verify(capsys, *words, "--key", signer.public)[0] == 0
    assert "unknown key" in _verify(capsys, *words, "--key", Signer(b"x" * 32).public)[1]


NEEDED = ("audit_log", "audit_head", "audit_checkpoints", "people", "runs", "alembic_version")


@pytest.mark.parametrize("table", NEEDED)
def test_a_table_that_was_taken_away_is_named(desk: Path, capsys, table: str) -> None:
    with closing(sqlite3.connect(desk / "records.sqlite")) as file:
        file.execute(f"DROP TABLE {table}")
    status, told = _verify(capsys, "--desk", str(desk))
    assert (status, f"table {table}" in told) == (1, True)
    assert "fault of ours" not in told
    assert "is whole: " not in told


def test_a_column_that_was_renamed_is_named(desk: Path, capsys) -> None:
    with closing(sqlite3.connect(desk / "records.sqlite")) as file:
        file.execute("ALTER TABLE audit_log RENAME COLUMN previous TO before_it")
    status, told = _verify(capsys, "--desk", str(desk))
    assert (status, "The table audit_log lacks previous" in told) == (1, True)


def test_records_of_a_newer_version_are_told(desk: Path, capsys) -> None:
    with closing(sqlite3.connect(desk / "records.sqlite")) as file:
        file.execute("INSERT INTO alembic_version VALUES ('later')")
        file.commit()
    status, told = _verify(capsys, "--desk", str(desk))
    assert (status, "newer version" in told) == (1, True)


def test_a_broken_file_is_told(desk: Path, capsys) -> None:
    path = desk / "records.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = file.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit_log'")
        at = (page.fetchone()[0] - 1) * file.execute("PRAGMA page_size").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[at : at + 64] = b"x" * 64
    path.write_bytes(raw)
    status, told = _verify(capsys, "--desk", str(desk))
    assert (status, "is broken" in told, "fault of ours" in told) == (1, True, False)


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"seq": "1"}', "no json"])
def test_a_file_that_holds_no_checkpoint_is_told(desk: Path, capsys, text: str) -> None:
    path = desk.parent / "kept.json"
    path.write_text(text)
    status, told = _verify(capsys, "--desk", str(desk), "--checkpoint", str(path))
    assert (status != 0, "Traceback" in told) == (True, False)
    assert "checkpoint" in told


def test_a_key_that_is_none_is_told(desk: Path, capsys) -> None:
    status, told = _verify(capsys, "--desk", str(desk), "--key", "abc")
    assert (status != 0, "is no public key" in told) == (True, True)
