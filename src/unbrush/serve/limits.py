"""Limits of the machine that the engine ran into: the user's to lift, no faults of ours."""

from unbrush.base.errors import CannotWrite, UnbrushError, UsageError
from unbrush.store.duckdb_engine import QueryFailed

_FULL = ("No space left", "max_temp_directory_size", "Permission denied", "Read-only file system")


def limit_behind(error: Exception) -> UnbrushError | None:
    """Return the error to show if a statement failed for want of memory or disk; else None."""
    cause = error.__cause__
    if not isinstance(error, QueryFailed) or cause is None:
        return None
    if any(words in str(cause) for words in _FULL):
        return CannotWrite(
            "The disk is full, or may not be written to.",
            hint="Make room, choose another --out, or set TMPDIR to where there is room.",
        )
    if type(cause).__name__ == "OutOfMemoryException":
        return UsageError(
            "The work does not fit into the memory allowed.",
            hint="Allow more with --memory, or use fewer --threads.",
        )
    return None
