"""The headline: what was looked at, what no longer counts, and what was concluded."""

from collections.abc import Mapping
from typing import Any

from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.figures import Money
from unbrush.respond.terms import APPROVERS, DECIDES, KINDS, RUNGS, TABLES, said

Row = dict[str, Any]

_KINDS = ("order", "review", "account", "shop", "item", "post", "message", "staff")
_RESTORED = {"order": Words("笔订单", "orders"), "review": Words("条评价", "reviews")}
_MAIN = ("orders", "reviews", "accounts", "shops", "items")


def tell_headline(summary: Mapping[str, Any], manifest: Manifest, money: Money) -> Row:
    """Return what the head of the page says.

    Args:
        summary: The run in numbers.
        manifest: What was collected.
        money: How amounts are written.
    """
    lost = summary["neutralised"]
    rings, affected = summary["rings"], summary["affected"]
    kind = "shop" if affected["shops"]["counted"] else "item"
    statuses = [found["status"] for found in summary["coverage"].values()]
    return {
        "source": figures.outside(manifest.source),
        "first": summary["days"]["first"],
        "last": summary["days"]["last"],
        "n_days": _n_days(manifest),
        "rows": [
            {"words": said(TABLES, table), "n": figures.count(summary["events"][table])}
            for table in _MAIN
            if table in summary["events"]
        ],
        "n_rows": figures.count(sum(summary["events"].values())),
        "bars": [
            _bar("orders", lost["orders"], figures.count),
            _bar("turnover", lost["turnover_minor"], money.whole),
            _bar("reviews", lost["reviews"], figures.count),
        ],
        "n_rings": rings["n"],
        "rings": {
            "n": figures.count(rings["n"]),
            "n_accounts": figures.count(rings["n_accounts"]),
            "n_shops": figures.count(rings["n_shops"]),
        },
        "affected": figures.count(affected[f"{kind}s"]["affected"]),
        "counted": figures.count(affected[f"{kind}s"]["counted"]),
        "affected_kind": said(KINDS, kind),
        "n_signals": summary["outputs"]["signals"],
        "n_ran": statuses.count("ran"),
        "n_blind": statuses.count("not applicable"),
        "n_failed": statuses.count("failed"),
        "n_detectors": len(statuses),
        "ladder": _ladder(summary["decisions"]),
        "ladder_kinds": [said(KINDS, kind) for kind in _kinds(summary["decisions"])],
        "restored": [
            Words(f"{figures.count(n)} {what.zh}", f"{figures.count(n)} {what.en}")
            for kind, what in _RESTORED.items()
            if (n := summary["restored"].get(kind))
        ],
        "n_proposed": figures.count(_proposed(summary["decisions"])),
    }


def _n_days(manifest: Manifest) -> str:
    main = [manifest.tables[name] for name in ("orders", "reviews") if name in manifest.tables]
    firsts = [table.first_at for table in main if table.first_at is not None]
    lasts = [table.last_at for table in main if table.last_at is not None]
    return figures.count(figures.n_days(min(firsts, default=None), max(lasts, default=None)))


def _bar(name: str, sides: Mapping[str, Any], written: Any) -> Row:
    """Raw, clean and what lies between, with the length of each part (0-100)."""
    removed = 100 * sides["removed"] / sides["raw"] if sides["raw"] else 0.0
    return {
        "name": name,
        "has_any": bool(sides["raw"]),
        "raw": written(sides["raw"]),
        "clean": written(sides["clean"]),
        "removed": written(sides["removed"]),
        "share": figures.share(sides["removed"], sides["raw"]),
        "removed_percent": round(removed, 3),
        "clean_percent": round(100 - removed, 3),
    }


def _kinds(decisions: Mapping[str, Any]) -> list[str]:
    known = [kind for kind in _KINDS if kind in decisions]
    return known + sorted(set(decisions) - set(known))


def _ladder(decisions: Mapping[str, Any]) -> list[Row]:
    """One row for each rung that something stands on, always with the two that take effect."""
    kinds = _kinds(decisions)
    used = {rung for by_rung in decisions.values() for rung in by_rung} | {"L0", "L1"}
    return [
        {
            "rung": rung,
            "words": RUNGS[rung],
            "is_proposal": rung not in ("L0", "L1"),
            "approver": APPROVERS[DECIDES[rung]],
            "cells": [figures.count(decisions[kind].get(rung, {"n": 0})["n"]) for kind in kinds],
        }
        for rung in RUNGS
        if rung in used
    ]


def _proposed(decisions: Mapping[str, Any]) -> int:
    return sum(found["proposed"] for by_rung in decisions.values() for found in by_rung.values())
