"""What a landlord's system says of its vacancies, and the receipt it gets for each event.

All the events of one vacancy carry the landlord's own `vacancy_reference`: they may arrive late, twice or in any order.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from contracts.event import Event
from contracts.values import CLOSED, Cents, OpenEnum, Reference, RplsId, Siren, Utc, Value


class LandlordEvent(Event):
    """What every event of a landlord's system carries."""

    dwelling_reference: RplsId
    """The dwelling's RPLS identifier."""
    vacancy_reference: Reference
    """The landlord's own name of this vacancy, the same in all its events."""

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Read a stranger's body strictly: an enum value that we do not know is an error that names its field."""
        return cls.model_validate_json(body, context=CLOSED)

    @property
    def key(self) -> str:
        return self.dwelling_reference


class NoticeCase(OpenEnum):
    """Why a notice is as long as it is; how long that is, is a parameter of the landlord (DOMAIN §3.3)."""

    ORDINARY = "ordinary"
    REDUCED = "reduced"
    """Tense area, work, health, violence, minimum income (loi 89-462 art. 15)."""
    SAME_LANDLORD = "same_landlord"
    """For another home of the landlord (CCH L353-15, L442-6-3)."""
    OTHER_SOCIAL_LANDLORD = "other_social_landlord"
    UNKNOWN = "unknown"


class NoticeReceived(LandlordEvent):
    """The tenant's notice was received (congé; loi 89-462 art. 15: it runs from receipt, date to date)."""

    TYPE: ClassVar[str] = "landlord.notice.received.v1"
    received_on: dt.date
    notice_months: Literal[1, 2, 3] = 1
    """1 by default; 2 or 3 where the landlord's case says so (DOMAIN §3.3)."""
    works_days: Annotated[int, Field(ge=0, le=730)] = 0
    """Days of works expected after the notice ends; by the landlord's parameters where it does not say."""
    case: NoticeCase | None = None
    """Says the months by the landlord's parameters, where the notice does not say them itself."""


class WorksPlanned(LandlordEvent):
    """Works keep the home empty (technical vacancy) from `starts_on` to `ends_on`, both included."""

    TYPE: ClassVar[str] = "landlord.works.planned.v1"
    starts_on: dt.date
    ends_on: dt.date

    @field_validator("ends_on")
    @classmethod
    def _in_order(cls, ends_on: dt.date, info: ValidationInfo) -> dt.date:
        starts_on = info.data.get("starts_on")
        if starts_on and ends_on < starts_on:
            msg = f"{ends_on} is before starts_on {starts_on}: give the works' last day"
            raise ValueError(msg)
        return ends_on


class DwellingAvailable(LandlordEvent):
    """The home can be let from `available_on` at this rent."""

    TYPE: ClassVar[str] = "landlord.dwelling.available.v1"
    available_on: dt.date
    base_rent_cents: Cents | None = None
    """Principal rent at re-letting; the dwelling's own where absent."""
    service_charges_cents: Cents | None = None


class WithdrawalReason(OpenEnum):
    NOTICE_WITHDRAWN = "notice_withdrawn"
    SOLD = "sold"
    DEMOLISHED = "demolished"
    WORKS = "works"
    OTHER = "other"
    UNKNOWN = "unknown"


class VacancyCancelled(LandlordEvent):
    """The home does not come to letting after all."""

    TYPE: ClassVar[str] = "landlord.vacancy.cancelled.v1"
    withdrawn_on: dt.date
    reason: WithdrawalReason = WithdrawalReason.OTHER


class DwellingLet(LandlordEvent):
    """A lease was signed."""

    TYPE: ClassVar[str] = "landlord.dwelling.let.v1"
    lease_signed_on: dt.date
    application_id: UUID | None = None
    """Parcours' id of the household that moves in: it closes its application and says which home it leaves."""


class AdviceVisitMade(LandlordEvent):
    """The free visit before departure: what the tenant has to put right, and the works the landlord foresees."""

    TYPE: ClassVar[str] = "landlord.advice-visit.made.v1"
    visited_on: dt.date
    works_days: Annotated[int, Field(ge=0, le=730)] | None = None
    """Days of works expected after the notice ends; replaces the notice's estimate."""


class DwellingAllocated(LandlordEvent):
    """The committee allocated the home; the lease is to be signed."""

    TYPE: ClassVar[str] = "landlord.dwelling.allocated.v1"
    allocated_on: dt.date
    application_id: UUID | None = None


class OfferDeclined(LandlordEvent):
    """A household refused the home, or let the ten days pass (CCH R441-10)."""

    TYPE: ClassVar[str] = "landlord.offer.declined.v1"
    declined_on: dt.date
    application_id: UUID | None = None
    """Parcours' id of the household: what matching says of the same refusal is then one with it for certain."""


VACANCY_EVENTS: tuple[type[LandlordEvent], ...] = (
    NoticeReceived,
    AdviceVisitMade,
    WorksPlanned,
    DwellingAvailable,
    OfferDeclined,
    DwellingAllocated,
    VacancyCancelled,
    DwellingLet,
)


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class FieldError(Value):
    """What is wrong and where: `field` is a path into the body, or the name of a header."""

    field: str
    message: str


class ReceiptIssued(Event):
    """The answer to each event that a landlord sent, by whatever door."""

    TYPE: ClassVar[str] = "landlord.receipt.issued.v1"
    landlord: Siren
    event_id: str
    """The event's `ce_id`; of a record whose `ce_id` cannot be read, its place on its topic: `partition:offset`."""
    event_source: str
    """The event's `ce_source`; `unknown` where it cannot be read."""
    event_type: str
    """The event's `ce_type`; `unknown` where it cannot be read."""
    outcome: Outcome
    errors: tuple[FieldError, ...] = ()
    vacancy_id: UUID | None = None
    tenancy_id: UUID | None = None
    received_at: Utc

    @property
    def key(self) -> str:
        return self.landlord
