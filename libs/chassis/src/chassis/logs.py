"""Logs: one line each, with the trace they belong to and without personal data."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from chassis.telemetry import current_traceparent

PERSONAL = frozenset(
    {
        "address",
        "birth_date",
        "body",
        "contact",
        "email",
        "first_name",
        "household",
        "last_name",
        "name",
        "payload",
        "phone",
        "text",
        "token",
        "value",
    }
)
"""Keys that never reach a log, at any depth."""
_QUOTED = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w-])(\+33|0033|0)[ .]?[1-9]([ .]?\d{2}){4}(?![\w-])"), "[phone]"),
    (re.compile(r"(?m)^DETAIL: .*$"), "DETAIL: [left out]"),
    (re.compile(r"(?m)^\[parameters: .*$"), "[parameters: left out]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "[token]"),
)
"""What an error's text may quote: addresses, PostgreSQL's DETAIL, SQLAlchemy's parameters, tokens in a path."""
_CHATTY = ("aiokafka", "httpx", "httpcore", "asyncio", "uvicorn.access")


def configure(
    service: str,
    instance: str,
    *,
    fmt: Literal["json", "console"] = "json",
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Send everything, structlog's and the standard library's, through the same processors to `stream` (stderr)."""
    stream = stream or sys.stderr

    def say_where(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        event["instance"] = instance
        event.pop("color_message", None)  # uvicorn's copy for terminals
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        say_where,
        add_trace,
        structlog.processors.format_exc_info,
        drop_personal,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=shared, processors=[ProcessorFormatter.remove_processors_meta, last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream", "aiokafka"):
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def add_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The trace and the span under way."""
    here = current_traceparent()
    if here:
        event["trace_id"], event["span_id"] = here[3:35], here[36:52]
    return event


def drop_personal(_: WrappedLogger, __: str, event: EventDict) -> MutableMapping[str, Any]:
    """Drop keys that carry personal data, and cut what texts quote of it."""
    return {name: _clean(value) for name, value in event.items() if name not in PERSONAL}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, instead in _QUOTED:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, Mapping):
        return {name: _clean(item) for name, item in value.items() if name not in PERSONAL}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
