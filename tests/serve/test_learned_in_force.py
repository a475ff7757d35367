"""A trained model in force: the run goes all the way, and what the model said is explained."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.learn.test_learn import labels, market
from unbrush.serve.cli import run_command

pytest.importorskip("lightgbm")
pytestmark = pytest.mark.slow

NOW = ("--now", "2024-06-01")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A market of crews judged without a model, `plain`, and with one, `with`."""
    root = tmp_path_factory.mktemp("in_force")
    (root / "data").mkdir()
    told = labels(root, market(root / "data", has_crews=True))
    plain, model = str(root / "plain"), str(root / "model.json")
    assert run_command(["run", str(root / "data"), "--out", plain, *NOW]) == 0
    words = ["learn", plain, "--labels", str(told), "--runs", "5", "--out", model]
    assert run_command(words) == 0
    words = ["run", str(root / "data"), "--out", str(root / "with"), "--model", model, *NOW]
    assert run_command(words) == 0
    return root


def explained(run: Path, subject: str, capsys) -> dict:
    capsys.readouterr()
    assert run_command(["explain", str(run), subject, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def orders(run: Path, families: str) -> list[int]:
    rows = duckdb.sql(
        f"""SELECT subject_id FROM '{run}/decisions.parquet'
        WHERE subject_kind = 'order' AND families = '{families}' ORDER BY 1"""
    )
    return [row[0] for row in rows.fetchall()]


def test_what_it_says_is_a_finding_with_its_sentence(root, capsys):
    order = orders(root / "with", "graph,learned")[0]
    why = explained(root / "with", f"order:{order}", capsys)
    assert why["decision"]["rung"] == "L1"
    model = json.loads((root / "model.json").read_text(encoding="utf-8"))
    assert why["made_by"]["model"] == model["version"]
    [said] = [each for each in why["signals"] if each["detector"] == "learned"]
    assert (said["is_heard"], said["strength"], said["implicates"]) == (True, "E1", "nobody")
    assert "Learned from checked cases" in said["sentence"]["en"]
    assert said["title"] == {"zh": "学习模型的判断", "en": "what a learned model says"}
    steps = {each["name"]: each for each in why["waterfall"]}
    assert steps["learned"]["log_odds"] > 0
    assert why["waterfall"][-1]["probability"] == pytest.approx(why["decision"]["probability"])


def test_without_it_the_row_is_as_a_run_without_a_model_has_it(root, capsys):
    for order in orders(root / "with", "graph,learned")[:5]:
        why = explained(root / "with", f"order:{order}", capsys)
        plain = explained(root / "plain", f"order:{order}", capsys)["decision"]
        [without] = [each for each in why["changes"] if each["names"] == ["learned"]]
        assert without["is_neutralised"] == plain["is_neutralised"]
        assert without["probability"] == pytest.approx(plain["probability"], abs=1e-3)


def test_alone_it_leaves_out_nothing_and_says_what_is_missing(root, capsys):
    why = explained(root / "with", f"order:{orders(root / 'with', 'learned')[0]}", capsys)
    assert why["decision"]["rung"] == "L0"
    assert why["next"]["missing"][0]["name"] == "second-witness"


@pytest.mark.parametrize("kind", ["account", "shop"])
def test_parties_and_the_report_hold_it_too(root, capsys, kind):
    [row] = duckdb.sql(
        f"""SELECT subject_id FROM '{root}/with/decisions.parquet'
        WHERE subject_kind = '{kind}' AND families LIKE '%learned%' ORDER BY 1 LIMIT 1"""
    ).fetchall()
    why = explained(root / "with", f"{kind}:{row[0]}", capsys)
    assert "learned" in {each["name"] for each in why["sum"]["by_name"]}
    page = (root / "with" / "report.html").read_text(encoding="utf-8")
    assert "what a learned model says" in page


@pytest.mark.parametrize(
    "words",
    [("shadow", "{run}", "--policy", "default"), ("backtest", "default", "default", "{run}")],
)
def test_policies_are_compared_with_the_model_heard(root, capsys, words):
    words = [each.format(run=root / "with") for each in words]
    capsys.readouterr()
    assert run_command(words) == 1
    assert "--model FILE" in capsys.readouterr().err
    assert run_command([*words, "--model", str(root / "model.json")]) == 0
    assert "No decision changes" in capsys.readouterr().out


def test_without_a_model_nobody_has_learned_anything(root):
    assert duckdb.sql(f"SELECT * FROM '{root}/plain/learned.parquet'").fetchall() == []
    [[n]] = duckdb.sql(f"SELECT count(*) FROM '{root}/with/learned.parquet'").fetchall()
    assert n > 0
