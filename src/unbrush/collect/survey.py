"""Survey: which files a source has, and which of them hold the table of a given name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from unbrush.base.errors import SourceNotFound
from unbrush.base.manifest import Note
from unbrush.base.run_folder import RunFolder

CSV, JSONL, PARQUET = "csv", "jsonl", "parquet"

_FORMATS = {
    "csv": CSV,
    "tsv": CSV,
    "txt": CSV,
    "json": JSONL,
    "jsonl": JSONL,
    "ndjson": JSONL,
    "parquet": PARQUET,
}

_SPREADSHEETS = {"xls", "xlsx", "ods", "et"}


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One file of a source that has a format we read.

    Attributes:
        path: Where it is.
        label: Its name within the source, for people.
        word: What it is named after: its folder's name, or its own without the endings.
        kind: Its format.
        is_gzip: Whether it is compressed as a whole.
    """

    path: Path
    label: str
    word: str
    kind: str
    is_gzip: bool


@dataclass(frozen=True)
class Survey:
    """What lies in a source: files that we can read, and names that we cannot place."""

    root: Path
    files: tuple[SourceFile, ...]
    strange: tuple[str, ...]

    def named(self, words: Iterable[str]) -> list[SourceFile]:
        """Return the files named after any of ``words``, in the order of their names."""
        wanted = [_endless(word) for word in words]
        return [file for file in self.files if any(is_named(file.word, word) for word in wanted)]


def survey(source: Path) -> Survey:
    """List a folder (one level of subfolders deep) or a single file.

    Raises:
        SourceNotFound: There is nothing at ``source``, or a single file of no format we read.
    """
    if source.is_file():
        file = _source_file(source, source.name, "")
        if file is None:
            raise SourceNotFound(
                f"{source.name} has no format that we read.",
                hint="Give a .csv, .parquet or .jsonl file (also .gz), or a folder of them.",
            )
        return Survey(source.parent, (file,), ())
    if not source.is_dir():
        raise SourceNotFound(f"There is no {source}.", hint="Give a folder of tables, or a file.")
    files: list[SourceFile] = []
    strange: list[str] = []
    for path in sorted(source.iterdir()):
        if path.name.startswith("."):
            continue
        # An earlier run may lie beside the records, whatever its folder is called.
        inside = [] if is_run_folder(path) else sorted(path.iterdir()) if path.is_dir() else [path]
        found = [
            _source_file(each, str(each.relative_to(source)), path.name if path.is_dir() else "")
            for each in inside
            if each.is_file() and not each.name.startswith((".", "_"))
        ]
        files += [file for file in found if file is not None]
        if not any(found):
            strange.append(f"{path.name}/" if path.is_dir() else path.name)
    return Survey(source, tuple(files), tuple(strange))


def is_run_folder(path: Path) -> bool:
    """Whether a run left its tables and manifest in ``path``."""
    folder = RunFolder(path)
    return folder.manifest.is_file() and folder.events.is_dir()


def is_named(word: str, wanted: str) -> bool:
    """Whether a file called ``word`` is the table ``wanted`` or a numbered piece of it."""
    word, wanted = word.lower(), wanted.lower()
    if word == wanted:
        return True
    rest = word.removeprefix(wanted)
    return rest != word and re.fullmatch(r"-.+|[-_. ]?(part)?[-_. ]?\d[\w.-]*", rest) is not None


def notes_on_leftovers(found: Survey, used: set[str], known: Iterable[str]) -> list[Note]:
    """Return a note for each file or folder that nothing read.

    Args:
        found: The source.
        used: Labels of the files that were read.
        known: Names that a file could have had.
    """
    left = {file.label: file.word for file in found.files if file.label not in used}
    read_folders = {label.partition("/")[0] for label in used if "/" in label}
    names: dict[str, str] = {}
    for label, word in left.items():
        folder, slash, _ = label.partition("/")
        whole = slash and folder not in read_folders
        names[f"{folder}/" if whole else label] = word
    names |= {name: _endless(name.rstrip("/")) for name in found.strange}
    return [_note(label, word, known) for label, word in sorted(names.items())]


def _note(label: str, word: str, known: Iterable[str]) -> Note:
    near = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.75)
    if label.rpartition(".")[2].lower() in _SPREADSHEETS:
        zh, en = "请另存为 CSV。", " Save it as CSV to have it read."
    elif near:
        zh, en = f"是否应为 {near[0]}？", f" Did you mean {near[0]}?"
    else:
        zh, en = "", ""
    return Note(
        code="ignored-file",
        about=label,
        zh=f"{label} 不属于任何表，未读取。{zh}",
        en=f"{label} belongs to no table and was not read.{en}",
    )


def _source_file(path: Path, label: str, folder: str) -> SourceFile | None:
    endings = path.name.lower().split(".")[1:]
    is_gzip = endings[-1:] == ["gz"]
    kind = _FORMATS.get((endings[:-1] if is_gzip else endings)[-1:][0] if endings else "")
    if kind is None or (is_gzip and kind == PARQUET):
        return None
    word = folder or _endless(path.name)
    return SourceFile(path=path, label=label, word=word, kind=kind, is_gzip=is_gzip)


def _endless(file_name: str) -> str:
    """Return a file name without the endings that say its format."""
    stem = re.sub(r"\.gz$", "", file_name, flags=re.IGNORECASE)
    start, dot, ending = stem.rpartition(".")
    return start if dot and ending.lower() in _FORMATS | dict.fromkeys(_SPREADSHEETS) else stem
