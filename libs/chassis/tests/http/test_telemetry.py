"""One trace from a landlord's request to whatever it sets off, with and without somebody who collects."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from chassis import telemetry
from chassis.record import Record
from chassis.telemetry import current_traceparent, span, span_for_poll, span_for_publish

from .conftest import HOME, Service, token

TRACE = "0af7651916cd43dd8448eb211c80319c"
THEIRS = f"00-{TRACE}-b7ad6b7169203331-01"


class Collector:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.telemetry = telemetry.setup("castle", "a", exporter=self.exporter)

    def spans(self) -> dict[str, ReadableSpan]:
        assert self.telemetry.tracers is not None
        self.telemetry.tracers.force_flush()
        return {one.name: one for one in self.exporter.get_finished_spans()}


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.telemetry.shutdown()
    telemetry.setup("nobody", "a")


def record(traceparent: str | None, topic: str = "landlord.552032708.vacancy.v1", offset: int = 7) -> Record:
    headers = [("ce_id", b"1")] + ([("traceparent", traceparent.encode())] if traceparent else [])
    return Record(topic=topic, key=b"d", value=b"{}", headers=headers, partition=3, offset=offset)


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (THEIRS, THEIRS),
        (f"01{THEIRS[2:]}-more", THEIRS),
        (f"{THEIRS}-more", None),
        (f"ff{THEIRS[2:]}", None),
        (f"00-{'0' * 32}{THEIRS[35:]}", None),
        (f"{THEIRS[:36]}{'0' * 16}-01", None),
        (THEIRS.upper(), None),
        ("", None),
        (None, None),
    ],
)
def test_what_strangers_send_as_traceparent(header: str | None, read: str | None) -> None:
    assert telemetry.valid_traceparent(header) == read


def test_the_same_seed_begins_the_same_trace() -> None:
    assert telemetry.root_traceparent("c") == telemetry.root_traceparent("c")
    assert telemetry.root_traceparent("c") != telemetry.root_traceparent("d")
    assert telemetry.root_traceparent() != telemetry.root_traceparent()
    assert telemetry.valid_traceparent(telemetry.root_traceparent("c"))


def test_with_no_collector_the_id_is_passed_on() -> None:
    assert current_traceparent() is None
    with span("x", parent=THEIRS):
        assert current_traceparent() == THEIRS
        assert telemetry.current_trace_id() == TRACE
        with span("y"):
            assert current_traceparent() == THEIRS
    with span("root"):
        assert telemetry.valid_traceparent(current_traceparent())
    assert current_traceparent() is None
    assert span_for_publish("inventory.vacancy.v1", "k", parent=THEIRS).start().traceparent == THEIRS
    with span_for_poll("castle", [record(THEIRS)]):
        assert current_traceparent() is None  # what is emitted hangs from its cause


def test_one_trace_across_an_outbox(collector: Collector) -> None:
    with span("POST /v1/vacancies", kind=SpanKind.SERVER, parent=THEIRS):
        stored = current_traceparent()
    publish = span_for_publish("inventory.vacancy.v1", "v-1", parent=stored, message_id="m-1").start()
    publish.end()
    with span_for_poll("matching", [record(publish.traceparent, "inventory.vacancy.v1")]):
        emitted = current_traceparent()
    spans = collector.spans()
    request, send, process = (
        spans["POST /v1/vacancies"],
        spans["send inventory.vacancy.v1"],
        spans["process inventory.vacancy.v1"],
    )
    assert {f"{one.context.trace_id:032x}" for one in spans.values()} == {TRACE}
    assert send.parent.span_id == request.context.span_id
    assert process.parent.span_id == send.context.span_id
    assert emitted == f"00-{TRACE}-{process.context.span_id:016x}-01"
    assert send.kind is SpanKind.PRODUCER
    assert process.kind is SpanKind.CONSUMER
    assert dict(send.attributes) == {
        "messaging.system": "kafka",
        "messaging.destination.name": "inventory.vacancy.v1",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.kafka.message.key": "v-1",
        "messaging.message.id": "m-1",
    }
    assert process.attributes["messaging.consumer.group.name"] == "matching"
    assert process.attributes["messaging.destination.partition.id"] == "3"
    assert process.attributes["messaging.kafka.offset"] == 7
    assert process.resource.attributes["service.name"] == "castle"
    assert process.resource.attributes["service.instance.id"] == "a"


def test_a_landlords_topic_goes_by_its_template(collector: Collector) -> None:
    with span_for_poll("inventory", [record(None)]):
        assert telemetry.valid_traceparent(current_traceparent())
    (process,) = collector.spans().values()
    assert process.name == "process landlord.{siren}.vacancy.v1"
    assert process.attributes["messaging.destination.template"] == "landlord.{siren}.vacancy.v1"


def test_in_a_poll_of_many_each_record_keeps_its_own_trace(collector: Collector) -> None:
    others = [telemetry.root_traceparent(str(number)) for number in range(3)]
    with span_for_poll("g", [record(other, offset=number) for number, other in enumerate(others)]):
        assert current_traceparent() is None
    collector.spans()
    made = collector.exporter.get_finished_spans()
    assert [f"{one.context.trace_id:032x}" for one in made] == [other[3:35] for other in others]
    assert all(one.end_time > one.start_time for one in made)


def test_a_large_poll_is_one_span_with_links(collector: Collector) -> None:
    others = [telemetry.root_traceparent(str(number)) for number in range(100)]
    with span_for_poll("g", [record(other) for other in others]):
        pass
    (process,) = collector.spans().values()
    assert process.attributes["messaging.batch.message_count"] == 100
    assert [f"{link.context.trace_id:032x}" for link in process.links] == [other[3:35] for other in others]


@pytest.mark.parametrize("count", [1, 2, 100])
def test_a_poll_that_fails_says_with_what_but_not_its_words(collector: Collector, count: int) -> None:
    with pytest.raises(ValueError, match="jeanne"), span_for_poll("g", [record(THEIRS)] * count):
        raise ValueError("jeanne@example.fr is not known")
    collector.spans()
    for made in collector.exporter.get_finished_spans():
        assert made.status.status_code is StatusCode.ERROR
        assert made.attributes["error.type"] == "ValueError"
        assert "jeanne" not in made.to_json()


async def test_a_request_is_named_by_its_route_alone(collector: Collector, service: Service) -> None:
    registered = await service.client.post("/v1/homes", json=HOME, headers={**token(), "traceparent": THEIRS})
    secret = registered.headers["location"]
    await service.client.get(f"{secret}?limit=1")
    await service.client.post("/v1/fails/bug")
    await service.client.get("/health/ready")
    spans = collector.spans()
    assert set(spans) == {"POST /v1/homes", "GET /v1/homes/{home_id}", "POST /v1/fails/{how}"}
    made = spans["POST /v1/homes"]
    assert f"{made.context.trace_id:032x}" == TRACE
    assert made.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/homes",
        "http.response.status_code": 201,
    }
    assert spans["POST /v1/fails/{how}"].status.status_code is StatusCode.ERROR
    assert not any(secret in one.to_json() for one in spans.values())


def test_an_endpoint_makes_exporters_and_shutdown_ends_them() -> None:
    observed = telemetry.setup("castle", "a", endpoint="http://127.0.0.1:9/")
    assert observed.tracers is not None
    observed.shutdown()
    telemetry.setup("nobody", "a")
