"""Read labels that a person gives: what is known of orders, reviews and others."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from unbrush.base.errors import MissingColumn, SourceNotFound, UnreadableFile, did_you_mean
from unbrush.base.tables import SUBJECT_TABLES

NAMES = ("labels.parquet", "labels.csv", "labels.csv.gz", "labels.jsonl", "truth/labels.parquet")
COLUMNS = ("subject_kind", "subject_id", "is_fake")
KINDS = tuple(SUBJECT_TABLES)

YES, NO = ("true", "1", "1.0"), ("false", "0", "0.0")


def read_labels(given: Path) -> pa.Table:
    """Read labels from a file, or from a folder that has one called as in `NAMES`.

    Returns:
        subject_kind, subject_id, is_fake, at (epoch ms UTC, null where nobody says when it was
        found), kind and look_alike (empty where nobody says).

    Raises:
        SourceNotFound: There is none.
        UnreadableFile: It cannot be read, or a value is none that a label can have.
        MissingColumn: It lacks one.
    """
    path = given
    if given.is_dir():
        path = next((given / name for name in NAMES if (given / name).is_file()), given)
    if not path.is_file():
        raise SourceNotFound(f"No labels at {given}.", hint=f"A folder with {' or '.join(NAMES)}.")
    rows = _rows(path)
    for column in COLUMNS:
        if column not in rows.column_names:
            raise MissingColumn(
                f"{path.name} has no column {column}.", hint=f"Needed: {', '.join(COLUMNS)}."
            )
    _check_kinds(path, rows["subject_kind"])
    empty = pa.array([""] * len(rows), pa.string())
    return pa.table(
        {
            "subject_kind": rows["subject_kind"],
            "subject_id": rows["subject_id"],
            "is_fake": _is_fake(path, rows["is_fake"]),
            "at": _at(path, rows),
            **{
                name: rows[name] if name in rows.column_names else empty
                for name in ("kind", "look_alike")
            },
        }
    )


def _rows(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            return pyarrow.parquet.read_table(path)
        if path.suffix == ".jsonl":
            return pyarrow.json.read_json(path)
        text = pyarrow.csv.ConvertOptions(column_types={"subject_id": pa.string()})
        return pyarrow.csv.read_csv(path, convert_options=text)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error}", hint="Parquet, CSV with commas, or JSON lines."
        ) from None


def _check_kinds(path: Path, kinds: pa.ChunkedArray) -> None:
    for kind in sorted({str(each) for each in pc.unique(kinds).to_pylist()}):
        if kind not in KINDS:
            raise UnreadableFile(
                f"{path.name} has labels of a {kind!r}.",
                hint=f"{did_you_mean(kind.lower(), KINDS)} Known: {', '.join(KINDS)}.",
            )


def _is_fake(path: Path, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return whether each is fake, null where the cell is empty.

    Other numbers are refused: some sets write -1 for fake and 1 for genuine.
    """
    if pa.types.is_boolean(values.type):
        return values
    words = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(values, pa.string())))
    said = pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    is_known = pc.is_in(said, pa.array([*YES, *NO, None], pa.string()))
    if wrong := sorted(set(pc.filter(said, pc.invert(is_known)).to_pylist())):
        raise UnreadableFile(
            f"{path.name} says is_fake = {wrong[0]!r}.",
            hint="Write true or false, or 1 or 0; leave it empty where it is not known.",
        )
    is_fake = pc.is_in(said, pa.array(YES))
    return pc.if_else(pc.is_null(said), pa.scalar(None, pa.bool_()), is_fake)


def _at(path: Path, rows: pa.Table) -> pa.ChunkedArray | pa.Array:
    """Return when each was found (epoch ms UTC)."""
    if "at" not in rows.column_names:
        return pa.nulls(len(rows), pa.int64())
    try:
        if pa.types.is_integer(rows["at"].type):
            return pc.cast(rows["at"], pa.int64())
        moments = pc.cast(rows["at"], pa.timestamp("ms", tz="UTC"), safe=False)
        return pc.cast(moments, pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise UnreadableFile(
            f"{path.name} has a column `at` that is no time: {error}",
            hint="Epoch milliseconds, or times such as 2026-11-24T08:00:00Z; or leave it out.",
        ) from None
