"""Input that is meant to harm: refused with a clear error, in bounded time and memory."""

import gzip
import io
import json
import os
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from unbrush.serve.cli import run_command

GOOD = "编号,评分,评价内容\n1,5,很好的一双鞋子\n"


def refused(capsys, *words, code=1, within_s=20.0):
    """Run a check that must fail in time; return what was said of the one input."""
    started = time.monotonic()
    assert run_command(["check", *map(str, words), "--json"]) == code
    assert time.monotonic() - started < within_s
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert "fault of ours" not in shown.err
    documents = [json.loads(line) for line in shown.out.splitlines()]
    return documents[-1]["error"]


def png(text: bytes = b"") -> bytes:
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"") + text


def test_a_decompression_bomb_is_stopped_long_before_its_end(tmp_path, capsys):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as bomb:
        bomb.write(GOOD.encode())
        for _ in range(12):
            bomb.write(bytes(10_000_000).replace(b"\0", b"a"))
    error = refused(capsys, path)
    assert "decompression bomb" in error["message"]
    assert "--max-ratio" in error["hint"]


def test_gzip_in_gzip_is_no_text(tmp_path, capsys):
    path = tmp_path / "deep.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(GOOD.encode())))
    assert "gzip data within gzip data" in refused(capsys, path)["message"]


def test_a_cut_gzip_file_says_so(tmp_path, capsys):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(100_000))[:-500])
    assert "not a whole gzip file" in refused(capsys, path)["message"]


def test_a_line_of_100_mb_is_refused_and_the_next_one_read(tmp_path):
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        file.write('{"id": 1, "text": "first"}\n{"id": 2, "text": "')
        for _ in range(100):
            file.write("长" * 350_000)
        file.write('"}\n{"id": 3, "text": "last"}\n')
    run = subprocess.run(
        [sys.executable, "-m", "unbrush", "check", "--kind", "page", str(path), "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2),
    )
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 1
    assert [document["id"] for document in documents] == [1, None, 3]
    assert [document["line"] for document in documents] == [1, 2, 3]
    assert "35,000,02" in documents[1]["error"]["message"]


def test_one_text_of_100_mb_is_refused_by_its_size(tmp_path, capsys):
    path = tmp_path / "long.txt"
    path.write_bytes(b"a" * 100_000_000)
    assert "--max-text-mb" in refused(capsys, path, within_s=5)["hint"]


def test_a_file_may_be_no_larger_than_allowed(tmp_path, capsys):
    path = tmp_path / "big.jsonl"
    path.write_bytes(b"a" * 2_000_000)
    assert "--max-file-mb" in refused(capsys, path, "--max-file-mb", "1")["hint"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.csv", b"PK\x03\x04" + bytes(100), "spreadsheet or zip"),
        ("r.csv", b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel"),
        ("r.csv", b"PAR1\x15\x04" + bytes(100), "a Parquet file"),
        ("p.html", b"%PDF-1.7\n<html><script>", "a PDF"),
        ("r.csv", b"\x7fELF" + bytes(100), "a program"),
        ("r.csv", b"\x1f\x8b\x08" + bytes(100), "gzip data without .gz"),
        ("r.jsonl", b"\x28\xb5\x2f\xfd" + bytes(100), "zstd"),
        ("r.txt", os.urandom(1) + b"\x00\x01\x02\x00" * 200, "zero"),
        ("r.csv", GOOD.encode() + b"2,5,\x00\n", "byte"),
        ("r.csv", GOOD.encode() + "2,5,很好用的鞋子走路舒服".encode() + b"\xff\n", "byte"),
        ("p.jsonl", b'{"text": "abc"}\n\xff\xff\xff', "byte"),
        ("r.json", b"[" * 200_000, "deep"),
        ("r.json", b'{"reviews": ' * 100_000, "deep"),
        ("r.jsonl", b'{"text": "a", "rating": 1e999}', "too large"),
        ("r.jsonl", b'{"text": "a", "rating": NaN}', "NaN"),
        ("r.jsonl", b'{"id": [1], "text": "abc"}', "list"),
        ("p.jsonl", b'{"text": {"a": 1}}', "an object"),
        ("p.jsonl", b'{"text": "\\ud800"}', "surrogate"),
        ("p.jsonl", b'{"text": "a\\u0000b"}', "zero character"),
        ("p.jsonl", b'"text"', "not a JSON object"),
        ("p.jsonl", b"", "no records"),
        ("r.csv", b"", "empty"),
        ("r.csv", "编号,评分,评价内容\n".encode(), "no rows"),
        ("r.csv", b'rating,text\n5,"never closed\n' + b"1,a\n" * 50, "never closed"),
        ("r.csv", b"a,b\n1,2\n", "no text"),
        ("r.csv", b"rating,b\n,2\n", "no review that can be used"),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "x.png"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_by_what_it_is(name, content, said, tmp_path, capsys):
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(capsys, path)
    assert said in error["message"]
    assert error["hint"]


def test_a_workbook_that_is_called_csv_is_no_table(tmp_path, capsys):
    path = tmp_path / "reviews.csv"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    assert "spreadsheet" in refused(capsys, path)["message"]


def test_a_picture_that_is_also_a_page_is_a_picture_and_refused(tmp_path, capsys):
    path = tmp_path / "both.html"
    path.write_bytes(png(b"<html><script>alert(1)</script></html>"))
    assert refused(capsys, path)["code"] in ("unreadable-picture", "missing-extra")
    assert "is a picture" in refused(capsys, "--kind", "page", path)["message"]


@pytest.mark.parametrize("digits", ["9" * 30, "9" * 5_000, "-" + "9" * 25])
def test_a_number_that_nothing_holds_is_no_rating(digits, tmp_path, capsys):
    path = tmp_path / "r.jsonl"
    path.write_text(f'{{"text": "a", "rating": {digits}}}\n{{"text": "b", "rating": 5}}\n')
    assert run_command(["check", str(path), "--json"]) in (0, 1)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert "error" in first or first["rating"] is None
    assert second["rating"] == 5


def test_a_folder_a_pipe_and_a_loop_of_links_are_named(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.csv", "is a pipe"),
        (tmp_path / "loop.csv", "cannot be opened"),
        (tmp_path / "none.csv", "There is no"),
        (Path("/dev/zero"), "is a device"),
        ("a\0b", "There is no"),
    ):
        assert said in refused(capsys, path, within_s=5)["message"]


def test_a_page_of_a_million_elements_in_one_another_ends(tmp_path, capsys):
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + "<div>" * 500_000 + "text")
    assert "element" in refused(capsys, path)["message"]


def test_the_scripts_of_a_page_are_neither_run_nor_read(tmp_path, capsys):
    path = tmp_path / "page.html"
    path.write_text("<html><script>400-123-4567 维修</script><body><p>你好</p></body></html>")
    assert run_command(["check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "你好"


def test_strings_that_never_end_are_read_in_linear_time(tmp_path, capsys):
    path = tmp_path / "quotes.json"
    path.write_text('{"a": [[[[[[[[[[[[[[[[[ "' + '\\"' * 3_000_000)
    assert "no JSON" in refused(capsys, path)["message"]


@pytest.mark.parametrize("kind", ["page", "post", "reviews"])
def test_an_id_that_comes_twice_counts_once(kind, tmp_path, capsys):
    path = tmp_path / "twice.jsonl"
    path.write_text('{"id": "a", "text": "first"}\n{"id": "a", "text": "second"}\n')
    assert run_command(["check", "--kind", kind, str(path), "--json"]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert "error" not in first
    assert "line 1" in second["error"]["message"]


def test_a_list_of_pictures_may_not_reach_outside_its_folder(tmp_path, capsys):
    (tmp_path / "lists").mkdir()
    (tmp_path / "secret.png").write_bytes(png())
    (tmp_path / "lists" / "link.png").symlink_to(tmp_path / "secret.png")
    path = tmp_path / "lists" / "list.jsonl"
    names = ["../secret.png", str(tmp_path / "secret.png"), "link.png", "/etc/passwd", "a\\u0000"]
    path.write_text("".join(f'{{"file": "{name}"}}\n' for name in names))
    assert run_command(["check", "--kind", "picture", str(path), "--json"]) == 1
    errors = [json.loads(line)["error"] for line in capsys.readouterr().out.splitlines()]
    assert len(errors) == len(names)
    for error in errors[:4]:
        assert "outside the folder" in error["message"]


def test_what_steers_a_terminal_is_not_printed(tmp_path, capsys):
    path = tmp_path / "p.jsonl"
    path.write_text(
        json.dumps({"id": "\x1b[2J", "text": "a \x1b]0;owned\x07 \u202e 五星好评返现5元"})
    )
    run_command(["check", "--kind", "post", str(path)])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_pipe_is_read_within_limits(capsys, monkeypatch):
    class Pipe:
        buffer = io.BytesIO(b'{"id": 1, "text": "ok"}\n' * 200_000)

    monkeypatch.setattr(sys, "stdin", Pipe)
    error = refused(capsys, "--kind", "page", "-", "--max-file-mb", "1")
    assert "standard input is larger" in error["message"]


def test_a_name_that_is_no_text_is_told_by_its_bytes(tmp_path, capsys):
    path = os.fsdecode(bytes(tmp_path) + b"/\xff.txt")
    Path(path).write_text("短文", encoding="utf-8")
    assert run_command(["check", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"].endswith("\\udcff.txt")
    assert run_command(["check", path]) == 0


def test_a_table_of_one_line_of_100_mb_ends(tmp_path, capsys):
    path = tmp_path / "long.csv"
    path.write_bytes(b"id,text\n1," + b"a" * 100_000_000 + b"\n2,b\n")
    assert refused(capsys, path)["code"] == "unreadable-file"
