import datetime as dt

import pytest

from contracts.event import CONTENT_TYPE, Envelope, EnvelopeError, deterministic_id, major_of, stem_of

MORNING = dt.datetime(2026, 11, 22, 9, 30, 0, 412000, tzinfo=dt.UTC)
FULL = Envelope(
    id="conge-2026-0412-1",
    type="landlord.notice.received.v1",
    source="urn:example:landlord:stock",
    time=MORNING,
    subject="7518004211",
    correlation_id="conge-2026-0412-1",
    causation_id="é-été",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def headers(**changes: bytes | None) -> list[tuple[str, bytes | None]]:
    """The headers of a whole envelope; `content_type` and the like by their Python names."""
    given: dict[str, bytes | None] = {**dict(FULL.headers()), **changes}
    return list(given.items())


def without(name: str) -> list[tuple[str, bytes]]:
    return [(header, value) for header, value in FULL.headers() if header != name]


def sentence(found: list[tuple[str, bytes | None]] | list[tuple[str, bytes]]) -> str:
    with pytest.raises(EnvelopeError) as error:
        Envelope.from_headers(found)
    return str(error.value)


def test_an_envelope_comes_back_as_it_was_sent() -> None:
    assert Envelope.from_headers(FULL.headers()) == FULL


def test_an_envelope_with_only_what_is_required_comes_back() -> None:
    bare = Envelope(id="1", type="landlord.notice.received.v1", source="urn:x", time=MORNING)
    assert Envelope.from_headers(bare.headers()) == bare
    assert {name for name, _ in bare.headers()} == {
        "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type",
    }  # fmt: skip


def test_headers_are_those_of_cloud_events_in_binary_mode() -> None:
    sent = dict(FULL.headers())
    assert sent["ce_specversion"] == b"1.0"
    assert sent["ce_time"] == b"2026-11-22T09:30:00.412000Z"
    assert sent["content-type"] == CONTENT_TYPE.encode()
    assert sent["causationid"] == "é-été".encode()


def test_a_time_with_another_offset_is_kept_in_utc() -> None:
    read = Envelope.from_headers(headers(ce_time=b"2026-11-22T10:30:00.412+01:00"))
    assert read.time == MORNING
    assert read.time.tzinfo is dt.UTC


def test_the_time_of_the_story_is_sent_and_a_malformed_one_passed_over() -> None:
    later = Envelope(id="1", type="a.b.v1", source="x", time=MORNING, story_time=MORNING - dt.timedelta(seconds=3))
    assert Envelope.from_headers(later.headers()).story_time == MORNING - dt.timedelta(seconds=3)
    assert Envelope.from_headers(headers(storytime=b"yesterday")).story_time is None


def test_a_new_envelope_starts_a_story_of_its_own() -> None:
    new = Envelope.new("demand.application.recorded.v1", source="demand", time=MORNING, subject="s")
    assert new.correlation_id == new.id
    assert new.causation_id is None
    assert new.id != Envelope.new("demand.application.recorded.v1", source="demand", time=MORNING).id


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_time"])
def test_a_missing_attribute_is_named(name: str) -> None:
    assert sentence(without(name)).startswith(f"header {name}: missing")
    assert sentence(headers(**{name: b""})).startswith(f"header {name}: missing")
    assert sentence(headers(**{name: None})).startswith(f"header {name}: missing")


@pytest.mark.parametrize("name", ["ce_id", "ce_subject", "x-landlord-own"])
def test_a_header_that_is_not_utf_8_is_named(name: str) -> None:
    assert sentence(headers(**{name: b"cong\xe9"})) == f"header {name}: not UTF-8 (unexpected end of data at byte 4)"


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_subject", "correlationid", "causationid"])
def test_a_header_is_200_characters_at_most(name: str) -> None:
    assert sentence(headers(**{name: b"x" * 201})) == f"header {name}: longer than 200 characters"
    assert Envelope.from_headers(headers(**{name: "é".encode() * 200}))


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_subject", "correlationid", "causationid"])
@pytest.mark.parametrize("control", [b"\x00", b"\n", b"\x7f"])
def test_a_control_character_is_refused(name: str, control: bytes) -> None:
    assert "has a control character" in sentence(headers(**{name: b"a" + control + b"b"}))
    assert name in sentence(headers(**{name: b"a" + control}))


@pytest.mark.parametrize(
    ("time", "why"),
    [
        (b"yesterday", "is not an RFC 3339 date and time"),
        (b"2026-13-01T00:00:00Z", "is not an RFC 3339 date and time"),
        (b"2026-11-22T09:30:00", "has no offset; add Z or +01:00"),
        (b"2026-11-22", "has no offset; add Z or +01:00"),
        (b"0001-01-01T00:00:00+01:00", "is outside the years 1 to 9999 in UTC"),
    ],
)
def test_a_bad_time_is_explained(time: bytes, why: str) -> None:
    assert sentence(headers(ce_time=time)) == f"header ce_time: {time.decode()!r} {why}"


def test_another_specversion_is_refused_and_none_is_taken_as_1_0() -> None:
    assert sentence(headers(ce_specversion=b"0.3")) == "header ce_specversion: '0.3' is not 1.0"
    assert Envelope.from_headers(without("ce_specversion")) == FULL


@pytest.mark.parametrize("trace", [b"", b"00-zz", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\x00"])
def test_a_malformed_trace_never_costs_a_fact(trace: bytes) -> None:
    assert Envelope.from_headers(headers(traceparent=trace)).traceparent is None


@pytest.mark.parametrize(
    ("event_type", "major", "stem"),
    [
        ("landlord.notice.received.v1", 1, "landlord.notice.received"),
        ("landlord.notice.received.v12", 12, "landlord.notice.received"),
        ("landlord.notice.received", None, "landlord.notice.received"),
        ("Landlord.Notice.v1", None, "Landlord.Notice"),
        ("landlord.notice.received.v1\n", None, "landlord.notice.received"),
    ],
)
def test_the_major_version_and_the_rest_of_a_type(event_type: str, major: int | None, stem: str) -> None:
    assert major_of(event_type) == major
    assert stem_of(event_type) == stem


def test_the_same_parts_give_the_same_id() -> None:
    assert deterministic_id("vacancy", "999000001", "A") == deterministic_id("vacancy", "999000001", "A")
    assert deterministic_id("vacancy", "999000001", "A") != deterministic_id("vacancy", "999000001", "B")
