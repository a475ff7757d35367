"""The table `inspections`, as CSV or JSON → results; what cannot be used is told row by row.

Columns are those of the event table: inspection_id, shop_id, result, at, laboratory, standard,
certificate, item_id?; beside them category?, n_tested?, n_failed?, expires_at?, sha256?. A row
without counts is one unit. The same rows again change nothing.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from unbrush.base.clock import DAY_MS, SECOND_MS
from unbrush.base.errors import BadRecord, Refused
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.inspections.bodies import (
    body_of,
    check_enters_for,
    check_may_inspect,
    method_of,
)
from unbrush.respond.desk.inspections.results import check_times, enter_result
from unbrush.respond.desk.inspections.samples import CHOSEN_BY
from unbrush.respond.desk.two_people import check_hash

MOST_ROWS = 20_000
VALID_MS = 365 * DAY_MS
"""How long a result is valid whose row does not say."""

PASSED = frozenset({"pass", "passed", "qualified", "conforming", "合格"})
FAILED = frozenset({"fail", "failed", "unqualified", "nonconforming", "non-conforming", "不合格"})
LAST_MS = 4_102_444_800_000
"""The year 2100: what lies beyond is a wrong unit."""

REQUIRED = (
    "inspection_id", "shop_id", "result", "at", "laboratory", "standard", "certificate",
)  # fmt: skip
OPTIONAL = ("item_id", "category", "n_tested", "n_failed", "expires_at", "sha256")

REASONS = {
    "missing": Words("缺少必填值", "a value that is required is missing"),
    "result": Words("检测结果无法识别", "the result is no word that is known"),
    "time": Words("时间无法识别", "the time cannot be read"),
    "number": Words("数量无法识别或不可能", "the number cannot be read, or cannot be"),
    "laboratory": Words("不是已认可的检测机构", "the laboratory is none that was accepted"),
    "changed": Words("编号已存在且内容不同", "the id is there with other content"),
    "refused": Words("不符合规则", "the rules do not allow it"),
    "row": Words("无法读取该行", "the row cannot be read"),
}


@dataclass(frozen=True, kw_only=True)
class Reject:
    """A row that could not be used, where it stands and why; shaped as `rejects`."""

    row: int
    column: str
    value: str
    code: str
    reason_zh: str
    reason_en: str


class _BadRow(Exception):
    """A row that cannot be used."""

    def __init__(self, column: str, value: object, code: str, more: str = "") -> None:
        super().__init__(code)
        self.column, self.value, self.code, self.more = column, str(value), code, more


def import_results(
    transaction: Transaction, at_ms: int, text: str, /, *, caller: Caller, form: str,
    chosen_by: str,
) -> dict[str, Any]:  # fmt: skip
    """Enter the rows of a table of inspections.

    Args:
        transaction: A writing one.
        at_ms: The present.
        text: CSV with a header, or JSON: a list of objects.
        caller: Who imports; a body's program its own rows alone.
        form: ``csv`` or ``json``.
        chosen_by: How the goods of these rows were chosen; only random ones move the axis.

    Returns:
        ``n_entered``, ``n_there`` (rows that were there already), ``rejects``.

    Raises:
        BadRecord: It is neither, has no such columns, or too many rows.
    """
    caller.check("inspections.enter")
    if chosen_by not in CHOSEN_BY:
        raise BadRecord(f"{chosen_by} is no way to choose.", hint=f"Known: {', '.join(CHOSEN_BY)}.")
    rows = list(_read(text, form))
    if len(rows) > MOST_ROWS:
        raise BadRecord(f"{len(rows):,} rows.", hint=f"{MOST_ROWS:,} at once at most.")
    laboratories = _laboratories(transaction)
    n_entered = n_there = 0
    rejects = []
    for number, row in rows:
        try:
            if _enter(transaction, at_ms, row, laboratories, caller, chosen_by):
                n_entered += 1
            else:
                n_there += 1
        except _BadRow as bad:
            rejects.append(_reject(number, bad))
        except Refused as refused:
            why = _BadRow("", "", "refused", f"{refused.message} {refused.hint}")
            rejects.append(_reject(number, why))
    note(
        transaction, at_ms, caller.person_id, "results.imported", "inspections", "import",
        n_entered=n_entered, n_there=n_there, n_rejects=len(rejects), chosen_by=chosen_by,
    )  # fmt: skip
    return {
        "n_entered": n_entered, "n_there": n_there, "rejects": [asdict(each) for each in rejects],
    }  # fmt: skip


def _reject(number: int, bad: _BadRow) -> Reject:
    words = REASONS[bad.code]
    more = f": {bad.more}" if bad.more else ""
    return Reject(
        row=number, column=bad.column, value=bad.value[:200], code=bad.code,
        reason_zh=f"{words.zh}{more}", reason_en=f"{words.en}{more}",
    )  # fmt: skip


def _read(text: str, form: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number of each row, as a spreadsheet counts it, and its values."""
    if form == "json":
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadRecord(f"It is not JSON: {error}.", hint="A list of objects.") from None
        if not isinstance(rows, list):
            raise BadRecord("It is no list.", hint="A list of objects, one for each row.")
        for number, row in enumerate(rows, start=1):
            yield number, row if isinstance(row, dict) else {}
        return
    if form != "csv":
        raise BadRecord(f"{form} is not read.", hint="csv or json.")
    try:
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            raise BadRecord(
                f"The columns {', '.join(missing)} are missing.",
                hint=f"Columns: {', '.join((*REQUIRED, *OPTIONAL))}.",
            )
        for number, row in enumerate(reader, start=2):
            yield number, row
    except csv.Error as error:
        raise BadRecord(f"It is not CSV: {error}.", hint="UTF-8, commas, a header.") from None


def _laboratories(transaction: Transaction) -> dict[str, list[Row]]:
    """Return accepted bodies by name and by accreditation, each renewal after the one before."""
    rows = transaction.all(
        """SELECT body_id, name, accreditation_no FROM inspection_bodies
           WHERE state = 'accepted' ORDER BY valid_from, body_id"""
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        body = body_of(transaction, row["body_id"])
        for name in {str(row["name"]), str(row["accreditation_no"])}:
            found.setdefault(name, []).append(body)
    return found


def _in_time(bodies: Sequence[Row], at_ms: int) -> Row:
    """Return the one whose accreditation was valid then; the last if none was."""
    valid = (b for b in bodies if int(b["valid_from"]) <= at_ms < int(b["valid_until"]))
    return next(valid, bodies[-1])


def _enter(
    transaction: Transaction,
    at_ms: int,
    row: Mapping[str, Any],
    laboratories: Mapping[str, Sequence[Row]],
    caller: Caller,
    chosen_by: str,
) -> bool:
    """Enter one row; False if it is there already. All is checked before anything is written."""
    for name in REQUIRED:
        if not _text(row, name):
            raise _BadRow(name, "", "missing")
    laboratory = _text(row, "laboratory")
    if laboratory not in laboratories:
        raise _BadRow("laboratory", laboratory, "laboratory")
    shop_id = _text(row, "shop_id")
    n_tested, n_failed = _counts(row)
    tested_at = _time(row, "at")
    body = _in_time(laboratories[laboratory], tested_at)
    expires_at = _time(row, "expires_at") if _text(row, "expires_at") else tested_at + VALID_MS
    source_id = f"{body['body_id']} {_text(row, 'inspection_id')}"
    certificate = _text(row, "certificate")
    check_enters_for(caller, body, shop_id)
    there = transaction.one("SELECT * FROM inspection_results WHERE source_id = :id", id=source_id)
    if there is not None:
        said = (shop_id, _text(row, "standard"), certificate, n_tested, n_failed, tested_at)
        kept = (
            there["shop_id"], there["standard"], there["certificate"], int(there["n_tested"]),
            round(float(there["n_failed"])), int(there["tested_at"]),
        )  # fmt: skip
        if said != kept:
            raise _BadRow("inspection_id", _text(row, "inspection_id"), "changed")
        return False
    category = _text(row, "category")
    check_may_inspect(transaction, body, shop_id, category, tested_at)
    method_of(body, _text(row, "standard"))
    check_hash(_text(row, "sha256"))
    check_times(at_ms, tested_at, tested_at, expires_at)
    sample_id = f"M-{next_number(transaction, 'inspection-sample')}"
    add(
        transaction, "inspection_samples", sample_id=sample_id, body_id=body["body_id"],
        shop_id=shop_id, item_id=_text(row, "item_id"), category=category, chosen_by=chosen_by,
        origin="import", bought_by="", order_ref="", bought_at=tested_at, n_units=n_tested,
        n_reserve=0, seal_no="", entered_by=caller.person_id, entered_at=at_ms,
    )  # fmt: skip
    enter_result(
        transaction, at_ms, sample_id, caller=caller, standard=_text(row, "standard"),
        n_tested=n_tested, n_failed=n_failed, certificate=certificate,
        sha256=_text(row, "sha256"), tested_at=tested_at, expires_at=expires_at,
        source_id=source_id,
    )  # fmt: skip
    return True


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    text = "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()
    if len(text) > 500 or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _BadRow(name, "", "row")
    return text


def _counts(row: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many units were tested and failed; one, if the row only has a word."""
    word = _text(row, "result").lower()
    if word not in PASSED | FAILED:
        raise _BadRow("result", word, "result")
    n_tested = _whole(row, "n_tested", 1)
    n_failed = _whole(row, "n_failed", int(word in FAILED))
    if not 0 <= n_failed <= n_tested or n_tested == 0 or (n_failed > 0) != (word in FAILED):
        raise _BadRow("n_failed", n_failed, "number")
    return n_tested, n_failed


def _whole(row: Mapping[str, Any], name: str, missing: int) -> int:
    text = _text(row, name)
    if not text:
        return missing
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _BadRow(name, text, "number")
    return int(text)


def _time(row: Mapping[str, Any], name: str) -> int:
    """Return a time: epoch ms, or ISO 8601; without a zone it is that of China."""
    text = _text(row, name)
    if text.isascii() and text.isdigit() and 11 <= len(text) <= 15:
        at_ms = int(text)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise _BadRow(name, text, "time") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        at_ms = round(moment.timestamp() * SECOND_MS)
    if not 0 <= at_ms <= LAST_MS:
        raise _BadRow(name, text, "time")
    return at_ms
