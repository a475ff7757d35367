"""Hashing: the files that a ``photos`` table names → what they look like, made at the door.

The column ``file`` names a picture in the folder of the source or below it. Each is opened once;
its perceptual hashes, size and checksum fill the table's columns, and no later stage sees a pixel.
A file that cannot be opened leaves its row as it is, with a reject that says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine, name
from unbrush.base.errors import MissingExtra, SourceNotFound, UnbrushError
from unbrush.base.manifest import Note
from unbrush.base.pictures.photo_hash import photo_hash
from unbrush.base.tables import TABLES
from unbrush.base.words import Words
from unbrush.collect.intake import LONGEST_CELL
from unbrush.collect.pictures.opening import open_picture
from unbrush.collect.reading import Reading
from unbrush.collect.rejects import LONGEST_VALUE, Reject

MADE = {"sha256": "VARCHAR", "hashes": "VARCHAR", "width": "BIGINT", "height": "BIGINT"}
"""Columns that are made of the picture, and their types."""

OUTSIDE, UNREADABLE = "file-outside-source", "unreadable-picture"
ENOUGH = 384  # pixels on the shorter side from which a larger decoding changes no bit of a hash

_NO_EXTRA = Note(
    code="pictures-not-read",
    about="photos.file",
    zh='图片未读取：缺少组件，请运行 pip install "unbrush[pictures]" 后重新采集。',
    en="The pictures were not read; to have them read, install what that takes with "
    'pip install "unbrush[pictures]" and collect again.',
)


@dataclass(frozen=True)
class HashedPhotos:
    """A reading with the columns made of pictures, and what could not be made.

    Attributes:
        reading: The reading to go on with.
        rejects: One for each file that could not be opened; its rows are kept.
        notes: What the user should know.
        places: Names of the files and folders (with a slash) of the source that were read.
    """

    reading: Reading
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    places: frozenset[str] = frozenset()


def hash_photos(engine: Engine, reading: Reading, root: Path) -> HashedPhotos:
    """Fill the columns of ``photos`` that are made of the pictures its column ``file`` names.

    Args:
        engine: Holds the reading.
        reading: Of the table ``photos``.
        root: Folder of the source; no file outside it is opened.
    """
    if "file" not in {column.name for column in reading.columns}:
        return HashedPhotos(reading)
    named = engine.query(
        f"""
        WITH named AS (
          SELECT v_file, min(_part * {LONGEST_CELL} + _row) AS place
          FROM {reading.view} WHERE v_file IS NOT NULL GROUP BY v_file
        )
        SELECT v_file AS file, p.file AS part, place % {LONGEST_CELL} AS row
        FROM named JOIN _parts AS p ON p._part = place // {LONGEST_CELL} ORDER BY place
        """
    ).to_pylist()
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    try:
        for each in named:
            made = _made(root, each["file"])
            if isinstance(made, Words):
                code = OUTSIDE if made is _OUTSIDE else UNREADABLE
                rejects.append(_reject(each["part"], each["row"], code, made, each["file"]))
            else:
                rows.append(made)
    except MissingExtra:
        return HashedPhotos(reading, notes=(_NO_EXTRA,))
    _put(engine, rows)
    return HashedPhotos(
        _joined(engine, reading), tuple(rejects), places=frozenset(map(_place, named))
    )


def _place(named: Mapping[str, Any]) -> str:
    first, slash, _ = str(named["file"]).removeprefix("./").partition("/")
    return first + slash


_OUTSIDE = Words(
    "file 指向数据目录之外；为安全起见未打开。该行保留。",
    "file leads out of the folder of the source and was not opened. The row was kept.",
)


def _made(root: Path, file: str) -> dict[str, Any] | Words:
    """Open one picture and return its columns, or why there are none."""
    try:
        path = (root / file).resolve()
        if not path.is_relative_to(root.resolve()):
            return _OUTSIDE
        picture = open_picture(path, label=file[:LONGEST_VALUE], shorter_side=ENOUGH)
    except MissingExtra:
        raise
    except SourceNotFound:
        return Words("file 所指的图片不存在。该行保留。", "file names no file. The row was kept.")
    except (UnbrushError, ValueError, OSError) as error:  # a name with a zero byte, or too long
        hint = getattr(error, "hint", "")
        return Words(
            f"图片无法使用，该行保留：{error}",
            f"The picture cannot be used, the row was kept: {error} {hint}".strip(),
        )
    return {
        "file": file,
        "sha256": picture.sha256,
        "hashes": photo_hash(picture.pixels).text,
        "width": picture.width,
        "height": picture.height,
    }


def _reject(part: str, row: int, code: str, why: Words, value: str) -> Reject:
    return Reject(
        "photos", part, row, code, why, column="file", value=value[:LONGEST_VALUE], is_kept=True
    )


def _put(engine: Engine, rows: Sequence[dict[str, Any]]) -> None:
    """Store what was made of each file as table ``_photo_files``."""
    kinds = {"VARCHAR": pa.string(), "BIGINT": pa.int64()}
    fields = [("file", pa.string()), *((column, kinds[kind]) for column, kind in MADE.items())]
    engine.put("_photo_files", pa.Table.from_pylist(list(rows), schema=pa.schema(fields)))


def _joined(engine: Engine, reading: Reading) -> Reading:
    """Return the reading with the made columns; what the source itself gave stays otherwise."""
    present = {column.name for column in reading.columns}
    view = f"{reading.view}_hashed"
    engine.view(view, f"SELECT {', '.join(_picks(engine, reading, present))} {_from(reading)}")
    return replace(
        reading,
        view=view,
        columns=tuple(c for c in TABLES["photos"].columns if c.name in present | set(MADE)),
        types=reading.types | MADE,
    )


def _picks(engine: Engine, reading: Reading, present: set[str]) -> Iterator[str]:
    """Yield the columns of the new view."""
    made = {f"v_{column}" for column in MADE}
    for column in engine.columns(reading.view):
        if column not in made:
            yield f"r.{name(column)}"
    for column, kind in MADE.items():
        if column in present:
            value = name(f"v_{column}")
            yield f"coalesce(p.{column}, CAST(r.{value} AS {kind})) AS {value}"
        else:
            yield f"p.{column} AS v_{column}"
            yield f"CAST(p.{column} AS VARCHAR) AS c_{column}"


def _from(reading: Reading) -> str:
    return f"FROM {reading.view} AS r LEFT JOIN _photo_files AS p ON p.file = r.v_file"
