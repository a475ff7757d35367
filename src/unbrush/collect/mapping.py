"""Mapping files: TOML that says how a foreign export becomes our tables, checked key by key."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from unbrush.base.errors import BadMapping, UnreadableFile, did_you_mean
from unbrush.base.tables import TABLES, Column, Kind, Table
from unbrush.collect.encoding import cannot_open
from unbrush.collect.plan import Join, Pull, SourceMapping, TablePlan
from unbrush.collect.units import units_of

_TOP = ("title", "title_zh", "time_zone", "decimal", "max_reject_share", "params", "tables")
_TABLE = ("file", "columns", "join", "group_by", "if_present")
_JOIN = ("file", "on", "if_present")
_COLUMN = (
    "from",
    "value",
    "unit",
    "decimals",
    "decimal",
    "format",
    "zone",
    "words",
    "group",
    "if_present",
)
_GROUPS = ("first", "last", "sum", "count")
_DIRECTIVE = re.compile(r"%-?[aAbBdfgHIjmMnpSTFuyYzZ%]|%(.)")


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with unbrush, sorted."""
    folder = files("unbrush.collect") / "mappings"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def read_mapping(mapping: str | Path) -> SourceMapping:
    """Read a shipped mapping by name, or a user's by path.

    Raises:
        BadMapping: No such mapping, or one that does not make sense; names file and key.
    """
    shipped = str(mapping) in shipped_mappings()
    path = Path(mapping)
    if shipped:
        label = str(mapping)
        text = (files("unbrush.collect") / "mappings" / f"{mapping}.toml").read_text("utf-8")
    elif path.is_file():
        label = path.name
        text = _text_of(path)
    else:
        raise BadMapping(
            f"There is no mapping {str(mapping)!r}, neither shipped nor as a file.",
            hint=f"Shipped: {', '.join(shipped_mappings())}. Or give the path of your own .toml.",
        )
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{label} is not TOML: {error}.", hint="See docs/mapping.md.") from error
    return _Reader(label).mapping(raw, name=label.removesuffix(".toml"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise cannot_open(path.name, error) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not UTF-8 at byte {error.start:,}.", hint="Save it as UTF-8."
        ) from error


@dataclass(frozen=True)
class _Reader:
    """Reads one mapping file; knows its name, so that every error can say it."""

    label: str

    def mapping(self, raw: Mapping[str, Any], *, name: str) -> SourceMapping:
        self.known(raw, _TOP, "")
        share = raw.get("max_reject_share")
        if share is not None and not (_is_number(share) and 0 <= share <= 1):
            raise self.wrong("max_reject_share", share, "a share between 0 and 1")
        tables = self.table(raw.get("tables"), "tables")
        if not tables:
            raise BadMapping(
                f"{self.label} maps no table.",
                hint="Start with [tables.orders] or [tables.reviews].",
            )
        self.known(tables, TABLES, "tables")
        defaults = {
            "zone": self.zone(raw.get("time_zone", "UTC"), "time_zone"),
            "decimal": self.decimal(raw.get("decimal", "."), "decimal"),
        }
        return SourceMapping(
            name=name,
            tables=tuple(
                self.plan(TABLES[table], self.table(tables[table], f"tables.{table}"), defaults)
                for table in TABLES
                if table in tables
            ),
            params=self.params(raw.get("params", {})),
            max_reject_share=share,
            time_zone=defaults["zone"],
        )

    def plan(self, table: Table, raw: Mapping[str, Any], defaults: Mapping[str, str]) -> TablePlan:
        at = f"tables.{table.name}"
        self.known(raw, _TABLE, at)
        columns = self.table(raw.get("columns"), f"{at}.columns")
        ours = {column.name: column for column in table.columns}
        self.known(columns, ours, f"{at}.columns")
        joins = self.joins(self.table(raw.get("join", {}), f"{at}.join"), at)
        pulls = tuple(
            self.pull(ours[name], columns[name], f"{at}.columns.{name}", joins, defaults)
            for name in ours
            if name in columns
        )
        for name in table.required:
            if name not in columns:
                raise BadMapping(
                    f"{self.label}: {at}.columns has no {name}, which every row needs.",
                    hint=f'Add: {name} = "its name in your file". Required: '
                    f"{', '.join(table.required)}.",
                )
        group_by = self.texts(raw.get("group_by", []), f"{at}.group_by")
        if not group_by and any(p.group != "first" and not _is_joined(p) for p in pulls):
            raise BadMapping(
                f"{self.label}: {at} has a column with group but no group_by.",
                hint='Name what the rows share, such as group_by = "order_id".',
            )
        return TablePlan(
            table=table,
            files=self.file(raw, at),
            pulls=pulls,
            joins=joins,
            group_by=group_by,
            if_present=self.flag(raw, at),
        )

    def joins(self, raw: Mapping[str, Any], at: str) -> tuple[Join, ...]:
        joins: list[Join] = []
        for name, entry in raw.items():
            place = f"{at}.join.{name}"
            join = self.table(entry, place)
            self.known(join, _JOIN, place)
            on = join.get("on")
            pairs = {on: on} if isinstance(on, str) else on
            if not isinstance(pairs, dict) or not pairs or not _all_text(pairs.values()):
                raise self.wrong(
                    f"{place}.on", on, 'a column, "customer_id", or a pair, { customer_id = "id" }'
                )
            for left in pairs:
                self.joined(left, joins, f"{place}.on")
            joins.append(
                Join(
                    name=name,
                    files=self.file(join, place),
                    on=tuple(pairs.items()),
                    if_present=self.flag(join, place),
                )
            )
        return tuple(joins)

    def pull(
        self,
        column: Column,
        raw: Any,
        at: str,
        joins: tuple[Join, ...],
        defaults: Mapping[str, str],
    ) -> Pull:
        is_short = isinstance(raw, str | list)
        entry: Mapping[str, Any] = {"from": raw} if is_short else self.table(raw, at)
        self.known(entry, _COLUMN, at)
        if ("from" in entry) == ("value" in entry):
            raise BadMapping(
                f"{self.label}: {at} needs either from or value.",
                hint='Write from = "column of your file", or value = "the same for all rows".',
            )
        sources = self.texts(entry.get("from", []), f"{at}.from")
        if "from" in entry and not sources:
            raise self.wrong(f"{at}.from", entry["from"], "a column of your file")
        for source in sources:
            self.joined(source, joins, f"{at}.from")
        group = entry.get("group", "first")
        self.one_of(group, _GROUPS, f"{at}.group")
        unit = entry.get("unit", "")
        if unit:
            self.one_of(unit, units_of(column), f"{at}.unit")
        decimals = entry.get("decimals", 2)
        if not isinstance(decimals, int) or isinstance(decimals, bool) or not 0 <= decimals <= 6:
            raise self.wrong(f"{at}.decimals", decimals, "a whole number from 0 to 6")
        return Pull(
            column=column,
            sources=sources,
            constant=self.constant(entry["value"], f"{at}.value") if "value" in entry else None,
            unit=unit,
            decimals=decimals,
            decimal=self.decimal(entry.get("decimal", defaults["decimal"]), f"{at}.decimal"),
            formats=self.formats(column, entry.get("format", []), f"{at}.format"),
            zone=self.zone(entry.get("zone", defaults["zone"]), f"{at}.zone"),
            words=self.words(entry.get("words", {}), f"{at}.words"),
            group=group,
            if_present=self.flag(entry, at),
            key=f"{self.label}: {at}",
        )

    def params(self, raw: Any) -> dict[str, dict[str, Any]]:
        found = self.table(raw, "params")
        return {name: dict(self.table(found[name], f"params.{name}")) for name in sorted(found)}

    def constant(self, value: Any, at: str) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str | int | float):
            raise self.wrong(at, value, "text, a number, true or false")
        return str(value)

    def formats(self, column: Column, value: Any, at: str) -> tuple[str, ...]:
        found = self.texts(value, at)
        for text in found:
            strange = [m.group() for m in _DIRECTIVE.finditer(text) if m.group(1)]
            if strange or "%" not in text:
                raise self.wrong(at, text, "a time format such as %d/%m/%Y %H:%M:%S")
        if found and column.kind is not Kind.TIME:
            raise BadMapping(
                f"{self.label}: {at} stands at a column that holds no time.",
                hint="Only *_at columns and `at` have a format.",
            )
        return found

    def words(self, value: Any, at: str) -> dict[str, str]:
        return {
            word: self.constant(ours, f"{at}.{word}")
            for word, ours in self.table(value, at).items()
        }

    def zone(self, value: Any, at: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, KeyError, TypeError, AttributeError):
            raise self.wrong(at, value, "a time zone such as Asia/Shanghai or UTC") from None

    def decimal(self, value: Any, at: str) -> str:
        self.one_of(value, (".", ","), at)
        return str(value)

    def file(self, raw: Mapping[str, Any], at: str) -> tuple[str, ...]:
        found = self.texts(raw.get("file", []), f"{at}.file")
        if not found:
            raise BadMapping(
                f"{self.label}: {at} names no file.", hint='Add: file = "name of the export".'
            )
        return found

    def flag(self, raw: Mapping[str, Any], at: str) -> bool:
        value = raw.get("if_present", False)
        if not isinstance(value, bool):
            raise self.wrong(f"{at}.if_present", value, "true or false")
        return value

    def texts(self, value: Any, at: str) -> tuple[str, ...]:
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not _all_text(found):
            raise self.wrong(at, value, "text, or a list of texts")
        return tuple(found)

    def table(self, value: Any, at: str) -> Mapping[str, Any]:
        if value is None:
            raise BadMapping(f"{self.label}: [{at}] is missing.", hint="See docs/mapping.md.")
        if not isinstance(value, dict):
            raise self.wrong(at, value, f"a table, [{at}]")
        return value

    def joined(self, source: str, joins: Iterable[Join], at: str) -> None:
        name, dot, _ = source.partition(".")
        names = [join.name for join in joins]
        # Without any join a dot is just part of a title, as in flattened JSON.
        if dot and names and name not in names:
            raise BadMapping(
                f"{self.label}: {at} looks into {name!r}, but there is no such join before it.",
                hint=did_you_mean(name, names),
            )

    def one_of(self, value: Any, allowed: Iterable[str], at: str) -> None:
        allowed = tuple(allowed)
        if value not in allowed:
            raise self.wrong(at, value, f"one of {', '.join(allowed)}" if allowed else "left out")

    def known(self, raw: Iterable[str], allowed: Iterable[str], at: str) -> None:
        allowed = tuple(allowed)
        for key in raw:
            if key not in allowed:
                where = f" in [{at}]" if at else ""
                raise BadMapping(
                    f"{self.label}: unknown key {key!r}{where}.", hint=did_you_mean(key, allowed)
                )

    def wrong(self, at: str, value: Any, wanted: str) -> BadMapping:
        return BadMapping(
            f"{self.label}: {at} is {value!r}, but it must be {wanted}.",
            hint="See docs/mapping.md.",
        )


def _is_joined(pull: Pull) -> bool:
    return any("." in source for source in pull.sources)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _all_text(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) and value for value in values)
