"""OpenTelemetry: traces across outboxes, metrics that matter."""

from opentelemetry import propagate


def current_traceparent() -> str | None:
    """The W3C traceparent of the span that is open here, None outside of one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
