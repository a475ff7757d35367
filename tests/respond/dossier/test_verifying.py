import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from tests.respond.dossier.conftest import Make
from unbrush.base.errors import UnreadableFile
from unbrush.respond.desk.signing import Signer
from unbrush.respond.dossier.verifying import open_zip, verify


def _zip(files: Mapping[str, bytes], *, mode: int = 0o100644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def test_every_file_that_was_changed_removed_or_added_is_named(make: Make) -> None:
    files = open_zip(make()[0])
    for path in files:
        changed = verify(_zip({**files, path: files[path][:-2] + b"!\n"})).faults
        assert changed, path
        assert any(path in words.en or path == "signature.json" for words in changed), path
        removed = verify(_zip({k: v for k, v in files.items() if k != path})).faults
        assert removed, path
    assert verify(_zip({**files, "more.txt": b"x"})).faults
    assert not verify(_zip(files)).faults


def test_a_list_that_was_written_anew_has_no_signature(make: Make) -> None:
    files = open_zip(make()[0])
    manifest = json.loads(files["manifest.json"])
    manifest["audience"] = "court"
    faults = verify(_zip({**files, "manifest.json": json.dumps(manifest).encode()})).faults
    assert [words.en for words in faults] == ["The signature of manifest.json is wrong."]


def test_another_key_is_told(make: Make) -> None:
    data = make()[0]
    assert verify(data, key=Signer(b"x" * 32).public).faults


@pytest.mark.parametrize(
    "name", ["../up.txt", "/root.txt", "a/../../b", "c:\\x", "a\\b", "a//b", "./a", "a/", "x\n"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(UnreadableFile):
        open_zip(_zip({name: b""}))


def test_bombs_links_and_doubles_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="unfold"):
        open_zip(_zip({"a": bytes(20_000_000)}))
    with pytest.raises(UnreadableFile, match="link"):
        open_zip(_zip({"a": b"/etc"}, mode=0o120777))
    with pytest.raises(UnreadableFile, match="one name"):
        open_zip(_zip({"a": b"1", "A": b"2"}))
    with pytest.raises(UnreadableFile, match="entries"):
        open_zip(_zip({str(n): b"" for n in range(1_001)}))


def test_bytes_that_belong_to_no_entry_are_refused() -> None:
    data = _zip({"a": b"1", "b": b"2"})
    second = data.index(b"PK\x03\x04", 4)
    first = data.index(b"PK\x01\x02")
    between = data[:second] + b"hidden" + data[second:]
    at = len(between) - 6  # where the list of entries begins
    between = between[:at] + (first + 6).to_bytes(4, "little") + between[at + 4 :]
    at = between.index(b"PK\x01\x02", first + 10) + 42  # where the second entry begins
    between = between[:at] + (second + 6).to_bytes(4, "little") + between[at + 4 :]
    assert zipfile.ZipFile(io.BytesIO(between)).read("b") == b"2", "a zip that others open"
    commented = data[:-2] + (6).to_bytes(2, "little") + b"hidden"
    for other in (between, data + b"hidden", b"hidden" + data, commented):
        with pytest.raises(UnreadableFile, match="belong to no entry"):
            open_zip(other)
    assert open_zip(data) == {"a": b"1", "b": b"2"}


def test_a_zip_that_was_packed_again_as_it_came_is_opened() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    buffer = Pipe()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("a", "b"):
            archive.writestr(name, b"1")
    assert open_zip(buffer.getvalue()) == {"a": b"1", "b": b"1"}


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"not a zip", bytes(1000)])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        open_zip(data)


def test_a_zip_whose_sizes_lie_or_that_is_broken_is_refused(make: Make) -> None:
    data = bytearray(make()[0])
    for place in range(0, len(data), len(data) // 60):
        broken = bytes(data[:place]) + bytes([data[place] ^ 0xFF]) + bytes(data[place + 1 :])
        try:
            verify(broken)
        except UnreadableFile:
            continue


def test_a_zip_of_something_else_is_told() -> None:
    for manifest in (b"[]", b"{", b'{"format": "unbrush-dossier/1", "files": [{}]}', b"[" * 9000):
        assert verify(_zip({"manifest.json": manifest})).faults
