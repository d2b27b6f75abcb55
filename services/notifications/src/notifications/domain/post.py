"""What the post says of a letter, and what follows from it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from notifications.domain.delivery import DeliveryState


class Said(StrEnum):
    POSTED = "posted"
    """Handed to the post."""
    RECEIVED = "received"
    """Signed for, or put into the letter box."""
    RETURNED = "returned"
    """Nobody there of this name, refused, or not fetched."""


class Taken(StrEnum):
    """What becomes of one line of a receipt."""

    TAKEN = "taken"
    ALREADY = "already"
    """It was said before."""
    NOT_KNOWN = "not_known"
    """No letter has this reference."""
    CONTRADICTED = "contradicted"
    """The post said the opposite before, or the letter was never printed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A letter on its way."""

    state: DeliveryState
    posted_on: dt.date | None = None
    received_on: dt.date | None = None
    returned_on: dt.date | None = None


def after(course: Course, said: Said, on: dt.date) -> tuple[Course, Taken]:
    """The letter's course once the post said this; what arrived, or came back, had been posted."""
    if said is Said.POSTED:
        if course.posted_on is not None:
            return course, Taken.ALREADY
        return Course(state=DeliveryState.SENT, posted_on=on), Taken.TAKEN
    before = course.received_on if said is Said.RECEIVED else course.returned_on
    opposite = course.returned_on if said is Said.RECEIVED else course.received_on
    if before is not None:
        return course, Taken.ALREADY
    if opposite is not None:
        return course, Taken.CONTRADICTED
    posted_on = course.posted_on or on
    if said is Said.RECEIVED:
        return Course(state=DeliveryState.DELIVERED, posted_on=posted_on, received_on=on), Taken.TAKEN
    return Course(state=DeliveryState.FAILED, posted_on=posted_on, returned_on=on), Taken.TAKEN
