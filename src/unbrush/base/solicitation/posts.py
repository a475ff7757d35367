"""Many texts at once: each distinct one is read once, and calls become a table for SQL."""

from collections.abc import Mapping

import pyarrow as pa

from unbrush.base.detector import Prepared
from unbrush.base.solicitation.reading import Solicitation, read


def read_all(texts: pa.ChunkedArray) -> list[Solicitation | None]:
    """Return the reading of each text, in order; null where there is none."""
    known: dict[str, Solicitation | None] = {}
    found: list[Solicitation | None] = []
    for text in texts.to_pylist():
        if text is None:
            found.append(None)
            continue
        if text not in known:
            known[text] = read(text)
        found.append(known[text])
    return found


def _instructions(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return what each call among the posts prescribes, one row each."""
    posts = tables["posts"]
    readings = read_all(posts["text"])
    rows = [row for row, said in enumerate(readings) if said is not None and said.is_call]
    calls = posts.select(["post_id", "shop_id", "item_id", "captured_at"]).take(
        pa.array(rows, pa.int64())
    )
    scripts = [said.script for said in readings if said is not None and said.is_call]
    columns = {
        "keyword": pa.array([_letters(script.keyword) for script in scripts], pa.string()),
        "low_ms": _whole([script.dwell_ms and script.dwell_ms[0] for script in scripts]),
        "high_ms": _whole([script.dwell_ms and script.dwell_ms[1] for script in scripts]),
        "from_h": _whole([None if script.hours is None else script.hours[0] for script in scripts]),
        "until_h": _whole(
            [None if script.hours is None else script.hours[1] for script in scripts]
        ),
    }
    for name, column in columns.items():
        calls = calls.append_column(name, column)
    return calls


def _letters(keyword: str) -> str:
    """Letters and digits only, as the words of searches are compared."""
    return "".join(letter for letter in keyword.lower() if letter.isalnum())


def _whole(values: list[int | None]) -> pa.Array:
    return pa.array(values, pa.int64())


INSTRUCTIONS = Prepared(
    name="_instructions",
    reads={"posts": ("post_id", "shop_id", "item_id", "captured_at", "text")},
    make=_instructions,
)
"""What each call among the posts prescribes.

post_id, shop_id, item_id, captured_at, keyword (plain letters; '' if none), low_ms and high_ms
(NULL if no stay is asked for), from_h and until_h (on the writer's clock; NULL if none).
"""
