"""The numbers that matter (DESIGN §9), each instrument once, and a snapshot of them for whoever has no collector."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from opentelemetry.metrics import CallbackOptions, Meter, NoOpMeter, Observation
from opentelemetry.sdk.metrics.export import (
    Histogram,
    HistogramDataPoint,
    InMemoryMetricReader,
    Metric,
    NumberDataPoint,
    Sum,
)
from opentelemetry.semconv._incubating.metrics.messaging_metrics import MESSAGING_CLIENT_SENT_MESSAGES
from opentelemetry.semconv.metrics.http_metrics import HTTP_SERVER_REQUEST_DURATION

FAST_S = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.35, 0.5, 1, 2, 5, 10, 60)
"""Bucket bounds in seconds, closest around the objective: first alert p50 25 ms, p99 100 ms."""


class Metrics:
    """The instruments of one service. Without a meter they cost a call and keep nothing."""

    def __init__(self, meter: Meter | None = None) -> None:
        meter = meter or NoOpMeter("parcours")
        self._meter = meter

        def seconds(name: str, description: str) -> Any:
            return meter.create_histogram(
                name, unit="s", description=description, explicit_bucket_boundaries_advisory=FAST_S
            )

        self.event_latency = seconds("parcours.event.latency", "From an event's ce_time to its effect; by type")
        self.alert_latency = seconds(
            "parcours.vacancy.alert.latency", "From the landlord's event to an alert that a gateway accepted"
        )
        self.loop_lag = seconds("parcours.event_loop.lag", "How late the event loop wakes a task")
        self.http_duration = seconds(HTTP_SERVER_REQUEST_DURATION, "Duration of HTTP server requests")
        self.outbox_age = meter.create_gauge("parcours.outbox.age", "s", "Age of the oldest row not yet published")
        self.outbox_depth = meter.create_gauge("parcours.outbox.depth", "{row}", "Rows not yet published")
        self.consumer_lag = meter.create_gauge(
            "parcours.consumer.lag", "{record}", "Records not yet taken; by topic and partition"
        )
        self.consumer_delay = meter.create_gauge(
            "parcours.consumer.delay", "s", "Age of the record last taken; by topic and partition"
        )
        self.inbox_duplicates = meter.create_counter(
            "parcours.inbox.duplicates", "{record}", "Ids seen before; by type"
        )
        self.dead_letters = meter.create_counter("parcours.dead_letters", "{record}", "Records not taken; by reason")
        self.ignored_types = meter.create_counter(
            "parcours.ignored_types", "{record}", "Records of a type this service does not handle; by type"
        )
        self.relayed = meter.create_counter(
            MESSAGING_CLIENT_SENT_MESSAGES, "{message}", "Outbox rows the broker acknowledged; by topic"
        )
        self.deliveries = meter.create_counter(
            "parcours.deliveries", "{attempt}", "Attempts to hand a message over; by channel and outcome"
        )
        self.rate_limit_bypassed = meter.create_counter(
            "parcours.rate_limit.bypassed", "{request}", "Requests let through because the rate limit was unreachable"
        )

    def watch_pool(self, saturation: Callable[[], float]) -> None:
        """Report the share of the database pool that is checked out, 0 to 1, whenever metrics are read."""

        def observe(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(saturation())]

        self._meter.create_observable_gauge(
            "parcours.database.pool.saturation", [observe], "1", "Share of the database pool in use"
        )


class LoopLag:
    """Measures how late the event loop is: a background loop of every service."""

    def __init__(self, metrics: Metrics, *, every_s: float = 0.5) -> None:
        self._metrics = metrics
        self._every_s = every_s
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            due = loop.time() + self._every_s
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
            except TimeoutError:
                self._metrics.loop_lag.record(max(0.0, loop.time() - due))

    async def stop(self) -> None:
        self._stopping.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number (counter, gauge) or one distribution (histogram) under its labels."""

    name: str
    kind: str
    unit: str
    description: str
    labels: Mapping[str, str]
    value: float
    """The count for a histogram."""
    total: float | None = None
    buckets: tuple[tuple[float, int], ...] = ()
    """(upper bound, how many were at most that), without the last, open one."""

    def quantile(self, share: float) -> float | None:
        """An upper bound of the quantile `share` (0 to 1) from the buckets, None when it lies in the open one."""
        return next((bound for bound, below in self.buckets if self.value and below >= share * self.value), None)

    def to_json(self) -> dict[str, Any]:
        """What `/metrics.json` shows; quantiles are the upper bounds of their buckets."""
        document = {key: value for key, value in asdict(self).items() if key not in {"buckets", "total", "description"}}
        if self.kind == "histogram":
            document |= {"sum": self.total, "p50": self.quantile(0.5), "p99": self.quantile(0.99)}
        return document


def snapshot(reader: InMemoryMetricReader) -> list[Sample]:
    """Read every instrument that has a value, in this process, now."""
    data = reader.get_metrics_data()
    if data is None:
        return []
    metrics = (metric for one in data.resource_metrics for scope in one.scope_metrics for metric in scope.metrics)
    return sorted((sample for metric in metrics for sample in _samples(metric)), key=lambda one: one.name)


def _samples(metric: Metric) -> Iterator[Sample]:
    kind = "counter" if isinstance(metric.data, Sum) else "histogram" if isinstance(metric.data, Histogram) else "gauge"
    for point in metric.data.data_points:
        labels = {key: str(value) for key, value in sorted((point.attributes or {}).items())}
        common: dict[str, Any] = {
            "name": metric.name,
            "kind": kind,
            "unit": metric.unit or "",
            "description": metric.description or "",
            "labels": labels,
        }
        if isinstance(point, NumberDataPoint):
            yield Sample(**common, value=point.value)
        elif isinstance(point, HistogramDataPoint):
            below, buckets = 0, []
            for bound, count in zip(point.explicit_bounds, point.bucket_counts, strict=False):
                below += count
                buckets.append((bound, below))
            yield Sample(**common, value=point.count, total=point.sum, buckets=tuple(buckets))


def prometheus_text(samples: Iterable[Sample]) -> str:
    """The text exposition format 0.0.4, so that any Prometheus can read a service without a collector."""
    lines: list[str] = []
    described = ""
    for sample in samples:
        name = sample.name.replace(".", "_") + ("_seconds" if sample.unit == "s" else "")
        name += "_total" if sample.kind == "counter" else ""
        if name != described:
            lines += [f"# HELP {name} {sample.description}", f"# TYPE {name} {sample.kind}"]
            described = name
        if sample.kind != "histogram":
            lines.append(f"{name}{_labels(sample.labels)} {sample.value!r}")
            continue
        lines += [f"{name}_bucket{_labels({**sample.labels, 'le': f'{le:g}'})} {below}" for le, below in sample.buckets]
        lines.append(f"{name}_bucket{_labels({**sample.labels, 'le': '+Inf'})} {sample.value!r}")
        lines.append(f"{name}_sum{_labels(sample.labels)} {sample.total!r}")
        lines.append(f"{name}_count{_labels(sample.labels)} {sample.value!r}")
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    escaped = {
        name.replace(".", "_"): value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
