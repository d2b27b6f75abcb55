"""A delivery: one message, to one person, on one channel, about one call. There is never a second of it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.event import deterministic_id
from contracts.notifications import DeliveryPurpose as Purpose
from contracts.notifications import SuppressionReason
from contracts.values import Channel, PersonId

__all__ = ["Delivery", "DeliveryState", "Purpose", "delivery_id"]


class DeliveryState(StrEnum):
    AWAITING_CONTACT = "awaiting_contact"
    """Nobody has said yet how to reach the person. It stands under e-mail until then."""
    PENDING = "pending"
    """To be handed to a gateway when due."""
    SENDING = "sending"
    """An attempt is under way until its lease ends; past it, nobody knows how the attempt ended."""
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


def delivery_id(call_id: UUID, purpose: Purpose, person_id: PersonId, channel: Channel) -> UUID:
    """The same message always has the same id: it is the Message-ID and the gateway's idempotency key."""
    return deterministic_id("delivery", str(call_id), purpose, str(person_id), channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery to be written; `deliver_by` is the last moment at which the message still helps."""

    id: UUID
    call_id: UUID
    purpose: Purpose
    person_id: PersonId
    channel: Channel
    state: DeliveryState
    deliver_by: dt.datetime
    suppression: SuppressionReason | None = None
