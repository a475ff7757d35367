"""The quality axis of a shop: what its results say at a moment, and that in words."""

import json
from typing import Any

from unbrush.base.clock import minute_of
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.inspections.quality import LabResult, Params, Quality, quality, weight_at
from unbrush.respond.desk.inspections.results import second_until
from unbrush.respond.desk.inspections.samples import CHOSEN_BY

PARAMS = Params()
_ZONE = "Asia/Shanghai"

STATES = {
    "in-force": Words("有效", "stands"),
    "disputed": Words("复检中，暂不计入", "under second analysis, does not count meanwhile"),
    "replaced": Words("已由复检结果代替", "replaced by its second analysis"),
    "withdrawn": Words("已撤回，不计入", "withdrawn, does not count"),
}

NEVER = Words(
    "检测结果只影响商品质量一项，不影响诚信分。",
    "Results move the quality of goods alone, never the score of integrity.",
)


def quality_of(transaction: Transaction, at_ms: int, shop_id: str, /) -> dict[str, Any]:
    """Return a shop's share of conforming goods, its interval, and the results that it rests on.

    ``mean``, ``low`` and ``high`` are None where nothing counts: then nothing is known.
    """
    rows = transaction.all(
        """SELECT r.*, s.item_id, s.category, s.chosen_by, s.origin, s.n_reserve, b.name AS body
           FROM inspection_results r
           JOIN inspection_samples s ON s.sample_id = r.sample_id
           JOIN inspection_bodies b ON b.body_id = r.body_id
           WHERE r.shop_id = :shop AND r.tested_at <= :at_ms
           ORDER BY r.tested_at, r.result_id""",
        shop=shop_id,
        at_ms=at_ms,
    )
    weights = [_weight(row, at_ms) for row in rows]
    counted = [
        _tested(row, weight) for row, weight in zip(rows, weights, strict=True) if weight > 0
    ]
    found = quality(counted, PARAMS) if counted else None
    return {
        "shop_id": shop_id,
        "at": at_ms,
        "mean": found.mean if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "level": PARAMS.level,
        "n_results": len(counted),
        "n_tested": sum(each.n_tested for each in counted),
        **_two("says_", _said(found, counted)),
        **_two("note_", NEVER),
        "results": [_told(row, weight, at_ms) for row, weight in zip(rows, weights, strict=True)],
    }


def _weight(row: Row, at_ms: int) -> float:
    if row["state"] != "in-force" or row["chosen_by"] != "random":
        return 0.0
    return weight_at(at_ms, int(row["tested_at"]), int(row["expires_at"]), PARAMS)


def _tested(row: Row, weight: float) -> LabResult:
    return LabResult(
        n_tested=int(row["n_tested"]),
        n_failed=float(row["n_failed"]),
        sensitivity=float(row["sensitivity"]),
        specificity=float(row["specificity"]),
        n_bad=None if row["n_bad"] is None else int(row["n_bad"]),
        n_good=None if row["n_good"] is None else int(row["n_good"]),
        method=f"{row['body_id']} {row['standard']}",
        weight=weight,
    )


def _told(row: Row, weight: float, at_ms: int) -> dict[str, Any]:
    until = second_until(row)
    may_dispute = (
        row["state"] == "in-force" and not row["second_of"] and not row["disputed_at"]
        and at_ms <= until and int(row["n_reserve"]) > 0
    )  # fmt: skip
    return {
        "result_id": row["result_id"],
        "sample_id": row["sample_id"],
        "item_id": row["item_id"],
        "body": row["body"],
        "standard": row["standard"],
        "n_tested": row["n_tested"],
        "n_failed": round(float(row["n_failed"]), 4),
        "sensitivity": row["sensitivity"],
        "specificity": row["specificity"],
        "measured": json.loads(row["measured"]) if row["measured"] else None,
        "certificate": row["certificate"],
        "sha256": row["sha256"],
        "tested_at": row["tested_at"],
        "expires_at": row["expires_at"],
        "weight": round(weight, 4),
        "version": row["version"],
        "second_of": row["second_of"],
        "state": {"name": row["state"], **_two("", STATES[row["state"]])},
        "chosen_by": {"name": row["chosen_by"], **_two("", CHOSEN_BY[row["chosen_by"]])},
        "second_until": until if may_dispute else None,
        **_two("second_", _second(may_dispute, until)),
    }


def _second(may_dispute: bool, until: int) -> Words:
    if not may_dispute:
        return Words("不可或不必申请复检。", "No second analysis can or need be asked for.")
    by = minute_of(until, _ZONE)
    return Words(
        f"如有异议，可在 {by} 前申请复检，由另一机构检测封存的备样，期间本结果不计入。",
        f"You may ask for a second analysis until {by}: another body tests what was kept sealed, "
        "and this result does not count meanwhile.",
    )


def _said(found: Quality | None, counted: list[LabResult]) -> Words:
    if found is None:
        return Words(
            "尚无有效的随机抽检结果，质量未知。",
            "No valid result of goods drawn at random: nothing is known of their quality.",
        )
    n = sum(each.n_tested for each in counted)
    return Words(
        f"依据 {len(counted)} 份有效结果、{n} 件样品：合格商品估计占 {found.mean:.0%}，"
        f"{PARAMS.level:.0%} 的把握在 {found.low:.0%} 至 {found.high:.0%} 之间。",
        f"By {len(counted)} valid results on {n} units about {found.mean:.0%} of the goods "
        f"conform; with {PARAMS.level:.0%} between {found.low:.0%} and {found.high:.0%}.",
    )


def _two(prefix: str, words: Words) -> dict[str, str]:
    return {f"{prefix}zh": words.zh, f"{prefix}en": words.en}
