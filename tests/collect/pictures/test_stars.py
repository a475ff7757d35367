import io
from math import cos, pi, sin

import numpy as np
import pytest

from unbrush.collect.pictures.stars import stars_in

pytest.importorskip("cv2", reason="the extra ocr is not installed")
Image = pytest.importorskip("PIL.Image", reason="the extra pictures is not installed")
from PIL import ImageDraw  # noqa: E402

ORANGE, GREY = (255, 106, 0), (190, 190, 190)


def drawn(*rows, paper="white", radius=16):
    image = Image.new("RGB", (400, 80 * len(rows)), paper)
    draw = ImageDraw.Draw(image)
    for number, colours in enumerate(rows):
        for place, colour in enumerate(colours):
            x, y = 40 + place * radius * 2.6, 40 + number * 80
            reach = [radius if i % 2 == 0 else radius * 0.45 for i in range(10)]
            corners = [
                (x + r * sin(i * pi / 5), y - r * cos(i * pi / 5)) for i, r in enumerate(reach)
            ]
            draw.polygon(corners, colour)
    return np.asarray(image)


@pytest.mark.parametrize("filled", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("paper", ["white", "#1e1e1e"])
def test_filled_stars_are_counted(filled, paper):
    ((count, box),) = stars_in(drawn([ORANGE] * filled + [GREY] * (5 - filled), paper=paper))
    assert count == filled
    assert box.width > 5 * 32


@pytest.mark.parametrize("filled", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("radius", [19, 24])
def test_a_picture_that_was_forwarded_thrice_has_as_many(filled, radius):
    """Its stars are frayed, and some too much to be told alone: three seen are not three."""
    rows = [ORANGE] * filled + [GREY] * (5 - filled)
    image = Image.fromarray(drawn(rows, radius=radius))
    image = image.resize((image.width * 2 // 5, image.height * 2 // 5), Image.Resampling.BILINEAR)
    for _ in range(3):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=25)
        image = Image.open(buffer).convert("RGB")
    assert [count for count, _ in stars_in(np.asarray(image))] == [filled]


def test_fewer_stars_count_where_the_others_are_not_drawn():
    assert [count for count, _ in stars_in(drawn([ORANGE] * 4))] == [4]


def test_one_patch_or_stars_out_of_order_are_no_rating():
    assert stars_in(drawn([ORANGE])) == ()
    assert stars_in(drawn([GREY, ORANGE, ORANGE, GREY, ORANGE])) == ()
    assert stars_in(drawn([GREY] * 5)) == ()


def test_each_row_is_its_own():
    assert [count for count, _ in stars_in(drawn([ORANGE] * 5, [ORANGE] * 3 + [GREY] * 2))] == [
        5,
        3,
    ]


def test_an_orange_page_has_no_stars():
    assert stars_in(np.full((300, 300, 3), ORANGE, np.uint8)) == ()
