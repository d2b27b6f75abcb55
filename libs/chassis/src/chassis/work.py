"""One unit of work: what a handler, a command or a job may touch, inside one transaction that it never commits."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.telemetry import current_traceparent, root_traceparent
from contracts.event import Envelope, Event
from contracts.topics import Topic, topic_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A row for the outbox. `payload` is None for the fact `erased` of a state topic."""

    topic: str
    key: str
    envelope: Envelope
    payload: bytes | None
    patient: bool = False
    """Nobody waits for it: it leaves with the relay's next look (a quarter of a second at most)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A piece of due work: run once, at or after `due_at`, under the name `kind`."""

    id: UUID
    kind: str
    subject: str
    due_at: dt.datetime
    cause: Envelope
    """What led to it: the story and its trace go on."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0


@dataclass(slots=True, kw_only=True)
class Work:
    """The open transaction and what it will leave behind.

    The edge makes it, runs the code that decides, then writes `outgoing` and `tasks` and commits.
    """

    session: AsyncSession
    service: str
    now: dt.datetime
    cause: Envelope
    """The envelope of the event being handled, or one made up for a command or a task."""
    envelopes: Sequence[Envelope] = ()
    """Of the events that a projection or an erasure takes together, in their order; `cause` is the first of them."""
    topic: str = ""
    """Where the event came from; a landlord's SIREN is read from here, never from the body."""
    outgoing: list[Outgoing] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    patient: bool = False
    """Nobody waits for anything that is emitted here: it leaves with the relay's next look, together with what others
    left by then."""

    def emit(
        self, event: Event, *, topic: Topic | None = None, cause: Envelope | None = None, patient: bool = False
    ) -> Envelope:
        """Publish `event` when this work commits, under the key the event names; return its envelope.

        `cause` names the event that led to it where several are handled at once. What follows from this event takes
        the envelope as its cause in turn. `patient` as `Outgoing` has it.

        Raises:
            UnknownValue: a field holds a value that this version does not know.
            NoTopic: the type has no topic in `contracts.topics`.
        """
        out = outgoing_of(event, topic=topic, service=self.service, now=self.now, cause=cause or self.cause)
        self.outgoing.append(replace(out, patient=True) if patient else out)
        return out.envelope

    def erase(self, topic: Topic, key: str) -> None:
        """Publish the fact that the aggregate `key` of a state topic was erased."""
        envelope = follow_up(topic.events[0].TYPE, key, service=self.service, now=self.now, cause=self.cause)
        self.outgoing.append(Outgoing(topic=topic.name, key=key, envelope=envelope, payload=None))

    def due(
        self, kind: str, subject: str, *, at: dt.datetime | None = None, cause: Envelope | None = None, **payload: Any
    ) -> None:
        """Leave work to be done at `at` (now when absent), in a transaction of its own after this one.

        What it will publish names the same cause as what is published here; `cause` as for `emit`.
        """
        caused = cause or self.cause
        caused = replace(caused, traceparent=current_traceparent() or caused.traceparent)
        self.tasks.append(
            Task(id=uuid4(), kind=kind, subject=subject, due_at=at or self.now, cause=caused, payload=payload)
        )


def outgoing_of(
    event: Event, *, service: str, now: dt.datetime, cause: Envelope, topic: Topic | None = None
) -> Outgoing:
    """The outbox row of an event that `service` publishes because of `cause`; its story and trace go on.

    Raises:
        UnknownValue: a field holds a value that this version does not know.
        NoTopic: the type has no topic in `contracts.topics`.
    """
    return Outgoing(
        topic=(topic or topic_of(type(event))).name,
        key=event.key,
        envelope=follow_up(event.TYPE, event.key, service=service, now=now, cause=cause),
        payload=event.encode(),
    )


def follow_up(event_type: str, key: str, *, service: str, now: dt.datetime, cause: Envelope) -> Envelope:
    """The envelope of an event that `service` publishes because of `cause`."""
    story = cause.correlation_id or cause.id
    return Envelope(
        id=str(uuid4()),
        type=event_type,
        source=service,
        time=now,
        subject=key,
        correlation_id=story,
        causation_id=cause.id,
        traceparent=current_traceparent() or cause.traceparent or root_traceparent(story),
        story_time=cause.story_time or cause.time,
    )
