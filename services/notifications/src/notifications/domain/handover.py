"""The last look before a message leaves: consent, the call and the installation's reach, as they are now."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from contracts.notifications import SuppressionReason
from contracts.values import Channel
from notifications.domain.call import Call, CallState
from notifications.domain.contact import Contact
from notifications.domain.delivery import DeliveryState, Purpose
from notifications.domain.reach import Reach
from notifications.domain.routing import why_not

_UNDER_WAY = dt.timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class HandOver:
    address: str


@dataclass(frozen=True, slots=True)
class Suppress:
    reason: SuppressionReason


@dataclass(frozen=True, slots=True)
class Wait:
    until: dt.datetime


Verdict = HandOver | Suppress | Wait


class Told(StrEnum):
    """Whether the call's own message reached this person on this channel."""

    YES = "yes"
    """It left, or it may have left."""
    NO = "no"
    UNDER_WAY = "under_way"


def told(state: DeliveryState, *, unknown_outcomes: int) -> Told:
    if state in (DeliveryState.SENT, DeliveryState.DELIVERED) or unknown_outcomes:
        return Told.YES
    return Told.UNDER_WAY if state is DeliveryState.SENDING else Told.NO


def decide(
    *,
    purpose: Purpose,
    channel: Channel,
    deliver_by: dt.datetime,
    call: Call,
    contact: Contact | None,
    told: Told | None,
    reach: Reach,
    now: dt.datetime,
) -> Verdict:
    """Whether this message may leave now.

    `told` is about the call's own message, and only a withdrawal asks: it follows a message that left, waits for one
    under way, and is silent where none did.
    """
    if purpose is Purpose.CALL and call.state is CallState.WITHDRAWN:
        return Suppress(SuppressionReason.CALL_WITHDRAWN)
    if purpose is Purpose.WITHDRAWAL and told is Told.NO:
        return Suppress(SuppressionReason.CALL_WITHDRAWN)
    verdict = may_leave(channel=channel, deliver_by=deliver_by, contact=contact, reach=reach, now=now)
    if purpose is Purpose.WITHDRAWAL and told is Told.UNDER_WAY and not isinstance(verdict, Suppress):
        return Wait(now + _UNDER_WAY)
    return verdict


def may_leave(
    *, channel: Channel, deliver_by: dt.datetime, contact: Contact | None, reach: Reach, now: dt.datetime
) -> Verdict:
    """The part that calls and notices share: consent and the installation's reach."""
    if now >= deliver_by:
        return Suppress(SuppressionReason.TOO_LATE)
    if contact is None:
        return Suppress(SuppressionReason.CONTACT_ERASED)
    reason = why_not(contact, channel)
    address = contact.address(channel)
    if reason is not None or address is None:
        return Suppress(reason or SuppressionReason.NO_ADDRESS)
    if not reach.admits(address):
        return Suppress(SuppressionReason.NOT_ON_ALLOWLIST)
    decent = reach.not_before(channel, now)
    return Wait(decent) if decent is not None and decent < deliver_by else HandOver(address)
