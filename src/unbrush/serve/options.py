"""Options that several commands share, and what their text means."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from cyclopts import Parameter

from unbrush.base.clock import SECOND_MS
from unbrush.base.errors import BadParameter
from unbrush.base.memory import parse_size
from unbrush.store.duckdb_engine import DuckDBEngine

KEY_VARIABLE = "UNBRUSH_KEY"
"""Environment variable with the secret that hashes personal fields."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common:
    """Options of every command that works on data.

    Attributes:
        json: Print the result as JSON for machines, and no progress.
        memory: Most memory for tables and graphs, such as 8GB or 800MB; tables that do not fit go
            to disk meanwhile (to TMPDIR). Four fifths of the machine's if left out.
        threads: Cores to use; all if 0.

    Raises:
        BadParameter: A limit that is none, before any work.
    """

    json: bool = False
    memory: str = ""
    threads: int = 0

    def __post_init__(self) -> None:
        if self.threads < 0:
            raise BadParameter(f"--threads is {self.threads}.", hint="1 or more, or 0 for all.")
        if self.memory:
            parse_size(self.memory)

    def engine(self) -> DuckDBEngine:
        """Return an engine within these limits."""
        return DuckDBEngine(memory=self.memory, threads=self.threads)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Collecting:
    """Options of every command that reads a source.

    Attributes:
        source: A shipped mapping's name, or the path of your own mapping file (TOML), for records
            that are not in unbrush's own tables.
        max_rejects: Most bad rows per table, as a share (0-1), before the run stops.
        now: The present as an ISO date or time; later records are rejected. The clock's if absent.
        time_zone: Zone whose midnight ends the platform's day, such as Asia/Shanghai; the
            mapping's if left out, else UTC.

    Raises:
        BadParameter: A zone that does not exist, before any work.
    """

    source: str | None = None
    max_rejects: float | None = None
    now: str = ""
    time_zone: str = ""

    def __post_init__(self) -> None:
        if self.time_zone and self.time_zone not in available_timezones():
            raise BadParameter(
                f"--time-zone {self.time_zone} does not exist.",
                hint="Write a zone of the tz database, such as Asia/Shanghai or UTC.",
            )


Out = Annotated[Path, Parameter(help="Folder for everything that comes out.")]

Settings = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set",
        help="A detector parameter, as detector.parameter=value; may be repeated.",
        negative="",
    ),
]


def key_from_environment() -> bytes | None:
    """Return the hashing key that the environment holds, if any."""
    text = os.environ.get(KEY_VARIABLE, "")
    return os.fsencode(text) if text else None


def now_ms(text: str) -> int:
    """Return the moment that ``--now`` names, or the clock's, as epoch milliseconds UTC."""
    if not text:
        return int(datetime.now(UTC).timestamp() * SECOND_MS)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadParameter(
            f"--now is {text!r}, which is no date.",
            hint="Write 2026-11-24 or 2026-11-24T08:00+08:00.",
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * SECOND_MS)


def params_of(settings: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Turn ``detector.parameter=value`` texts into parameters by detector.

    Raises:
        BadParameter: A text that is not of that form.
    """
    params: dict[str, dict[str, Any]] = {}
    for setting in settings:
        path, _, text = setting.partition("=")
        detector, _, parameter = path.partition(".")
        try:
            value: float = int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            value, parameter = 0, ""
        if not detector or not parameter:
            raise BadParameter(
                f"--set {setting} is not of the form detector.parameter=value.",
                hint="For example: --set order-concentration.min_ratio=4",
            )
        params.setdefault(detector, {})[parameter] = value
    return params
