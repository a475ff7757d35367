"""Delimited text (CSV and its cousins) → a Parquet file of text columns with row numbers."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from unbrush.base.errors import EmptyTable, UnreadableFile
from unbrush.collect.encoding import encoding_of, open_bytes
from unbrush.collect.survey import SourceFile

BLOCK = 8 << 20
"""Bytes parsed at once; also the longest record that we read."""

_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class _Header:
    """The first record that is not blank: its cells, its row as a spreadsheet counts, the rest."""

    cells: tuple[str, ...]
    row: int
    delimiter: str
    is_all: bool


@dataclass(frozen=True)
class Staged:
    """A text file after its first reading.

    Attributes:
        path: Parquet with ``_row`` and one text column ``c0``, ``c1``, … per field.
        fields: What the source calls those columns, in order.
        encoding: What the text was written in.
        ragged: Row number and number of cells of records that do not fit the header.
    """

    path: Path
    fields: tuple[str, ...]
    encoding: str
    ragged: tuple[tuple[int, int], ...]


def stage_delimited(file: SourceFile, target: Path) -> Staged:
    """Read a delimited text file whole, memory bounded, into ``target``.

    Rows whose cells are all empty are blank lines and left out; they count as rows.

    Raises:
        UnreadableFile: Not text in an encoding we know, or a quote that is never closed.
        EmptyTable: Nothing but a header, or not even that.
    """
    encoding = encoding_of(file)
    header = _header(file, encoding)
    if header.is_all:
        raise EmptyTable(
            f"{file.label} has no rows.", hint="Leave the file out if the market has none."
        )
    ragged: list[tuple[int, int]] = []
    open_quotes: list[int] = []

    def note_ragged(row: Any) -> str:
        if row.text.count('"') % 2:
            open_quotes.append(row.number)
            return "error"
        ragged.append((row.number, row.actual_columns))
        return "skip"

    names = [f"c{n}" for n in range(len(header.cells))]
    try:
        with open_bytes(file) as stream, _Writer(target, names, header.row + 1) as writer:
            for batch in _batches(stream, encoding, header, names, note_ragged):
                writer(batch, [row for row, _ in ragged])
        if writer.ends_in_newline and _count_quotes(file, encoding) % 2:
            raise _open_quote(file, [writer.last_row])
    except pa.ArrowInvalid as error:
        # The parser's own words quote the row, which may hold personal values.
        if open_quotes or "straddling" in str(error):
            raise _open_quote(file, open_quotes) from None
        raise UnreadableFile(
            f"{file.label} cannot be read as delimited text.", hint="Export it again as CSV."
        ) from None
    return Staged(target, header.cells, encoding, tuple(ragged))


def _header(file: SourceFile, encoding: str) -> _Header:
    with open_bytes(file) as stream:
        block = stream.read(BLOCK)
    text = block.decode(encoding, "ignore").lstrip("\ufeff")
    if not text.strip():
        raise EmptyTable(f"{file.label} is empty.", hint="Leave the file out if there is nothing.")
    first_line = text.lstrip().splitlines()[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        filled = ((row, each) for row, each in enumerate(records, start=1) if _is_record(each))
        row, cells = next(filled, (1, []))
        has_more = len(block) == BLOCK or next(filled, None) is not None
    except csv.Error:  # a field beyond the csv module's limit: the parser proper decides
        row, cells, has_more = 1, first_line.split(delimiter), True
    if not cells:
        raise EmptyTable(f"{file.label} is empty.", hint="Leave the file out if there is nothing.")
    return _Header(tuple(cells), row, delimiter, not has_more)


def _is_record(cells: list[str]) -> bool:
    return any(map(str.strip, cells))


def _batches(
    stream: Any, encoding: str, header: _Header, names: list[str], note_ragged: Any
) -> Iterator[pa.RecordBatch]:
    return pacsv.open_csv(  # type: ignore[no-any-return]
        stream,
        read_options=pacsv.ReadOptions(
            use_threads=False,  # only then are row numbers known
            block_size=BLOCK,
            column_names=names,
            skip_rows_after_names=header.row,
            encoding="utf8" if encoding == "utf-8" else encoding,
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=header.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=note_ragged,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )


class _Writer:
    """Numbers rows and writes them; a context because the file has to be closed."""

    def __init__(self, target: Path, names: list[str], first_row: int) -> None:
        self._schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in names)])
        self._parquet = pq.ParquetWriter(target, self._schema, compression="lz4")
        self._next = first_row
        self.ends_in_newline = False
        """Whether a cell of the last record holds a line break, as after a quote left open."""

    @property
    def last_row(self) -> int:
        """Number of the last row that was written."""
        return self._next - 1

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._parquet.close()

    def __call__(self, batch: pa.RecordBatch, skipped: list[int]) -> None:
        rows = _numbers(self._next, batch.num_rows, skipped)
        if batch.num_rows:
            self._next = int(rows[-1]) + 1
            self.ends_in_newline = any("\n" in column[-1].as_py() for column in batch.columns)
        table = pa.Table.from_arrays([pa.array(rows), *batch.columns], schema=self._schema)
        self._parquet.write_table(table.filter(_is_filled(batch)))


def _numbers(start: int, n_rows: int, skipped: list[int]) -> np.ndarray[Any, Any]:
    """Return the next ``n_rows`` row numbers from ``start`` on that were not skipped."""
    gone = np.array([row for row in skipped if row >= start], dtype=np.int64)
    candidates = np.arange(start, start + n_rows + len(gone), dtype=np.int64)
    return np.setdiff1d(candidates, gone, assume_unique=True)[:n_rows]


def _is_filled(batch: pa.RecordBatch) -> pa.Array:
    """Say for each row whether any of its cells has content."""
    filled = pc.not_equal(batch.column(0), "")
    for column in batch.columns[1:]:
        filled = pc.or_(filled, pc.not_equal(column, ""))
    return filled


def _count_quotes(file: SourceFile, encoding: str) -> int:
    with io.TextIOWrapper(open_bytes(file), encoding) as text:
        return sum(block.count('"') for block in iter(lambda: text.read(BLOCK), ""))


def _open_quote(file: SourceFile, rows: list[int]) -> UnreadableFile:
    where = f"row {rows[0]:,}" if rows else "a row"
    return UnreadableFile(
        f"{file.label}: a quotation mark opened in {where} is never closed.",
        hint=f'Write a quotation mark within a value twice (""). Longest row: {BLOCK >> 20} MB.',
    )
