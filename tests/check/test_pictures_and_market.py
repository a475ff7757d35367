"""`unbrush check shot.png --market RUN`: what a screenshot states beside a collected market."""

import json
from pathlib import Path

import pytest

from unbrush.serve.cli import run_command

image = pytest.importorskip("PIL.Image", reason="the extra pictures is not installed")
pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
FONTS = ("truetype/wqy/wqy-zenhei.ttc", "opentype/noto/NotoSansCJK-Regular.ttc")
ORDER = "2101234567890123456"
NOW = "2026-12-01"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a collected market with two orders."""
    root = tmp_path_factory.mktemp("market")
    (root / "data").mkdir()
    (root / "data" / "orders.csv").write_text(
        "order_id,account_id,shop_id,placed_at,paid_minor,currency\n"
        f"{ORDER},1,5,2026-11-03T14:05:22+08:00,12990,CNY\n"
        "2101234567890123457,2,5,2026-11-03T15:05:22+08:00,800,CNY\n"
    )
    done = run_command(
        ["collect", str(root / "data"), "--out", str(root / "run"), "--now", NOW, "--json"]
    )
    assert done == 0
    return root / "run"


@pytest.fixture
def shot(tmp_path):
    from PIL import ImageDraw, ImageFont

    paths = [Path("/usr/share/fonts") / name for name in FONTS]
    font = next((path for path in paths if path.is_file()), None)
    if font is None:
        pytest.skip("no Chinese font on this machine")

    def drawn(amount, order=ORDER):
        picture = image.new("RGB", (720, 420), "white")
        rows = (
            "订单详情",
            f"实付款 ￥{amount}",
            f"订单编号 {order}",
            "创建时间 2026-11-03 14:05:22",
        )
        for n, row in enumerate(rows):
            face = ImageFont.truetype(str(font), 34)
            ImageDraw.Draw(picture).text((30, 40 + 90 * n), row, fill="black", font=face)
        picture.save(tmp_path / "shot.png")
        return str(tmp_path / "shot.png")

    return drawn


def matches(arguments, capsys):
    capsys.readouterr()
    assert run_command(["check", *arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    return {each["field"]: each for each in document["market"]}


def test_a_true_order_agrees(run, shot, capsys):
    found = matches([shot("129.90"), "--market", str(run)], capsys)
    assert {found[name]["match"] for name in ("order_id", "amount_minor", "at")} == {"agrees"}
    assert found["order_id"]["ids"] == [int(ORDER)]


def test_a_changed_sum_contradicts(run, shot, capsys):
    found = matches([shot("929.90"), "--market", str(run)], capsys)
    assert found["amount_minor"]["match"] == "contradicts"
    assert found["amount_minor"]["held"] == 12_990
    assert found["order_id"]["match"] == "agrees"


def test_an_order_of_elsewhere_could_not_be_checked(run, shot, capsys):
    found = matches([shot("129.90", order="3301234567890123456"), "--market", str(run)], capsys)
    assert {each["match"] for each in found.values()} == {"unchecked"}


def test_people_see_a_table_in_both_languages(run, shot, capsys, tmp_path):
    page = tmp_path / "out.html"
    picture = shot("929.90")
    assert run_command(["check", picture, "--market", str(run), "--html", str(page)]) == 0
    out = capsys.readouterr().out
    assert "Beside the market" in out
    assert "contradicts 不符" in out
    assert "不符" in page.read_text(encoding="utf-8")


def test_a_folder_that_is_no_run_is_named(shot, capsys, tmp_path):
    assert run_command(["check", shot("1.00"), "--market", str(tmp_path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["error"]["code"] == "not-ready"
