"""Credit in words: what a merchant reads of each entry, in Chinese and English."""

from typing import Any

from unbrush.base.clock import minute_of
from unbrush.base.records import Row
from unbrush.base.words import Words
from unbrush.respond.desk.credit.model import Counted, Entry
from unbrush.respond.desk.credit.preset import CLASSES, MEASURES, ROLES
from unbrush.respond.desk.credit.standing import Standing
from unbrush.respond.desk.ladder import APPEAL_MS, LADDER

_ZONE = "Asia/Shanghai"

STATES = {
    "counts": Words("计入", "counts"),
    "suspended": Words("申诉期间暂不计入", "does not count while an appeal is open"),
    "given-back": Words("已撤销，分值全部返还", "does not stand: its points are given back"),
    "in-another": Words("与另一条属同一行为，不重复计", "one conduct with another, counted there"),
    "over": Words("已到期，不再计入", "over, forgotten"),
}
"""What an entry does at a moment."""


def told(standing: Standing) -> dict[str, Any]:
    """Return a shop's credit as its merchant sees it."""
    return {
        "shop_id": standing.shop_id,
        "at": standing.at_ms,
        "score": standing.score,
        "band": {"name": standing.band.name, **_two("", standing.band.words)},
        "items": [
            _item(line, standing.sources[line.entry.item_id], standing.at_ms)
            for line in standing.lines
        ],
    }


def _item(line: Counted, source: Row, at_ms: int) -> dict[str, Any]:
    entry = line.entry
    state = _state(line, at_ms)
    return {
        "item_id": entry.item_id,
        "source": {"kind": source["source_kind"], "id": source["source_id"]},
        "class": {"name": entry.kind, **_two("", CLASSES[entry.kind])},
        "state": {"name": state, **_two("", STATES[state])},
        "points": round(line.points, 2),
        "counted_in": line.counted_in,
        "began_at": entry.at_ms,
        "full_until": entry.full_until,
        "ends_at": entry.ends_at,
        "made_of": {
            "weight": entry.terms.weight,
            "severity": round(entry.severity, 4),
            "n_fake": source["n_fake"],
            "n_genuine": source["n_genuine"],
            "confidence": entry.confidence(at_ms),
            "role": entry.role,
            "is_repeat": line.is_repeat,
            "is_self_reported": entry.is_self_reported,
            "is_repaired": entry.repaired_from is not None and entry.repaired_from <= at_ms,
            "fading": round(entry.terms.fading(at_ms - entry.at_ms), 4),
            "preset": entry.preset.version,
        },
        **_two("why_", _why(line, source)),
        **_two("until_", _until(entry)),
        **_two("repair_", _repair(entry, state)),
        "repair_needs": list(entry.terms.needs),
        **_two("appeal_", _appeal(source, state)),
    }


def _two(prefix: str, words: Words) -> dict[str, str]:
    return {f"{prefix}zh": words.zh, f"{prefix}en": words.en}


def _state(line: Counted, at_ms: int) -> str:
    entry = line.entry
    if entry.is_void:
        return "given-back"
    if at_ms >= entry.ends_at:
        return "over"
    if entry.confidence(at_ms) == 0 and any(
        start <= at_ms and (end is None or at_ms < end) for start, end in entry.suspended
    ):
        return "suspended"
    return "in-another" if line.counted_in else "counts"


def _why(line: Counted, source: Row) -> Words:
    role = ROLES[line.entry.role]
    again_zh, again_en = ("，此前已有记录，属再次", ", and again") if line.is_repeat else ("", "")
    counts_zh = counts_en = ""
    if source["n_fake"] is not None:
        counts_zh = f"不计数的 {source['n_fake']:,} 笔，计数的 {source['n_genuine']:,} 笔。"
        counts_en = f" {source['n_fake']:,} do not count, {source['n_genuine']:,} do."
    if source["source_kind"] == "step":
        rule = LADDER[source["rung"]].words
        return Words(
            f"处置 {source['source_id']}（{rule.zh}）。{source['facts_zh']} {counts_zh}"
            f"身份：{role.zh}{again_zh}。",
            f"Step {source['source_id']} ({rule.en}). {source['facts_en']}{counts_en} "
            f"Role: {role.en}{again_en}.",
        )
    if source["source_kind"] == "case":
        return Words(
            f"案件 {source['source_id']} 结案认定属实，未另作处置。{counts_zh}"
            f"身份：{role.zh}{again_zh}。",
            f"Case {source['source_id']} was closed as confirmed, without a step.{counts_en} "
            f"Role: {role.en}{again_en}.",
        )
    on = minute_of(int(source["decided_on"]), _ZONE)[:10]
    return Words(
        f"{source['authority']} {on} 作出的决定（{source['document_no']}）。{source['said_zh']} "
        f"{counts_zh}身份：{role.zh}{again_zh}。",
        f"Decision of {source['authority']} of {on} ({source['document_no']}). "
        f"{source['said_en']}{counts_en} Role: {role.en}{again_en}.",
    )


def _until(entry: Entry) -> Words:
    full, end = (minute_of(at, _ZONE) for at in (entry.full_until, entry.ends_at))
    terms = entry.terms
    if terms.min_days == 0:
        return Words(
            f"自始每 {terms.half_days} 天减半，{end} 清零。",
            f"It halves every {terms.half_days} days from the start and is gone at {end}.",
        )
    return Words(
        f"至 {full} 全额计入，其后每 {terms.half_days} 天减半，{end} 清零。",
        f"It counts fully until {full}, halves every {terms.half_days} days then, and is gone at "
        f"{end}.",
    )


def _repair(entry: Entry, state: str) -> Words:
    if state in ("given-back", "over"):
        return Words("无需修复。", "Nothing is left to mend.")
    if entry.repaired_from is not None:
        return Words("修复已获批准，分值减半。", "Repair was granted: half of it is taken off.")
    needs_zh = "、".join(MEASURES[each].zh for each in entry.terms.needs)
    needs_en = ", ".join(MEASURES[each].en for each in entry.terms.needs)
    return Words(
        f"完成{needs_zh}后可申请修复，获批之日起减半；由提出处置者以外的人决定。事前主动报告的，另减半。",
        f"After {needs_en} you may ask for repair: from the day it is granted half is taken off. "
        "Somebody other than who proposed the step decides. What you reported yourself before it "
        "was known is halved, too.",
    )


def _appeal(source: Row, state: str) -> Words:
    if state in ("given-back", "over"):
        return Words("无需申诉。", "There is nothing to appeal against.")
    if source["source_kind"] == "authority":
        return Words(
            "决定本身向作出机关申请复议或起诉；若登记有误或决定已被撤销，请联系平台更正，一人即可撤下。",
            "Against the decision itself: with the authority that took it, or in court. If it was "
            "entered wrongly or was taken back, tell the desk: one person can take it out.",
        )
    if source["source_kind"] == "step":
        until = minute_of(int(source["starts_at"]) + APPEAL_MS, _ZONE)
        return Words(
            f"可在 {until} 前对 {source['source_id']} 免费申诉，审理期间暂不计入；"
            "成立则分值全部返还，视同从未扣分。",
            f"Appeal against {source['source_id']}, free of charge, until {until}; it does not "
            "count meanwhile. If you are right all its points are given back, as if it had never "
            "been.",
        )
    return Words(
        "可对不计数的订单申诉（不指明处置），审理期间暂不计入；成立则分值全部返还。",
        "Appeal against the orders that do not count (without naming a step); it does not count "
        "meanwhile. If you are right all its points are given back.",
    )
