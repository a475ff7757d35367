import numpy as np
import pytest

from unbrush.base.pictures.screenshot import Box, TextLine
from unbrush.collect.pictures.bubbles import bubbles_of

LIGHT = ((237, 237, 237), (255, 255, 255), (149, 236, 105))
DARK = ((17, 17, 17), (44, 44, 44), (62, 181, 117))
WIDTH = 720


def chat(messages, colours, noise=0.0):
    """Draw messages (side, number of lines); ink is not needed, lines are given."""
    page, left, right = colours
    pixels = np.full((60 + 160 * len(messages), WIDTH, 3), page, float)
    lines = []
    for number, (side, n_lines) in enumerate(messages):
        top, height = 40 + number * 160, 20 + 40 * n_lines
        start, end = (90, 480) if side == "left" else (260, 630)
        if side == "middle":
            start, end = 300, 420
        else:
            pixels[top : top + height, start:end] = left if side == "left" else right
        for line in range(n_lines):
            box = Box(start + 15, top + 15 + 40 * line, end - 15, top + 45 + 40 * line)
            lines.append(TextLine(f"{side}{number}{line}", box, 0.9))
    pixels += np.random.default_rng(1).normal(0, noise, pixels.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8), lines


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_messages_have_their_side_and_all_their_lines(colours):
    pixels, lines = chat([("left", 1), ("middle", 1), ("right", 2), ("left", 2)], colours)
    found = bubbles_of(pixels, lines)
    assert [(each.side, each.lines) for each in found] == [
        ("left", (0,)),
        ("right", (2, 3)),
        ("left", (4, 5)),
    ]
    assert found[1].text == "right20right21"


def test_messages_survive_the_noise_of_a_photo():
    pixels, lines = chat([("left", 1), ("right", 2)], LIGHT, noise=5)
    assert [each.side for each in bubbles_of(pixels, lines)] == ["left", "right"]


def test_text_on_a_noisy_page_is_no_message():
    pixels, lines = chat([("middle", 1)] * 6, LIGHT, noise=8)
    assert bubbles_of(pixels, lines) == ()


def test_a_page_whose_rim_a_photo_shows_is_no_message():
    pixels = np.full((300, WIDTH, 3), 55, np.uint8)
    pixels[:, 8 : WIDTH - 40] = 237
    lines = [TextLine("x", Box(60, 40 + i * 60, 400, 70 + i * 60), 0.9) for i in range(4)]
    assert bubbles_of(pixels, lines) == ()


def test_a_card_in_the_middle_has_no_side():
    pixels = np.full((200, WIDTH, 3), 237, np.uint8)
    pixels[20:180, 30:690] = 255
    line = TextLine("订单编号", Box(60, 60, 300, 90), 0.9)
    assert bubbles_of(pixels, [line]) == ()


def test_lines_at_the_very_edge_do_no_harm():
    pixels = np.full((30, 100, 3), 255, np.uint8)
    line = TextLine("x", Box(0, 0, 100, 30), 0.9)
    assert bubbles_of(pixels, [line]) == ()
