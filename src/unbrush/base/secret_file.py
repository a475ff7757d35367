"""A secret that a program makes for itself once, in a file for its owner alone."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def secret_in(path: Path, make: Callable[[], str], /) -> str:
    """Return what a file holds; if there is none, make it first.

    Several programs may ask at once: the file appears whole or not at all, and all read the same.

    Args:
        path: The file; its folder is there.
        make: Returns a new secret.
    """
    if not path.is_file():
        being_made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(being_made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another one was faster: its secret holds
                os.link(being_made, path)
        finally:
            being_made.unlink()
    return path.read_text(encoding="ascii")
