"""`unbrush learn` as a user meets it: what is written, what is refused, and in which words."""

import json
import random
from pathlib import Path

import pytest

from tests.learn.test_learn import START, N, labels, market
from unbrush.serve.cli import run_command

pytest.importorskip("lightgbm")

NOW = ("--now", "2024-06-01")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, dict[int, bool]]:
    root = tmp_path_factory.mktemp("learning")
    data = root / "data"
    data.mkdir()
    is_fake = market(data)
    assert START < 1_717_000_000_000, "in the past of NOW"
    assert run_command(["collect", str(data), "--out", str(root / "run"), *NOW]) == 0
    return root / "run", is_fake


@pytest.mark.slow
def test_a_better_model_is_written_and_judges(run, tmp_path, capsys):
    folder, is_fake = run
    out = tmp_path / "model.json"
    told = str(labels(tmp_path, is_fake))
    words = ["learn", str(folder), "--labels", told, "--runs", "5", "--out", str(out)]
    assert run_command(words) == 0
    said = capsys.readouterr().out
    assert "accounts not seen before" in said
    version = json.loads(out.read_text("utf-8"))["version"]
    assert f"Model {version}" in said
    for stage in ("detect", "group"):
        assert run_command([stage, str(folder)]) == 0
    assert run_command(["judge", str(folder), "--model", str(out)]) == 0
    assert json.loads((folder / "policy.json").read_text("utf-8"))["model"]["version"] == version


@pytest.mark.slow
def test_a_worse_model_is_refused_and_nothing_is_written(run, tmp_path, capsys):
    """Half of what teaches is called fake by chance; later it is a tenth."""
    folder, is_fake = run
    rng = random.Random(3)
    wrong = {n: rng.random() < 0.5 if n < 0.8 * N else fake for n, fake in is_fake.items()}
    out = tmp_path / "model.json"
    told = str(labels(tmp_path, wrong))
    assert (
        run_command(["learn", str(folder), "--labels", told, "--runs", "5", "--out", str(out)]) == 1
    )
    assert not out.exists()
    error = capsys.readouterr().err
    assert "not-better" in error
    assert "off by" in error


def test_what_cannot_be_is_said_before_any_work(run, tmp_path, capsys):
    folder, is_fake = run
    told = labels(tmp_path, dict(list(is_fake.items())[:50]))
    out = str(tmp_path / "model.json")
    for words, code, said in (
        (["--out", out, "--unlabelled", "fake"], 2, "honest or unknown"),
        (["--out", str(tmp_path / "no" / "model.json")], 1, "no folder"),
        (["--out", out], 1, "too-few-labels"),
        (["--out", out, "--labels", str(told), "--unlabelled", "unknown"], 1, "too-few-labels"),
        (["--out", out, "--labels", str(tmp_path / "none.csv")], 1, "source-not-found"),
        (["--out", out, "--against", str(told)], 1, "bad-model"),
        (["--out", out, "--runs", "2"], 2, "5 to 200"),
    ):
        assert run_command(["learn", str(folder), *words]) == code, words
        assert said in capsys.readouterr().err
    assert not Path(out).exists()


def test_a_model_that_is_none_stops_a_run_before_any_work(run, tmp_path, capsys):
    bad = tmp_path / "model.json"
    bad.write_text("{}", encoding="utf-8")
    out = tmp_path / "out"
    assert run_command(["run", str(run[0]), "--out", str(out), "--model", str(bad)]) == 1
    assert "bad-model" in capsys.readouterr().err
    assert not out.exists()
