"""What a message is made from, and what it is made into."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from contracts.values import Channel
from notifications.domain.call import Call
from notifications.domain.contact import Contact
from notifications.domain.delivery import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One delivery with all that its message needs, as read at hand-over."""

    delivery_id: UUID
    purpose: Purpose
    channel: Channel
    address: str
    contact: Contact
    call: Call
    correlation_id: str
    since: dt.datetime
    """When the fact the message is about was published; the development mailbox shows the time passed since."""
    now: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """`content` is complete and ready for DATA, but for the doubling of dots."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """`text` is in the GSM alphabet; `reference` is the idempotency key."""

    recipient: str
    text: str
    segments: int
    reference: str
    headers: dict[str, str]
