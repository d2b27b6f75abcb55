"""From a record to what the edge does with it. Nothing here raises: what cannot be read becomes `Dead`."""

from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from chassis.handlers import Handlers
from chassis.inbox import Mark
from chassis.record import Record
from chassis.sentences import sentence_of
from contracts.dead_letter import DeadLetterReason
from contracts.event import Envelope, EnvelopeError, Event, major_of
from contracts.landlord import FieldError
from contracts.topics import Kind, Topic, topic_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An event that a handler of this service takes."""

    record: Record
    topic: Topic
    envelope: Envelope
    event: Event
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """A null on a state topic: the aggregate `key` is gone."""

    record: Record
    topic: Topic
    key: str
    envelope: Envelope | None = None
    """None where a record without headers says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A type that this service does not handle, or the erasure of what it never kept."""

    record: Record
    event_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A record that this service will never take as it is."""

    record: Record
    topic: Topic | None
    reason: DeadLetterReason
    error: str
    errors: tuple[FieldError, ...] = ()
    envelope: Envelope | None = None
    mark: Mark | None = None


KEEP_ALIVE = b"keep-alive"
"""Key of the empty record that lets the broker clean an idle partition of an erasable topic (DESIGN §10)."""

Item = Incoming | Erased | Ignored | Dead


def read(record: Record, handlers: Handlers) -> Item:
    """Say what this record is to the service that has these handlers."""
    topic = _topic(record.topic)
    if topic is None:
        return _dead(record, None, f"{record.topic} is not in the topic table")
    if record.value is None:
        return _erasure(record, topic, handlers)
    try:
        envelope = Envelope.from_headers(record.headers)
    except EnvelopeError as error:
        return _dead(record, topic, str(error), field=str(error).split(":", 1)[0].removeprefix("header "))
    if not handlers.handles(envelope.type):
        if handlers.handles_stem(envelope.type):
            sentence = (
                f"{envelope.type} has major version {major_of(envelope.type)}, which this service does not read yet"
            )
            return _dead(
                record, topic, sentence, DeadLetterReason.UNSUPPORTED_MAJOR, envelope=envelope, field="ce_type"
            )
        if topic.name in handlers.refusals:
            known = ", ".join(event.TYPE for event in topic.events)
            sentence = f"{envelope.type} is none of {known}"
            return _dead(record, topic, sentence, envelope=envelope, mark=mark_of(record, envelope), field="ce_type")
        return Ignored(record=record, event_type=envelope.type)
    event_class = handlers.event_class(envelope.type)
    mark = mark_of(record, envelope)
    if event_class not in topic.events:
        sentence = f"{envelope.type} does not belong on {record.topic}"
        return _dead(record, topic, sentence, envelope=envelope, mark=mark, field="ce_type")
    try:
        event = event_class.decode(record.value)
    except ValidationError as error:
        errors = _not_text(record.value) or field_errors(error)
        sentence = "; ".join(f"{one.field}: {one.message}" for one in errors)
        return Dead(
            record=record,
            topic=topic,
            reason=DeadLetterReason.UNDECODABLE,
            error=sentence,
            errors=errors,
            envelope=envelope,
            mark=mark,
        )
    return Incoming(record=record, topic=topic, envelope=envelope, event=event, mark=mark)


def mark_of(record: Record, envelope: Envelope) -> Mark:
    """What identifies this event in the inbox."""
    return Mark(day=envelope.time.date(), source=envelope.source, event_id=envelope.id, body_hash=record.body_hash)


def field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """Pydantic's errors as one sentence a field."""
    return tuple(
        FieldError(
            field=".".join(str(part) for part in one["loc"]) or "body",
            message=sentence_of(one),
        )
        for one in error.errors(include_url=False, include_input=False)
    )


def _not_text(body: bytes) -> tuple[FieldError, ...]:
    """Why these bytes are no text at all: JSON's own complaint names a place where nothing is wrong to see."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return (FieldError(field="body", message=f"The body is not UTF-8: {error.reason} at byte {error.start}."),)
    return ()


def _erasure(record: Record, topic: Topic, handlers: Handlers) -> Item:
    if topic.kind is not Kind.STATE:
        return _dead(record, topic, "the body is null: only a state topic may say that its key is erased", field="body")
    if record.key is None:
        return _dead(record, topic, "a null body without a key erases nothing", field="key")
    if topic.name not in handlers.erasures or record.key == KEEP_ALIVE:
        return Ignored(record=record, event_type="erased")
    try:
        return Erased(record=record, topic=topic, key=record.key.decode(), envelope=_envelope(record))
    except UnicodeDecodeError:
        return _dead(record, topic, "the key is not UTF-8", field="key")


def _envelope(record: Record) -> Envelope | None:
    """An erasure needs nothing but its key: headers that cannot be read do not keep it from being obeyed."""
    try:
        return Envelope.from_headers(record.headers)
    except EnvelopeError:
        return None


def _dead(
    record: Record,
    topic: Topic | None,
    error: str,
    reason: DeadLetterReason = DeadLetterReason.UNDECODABLE,
    *,
    field: str = "topic",
    envelope: Envelope | None = None,
    mark: Mark | None = None,
) -> Dead:
    return Dead(
        record=record,
        topic=topic,
        reason=reason,
        error=error,
        errors=(FieldError(field=field, message=error),),
        envelope=envelope,
        mark=mark,
    )


_topic = cache(topic_named)
