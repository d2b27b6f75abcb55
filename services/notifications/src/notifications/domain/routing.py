"""Who is told of a call, and on which channels."""

import datetime as dt
from uuid import UUID

from contracts.notifications import SuppressionReason
from contracts.values import Channel, PersonId
from notifications.domain.contact import CHANNELS, Contact
from notifications.domain.delivery import Delivery, DeliveryState, Purpose, delivery_id

CONTACT_DEADLINE = "contact_deadline"
"""The due work that ends the waiting for a contact."""
USEFUL_AFTER_WITHDRAWAL = dt.timedelta(days=3)
"""A gateway that is down for longer than this leaves the news to the portal."""


def route(
    *, call_id: UUID, person_id: PersonId, answer_by: dt.datetime, contact: Contact | None
) -> tuple[Delivery, ...]:
    """The deliveries of a call to one person: at least one, so that nobody is passed over without a trace.

    A channel she consented to and has an address for is pending. A channel she refused, or where half of the two is
    missing, is suppressed with the reason; one that nobody ever mentioned is left out.
    Without a contact one delivery waits for it.
    """

    def planned(channel: Channel, state: DeliveryState, reason: SuppressionReason | None = None) -> Delivery:
        return Delivery(
            id=delivery_id(call_id, Purpose.CALL, person_id, channel),
            call_id=call_id,
            purpose=Purpose.CALL,
            person_id=person_id,
            channel=channel,
            state=state,
            deliver_by=answer_by,
            suppression=reason,
        )

    if contact is None:
        return (planned(Channel.EMAIL, DeliveryState.AWAITING_CONTACT),)
    if contact.erased:
        return (planned(Channel.EMAIL, DeliveryState.SUPPRESSED, SuppressionReason.CONTACT_ERASED),)
    mentioned = [channel for channel in CHANNELS if channel in contact.consents or contact.address(channel)]
    routed: list[Delivery] = []
    for channel in mentioned or CHANNELS[:1]:
        reason = why_not(contact, channel)
        state = DeliveryState.PENDING if reason is None else DeliveryState.SUPPRESSED
        routed.append(planned(channel, state, reason))
    return tuple(routed)


def follow_up(call_id: UUID, person_id: PersonId, channel: Channel, now: dt.datetime) -> Delivery:
    """The message that a call is over, for whoever was told of it on this channel."""
    return Delivery(
        id=delivery_id(call_id, Purpose.WITHDRAWAL, person_id, channel),
        call_id=call_id,
        purpose=Purpose.WITHDRAWAL,
        person_id=person_id,
        channel=channel,
        state=DeliveryState.PENDING,
        deliver_by=now + USEFUL_AFTER_WITHDRAWAL,
    )


def why_not(contact: Contact, channel: Channel) -> SuppressionReason | None:
    """Why this person may not, or cannot, be told on this channel; None where she can.

    Consent is a yes somebody recorded: silence is a no (DOMAIN §7, the form asks for each channel apart).
    """
    if contact.erased:
        return SuppressionReason.CONTACT_ERASED
    if not contact.consents.get(channel, False):
        return SuppressionReason.NO_CONSENT
    return None if contact.address(channel) else SuppressionReason.NO_ADDRESS
