"""What a service could not take. Each service has its own topic; the type is shared."""

from typing import ClassVar
from uuid import UUID

from contracts.event import Event
from contracts.values import OpenEnum, Utc


class DeadLetterReason(OpenEnum):
    UNDECODABLE = "undecodable"
    """Bad JSON, wrong shape, malformed headers, null on a fact topic."""
    UNSUPPORTED_MAJOR = "unsupported_major"
    """A type this service handles, in a major version it does not know."""
    RULE_BROKEN = "rule_broken"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    """The id was seen before with another body."""
    HANDLER_FAILED = "handler_failed"
    UNKNOWN = "unknown"


class DeadLetterRecorded(Event):
    """Coordinates and error; the body only from unrestricted topics."""

    TYPE: ClassVar[str] = "chassis.dead-letter.recorded.v1"
    dead_letter_id: UUID
    service: str
    topic: str
    partition: int
    offset: int
    origin_key: str | None
    event_id: str | None
    event_source: str | None
    event_type: str | None
    reason: DeadLetterReason
    error: str
    body_base64: str | None
    recorded_at: Utc

    @property
    def key(self) -> str:
        return self.origin_key or str(self.dead_letter_id)
