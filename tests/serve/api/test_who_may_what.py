"""Every route for every role: who may is let in, everybody else gets 403, nobody 401."""

import re

from fastapi.routing import APIRoute

from tests.serve.api.conftest import Running
from unbrush.respond.desk.permissions import MAY, Role

OPEN = {
    "live", "ready", "open_session", "choose_password", "begin_at_provider", "come_from_provider",
    "list_report_kinds", "tell", "send_evidence", "submit_report", "see_report", "add_to_report",
    "ask_for_review", "erase_report", "handbook", "see_welcome", "take_welcome",
}  # fmt: skip
"""Routes that nobody has to sign in for."""

FOR_ALL = {"who_am_i", "close_session"}
"""Routes for everybody who is signed in."""

BY_ROLE = {
    Role.ANALYST: "ann", Role.REVIEWER: "rita", Role.APPROVER: "pia", Role.COUNSEL: "carl",
    Role.AUDITOR: "aud", Role.MERCHANT: "mia", Role.SERVICE: "sys", Role.ADMIN: "adm",
}  # fmt: skip


def _routes(running: Running) -> list[APIRoute]:
    found: list[APIRoute] = []

    def walk(routes: object) -> None:
        for route in routes:  # type: ignore[attr-defined]
            if isinstance(route, APIRoute):
                found.append(route)
            elif hasattr(route, "original_router"):
                walk(route.original_router.routes)

    walk(running.api.routes)
    return found


def _acts(route: APIRoute) -> tuple[str, ...]:
    for dependency in route.dependant.dependencies:
        acts = getattr(dependency.call, "acts", None)
        if acts:
            return tuple(acts)
    return ()


def test_every_route_says_whom_it_is_for(running: Running) -> None:
    routes = _routes(running)
    assert len(routes) > 30
    without = {route.name for route in routes if not _acts(route)}
    assert without == OPEN | FOR_ALL
    assert {act for route in routes for act in _acts(route)} <= set(MAY)


def test_every_route_for_every_role(running: Running) -> None:
    wrong = []
    for route in _routes(running):
        if route.name in OPEN | FOR_ALL:
            continue
        path = re.sub(r"\{[^}]+\}", "X-404", route.path)
        for method in route.methods:
            body = {} if method in ("POST", "PATCH") else None
            for role, who in BY_ROLE.items():
                status = running.ask(who, method, path, json=body).status_code
                is_let_in = any(role in MAY[act] for act in _acts(route))
                if (status == 403) == is_let_in or status >= 500:
                    wrong.append((method, route.path, role, status))
            if running.ask("", method, path, json=body).status_code != 401:
                wrong.append((method, route.path, "nobody", 0))
    assert wrong == []
