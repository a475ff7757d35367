"""Reviews as given → the columns that the stages need, with stand-ins for what was not public.

Who wrote and when are often not shown. A review without an author counts as one person's own; one
without a time keeps its place in the file. Where most lack them, the column counts as absent, and
nothing that asks about people or times looks at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.tables import TABLES
from unbrush.check.gathering import Gathered, Given, masked

MOST_GIVEN = 0.5
"""Share of reviews with an author (or time) from which the column counts as present."""

FIRST_S, STEP_S = 978_307_200, 60
"""Where stand-in times start (2001-01-01) and how far apart they are, in seconds."""

_FAR = 1e6

_OURS = {column.name for column in TABLES["reviews"].columns}


@dataclass(frozen=True, kw_only=True)
class Staged:
    """What goes to `collect`.

    Attributes:
        reviews: Rows of text under our names; ``review_id`` is the place from 1.
        items: Titles, None if no item has one.
        places: Place (from 0) in what was gathered, of each row.
        absent: Columns that were mostly stood in for.
        n_without: How many rows lacked each column of these.
    """

    reviews: pa.Table
    items: pa.Table | None
    places: tuple[int, ...]
    absent: tuple[str, ...]
    n_without: dict[str, int]


def stage(gathered: Sequence[Gathered]) -> Staged:
    """Turn what was gathered, of one source or several, into one table."""
    given = [each for found in gathered for each in found.given]
    places = [place for place, each in enumerate(given) if each.error is None]
    usable = [given[place] for place in places]
    people = ["" if masked(value) else value for value in _column(usable, "account_id")]
    times = _column(usable, "posted_at")
    n_without = {"account_id": people.count(""), "posted_at": times.count("")}
    columns = {
        "review_id": [str(place + 1) for place in places],
        "account_id": [
            who.strip() or f"~{place + 1}" for who, place in zip(people, places, strict=True)
        ],
        "item_id": [each.item for each in usable],
        "posted_at": _times(times, places),
        "append_of": _appended(usable, places),
    }
    present = {name for each in usable for name in each.values} & _OURS
    for name in sorted(present - set(columns)):
        columns[name] = _column(usable, name)
    if "rating" in columns:
        columns["rating"] = [_ordinary(value) for value in columns["rating"]]
    return Staged(
        reviews=_table(columns),
        items=_items(gathered, usable),
        places=tuple(places),
        absent=tuple(
            name for name, n in n_without.items() if len(usable) - n < MOST_GIVEN * len(usable)
        ),
        n_without=n_without,
    )


def _ordinary(rating: str) -> str:
    """Return a rating as it came, empty if it is a number that no scale reaches."""
    try:
        return rating if abs(float(rating)) <= _FAR else ""
    except ValueError:
        return rating  # a word: `collect` knows some


def _table(columns: dict[str, list[str]]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _column(given: Sequence[Given], name: str) -> list[str]:
    return [each.values.get(name, "") for each in given]


def _times(times: Sequence[str], places: Sequence[int]) -> list[str]:
    """Fill in times: the place in the file if none is known, else that of the row before."""
    if not any(times):
        return [str(FIRST_S + STEP_S * place) for place in places]
    last = next(time for time in times if time)
    filled = []
    for time in times:
        last = time or last
        filled.append(last)
    return filled


def _appended(given: Sequence[Given], places: Sequence[int]) -> list[str]:
    """Translate which review each one adds to into our own ids; empty where it is not here."""
    ids = {
        (each.item, str(each.id).strip()): str(place + 1)
        for each, place in zip(given, places, strict=True)
        if each.id is not None
    }
    return [ids.get((each.item, each.values.get("append_of", "").strip()), "") for each in given]


def _items(gathered: Sequence[Gathered], given: Sequence[Given]) -> pa.Table | None:
    titles = {item: title for found in gathered for item, title in found.titles.items()}
    if not titles:
        return None
    shops = {each.item: each.values.get("shop_id", "") for each in reversed(given)}
    return _table(
        {
            "item_id": list(titles),
            "shop_id": [shops.get(item) or item for item in titles],
            "title": list(titles.values()),
        }
    )
