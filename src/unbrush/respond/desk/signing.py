"""Ed25519 signatures, for checkpoints, case files and what is sent to others."""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from unbrush.base.errors import BadParameter, missing_extra
from unbrush.base.secret_file import secret_in

KEY_VARIABLE = "UNBRUSH_SIGNING_KEY"
KEY_FILE = ".unbrush-signing-key"


class Signer:
    """A private key of Ed25519.

    Args:
        seed: Its 32 bytes.
    """

    def __init__(self, seed: bytes) -> None:
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        except ImportError:
            raise missing_extra("desk", "Signing") from None
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed

    @property
    def public(self) -> str:
        """The public key, 32 bytes in base 64: what others check signatures with."""
        return _in_base64(self._key.public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        """Sixteen hexadecimal digits that name the key."""
        return key_id_of(self.public)

    def sign(self, message: bytes) -> str:
        """Return the signature of ``message``, 64 bytes in base 64."""
        return _in_base64(self._key.sign(message))

    def derived(self, purpose: str) -> bytes:
        """Return 32 secret bytes for one purpose, always the same; they tell nothing of the key."""
        return hmac.digest(self._seed, b"unbrush derived " + purpose.encode(), hashlib.sha256)


def key_id_of(public: str) -> str:
    """Return the name of a public key: the start of its SHA-256."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def is_signed(public: str, message: bytes, signature: str) -> bool:
    """Say whether ``signature`` is that of ``message`` by the key whose public half is given."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise missing_extra("desk", "Checking a signature") from None
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        key.verify(base64.b64decode(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signer_of(folder: Path) -> Signer:
    """Return the signer whose key is in the environment, or in a file beside the records.

    Without either a key is made and kept in ``folder/.unbrush-signing-key``, for its owner alone.

    Raises:
        BadParameter: The environment holds something that is no key.
    """
    given = os.environ.get(KEY_VARIABLE, "")
    path = folder / KEY_FILE
    if given:
        return Signer(_seed_of(given, f"the variable {KEY_VARIABLE}"))
    text = secret_in(path, lambda: _in_base64(os.urandom(32)) + "\n")
    return Signer(_seed_of(text, str(path)))


def public_key_in(folder: Path) -> str:
    """Return the public key of a desk that has one; empty if not: none is made."""
    is_there = os.environ.get(KEY_VARIABLE) or (folder / KEY_FILE).is_file()
    return signer_of(folder).public if is_there else ""


def check_public_key(text: str) -> None:
    """Raise BadParameter unless ``text`` is a public key of Ed25519 in base 64."""
    try:
        is_one = len(base64.b64decode(text, validate=True)) == 32
    except ValueError:
        is_one = False
    if not is_one:
        raise BadParameter(
            f"{text[:80]!r} is no public key.",
            hint="It is 32 bytes in base 64: `public_key` of POST /audit/checkpoints.",
        )


def _seed_of(text: str, where: str) -> bytes:
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise BadParameter(
            f"What {where} holds is no signing key.",
            hint="It is 32 random bytes in base 64, such as `openssl rand -base64 32` prints.",
        )
    return seed


def _in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
