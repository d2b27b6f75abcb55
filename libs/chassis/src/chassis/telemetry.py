"""OpenTelemetry: one trace from the landlord's event to the gateway, across outboxes.

What crosses a process is a W3C traceparent: in HTTP headers, in record headers, in the outbox row. Here it is also
what is current, kept as a string in a context variable, so that reading it for every outgoing event costs next to
nothing. Spans are opened through this module alone. While nobody collects them none is made: a trace id is only
passed on, or begun where there is none.
"""

import functools
import hashlib
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.semconv._incubating.attributes.service_attributes import SERVICE_INSTANCE_ID
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.service_attributes import SERVICE_NAME
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from chassis.metrics import Metrics
from chassis.record import Record
from contracts.topics import topic_named

_IDS = r"-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
_TRACEPARENT = re.compile(rf"00{_IDS}|(?!00|ff)[0-9a-f]{{2}}{_IDS}(?:-.*)?")
_EACH_SPAN_LIMIT = 64
"""Records of one poll that get a span each; a larger poll gets one span with links."""

_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


class _Here:
    """Who collects the spans of this process, if anybody."""

    tracer: trace.Tracer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """What `setup` made: the instruments, the reader behind `/metrics`, and whoever collects, if anybody."""

    metrics: Metrics
    reader: InMemoryMetricReader
    meters: MeterProvider
    tracers: TracerProvider | None

    def shutdown(self) -> None:
        """Hand over what is still buffered. Blocks for up to a few seconds: call it outside the event loop."""
        if self.tracers:
            self.tracers.shutdown()
        self.meters.shutdown()


def setup(
    service: str, instance: str, *, endpoint: str | None = None, exporter: SpanExporter | None = None
) -> Telemetry:
    """Begin telemetry for this process; call it once, before tasks are made.

    `endpoint` is the base of an OTLP/HTTP collector. Without it (and without `exporter`, which tests give) no span
    is ever made; metrics are kept in the process for `/metrics` either way.
    """
    resource = Resource.create({SERVICE_NAME: service, SERVICE_INSTANCE_ID: instance})
    reader = InMemoryMetricReader()
    readers: list[MetricReader] = [reader]
    tracers: TracerProvider | None = None
    if endpoint:
        base = endpoint.rstrip("/")
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{base}/v1/metrics")))
        exporter = exporter or OTLPSpanExporter(endpoint=f"{base}/v1/traces")
    if exporter:
        tracers = TracerProvider(resource=resource)
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    _Here.tracer = tracers.get_tracer("parcours") if tracers else None
    meters = MeterProvider(readers, resource=resource)
    return Telemetry(metrics=Metrics(meters.get_meter("parcours")), reader=reader, meters=meters, tracers=tracers)


def current_traceparent() -> str | None:
    """The W3C traceparent of what is under way here, None outside of any."""
    return _current.get()


def current_trace_id() -> str | None:
    """The 32 hexadecimal digits that a problem or a log line quotes."""
    here = _current.get()
    return here[3:35] if here else None


def root_traceparent(seed: str | None = None) -> str:
    """Begin a trace. The same seed (a correlation id) always gives the same trace id."""
    digest = hashlib.blake2b(seed.encode(), digest_size=24).hexdigest() if seed else f"{random.getrandbits(192):048x}"
    return f"00-{digest[:32]}-{digest[32:]}-01"


def valid_traceparent(header: str | None) -> str | None:
    """What a stranger sent, when it is a traceparent of this version or a later one, in the form of this one."""
    if header and _TRACEPARENT.fullmatch(header):
        return f"00{header[2:55]}"
    return None


class span:  # noqa: N801 - used like a function: `with span("rank", ...)`
    """A context manager for a piece of work; a child of `parent`, else of what is under way, else a root.

    Attributes never hold personal data, and of an error only its type is kept: messages may quote values.
    """

    __slots__ = ("_attributes", "_kind", "_links", "_name", "_parent", "_span", "_token", "traceparent")

    def __init__(
        self,
        name: str,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        parent: str | None = None,
        attributes: Mapping[str, AttributeValue] | None = None,
        links: Sequence[Link] = (),
    ) -> None:
        self._name = name
        self._kind = kind
        self._parent = parent
        self._attributes = attributes
        self._links = links
        self._span: Span | None = None

    def __enter__(self) -> Self:
        self.traceparent = self._begin()
        self._token = _current.set(self.traceparent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.reset(self._token)
        self.end(error)

    def start(self, at_ns: int | None = None) -> Self:
        """Begin (at `at_ns`, now when absent) without becoming what is under way: for many that overlap."""
        self.traceparent = self._begin(at_ns)
        return self

    def end(self, error: BaseException | None = None) -> None:
        if self._span is None:
            return
        if error is not None:
            self.fail(type(error).__qualname__)
        self._span.end()

    def name(self, name: str, attributes: Mapping[str, AttributeValue]) -> None:
        """Say what only became known on the way, such as the route of a request."""
        if self._span is not None:
            self._span.update_name(name)
            self._span.set_attributes(attributes)

    def fail(self, error_type: str) -> None:
        """Mark as failed without an exception, for instance by the status of a response."""
        if self._span is not None:
            self._span.set_attribute(ERROR_TYPE, error_type)
            self._span.set_status(Status(StatusCode.ERROR))

    def _begin(self, at_ns: int | None = None) -> str:
        parent = self._parent or _current.get()
        if _Here.tracer is None:
            return parent or root_traceparent()
        self._span = _Here.tracer.start_span(
            self._name,
            context=_context(parent),
            kind=self._kind,
            attributes=self._attributes,
            links=self._links,
            start_time=at_ns,
        )
        return _format(self._span.get_span_context())


def span_for_publish(topic: str, key: str, *, parent: str | None, message_id: str | None = None) -> span:
    """The sending of one record: `start()` it, put its `traceparent` in the header, `end()` it when acknowledged."""
    if _Here.tracer is None:
        return span("", parent=parent)
    name, destination = _destination(topic)
    attributes: dict[str, AttributeValue] = {
        **destination,
        messaging.MESSAGING_OPERATION_NAME: "send",
        messaging.MESSAGING_OPERATION_TYPE: "send",
        messaging.MESSAGING_KAFKA_MESSAGE_KEY: key,
    }
    if message_id:
        attributes[messaging.MESSAGING_MESSAGE_ID] = message_id
    return span(f"send {name}", kind=SpanKind.PRODUCER, parent=parent, attributes=attributes)


@contextmanager
def span_for_poll(consumer: str, records: Sequence[Record]) -> Iterator[None]:
    """The processing of one poll by the group `consumer`.

    A record that comes alone is a span that what it sets off hangs from. Several share one transaction: nothing is
    current then, what each sets off hangs from its own cause, and each record's span is written with the poll's times.
    """
    if _Here.tracer is None:
        yield
        return
    if len(records) == 1:
        with _span_for_record(consumer, records[0]):
            yield
        return
    began_ns = time.time_ns()
    failed: BaseException | None = None
    try:
        yield
    except BaseException as error:
        failed = error
        raise
    finally:
        spans = [_span_for_record(consumer, record) for record in records[: _EACH_SPAN_LIMIT + 1]]
        if len(records) > _EACH_SPAN_LIMIT:
            spans = [_span_for_batch(consumer, records)]
        for one in spans:
            one.start(at_ns=began_ns).end(failed)


def _span_for_record(consumer: str, record: Record) -> span:
    name, destination = _destination(record.topic)
    return span(
        f"process {name}",
        kind=SpanKind.CONSUMER,
        parent=_parent(record) or root_traceparent(f"{record.topic}/{record.partition}/{record.offset}"),
        attributes={
            **destination,
            **_process(consumer),
            messaging.MESSAGING_DESTINATION_PARTITION_ID: str(record.partition),
            messaging.MESSAGING_KAFKA_OFFSET: record.offset,
        },
    )


def _span_for_batch(consumer: str, records: Sequence[Record]) -> span:
    return span(
        "process",
        kind=SpanKind.CONSUMER,
        parent=root_traceparent(),
        attributes={**_process(consumer), messaging.MESSAGING_BATCH_MESSAGE_COUNT: len(records)},
        links=[Link(_parse(parent)) for parent in map(_parent, records) if parent],
    )


def _process(consumer: str) -> dict[str, AttributeValue]:
    return {
        messaging.MESSAGING_SYSTEM: "kafka",
        messaging.MESSAGING_OPERATION_NAME: "process",
        messaging.MESSAGING_OPERATION_TYPE: "process",
        messaging.MESSAGING_CONSUMER_GROUP_NAME: consumer,
    }


def _parent(record: Record) -> str | None:
    raw = next((value for name, value in record.headers if name == "traceparent"), None)
    return valid_traceparent(raw.decode("ascii", "replace")) if raw else None


@functools.lru_cache(maxsize=1024)
def _destination(topic: str) -> tuple[str, dict[str, AttributeValue]]:
    """The name for a span (a landlord's topic by its template: names stay few) and its attributes."""
    attributes: dict[str, AttributeValue] = {
        messaging.MESSAGING_SYSTEM: "kafka",
        messaging.MESSAGING_DESTINATION_NAME: topic,
    }
    line = topic_named(topic)
    if line is not None and line.per_landlord:
        attributes[messaging.MESSAGING_DESTINATION_TEMPLATE] = line.name
        return line.name, attributes
    return topic, attributes


def _context(traceparent: str | None) -> Context:
    if traceparent is None:
        return Context()
    return trace.set_span_in_context(NonRecordingSpan(_parse(traceparent)), Context())


def _parse(traceparent: str) -> SpanContext:
    return SpanContext(
        trace_id=int(traceparent[3:35], 16),
        span_id=int(traceparent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(traceparent[53:55], 16)),
    )


def _format(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
