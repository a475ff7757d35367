"""The vault: who a reporter is and what they sent, encrypted with a key of its own.

The records alone say neither: the key is in the environment, or in a file for its owner alone.
Whoever reads needs a reason, and the reading is an entry of the audit in the same transaction, so
that nothing is read unseen. Marks are keyed hashes by which one hand is known again; they go when
the reporter is erased, and say nothing to anybody without the key.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from unbrush.base.errors import BadParameter, BadRecord, NoSuchRecord, missing_extra
from unbrush.base.records import Transaction, add
from unbrush.base.secret_file import secret_in
from unbrush.respond.desk.audit import note

KEY_VARIABLE = "UNBRUSH_VAULT_KEY"
_FILE = ".unbrush-vault-key"
_NONCE = 12


class Vault:
    """Seals and opens with AES-256-GCM, and makes marks with HMAC-SHA-256.

    Args:
        key: Its 32 bytes; sealing and marking use two keys derived from it.
        folder: Where sealed files are.
    """

    def __init__(self, key: bytes, folder: Path) -> None:
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        except ImportError:
            raise missing_extra("desk", "The vault") from None
        self._cipher = AESGCM(hmac.digest(key, b"unbrush vault: seal", "sha256"))
        self._marking = hmac.digest(key, b"unbrush vault: mark", "sha256")
        self._folder = folder

    def mark(self, kind: str, value: str) -> str:
        """Return a mark of a value: the same for the same, and nothing to whoever has no key."""
        said = f"{kind}\0{value}".encode()
        return hmac.new(self._marking, said, hashlib.sha256).hexdigest()[:24]

    def seal(self, content: bytes, name: str) -> bytes:
        """Return content encrypted under a name, without which it is not opened."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Return what was sealed under ``name``.

        Raises:
            BadParameter: Another key sealed it, or it was changed.
        """
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise BadParameter(
                f"{name} does not open with this vault's key, or was changed.",
                hint=f"Start the desk with the key that sealed it ({KEY_VARIABLE} or {_FILE}).",
            ) from None

    def put_file(self, name: str, content: bytes) -> None:
        """Seal content into a file of the vault, for its owner alone; whole or not at all.

        A file that is there already was left by a transaction that was undone, whose numbers are
        given again: it is replaced.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self.seal(content, name))
        draft.replace(self._folder / name)

    def get_file(self, name: str) -> bytes:
        """Return what a file of the vault holds.

        Raises:
            NoSuchRecord: It was erased.
        """
        path = self._folder / name
        if not path.is_file():
            raise NoSuchRecord(f"{name} is not in the vault.", hint="It may have been erased.")
        return self.open(path.read_bytes(), name)

    def has_file(self, name: str) -> bool:
        """Say whether a file is in the vault."""
        return (self._folder / name).is_file()

    def remove_file(self, name: str) -> None:
        """Erase a file; nothing happens if there is none."""
        (self._folder / name).unlink(missing_ok=True)


def vault_of(desk: Path) -> Vault:
    """Return the vault of a desk's folder; its key is made if there is none.

    Raises:
        BadParameter: What should be the key is none.
    """
    given = os.environ.get(KEY_VARIABLE, "")
    path = desk / _FILE
    text = given or secret_in(path, lambda: base64.b64encode(os.urandom(32)).decode("ascii") + "\n")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        where = f"the variable {KEY_VARIABLE}" if given else str(path)
        raise BadParameter(
            f"What {where} holds is no key of a vault.",
            hint="It is 32 random bytes in base 64, such as `openssl rand -base64 32` prints.",
        )
    return Vault(key, desk / "vault")


def put(
    transaction: Transaction, vault: Vault, report_id: str, what: str, sealed_id: str, text: str, /
) -> None:
    """Seal a text that belongs to a report."""
    content = base64.b64encode(vault.seal(text.encode(), sealed_id)).decode("ascii")
    add(transaction, "sealed", sealed_id=sealed_id, report_id=report_id, what=what, content=content)


def read(
    transaction: Transaction,
    vault: Vault,
    at_ms: int,
    report_id: str,
    what: str,
    /,
    *,
    by: str,
    reason: str,
) -> list[tuple[str, str]]:
    """Return (id, text) of what is sealed of a report, oldest first; the reading is in the audit.

    Args:
        transaction: A writing one.
        vault: Opens it.
        at_ms: The present.
        report_id: The report.
        what: identity, statement or message.
        by: Who reads.
        reason: Why, for whoever reads the audit.

    Raises:
        BadRecord: No reason.
    """
    if not reason.strip():
        raise BadRecord("Nothing is read from the vault without a reason.", hint="One sentence.")
    note(
        transaction, at_ms, by, "vault.read", "report", report_id, what=what, reason=reason.strip()
    )
    return opened(transaction, vault, report_id, what)


def opened(
    transaction: Transaction, vault: Vault, report_id: str, what: str, /
) -> list[tuple[str, str]]:
    """Return (id, text) of what is sealed, for its own reporter; anybody else goes by `read`."""
    rows = transaction.all(
        """SELECT sealed_id, content FROM sealed WHERE report_id = :id AND what = :what
           ORDER BY sealed_id""",
        id=report_id,
        what=what,
    )
    return [
        (
            row["sealed_id"],
            vault.open(base64.b64decode(row["content"]), row["sealed_id"]).decode(),
        )
        for row in rows
    ]
