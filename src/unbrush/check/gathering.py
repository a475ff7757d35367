"""Reviews as they were given → rows of one tiny market, each known by its place.

Three shapes are understood: a table (CSV), one review per JSON object, and one item per JSON object
with a list of reviews. Every row of them comes out again, with an error if it cannot be used.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from unbrush.base.errors import EmptyTable, InputError, UnreadableFile
from unbrush.check.fields import (
    IDS,
    LISTS,
    TITLES,
    Columns,
    Id,
    as_text,
    id_of,
    photos_of,
    review_of,
    twice,
)
from unbrush.check.limits import Limits
from unbrush.check.lines import Record, records_of
from unbrush.check.opening import Source
from unbrush.collect.delimited import stage_delimited

_ITEM_IDS = ("item_id", "id", "product_id", "asin", "商品编号", "商品id", "商品", "商品名称")
_ITEM_TITLES = ("item_title", "product_title", "商品标题", *TITLES)
_MASKED = frozenset(
    {"匿名", "匿名用户", "匿名买家", "anonymous", "anonymous user", "guest", "游客"}
)
"""Names that many people go by."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One review as it was given.

    Attributes:
        line: Its line, row or place in a list.
        id: What it calls itself, None if nothing.
        values: Our columns, as text.
        item: Which item it is about, as text.
        photos: Names of the files of its photos, if they came along.
        error: Why it cannot be used, if so.
    """

    line: int
    id: Id | None = None
    values: dict[str, str] = field(default_factory=dict)
    item: str = ""
    photos: tuple[str, ...] = ()
    error: InputError | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One object that was an item with a list of reviews, or that failed to be one."""

    line: int
    id: Id | None
    places: range
    error: InputError | None = None


@dataclass(kw_only=True)
class Gathered:
    """All reviews of one source.

    Attributes:
        label: What the user calls the source.
        given: Every review in order.
        items: The objects that held them, if the source is one of items.
        titles: Title of each item that has one.
    """

    label: str
    given: list[Given] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def gather(source: Source, limits: Limits, *, is_table: bool) -> Gathered:
    """Read all reviews of a source.

    Raises:
        InputError: The source as a whole cannot be read, or has more reviews than are held.
    """
    found = Gathered(label=source.label)
    columns: Columns | None = None
    firsts: dict[tuple[str, str], int] = {}
    records = rows_of(source) if is_table else None
    for record in records if records is not None else records_of(source, limits):
        listed = next((name for name in LISTS if isinstance(record.fields.get(name), list)), "")
        if listed:
            _take_item(found, record, listed, firsts)
        elif record.error is not None or (found.items and not _is_review(record)):
            found.given.append(Given(line=record.line, error=record.error or _strange(record)))
            if found.items:
                place = len(found.given)
                found.items.append(
                    Item(
                        line=record.line,
                        id=None,
                        places=range(place - 1, place),
                        error=found.given[-1].error,
                    )
                )
        else:
            if columns is None or records is None:
                columns = Columns.of(record.fields)
                if records is not None:
                    columns.check(source.label, record.fields)
            found.given.append(_given(record, columns, source.label, firsts))
        if len(found.given) > limits.reviews:
            raise UnreadableFile(
                f"{source.label} has more than {limits.reviews:,} reviews, which are compared with"
                " one another and held at once.",
                hint="Allow more with --max-reviews, or use `unbrush run`.",
            )
    return found


def _is_review(record: Record) -> bool:
    return bool(Columns.of(record.fields).title_of)


def _strange(record: Record) -> InputError:
    return UnreadableFile(
        f"It is neither an item with reviews nor a review, but has "
        f"{', '.join(sorted(map(repr, record.fields))[:6]) or 'no fields'}.",
        hint='Write {"item_id": …, "reviews": [{"text": …, "rating": …}, …]}.',
    )


def none_usable(found: Gathered) -> InputError:
    """Return the error of a source without a single review that can be used."""
    first = next((each for each in found.given if each.error), None)
    if first is None or first.error is None:
        return EmptyTable(f"{found.label} has no reviews.", hint="There is nothing to check.")
    return EmptyTable(
        f"{found.label} has no review that can be used; line {first.line}: {first.error.message}",
        hint=first.error.hint,
    )


def rows_of(source: Source) -> Iterator[Record]:
    """Yield the rows of a delimited file; those that do not fit the header as errors."""
    with tempfile.TemporaryDirectory(prefix="unbrush-") as folder:
        staged = stage_delimited(source.delimited, Path(folder) / "rows.parquet")
        ragged = sorted(staged.ragged)
        for batch in pq.ParquetFile(staged.path).iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                number = row.pop("_row")
                while ragged and ragged[0][0] < number:
                    yield _ragged(*ragged.pop(0), len(staged.fields))
                yield Record(
                    line=number, fields=dict(zip(staged.fields, row.values(), strict=True))
                )
        for number, n_cells in ragged:
            yield _ragged(number, n_cells, len(staged.fields))


def _ragged(row: int, n_cells: int, n_wanted: int) -> Record:
    return Record(
        line=row,
        error=UnreadableFile(
            f"Row {row:,} has {n_cells} cells and the header {n_wanted}.",
            hint="Put text that holds commas between quotation marks.",
        ),
    )


def _take_item(
    found: Gathered, record: Record, listed: str, firsts: dict[tuple[str, str], int]
) -> None:
    """Add the reviews of an object that is an item."""
    start = len(found.given)
    try:
        own = id_of(record.fields, _ITEM_IDS)
        title = next((t for n in _ITEM_TITLES if (t := as_text(record.fields.get(n), n))), "")
        item = f"{own}" if own is not None else f"line {record.line}"
        error: InputError | None = None
        if ("", item) in firsts:
            error = twice(item, firsts["", item], "item")
        firsts.setdefault(("", item), record.line)
    except InputError as refused:
        own, title, item, error = None, "", f"line {record.line}", refused
    if title:
        found.titles[item] = title
    for number, each in enumerate(record.fields[listed], start=1):
        if error is not None:
            found.given.append(Given(line=number, item=item, error=error))
            continue
        inner = each if isinstance(each, dict) else {"text": each}
        whole = Record(line=number, fields={**inner, "item_id": item})
        found.given.append(_given(whole, Columns.of(whole.fields), item, firsts))
    places = range(start, len(found.given))
    found.items.append(Item(line=record.line, id=own, places=places, error=error))


def _given(
    record: Record, columns: Columns, label: str, firsts: dict[tuple[str, str], int]
) -> Given:
    """Return one review; one that has the id of an earlier one of the same item is refused."""
    own: Id | None = None
    try:
        title = columns.title_of.get("review_id")
        own = id_of(record.fields, (title,) if title else IDS)
        values = review_of(record.fields, columns)
        item = values.get("item_id", label)
        if "text" not in values and "rating" not in values:
            raise UnreadableFile("It has neither text nor rating.", hint="Give one of them.")
        if own is not None:
            key = (item, str(own).strip())
            if key in firsts:
                raise twice(str(own), firsts[key], "review")
            firsts[key] = record.line
        photos = photos_of(record.fields)
        return Given(line=record.line, id=own, values=values, item=item, photos=photos)
    except InputError as error:
        return Given(line=record.line, id=own, item=label, error=error)


def masked(name: str) -> bool:
    """Whether many people go by a name, so that it says nothing of who wrote."""
    bare = name.strip().lower().replace("＊", "*")
    return not bare or "**" in bare or bare in _MASKED
