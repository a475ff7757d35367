"""Check a case file: recompute every check value and say what does not match.

A case file comes from elsewhere: it is opened as hostile. Nothing is written to disk, no entry may
be larger than it says, and no name may lead anywhere.
"""

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.base.errors import UnreadableFile
from unbrush.base.words import Words
from unbrush.respond.desk.signing import is_signed, key_id_of
from unbrush.respond.dossier.document import FORMAT
from unbrush.respond.dossier.evidence import row_hash
from unbrush.respond.dossier.packing import MANIFEST, SIGNATURE, content_hash

MOST_FILES = 1_000
MOST_BYTES = 2_000_000_000
MOST_RATIO = 300
"""Largest zip that is opened: files, bytes in all, bytes for each byte packed."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of a check.

    Attributes:
        faults: What does not match; empty if the file is whole.
        manifest: What the file says of itself; empty if that cannot be read.
        key_id: Key of the signature.
        n_files: Files whose check value was recomputed.
        n_rows: Rows whose check value was recomputed.
    """

    faults: list[Words]
    manifest: Mapping[str, Any]
    key_id: str
    n_files: int
    n_rows: int


def open_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip that does nobody harm.

    Raises:
        UnreadableFile: It is none, or one that would: names that lead elsewhere, links, doubled or
            encrypted entries, or far more within than outside.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(data))
            _check_bytes(entries, data)
            files = {}
            left = MOST_BYTES
            for entry in entries:
                with archive.open(entry) as file:
                    found = file.read(min(entry.file_size, left) + 1)
                if len(found) > entry.file_size:
                    raise _hostile(f"{entry.filename!r} is larger than it says")
                left -= len(found)
                files[entry.filename] = found
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise UnreadableFile(
            f"This is no zip that can be read: {error}.", hint="Ask for the case file again."
        ) from None
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise UnreadableFile(
                "This zip is broken.", hint="Ask for the case file again."
            ) from None
        raise
    return files


def _check_entries(entries: list[zipfile.ZipInfo], n_bytes: int) -> None:
    if len(entries) > MOST_FILES:
        raise _hostile(f"it has {len(entries):,} entries")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES or total > MOST_RATIO * max(n_bytes, 1):
        raise _hostile(f"its {n_bytes:,} bytes unfold to {total:,}")
    names = [entry.filename for entry in entries]
    if len({name.casefold() for name in names}) < len(names):
        raise _hostile("two entries have one name")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        kind = entry.external_attr >> 28
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in entry.filename
            or ":" in entry.filename
            or str(path) != entry.filename
            or any(ord(sign) < 32 for sign in entry.filename)
        ):
            raise _hostile(f"the name {entry.filename!r} leads elsewhere")
        if kind not in (0, 8) or entry.flag_bits & 1:
            raise _hostile(f"{entry.filename!r} is a link or encrypted")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _hostile(f"{entry.filename!r} is packed in a way that no case file is")


_END = struct.Struct("<4s4H2LH")
"""What a zip ends with: mark, four counts, size and place of its list of entries, its comment."""


def _check_bytes(entries: Sequence[zipfile.ZipInfo], data: bytes) -> None:
    """Refuse bytes that belong to no entry: before, between or behind them nobody looks."""
    place, room = 0, 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if not 0 <= entry.header_offset - place <= room:
            raise _hostile("bytes in it belong to no entry")
        lengths = struct.unpack_from("<2H", data, entry.header_offset + 26)
        place = entry.header_offset + 30 + sum(lengths) + entry.compress_size
        room = 24 if entry.flag_bits & 8 else 0  # its sizes stand behind it
    mark, _, _, _, _, size, start, comment = _END.unpack(data[-_END.size :])
    is_end = mark == b"PK\5\6" and not comment and start + size + _END.size == len(data)
    if not is_end or not 0 <= start - place <= room:
        raise _hostile("bytes in it belong to no entry")


def _hostile(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"This zip is refused: {what}.", hint="No case file is made so. Do not open it otherwise."
    )


def verify_file(path: Path, *, key: str = "") -> Checked:
    """Check the case file at ``path``; see `verify`.

    Raises:
        UnreadableFile: It cannot be opened safely.
    """
    try:
        n_bytes = path.stat().st_size
        if n_bytes > MOST_BYTES:
            raise _hostile(f"it has {n_bytes:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror or error}.", hint="Name a case file (zip)."
        ) from None
    return verify(data, key=key)


def verify(data: bytes, *, key: str = "") -> Checked:
    """Recompute every check value of a case file.

    Args:
        data: The zip.
        key: Public key that must have signed it, in base 64; any if empty, and then the signature
            shows only that nothing was changed since, not who made it.
    """
    files = open_zip(data)
    faults: list[Words] = []
    manifest = _manifest(files, faults)
    key_id = _check_signature(files, key, faults)
    listed = manifest.get("files", [])
    known = {each["path"] for each in listed} | {MANIFEST, SIGNATURE}
    faults += [
        Words(f"多出文件 {path}。", f"{path} is in no list.")
        for path in sorted(files.keys() - known)
    ]
    for each in listed:
        path = each["path"]
        if path not in files:
            faults.append(Words(f"缺少文件 {path}。", f"{path} is missing."))
        elif hashlib.sha256(files[path]).hexdigest() != each["sha256"]:
            faults.append(Words(f"文件 {path} 的校验值不符。", f"{path} was changed."))
    if manifest and content_hash(listed) != manifest["content_sha256"]:
        faults.append(Words("内容校验值与清单不符。", "The check value of the content is wrong."))
    n_rows = 0
    if not faults:  # what was changed is not read any further
        n_rows = _check_rows(files, faults)
    return Checked(
        faults=faults, manifest=manifest, key_id=key_id, n_files=len(listed), n_rows=n_rows
    )


def _manifest(files: Mapping[str, bytes], faults: list[Words]) -> Mapping[str, Any]:
    try:
        found = json.loads(files[MANIFEST])
        is_ours = found["format"] == FORMAT and isinstance(found["content_sha256"], str)
        for each in found["files"]:
            is_ours = is_ours and all(
                isinstance(each[name], str) for name in ("path", "sha256", "part")
            )
    except (KeyError, TypeError, ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        faults.append(
            Words(
                "没有可读的 manifest.json：不是本软件的卷宗。", "No manifest.json of a case file."
            )
        )
        return {}
    return dict(found)


def _check_signature(files: Mapping[str, bytes], key: str, faults: list[Words]) -> str:
    try:
        found = json.loads(files[SIGNATURE])
        public, signature = str(found["public_key"]), str(found["signature"])
        key_id = key_id_of(public)
        is_whole = is_signed(public, files[MANIFEST], signature)
    except (KeyError, TypeError, ValueError, RecursionError):
        faults.append(Words("没有可读的签名。", "No signature that can be read."))
        return ""
    if not is_whole:
        faults.append(
            Words("manifest.json 的签名不符。", "The signature of manifest.json is wrong.")
        )
    if key and key != public:
        faults.append(
            Words(
                f"签名密钥是 {key_id}，不是所要求的密钥。",
                f"Signed with {key_id}, not with the key that was named.",
            )
        )
    return key_id


def _check_rows(files: Mapping[str, bytes], faults: list[Words]) -> int:
    n = 0
    for path in sorted(files):
        if not path.endswith(".parquet"):
            continue
        try:
            rows = pq.read_table(io.BytesIO(files[path])).to_pylist()
        except (pa.ArrowException, OSError, ValueError):
            faults.append(Words(f"{path} 无法读取。", f"{path} cannot be read."))
            continue
        for number, row in enumerate(rows, start=1):
            if "row_sha256" not in row:
                continue
            n += 1
            if row_hash(row) != row["row_sha256"]:
                faults.append(
                    Words(
                        f"{path} 第 {number:,} 行的校验值不符。",
                        f"{path}, row {number:,}: changed.",
                    )
                )
    return n
