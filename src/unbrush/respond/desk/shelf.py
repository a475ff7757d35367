"""The shelf: files beside the records, each named by the SHA-256 of what is in it.

A file is there whole or not at all, the same content is there once, and what was changed on the
disk is told instead of given. Sealed content is encrypted by the vault under the same name.
"""

import hashlib
import os
import secrets
from pathlib import Path

from unbrush.base.errors import Conflict, NoSuchRecord
from unbrush.respond.desk.reports.vault import Vault


class Shelf:
    """Puts files there and takes them out.

    Args:
        folder: Where they are; made when the first one comes.
        vault: Seals and opens.
    """

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def put(self, content: bytes, *, sealed: bool) -> str:
        """Put content there and return its SHA-256, hexadecimal."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._folder / _name(sha256, sealed=sealed)
        if path.is_file():
            return sha256
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self._vault.seal(content, path.name) if sealed else content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return sha256

    def get(self, sha256: str, *, sealed: bool) -> bytes:
        """Return what has a SHA-256.

        Raises:
            NoSuchRecord: It is not on this shelf.
            Conflict: It was changed on the disk.
        """
        path = self._folder / _name(sha256, sealed=sealed)
        if not path.is_file():
            raise NoSuchRecord(
                f"No file {sha256[:12]}… is beside the records.",
                hint="Bring the folder `attachments` back from where it is backed up.",
            )
        content = path.read_bytes()
        if sealed:
            content = self._vault.open(content, path.name)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Conflict(
                f"The file {sha256[:12]}… was changed on the disk.",
                hint="It is evidence no longer; bring it back from where it is backed up.",
            )
        return content

    def remove(self, sha256: str, *, sealed: bool) -> None:
        """Erase what has a SHA-256; nothing happens if it is not there."""
        (self._folder / _name(sha256, sealed=sealed)).unlink(missing_ok=True)


def _name(sha256: str, *, sealed: bool) -> str:
    return f"{sha256}.sealed" if sealed else sha256
