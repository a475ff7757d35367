"""Errors over HTTP: application/problem+json (RFC 9457), with what was wrong and what to try."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from unbrush.base.errors import UnbrushError
from unbrush.serve.api.tracing import HEADER, request_id

_log = logging.getLogger("unbrush.desk")

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong."""

    type: str = Field(description="The kind of error, as a URN.")
    title: str = Field(description="The kind, as a code.")
    status: int
    detail: str = Field(description="What was wrong, and where.")
    hint: str = Field(default="", description="What is allowed, or what to try.")
    request_id: str = Field(default="", description="By which the log knows it.")
    errors: list[str] = Field(default_factory=list, description="Each wrong value of a request.")


ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        (400, "The request cannot be read."),
        (401, "Nobody known asks."),
        (403, "This caller may not do this."),
        (404, "Nothing has that id, or nothing that this caller may know of."),
        (405, "No such method here."),
        (409, "It does not go with what is recorded."),
        (413, "The request is too large."),
        (422, "A value is not allowed."),
        (429, "Too many requests; `Retry-After` says when to go on."),
        (503, "The records, the keeper or the identity provider do not answer."),
    )
}
"""What any route may answer beside its own answer."""


def problem(
    status: int, code: str, detail: str, hint: str = "", *, errors: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:  # fmt: skip
    """Return an answer that says what went wrong."""
    content = Problem(
        type=f"urn:unbrush:error:{code}", title=code, status=status, detail=detail,
        hint=hint, errors=errors or [], request_id=request_id(),
    )  # fmt: skip
    return JSONResponse(
        content.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def tell_problems(api: FastAPI) -> None:
    """Turn every error of ours, of the framework and of the request into a problem."""

    @api.exception_handler(UnbrushError)
    def ours(_request: Request, error: UnbrushError) -> JSONResponse:
        status = getattr(error, "status", 422)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return problem(status, error.code, error.message, error.hint, headers=headers)

    @api.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = [
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
            for each in error.errors()
        ]
        return problem(
            422, "bad-record", "The request has values that are not allowed.",
            "`errors` names each; /docs shows what is expected.", errors=wrong,
        )  # fmt: skip

    @api.exception_handler(HTTPException)
    def of_http(_request: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase
        code = phrase.lower().replace(" ", "-")
        return problem(
            error.status_code, code, str(error.detail) or phrase, headers=dict(error.headers or {})
        )

    @api.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> JSONResponse:
        _log.error("A fault in %s %s.", request.method, _route(request), exc_info=error)
        return problem(
            500,
            "fault",
            "A fault of ours; it is in the log.",
            "Try again later.",
            headers={HEADER: request_id()},
        )


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", "unknown"))
