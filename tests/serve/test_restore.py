"""`unbrush restore` as a user meets it."""

import json

import pyarrow.parquet as pq
import pytest

from unbrush.base.run_folder import RunFolder
from unbrush.serve.cli import run_command

COUNTS = ("clean_counts", "clean_counts_daily", "rank_influence", "removed_by")


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    root = tmp_path_factory.mktemp("restore")
    assert (
        run_command(["simulate", "--scale", "tiny", "--seed", "3", "--out", str(root / "m")]) == 0
    )
    assert run_command(["run", str(root / "m"), "--out", str(root / "out")]) == 0
    return RunFolder(root / "out")


def said(folder: RunFolder, *words: str, code: int = 0) -> None:
    options = ["--because", "appeal 77", "--by", "李娜", "--now", "2026-01-05"]
    assert run_command(["restore", str(folder.root), *words, *options]) == code


def table(folder: RunFolder, name: str):
    return pq.read_table(folder.output(name))


def worst_shop(folder: RunFolder) -> int:
    rows = table(folder, "clean_counts").to_pylist()
    shops = [row for row in rows if row["subject_kind"] == "shop"]
    return max(shops, key=lambda row: row["orders_raw"] - row["orders_clean"])["subject_id"]


def explained(page: str) -> int:
    return page.count('class="waterfall"')


def test_one_step_there_and_one_step_back(judged: RunFolder, capsys):
    shop = worst_shop(judged)
    n_explained = explained(judged.report.read_text(encoding="utf-8"))
    before = {name: judged.output(name).read_bytes() for name in COUNTS}
    decided = judged.output("decisions").read_bytes()
    said(judged, "shop", str(shop))
    words = capsys.readouterr().out
    assert f"Restored 已恢复计入 shop {shop}" in words
    rows = table(judged, "clean_counts").to_pylist()
    (row,) = [r for r in rows if (r["subject_kind"], r["subject_id"]) == ("shop", shop)]
    assert row["orders_raw"] == row["orders_clean"]
    page = judged.report.read_text(encoding="utf-8")
    assert "Restored by people" in page
    assert "appeal 77" in page
    assert explained(page) > 0.9 * n_explained > 0, "what explains decisions stays in the report"
    restored = {name: judged.output(name).read_bytes() for name in (*COUNTS, "restored")}

    assert run_command(["explain", str(judged.root), f"shop:{shop}", "--json"]) == 0
    why = json.loads(capsys.readouterr().out)
    assert why["sum"]["n_restored"] == why["sum"]["n_out"] > 0
    assert why["restore"] is None
    assert why["own"]["has_counts"] is False, "a shop is not left out, only rows of it are"
    assert not any(row["is_removed"] for rows in why["deeds"] for row in rows["rows"])

    said(judged, f"shop:{shop}")
    assert "Nothing changes" in capsys.readouterr().out
    assert len(judged.reversals.read_text(encoding="utf-8").splitlines()) == 1, "said twice"

    assert run_command(["judge", str(judged.root)]) == 0
    for name, was in restored.items():
        assert judged.output(name).read_bytes() == was, f"{name}: judging again keeps it"
    assert judged.output("decisions").read_bytes() == decided

    said(judged, "shop", str(shop), "--again")
    for name, was in before.items():
        assert judged.output(name).read_bytes() == was, f"{name}: as if nothing had been said"
    lines = [json.loads(line) for line in judged.reversals.read_text("utf-8").splitlines()]
    assert [line["action"] for line in lines] == ["restore", "again"]
    assert lines[0]["who"] == "李娜"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["shop", "nowhere"], 1, "There is no shop 'nowhere'"),
        (["shops", "1"], 2, "Did you mean shop?"),
        (["shop"], 2, "An id is missing"),
    ],
)
def test_what_cannot_be_restored_is_said(judged: RunFolder, capsys, words, code, told):
    said(judged, *words, code=code)
    assert told in capsys.readouterr().err


def test_a_reason_is_needed(judged: RunFolder, capsys):
    assert run_command(["restore", str(judged.root), "shop", "1", "--because", " "]) == 2
    assert "--because is missing" in capsys.readouterr().err


def test_a_folder_that_is_not_judged_says_what_to_run(tmp_path, capsys):
    said(RunFolder(tmp_path), "shop", "1", code=1)
    assert "holds no collected market" in capsys.readouterr().err


def test_a_damaged_file_of_words_stops_before_anything_is_lost(judged: RunFolder, capsys):
    kept = judged.reversals.read_bytes() if judged.reversals.is_file() else b""
    judged.reversals.write_text('{"action": "restore"}\n', encoding="utf-8")
    said(judged, "shop", "1", code=1)
    assert "line 1" in capsys.readouterr().err
    judged.reversals.write_bytes(kept)


def test_words_are_carried_to_the_next_day(judged: RunFolder, tmp_path):
    from unbrush.base.reversals import Reversal, append_reversals, carry_over, read_reversals

    word = Reversal(action="restore", kind="shop", id="1", at=1, who="a", because="b")
    monday, tuesday = tmp_path / "monday.jsonl", tmp_path / "tuesday.jsonl"
    append_reversals(monday, [word])
    carry_over(monday, tuesday)
    carry_over(monday, tuesday)
    assert read_reversals(tuesday) == [word]
