"""`unbrush explain` as a user meets it."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from unbrush.serve.bars import BAR, bar
from unbrush.serve.cli import run_command
from unbrush.simulate import simulate


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small judged market with brushing in it."""
    folder = tmp_path_factory.mktemp("explain")
    simulate(folder / "market", n_orders=1_500, seed=3, level=1)
    market, out = str(folder / "market"), str(folder / "run")
    assert run_command(["run", market, "--out", out, "--json"]) == 0
    return folder / "run"


def said(capsys, *words: str) -> str:
    capsys.readouterr()
    assert run_command(["explain", *words]) == 0
    return capsys.readouterr().out


def of(run: Path, kind: str, where: str = "is_neutralised") -> str:
    import duckdb

    rows = duckdb.sql(
        f"""SELECT subject_id FROM '{run}/decisions.parquet'
        WHERE subject_kind = '{kind}' AND {where} ORDER BY probability DESC, 1 LIMIT 1"""
    ).fetchall()
    return f"{kind}:{rows[0][0]}"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_it_fits_a_terminal_of_80_columns(run, capsys, lang):
    for kind in ("order", "review", "account", "shop"):
        text = said(capsys, str(run), of(run, kind), "--lang", lang)
        assert all(cell_len(line) <= 80 for line in text.splitlines()), kind
        assert not any(line.endswith(" ") for line in text.splitlines())
        assert ("What would change it" in text) == (lang != "zh")
        assert ("什么会改变结论" in text) == (lang != "en")
        assert "unbrush restore" in text


def test_the_document_says_what_the_run_was_made_with(run, capsys):
    document = json.loads(said(capsys, str(run), of(run, "order"), "--json"))
    policy = json.loads((run / "policy.json").read_text())
    detectors = json.loads((run / "detectors.json").read_text())
    assert document["made_by"]["policy"]["version"] == policy["version"]
    assert document["made_by"]["detectors"]["version"] == detectors["version"]
    assert document["headline"].keys() == {"zh", "en"}


def test_the_page_is_one_file(run, capsys, tmp_path):
    said(capsys, str(run), of(run, "shop"), "--html", str(tmp_path / "why.html"))
    page = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    assert "waterfall" in page
    assert run_command(["explain", str(run), of(run, "shop"), "--html", "/nowhere/a.html"]) == 1


def test_mistakes_are_told_from_each_other(run, capsys, tmp_path):
    for words, code, text in (
        ([str(run), "order:0"], 1, "subject-not-found"),
        ([str(run), "ordre:1"], 2, "Did you mean order?"),
        ([str(run), of(run, "order"), "--rows", "-1"], 2, "0 to 1,000"),
        ([str(tmp_path), "order:1"], 1, "unbrush run DATA"),
    ):
        capsys.readouterr()
        assert run_command(["explain", *words]) == code
        assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        (0.0, 4.0, "████████    "),
        (4.0, 2.0, "    ▒▒▒▒    "),
        (4.0, 4.0001, "        █   "),
        (6.0, 6.0, "           █"),
    ],
)
def test_a_bar_stands_where_its_step_is(start, end, drawn):
    assert bar(start, end, 0.0, 6.0, width=12) == drawn


def test_a_bar_of_nothing_is_empty():
    assert bar(0.0, 0.0, 0.0, 0.0) == " " * BAR
