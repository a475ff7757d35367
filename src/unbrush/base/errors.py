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
│   ├── BadModel              a file of what was learned that is none, or does not fit the market
│   ├── TooFewLabels          not enough known cases to learn or to measure anything
│   ├── NotBetter             what was learned judges worse than what is in force
│   ├── NotReady              a stage was asked for before the one it builds on
│   ├── DoesNotFollow         a run that is to go on from one that is not its earlier day
│   ├── CannotWrite           the output cannot be written where it was asked for
│   └── DoesNotFit            work that needs more memory than is allowed
├── Refused               what the desk does not do (exit code 1; over HTTP the status named)
│   ├── RecordsUnreachable    the database of records does not answer (503)
│   ├── RecordsDamaged        a table of the records is gone, or the file is broken (503)
│   ├── NotWorking            a part of the desk does not do its work (503)
│   ├── ProviderUnreachable   the identity provider does not answer as it should (503)
│   ├── NotSignedIn           nobody known asks (401)
│   ├── NotAllowed            this person may not do this (403)
│   ├── NoSuchRecord          nothing has that id, or not for this person (404)
│   ├── Conflict              it does not go with what is recorded (409)
│   │   ├── Stale                 somebody else changed the record since it was read (409)
│   │   └── Busy                  others hold what this needs, for longer than it waits (409)
│   ├── KeyReused             an Idempotency-Key that another request bore (422)
│   └── BadRecord             a value that is not allowed (422)
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


class SubjectNotFound(InputError):
    """Nothing in the market has this id."""

    code = "subject-not-found"


class UnreadableFile(InputError):
    """A file that is not what its name says."""

    code = "unreadable-file"


class UnreadablePicture(UnreadableFile):
    """An image file that is none, is broken, too large, or something else at the same time."""

    code = "unreadable-picture"


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


class BadModel(InputError):
    """A file of what was learned that is none, or does not fit the market."""

    code = "bad-model"


class TooFewLabels(InputError):
    """Not enough known cases to learn or to measure anything."""

    code = "too-few-labels"


class NotBetter(InputError):
    """What was learned judges worse than what is in force."""

    code = "not-better"


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


class Refused(UnbrushError):
    """What the desk does not do."""

    code = "refused"
    status = 409


class RecordsUnreachable(Refused):
    """The database of records does not answer."""

    code = "records-unreachable"
    status = 503


class RecordsDamaged(Refused):
    """A table of the records is gone, or their file is broken."""

    code = "records-damaged"
    status = 503


class NotWorking(Refused):
    """A part of the desk does not do its work."""

    code = "not-working"
    status = 503


class ProviderUnreachable(Refused):
    """The identity provider does not answer as it should."""

    code = "provider-unreachable"
    status = 503


class NotSignedIn(Refused):
    """Nobody known asks."""

    code = "not-signed-in"
    status = 401


class NotAllowed(Refused):
    """Somebody who may not do this."""

    code = "not-allowed"
    status = 403


class NoSuchRecord(Refused):
    """Nothing has that id, or nothing that this person may know of."""

    code = "no-such-record"
    status = 404


class Conflict(Refused):
    """It does not go with what is recorded."""

    code = "conflict"
    status = 409


class Stale(Conflict):
    """Somebody else changed the record since it was read."""

    code = "stale"


class Busy(Conflict):
    """Others hold what this needs, for longer than it waits."""

    code = "busy"


class KeyReused(Refused):
    """An Idempotency-Key that another request bore."""

    code = "key-reused"
    status = 422


class BadRecord(Refused):
    """A value that is not allowed."""

    code = "bad-record"
    status = 422


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
