"""collect: a platform's records → event tables, rejects and the capability manifest.

Read in this order: `survey` (which files there are), `intake` (a file → something SQL can read),
`plan` and `mapping` (how a table is made of files), `relation` (joins and groups), `reading`
(values and their problems, as SQL), `pictures` (what photos look like), `checks`, `repeats`,
`personal`, `write`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from unbrush import __version__
from unbrush.base.engine import Engine
from unbrush.base.errors import (
    BadMapping,
    BadParameter,
    SourceNotFound,
    UnbrushError,
    UsageError,
    did_you_mean,
)
from unbrush.base.manifest import Manifest, Note, TableCapability
from unbrush.base.progress import Progress, silent
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import Kind
from unbrush.collect.checks import Findings, check
from unbrush.collect.encoding import cannot_open
from unbrush.collect.intake import Intake, Part, plain
from unbrush.collect.mapping import read_mapping, shipped_mappings
from unbrush.collect.native import known_titles, native
from unbrush.collect.personal import check_key, fingerprint, hold_key, kept_key, make_tokens
from unbrush.collect.pictures.hashing import HashedPhotos, hash_photos
from unbrush.collect.plan import DEFAULT_MAX_REJECT_SHARE, SourceMapping, TablePlan
from unbrush.collect.reading import Reading, read
from unbrush.collect.rejects import Reject, gather
from unbrush.collect.relation import Opened
from unbrush.collect.survey import Survey, is_run_folder, notes_on_leftovers, survey
from unbrush.collect.values import Clock
from unbrush.collect.write import holdings_of, write_table

STAGING = ".collecting-"
"""Start of the name of the folder, readable by its owner alone, where text is turned to tables."""

__all__ = ["collect", "shipped_mappings"]


def collect(
    engine: Engine,
    source: Path,
    folder: RunFolder,
    *,
    now_ms: int,
    mapping: str | Path | None = None,
    key: bytes | None = None,
    max_reject_share: float | None = None,
    time_zone: str = "",
    progress: Progress = silent,
) -> Manifest:
    """Read ``source`` into event tables, rejects and a manifest in ``folder``.

    Nothing is written to ``folder`` unless all of it succeeds, except a key that was made.

    Args:
        engine: Where SQL runs.
        source: A folder of tables, a single file, or the folder of an earlier run.
        folder: Where everything goes.
        now_ms: The present (epoch ms UTC); later records are rejected.
        mapping: A shipped mapping's name or the path of one; None for our own tables.
        key: Key for hashing personal fields; None to make and keep one beside the output.
        max_reject_share: Most bad rows per table (0-1); None for the mapping's, else 0.2.
        time_zone: Whose midnight ends the platform's day; the mapping's if empty.
        progress: Told what is being read and the share that is done.

    Raises:
        InputError: The source or the mapping cannot be used; the kind says how.
        UsageError: ``folder`` is where the records lie.
    """
    found, is_collected = _found(source)
    if is_collected and mapping is not None:
        raise BadMapping(
            f"{source} is collected already and needs no mapping.", hint="Leave the mapping out."
        )
    wanted = native() if mapping is None else read_mapping(mapping)
    share = _share(max_reject_share, wanted)
    notes = check_key(key) if key is not None else []
    if not is_collected:
        _keep_apart(found, folder)
    with _staging(engine, folder) as intake:
        staging = intake.staging
        readings, broken = _read(intake, found, wanted, Clock(now_ms), progress)
        readings, pictures = (readings, []) if is_collected else _photos(engine, readings, found)
        unseen = [reject for each in pictures for reject in each.rejects]
        if not is_collected and any(reading.tokens for reading in readings):
            if key is None:
                key, key_notes = kept_key(folder.root)
                notes += key_notes
            hold_key(engine, key)
        written = _Writing(engine, staging / "events", share, is_collected, progress)
        manifest = Manifest(
            tables=written.tables(readings, broken, intake),
            id_types=written.id_types,
            source=wanted.name,
            params=wanted.params,
            key_fingerprint=fingerprint(key) if key is not None else "",
            version=__version__,
            time_zone=time_zone or wanted.time_zone,
            notes=(
                *notes,
                *intake.notes,
                *(note for each in pictures for note in each.notes),
                *_leftovers(found, intake, wanted, pictures),
            ),
        )
        if is_collected:
            before = Manifest.read(source / "manifest.json")
            manifest = replace(
                manifest,
                source=before.source,
                params=before.params,
                key_fingerprint=before.key_fingerprint,
                time_zone=time_zone or before.time_zone,
            )
        early = [*broken, *unseen]
        engine.write(gather(engine, written.rejects, early), folder.output("rejects"))
        _put_in_place(staging / "events", folder)
        manifest.write(folder.manifest)
        _forget(engine, readings)
    progress("collected", 1.0)
    return manifest


def _found(source: Path) -> tuple[Survey, bool]:
    """Return what lies in a source, and whether it is the folder of an earlier run."""
    try:
        is_collected = is_run_folder(source)
        return survey(source / "events" if is_collected else source), is_collected
    except OSError as error:
        raise cannot_open(str(source), error) from error


def _keep_apart(found: Survey, folder: RunFolder) -> None:
    """Refuse to write among the records: the next run would take its own output for them."""
    if folder.root.resolve() == found.root.resolve():
        raise UsageError(
            f"The output would lie among the records, in {found.root}.",
            hint=f"Choose another folder, such as --out {found.root / 'out'}.",
        )


@contextmanager
def _staging(engine: Engine, folder: RunFolder) -> Iterator[Intake]:
    """Yield an intake with a folder of its own, which goes at the end with all that is raw in it.

    Raises:
        UnreadableFile: What was done failed, and a damaged file is why.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    for left in folder.root.glob(f"{STAGING}*"):  # of a killed run; raw values may be in it
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=folder.root) as staging:
        intake = Intake(engine, Path(staging))
        try:
            yield intake
        except (UnbrushError, RuntimeError):  # an interrupt arrives as RuntimeError
            raise
        except Exception as error:
            intake.refuse_damaged(error)
            raise


def _share(asked: float | None, wanted: SourceMapping) -> float:
    share = asked if asked is not None else wanted.max_reject_share
    if share is None:
        return DEFAULT_MAX_REJECT_SHARE
    if not 0 <= share <= 1:
        raise BadParameter(
            f"max_reject_share is {share}, but it must lie between 0 and 1.",
            hint="It is the share of rows of a table that may be bad.",
        )
    return share


def _read(
    intake: Intake, found: Survey, wanted: SourceMapping, clock: Clock, progress: Progress
) -> tuple[list[Reading], list[Reject]]:
    """Open the files of all tables; return their readings and the records that broke on the way."""
    readings, broken = [], []
    told: set[str] = set()
    for number, plan in enumerate(wanted.tables):
        progress(f"reading {plan.table.name}", 0.3 * number / len(wanted.tables))
        opened = _open(intake, found, plan)
        if opened is None:
            continue
        readings.append(read(intake.engine, opened, clock, intake.staging))
        for part in (*opened.parts, *(p for parts in opened.joined.values() for p in parts)):
            if part.label not in told:
                told.add(part.label)
                broken += _broken(plan.table.name, part)
    if not readings:
        raise _nothing(found, wanted)
    intake.list_parts()
    return readings, broken


def _photos(
    engine: Engine, readings: list[Reading], found: Survey
) -> tuple[list[Reading], list[HashedPhotos]]:
    """Open the pictures that ``photos`` names; return all readings and what came of it."""
    hashed = [
        hash_photos(engine, reading, found.root)
        for reading in readings
        if reading.table.name == "photos"
    ]
    others = [reading for reading in readings if reading.table.name != "photos"]
    return [*others, *(each.reading for each in hashed)], hashed


def _broken(table: str, part: Part) -> list[Reject]:
    return [Reject(table, part.label, row, code, why) for row, code, why in part.broken]


def _open(intake: Intake, found: Survey, plan: TablePlan) -> Opened | None:
    files = found.named(plan.files)
    if not files:
        if plan.if_present:
            return None
        raise _no_file(found, plan.files, plan.table.name)
    joined = {}
    for join in plan.joins:
        others = found.named(join.files)
        if others:
            joined[join.name] = tuple(intake.open(others))
        elif not join.if_present:
            raise _no_file(found, join.files, plan.table.name)
    return Opened(plan, tuple(intake.open(files)), joined)


def _no_file(found: Survey, names: tuple[str, ...], table: str) -> SourceNotFound:
    words = {file.word for file in found.files}
    return SourceNotFound(
        f"The source has no file {' or '.join(names)}, which the mapping reads for {table}.",
        hint=did_you_mean(names[0], words) if words else "The source has no file that we read.",
    )


def _nothing(found: Survey, wanted: SourceMapping) -> SourceNotFound:
    names = sorted({name for plan in wanted.tables for name in plan.files})
    words = [file.word for file in found.files] or [each.rstrip("/") for each in found.strange]
    hint = did_you_mean(words[0], names) if words else f"Known: {', '.join(names)}."
    return SourceNotFound(
        f"{found.root} has no file named after a table"
        + (f" (but {', '.join(sorted(words)[:5])})." if words else "."),
        hint=f"{hint} Other exports need a mapping: {', '.join(shipped_mappings())}, or your own.",
    )


def _leftovers(
    found: Survey, intake: Intake, wanted: SourceMapping, pictures: list[HashedPhotos]
) -> list[Note]:
    names = {name for plan in wanted.tables for name in plan.files}
    read = frozenset().union(*(each.places for each in pictures))
    notes = notes_on_leftovers(found, intake.labels, names)
    return [note for note in notes if note.about not in read]


class _Writing:
    """Checks and writes tables one after the other; keeps what the manifest and rejects need."""

    def __init__(
        self, engine: Engine, events: Path, share: float, is_collected: bool, progress: Progress
    ) -> None:
        self.engine = engine
        self.events = events
        self.share = share
        self.is_collected = is_collected
        self.progress = progress
        self.id_types: dict[str, str] = {}
        self.rejects: list[str] = []

    def tables(
        self, readings: list[Reading], broken: list[Reject], intake: Intake
    ) -> dict[str, TableCapability]:
        findings = []
        for number, reading in enumerate(readings):
            self.progress(f"checking {reading.table.name}", 0.4 + 0.2 * number / len(readings))
            of_table = [reject for reject in broken if reject.table == reading.table.name]
            findings.append(check(self.engine, reading, of_table, max_reject_share=self.share))
        self.id_types = _id_types(readings, findings)
        tables = {}
        for number, (reading, found) in enumerate(zip(readings, findings, strict=True)):
            self.progress(f"writing {reading.table.name}", 0.6 + 0.4 * number / len(readings))
            self.rejects += found.rejects
            ignored = reading.ignored
            intake.notes += _misspelt(reading, ignored) if not self.is_collected else []
            tables[reading.table.name] = self.table(reading, found, ignored)
        return tables

    def table(self, reading: Reading, found: Findings, ignored: tuple[str, ...]) -> TableCapability:
        path = self.events / f"{reading.table.name}.parquet"
        tokens = {} if self.is_collected else make_tokens(self.engine, reading)
        n_rows = write_table(
            self.engine,
            reading,
            path,
            id_types=self.id_types,
            tokens=tokens,
            has_bad=found.n_rejects > 0,
            has_repeats=bool(found.n_gone),
        )
        for made in filter(None, tokens.values()):
            self.engine.drop(made)
        return TableCapability(
            n_rows=n_rows,
            n_rejects=found.n_rejects,
            n_merged=found.n_merged,
            n_emptied=found.n_emptied,
            ignored=ignored,
            **holdings_of(self.engine, reading.table, path),
        )


def _id_types(readings: list[Reading], findings: list[Findings]) -> dict[str, str]:
    """Return the type of each id domain: whole numbers only if every value of it is one."""
    is_whole: dict[str, bool] = {}
    for reading, found in zip(readings, findings, strict=True):
        for column in reading.columns:
            if column.kind is Kind.ID:
                whole = column.name in found.whole and column.domain not in reading.text_ids
                is_whole[column.domain] = is_whole.get(column.domain, True) and whole
    is_whole |= {"any": False} if "any" in is_whole else {}
    return {domain: "BIGINT" if is_whole[domain] else "VARCHAR" for domain in sorted(is_whole)}


def _misspelt(reading: Reading, ignored: tuple[str, ...]) -> list[Note]:
    """Return a note for each column without use that is named almost like one we lack."""
    present = {column.name for column in reading.columns}
    lacking = known_titles(reading.table) - present
    notes = []
    for title in ignored:
        hint = did_you_mean(plain(title), lacking)
        if hint.startswith("Did"):
            near = hint.removeprefix("Did you mean ")
            notes.append(
                Note(
                    code="ignored-column",
                    about=f"{reading.table.name}.{title}",
                    zh=f"{reading.table.name} 的 {title} 列未使用；是否应为 {near}",
                    en=f"The column {title} of {reading.table.name} was not used. {hint}",
                )
            )
    return notes


def _put_in_place(staged: Path, folder: RunFolder) -> None:
    """Replace the event tables of an earlier run by the new ones."""
    folder.events.mkdir(parents=True, exist_ok=True)
    for old in folder.events.glob("*.parquet"):
        old.unlink()
    for new in sorted(staged.glob("*.parquet")):
        new.replace(folder.events / new.name)


def _forget(engine: Engine, readings: list[Reading]) -> None:
    for reading in readings:
        name = reading.table.name
        for table in (reading.view, f"_read_{name}", f"_gone_{name}", f"_rejects_{name}"):
            engine.drop(table)
    for table in ("_parts", "_key", "_early_rejects", "_photo_files"):
        engine.drop(table)
