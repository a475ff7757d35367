"""The capability manifest: which tables and columns a market has, how full, over which days."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class TableCapability:
    """What is there of one table.

    Attributes:
        n_rows: Usable rows.
        n_rejects: Rows that went to `rejects`.
        n_merged: Repeats of a row already seen, merged into it.
        n_emptied: Values left out of rows that were kept (listed in `rejects` too).
        fill: Column name to the share of rows with a value (0-1); absent columns are not named.
        first_at: Earliest moment (epoch ms UTC), if the table is dated.
        last_at: Latest moment.
        ignored: Columns of the source that we have no use for.
    """

    n_rows: int
    n_rejects: int = 0
    n_merged: int = 0
    n_emptied: int = 0
    fill: Mapping[str, float] = field(default_factory=dict)
    first_at: int | None = None
    last_at: int | None = None
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something that whoever brought the source should know; not an error.

    Attributes:
        code: What kind of thing, such as ``ignored-file``.
        about: The file, table or column that it is about.
        zh: The sentence in Chinese.
        en: The same in English.
    """

    code: str
    about: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a collected market can be asked.

    Attributes:
        tables: By table name, only those with rows.
        id_types: Id domain to ``BIGINT`` or ``VARCHAR``.
        source: Name of the mapping it came through, ``native`` if none.
        params: Detector parameters that the source prescribes, by detector name.
        key_fingerprint: Which key hashed the personal fields (not the key).
        version: Version of unbrush that collected it.
        notes: What was left aside or decided while reading, in order.
        time_zone: Where the platform's calendar hangs: whose midnight ends its day.
    """

    tables: Mapping[str, TableCapability]
    id_types: Mapping[str, str]
    source: str = "native"
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    key_fingerprint: str = ""
    version: str = ""
    notes: tuple[Note, ...] = ()
    time_zone: str = "UTC"

    @property
    def subject_id_type(self) -> str:
        """Type of ids in the output: ``BIGINT`` if every id that can be a subject is whole."""
        subjects = (
            "account",
            "action",
            "item",
            "message",
            "order",
            "post",
            "review",
            "shop",
            "staff",
        )
        kinds = {self.id_types[name] for name in subjects if name in self.id_types}
        return "BIGINT" if kinds == {"BIGINT"} else "VARCHAR"

    def lacks(self, needs: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Return what is missing of ``needs``, as ``table`` or ``table.column``, in order."""
        missing: list[str] = []
        for table, columns in needs.items():
            if table not in self.tables:
                missing.append(table)
                continue
            fill = self.tables[table].fill
            missing += [f"{table}.{column}" for column in columns if not fill.get(column)]
        return missing

    def write(self, path: Path) -> None:
        """Write the manifest as JSON with sorted keys."""
        path.write_text(
            json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest that `write` wrote."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        tables = {
            name: TableCapability(**{**table, "ignored": tuple(table["ignored"])})
            for name, table in raw.pop("tables").items()
        }
        notes = tuple(Note(**note) for note in raw.pop("notes", ()))
        return cls(tables=tables, notes=notes, **raw)
