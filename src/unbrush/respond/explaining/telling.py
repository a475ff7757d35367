"""What is common to every explanation: decision, elements, families, signals, look-alikes."""

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from unbrush.base.missing import MISSING
from unbrush.base.words import Words
from unbrush.respond.explaining.gathering import Said
from unbrush.respond.explaining.subjects import KIND_WORDS, Subject
from unbrush.respond.terms import (
    APPROVERS,
    ELEMENTS,
    FAMILIES,
    KIND,
    LOOK_ALIKES,
    OUTCOMES,
    RULES,
    RUNGS,
    STRENGTHS,
    said,
)

Row = dict[str, Any]


def tell_decision(row: Mapping[str, Any] | None) -> Row | None:
    """Return a row of `decisions` with its words; None where nothing was suspected."""
    if row is None:
        return None
    return {
        "rung": row["rung"],
        "rung_words": said(RUNGS, row["rung"]),
        "is_neutralised": row["is_neutralised"],
        "is_in_force": row["is_in_force"],
        "approver": row["approver"],
        "approver_words": said(APPROVERS, row["approver"] or ""),
        "rule": row["rule"],
        "rule_words": said(RULES, row["rule"] or ""),
        # What a shop did is shown by rows or not at all: no number stands for it.
        "probability": None if row["subject_kind"] in ("shop", "staff") else row["probability"],
        "probability_low": row["probability_low"],
        "probability_high": row["probability_high"],
        "q_value": row["q_value"],
        "strength": row["strength"],
        "ring_id": row["ring_id"],
        "next_rung": row["next_rung"],
    }


def tell_headline(
    subject: Subject,
    row: Mapping[str, Any] | None,
    *,
    n_out: int = 0,
    is_restored: bool = False,
) -> Words:
    """Return the decision in one sentence.

    Args:
        subject: Whom it is about.
        row: Its row of `decisions`; None where nothing was suspected.
        n_out: Of an account or shop, its rows that do not count.
        is_restored: Whether a person let count again all that was left out of it.
    """
    if row is None:
        return Words(
            "没有任何检测对它提出疑点，照常计入。",
            "Nothing was said of it: it counts like any other.",
        )
    if subject.kind == "staff":
        return Words(
            "系统只观察，不对内部人员采取任何措施；由其汇报线以外的人核查。",
            "Only observed: no step is taken against staff. For people outside their line.",
        )
    rung = said(RUNGS, row["rung"])
    if is_restored and row["rung"] > "L1":
        return Words(
            f"已由人工全部恢复，照常计入；原判定（建议 {row['rung']}）仍在案，"
            "不再据此建议任何措施。",
            f"All of it counts again, for somebody restored it; the decision ({row['rung']} was "
            "proposed) stays on record, and nothing follows from it.",
        )
    if row["rung"] > "L1":
        who = said(APPROVERS, row["approver"])
        return Words(
            f"建议 {row['rung']}（{rung.zh}），未生效，须由{who.zh}决定。",
            f"Proposed: {row['rung']} ({rung.en}); not in force, {who.en} would decide.",
        )
    if is_restored:
        return Words(
            "已由人工恢复，照常计入；原判定仍在案。",
            "It counts again, for somebody restored it; the decision stays on record.",
        )
    if subject.kind in ("order", "review"):
        return (
            Words(
                "暂不计入；原始记录保留，可随时恢复。",
                "Does not count; it is kept and can be restored.",
            )
            if row["is_neutralised"]
            else Words(
                "有疑点，但照常计入。", "Something speaks against it, but it counts as before."
            )
        )
    if n_out:
        return Words(
            "它的部分订单或评价暂不计入；对它本身没有任何处罚。",
            "Some of its orders or reviews do not count; nothing is done to itself.",
        )
    return Words(
        "它的订单或评价有疑点，但都照常计入。",
        "Something speaks against its orders or reviews, but all of them count.",
    )


def tell_elements(row: Mapping[str, Any] | None, reasons: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return the three parts of the proof: supported or not, and what is said of a missing one."""
    supported = parts_of(row["elements"]) if row else []
    missing = {each["name"]: each for each in reasons if each["kind"] == "missing"}
    return [
        {
            "name": name,
            "words": words,
            "is_supported": name in supported,
            "missing": sentence(missing[name]) if name in missing else None,
        }
        for name, words in ELEMENTS.items()
    ]


def tell_families(row: Mapping[str, Any] | None) -> list[Row]:
    """Return the kinds of evidence that agree."""
    return [
        {"name": name, "words": said(FAMILIES, name)}
        for name in (parts_of(row["families"]) if row else [])
    ]


def tell_signals(said_of: Said, titles: Mapping[str, Words]) -> list[Row]:
    """Return each signal about the subject or that it is heard by, the strongest first."""
    heard = {each["signal_id"] for each in said_of.reasons if each["kind"] == "signal"}
    return [
        {
            "signal_id": row["signal_id"],
            "detector": row["detector"],
            "title": titles.get(row["detector"], Words(row["detector"], row["detector"])),
            "about": {"kind": row["about_kind"], "id": row["about_id"]},
            "about_words": said(KIND, row["about_kind"]),
            "score": row["score"],
            "family": row["family"],
            "family_words": said(FAMILIES, row["family"]),
            "strength": row["strength"],
            "strength_words": said(STRENGTHS, row["strength"]),
            "element": row["element"],
            "implicates": row["implicates"],
            # Not heard: a look-alike explains it, or the policy switches it off.
            "is_heard": row["signal_id"] in heard,
            "sentence": sentence(row),
            "evidence_table": row["evidence_table"],
            "n_rows": row["n_rows"],
        }
        for row in said_of.signals
    ]


def tell_look_alikes(reasons: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return each honest explanation, and how its test ended: first what spares."""
    order = list(OUTCOMES)
    rows = [
        {
            "name": row["name"],
            "words": said(LOOK_ALIKES, row["name"]),
            "outcome": row["outcome"],
            "outcome_words": said(OUTCOMES, row["outcome"]),
            "n": row.get("n", 1),
        }
        for row in reasons
        if row["kind"] == "look-alike"
    ]
    return sorted(rows, key=lambda row: (order.index(row["outcome"]), row["name"]))


def tell_sentences(reasons: Iterable[Mapping[str, Any]]) -> list[Words]:
    """Return the other sentences behind the decision, such as that of a ring."""
    kinds = ("ring", "order", "orders", "suspected")
    return [sentence(row) for row in reasons if row["kind"] in kinds]


def tell_next(
    decision: Mapping[str, Any] | None, reasons: Iterable[Mapping[str, Any]]
) -> Row | None:
    """Return the next rung and what is missing for it, as `judge` computed it; None if nothing is.

    An element that is missing is told with the elements; here stands everything.
    """
    if decision is None or not decision["next_rung"] or not decision["missing"]:
        return None
    names, rung = parts_of(decision["missing"]), decision["next_rung"]
    known = {each["name"]: sentence(each) for each in reasons if each["kind"] == "missing"}
    words = [known.get(name) or said(MISSING, name) for name in names]
    zh = "；".join(each.zh.rstrip("。") for each in words)
    en = "; ".join(each.en.rstrip(".") for each in words)
    return {
        "rung": rung,
        "missing": [{"name": name, "words": each} for name, each in zip(names, words, strict=True)],
        "sentence": Words(
            f"离 {rung}（{said(RUNGS, rung).zh}）还缺：{zh}。",
            f"Missing for {rung} ({said(RUNGS, rung).en}): {en}.",
        ),
    }


def tell_restoring(subject: Subject, said_of: Said, *, is_out: bool) -> Row:
    """Return how to restore the subject in one step, or who restored it, and why.

    Args:
        subject: What would be restored.
        said_of: What was said of it.
        is_out: Whether it, or some of its rows, do not count.
    """
    done = said_of.restored
    restored = done and {
        "by": done["restored_by"],
        "at": done["restored_at"],
        "because": done["because"],
        "through": f"{done['through_kind']}:{done['through_id']}",
    }
    if not is_out or restored or subject.kind == "staff":
        return {"restored": restored, "restore": None}
    words = Words(
        "一步恢复（决定保留在案，计数、排名与报告随即复原）：",
        "To restore it in one step (the decision stays on record; counts, ranks and the report "
        "change at once):",
    )
    command = f"unbrush restore RUN {shlex.quote(str(subject))} --because ..."
    return {"restored": None, "restore": {"words": words, "command": command}}


def sentence(row: Mapping[str, Any]) -> Words:
    """Return the sentence that a row carries, in both languages."""
    return Words(row["reason_zh"] or "", row["reason_en"] or "")


def named(subject: Subject) -> Row:
    """Return a subject as the document names it."""
    return {"kind": subject.kind, "id": subject.id, "words": KIND_WORDS[subject.kind]}


def parts_of(text: str | None) -> list[str]:
    """Return the parts of a list in one text, such as ``a,b``."""
    return [part for part in (text or "").split(",") if part]
