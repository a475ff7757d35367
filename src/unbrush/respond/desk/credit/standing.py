"""Where a shop stands: its entries with what became of them, its score, and how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, minute_of
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.credit.entering import CERTAIN
from unbrush.respond.desk.credit.model import Counted, Entry, counted, score_of, severity_of
from unbrush.respond.desk.credit.preset import Band
from unbrush.respond.desk.credit.preset_file import read_preset
from unbrush.respond.desk.credit.presets import preset_in_force
from unbrush.respond.desk.ladder import APPEAL_MS

LONGEST_HISTORY = 1_096
"""Days: three years, after which nothing is remembered."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A shop's credit at a moment.

    Attributes:
        shop_id: The shop.
        at_ms: The moment.
        score: 0-100, 100 is best.
        band: What that is called.
        lines: What each entry takes off, oldest first.
        sources: What each rests on, by its id: the row of the item, its facts and appeals.
    """

    shop_id: str
    at_ms: int
    score: float
    band: Band
    lines: tuple[Counted, ...]
    sources: Mapping[str, Row]


def standing_of(transaction: Transaction, at_ms: int, shop_id: str, /) -> Standing:
    """Return a shop's credit; 100 for one of which nothing was ever adjudicated."""
    entries, sources = entries_of(transaction, shop_id)
    lines = counted(entries, at_ms)
    score = score_of(lines)
    return Standing(
        shop_id=shop_id, at_ms=at_ms, score=score,
        band=preset_in_force(transaction).band_of(score), lines=tuple(lines), sources=sources,
    )  # fmt: skip


def history_of(transaction: Transaction, at_ms: int, shop_id: str, n_days: int, /) -> list[Row]:
    """Return the score now and at this hour of the days before, oldest first, by day of China.

    It is the history of what stands: what was overturned since is in none of it.
    """
    entries, _ = entries_of(transaction, shop_id)
    moments = [at_ms - back * DAY_MS for back in range(n_days - 1, -1, -1)]
    return [
        {"day": minute_of(at, "Asia/Shanghai")[:10], "score": score_of(counted(entries, at))}
        for at in moments
    ]


def entries_of(transaction: Transaction, shop_id: str) -> tuple[list[Entry], dict[str, Row]]:
    """Return a shop's entries, and by id the rows that they were read from."""
    items = transaction.all(
        """SELECT i.*, coalesce(t.text, i.preset_text) AS preset, s.case_id AS step_case,
                  s.state AS step_state, s.rung, s.facts_zh, s.facts_en, s.starts_at, c.outcome,
                  c.closed_at, c.changed_at AS case_changed,
                  a.state AS authority_state, a.authority, a.document_no, a.decided_on,
                  a.case_id AS authority_case,
                  a.facts_zh AS said_zh, a.facts_en AS said_en
           FROM credit_items i
           LEFT JOIN preset_texts t ON t.name = i.preset_text
           LEFT JOIN steps s ON i.source_kind = 'step' AND s.step_id = i.source_id
           LEFT JOIN cases c ON c.case_id = CASE i.source_kind
               WHEN 'step' THEN s.case_id WHEN 'case' THEN i.source_id END
           LEFT JOIN authority_decisions a
               ON i.source_kind = 'authority' AND a.decision_id = i.source_id
           WHERE i.shop_id = :shop ORDER BY i.began_at, i.item_id""",
        shop=shop_id,
    )
    if not items:
        return [], {}
    appeals = transaction.all(
        """SELECT p.*, s.case_id FROM appeals p LEFT JOIN steps s ON s.step_id = p.step_id
           WHERE p.shop_id = :shop ORDER BY p.filed_at, p.appeal_id""",
        shop=shop_id,
    )
    granted = transaction.all(
        """SELECT item_id, kind, role, decided_at FROM credit_requests
           WHERE shop_id = :shop AND state = 'granted' ORDER BY decided_at, request_id""",
        shop=shop_id,
    )
    entries: list[Entry] = []
    sources: dict[str, Row] = {}
    for item in items:
        own = [each for each in appeals if _is_about(each, item)]
        reliefs = [each for each in granted if each["item_id"] == item["item_id"]]
        entries.append(_entry(item, own, reliefs))
        sources[str(item["item_id"])] = {**item, "appeals": own}
    return entries, sources


def _is_about(appeal: Row, item: Row) -> bool:
    """Say whether an appeal is against what an entry rests on."""
    if item["source_kind"] == "authority":
        return False
    entered, decided = int(item["entered_at"]), appeal["decided_at"]
    if appeal["step_id"] is None:
        # Against the counts: it touches what rests on them and may still be appealed against.
        is_in_time = int(appeal["filed_at"]) - APPEAL_MS <= entered
        return is_in_time and (decided is None or entered <= int(decided))
    if item["source_kind"] == "step":
        return bool(appeal["step_id"] == item["source_id"])
    is_of_case = appeal["case_id"] == item["source_id"]
    return is_of_case and (decided is None or entered <= int(decided))


def _entry(item: Row, appeals: Sequence[Row], reliefs: Sequence[Row]) -> Entry:
    preset = read_preset(item["preset"])
    # The first appeal suspends; further ones about the same are heard, and suspend nothing.
    first = next(
        (a for a in appeals if item["source_kind"] == "case" or a["step_id"] is not None), None
    )
    suspended: list[tuple[int, int | None]] = []
    if first is not None:
        suspended.append((int(first["filed_at"]), _whole(first["decided_at"])))
    if item["source_kind"] == "case" and item["outcome"] is None:  # it was taken up again
        suspended.append((int(item["case_changed"]), None))
    confirmed = [int(a["decided_at"]) for a in appeals if a["state"] == "upheld" and a["step_id"]]
    if item["source_kind"] == "step" and item["outcome"] == "confirmed":
        confirmed.append(int(item["closed_at"]))
    repaired = [int(r["decided_at"]) for r in reliefs if r["kind"] == "repair"]
    roles = [str(r["role"]) for r in reliefs if r["kind"] == "role"]
    return Entry(
        item_id=str(item["item_id"]),
        conduct=str(item["step_case"] or item["authority_case"] or item["source_id"]),
        joins_late=item["source_kind"] != "step",
        at_ms=int(item["began_at"]),
        kind=str(item["class"]),
        severity=severity_of(_whole(item["n_fake"]), _whole(item["n_genuine"]), preset.numbers),
        role=roles[-1] if roles else "merchant",
        preset=preset,
        is_certain=item["strength"] in CERTAIN,
        is_void=_is_void(item, appeals),
        is_partly=any(a["state"] == "partly" for a in appeals),
        certain_from=min(confirmed) if confirmed else None,
        suspended=tuple(suspended),
        is_self_reported=any(r["kind"] == "self-report" for r in reliefs),
        repaired_from=min(repaired) if repaired else None,
    )


def _is_void(item: Row, appeals: Sequence[Row]) -> bool:
    """Say whether what an entry rests on fell: overturned, refuted, withdrawn."""
    return (
        item["step_state"] == "overturned"
        or item["outcome"] == "refuted"
        or item["authority_state"] == "withdrawn"
        or any(appeal["state"] == "overturned" for appeal in appeals)
    )


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
