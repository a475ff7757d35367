"""The run in numbers, for machines: `summary.json`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import unbrush
from unbrush.base.clock import day_of
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond.seams import MADE_BY, focus, has_organisers, rows_of

MOST_AFFECTED = 10
SHARE_DIGITS = 6

Numbers = dict[str, Any]
"""A JSON object with sorted keys."""


def summarise(engine: Engine, manifest: Manifest) -> Numbers:
    """Return the run in numbers; needs the names that `seams.name_events` gives.

    Args:
        engine: Holds the tables of `seams.MADE_BY` and the event tables.
        manifest: What was collected.
    """
    return {
        "affected": _affected(engine),
        "coverage": _coverage(engine),
        "currency": currency(engine),
        "days": _days(manifest),
        "decisions": _decisions(engine),
        "events": {table: found.n_rows for table, found in sorted(manifest.tables.items())},
        "id_types": dict(sorted(manifest.id_types.items())),
        "look_alikes": _look_alikes(engine),
        "manifest_fingerprint": fingerprint(manifest),
        "most_affected": _most_affected(engine),
        "neutralised": neutralised(engine),
        "outputs": {table: rows_of(engine, table) for table in sorted(MADE_BY)},
        "rejects": _rejects(engine),
        "restored": _restored(engine),
        "rings": _rings(engine),
        "signals": _signals(engine),
        "source": manifest.source,
        "subject_id_type": manifest.subject_id_type,
        "version": unbrush.__version__,
    }


def write_summary(summary: Mapping[str, Any], path: Path) -> None:
    """Write a summary as JSON with sorted keys."""
    text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def fingerprint(manifest: Manifest) -> str:
    """Return a hash of everything that the manifest says."""
    text = json.dumps(asdict(manifest), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def currency(engine: Engine) -> str:
    """Return the currency that all orders share, empty if none is stated or they differ."""
    found = engine.query(
        "SELECT DISTINCT currency FROM orders WHERE currency IS NOT NULL ORDER BY 1 LIMIT 2"
    ).column(0)
    return str(found[0].as_py()) if len(found) == 1 else ""


def neutralised(engine: Engine) -> Numbers:
    """Return orders, turnover and reviews of the whole market, raw and clean.

    Every order has a shop and every review an item, so the counts of shops hold all orders and
    those of items all reviews.
    """
    total = engine.query(
        f"""SELECT {_sums("orders", "shop")}, {_sums("turnover_minor", "shop")},
            {_sums("reviews", "item")} FROM clean_counts"""
    ).to_pylist()[0]
    return {
        what: _both_sides(total[f"{what}_raw"], total[f"{what}_clean"])
        for what in ("orders", "reviews", "turnover_minor")
    }


def _sums(what: str, kind: str) -> str:
    return ", ".join(
        f"""CAST(coalesce(sum({what}_{side}) FILTER (WHERE subject_kind = '{kind}'), 0) AS BIGINT)
            AS {what}_{side}"""
        for side in ("raw", "clean")
    )


def _both_sides(raw: int, clean: int) -> Numbers:
    removed = raw - clean
    share = round(removed / raw, SHARE_DIGITS) if raw else 0.0
    return {"raw": raw, "clean": clean, "removed": removed, "removed_share": share}


def _days(manifest: Manifest) -> Numbers:
    """The days of orders and reviews, or of whatever is dated if there are neither."""
    main = [manifest.tables[name] for name in ("orders", "reviews") if name in manifest.tables]
    tables = main or list(manifest.tables.values())
    firsts = [table.first_at for table in tables if table.first_at is not None]
    lasts = [table.last_at for table in tables if table.last_at is not None]
    return {
        "first": day_of(min(firsts)) if firsts else None,
        "last": day_of(max(lasts)) if lasts else None,
    }


def _affected(engine: Engine) -> Numbers:
    """How many shops and items have a count that changed."""
    changed = """count(*) FILTER (WHERE orders_raw IS DISTINCT FROM orders_clean
        OR reviews_raw IS DISTINCT FROM reviews_clean
        OR turnover_minor_raw IS DISTINCT FROM turnover_minor_clean)"""
    rows = engine.query(
        f"""SELECT subject_kind, count(*) AS total, {changed} AS changed
        FROM clean_counts GROUP BY 1 ORDER BY 1"""
    ).to_pylist()
    found = {row["subject_kind"]: row for row in rows}
    return {
        f"{kind}s": {
            "affected": found[kind]["changed"] if kind in found else 0,
            "counted": found[kind]["total"] if kind in found else 0,
        }
        for kind in ("item", "shop")
    }


def _most_affected(engine: Engine) -> list[Numbers]:
    """The shops (or items) that lost most, first the one that lost most orders and reviews."""
    rows: list[Numbers] = engine.query(
        f"""SELECT subject_kind, subject_id, category, orders_raw, orders_clean,
            turnover_minor_raw, turnover_minor_clean, reviews_raw, reviews_clean,
            rank_raw, rank_clean
        FROM clean_counts
        WHERE subject_kind = '{focus(engine)}'
            AND (orders_raw > orders_clean OR reviews_raw > reviews_clean)
        ORDER BY coalesce(orders_raw - orders_clean, 0) + coalesce(reviews_raw - reviews_clean, 0)
            DESC, coalesce(turnover_minor_raw - turnover_minor_clean, 0) DESC, subject_id
        LIMIT {MOST_AFFECTED}"""
    ).to_pylist()
    return rows


def _coverage(engine: Engine) -> Numbers:
    rows = engine.query("SELECT * FROM coverage ORDER BY detector").to_pylist()
    return {
        row["detector"]: {
            "because_en": row["because_en"] or "",
            "because_zh": row["because_zh"] or "",
            "n_signals": row["n_signals"],
            "status": row["status"],
        }
        for row in rows
    }


def _signals(engine: Engine) -> Numbers:
    rows = engine.query(
        """SELECT detector, subject_kind, count(*) AS n, count(DISTINCT subject_id) AS n_subjects
        FROM signals GROUP BY 1, 2 ORDER BY 1, 2"""
    ).to_pylist()
    found: Numbers = {}
    for row in rows:
        found.setdefault(row["detector"], {})[row["subject_kind"]] = {
            "n_signals": row["n"],
            "n_subjects": row["n_subjects"],
        }
    return found


def _decisions(engine: Engine) -> Numbers:
    """By kind and rung: how many, in force and only proposed."""
    rows = engine.query(
        """SELECT subject_kind, rung, count(*) AS n,
            count(*) FILTER (WHERE is_in_force) AS in_force,
            count(*) FILTER (WHERE is_neutralised) AS neutralised
        FROM decisions GROUP BY 1, 2 ORDER BY 1, 2"""
    ).to_pylist()
    found: Numbers = {}
    for row in rows:
        found.setdefault(row["subject_kind"], {})[row["rung"]] = {
            "in_force": row["in_force"],
            "n": row["n"],
            "neutralised": row["neutralised"],
            "proposed": row["n"] - row["in_force"],
        }
    return found


def _look_alikes(engine: Engine) -> Numbers:
    """Per look-alike and outcome: how many subjects."""
    rows = engine.query(
        """SELECT name, outcome, count(DISTINCT subject_kind || ':' || subject_id) AS n
        FROM reasons WHERE kind = 'look-alike' GROUP BY 1, 2 ORDER BY 1, 2"""
    ).to_pylist()
    found: Numbers = {}
    for row in rows:
        found.setdefault(row["name"], {})[row["outcome"]] = row["n"]
    return found


def _restored(engine: Engine) -> Numbers:
    """Rows that count again because people said so, by kind."""
    if not engine.columns("restored"):
        return {}
    rows = engine.query(
        "SELECT subject_kind, count(*) AS n FROM restored GROUP BY 1 ORDER BY 1"
    ).to_pylist()
    return {row["subject_kind"]: row["n"] for row in rows}


def _rejects(engine: Engine) -> Numbers:
    rows = engine.query(
        """SELECT "table", code, count(*) AS n, count(*) FILTER (WHERE is_kept) AS n_kept
        FROM rejects GROUP BY 1, 2 ORDER BY 1, 2"""
    ).to_pylist()
    found: Numbers = {}
    for row in rows:
        found.setdefault(row["table"] or "", {})[row["code"] or ""] = row["n"]
    return {
        "by_table": found,
        "n": sum(row["n"] for row in rows),
        "n_kept": sum(row["n_kept"] for row in rows),
    }


def _rings(engine: Engine) -> Numbers:
    total = engine.query(
        """SELECT count(*) AS n, CAST(coalesce(sum(n_orders), 0) AS BIGINT) AS n_orders,
            CAST(coalesce(sum(n_reviews), 0) AS BIGINT) AS n_reviews,
            CAST(coalesce(sum(turnover_minor), 0) AS BIGINT) AS turnover_minor
        FROM rings"""
    ).to_pylist()[0]
    members = engine.query(
        """SELECT subject_kind, count(DISTINCT subject_id) AS n
        FROM ring_members GROUP BY 1 ORDER BY 1"""
    ).to_pylist()
    by_kind = {row["subject_kind"]: row["n"] for row in members}
    return {
        **total,
        "n_accounts": by_kind.get("account", 0),
        "n_organisers": rows_of(engine, "clusters") if has_organisers(engine) else 0,
        "n_shops": by_kind.get("shop", 0),
    }
