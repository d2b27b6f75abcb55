"""What a person is told apart from calls: on which channels, and when on paper.

A call has days to be answered: it never goes by letter. A notice may: the renewal's goes by registered letter where
e-mail is not accepted (CCH R441-2-7), and so does the warning of a closure, whose month runs from it (R441-2-8 c, d).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.allocation import CandidacyEnd, DecisionReason
from contracts.demand import ContactRecorded, PostalAddress
from contracts.notifications import SuppressionReason
from contracts.values import Channel, DwellingFacts, PersonId, Siren, Value
from notifications.domain.contact import CHANNELS, Contact
from notifications.domain.delivery import Delivery, DeliveryState, Purpose, delivery_id
from notifications.domain.routing import why_not
from reference.days import after_the_last_moment_of

ROUTE_NOTICE = "notifications.route-notice"
"""The work that decides on a notice's channels once its persons are known."""
LOOK_AGAIN = dt.timedelta(minutes=15)
"""After which a notice whose person nobody has described yet is looked at again."""
WITHOUT_DATE = dt.timedelta(days=60)
"""How long a notice that asks for nothing by a day still helps."""
PURPOSES = (
    Purpose.RENEWAL,
    Purpose.CLOSURE_WARNING,
    Purpose.TRANSFER_SUGGESTION,
    Purpose.OFFER,
    Purpose.OFFER_WITHDRAWN,
    Purpose.NON_ALLOCATION,
    Purpose.FILE_CLOSED,
    Purpose.HELPER_CALL,
    Purpose.HELPER_WITHDRAWAL,
)


class OfHome(Value):
    """What a notice says of a home: the one offered, or the one that the committee gave to others."""

    dwelling: DwellingFacts | None = None
    available_on: dt.date | None = None
    available_on_expected: bool = False
    on_condition: bool = False
    """A piece is still to be given."""
    because: CandidacyEnd | None = None
    """Why an offer ended without an answer, or a file without a decision on it."""
    reasons: tuple[DecisionReason, ...] = ()
    """Of a committee's refusal: its codes, never its free words (CCH L441-2-2)."""
    inadmissible: bool = False
    widened: str | None = None
    """The reason of a call that names a wish widened by one step; None where the home is as it was wished."""


_OF_HELPERS = {Purpose.HELPER_CALL, Purpose.HELPER_WITHDRAWAL}
_FREE = {Purpose.TRANSFER_SUGGESTION, Purpose.FILE_CLOSED} | _OF_HELPERS
_PROVEN = {Purpose.RENEWAL, Purpose.CLOSURE_WARNING, Purpose.OFFER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    notice_id: UUID
    purpose: Purpose
    person_id: PersonId
    subject: UUID | None = None
    """The application, tenancy or offer it is about; None in those kept before they carried links."""
    respond_by: dt.date | None = None
    ends_on: dt.date | None = None
    """When the number expires, the application closes, or the last day to answer an offer is over."""
    reminder: bool = False
    landlord: Siren | None = None
    """Who suggests a transfer."""
    of_home: OfHome | None = None
    taken_at: dt.datetime

    @property
    def registered(self) -> bool:
        """Whether a letter of it has to be proven received; a reminder comes on top of one.

        An offer's is: silence after it is a refusal (CCH R441-10).
        """
        return self.purpose in _PROVEN and not self.reminder

    @property
    def required(self) -> bool:
        """Whether the law wants the person told, whatever she consents to; her consent chooses the channel."""
        return self.purpose not in _FREE

    @property
    def helpers(self) -> bool:
        """Whether it is for the helper alone: the person has a message of the call itself."""
        return self.purpose in _OF_HELPERS

    @property
    def deliver_by(self) -> dt.datetime:
        """The end of the last day on which it still helps."""
        day = self.ends_on or self.respond_by
        if day is None:
            return self.taken_at + WITHOUT_DATE
        return after_the_last_moment_of(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where letters reach a person, and who is mandated to be told on her behalf."""

    address: PostalAddress | None = None
    helper: PersonId | None = None


def safe(event: ContactRecorded) -> ContactRecorded:
    """The contact without what may not be used: in danger, no address or phone that others read too (DOMAIN §11.13).

    What is not kept can be sent to by nobody; that a person is in danger is not kept either.
    """
    if not event.safe_contact or not event.shared:
        return event
    return event.model_copy(
        update={
            "email": None if Channel.EMAIL in event.shared else event.email,
            "phone": None if Channel.SMS in event.shared else event.phone,
            "address": None if Channel.LETTER in event.shared else event.address,
        }
    )


def route(notice: Notice, contact: Contact, post: Post) -> tuple[Delivery, ...]:
    """The deliveries of a notice to one person: at least one, so that nobody is passed over without a trace.

    E-mail and SMS where she consents and has an address. A letter where no e-mail may go and an address is known, but
    for what a helper hears of calls: that has days, as the call itself.
    """

    def planned(channel: Channel, reason: SuppressionReason | None) -> Delivery:
        return message(notice, contact.person_id, channel, reason)

    if contact.erased:
        return (planned(Channel.LETTER, SuppressionReason.CONTACT_ERASED),)
    mentioned = [channel for channel in CHANNELS if channel in contact.consents or contact.address(channel)]
    routed = [planned(channel, why_not(contact, channel)) for channel in mentioned]
    if notice.helpers:
        return tuple(routed or [planned(Channel.EMAIL, why_not(contact, Channel.EMAIL))])
    if needs_letter(routed):
        routed.append(planned(Channel.LETTER, why_no_letter(notice, contact, post)))
    return tuple(routed)


def instead(notice: Notice, contact: Contact, post: Post) -> Delivery:
    """The letter in place of an e-mail that could not be handed over after all."""
    reason = why_no_letter(notice, contact, post)
    return message(notice, contact.person_id, Channel.LETTER, reason)


def needs_letter(routed: Iterable[Delivery]) -> bool:
    """Whether no e-mail leaves: an SMS alone is too short to be a notice."""
    return not any(one.channel is Channel.EMAIL and one.state is DeliveryState.PENDING for one in routed)


def why_no_letter(notice: Notice, contact: Contact, post: Post) -> SuppressionReason | None:
    """Why no letter can go; a no to letters counts where the law does not want the person told."""
    if contact.erased:
        return SuppressionReason.CONTACT_ERASED
    if not notice.required and contact.consents.get(Channel.LETTER) is False:
        return SuppressionReason.NO_CONSENT
    return None if post.address else SuppressionReason.NO_ADDRESS


def unreached(routed: Sequence[Delivery]) -> bool:
    """Whether nothing at all is on its way, and somebody has to ask how this person can be reached."""
    erased = any(one.suppression is SuppressionReason.CONTACT_ERASED for one in routed)
    return not erased and not any(one.state is DeliveryState.PENDING for one in routed)


def message(notice: Notice, person_id: PersonId, channel: Channel, reason: SuppressionReason | None) -> Delivery:
    """The one message of a notice to a person on a channel; suppressed where there is a reason."""
    return Delivery(
        id=delivery_id(notice.notice_id, notice.purpose, person_id, channel),
        call_id=notice.notice_id,
        purpose=notice.purpose,
        person_id=person_id,
        channel=channel,
        state=DeliveryState.SUPPRESSED if reason else DeliveryState.PENDING,
        deliver_by=notice.deliver_by,
        suppression=reason,
    )
