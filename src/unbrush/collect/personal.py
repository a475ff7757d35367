"""Personal fields: one keyed hash for each distinct raw value, made before anything is written.

The hash is HMAC-SHA256 under a secret key, cut to 32 hexadecimal characters: the same value gives
the same token in every column and every run with the same key, and nothing gives the value back.
"""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

import pyarrow as pa

from unbrush.base.engine import Engine, name
from unbrush.base.errors import UnreadableFile, UsageError
from unbrush.base.manifest import Note
from unbrush.collect.encoding import cannot_open
from unbrush.collect.reading import Reading
from unbrush.collect.values import SPACES, undressed

KEY_FILE = ".unbrush-key"
SHORTEST_GOOD_KEY = 16
TOKEN_LENGTH = 32

MOST_AT_ONCE = 1_000_000
MET_ONCE = 0.5
"""More distinct values than both, this many and this share of all, are hashed one by one."""

_BLOCK = 64  # bytes, of SHA-256
_INNER, _OUTER = 0x36, 0x5C


def fingerprint(key: bytes) -> str:
    """Return a short name for a key, to see whether two runs used the same one."""
    return hashlib.sha256(b"unbrush key fingerprint\n" + key).hexdigest()[:12]


def check_key(key: bytes) -> list[Note]:
    """Return a note if a key that was given is easy to guess.

    Raises:
        UsageError: The key is empty.
    """
    if not key:
        raise UsageError(
            "The key for personal fields is empty.", hint="Set UNBRUSH_KEY, or unset it."
        )
    if len(key) >= SHORTEST_GOOD_KEY:
        return []
    return [
        Note(
            code="weak-key",
            about="UNBRUSH_KEY",
            zh=f"密钥只有 {len(key)} 字节，容易被猜出；请至少用 {SHORTEST_GOOD_KEY} 字节。",
            en=f"The key has {len(key)} bytes and can be guessed; use {SHORTEST_GOOD_KEY} or more.",
        )
    ]


def kept_key(root: Path) -> tuple[bytes, list[Note]]:
    """Return the key kept in a run folder, making one (mode 0600) if there is none.

    Raises:
        UnreadableFile: The file is there and holds no key.
    """
    path = root / KEY_FILE
    notes = []
    if not os.path.lexists(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)
        notes.append(
            Note(
                code="key-was-open",
                about=KEY_FILE,
                zh=f"{KEY_FILE} 曾可被他人读取，权限已改为 0600；若怀疑泄露请换密钥。",
                en=f"Others could read {KEY_FILE}; its mode is 0600 now. Change it if it leaked.",
            )
        )
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    except OSError as error:
        raise cannot_open(f"{KEY_FILE} beside the output", error) from error
    if len(key) < SHORTEST_GOOD_KEY:
        raise UnreadableFile(
            f"{KEY_FILE} beside the output holds no key.",
            hint="Restore it, or delete it to have a new one made (tokens will differ).",
        )
    return key, notes


def token_of(raw: str, key: bytes) -> str:
    """Return the token of one value that came by another way than a table.

    The same as `make_tokens` makes of it, so that a name on a picture can be found in a market.
    """
    return hmac.new(key, raw.strip(SPACES).encode(), "sha256").hexdigest()[:TOKEN_LENGTH]


def hold_key(engine: Engine, key: bytes) -> None:
    """Store the two padded forms of the key that HMAC needs, as table ``_key``.

    They go in as a row and not as SQL text, which an error message would print.
    """
    padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    pads = {
        "inner_pad": pa.array([bytes(byte ^ _INNER for byte in padded)], pa.binary()),
        "outer_pad": pa.array([bytes(byte ^ _OUTER for byte in padded)], pa.binary()),
    }
    engine.put("_key", pa.table(pads))


def make_tokens(engine: Engine, reading: Reading) -> dict[str, str]:
    """Store a token for each distinct value of each personal column whose values come again.

    Where most values are met once, such a table would be as long as what is hashed: those are
    hashed where they are written.

    Returns:
        Column to the name of its table of ``raw`` and ``token``, or nothing if it has none.
    """
    made = {}
    for column in reading.tokens:
        value = name(f"v_{column}")
        [(n, n_distinct)] = [
            tuple(row.values())
            for row in engine.query(
                f"SELECT count({value}) AS n, approx_count_distinct({value}) AS n_distinct"
                f" FROM {reading.view}"
            ).to_pylist()
        ]
        made[column] = ""
        if n_distinct > MOST_AT_ONCE and n_distinct > MET_ONCE * n:
            continue
        made[column] = f"_tokens_{column}"
        raw = f"SELECT DISTINCT {value} AS raw FROM {reading.view}"
        engine.create(
            made[column],
            f"SELECT raw, {token_sql('raw')} AS token FROM ({raw}) WHERE {undressed('raw')} "
            "IS NOT NULL",
        )
    return made


def token_sql(raw: str) -> str:
    """Return SQL for the token of a raw value; needs the key that `hold_key` stored."""
    inner = f"unhex(sha256((SELECT inner_pad FROM _key) || encode({undressed(raw)})))"
    return f"left(sha256((SELECT outer_pad FROM _key) || {inner}), {TOKEN_LENGTH})"
