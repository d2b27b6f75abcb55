"""A route whose every request is one unit of work, committed before the answer leaves."""

import datetime as dt
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from structlog.contextvars import bound_contextvars

from chassis.auth import BadToken, Principal, PublicKeys, is_revoked, verify
from chassis.clock import Clock
from chassis.http import idempotency
from chassis.http.body import CommandRequest
from chassis.problems import Unauthorized
from chassis.ratelimit import RateLimit
from chassis.work import Work
from contracts.event import Envelope


class Units(Protocol):
    """Who opens a unit of work: the edge."""

    def unit(self, name: str, *, envelope: Envelope | None = None) -> AbstractAsyncContextManager[Work]:
        """Commit when the block ends cleanly, roll back when an exception passes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every request passes: `app.state.door`."""

    edge: Units
    clock: Clock
    public_keys: PublicKeys
    rate_limit: RateLimit | None

    def principal(self, request: Request, now: dt.datetime) -> Principal | None:
        """Who asks, None without a token. Raises `Unauthorized` for a token that is not accepted."""
        header = request.headers.get("authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("Send the token as Authorization: Bearer <token>.", error="invalid_request")
        try:
            return verify(token.strip(), self.public_keys, now)
        except BadToken as error:
            raise Unauthorized(str(error), error="invalid_token") from None


class _RolledBack(Exception):
    """Carries an answer of 400 and more out through the unit, so that nothing of it is stored."""

    def __init__(self, response: Response) -> None:
        self.response = response


class CommandRoute(APIRoute):
    """One request, one transaction: `router = APIRouter(prefix="/v1", route_class=CommandRoute)`.

    The token is verified and the body read before the transaction begins; an answer of 400 and more rolls back.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def run(plain: Request) -> Response:
            door: Door = plain.app.state.door
            request = CommandRequest(plain.scope, plain.receive)
            request.check_address()
            principal = request.state.principal = door.principal(request, door.clock.now())
            rate = await door.rate_limit.take(principal.jti) if principal and door.rate_limit else None
            await request.body()
            if takes_body:
                await request.check_media_type()
            operation = f"{request.method} {self.path_format}"
            try:
                async with door.edge.unit(operation) as work:
                    request.state.work = work
                    with bound_contextvars(correlation_id=work.cause.correlation_id):
                        response = await _respond(handle, request, work, operation)
            except _RolledBack as refused:
                response = refused.response
            if rate:
                response.headers.update(rate)
            return response

        return run


async def _respond(
    handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request, work: Work, operation: str
) -> Response:
    principal: Principal | None = request.state.principal
    if principal is not None and await is_revoked(work.session, principal.jti):
        raise Unauthorized("The token was revoked; ask for a new one.", error="invalid_token")
    key = idempotency.read_key(request) if request.method == "POST" else None
    if key is None:
        return _kept(await handle(request))
    stored = await idempotency.replayed(work.session, request, key)
    if stored is not None:
        return stored
    response = _kept(await handle(request))
    await idempotency.store(work.session, request, key, response, operation=operation, now=work.now)
    return response


def _kept(response: Response) -> Response:
    if response.status_code >= 400:  # noqa: PLR2004 - where HTTP's failures begin
        raise _RolledBack(response)
    return response


def _work(request: Request) -> Work:
    work: Work = request.state.work
    return work


CommandWork = Annotated[Work, Depends(_work)]
"""The unit of work of this request: emit, leave due work, read and write through `.session`; never commit."""
