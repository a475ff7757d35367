"""Whether the program lives, whether its records answer, and its numbers for Prometheus."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from unbrush.respond.desk.callers import Caller
from unbrush.serve.api.callers import Reading, may

router = APIRouter(tags=["health"])

MetricsRead = Annotated[Caller, may("metrics.read")]


@router.get("/health/live")
def live() -> dict[str, str]:
    """Say that the program runs."""
    return {"status": "up"}


@router.get("/health/ready")
def ready(transaction: Reading) -> dict[str, str]:
    """Say that the records answer."""
    transaction.one("SELECT 1 AS there")
    return {"status": "up"}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(caller: MetricsRead, transaction: Reading) -> str:
    """Return numbers in the text format of Prometheus."""
    lines: list[str] = []
    for table, by in (("cases", "state"), ("steps", "state"), ("appeals", "state")):
        rows = transaction.all(
            f"SELECT {by}, count(*) AS n FROM {table} GROUP BY {by} ORDER BY {by}"
        )
        lines.append(f"# TYPE unbrush_{table} gauge")
        lines += [f'unbrush_{table}{{{by}="{row[by]}"}} {row["n"]}' for row in rows]
    entries: Any = transaction.one("SELECT coalesce(max(seq), 0) AS n FROM audit_log")
    lines += ["# TYPE unbrush_audit_entries counter", f"unbrush_audit_entries {entries['n']}"]
    return "\n".join(lines) + "\n"
