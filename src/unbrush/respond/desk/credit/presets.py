"""Which preset is in force: ours, or the last that one person proposed and another confirmed."""

import hashlib

from unbrush.base.errors import NoSuchRecord
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.preset import Preset
from unbrush.respond.desk.credit.preset_file import default_text, read_preset
from unbrush.respond.desk.two_people import check_said, decide

_STATES = ("proposed", "in-force", "refused")


def text_in_force(transaction: Transaction) -> str:
    """Return the text of the preset that new entries are entered with."""
    row = transaction.one(
        """SELECT text FROM credit_presets WHERE state = 'in-force'
           ORDER BY decided_at DESC, preset_id DESC LIMIT 1"""
    )
    return default_text() if row is None else str(row["text"])


def keep_text(transaction: Transaction, text: str) -> str:
    """Keep the text of a preset, once, and return the name by which entries know it."""
    name = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    transaction.run(
        "INSERT INTO preset_texts (name, text) VALUES (:name, :text) ON CONFLICT DO NOTHING",
        name=name,
        text=text,
    )
    return name


def preset_in_force(transaction: Transaction) -> Preset:
    """Return the preset that new entries are entered with."""
    return read_preset(text_in_force(transaction))


def preset_row(transaction: Transaction, preset_id: str) -> Row:
    """Return a preset that was proposed.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM credit_presets WHERE preset_id = :id", id=preset_id)
    if row is None:
        raise NoSuchRecord(
            f"No preset has the id {preset_id}.", hint="GET /credit/presets lists them."
        )
    return row


def propose_preset(
    transaction: Transaction, at_ms: int, text: str, reason: str, /, *, caller: Caller
) -> Row:
    """Propose a preset for what is entered from its confirmation on.

    Raises:
        BadRecord: It does not make sense; says which key, what is allowed and what to try.
    """
    caller.check("credit.work")
    check_said(reason=reason)
    preset = read_preset(text)
    preset_id = f"K-{next_number(transaction, 'credit-preset')}"
    add(
        transaction, "credit_presets", preset_id=preset_id, preset_version=preset.version,
        name=preset.name, text=text, reason=reason, state="proposed",
        proposed_by=caller.person_id, proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "preset.proposed", "preset", preset_id,
        preset=preset.version, name=preset.name,
    )  # fmt: skip
    return preset_row(transaction, preset_id)


def decide_preset(
    transaction: Transaction,
    at_ms: int,
    preset_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Put a preset that somebody else proposed in force, or refuse it."""
    caller.check("credit.decide")
    row = preset_row(transaction, preset_id)
    decide(
        transaction, at_ms, "credit_presets", "preset_id", row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="preset",
    )  # fmt: skip
    return preset_row(transaction, preset_id)
