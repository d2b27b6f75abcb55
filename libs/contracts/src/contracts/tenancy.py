"""Sitting tenancies: what their landlord tells of them, and what the three-yearly examination finds.

The landlord's facts are dated and may expire; the tenant may contest each (DOMAIN §11.8-9). All of it is restricted.
"""

import datetime as dt
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from contracts.event import Event
from contracts.values import (
    CLOSED,
    Cents,
    CommuneCode,
    DwellingType,
    OpenEnum,
    Reference,
    RplsId,
    Siren,
    Value,
)


class TenancyEvent(Event):
    """What every event of a landlord's system about a tenancy carries."""

    dwelling_reference: RplsId
    """The dwelling's RPLS identifier."""
    tenancy_reference: Reference
    """The landlord's own name of this lease, the same in all its events."""

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Read a stranger's body strictly: an enum value that we do not know is an error that names its field."""
        return cls.model_validate_json(body, context=CLOSED)

    @property
    def key(self) -> str:
        return self.dwelling_reference


class Leaseholder(Value):
    """Who signed the lease."""

    given_name: Annotated[str, Field(min_length=1, max_length=100)]
    family_name: Annotated[str, Field(min_length=1, max_length=100)]
    birth_date: dt.date | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None


class LeaseSigned(TenancyEvent):
    """A tenancy as it began; a landlord sends one for each sitting lease when it joins."""

    TYPE: ClassVar[str] = "landlord.lease.signed.v1"
    signed_on: dt.date
    leaseholders: Annotated[tuple[Leaseholder, ...], Field(min_length=1, max_length=4)]
    address: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=38)], ...], Field(max_length=4)] = ()
    postal_code: Annotated[str, Field(pattern="^[0-9]{5}$")] | None = None
    town: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    commune: CommuneCode
    dwelling_type: DwellingType
    main_rooms: Annotated[int, Field(ge=1, le=20)] | None = None
    living_area_m2: Annotated[float, Field(gt=0, le=1000)]
    base_rent_cents: Cents
    service_charges_cents: Cents = 0
    adapted: bool = False
    """The home is fitted out for disability."""


class Relation(OpenEnum):
    """What an occupant is to the leaseholder."""

    LEASEHOLDER = "leaseholder"
    SPOUSE = "spouse"
    CHILD = "child"
    ASCENDANT = "ascendant"
    OTHER = "other"
    UNKNOWN = "unknown"


class Occupant(Value):
    relation: Relation
    born_in: Annotated[int, Field(ge=1890, le=2100)]
    """Year of birth."""
    disabled: bool = False
    visiting: bool = False
    """There by a right of visit or shared custody only."""


class OccupancyStated(TenancyEvent):
    """Who lives there and on what income: the survey of occupation, or a declaration (CCH L442-5)."""

    TYPE: ClassVar[str] = "landlord.occupancy.stated.v1"
    stated_on: dt.date
    occupants: Annotated[tuple[Occupant, ...], Field(min_length=1, max_length=20)]
    reference_tax_income_euros: Annotated[int, Field(ge=0)] | None = None
    professional_rooms: Annotated[int, Field(ge=0, le=10)] = 0
    """Rooms used for a profession or an elected office: not counted (CCH L621-2)."""
    loss_of_autonomy: bool = False
    """Somebody needs another home for a disability or loss of autonomy."""


class RentAccountStated(TenancyEvent):
    TYPE: ClassVar[str] = "landlord.rent-account.stated.v1"
    as_of: dt.date
    arrears_cents: Annotated[int, Field(ge=0)] = 0
    plan_since: dt.date | None = None
    """Since when a repayment plan is kept without a fault."""
    valid_until: dt.date | None = None

    @field_validator("valid_until")
    @classmethod
    def _in_order(cls, valid_until: dt.date | None, info: ValidationInfo) -> dt.date | None:
        as_of = info.data.get("as_of")
        if valid_until and as_of and valid_until < as_of:
            msg = f"{valid_until} is before as_of {as_of}: give the last day on which the account still counts"
            raise ValueError(msg)
        return valid_until


class InsuranceStated(TenancyEvent):
    TYPE: ClassVar[str] = "landlord.insurance.stated.v1"
    as_of: dt.date
    insured_until: dt.date | None = None
    """None where no certificate was given."""


class HomeVisited(TenancyEvent):
    """A visit of the home its tenant would leave (pré-état des lieux)."""

    TYPE: ClassVar[str] = "landlord.home.visited.v1"
    visited_on: dt.date
    works_chargeable_cents: Annotated[int, Field(ge=0)] = 0
    """What the tenant would owe for its state, after wear; 0 where it is good."""


class TenancyEnded(TenancyEvent):
    TYPE: ClassVar[str] = "landlord.tenancy.ended.v1"
    ended_on: dt.date


TENANCY_EVENTS: tuple[type[TenancyEvent], ...] = (
    LeaseSigned,
    OccupancyStated,
    RentAccountStated,
    InsuranceStated,
    HomeVisited,
    TenancyEnded,
)


class ExaminationCase(OpenEnum):
    """Why a lease goes to the committee (CCH L442-5-2, 1° to 5°)."""

    OVER_OCCUPIED = "over_occupied"
    UNDER_OCCUPIED = "under_occupied"
    ADAPTATION_NO_LONGER_NEEDED = "adaptation_no_longer_needed"
    DISABILITY_NEEDS_ANOTHER = "disability_needs_another"
    INCOME_OVER_CEILING = "income_over_ceiling"
    UNKNOWN = "unknown"


class SuitableHome(Value):
    """The features of a home that would suit, as the committee defines them."""

    smallest: DwellingType
    largest: DwellingType
    step_free: bool = False
    adapted: bool = False
    highest_base_rent_cents: Cents | None = None


class ExaminationEvent(Event):
    """A step of the three-yearly examination of a lease. The key is the tenancy."""

    tenancy_id: UUID
    examination_id: UUID
    landlord: Siren
    on: dt.date

    @property
    def key(self) -> str:
        return str(self.tenancy_id)


class ExaminationMade(ExaminationEvent):
    """Three years passed: which of the five cases hold, none where the home fits.

    Told again, whole, where something that was not known is stated later: of one examination the last counts.
    """

    TYPE: ClassVar[str] = "demand.examination.made.v1"
    cases: tuple[ExaminationCase, ...]
    rooms_freed: Annotated[int, Field(ge=0)] = 0
    in_priority_district: bool | None = None


class OpinionGiven(ExaminationEvent):
    """The committee's opinion on rehousing."""

    TYPE: ClassVar[str] = "demand.examination.opinion-given.v1"
    rehouse: bool
    suitable: SuitableHome | None = None


class ApplicationStarted(ExaminationEvent):
    """An agent opened a transfer application from the examination."""

    TYPE: ClassVar[str] = "demand.examination.application-started.v1"
    application_id: UUID
