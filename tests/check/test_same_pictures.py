"""Pictures that show the same: among files, and among the photos of reviews."""

import json

import pytest

from tests.pictures import patches
from unbrush.check.looks import SAME_FILE, SAME_PICTURE, Looks, look_of
from unbrush.serve.cli import run_command

image = pytest.importorskip("PIL.Image", reason="the extra pictures is not installed")
from PIL import ImageDraw, ImageOps  # noqa: E402


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a picture, its copy and its edits, another, and two screens."""
    one = patches(1)
    one.save(tmp_path / "one.png")
    one.save(tmp_path / "copy.png")
    ImageOps.mirror(one.crop((0, 0, 221, 166))).save(tmp_path / "edited.jpg", quality=70)
    patches(2).save(tmp_path / "other.png")
    for name in ("a", "b"):
        screen = image.new("RGB", (200, 400), "white")
        for line in range(8):
            words = f"{name} order {line}"
            ImageDraw.Draw(screen).text((10, 20 + 45 * line), words, fill="black", font_size=20)
        screen.save(tmp_path / f"screen-{name}.png")
    return tmp_path


def compared(folder, *names: str) -> list[dict]:
    looks = Looks()
    return [
        looks.compared(look_of(folder / name, label=name), {"path": name, "item_id": name[0]})
        for name in names
    ]


def test_a_copy_and_an_edit_name_the_earlier_picture(folder):
    first, copy, other, edited = compared(folder, "one.png", "copy.png", "other.png", "edited.jpg")
    assert (first, other) == ({}, {})
    assert copy["same"] == [{"path": "one.png", "item_id": "o", "how": SAME_FILE}]
    assert [(each["path"], each["how"]) for each in edited["same"]] == [
        ("one.png", SAME_PICTURE),
        ("copy.png", SAME_PICTURE),
    ]


def test_screens_are_the_same_only_as_files(folder):
    _, other, again = compared(folder, "screen-a.png", "screen-b.png", "screen-a.png")
    assert set(other) == {"note"}
    assert [each["how"] for each in again["same"]] == [SAME_FILE]


REVIEWS = """id,item_id,nickname,content,rating,photos
1,a,小雨,杯子很好用，家里人都喜欢,5,one.png
2,a,大山,颜色和图片一样，很满意,5,edited.jpg;other.png
3,b,秋天,物流很快，包装也仔细,5,copy.png
4,b,冬天,还可以，就是有点小,4,none.png
5,b,春天,第二次来买了，推荐,5,3
6,b,冬天,追加一张图,4,screen-a.png
7,a,冬天,又买了一个,4,screen-a.png
"""


@pytest.fixture
def reviews(folder):
    path = folder / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")
    return str(path)


def test_photos_that_reviews_share_are_said(reviews, capsys):
    assert run_command(["check", reviews, "--json"]) == 0
    a, b = map(json.loads, capsys.readouterr().out.splitlines())
    (shared,) = a["shared_photos"]
    assert shared == b["shared_photos"][0]
    assert (shared["how"], shared["n_reviews"], shared["n_accounts"], shared["n_items"]) == (
        SAME_PICTURE,
        3,
        3,
        2,
    )
    assert [each["id"] for each in shared["reviews"]] == ["1", "2", "3"]
    assert a["reviews"][1]["photos"] == {"n": 2, "n_read": 2}
    assert {each["code"]: each["n"] for each in b["not_judged"]}["photos-unreadable"] == 1


def test_ones_own_photo_again_is_no_shared_one(reviews, capsys):
    run_command(["check", reviews, "--json"])
    a, b = map(json.loads, capsys.readouterr().out.splitlines())
    shown = [
        each["file"] for item in (a, b) for s in item["shared_photos"] for each in s["reviews"]
    ]
    assert "screen-a.png" not in shown


def test_people_see_them_in_the_terminal_and_on_the_page(reviews, folder, capsys):
    page = folder / "out.html"
    assert run_command(["check", reviews, "--html", str(page)]) == 0
    out = capsys.readouterr().out
    assert "Photos that reviews share" in out
    assert "edited.jpg" in out
    written = page.read_text(encoding="utf-8")
    assert "多条评价共用的图片" in written
    assert "edited.jpg" in written


def test_a_photo_outside_the_folder_is_not_opened(folder, capsys):
    inner = folder / "inner"
    inner.mkdir()
    path = inner / "reviews.csv"
    path.write_text("content,rating,photos\n杯子很好,5,../one.png\n很满意,4,../one.png\n")
    run_command(["check", str(path), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["shared_photos"] == []
    assert {each["code"]: each["n"] for each in found["not_judged"]}["photos-unreadable"] == 2
