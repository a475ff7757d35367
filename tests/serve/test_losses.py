"""`unbrush losses` as a user meets it."""

import json

import pytest

from tests.respond.losses.market import BRUSHED, RIVAL
from tests.respond.losses.run import write_run
from unbrush.serve.cli import run_command


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("losses") / "out").root


def test_a_sheet_for_people_and_the_same_for_machines(root, capsys):
    words = ["losses", str(root), "--shop", str(BRUSHED), "--assume", "margin=0.1..0.2:books"]
    assert run_command([*words, "--methods"]) == 0
    said = capsys.readouterr().out
    assert "cannot be established" in said
    assert "must not be added up" in said
    assert "Order 118" not in said  # only methods that were used say what must hold
    assert run_command([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["run"]["policy"]["version"] == "v1"
    assert told["given"]["stated"]["margin"] == {"low": 0.1, "high": 0.2, "source": "books"}
    assert told["families"][1]["rows"]


def test_a_ring_a_rival_and_the_whole_run(root, capsys):
    for words in (["--ring", "ring-1"], [], ["--ring", "ring-1", "--rival", str(RIVAL)]):
        assert run_command(["losses", str(root), *words, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["n_reckoned"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--shop", "1", "--ring", "2"], 2),
        (["--shop", "999"], 1),
        (["--ring", "none"], 1),
        (["--assume", "margin=3"], 2),
        (["--window", "May"], 2),
        (["--documents", "nowhere.csv"], 1),
        (["--confirmed", "nowhere.csv"], 1),
    ],
)
def test_what_is_wrong_is_said(root, words, code, capsys):
    assert run_command(["losses", str(root), *words]) == code
    assert capsys.readouterr().err
