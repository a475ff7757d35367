"""Reversals: what people decided against a run, in the order in which they said it.

They stand in a file of their own that only grows. Judging again does not touch it, so that a
person's word outlives every version of what it was spoken about.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.errors import UnreadableFile

KINDS = ("order", "review", "account", "shop", "item", "ring")
"""What may be restored: a row, or all rows of somebody or something."""

RESTORE, AGAIN = "restore", "again"
"""What may be said: it counts; leave it out again."""

_SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("action", pa.string()),
        ("kind", pa.string()),
        ("id", pa.string()),
        ("said_at", pa.int64()),
        ("who", pa.string()),
        ("because", pa.string()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """One thing that a person said.

    Attributes:
        action: `RESTORE` or `AGAIN`.
        kind: One of `KINDS`.
        id: The subject's, as text.
        at: When it was said (epoch ms UTC).
        who: Who said it.
        because: Why, in their words.
    """

    action: str
    kind: str
    id: str
    at: int
    who: str
    because: str


def read_reversals(path: Path) -> list[Reversal]:
    """Return what was said, in order; nothing if there is no such file.

    Raises:
        UnreadableFile: A line that is none of ours.
    """
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            reversal = Reversal(**json.loads(line))
            sound = reversal.kind in KINDS and reversal.action in (RESTORE, AGAIN)
            sound = sound and isinstance(reversal.at, int)
        except (TypeError, ValueError):
            sound = False
        if not sound:
            raise UnreadableFile(
                f"{path.name} is not what it was written as, in line {number}.",
                hint="It holds what people decided: bring back the file as it was.",
            )
        found.append(reversal)
    return found


def append_reversals(path: Path, reversals: Iterable[Reversal]) -> None:
    """Add lines at the end of the file; what stands there is never changed."""
    with path.open("a", encoding="utf-8", newline="\n") as file:
        for reversal in reversals:
            file.write(json.dumps(asdict(reversal), ensure_ascii=False, sort_keys=True) + "\n")


def put_reversals(engine: Engine, reversals: Iterable[Reversal]) -> None:
    """Leave them as table `reversals` in ``engine``, numbered from 1."""
    rows = [
        {"number": number, "said_at": each.at, **asdict(each)}
        for number, each in enumerate(reversals, start=1)
    ]
    engine.put("reversals", pa.Table.from_pylist(rows, schema=_SCHEMA))


def carry_over(earlier: Path, path: Path) -> None:
    """Take over what was said of an earlier day's run and is not yet in today's."""
    today = read_reversals(path)
    append_reversals(path, [each for each in read_reversals(earlier) if each not in today])
