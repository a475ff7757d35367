"""Everything a user can get wrong, as one tree; each kind has a code, explained in docs/errors.md.

UnbrushError
├── InputError            what was given cannot be used (exit code 1)
│   ├── SourceNotFound        no such file or folder, or nothing in it that we read
│   ├── SubjectNotFound       nothing in the market has this id
│   ├── UnreadableFile        a file that is not what its name says
│   │   └── UnreadablePicture     an image file that is none, is broken, too large or in disguise
│   ├── MissingExtra          a part of the software that is not installed
│   ├── MissingColumn         a table without a column that it cannot do without
│   ├── EmptyTable            a table with no usable row
│   ├── TooManyRejects        more bad rows than the set share
│   ├── BadMapping            a mapping file that does not make sense
│   ├── BadPolicy             a policy file that does not make sense
│   ├── NotReady              a stage was asked for before the one it builds on
│   ├── DoesNotFollow         a run that is to go on from one that is not its earlier day
│   ├── CannotWrite           the output cannot be written where it was asked for
│   └── DoesNotFit            work that needs more memory than is allowed
└── UsageError            the command was called wrongly (exit code 2)
    └── BadParameter          a parameter outside its bounds, or one that does not exist
"""

from collections.abc import Iterable
from difflib import get_close_matches


class UnbrushError(Exception):
    """Base of all errors that are the user's to solve, never a bug of ours.

    Args:
        message: What was wrong and where, in one sentence.
        hint: What is allowed or what to try next.
    """

    code = "unbrush-error"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(UnbrushError):
    """What was given cannot be used."""

    code = "input"


class SourceNotFound(InputError):
    """No such file or folder, or nothing in it that we read."""

    code = "source-not-found"


class UnreadableFile(InputError):
    """A file that is not what its name says."""

    code = "unreadable-file"


class UnreadablePicture(UnreadableFile):
    """An image file that is none, is broken, too large, or something else at the same time."""

    code = "unreadable-picture"

class SubjectNotFound(InputError):
    """Nothing in the market has this id."""

    code = "subject-not-found"



class MissingExtra(InputError):
    """A part of the software that is not installed."""

    code = "missing-extra"


class MissingColumn(InputError):
    """A table without a column that it cannot do without."""

    code = "missing-column"


class EmptyTable(InputError):
    """A table with no usable row."""

    code = "empty-table"


class TooManyRejects(InputError):
    """More bad rows than the set share."""

    code = "too-many-rejects"


class BadMapping(InputError):
    """A mapping file that does not make sense."""

    code = "bad-mapping"


class BadPolicy(InputError):
    """A policy file that does not make sense."""

    code = "bad-policy"


class NotReady(InputError):
    """A stage was asked for before the one it builds on."""

    code = "not-ready"


class DoesNotFollow(InputError):
    """A run that is to go on from one that is not its earlier day."""

    code = "does-not-follow"


class CannotWrite(InputError):
    """The output cannot be written where it was asked for."""

    code = "cannot-write"


class DoesNotFit(InputError):
    """Work that needs more memory than is allowed."""

    code = "does-not-fit"


class UsageError(UnbrushError):
    """The command was called wrongly."""

    code = "usage"
    exit_code = 2


class BadParameter(UsageError):
    """A parameter outside its bounds, or one that does not exist."""

    code = "bad-parameter"


def missing_extra(extra: str, purpose: str) -> MissingExtra:
    """Return the error that says how to install what ``purpose`` ("Reading text …") needs."""
    return MissingExtra(
        f"{purpose} needs a part of unbrush that is not installed.",
        hint=f'Install it with: pip install "unbrush[{extra}]"',
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest of ``known``, or lists them all if none is near."""
    known = sorted(known)
    near = get_close_matches(word, known, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known: {', '.join(known)}."
