"""Coverage: what was looked for and what could not be, what the data holds, which rows were bad."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.tables import TABLES as EVENT_TABLES
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.limits import LOOK_ALIKES_LISTED, REJECT_REASONS_LISTED
from unbrush.respond.terms import OUTCOMES, STATUSES, TABLES, said

Row = dict[str, Any]

_ORDER = {"ran": 0, "failed": 1, "not applicable": 2}


def tell_coverage(engine: Engine, manifest: Manifest) -> Row:
    """Return what the section on coverage says.

    Args:
        engine: Holds `coverage`, `rejects` and `reasons`.
        manifest: What was collected.
    """
    detectors = engine.query("SELECT * FROM coverage ORDER BY detector").to_pylist()
    detectors.sort(key=lambda row: (_ORDER.get(row["status"], 3), row["detector"]))
    statuses = [row["status"] for row in detectors]
    rejects = engine.query(_rejects_sql()).to_pylist()
    look_alikes = engine.query(_look_alikes_sql()).to_pylist()
    return {
        "detectors": [_detector(row) for row in detectors],
        "n": {status: statuses.count(status) for status in _ORDER},
        "tables": [_table(name, found) for name, found in sorted(manifest.tables.items())],
        "absent": [said(TABLES, name) for name in EVENT_TABLES if name not in manifest.tables],
        "rejects": [_reject(row) for row in rejects],
        "n_rejects": engine.value("SELECT count(*) FROM rejects"),
        "n_reject_reasons": rejects[0]["n_reasons"] if rejects else 0,
        "look_alikes": [_look_alike(row) for row in look_alikes],
        "n_look_alikes": look_alikes[0]["n_rows"] if look_alikes else 0,
    }


def _detector(row: Row) -> Row:
    return {
        "name": row["detector"],
        "title": Words(row.get("title_zh") or "", row.get("title_en") or ""),
        "status": row["status"],
        "status_words": said(STATUSES, row["status"]),
        "because": Words(row["because_zh"] or "", row["because_en"] or ""),
        "n_signals": figures.count(row["n_signals"]),
        "is_silent": row["status"] == "ran" and not row["n_signals"],
    }


def _table(name: str, found: TableCapability) -> Row:
    return {
        "name": name,
        "words": said(TABLES, name),
        "n_rows": figures.count(found.n_rows),
        "n_rejects": figures.count(found.n_rejects),
        "n_merged": figures.count(found.n_merged),
        "days": figures.days(found.first_at, found.last_at),
        "fill": [
            {"column": column, "share": round(share, 4), "percent": f"{100 * share:.0f}%"}
            for column, share in _in_table_order(name, found)
        ],
        "missing": _missing(name, found),
        "ignored": [figures.outside(column) for column in found.ignored],
    }


def _in_table_order(name: str, found: TableCapability) -> list[tuple[str, float]]:
    known = [c.name for c in EVENT_TABLES[name].columns] if name in EVENT_TABLES else []
    return [(column, found.fill[column]) for column in known if column in found.fill]


def _missing(name: str, found: TableCapability) -> list[str]:
    if name not in EVENT_TABLES:
        return []
    return [c.name for c in EVENT_TABLES[name].columns if not found.fill.get(c.name)]


def _rejects_sql() -> str:
    """Unusable rows by reason; the row numbers make each reason easy to find in the source."""
    return f"""
        SELECT "table", file, "column", code, coalesce(is_kept, false) AS is_kept,
            count(*) AS n, min("row") AS first_row,
            arg_min(reason_zh, "row") AS reason_zh, arg_min(reason_en, "row") AS reason_en,
            count(*) OVER () AS n_reasons
        FROM rejects GROUP BY 1, 2, 3, 4, 5
        ORDER BY n DESC, 1, 2, 3, 4, 5 LIMIT {REJECT_REASONS_LISTED}"""


def _reject(row: Row) -> Row:
    return {
        "table": figures.outside(row["table"]),
        "file": figures.outside(row["file"]),
        "column": figures.outside(row["column"] or None),
        "is_kept": row["is_kept"],
        "n": figures.count(row["n"]),
        "first_row": figures.count(row["first_row"]),
        "sentence": Words(
            figures.outside(row["reason_zh"] or ""), figures.outside(row["reason_en"] or "")
        ),
    }


def _look_alikes_sql() -> str:
    return f"""
        SELECT name, outcome, count(DISTINCT subject_kind || ':' || subject_id) AS n,
            min(reason_zh) AS reason_zh, min(reason_en) AS reason_en, count(*) OVER () AS n_rows
        FROM reasons WHERE kind = 'look-alike' GROUP BY 1, 2
        ORDER BY name, outcome = 'spares' DESC, outcome LIMIT {LOOK_ALIKES_LISTED}"""


def _look_alike(row: Row) -> Row:
    return {
        "name": said({}, row["name"]),
        "outcome": row["outcome"],
        "outcome_words": said(OUTCOMES, row["outcome"]),
        "n": figures.count(row["n"]),
        "sentence": Words(row["reason_zh"] or "", row["reason_en"] or ""),
    }
