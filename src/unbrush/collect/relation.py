"""The relation behind a table: the cells of its source rows, with joins and groups, as one SELECT.

Every relation has ``_part`` (which file), ``_row`` (which row of it) and one column ``x_…`` for
each column of ours that the source has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from unbrush.base.engine import name, quote
from unbrush.base.errors import BadMapping, MissingColumn, UnreadableFile, did_you_mean
from unbrush.collect.intake import LONGEST_CELL, Field, Part, plain
from unbrush.collect.numbers import EXACT, number_text
from unbrush.collect.plan import ROW, Join, Pull, TablePlan
from unbrush.collect.survey import PARQUET
from unbrush.collect.values import as_text, undressed


@dataclass(frozen=True)
class Relation:
    """Source rows of a table.

    Attributes:
        sql: The SELECT.
        pulls: What ``x_…`` columns it has, with their types.
        text_ids: Id domains that the source's own types say are text.
    """

    sql: str
    pulls: tuple[tuple[Pull, str], ...]
    text_ids: frozenset[str]


@dataclass(frozen=True)
class Opened:
    """A table plan with its files read.

    Attributes:
        plan: The plan.
        parts: Parts of the main file.
        joined: Parts of each join; a join whose optional file is absent is not there.
    """

    plan: TablePlan
    parts: tuple[Part, ...]
    joined: dict[str, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def is_typed(self) -> bool:
        """Whether the table is read off typed files as they are."""
        is_plain = not self.plan.joins and not self.plan.group_by
        return is_plain and all(part.file.kind == PARQUET for part in self.parts)

    def split(self, source: str) -> tuple[str, str]:
        """Return which join (empty for the main file) and which title ``source`` means."""
        join, dot, title = source.partition(".")
        if dot and any(each.name == join for each in self.plan.joins):
            return join, title
        return "", source

    def parts_of(self, join: str) -> tuple[Part, ...]:
        """Return the parts of a join, or of the main file for an empty name."""
        return self.joined.get(join, ()) if join else self.parts

    def unused(self) -> tuple[str, ...]:
        """Return the titles of source columns that nothing reads; of joins after their name."""
        read = [source for pull in self.plan.pulls for source in pull.sources]
        read += self.plan.group_by
        read += [left for join in self.plan.joins for left, _ in join.on]
        read += [f"{join.name}.{right}" for join in self.plan.joins for _, right in join.on]
        used = {(join, plain(title)) for join, title in map(self.split, read)}
        scopes = {"": self.parts, **self.joined}
        return tuple(
            sorted(
                {
                    f"{join}.{each.title}" if join else each.title
                    for join, parts in scopes.items()
                    for part in parts
                    for title, each in part.fields.items()
                    if (join, title) not in used
                }
            )
        )


def relations_of(opened: Opened) -> list[Relation]:
    """Return the relations of a table: one, or one for each shape that its files come in."""
    if opened.plan.joins or opened.plan.group_by:
        return [_Joined(opened).relation()]
    shapes: dict[tuple[object, ...], list[Part]] = {}
    for part in opened.parts:
        shapes.setdefault(part.signature, []).append(part)
    return [_flat(replace(opened, parts=tuple(parts))) for parts in shapes.values()]


def find(opened: Opened, pull: Pull) -> tuple[str, str] | None:
    """Return the join and plain title that ``pull`` reads, None if the source may lack it and does.

    Raises:
        MissingColumn: The source must have it and does not.
        UnreadableFile: A file has it twice.
    """
    if ROW in pull.sources:
        return "", ROW
    for source in pull.sources:
        join, title = opened.split(source)
        parts = opened.parts_of(join)
        if parts and all(plain(title) in part.fields for part in parts):
            for part in parts:
                if plain(title) in part.twice:
                    raise UnreadableFile(
                        f"{part.label} has the column {title} twice.", hint="Rename one of them."
                    )
            return join, plain(title)
    join, title = opened.split(pull.sources[0])
    is_absent_join = join and join not in opened.joined
    if (pull.if_present or is_absent_join) and not pull.column.is_required:
        return None
    raise _missing(opened, pull, join, title)


def _missing(opened: Opened, pull: Pull, join: str, title: str) -> MissingColumn:
    parts = opened.parts_of(join)
    part = next((part for part in parts if plain(title) not in part.fields), None)
    label = part.label if part else f"The file of join {join}"
    titles = sorted(field.title for field in part.fields.values()) if part else []
    reader = f", which {pull.key} reads" if pull.key else f", which {opened.plan.table.name} needs"
    need = "" if pull.column.is_required else " Or add if_present = true."
    return MissingColumn(
        f"{label} has no column {title}{reader}.", hint=did_you_mean(title, titles) + need
    )


def _field(part: Part, title: str) -> Field:
    if title == ROW:
        return Field(ROW, part.row, "BIGINT")
    return part.fields[title]


def _flat(opened: Opened) -> Relation:
    """Return the relation of files that need neither join nor group, in their own types."""
    pulls: list[tuple[Pull, str]] = []
    picks: list[str] = []
    text_ids = set()
    sample = opened.parts[0]
    for pull in opened.plan.pulls:
        if pull.constant is not None:
            kind, sql, is_text = "VARCHAR", quote(pull.constant), False
        else:
            found = find(opened, pull)
            if found is None:
                continue
            cell = _field(sample, found[1])
            kind, sql, is_text = cell.type, cell.sql, cell.is_text
        pulls.append((pull, kind))
        picks.append(f"{sql} AS {name(f'x_{pull.column.name}')}")
        if is_text:
            text_ids.add(pull.column.domain)
    selects = [
        f"SELECT {part.number}::BIGINT AS _part, {part.row} AS _row, {', '.join(picks)} "
        f"FROM {part.scan}"
        for part in opened.parts
    ]
    return Relation(" UNION ALL ".join(selects), tuple(pulls), frozenset(text_ids))


@dataclass(frozen=True)
class _Ref:
    """One column of one file, reduced to one value per row of the result."""

    join: str
    title: str
    group: str = "first"
    decimal: str = "."


class _Joined:
    """Builds the relation of a plan with joins or groups; all cells are text."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.plan = opened.plan
        self.aliases: dict[_Ref, str] = {}

    def relation(self) -> Relation:
        pulls: list[tuple[Pull, str]] = []
        picks: list[str] = []
        text_ids = set()
        for pull in self.plan.pulls:
            if pull.constant is not None:
                sql = quote(pull.constant)
            else:
                found = find(self.opened, pull)
                if found is None:
                    continue
                sql = self.alias(_Ref(*found, pull.group, pull.decimal))
                if any(_field(p, found[1]).is_text for p in self.opened.parts_of(found[0])):
                    text_ids.add(pull.column.domain)
            pulls.append((pull, "VARCHAR"))
            picks.append(f"{sql} AS {name(f'x_{pull.column.name}')}")
        joins = [join for join in self.plan.joins if join.name in self.opened.joined]
        ons = [self.on(join, number) for number, join in enumerate(joins)]
        main = self.main()
        looked_up = [
            f"LEFT JOIN ({self.side(join, number)}) j{number} ON {on}"
            for number, (join, on) in enumerate(zip(joins, ons, strict=True))
        ]
        sql = f"SELECT _part, _row, {', '.join(picks)} FROM ({main}) m {' '.join(looked_up)}"
        return Relation(sql, tuple(pulls), frozenset(text_ids))

    def alias(self, ref: _Ref) -> str:
        return self.aliases.setdefault(ref, f"r{len(self.aliases)}")

    def on(self, join: Join, number: int) -> str:
        pairs = []
        for place, (left, _) in enumerate(join.on):
            scope, title = self.opened.split(left)
            self.check(self.opened.parts_of(scope), title, join.name)
            pairs.append(f"{self.alias(_Ref(scope, plain(title)))} = j{number}.k{place}")
        return " AND ".join(pairs)

    def main(self) -> str:
        refs = {ref: alias for ref, alias in self.aliases.items() if not ref.join}
        for title in self.plan.group_by:
            self.check(self.opened.parts, title, "group_by")
        keys = [plain(title) for title in self.plan.group_by]
        source = self.union(self.opened.parts, {*keys, *(ref.title for ref in refs)})
        if not keys:
            picks = "".join(f", {name(ref.title)} AS {alias}" for ref, alias in refs.items())
            return f"SELECT _part, _row{picks} FROM ({source})"
        # A row without its key cannot be grouped with any other.
        loose = f"CASE WHEN {' OR '.join(f'{name(key)} IS NULL' for key in keys)} THEN _at END"
        reduced = "".join(f", {_reduced(ref)} AS {alias}" for ref, alias in refs.items())
        return (
            f"SELECT min(_at) // {LONGEST_CELL} AS _part, min(_at) % {LONGEST_CELL} AS _row"
            f"{reduced} "
            f"FROM ({source}) GROUP BY {', '.join(map(name, keys))}, {loose}"
        )

    def side(self, join: Join, number: int) -> str:
        parts = self.opened.joined[join.name]
        refs = {ref: alias for ref, alias in self.aliases.items() if ref.join == join.name}
        keys = [plain(right) for _, right in join.on]
        for _, right in join.on:
            self.check(parts, right, join.name)
        source = self.union(parts, {*keys, *(ref.title for ref in refs)})
        picks = [f"{name(key)} AS k{place}" for place, key in enumerate(keys)]
        picks += [f"{_reduced(ref)} AS {alias}" for ref, alias in refs.items()]
        return f"SELECT {', '.join(picks)} FROM ({source}) GROUP BY {', '.join(map(name, keys))}"

    def union(self, parts: Sequence[Part], titles: Iterable[str]) -> str:
        selects = []
        for part in parts:
            cells = []
            for title in sorted(titles):
                cell = _field(part, title)
                cells.append(f", {undressed(as_text(cell.sql, cell.type))} AS {name(title)}")
            at = f"{part.number}::BIGINT * {LONGEST_CELL} + {part.row}"
            selects.append(
                f"SELECT {part.number}::BIGINT AS _part, {part.row} AS _row, {at} AS _at"
                f"{''.join(cells)} FROM {part.scan}"
            )
        return " UNION ALL ".join(selects)

    def check(self, parts: Sequence[Part], title: str, place: str) -> None:
        for part in parts:
            if plain(title) not in part.fields:
                titles = sorted(each.title for each in part.fields.values())
                raise BadMapping(
                    f"tables.{self.plan.table.name}: {part.label} has no column {title}, "
                    f"which {place} needs.",
                    hint=did_you_mean(title, titles),
                )


def _reduced(ref: _Ref) -> str:
    """Return SQL that makes one value of the many that a group has."""
    value = name(ref.title)
    if ref.group == "last":
        return f"arg_max({value}, _at)"
    if ref.group == "count":
        return f"CAST(count({value}) AS VARCHAR)"
    if ref.group == "sum":
        number = f"TRY_CAST({number_text(value, decimal=ref.decimal)} AS {EXACT})"
        total = f"rtrim(rtrim(CAST(sum({number}) AS VARCHAR), '0'), '.')"
        if ref.decimal == ",":
            total = f"replace({total}, '.', ',')"
        # One bad amount must not hide in a sum: it comes out itself, to be named as bad.
        bad = f"arg_min({value}, _at) FILTER ({number} IS NULL AND {value} IS NOT NULL)"
        return f"coalesce({bad}, {total})"
    return f"arg_min({value}, _at)"
