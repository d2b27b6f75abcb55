"""Events, their registry and their CloudEvents 1.0 envelope in binary mode."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict

from contracts.values import OpenEnum

CONTENT_TYPE = "application/json"
_TYPE = re.compile(r"[a-z-]+(\.[a-z-]+)+\.v(?P<major>[0-9]+)")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 200
"""Characters of an attribute; fits the inbox's key."""
_TIMES = 1024
"""Events come many at a time, and those of one transaction, or of one story, say the same moment."""
_REQUIRED = ("ce_id", "ce_type", "ce_source", "ce_time")
_KEPT = ("ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "correlationid", "causationid")


class UnknownValue(ValueError):
    """A producer tried to publish an enum value that it does not know itself."""


class EnvelopeError(ValueError):
    """A record whose headers are not those of a CloudEvent; the sentence names the header."""


class Event(BaseModel):
    """A past-tense fact. `TYPE` is its `ce_type` with the major version; `key` the record key.

    Additive only inside a major version: a new field is optional and has a default.
    A state event says how its aggregate is now and carries the aggregate's `version`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    TYPE: ClassVar[str]
    REGISTRY: ClassVar[dict[str, type["Event"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "TYPE" not in cls.__dict__:
            return
        if not _TYPE.fullmatch(cls.TYPE):
            msg = f"{cls.__name__}.TYPE {cls.TYPE!r} is not of the form 'service.noun.past-tense.v1'"
            raise TypeError(msg)
        if cls.TYPE in cls.REGISTRY:
            msg = f"{cls.TYPE!r} is declared twice"
            raise TypeError(msg)
        cls.REGISTRY[cls.TYPE] = cls

    @property
    def key(self) -> str:
        """The record key: always an opaque id, because keys end up in traces."""
        raise NotImplementedError

    def encode(self) -> bytes:
        """Return the JSON body. Raise `UnknownValue` where an enum says `UNKNOWN`: producers are strict."""
        body = self.model_dump_json().encode()
        # The walk costs as much as the JSON; where the word does not stand there is nothing to find.
        if b'"unknown"' in body:
            for path in _unknown_values(self):
                msg = f"{self.TYPE}: {path} is UNKNOWN; a producer publishes only values that it knows"
                raise UnknownValue(msg)
        return body

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Read a body tolerantly. Raise `pydantic.ValidationError` with the fields that do not fit."""
        return cls.model_validate_json(body)


def _unknown_values(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, OpenEnum):
        if value.value == "unknown":
            yield path
        return
    for item, where in _parts(value, path):
        yield from _unknown_values(item, where)


def _parts(value: Any, path: str) -> Iterator[tuple[Any, str]]:
    """What a value holds, and where."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield getattr(value, name), f"{path}.{name}" if path else name
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield item, f"{path}.{name}"
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for place, item in enumerate(value):
            yield item, f"{path}[{place}]"


def major_of(event_type: str) -> int | None:
    """The major version at the end of an event type, None where there is none."""
    found = _TYPE.fullmatch(event_type)
    return int(found["major"]) if found else None


def stem_of(event_type: str) -> str:
    """An event type without its major version."""
    return event_type.rpartition(".v")[0] or event_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The CloudEvents attributes of a record.

    `correlation_id` is shared by all that one outside fact set off;
    `causation_id` is the event (or command) just before. `story_time` is when that outside fact was told.
    """

    id: str
    type: str
    source: str
    time: dt.datetime
    subject: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    story_time: dt.datetime | None = None

    @classmethod
    def new(cls, event_type: str, *, source: str, time: dt.datetime, subject: str | None = None) -> Self:
        """Start a story of its own: the correlation id is the event's id."""
        event_id = str(uuid4())
        return cls(id=event_id, type=event_type, source=source, time=time, subject=subject, correlation_id=event_id)

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka headers of the binary mode."""
        return [(name, value.encode()) for name, value in self.attributes().items()]

    def attributes(self) -> dict[str, str]:
        """What the headers say, as text."""
        values = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_time": _text_of_time(self.time),
            "ce_subject": self.subject,
            "content-type": CONTENT_TYPE,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "traceparent": self.traceparent,
            "storytime": _text_of_time(self.story_time) if self.story_time else None,
        }
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes | None]]) -> Self:
        """Read Kafka headers; those that are no attribute of ours, and a malformed `traceparent`, are passed over.

        Raises:
            EnvelopeError: a required attribute is missing, one that we keep is malformed, or a header is not UTF-8.
        """
        values = _text_of(headers)
        for name in _REQUIRED:
            if not values.get(name):
                msg = f"header {name}: missing; a record has ce_id, ce_type, ce_source, ce_time (CloudEvents, binary)"
                raise EnvelopeError(msg)
        for name in _KEPT:
            if len(values.get(name, "")) > _LONGEST:
                msg = f"header {name}: longer than {_LONGEST} characters"
                raise EnvelopeError(msg)
        if _CONTROL.search("".join([values.get(name, "") for name in _KEPT])):
            name = next(name for name in _KEPT if _CONTROL.search(values.get(name, "")))
            msg = f"header {name}: {values[name]!r} has a control character"
            raise EnvelopeError(msg)
        if values.get("ce_specversion", "1.0") != "1.0":
            msg = f"header ce_specversion: {values['ce_specversion']!r} is not 1.0"
            raise EnvelopeError(msg)
        traceparent = values.get("traceparent", "")
        return cls(
            id=values["ce_id"],
            type=values["ce_type"],
            source=values["ce_source"],
            time=_time_of(values["ce_time"]),
            subject=values.get("ce_subject"),
            correlation_id=values.get("correlationid"),
            causation_id=values.get("causationid"),
            traceparent=traceparent if _TRACEPARENT.fullmatch(traceparent) else None,
            story_time=_time_or_none(values.get("storytime")),
        )

    @classmethod
    def legible(cls, headers: Iterable[tuple[str, bytes | None]], *, otherwise_id: str, now: dt.datetime) -> Self:
        """What can be read of headers that are not those of a CloudEvent, to answer whoever sent them; never raises.

        `unknown` stands for a type or a source that cannot be read, `now` for the time.
        """
        values = {name: text for name, raw in headers if (text := _legible(raw))}
        return cls(
            id=values.get("ce_id", otherwise_id),
            type=values.get("ce_type", "unknown"),
            source=values.get("ce_source", "unknown"),
            time=_time_or_none(values.get("ce_time")) or now,
        )


def _legible(raw: bytes | None) -> str:
    """The text of a header, empty where it is none that could be stored or answered."""
    text = (raw or b"").decode(errors="replace")
    return "" if len(text) > _LONGEST or _CONTROL.search(text) or "\ufffd" in text else text


def _text_of(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, raw in headers:
        if raw is None:
            continue
        try:
            values[name] = raw.decode()
        except UnicodeDecodeError as error:
            msg = f"header {name}: not UTF-8 ({error.reason} at byte {error.start})"
            raise EnvelopeError(msg) from None
    return values


@lru_cache(_TIMES)
def _text_of_time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _time_or_none(text: str | None) -> dt.datetime | None:
    try:
        return _time_of(text) if text else None
    except EnvelopeError:
        return None


@lru_cache(_TIMES)
def _time_of(text: str) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        msg = f"header ce_time: {text!r} is not an RFC 3339 date and time"
        raise EnvelopeError(msg) from None
    if time.tzinfo is None:
        msg = f"header ce_time: {text!r} has no offset; add Z or +01:00"
        raise EnvelopeError(msg)
    try:
        return time.astimezone(dt.UTC)
    except OverflowError:
        msg = f"header ce_time: {text!r} is outside the years 1 to 9999 in UTC"
        raise EnvelopeError(msg) from None


def deterministic_id(*parts: str) -> UUID:
    """An id that the same parts always give, so that nothing is registered twice."""
    return uuid5(NAMESPACE_URL, "parcours:" + ":".join(parts))
