"""The command line as a user meets it: exit codes, words on the screen, no trace back."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from unbrush.serve.cli import run_command
from unbrush.serve.options import key_from_environment
from unbrush.store.duckdb_engine import DuckDBEngine

VERBS = ("collect", "detect", "group", "judge", "respond")


def orders(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    return folder


GOOD = """order_id,account_id,shop_id,placed_at
1,11,s1,2024-05-01T10:00:00Z
2,12,s1,2024-05-01T11:00:00Z
3,13,s2,2024-05-02T12:00:00Z
"""


def test_the_smallest_market_goes_all_the_way(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    assert run_command(["run", str(data), "--out", str(tmp_path / "out")]) == 0
    for name in (
        "signals", "rings", "ring_members", "decisions", "reasons", "clean_counts", "coverage",
        "rejects", "clusters", "cluster_members", "searches", "adjudications",
    ):  # fmt: skip
        assert (tmp_path / "out" / f"{name}.parquet").is_file()
    assert (tmp_path / "out" / "summary.json").is_file()
    assert "report.html" in capsys.readouterr().out


def test_one_verb_at_a_time_gives_the_same_files(tmp_path):
    data = orders(tmp_path / "data", GOOD)
    whole, steps = tmp_path / "whole", tmp_path / "steps"
    assert run_command(["run", str(data), "--out", str(whole)]) == 0
    assert run_command(["collect", str(data), "--out", str(steps)]) == 0
    for verb in VERBS[1:]:
        assert run_command([verb, str(steps)]) == 0
    # The hashing key is made anew for each folder, so the market must have nothing to hash.
    for path in sorted(whole.glob("*.parquet")):
        assert path.read_bytes() == (steps / path.name).read_bytes(), path.name


def test_a_day_goes_on_from_the_day_before(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("UNBRUSH_KEY", "the same key for every day")
    monday = orders(tmp_path / "monday-data", GOOD)
    later = orders(tmp_path / "tuesday-data", GOOD + "4,11,s2,2024-05-03T09:00:00Z\n")
    out, next_out = str(tmp_path / "monday"), str(tmp_path / "tuesday")
    assert run_command(["run", str(later), "--out", next_out, "--since", out]) == 1
    assert "not-ready" in capsys.readouterr().err
    assert not Path(next_out).exists(), "said before any work"
    assert run_command(["run", str(monday), "--out", out]) == 0
    assert run_command(["run", str(later), "--out", next_out, "--since", out]) == 0
    scratch = (tmp_path / "tuesday" / "rings.parquet").read_bytes()
    assert run_command(["group", next_out]) == 0
    assert (tmp_path / "tuesday" / "rings.parquet").read_bytes() == scratch
    assert run_command(["group", out, "--since", next_out]) == 1
    assert "does-not-follow" in capsys.readouterr().err


def test_json_is_all_that_a_machine_gets(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    assert run_command(["run", str(data), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"].endswith("report.html")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run"], 2, "requires an argument"),
        (["rnu", "x"], 2, "Did you mean"),
        (["run", "nowhere", "--out", "o"], 1, "source-not-found"),
        (["detect", "nowhere"], 1, "unbrush collect"),
        (
            ["run", "nowhere", "--out", "o", "--set", "order-concentration=4"],
            2,
            "detector.parameter",
        ),
        (["run", "nowhere", "--out", "o", "--now", "yesterday"], 2, "no date"),
        (["run", "nowhere", "--out", "o", "--threads", "-1"], 2, "threads"),
        (["run", "nowhere", "--out", "o", "--memory", "lots"], 2, "8GB"),
        (["group", "nowhere", "--memory", "2"], 2, "no unit"),
        (["demo", "--memory", "0GB"], 2, "1MB is the least"),
        (["score", "nowhere", "--truth", "nowhere", "--memory", "2 GX"], 2, "unknown unit, GX"),
        (["simulate", "--out", "/dev/null/o", "--scale", "tiny"], 1, "cannot-write"),
        (["simulate", "--out", "o", "--scale", "enormous"], 2, "enormous"),
        (["simulate", "--out", "o", "--case"], 2, "A5 (the Yunhe gang"),
        (["simulate", "--case", "--out", "o"], 2, "A5 (the Yunhe gang"),
        (["simulate", "--out", "o", "--case", "A99"], 2, "A5 (the Yunhe gang"),
        (["simulate", "--out", "o", "--case", "A5", "--tier", "small"], 2, "ci, nightly, full"),
        (["simulate", "--out", "o", "--case", "A5", "--scale", "tiny"], 2, "--scale"),
        (["simulate", "--out", "o", "--case", "A5", "--without-fakes"], 2, "--without-fakes"),
        (["simulate", "--out", "o", "--tier", "ci"], 2, "--case"),
        (["simulate", "--out", "o", "--kind"], 2, "script-farm"),
        (["simulate", "--out", "o", "--kind", "murder"], 2, "script-farm"),
        (["simulate", "--out", "o", "--case", "A5", "--kind", "all"], 2, "--kind"),
        (["simulate", "--out", "o", "--kind", "all", "--without-fakes"], 2, "--kind"),
        (["score", "nowhere", "--truth", "nowhere"], 1, "not-ready"),
    ],
)
def test_mistakes_get_a_sentence_and_a_code(words, code, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_command(words) == code
    shown = capsys.readouterr()
    assert said in shown.err + shown.out
    assert "Traceback" not in shown.err + shown.out


def test_an_unknown_detector_in_set_is_named_with_the_nearest(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    words = [
        "run",
        str(data),
        "--out",
        str(tmp_path / "o"),
        "--set",
        "order-concentratio.min_ratio=4",
    ]
    assert run_command(words) == 2
    assert "order-concentration" in capsys.readouterr().err


def test_a_stage_says_which_one_comes_before_it(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    out = str(tmp_path / "out")
    assert run_command(["collect", str(data), "--out", out]) == 0
    assert run_command(["judge", out]) == 1
    assert "unbrush detect" in capsys.readouterr().err


def test_running_an_earlier_stage_again_takes_later_results_away(tmp_path):
    data = orders(tmp_path / "data", GOOD)
    out = tmp_path / "out"
    assert run_command(["run", str(data), "--out", str(out)]) == 0
    assert run_command(["detect", str(out)]) == 0
    assert not (out / "decisions.parquet").exists()
    assert not (out / "report.html").exists()


def test_the_installed_command_answers_help():
    command = Path(sys.executable).with_name("unbrush")
    shown = subprocess.run([command, "--help"], capture_output=True, text=True, check=True).stdout
    for verb in (*VERBS, "run", "simulate", "score", "demo"):
        assert verb in shown


def test_help_does_not_load_engines():
    """A user who asks for help should not wait for numba and DuckDB."""
    code = (
        "import sys; from unbrush.serve.cli import run_command; run_command(['--help']);"
        "print([m for m in ('numba', 'plotly') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip().endswith("[]")


def test_labels_of_ones_own_are_enough_to_score(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    out = str(tmp_path / "out")
    assert run_command(["run", str(data), "--out", out, "--json"]) == 0
    labels = tmp_path / "labels.csv"
    labels.write_text("subject_kind,subject_id,is_fake\norder,1,true\norder,2,false\n")
    capsys.readouterr()
    assert run_command(["score", out, "--truth", str(labels), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["overall"][0]
    assert (row["level"], row["total"], row["fake"], row["recall"]) == ("order", 3, 1, 0)


def test_labels_without_a_column_say_which(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    out = str(tmp_path / "out")
    assert run_command(["run", str(data), "--out", out, "--json"]) == 0
    labels = tmp_path / "labels.csv"
    labels.write_text("subject_kind,subject_id\norder,1\n")
    assert run_command(["score", out, "--truth", str(labels)]) == 1
    assert "is_fake" in capsys.readouterr().err


def test_a_source_that_cannot_be_used_leaves_the_last_run_whole(tmp_path, capsys):
    out = tmp_path / "out"
    assert run_command(["run", str(orders(tmp_path / "data", GOOD)), "--out", str(out)]) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert run_command(["run", str(orders(tmp_path / "bad", "a,b\n1,2\n")), "--out", str(out)]) == 1
    after = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert after == before
    assert "report.html" in before


def test_what_was_not_read_is_said_on_the_screen(tmp_path, capsys):
    data = orders(tmp_path / "data", GOOD)
    (data / "review.csv").write_text("review_id\n1\n")
    for verb in ("collect", "run"):
        assert run_command([verb, str(data), "--out", str(tmp_path / "out")]) == 0
        assert "Did you mean reviews?" in capsys.readouterr().out
    assert run_command(["collect", str(data), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"][0]["about"] == "review.csv"


def test_a_key_need_not_be_text(tmp_path, monkeypatch):
    monkeypatch.setenv("UNBRUSH_KEY", "\udcff" * 16)
    assert key_from_environment() == b"\xff" * 16
    monkeypatch.setenv("UNBRUSH_KEY", "密")
    assert key_from_environment() == "密".encode()


def test_an_interrupt_while_the_engine_works_is_no_fault(capsys, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        with DuckDBEngine(threads=1) as engine:
            Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
            engine.value("SELECT sum(a.range * b.range % 7) FROM range(300000) a, range(300000) b")

    monkeypatch.setattr("unbrush.serve.stages._stage", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background jobs
    try:
        assert run_command(["detect", "somewhere"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == ""


def test_a_reader_who_goes_away_is_no_error(tmp_path):
    data = orders(tmp_path / "data", GOOD)
    command = Path(sys.executable).with_name("unbrush")
    read, written = os.pipe()
    os.close(read)
    words = [command, "collect", data, "--out", tmp_path / "out"]
    for more in ([], ["--json"]):
        done = subprocess.run([*words, *more], stdout=written, stderr=subprocess.PIPE, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(written)


def test_too_little_memory_is_said_with_what_to_do(tmp_path, capsys):
    market, out = str(tmp_path / "market"), str(tmp_path / "out")
    assert run_command(["simulate", "--scale", "tiny", "--out", market]) == 0
    assert run_command(["run", market, "--out", out, "--memory", "4MB"]) == 1
    said = capsys.readouterr().err
    assert "4.0 MB" in said
    assert "--memory" in said
    assert "does-not-fit" in said


def test_tables_and_columns_can_be_asked_for(capsys):
    assert run_command(["tables"]) == 0
    assert "declared_revenue" in capsys.readouterr().out
    assert run_command(["tables", "orders", "--json"]) == 0
    columns = {row["column"]: row for row in json.loads(capsys.readouterr().out)}
    assert columns["placed_at"]["needed"] == "yes"
    assert run_command(["tables", "order"]) == 2
    assert "Did you mean orders" in capsys.readouterr().err


def test_detectors_and_their_parameters_can_be_asked_for(capsys):
    assert run_command(["detectors"]) == 0
    assert "cashback-loop" in capsys.readouterr().out
    assert run_command(["detectors", "order-concentration"]) == 0
    shown = capsys.readouterr().out
    assert "Look-alikes:" in shown
    assert "order-concentration.window_s" in shown
    assert run_command(["detectors", "order-concentratoin"]) == 2
    assert "order-concentration" in capsys.readouterr().err
