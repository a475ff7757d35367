import contextlib
import io
import os
import struct
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from unbrush.base.errors import SourceNotFound, UnreadablePicture
from unbrush.collect.pictures.opening import Limits, open_picture

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP"]


def scene(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Dark on the left, light on the right, and a white corner at the top left."""
    pixels = np.repeat(np.linspace(0, 200, width)[None, :], height, axis=0)
    pixels[: height // 4, : width // 4] = 255
    return Image.fromarray(pixels.astype(np.uint8)).convert(mode)


def saved(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(width: int, height: int, pixels: bytes, *extra: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *extra,
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
        ]
    )


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.js", "alert(1)")
    return out.getvalue()


def refusal(data: bytes, **options) -> str:
    started = time.perf_counter()
    with pytest.raises(UnreadablePicture) as caught:
        open_picture(data, **options)
    assert time.perf_counter() - started < 3
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_opens_whatever_its_name(tmp_path, kind):
    path = tmp_path / "picture.txt"
    path.write_bytes(saved(scene(), kind))
    picture = open_picture(path)
    assert (picture.width, picture.height, picture.format) == (60, 40, kind.lower())
    assert picture.pixels.shape == (40, 60, 3)
    assert abs(int(picture.pixels[20, 59, 0]) - 200) < 8
    assert picture.pixels[2, 2].min() > 240
    assert len(picture.sha256) == 64


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_turned_upright(kind, orientation):
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(scene(), kind, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)).convert("RGB"))
    picture = open_picture(data)
    assert (picture.width, picture.height) == expected.size == picture.image.size
    difference = np.abs(picture.pixels.astype(int) - np.asarray(expected).astype(int))
    assert difference.max() < 8


def test_nothing_is_attached_to_what_is_opened():
    exif = Image.Exif()
    exif[0x010E] = "who and where"
    picture = open_picture(saved(scene(), "JPEG", exif=exif, comment=b"hello", dpi=(300, 300)))
    assert picture.image.info == {}
    assert not picture.image.getexif()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("RGBA", "WEBP"),
        ("P", "GIF"),
        ("P", "BMP"),
    ],
)
def test_every_mode_becomes_rgb(mode, kind):
    image = scene()
    if mode == "I;16":
        values = np.asarray(image.convert("L")).astype(np.uint16) * 257
        image = Image.fromarray(values)
    else:
        image = image.convert(mode)
    picture = open_picture(saved(image, kind))
    assert picture.image.mode == "RGB"
    assert picture.pixels[2, 2].min() > 240
    assert picture.pixels[35, 1].max() < 40


def test_transparent_parts_are_white():
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert open_picture(saved(image, "PNG")).pixels.min() == 255


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_only_the_first_frame_is_read(kind):
    frames = [Image.new("RGB", (20, 20), (200, 0, 0))]
    frames += [Image.new("RGB", (20, 20), (0, n, 200)) for n in range(0, 250, 10)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    picture = open_picture(data)
    assert picture.pixels[..., 0].min() > 180
    assert picture.pixels[..., 2].max() < 40


def test_a_photo_with_a_film_appended_by_the_phone_is_opened():
    film = struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + os.urandom(10_000)
    assert open_picture(saved(scene()) + film).width == 60


def test_a_large_jpeg_may_be_decoded_smaller():
    picture = open_picture(saved(scene(1600, 1200)), shorter_side=128)
    assert (picture.width, picture.height) == (1600, 1200)
    assert 128 <= min(picture.image.size) < 400


# What is no picture


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (bytes(2000), "empty"),
        (b"hello there, this is text", "no picture"),
        (archive(), "ZIP"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html><html><body>", "web page"),
        (b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>', "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MZ\x90\0", "program"),
        (b"BMW and other cars", "BMP"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, data, said):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    with pytest.raises(UnreadablePicture, match=f"holiday.jpg is.*{said}") as caught:
        open_picture(path)
    assert caught.value.hint


def test_folders_pipes_and_missing_files_are_refused(tmp_path):
    with pytest.raises(SourceNotFound, match=r"nothing\.jpg"):
        open_picture(tmp_path / "nothing.jpg")
    with pytest.raises(UnreadablePicture, match="not a file"):
        open_picture(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadablePicture, match="not a file"):
        open_picture(tmp_path / "pipe.jpg")


# What is more than a picture


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("tail", "said"),
    [
        (archive(), "ZIP"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><SCRIPT>alert(1)</script>", "script"),
        (b"<?php system($_GET[0]); ?>", "program"),
        (b"Rar!\x1a\x07\0", "RAR"),
    ],
)
def test_polyglots_are_refused(kind, tail, said):
    assert said in refusal(saved(scene(), kind) + tail)


def test_a_script_in_a_comment_is_refused():
    assert "script" in refusal(saved(scene(), "JPEG", comment=b"<script>alert(1)</script>"))
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<?php echo 1 ?>")
    assert "program" in refusal(saved(scene(), "PNG", pnginfo=info))


def test_a_gif_that_is_a_script_is_refused():
    data = bytearray(saved(scene(), "GIF"))
    data[6:8] = b"/*"
    assert "script" in refusal(bytes(data) + b"*/=1;alert(1)", limits=Limits(max_pixels=10**9))


def test_an_archive_inside_an_image_segment_is_refused():
    data = saved(scene(), "PNG")
    assert "ZIP" in refusal(data[:33] + chunk(b"zIPs", archive()) + data[33:])


# Bombs


def test_declared_pixels_are_refused_before_decoding():
    bomb = png(60_000, 60_000, zlib.compress(bytes(10**6)))
    tracemalloc.start()
    assert "60,000 × 60,000" in refusal(bomb)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    assert "too large" in refusal(png(1, 100_000, zlib.compress(bytes(10**5))))


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "BMP"])
def test_a_huge_size_in_any_header_is_refused(kind):
    data = bytearray(saved(scene(), kind))
    place = {"JPEG": data.find(b"\xff\xc0") + 5, "GIF": 6, "WEBP": 26, "BMP": 18}[kind]
    huge = {"JPEG": ">HH", "GIF": "<HH", "WEBP": "<HH", "BMP": "<ii"}[kind]
    struct.pack_into(huge, data, place, 16_000, 16_000)
    assert "picture" in refusal(bytes(data))


def test_pixels_that_inflate_beyond_the_declared_size_are_not_inflated():
    bomb = png(10, 10, zlib.compress(bytes(200 * 10**6)))
    tracemalloc.start()
    assert open_picture(bomb).pixels.max() == 0
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_bombs_in_metadata_never_reach_a_decoder():
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * 10**6)))
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(100 * 10**6)))
    data = png(10, 10, zlib.compress(bytes(310)), text, profile)
    tracemalloc.start()
    assert open_picture(data).width == 10
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def exif_bomb() -> bytes:
    """A directory whose 65,535 entries each name the whole of 20 MB as their value."""
    entry = struct.pack("<HHII", 0x9286, 7, 20_000_000, 8)
    return b"II*\0" + struct.pack("<IH", 8, 65535) + entry * 65535 + bytes(20_000_000)


def test_exif_bombs_are_harmless():
    started = time.perf_counter()
    data = png(10, 10, zlib.compress(bytes(310)), chunk(b"eXIf", exif_bomb()))
    assert open_picture(data).width == 10
    endless = b"Exif\0\0II*\0" + struct.pack("<I", 0xFFFFFFF0)
    loose = saved(scene())
    segment = b"\xff\xe1" + struct.pack(">H", len(endless) + 2) + endless
    assert open_picture(loose[:2] + segment + loose[2:]).width == 60
    assert time.perf_counter() - started < 2


def test_a_progressive_bomb_is_refused():
    data = saved(scene(640, 480), "JPEG", progressive=True)
    start = data.rfind(b"\xff\xda")
    last_scan = data[start:-2]
    assert "scans" in refusal(data[:-2] + last_scan * 500 + b"\xff\xd9")
    assert open_picture(data).width == 640


def test_endless_parts_are_refused():
    gif = b"GIF89a\x10\0\x10\0\0\0\0\x21\xfe"
    assert "parts" in refusal(gif + b"\x01a" * 5_000_000)
    assert "parts" in refusal(b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt", b"") * 2_000_000)


def test_an_animated_bomb_costs_one_frame():
    frame = saved(Image.new("P", (4000, 4000)), "GIF")
    start = frame.rfind(b",\0\0\0\0")
    bomb = frame[:-1] + frame[start:-1] * 500 + b";"
    started = time.perf_counter()
    assert open_picture(bomb).width == 4000
    assert time.perf_counter() - started < 3


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    path = tmp_path / "large.jpg"
    path.write_bytes(saved(scene()))
    with path.open("r+b") as file:
        file.truncate(10**10)  # sparse: ten gigabytes that take no room
    tracemalloc.start()
    with pytest.raises(UnreadablePicture, match="too large"):
        open_picture(path, limits=Limits(max_bytes=10**6))
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()


# Broken files


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_truncated_files_are_refused(kind, share):
    noise = np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    assert refusal(data[: max(3, int(len(data) * share))])


@pytest.mark.parametrize("kind", FORMATS)
def test_random_damage_is_refused_or_read_but_never_crashes(kind):
    chance = np.random.default_rng(7)
    whole = np.frombuffer(saved(scene(), kind), np.uint8)
    for _ in range(150):
        data = whole.copy()
        places = chance.integers(0, len(data), 4)
        data[places] = chance.integers(0, 256, 4)
        started = time.perf_counter()
        with contextlib.suppress(UnreadablePicture):
            assert open_picture(data.tobytes()).pixels.shape[2] == 3
        assert time.perf_counter() - started < 3
