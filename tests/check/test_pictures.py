"""Screenshots: their text, their fields, and what they promise."""

import json
from pathlib import Path

import pytest

from unbrush.serve.cli import run_command

image = pytest.importorskip("PIL.Image")
pytest.importorskip("rapidocr")
FONTS = ("truetype/wqy/wqy-zenhei.ttc", "opentype/noto/NotoSansCJK-Regular.ttc")
LINES = ("五星好评晒图返现5元红包", "截图加微信 abc_12345 领取", "客服电话 13812345678")


@pytest.fixture
def card(tmp_path):
    from PIL import ImageDraw, ImageFont

    paths = [Path("/usr/share/fonts") / name for name in FONTS]
    font = next((path for path in paths if path.is_file()), None)
    if font is None:
        pytest.skip("no Chinese font on this machine")
    picture = image.new("RGB", (640, 360), "white")
    for n, line in enumerate(LINES):
        place, face = (30, 40 + 90 * n), ImageFont.truetype(str(font), 36)
        ImageDraw.Draw(picture).text(place, line, fill="black", font=face)
    picture.save(tmp_path / "card.png")
    return tmp_path / "card.png"


def test_a_reward_card_is_read_and_labelled(card, capsys):
    assert run_command(["check", str(card), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "picture"
    assert found["shows"] == "reward-card"
    assert "paid-praise-post" in found["labels"]
    assert "五星好评" in found["text"]
    assert "13812345678" not in json.dumps(found), "personal numbers are masked"


def test_places_are_only_named_in_the_text_that_is_shown(card, capsys):
    run_command(["check", str(card), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["fields"]["contacts"]
    assert all("start" not in contact for contact in found["fields"]["contacts"])
    assert "spans" not in found["fields"]


def test_a_list_of_pictures_keeps_its_order(card, capsys):
    path = card.with_name("list.jsonl")
    path.write_text('{"id": 1, "file": "card.png"}\n{"id": 2, "file": "none.png"}\n')
    assert run_command(["check", "--kind", "picture", str(path), "--json"]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], second["id"]) == (1, 2)
    assert first["labels"]
    assert second["error"]["code"] == "source-not-found"
