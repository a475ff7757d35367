"""Hashes of photos and their groups: one picture under edits, and others that must stay apart."""

import io

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from unbrush.base.pictures.photo_hash import NOTHING, SCREEN, SLOTS, photo_hash, read_hashes
from unbrush.base.pictures.photo_matching import same_picture

SIZE = (400, 300)


def picture(seed: int) -> Image.Image:
    """Soft patches of colour with some sharp things before them."""
    rng = np.random.default_rng(seed)
    ground = rng.integers(30, 225, (6, 8, 3)).astype(np.uint8)
    image = Image.fromarray(ground).resize(SIZE, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, across, down = rng.uniform((0, 0, 20, 20), (*SIZE, 120, 120))
        box = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
        draw.ellipse(box, fill=tuple(int(v) for v in rng.integers(0, 256, 3)))
    return image.filter(ImageFilter.GaussianBlur(1))


def saved(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    across, down = image.size
    return image.crop((left * across, top * down, right * across, bottom * down))


def text_of(image: Image.Image) -> str:
    return photo_hash(np.asarray(image.convert("RGB"))).text


def groups(*images: Image.Image) -> list[int]:
    return same_picture(read_hashes(pa.array([text_of(image) for image in images]))).tolist()


EDITS = {
    "smaller": lambda image: image.resize((180, 135)),
    "larger": lambda image: image.resize((1000, 750)),
    "saved again": lambda image: saved(image, 35),
    "mirrored": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "on its side": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "cut all around": lambda image: cut(image, 0.05, 0.05, 0.95, 0.95),
    "cut at a corner": lambda image: cut(image, 0, 0.1, 0.9, 1),
    "cut below": lambda image: cut(image, 0, 0, 1, 0.86),
    "framed": lambda image: ImageOps.expand(image, border=24, fill=(240, 240, 240)),
    "between bars": lambda image: ImageOps.pad(image, (400, 500), color=(0, 0, 0)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_picture_is_the_same(edit: str):
    n_found = 0
    for seed in range(10):
        one, two, other = groups(picture(seed), EDITS[edit](picture(seed)), picture(seed + 1_000))
        assert other not in {one, two}
        n_found += one == two
    assert n_found >= 9


def test_different_pictures_are_apart():
    found = groups(*(picture(seed) for seed in range(150)))
    assert -1 not in found
    assert len(set(found)) == 150


@pytest.mark.parametrize(
    "blank",
    [
        Image.new("RGB", SIZE, "white"),
        Image.new("RGB", SIZE, "black"),
        Image.new("RGB", (1, 1)),
        Image.linear_gradient("L"),
        ImageOps.expand(Image.new("RGB", SIZE, "red"), border=30, fill="white"),
        Image.fromarray(np.random.default_rng(1).normal(128, 1, (300, 400)).astype(np.uint8)),
    ],
    ids=["white", "black", "one pixel", "gradient", "framed", "sensor noise"],
)
def test_what_says_nothing_has_no_hash(blank: Image.Image):
    text = text_of(blank)
    assert text in (NOTHING, SCREEN)
    assert groups(blank, blank) == [-1, -1]


def test_a_screen_of_text_is_told_apart():
    screen = Image.new("RGB", (400, 800), "white")
    draw = ImageDraw.Draw(screen)
    for line in range(12):
        draw.text((20, 60 * line + 20), "order 1234 delivered", fill="black", font_size=24)
    assert text_of(screen) == SCREEN
    assert groups(screen, screen) == [-1, -1]


def thing(seed: int) -> Image.Image:
    """One lit thing on white, as a shop cuts it out."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", SIZE, "white")
    across, down = (int(v) for v in rng.integers(60, 200, 2))
    light = np.clip(np.linspace(*rng.uniform(0.2, 1.2, 2), across), 0, 1)
    body = light[None, :, None] * rng.uniform(60, 250, 3) * np.ones((down, 1, 1))
    body[down // 3 : down // 2] *= rng.uniform(0.3, 0.9, 3)
    image.paste(Image.fromarray(body.astype(np.uint8)), (100, 50))
    return image.rotate(rng.uniform(-30, 30), fillcolor="white")


def test_things_on_a_plain_ground_are_themselves_and_no_other():
    n_found = 0
    for seed in range(8):
        one, two = groups(thing(seed), saved(thing(seed).resize((300, 225)), 60))
        n_found += one == two
    assert n_found == 8
    assert len(set(groups(*(thing(seed) for seed in range(12))))) == 12


def test_hashes_survive_as_text_and_all_else_says_nothing():
    text = text_of(picture(3))
    bits = read_hashes(pa.array([text, None, "", SCREEN, text[:-4], text[:-1] + "é", "x" * 9]))
    assert bits.shape == (7, SLOTS, 2)
    assert (bits[0] == photo_hash(np.asarray(picture(3))).bits).all()
    assert not bits[1:].any()
    assert read_hashes(pa.array([], pa.string())).shape == (0, SLOTS, 2)


def test_order_and_copies_change_no_group():
    images = [picture(seed % 7) for seed in range(14)] + [ImageOps.mirror(picture(2))]
    texts = [text_of(image) for image in images]
    forward = same_picture(read_hashes(pa.array(texts)))
    backward = same_picture(read_hashes(pa.array(texts[::-1])))[::-1]
    assert forward.tolist() == backward.tolist()
    assert len(set(forward.tolist())) == 7
