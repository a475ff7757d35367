"""Numbers for Prometheus."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from unbrush.respond.desk.callers import Caller
from unbrush.serve.api.callers import DeskOf, Reading, may
from unbrush.serve.api.metrics import of_records

router = APIRouter(tags=["health"])

MetricsRead = Annotated[Caller, may("metrics.read")]


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, desk: DeskOf, caller: MetricsRead, transaction: Reading) -> str:
    """Return requests, latencies, queues, clocks, outbox and audit in the format of Prometheus."""
    lines = of_records(transaction, desk.clock()) + request.app.state.meter.lines()
    return "\n".join(lines) + "\n"
