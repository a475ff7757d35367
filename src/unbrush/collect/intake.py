"""Intake: a file of the source → something SQL can read, whatever its format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.base.engine import Engine, name, quote
from unbrush.base.errors import EmptyTable, UnreadableFile
from unbrush.base.manifest import Note
from unbrush.base.words import Words
from unbrush.collect.delimited import stage_delimited
from unbrush.collect.encoding import GB18030, cannot_open
from unbrush.collect.json_lines import is_object, json_fields, stage_json_lines
from unbrush.collect.rejects import NOT_AN_OBJECT, ragged_reason
from unbrush.collect.survey import CSV, JSONL, PARQUET, SourceFile

_ROW_NUMBER = "file_row_number"  # what a numbered scan of the engine adds

LONGEST_CELL = 1 << 40
"""More rows than any part has: part and row in one ordered number."""


@dataclass(frozen=True)
class Field:
    """One column of a source file: what it is called there, its SQL and type.

    ``is_text`` says that values are strings by the file's own types, so that an id made of digits
    stays text; CSV has no types and leaves it open.
    """

    title: str
    sql: str
    type: str
    is_text: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One readable file.

    Attributes:
        number: Its place in the order in which files are read.
        file: Where it came from.
        scan: SQL to read it, for use after FROM.
        row: SQL of the row number as a person would count.
        fields: Its columns by plain name.
        twice: Plain names that stand in the header more than once.
        broken: Row numbers of records that could not be split into columns, with a code and why.
    """

    number: int
    file: SourceFile
    scan: str
    row: str
    fields: Mapping[str, Field]
    twice: frozenset[str]
    broken: tuple[tuple[int, str, Words], ...] = ()

    @property
    def label(self) -> str:
        """Name of the file within the source."""
        return self.file.label

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for files whose columns can be read by the same SQL."""
        return tuple(self.fields.items()), self.row


def plain(title: str) -> str:
    """Return a column title in the form in which titles are compared."""
    return "_".join(title.strip().strip("\ufeff").lower().replace("-", " ").split())


@dataclass
class Intake:
    """Opens each file of a source once, however many tables are made from it.

    Attributes:
        engine: Where files are read.
        staging: Folder for what text files are turned into.
        notes: What was decided while reading.
    """

    engine: Engine
    staging: Path
    notes: list[Note] = field(default_factory=list)
    _parts: dict[str, Part] = field(default_factory=dict)

    @property
    def labels(self) -> set[str]:
        """Names of all files read so far."""
        return set(self._parts)

    def open(self, files: Iterable[SourceFile]) -> list[Part]:
        """Return the parts of ``files``, reading those not read before."""
        return [self._parts.get(file.label) or self._open(file) for file in files]

    def list_parts(self) -> None:
        """Store the names of all parts as table ``_parts``."""
        parts = list(self._parts.values())
        numbers = pa.array([part.number for part in parts], pa.int64())
        labels = pa.array([part.label for part in parts], pa.string())
        self.engine.put("_parts", pa.table({"_part": numbers, "file": labels}))

    def refuse_damaged(self, error: Exception) -> None:
        """Read the typed files whole, after ``error``, to see whether one of them is why.

        A file tells that it is whole by its end; that its middle is, only by being read.

        Raises:
            UnreadableFile: One of them is damaged.
        """
        for part in self._parts.values():
            if part.file.kind != PARQUET:
                continue
            try:
                for _ in pq.ParquetFile(part.file.path).iter_batches():
                    pass
            except (pa.ArrowException, OSError):
                raise UnreadableFile(
                    f"{part.label} is a damaged Parquet file.", hint="Copy or write it again."
                ) from error

    def _open(self, file: SourceFile) -> Part:
        if file.kind == CSV:
            part = self._open_delimited(file)
        elif file.kind == JSONL:
            part = self._open_json_lines(file)
        else:
            part = self._open_parquet(file)
        self._parts[file.label] = part
        return part

    def _open_delimited(self, file: SourceFile) -> Part:
        staged = stage_delimited(file, self._staging_path())
        self._note_encoding(file, staged.encoding)
        fields = [
            Field(title, name(f"c{n}"), "VARCHAR")
            for n, title in enumerate(staged.fields)
            if title.strip()
        ]
        broken = [
            (row, "ragged-row", ragged_reason(found, len(staged.fields)))
            for row, found in staged.ragged
        ]
        return self._part(file, self.engine.scan(staged.path), "_row", fields, broken)

    def _open_json_lines(self, file: SourceFile) -> Part:
        path = self._staging_path()
        self._note_encoding(file, stage_json_lines(file, path))
        lines = self.engine.scan(path)
        bad = self.engine.query(f"SELECT _row FROM {lines} WHERE NOT {is_object()} ORDER BY _row")
        found = json_fields(self.engine, lines)
        if not found:
            raise UnreadableFile(
                f"{file.label} has no line that is a JSON object with fields.",
                hint="Write one object per line (JSONL).",
            )
        paths = ", ".join(quote(f'$."{title}"') for title in found)
        scan = (
            f"(SELECT _row, json_extract_string(line, [{paths}]) AS cells FROM {lines} "
            f"WHERE {is_object()})"
        )
        fields = [
            Field(title, f"cells[{n}]", "VARCHAR", is_text)
            for n, (title, is_text) in enumerate(found.items(), start=1)
        ]
        broken = [(row, "not-json", NOT_AN_OBJECT) for row in bad.column(0).to_pylist()]
        return self._part(file, scan, "_row", fields, broken)

    def _open_parquet(self, file: SourceFile) -> Part:
        try:
            n_rows = pq.read_metadata(file.path).num_rows
        except PermissionError as error:
            raise cannot_open(file.label, error) from error
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile(
                f"{file.label} is not a whole Parquet file.", hint="Copy or write it again."
            ) from error
        if not n_rows:
            raise EmptyTable(
                f"{file.label} has no rows.", hint="Leave the file out if the market has none."
            )
        columns = self.engine.columns(self.engine.scan(file.path))
        fields = [
            Field(title, name(title), kind, kind == "VARCHAR") for title, kind in columns.items()
        ]
        if any(title.lower() == _ROW_NUMBER for title in columns):
            raise UnreadableFile(
                f"{file.label} has a column {_ROW_NUMBER}, a name that the engine needs.",
                hint="Rename the column or leave it out.",
            )
        scan = self.engine.scan(file.path, numbered=True)
        return self._part(file, scan, f"{_ROW_NUMBER} + 1", fields, [])

    def _part(
        self,
        file: SourceFile,
        scan: str,
        row: str,
        fields: list[Field],
        broken: list[tuple[int, str, Words]],
    ) -> Part:
        names = [plain(each.title) for each in fields]
        return Part(
            number=len(self._parts),
            file=file,
            scan=scan,
            row=row,
            fields=dict(zip(names, fields, strict=True)),
            twice=frozenset(title for title in names if names.count(title) > 1),
            broken=tuple(broken),
        )

    def _staging_path(self) -> Path:
        return self.staging / f"{len(self._parts)}.parquet"

    def _note_encoding(self, file: SourceFile, encoding: str) -> None:
        if encoding == GB18030:
            self.notes.append(
                Note(
                    code="read-as-gb18030",
                    about=file.label,
                    zh=f"{file.label} 不是 UTF-8，按 GB18030 读取。",
                    en=f"{file.label} is not UTF-8 and was read as GB18030.",
                )
            )
