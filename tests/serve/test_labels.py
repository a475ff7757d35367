"""Labels as people hand them in: what is read, and what is refused in which words."""

from pathlib import Path

import pytest

from unbrush.base.errors import MissingColumn, SourceNotFound, UnbrushError, UnreadableFile
from unbrush.serve.labels import read_labels

HEAD = "subject_kind,subject_id,is_fake"


def given(folder: Path, text: str, name: str = "labels.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("cell", "is_fake"),
    [("true", True), ("1", True), ("TRUE", True), ("0", False), ("False", False), ("", None)],
)
def test_what_a_cell_says(tmp_path, cell, is_fake):
    path = given(tmp_path, f"{HEAD}\norder,007,{cell}\norder,8,{cell}\n")
    first, _ = read_labels(path).to_pylist()
    assert (first["subject_id"], first["is_fake"]) == ("007", is_fake)


def test_a_folder_and_json_lines_will_do(tmp_path):
    given(
        tmp_path, '{"subject_kind": "review", "subject_id": 5, "is_fake": true}\n', "labels.jsonl"
    )
    assert read_labels(tmp_path)["is_fake"].to_pylist() == [True]


@pytest.mark.parametrize(
    ("at", "ms"),
    [
        ("1732406400000", 1_732_406_400_000),
        ("2024-11-24T00:00:00Z", 1_732_406_400_000),
        ("2024-11-24", 1_732_406_400_000),
        ("", None),
    ],
)
def test_when_it_was_found(tmp_path, at, ms):
    [row] = read_labels(given(tmp_path, f"{HEAD},at\norder,1,true,{at}\n")).to_pylist()
    assert row["at"] == ms


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (f"{HEAD}\norder,1,maybe\norder,2,true\n", UnreadableFile, "is_fake = 'maybe'"),
        (f"{HEAD}\norder,1,-1\norder,2,1\n", UnreadableFile, "is_fake = '-1'"),
        (f"{HEAD}\nOrder,1,true\n", UnreadableFile, "Did you mean order?"),
        (f"{HEAD},at\norder,1,true,soon\n", UnreadableFile, "no time"),
        (HEAD.replace(",", ";") + "\n", MissingColumn, "no column subject_kind"),
        ("", UnreadableFile, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, text, error, said):
    with pytest.raises(error) as raised:
        read_labels(given(tmp_path, text))
    assert said in f"{raised.value.message} {raised.value.hint}"
    assert isinstance(raised.value, UnbrushError)


def test_a_folder_without_any_says_what_it_may_be_called(tmp_path):
    with pytest.raises(SourceNotFound) as raised:
        read_labels(tmp_path)
    assert "labels.csv" in raised.value.hint
