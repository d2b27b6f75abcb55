"""Who wants to move. Identity and contacts are in `ContactRecorded` and nowhere else."""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.values import (
    ApplicationKind,
    AreaM2,
    Cents,
    Channel,
    CommuneCode,
    DwellingType,
    Language,
    OpenEnum,
    PersonId,
    Siren,
    Value,
    WantedPlace,
)


class ApplicationStatus(OpenEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class HouseholdFacts(Value):
    """The household as the rules count it; three sizes, because three texts count differently (DOMAIN §11.12)."""

    persons_for_occupancy: Annotated[int, Field(ge=1, le=20)]
    """CCH L621-2, R822-25."""
    persons_for_ceiling: Annotated[int, Field(ge=1, le=20)]
    """CCH L442-12: lease-holders and those attached for tax."""
    reference_tax_income_euros: Annotated[int, Field(ge=0)] | None = None
    """Sum of the persons' reference tax income of year N-2, in euros; unknown when absent."""
    needs_step_free: bool = False
    needs_wheelchair: bool = False
    max_floor_without_lift: Annotated[int, Field(ge=0, le=60)] | None = None


class Wishes(Value):
    places: Annotated[tuple[WantedPlace, ...], Field(min_length=1, max_length=8)]
    """By preference."""
    dwelling_types: Annotated[tuple[DwellingType, ...], Field(min_length=1, max_length=6)]
    max_rent_cents: Cents | None = None
    """With charges, a month."""
    min_area_m2: AreaM2 | None = None


class CurrentHome(Value):
    """Where a tenant of the stock lives now."""

    landlord: Siren | None = None
    commune: CommuneCode | None = None
    dwelling_type: DwellingType | None = None


class ApplicationRecorded(Event):
    """An application as it is now: household facts and wishes, without identity."""

    TYPE: ClassVar[str] = "demand.application.recorded.v1"
    application_id: UUID
    version: int
    kind: ApplicationKind
    status: ApplicationStatus
    registered_on: dt.date
    """Seniority counts from here; changes keep it."""
    person_ids: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=2)]
    """Applicant and co-applicant: whom to tell."""
    household: HouseholdFacts
    wishes: Wishes
    current_home: CurrentHome | None = None

    @property
    def key(self) -> str:
        return str(self.application_id)


class Consent(Value):
    """Whether a person accepts a channel, since when, and where that was said (DOMAIN §7)."""

    channel: Channel
    granted: bool
    given_on: dt.date
    origin: Annotated[str, Field(max_length=100)]
    """For example `cerfa-14069`, `agent`, `portal`."""


class ContactRecorded(Event):
    """How to reach a person, and what she consents to. Restricted: only notifications may read it."""

    TYPE: ClassVar[str] = "demand.contact.recorded.v1"
    person_id: PersonId
    version: int
    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    """E.164, for example +33612345678."""
    language: Language = Language.FRENCH
    consents: tuple[Consent, ...] = ()

    @property
    def key(self) -> str:
        return str(self.person_id)
