"""Who wants to move. Identity and contacts are in `ContactRecorded` and nowhere else."""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.household import AccessNeeds, CeilingRegime, Light, Priority, Reason
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
    RplsId,
    Siren,
    Value,
    WantedPlace,
)


class ApplicationStatus(OpenEnum):
    REGISTERED = "registered"
    """Numbered, and not yet complete enough to be matched."""
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    """As closed by the household; said by records from before `closed`."""
    CLOSED = "closed"
    """For one of the lawful reasons (`ApplicationRecorded.closure`)."""
    UNKNOWN = "unknown"


class ClosureReason(OpenEnum):
    """The six reasons for which an application may be closed, and no other (CCH R441-2-8)."""

    HOUSED = "housed"
    """a) A home was allocated and its lease signed."""
    WITHDRAWN = "withdrawn"
    """b) The household's written wish."""
    NO_ANSWER = "no_answer"
    """c) No answer to a letter to the last address known, a month after the warning."""
    INADMISSIBLE = "inadmissible"
    """d) The committee's decision, a month after the notice of it."""
    NOT_RENEWED = "not_renewed"
    """e) A year passed without renewal."""
    MERGED = "merged"
    """f) One household had several; `merged_into` names the one that stays."""
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
    persons_for_type: Annotated[int, Field(ge=1, le=20)] | None = None
    """As the policy counts for a dwelling type: expected births, shared custody."""
    income_category: Annotated[int, Field(ge=1, le=6)] | None = None
    """Household category of the income ceilings (arrêté of 29 July 1987, annex I); unknown when absent."""
    income_category_extra_persons: Annotated[int, Field(ge=0, le=14)] = 0
    """Persons beyond category 6."""
    ceiling_income_euros: Annotated[int, Field(ge=0)] | None = None
    """The year's income to be held against a ceiling, under `ceiling_regime`."""
    ceiling_regime: CeilingRegime = CeilingRegime.ORDINARY
    monthly_resources_cents: Annotated[int, Field(ge=0)] | None = None
    """Of all in the household, without housing aid."""
    housing_aid_cents: Cents | None = None
    """APL or AL a month, at the current home."""
    consumption_units: Annotated[float, Field(ge=1, le=20)] | None = None
    first_quartile: bool | None = None
    """Whether resources a consumption unit lie in the first quartile (CCH L441-1)."""
    minors: Annotated[int, Field(ge=0, le=20)] | None = None
    disabled_persons: Annotated[int, Field(ge=0, le=20)] | None = None
    eldest_born_in: Annotated[int, Field(ge=1890, le=2100)] | None = None
    access_needs: AccessNeeds | None = None
    over_occupied: bool | None = None
    """Less than the legal floor of CCH R822-25 in the current home."""
    under_occupied: bool | None = None
    """More rooms than persons and one, in the current home (CCH L621-2)."""
    occupation_index: Annotated[int, Field(ge=-20, le=20)] | None = None
    """Rooms above (+) or below (-) INSEE's norm: statistics, not law."""
    effort_percent: Annotated[float, Field(ge=0)] | None = None
    """Rent, charges and less aid in hundredths of resources, at the current home (arrêté of 10 March 2011)."""
    reasons: Annotated[tuple[Reason, ...], Field(max_length=23)] = ()
    priorities: tuple[Priority, ...] = ()
    refused_offers: Annotated[int, Field(ge=0, le=100)] | None = None
    """Offers refused after a committee's decision; interest calls never count (DOMAIN §11.2)."""
    target_groups: tuple[str, ...] = ()
    """Groups of the territory's policy that the household belongs to, by their names there."""
    verified: tuple[str, ...] = ()
    """Names of these facts that a document proves today; the others are declared (DOMAIN §11.3)."""


class Wishes(Value):
    places: Annotated[tuple[WantedPlace, ...], Field(min_length=1, max_length=8)]
    """By preference."""
    dwelling_types: Annotated[tuple[DwellingType, ...], Field(min_length=1, max_length=6)]
    max_rent_cents: Cents | None = None
    """With charges, a month."""
    min_area_m2: AreaM2 | None = None
    lowest_floor: Annotated[int, Field(ge=-3, le=60)] | None = None
    highest_floor: Annotated[int, Field(ge=-3, le=60)] | None = None
    lift: bool = False
    """A home above the ground floor must have one."""
    outdoor_space: bool = False
    parking: bool = False
    latest_on: dt.date | None = None
    """A home that comes free later is of no use."""


class CurrentHome(Value):
    """Where a tenant of the stock lives now."""

    landlord: Siren | None = None
    commune: CommuneCode | None = None
    dwelling_type: DwellingType | None = None
    reference: RplsId | None = None
    living_area_m2: AreaM2 | None = None
    main_rooms: Annotated[int, Field(ge=1, le=20)] | None = None
    base_rent_cents: Cents | None = None
    """Principal rent a month: one that an under-occupied home is left for must be lower (CCH L442-3-1)."""
    service_charges_cents: Cents | None = None
    in_priority_district: bool | None = None


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
    expires_on: dt.date | None = None
    """The number's last day: it is renewed yearly (CCH R441-2-7)."""
    closed_on: dt.date | None = None
    closure: ClosureReason | None = None
    merged_into: UUID | None = None
    tenancy_id: UUID | None = None
    """The sitting tenancy that the household would leave, where it is known."""
    light: Light | None = None
    """Whether works at the home left hold the move back; absent where nothing was found."""
    meets_transfer_conditions: bool | None = None
    """Of the current landlord, by the tenancy facts in force and uncontested; unknown when absent."""

    @property
    def key(self) -> str:
        return str(self.application_id)


class LifeEvent(Event):
    """A step in an application's handling, as the dated record of CCH R441-2-15 holds it."""

    application_id: UUID
    kind: ApplicationKind
    on: dt.date

    @property
    def key(self) -> str:
        return str(self.application_id)


class EntryWay(OpenEnum):
    ONLINE = "online"
    PAPER = "paper"
    """Entered by an agent from the paper form."""
    IMPORT = "import"
    EXAMINATION = "examination"
    """Opened from the three-yearly examination of a lease (CCH L442-5-2)."""
    UNKNOWN = "unknown"


class ApplicationOpened(LifeEvent):
    TYPE: ClassVar[str] = "demand.application.opened.v1"
    registered_on: dt.date
    way: EntryWay


class ApplicationRenewed(LifeEvent):
    TYPE: ClassVar[str] = "demand.application.renewed.v1"
    expires_on: dt.date


class ApplicationClosed(LifeEvent):
    TYPE: ClassVar[str] = "demand.application.closed.v1"
    reason: ClosureReason
    registered_on: dt.date
    merged_into: UUID | None = None


class ArrearsRule(OpenEnum):
    """What a landlord asks of the rent account of a tenant who would move."""

    NONE_ALLOWED = "none_allowed"
    PLAN_RESPECTED = "plan_respected"
    """Arrears are no bar while a plan is kept."""
    NO_BAR = "no_bar"
    UNKNOWN = "unknown"


class RentPolicy(OpenEnum):
    """The principal rent of a tenant who moves inside the stock (DOMAIN §4.2)."""

    RELET = "relet"
    SAME_PER_M2 = "same_per_m2"
    FREEZE = "freeze"
    UNKNOWN = "unknown"


class ConditionsRecorded(Event):
    """On what conditions a landlord lets its tenants move, as it publishes them (DOMAIN §11.9)."""

    TYPE: ClassVar[str] = "demand.conditions.recorded.v1"
    landlord: Siren
    version: int
    valid_from: dt.date
    minimum_occupancy_months: Annotated[int, Field(ge=0, le=120)]
    arrears: ArrearsRule
    insurance_required: bool
    visit_required: bool
    visit_valid_months: Annotated[int, Field(ge=1, le=60)]
    rent_policy: RentPolicy

    @property
    def key(self) -> str:
        return self.landlord


class PostalAddress(Value):
    """Where a letter reaches a person."""

    lines: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=38)], ...], Field(min_length=1, max_length=4)]
    """As printed above the last line; 38 characters each (NF Z10-011)."""
    postal_code: Annotated[str, Field(pattern="^[0-9]{5}$")]
    town: Annotated[str, Field(min_length=1, max_length=32)]


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
    address: PostalAddress | None = None
    safe_contact: bool = False
    """In danger from somebody who shares her home: no message to an address or phone that is not hers alone."""
    shared: tuple[Channel, ...] = ()
    """Channels that others read too."""
    helper: PersonId | None = None
    """Who is mandated to act and to be told on her behalf."""

    @property
    def key(self) -> str:
        return str(self.person_id)
