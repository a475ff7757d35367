"""Whether the program lives, and whether it can do its work: two questions, two answers."""

from fastapi import APIRouter

from unbrush.base.errors import NotWorking
from unbrush.serve.api.callers import DeskOf

router = APIRouter(tags=["health"])


@router.get("/health/live")
def live() -> dict[str, str]:
    """Say that the program runs: asks nothing of anybody, so that only a hung one is restarted."""
    return {"status": "up"}


@router.get("/health/ready")
def ready(desk: DeskOf) -> dict[str, str]:
    """Say that the records answer, and that terms are kept and events sent."""
    with desk.records.reading() as transaction:
        transaction.one("SELECT 1 AS there")
    if desk.pulse.is_silent():
        raise NotWorking(
            "Terms are not kept and nothing is sent: the keeper of this program is silent.",
            hint="The log says why; it tries again by itself, or start the program anew.",
        )
    return {"status": "up"}
