"""The file: the same bytes there and back, and nothing but a whole model is read."""

import json

import pytest

from unbrush.base.errors import BadModel, SourceNotFound
from unbrush.judge.learned.forest import forest_of
from unbrush.judge.learned.model import Learned, Model, read_model

TREE = [[0, 1.5, 1, 2, 30], [-1, -2.5, 0, 0, 20], [-1, 2.5, 0, 0, 10]]
NAMES = ("account_n", "signal:shared-device")


def model(
    speaks_from: float = 0.9, names: tuple[str, ...] = NAMES, tree: list | None = None
) -> Model:
    tree = tree or TREE
    learned = Learned(
        kind="order",
        names=names,
        forest=forest_of([tree], len(names)),
        trees=[tree],
        slope=1.0,
        offset=-0.25,
        speaks_from=speaks_from,
        needs=("orders.account_id",),
        measured={"average_precision": 0.5},
    )
    return Model(learned={"order": learned}, data={"sha256": "0"}, made_by="0.1.0")


@pytest.mark.parametrize("speaks_from", [0.9, float("inf")])
def test_a_model_comes_back_as_it_was(tmp_path, speaks_from):
    path = tmp_path / "model.json"
    path.write_text(model(speaks_from).text(), encoding="utf-8")
    again = read_model(path)
    assert again.text() == model(speaks_from).text()
    assert again.version == model(speaks_from).version
    assert again.learned["order"].speaks_from == speaks_from


def test_another_model_has_another_version():
    assert model(0.9).version != model(0.8).version


def broken(path, **changes) -> dict:
    raw = json.loads(model().text())
    for key, value in changes.items():
        if key in raw:
            raw[key] = value
        else:
            raw["learned"]["order"][key] = value
    path.write_text(json.dumps(raw), encoding="utf-8")
    return raw


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"learned": {}},
        {"learned": {"shop": {}}},
        {"learned": []},
        {"data": 3},
        {"slope": -1.0},
        {"slope": "steep"},
        {"speaks_from": 1.5},
        {"offset": 0.0},  # whole, but not what was written: its version is another
        {"names": []},
        {"names": ["account_n", "what_came_of_it"]},
        {"names": ["account_n", 7]},
        {"trees": []},
        {"trees": ["[[0,1.5,0,1,3]]"]},
        {"trees": ["__import__('os')"]},
        {"trees": ["[" * 5_000]},
        {"trees": 1},
    ],
)
def test_what_is_no_model_is_refused_in_words(tmp_path, changes):
    path = tmp_path / "model.json"
    broken(path, **changes)
    with pytest.raises(BadModel) as said:
        read_model(path)
    assert "model.json" in said.value.message
    assert "unbrush learn" in said.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[1]", b'{"format": NaN}', b"[" * 9_999]
)
def test_what_is_no_json_is_refused_in_words(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(BadModel):
        read_model(path)


def test_no_file_is_said(tmp_path):
    with pytest.raises(SourceNotFound):
        read_model(tmp_path / "none.json")


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(BadModel):
        read_model(tmp_path)
