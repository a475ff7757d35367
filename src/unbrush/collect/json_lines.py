"""JSON Lines → a Parquet file of lines with row numbers; fields are found and read by SQL."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unbrush.base.engine import Engine
from unbrush.base.errors import EmptyTable, UnreadableFile
from unbrush.collect.encoding import encoding_of, open_bytes
from unbrush.collect.survey import SourceFile

_BLOCK = 8 << 20
_SCHEMA = pa.schema([("_row", pa.int64()), ("line", pa.string())])


def stage_json_lines(file: SourceFile, target: Path) -> str:
    """Write the lines of ``file`` with their numbers from 1 to ``target``; return its encoding.

    Blank lines are left out but count.

    Raises:
        UnreadableFile: Not text in an encoding we know, or one JSON array.
        EmptyTable: No lines.
    """
    encoding = encoding_of(file)
    row = written = 0
    with pq.ParquetWriter(target, _SCHEMA, compression="lz4") as writer:
        for lines in _blocks_of_lines(file, encoding):
            rows = range(row + 1, row + 1 + len(lines))
            row += len(lines)
            kept = [(n, line) for n, line in zip(rows, lines, strict=True) if line.strip()]
            if not kept:
                continue
            if not written and kept[0][1].lstrip().startswith("["):
                raise UnreadableFile(
                    f"{file.label} is one JSON array.", hint="Write one object per line (JSONL)."
                )
            written += len(kept)
            numbers, texts = zip(*kept, strict=True)
            writer.write_table(pa.table([pa.array(numbers), pa.array(texts)], schema=_SCHEMA))
    if not written:
        raise EmptyTable(f"{file.label} has no rows.", hint="Leave the file out if there are none.")
    return encoding


def json_fields(engine: Engine, scan: str) -> dict[str, bool]:
    """Return the names of the fields of all objects, and whether any value of each is a string.

    Whether an id came as ``"7"`` or as ``7`` decides its type, as in Parquet.
    """
    found = engine.query(
        f"""
        WITH objects AS (SELECT line FROM {scan} WHERE {is_object()}),
        fields AS (SELECT line, unnest(json_keys(line)) AS field FROM objects)
        SELECT field, bool_or(json_type(json_extract(line, '$."' || field || '"')) = 'VARCHAR') AS s
        FROM fields WHERE field <> '' AND NOT contains(field, '"') GROUP BY field ORDER BY field
        """
    )
    return {row["field"]: bool(row["s"]) for row in found.to_pylist()}


def is_object() -> str:
    """Return SQL that says whether ``line`` is a JSON object."""
    return "coalesce(CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' END, false)"


def _blocks_of_lines(file: SourceFile, encoding: str) -> Iterator[list[str]]:
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    with open_bytes(file) as stream:
        while block := stream.read(_BLOCK):
            *lines, rest = (rest + decoder.decode(block)).split("\n")
            yield [line.lstrip("\ufeff") for line in lines]
    if rest:
        yield [rest.lstrip("\ufeff")]
