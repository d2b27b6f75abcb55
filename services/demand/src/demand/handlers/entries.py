"""Others' facts as entries of an application's record: a table says which step each type is, and its detail."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from chassis.handlers import Received
from demand.domain.record import Entry, Step

Told: TypeAlias = tuple[Step, Callable[[Any], Mapping[str, object]]]
"""The step, and what of the fact may be read by the applicant."""


def entry_of(one: Received[Any], steps: Mapping[Any, Told], about: UUID) -> Entry:
    """What came as an entry of the application that it names."""
    step, detail = steps[type(one.event)]
    return Entry(
        step=step,
        at=one.envelope.time,
        application_id=one.event.application_id,
        about=about,
        detail=detail(one.event),
    )
