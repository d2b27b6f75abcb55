"""Who was told, how, and the proof of it: one event for every attempt."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.values import Channel, OpenEnum, PersonId, Utc


class DeliveryPurpose(OpenEnum):
    CALL = "call"
    WITHDRAWAL = "withdrawal"
    """The home, or the application, is gone: told to whoever was, or may have been, told of the call."""
    RENEWAL = "renewal"
    CLOSURE_WARNING = "closure_warning"
    TRANSFER_SUGGESTION = "transfer_suggestion"
    OFFER = "offer"
    """A home is offered after a committee's decision, with the last day to answer (CCH R441-10)."""
    OFFER_WITHDRAWN = "offer_withdrawn"
    """The home offered, the condition or the application is gone."""
    NON_ALLOCATION = "non_allocation"
    """The committee did not allocate, with its reasons (CCH L441-2-2)."""
    FILE_CLOSED = "file_closed"
    """A file for a home ended otherwise: the home is gone, say, or another household has it."""
    HELPER_CALL = "helper_call"
    """A person was called: told to who is mandated to help her, and may answer for her."""
    HELPER_WITHDRAWAL = "helper_withdrawal"
    """That call is over: told to her helper, where the call was."""
    UNKNOWN = "unknown"


class DeliveryEvent(Event):
    """What every fact of a delivery carries. The key is the person."""

    delivery_id: UUID
    call_id: UUID
    """The call it tells of; for the purposes that are no call's, the notice."""
    person_id: PersonId
    channel: Channel
    purpose: DeliveryPurpose = DeliveryPurpose.CALL

    @property
    def key(self) -> str:
        return str(self.person_id)


class DeliverySent(DeliveryEvent):
    """The gateway took the message."""

    TYPE: ClassVar[str] = "notifications.delivery.sent.v1"
    attempt: Annotated[int, Field(ge=1)]
    gateway_reference: str
    """Message-ID of the mail, the SMS gateway's id, or the registered number of the letter's print batch."""
    sent_at: Utc


class DeliveryDelivered(DeliveryEvent):
    """The gateway reported that the message reached the person's mailbox or phone."""

    TYPE: ClassVar[str] = "notifications.delivery.delivered.v1"
    delivered_at: Utc


class DeliveryFailed(DeliveryEvent):
    TYPE: ClassVar[str] = "notifications.delivery.failed.v1"
    attempt: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(max_length=300)]
    final: bool
    """False while the delivery will be tried again."""
    outcome_unknown: bool = False
    """True where the attempt was cut off and the message may have left; a second copy is possible."""
    failed_at: Utc


class SuppressionReason(OpenEnum):
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    CONTACT_ERASED = "contact_erased"
    CONTACT_UNKNOWN_AT_DEADLINE = "contact_unknown_at_deadline"
    CALL_WITHDRAWN = "call_withdrawn"
    TOO_LATE = "too_late"
    """The last moment at which the message would have helped passed while it waited."""
    NOT_ON_ALLOWLIST = "not_on_allowlist"
    """This installation may only reach listed addresses."""
    DISCARDED = "discarded"
    UNKNOWN = "unknown"


class DeliverySuppressed(DeliveryEvent):
    """Deliberately not told, and why."""

    TYPE: ClassVar[str] = "notifications.delivery.suppressed.v1"
    reason: SuppressionReason
    suppressed_at: Utc
