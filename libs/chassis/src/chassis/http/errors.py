"""From whatever was raised to the problem that the client is told."""

import logging
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chassis.auth import BadToken
from chassis.database import is_transient
from chassis.edge import RecordRefused
from chassis.handlers import RuleBroken
from chassis.http.body import field_errors
from chassis.http.languages import language_of
from chassis.links import BadLink, LinkExpired
from chassis.problems import (
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    Gone,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
    Unauthorized,
    Unavailable,
)
from chassis.telemetry import current_trace_id

log = logging.getLogger(__name__)

_UNIQUE_VIOLATION = "23505"


def install(app: FastAPI) -> None:
    """Make every failure of this app an `application/problem+json`."""
    for kind, answer in {
        HTTPException: _http,
        RequestValidationError: _validation,
        RuleBroken: _rule,
        RecordRefused: _refused,
        BadToken: _token,
        BadLink: _link,
        LinkExpired: _link_expired,
        DBAPIError: _database,
        PoolTimeout: _database,
        OSError: _database,
    }.items():
        app.add_exception_handler(kind, cast("Any", answer))


async def _http(request: Request, error: HTTPException) -> Response:
    problem = error if isinstance(error, Problem) else _problem(request, error)
    return problem.response(language_of(request.headers.get("accept-language")))


def _problem(request: Request, error: HTTPException) -> Problem:
    """What Starlette and FastAPI raise themselves, in our words."""
    path = request.url.path
    if error.status_code == NotFound.status:
        return NotFound(f"There is nothing at {path}.")
    if error.status_code == MethodNotAllowed.status:
        allowed = ", ".join(_allowed(request)) or (error.headers or {}).get("Allow", "")
        sentence = f"{request.method} is not possible at {path}; what is: {allowed}."
        return MethodNotAllowed(sentence, headers={"Allow": allowed})
    if error.status_code == ContentTooLarge.status:
        return ContentTooLarge(str(error.detail))
    known = {kind.status: kind for kind in (BadRequest, Forbidden, Conflict)}.get(error.status_code, Problem)
    problem = known(str(error.detail), headers=error.headers)
    problem.status_code = error.status_code
    return problem


def _allowed(request: Request) -> list[str]:
    """Every method of this address; Starlette names those of the first route that has its path (RFC 9110 §15.5.6)."""
    return [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


async def _validation(_: Request, error: RequestValidationError) -> Response:
    return Invalid(field_errors(error.errors())).response()


async def _rule(_: Request, error: RuleBroken) -> Response:
    return Invalid([], str(error)).response()


async def _refused(_: Request, error: RecordRefused) -> Response:
    return Invalid(error.errors, f"{str(error).rstrip('.')}.").response()


async def _token(_: Request, error: BadToken) -> Response:
    return Unauthorized(str(error), error="invalid_token").response()


async def _link(_: Request, error: BadLink) -> Response:
    return NotFound(str(error)).response()


async def _link_expired(_: Request, error: LinkExpired) -> Response:
    return Gone(str(error), expired_at=error.expired_at.isoformat()).response()


async def _database(request: Request, error: Exception) -> Response:
    if is_transient(error):
        log.warning("%s %s: database: %s", request.method, _route(request), type(error).__name__)
        detail = "The database cannot be reached or is busy; try again, a POST with the same Idempotency-Key."
        return Unavailable(detail, trace_id=current_trace_id()).response()
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
        return Conflict("Somebody stored the same at the same moment; read it and try again.").response()
    raise error


def _route(request: Request) -> str:
    return getattr(request.scope.get("route"), "path_format", "?")
