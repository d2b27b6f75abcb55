"""Which event changed which application, carried by one piece of due work for many of them.

A poll brings up to hundreds of applications and leaves one piece of work for all; what follows from each still names
its own event as the cause (DESIGN §5, `causationid`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from chassis.work import Task
from contracts.event import Envelope

__all__ = ["of", "payload"]


def payload(changed: Mapping[UUID, Envelope]) -> dict[str, Any]:
    """What the due work holds: the ids, and the events where there are several."""
    held: dict[str, Any] = {"applications": [str(application_id) for application_id in changed]}
    if len({envelope.id for envelope in changed.values()}) > 1:
        held["causes"] = [
            [one.id, one.correlation_id, one.traceparent, (one.story_time or one.time).isoformat()]
            for one in changed.values()
        ]
    return held


def of(task: Task) -> dict[UUID, Envelope]:
    """The applications of a piece of due work, each with what changed it."""
    ids = [UUID(application_id) for application_id in task.payload["applications"]]
    told = task.payload.get("causes")
    if told is None:
        return dict.fromkeys(ids, task.cause)
    return {
        application_id: replace(
            task.cause,
            id=event_id,
            correlation_id=correlation_id,
            traceparent=traceparent,
            story_time=dt.datetime.fromisoformat(story_time),
        )
        for application_id, (event_id, correlation_id, traceparent, story_time) in zip(ids, told, strict=True)
    }
