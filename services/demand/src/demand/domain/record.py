"""The dated record of an application's handling, as CCH R441-2-15 asks it: one entry a step, ours or others'."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from contracts.notifications import DeliveryPurpose

OF_HELPERS = (DeliveryPurpose.HELPER_CALL, DeliveryPurpose.HELPER_WITHDRAWAL)
"""What who is mandated to help a person is told of her calls."""


class Step(StrEnum):
    REGISTERED = "registered"
    COMPLETED = "completed"
    """Complete enough to be matched from now on."""
    CHANGED = "changed"
    """The household told something new; the day of registration stays."""
    FACT_VERIFIED = "fact_verified"
    FACTS_RECOMPUTED = "facts_recomputed"
    """The day changed what the rules count: an age, a piece that ran out."""
    RENEWAL_NOTIFIED = "renewal_notified"
    RENEWAL_REMINDED = "renewal_reminded"
    EXTENDED = "extended"
    """Told too late to be answered in time: the number lasts longer."""
    RENEWED = "renewed"
    CLOSURE_WARNED = "closure_warned"
    WARNING_LIFTED = "warning_lifted"
    CLOSED = "closed"
    MERGED = "merged"
    """Another application of the same household was closed into this one."""
    HOME_STATE = "home_state"
    """A step of help with the state of the home left, and the light it gives the move."""
    TENANCY_CONFIRMED = "tenancy_confirmed"
    """An agent said which lease the household holds."""
    TENANCY_REFUSED = "tenancy_refused"
    """An agent said that the lease confirmed before is another household's."""
    CONDITIONS_CHECKED = "conditions_checked"
    """Whether the landlord's conditions of transfer are met became another."""
    CALL_ISSUED = "call_issued"
    CALL_ANSWERED = "call_answered"
    CALL_LAPSED = "call_lapsed"
    CALL_WITHDRAWN = "call_withdrawn"
    DESIGNATED = "designated"
    """The holder of a home's reservation named the household for it, or the landlord for the holder."""
    CANDIDACY_OPENED = "candidacy_opened"
    """A file for one home; the steps until it is closed name the same candidacy."""
    CANDIDACY_COMPLETED = "candidacy_completed"
    CANDIDACY_PARKED = "candidacy_parked"
    CANDIDACY_REVIVED = "candidacy_revived"
    CANDIDACY_CLOSED = "candidacy_closed"
    COMMITTEE_DECIDED = "committee_decided"
    OFFER_MADE = "offer_made"
    OFFER_REMINDED = "offer_reminded"
    NOTIFIED = "notified"
    """A person is told of an offer, its end, or a committee's refusal; messages about the same notice follow."""
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_REFUSED = "offer_refused"
    """In words, or by silence: then the reason is `silence`."""
    OFFER_WITHDRAWN = "offer_withdrawn"
    ALLOCATED = "allocated"
    LET = "let"
    MESSAGE_SENT = "message_sent"
    MESSAGE_DELIVERED = "message_delivered"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_SUPPRESSED = "message_suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A step. Its detail names nobody but the applicant's own things: dates, reasons, channels, numbers."""

    step: Step
    at: dt.datetime
    application_id: UUID | None
    """None for what is told of a call or a notice (`about`), whose application is found by that."""
    about: UUID | None = None
    """The call, file, offer, notice or vacancy it is about."""
    detail: Mapping[str, object] = field(default_factory=dict)
    who: str | None = None
    """The agent who did it; applicants read `an agent`."""
