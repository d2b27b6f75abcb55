"""The outermost layer: a span and a duration for each request, a limit for its body, and no traceback ever."""

import logging
import time

from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE,
)
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.metrics import Metrics
from chassis.problems import ContentTooLarge, Internal
from chassis.telemetry import current_trace_id, span, valid_traceparent

log = logging.getLogger(__name__)

UNSEEN = ("/health/", "/metrics")
"""Asked every few seconds by machines: no spans, no durations."""


class Doorway:
    """FastAPI's own telemetry stays off: it writes the whole path into spans, and an answer link is a secret in a path.

    Only the route's template gets out of here.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_body_bytes: int) -> None:
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNSEEN):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        parent = valid_traceparent(headers.get(b"traceparent", b"").decode("latin-1"))
        began = time.perf_counter()
        status = 0

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with span(scope["method"], kind=SpanKind.SERVER, parent=parent) as here:
            try:
                if _announced(headers) > self._max_body_bytes:
                    await self._too_large().response()(scope, receive, watched_send)
                else:
                    await self._app(scope, self._limited(receive), watched_send)
            except ClientDisconnect:
                log.info("%s %s: the client left before its body was read", scope["method"], _route(scope))
            except Exception:
                log.exception("%s %s failed", scope["method"], _route(scope))
                if status:
                    raise
                problem = Internal("It is not your request; tell us the trace id.", trace_id=current_trace_id())
                await problem.response()(scope, receive, watched_send)
            finally:
                attributes: dict[str, AttributeValue] = {
                    HTTP_REQUEST_METHOD: scope["method"],
                    HTTP_ROUTE: _route(scope),
                    HTTP_RESPONSE_STATUS_CODE: status,
                }
                here.name(f"{scope['method']} {_route(scope)}", attributes)
                if status >= 500:  # noqa: PLR2004 - a server's failure, in a server's span
                    here.fail(str(status))
                self._metrics.http_duration.record(time.perf_counter() - began, attributes)

    def _limited(self, receive: Receive) -> Receive:
        """Count what comes, because a body may announce no length, or a wrong one."""
        came = 0

        async def limited() -> Message:
            nonlocal came
            message = await receive()
            if message["type"] == "http.request":
                came += len(message.get("body", b""))
                if came > self._max_body_bytes:
                    raise self._too_large()
            return message

        return limited

    def _too_large(self) -> ContentTooLarge:
        return ContentTooLarge(f"The body may have {self._max_body_bytes:,} bytes; send less, or in several requests.")


def _announced(headers: dict[bytes, bytes]) -> int:
    raw = headers.get(b"content-length", b"0")
    return int(raw) if raw.isdigit() else 0


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path_format", "(none)")
