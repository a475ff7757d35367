"""Screens of an app and slips of paper, told from things photographed on a plain ground."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from unbrush.base.pictures.screen_look import is_screen

INKS = {"light": ("white", "black"), "dark": ("#111111", "#d5d5d5")}


def bottle(image: Image.Image, left: int, top: int, width: int, height: int) -> None:
    """Paint a round thing, lit from one side."""
    across = np.linspace(-1, 1, width)
    light = 0.25 + 0.75 * np.clip(np.sqrt(1 - across**2) * 0.8 + across * 0.5, 0, 1)
    body = np.repeat((light[None, :, None] * np.array([200, 90, 60])), height, axis=0)
    image.paste(Image.fromarray(body.astype(np.uint8)), (left, top))


def page(style: str, *, n_lines: int, size: int = 22) -> Image.Image:
    ground, ink = INKS[style]
    image = Image.new("RGB", (400, 60 + 50 * n_lines), ground)
    draw = ImageDraw.Draw(image)
    for line in range(n_lines):
        words = f"order {line}83 was delivered"[: 24 - line % 3 * 6]
        draw.text((20, 50 * line + 20), words, fill=ink, font_size=size)
    return image


@pytest.mark.parametrize("style", INKS)
@pytest.mark.parametrize("n_lines", [3, 12])
def test_lines_of_text_are_a_screen(style: str, n_lines: int):
    image = page(style, n_lines=n_lines)
    assert is_screen(np.asarray(image))
    assert is_screen(np.asarray(image.resize((1080, image.height * 1080 // 400))))


def test_pictures_among_the_lines_change_nothing():
    image = page("light", n_lines=12)
    ImageDraw.Draw(image).rectangle((0, 200, 400, 330), fill="white")
    for left in (20, 150, 280):
        bottle(image, left, 205, 60, 120)
    assert is_screen(np.asarray(image))


def test_a_bar_at_the_side_changes_nothing():
    image = page("light", n_lines=12)
    ImageDraw.Draw(image).rectangle((340, 0, 400, image.height), fill="#3355aa")
    assert is_screen(np.asarray(image))


@pytest.mark.parametrize("ground", ["white", "#f3f0ea", "#2a4a35"])
@pytest.mark.parametrize("places", [[170], [60, 180, 300]], ids=["one", "three"])
def test_things_on_a_plain_ground_are_none(ground: str, places: list[int]):
    image = Image.new("RGB", (400, 400), ground)
    for left in places:
        bottle(image, left, 60, 60, 280)
    assert not is_screen(np.asarray(image))


def test_words_on_a_thing_are_none():
    image = Image.new("RGB", (400, 400), "white")
    bottle(image, 130, 40, 140, 320)
    draw = ImageDraw.Draw(image)
    for line in range(4):
        draw.text((145, 100 + 40 * line), "green tea", fill="white", font_size=22)
    assert not is_screen(np.asarray(image))


def test_what_fills_the_picture_is_none():
    rng = np.random.default_rng(5)
    assert not is_screen(rng.integers(0, 255, (300, 400, 3)).astype(np.uint8))


def test_a_few_specks_in_the_sky_are_none():
    image = Image.new("RGB", (400, 400), "#dbebfd")
    for top in (200, 290, 380):
        ImageDraw.Draw(image).rectangle((300, top, 305, top + 5), fill="black")
    assert not is_screen(np.asarray(image))
