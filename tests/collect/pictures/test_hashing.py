"""Photos at the door: files named by a table are opened, hashed, or refused with a reason."""

import io
import json
import sys

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from tests.collect.sources import JAN_5, gather, write
from unbrush.base.pictures.photo_hash import NOTHING, read_hashes
from unbrush.base.pictures.photo_matching import same_picture

HEADER = "photo_id,kind,review_id,item_id,account_id,posted_at,file"


def png(seed: int | None = 1, width: int = 160, height: int = 120) -> bytes:
    """A picture of coarse patches of colour; blank for None."""
    out = io.BytesIO()
    patches = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    image = Image.fromarray(patches if seed is not None else np.full((6, 8, 3), 255, np.uint8))
    image.resize((width, height), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def photos(*files: str, extra: str = "", values: str = "") -> str:
    lines = [
        f"{n},review,{n},1,{n},{JAN_5},{file}{values}" for n, file in enumerate(files, start=1)
    ]
    return "\n".join([HEADER + extra, *lines]) + "\n"


def test_named_files_become_hashes(tmp_path):
    found = gather(
        tmp_path,
        {
            "photos.csv": photos("pics/a.png", "pics/b.png", "pics/blank.png", ""),
            "pics/a.png": png(1),
            "pics/b.png": png(1, 320, 240),
            "pics/blank.png": png(None),
        },
    )
    rows = found.rows("photos")
    assert [(row["width"], row["height"]) for row in rows] == [
        (160, 120),
        (320, 240),
        (160, 120),
        (None, None),
    ]
    assert len({row["sha256"] for row in rows}) == 4
    hashes = [row["hashes"] for row in rows]
    assert hashes[2:] == [NOTHING, None]
    assert same_picture(read_hashes(pa.array(hashes))).tolist() == [0, 0, -1, -1]
    assert found.faults == []
    assert found.notes == {}


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname", "pics/../../secret.png"])
def test_a_path_may_not_lead_out_of_the_source(tmp_path, file: str):
    write(tmp_path, {"secret.png": png()})  # the folder of the source is `data` beside it
    found = gather(tmp_path, {"photos.csv": photos(file)})
    assert found.faults == [(2, "file", file, "file-outside-source")]
    assert found.rows("photos")[0].get("hashes") is None


def test_a_link_may_not_lead_out_of_the_source(tmp_path):
    write(tmp_path, {"secret.png": png()})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link.png").symlink_to(tmp_path / "secret.png")
    found = gather(tmp_path, {"photos.csv": photos("link.png")})
    assert [fault[3] for fault in found.faults] == ["file-outside-source"]


def test_what_is_no_picture_is_told_and_its_row_kept(tmp_path):
    found = gather(
        tmp_path,
        {
            "photos.csv": photos("text.png", "none.png", "cut.png", "good.png"),
            "text.png": "no picture",
            "cut.png": png()[:200],
            "good.png": png(),
        },
    )
    assert [fault[:2] + fault[3:] for fault in found.faults] == [
        (2, "file", "unreadable-picture"),
        (3, "file", "unreadable-picture"),
        (4, "file", "unreadable-picture"),
    ]
    for reject in found.rejects:
        assert reject["is_kept"]
        assert reject["reason_zh"]
        assert reject["reason_en"]
    hashes = [row["hashes"] for row in found.rows("photos")]
    assert [bool(text) for text in hashes] == [False, False, False, True]


def test_hashes_that_the_source_brings_are_kept_where_there_is_no_file(tmp_path):
    content = photos("", "a.png", extra=",sha256,hashes", values=f",given,{NOTHING}")
    found = gather(tmp_path, {"photos.csv": content, "a.png": png()})
    assert found.column("photos", "sha256")[0] == "given"
    assert found.column("photos", "hashes")[0] == NOTHING
    assert len(found.column("photos", "hashes")[1]) > 100


def test_an_earlier_run_is_read_again_without_its_pictures(tmp_path):
    first = gather(tmp_path / "one", {"photos.csv": photos("a.png"), "a.png": png()})
    before = first.folder.event("photos").read_bytes()
    manifest = json.dumps(json.loads(first.folder.manifest.read_text(encoding="utf-8")))
    again = gather(tmp_path / "two", {"events/photos.parquet": before, "manifest.json": manifest})
    assert again.rows("photos") == first.rows("photos")
    assert again.faults == []


def test_without_the_extra_the_table_is_read_and_the_lack_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    found = gather(tmp_path, {"photos.csv": photos("a.png"), "a.png": "unopened"})
    assert len(found.rows("photos")) == 1
    assert 'pip install "unbrush[pictures]"' in found.notes["photos.file"]
