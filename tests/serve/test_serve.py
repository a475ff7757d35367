"""`unbrush serve` at its start: it says what is wrong, and lets the first administrator in."""

import socket
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason='the desk is an extra: pip install "unbrush[desk]"')

from unbrush.base.errors import BadParameter, NotSignedIn
from unbrush.respond.desk.people import set_password, sign_in
from unbrush.serve.cli import run_command
from unbrush.serve.desk import first_link, listen_at, present, say_where
from unbrush.store.records import SqlRecords


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert run_command(["serve", "--desk", str(tmp_path / "desk"), "--port", port]) != 0
    told = capsys.readouterr()
    assert f"cannot listen at 127.0.0.1, port {port}" in told.err
    assert "--port" in told.err
    assert "listens at" not in told.out
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 70])
def test_an_address_of_others_is_told(host: str) -> None:
    with pytest.raises(BadParameter, match="cannot listen"):
        listen_at(host, 0)


def test_a_link_that_was_lost_is_given_anew_until_an_administrator_can_sign_in(
    tmp_path: Path,
) -> None:
    records = SqlRecords(f"sqlite:///{tmp_path}/records.sqlite")
    lost, link = first_link(records), first_link(records)
    assert lost
    assert link not in ("", lost)
    with records.writing() as tx, pytest.raises(NotSignedIn):
        set_password(tx, present(), lost, "a long enough password")
    with records.writing() as tx:
        set_password(tx, present(), link, "a long enough password")
        assert sign_in(tx, present(), "admin", "a long enough password")
    assert first_link(records) == ""
    records.close()


def test_the_first_words_are_told_in_both_languages(capsys) -> None:
    say_where("http://127.0.0.1:8460", "ub_link_x")
    told = capsys.readouterr().out
    for said in (
        "管理员",
        "administrator",
        '"link": "ub_link_x"',
        "/welcome?link=ub_link_x",
        "接口说明",
        "/docs",
    ):
        assert said in told
    say_where("http://127.0.0.1:8460", "")
    assert "link" not in capsys.readouterr().out
