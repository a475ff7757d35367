"""Numbers of a running desk in the text format of Prometheus (version 0.0.4).

Requests are counted in this process; everything else is read from the records, so that several
programs on the same records tell the same.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from unbrush.base.records import Transaction
from unbrush.respond.desk.reports.kinds import INSIDER

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Labels = tuple[tuple[str, str], ...]


class Meter:
    """Counts requests and how long they take; threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n: dict[tuple[str, str, int], int] = {}
        self._spread: dict[str, list[int]] = {}
        self._sum_s: dict[str, float] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; ``route`` is a template, of which there are few."""
        key = (method if method in _KNOWN else "other", route, status)
        with self._lock:
            self._n[key] = self._n.get(key, 0) + 1
            spread = self._spread.setdefault(route, [0] * (len(BOUNDS_S) + 1))
            spread[bisect_left(BOUNDS_S, seconds)] += 1
            self._sum_s[route] = self._sum_s.get(route, 0.0) + seconds

    def lines(self) -> list[str]:
        """Return what was counted."""
        with self._lock:
            n = sorted(self._n.items())
            spread = sorted((route, list(counts)) for route, counts in self._spread.items())
            sums = dict(self._sum_s)
        lines = family(
            "unbrush_http_requests_total", "counter", "Requests by route and status.",
            (((("method", m), ("route", r), ("status", str(s))), count) for (m, r, s), count in n),
        )  # fmt: skip
        name = "unbrush_http_request_seconds"
        lines += [f"# HELP {name} How long requests take, by route.", f"# TYPE {name} histogram"]
        for route, counts in spread:
            so_far = 0
            for bound, count in zip([*map(str, BOUNDS_S), "+Inf"], counts, strict=True):
                so_far += count
                lines.append(f"{name}_bucket{_labels((('route', route), ('le', bound)))} {so_far}")
            lines.append(f"{name}_sum{_labels((('route', route),))} {sums[route]:.6f}")
            lines.append(f"{name}_count{_labels((('route', route),))} {so_far}")
        return lines


def family(
    name: str, kind: str, what: str, values: Iterable[tuple[Labels, float]]
) -> list[str]:  # fmt: skip
    """Return the lines of one family of numbers."""
    lines = [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
    return lines + [f"{name}{_labels(labels)} {value:g}" for labels, value in values]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    said = (
        (name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in labels
    )
    return "{" + ",".join(f'{name}="{value}"' for name, value in said) + "}"


QUEUES = {
    "cases": "cases", "steps": "steps", "appeals": "appeals", "reports": "reports",
    "holds": "holds", "payer_blocks": "payer blocks", "shares": "shares",
    "overrides": "overrides",
}  # fmt: skip
"""Tables with a column ``state``."""

# Whoever a tip from inside is about may read these numbers: one more would tell them of it.
_OPEN_TO_ALL = f"(SELECT * FROM reports WHERE kind <> '{INSIDER}') AS told"

CLOCKS: Mapping[str, str] = {
    "case": "SELECT count(*) AS n FROM cases WHERE closed_at IS NULL AND due_at < :at_ms",
    "appeal": "SELECT count(*) AS n FROM appeals WHERE state = 'open' AND due_at < :at_ms",
    "report triage": f"""SELECT count(*) AS n FROM {_OPEN_TO_ALL}
        WHERE triaged_at IS NULL AND closed_at IS NULL AND triage_due_at < :at_ms""",
    "report reply": f"""SELECT count(*) AS n FROM {_OPEN_TO_ALL}
        WHERE replied_at IS NULL AND closed_at IS NULL AND reply_due_at < :at_ms""",
    "report decision": f"""SELECT count(*) AS n FROM {_OPEN_TO_ALL}
        WHERE decided_at IS NULL AND closed_at IS NULL AND decide_due_at < :at_ms""",
}
"""Clock → how many are over."""


def of_records(transaction: Transaction, at_ms: int) -> list[str]:
    """Return the numbers of the records."""
    lines: list[str] = []
    for table, what in QUEUES.items():
        source = _OPEN_TO_ALL if table == "reports" else table
        rows = transaction.all(
            f"SELECT state, count(*) AS n FROM {source} GROUP BY state ORDER BY state"
        )
        values = [((("state", str(row["state"])),), float(row["n"])) for row in rows]
        lines += family(f"unbrush_{table}", "gauge", f"Number of {what} by state.", values)
    overdue = [
        ((("clock", clock),), _number(transaction, sql, at_ms=at_ms))
        for clock, sql in CLOCKS.items()
    ]
    lines += family("unbrush_overdue", "gauge", "Whose clock is over, by clock.", overdue)
    return lines + _outbox(transaction, at_ms) + _audit(transaction)


def _outbox(transaction: Transaction, at_ms: int) -> list[str]:
    rows = transaction.all(
        "SELECT state, count(*) AS n FROM deliveries GROUP BY state ORDER BY state"
    )
    n = [((("state", str(row["state"])),), float(row["n"])) for row in rows]
    oldest = transaction.one(
        """SELECT min(o.told_at) AS at FROM deliveries d JOIN outbox o ON o.seq = d.seq
           WHERE d.state = 'waiting'"""
    )
    told_at = oldest["at"] if oldest else None
    lag_s = 0.0 if told_at is None else max(0, at_ms - int(told_at)) / 1_000
    return [
        *family("unbrush_deliveries", "gauge", "Events for endpoints, by state.", n),
        *family(
            "unbrush_outbox_lag_seconds", "gauge", "Age of the oldest event that waits.",
            [((), lag_s)],
        ),
    ]  # fmt: skip


def _audit(transaction: Transaction) -> list[str]:
    n = _number(transaction, "SELECT coalesce(max(seq), 0) AS n FROM audit_log")
    signed = _number(transaction, "SELECT coalesce(max(seq), 0) AS n FROM audit_checkpoints")
    return [
        *family("unbrush_audit_entries", "counter", "Entries of the audit.", [((), n)]),
        *family(
            "unbrush_audit_unsigned_entries", "gauge", "Entries after the last checkpoint.",
            [((), n - signed)],
        ),
    ]  # fmt: skip


def _number(transaction: Transaction, sql: str, **values: object) -> float:
    row = transaction.one(sql, **values)
    return float(row["n"]) if row else 0.0
