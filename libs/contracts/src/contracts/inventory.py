"""What exists and what comes free."""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.landlord import WithdrawalReason
from contracts.values import Cents, CommuneCode, DwellingFacts, DwellingType, OpenEnum, RplsId, Siren, Value


class DwellingRecorded(Event):
    """A dwelling as it is now."""

    TYPE: ClassVar[str] = "inventory.dwelling.recorded.v1"
    dwelling_id: UUID
    version: int
    landlord: Siren
    reference: RplsId
    dwelling: DwellingFacts
    reletting_base_rent_cents: Cents | None = None
    """Principal rent that the next tenant will pay; `dwelling` has the present one."""

    @property
    def key(self) -> str:
        return str(self.dwelling_id)


class VacancyEvent(Event):
    """What every fact of a vacancy carries; `version` grows by one with each of them."""

    vacancy_id: UUID
    version: int

    @property
    def key(self) -> str:
        return str(self.vacancy_id)


class DesignationMode(OpenEnum):
    DIRECT = "direct"
    """The holder names candidates before a date."""
    DELEGATED = "delegated"
    """The landlord names them for the holder."""
    UNKNOWN = "unknown"


class HolderKind(OpenEnum):
    """Whom a holder's turn is for (CCH R441-5): the eligible public follows from it."""

    PREFECT = "prefect"
    """Households with a recognised priority (CCH L441-1)."""
    LOCAL_AUTHORITY = "local_authority"
    """Those who live there."""
    EMPLOYERS = "employers"
    """Action Logement and the employers: their employees."""
    OTHER = "other"
    UNKNOWN = "unknown"


class ReservationMode(OpenEnum):
    FLOW = "flow"
    """A share of the homes released in a year."""
    STOCK = "stock"
    """Named homes, at each of their releases."""
    UNKNOWN = "unknown"


class Designation(Value):
    """Whose turn it is to name candidates for a home, and until when (DOMAIN §11.6-7)."""

    agreement_id: UUID
    holder: Siren
    mode: DesignationMode
    until: dt.date | None = None
    """The last day to name somebody; after it the home is the landlord's to fill. None where delegated, and before the
    release."""
    holder_kind: HolderKind | None = None
    reservation: ReservationMode | None = None


class VacancyAnnounced(VacancyEvent):
    """A home will come free. Matching works from here, not from the day the keys come back."""

    TYPE: ClassVar[str] = "inventory.vacancy.announced.v1"
    dwelling_id: UUID
    landlord: Siren
    dwelling: DwellingFacts
    expected_on: dt.date
    """End of notice, then works (DOMAIN §3.3)."""
    designation: Designation | None = None
    chain_id: UUID | None = None
    """The vacancy that began the chain of moves; absent for a home that nobody of a chain leaves."""
    follows_vacancy_id: UUID | None = None
    """The home that the household leaving this one moves into."""


class AvailabilityChanged(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.availability-changed.v1"
    expected_on: dt.date


class VacancyReleased(VacancyEvent):
    """The home can be let from `available_on`; carries the dwelling's facts at the rent of re-letting."""

    TYPE: ClassVar[str] = "inventory.vacancy.released.v1"
    dwelling_id: UUID
    landlord: Siren
    dwelling: DwellingFacts
    available_on: dt.date
    designation: Designation | None = None
    chain_id: UUID | None = None
    follows_vacancy_id: UUID | None = None


class VacancyLinked(VacancyEvent):
    """The home was found to be the one that a household of a chain leaves, after the world was told of it.

    Its landlord's notice may come before the lease that the household signed elsewhere, and even outlive the vacancy.
    """

    TYPE: ClassVar[str] = "inventory.vacancy.linked.v1"
    chain_id: UUID
    follows_vacancy_id: UUID


class VacancyDesignated(VacancyEvent):
    """The holder, or the landlord for it, named its candidates."""

    TYPE: ClassVar[str] = "inventory.vacancy.designated.v1"
    designation: Designation
    candidates: Annotated[int, Field(ge=0)]
    on: dt.date
    application_ids: tuple[UUID, ...] = ()
    """Those it named, where they go by their application."""


class VacancyAllocated(VacancyEvent):
    """The committee allocated the home; the lease is not signed yet."""

    TYPE: ClassVar[str] = "inventory.vacancy.allocated.v1"
    on: dt.date
    application_id: UUID | None = None


class HardToLetCause(OpenEnum):
    """Why nobody takes a home, as the landlord finds (DOMAIN §11.17)."""

    RENT = "rent"
    STATE = "state"
    PLACE = "place"
    TYPE = "type"
    ACCESS = "access"
    NO_CANDIDATE = "no_candidate"
    NOT_FOUND_YET = "not_found_yet"
    UNKNOWN = "unknown"


class VacancyHardToLet(VacancyEvent):
    """Vacant too long or refused too often: it entered the hard-to-let queue."""

    TYPE: ClassVar[str] = "inventory.vacancy.hard-to-let.v1"
    on: dt.date
    days_vacant: Annotated[int, Field(ge=0)]
    offers_refused: Annotated[int, Field(ge=0)]
    cause: HardToLetCause = HardToLetCause.NOT_FOUND_YET


class VacancyWithdrawn(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.withdrawn.v1"
    reason: WithdrawalReason


class VacancyLet(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.let.v1"
    lease_signed_on: dt.date
    dwelling_id: UUID | None = None
    landlord: Siren | None = None
    application_id: UUID | None = None
    """Who moves in, where the landlord said it."""
    days_vacant: Annotated[int, Field(ge=0)] | None = None
    """From the day the home could be lived in to the lease."""
    chain_id: UUID | None = None
    follows_vacancy_id: UUID | None = None


class HomeLeftDenial(OpenEnum):
    """Why a home that a household was to leave does not come free, as its landlord says."""

    SOMEBODY_STAYS = "somebody_stays"
    """A part of the household stays: a split, a couple that parts."""
    NOT_OUR_TENANT = "not_our_tenant"
    WILL_NOT_BE_LET = "will_not_be_let"
    """To be sold, pulled down, or put to another use."""
    OTHER = "other"
    UNKNOWN = "unknown"


class HomeLeftDenied(VacancyEvent):
    """The landlord of the home left by who moved into this one says that it does not come free: the chain ends."""

    TYPE: ClassVar[str] = "inventory.vacancy.home-left-denied.v1"
    because: HomeLeftDenial


class RightEvent(Event):
    """What every fact about a reservation right carries. The key is the agreement.

    `cause_vacancy_id` is the vacancy whose event moved the right: the ledger can always be walked back to it.
    """

    agreement_id: UUID
    landlord: Siren
    holder: Siren
    on: dt.date
    cause_vacancy_id: UUID

    @property
    def key(self) -> str:
        return str(self.agreement_id)


class DesignationDue(RightEvent):
    """A release was oriented to this holder."""

    TYPE: ClassVar[str] = "inventory.right.designation-due.v1"
    mode: DesignationMode
    until: dt.date | None = None


class DesignationLapsed(RightEvent):
    """Nobody was named in time."""

    TYPE: ClassVar[str] = "inventory.right.designation-lapsed.v1"
    until: dt.date


class HolderInformed(RightEvent):
    """The Protocole's information letter was sent: the home is wanted for a transfer inside the landlord's stock."""

    TYPE: ClassVar[str] = "inventory.right.holder-informed.v1"
    until: dt.date
    """The last day of its window: later, silence is the answer."""


class HolderAnswer(OpenEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SILENT = "silent"
    UNKNOWN = "unknown"


class HolderAnswered(RightEvent):
    """What the holder said to the information letter, or that it said nothing in time."""

    TYPE: ClassVar[str] = "inventory.right.holder-answered.v1"
    answer: HolderAnswer


class LedgerEvent(RightEvent):
    """A line of the ledger of rights lent between holders (stock agreements)."""

    right_id: UUID
    dwelling_type: DwellingType
    commune: CommuneCode


class RightLent(LedgerEvent):
    """A home of this holder went to another's household: one is owed."""

    TYPE: ClassVar[str] = "inventory.right.lent.v1"
    borrower: Siren | None = None
    """The holder whose household moved in; none where the landlord's own."""


class RightRestituted(LedgerEvent):
    """The home left behind was given for the one lent (rendu pour un)."""

    TYPE: ClassVar[str] = "inventory.right.restituted.v1"
    lent_on: dt.date


class RightWaived(LedgerEvent):
    """The holder asks for nothing in return."""

    TYPE: ClassVar[str] = "inventory.right.waived.v1"
    lent_on: dt.date


class Scheme(OpenEnum):
    """What landlords and holders take part in together (DOMAIN §11.19)."""

    EXCHANGE = "exchange"
    """Homes listed for exchange between tenants."""
    PROTOCOLE_MUTATIONS = "protocole_mutations"
    """Transfers across holders inside one landlord's stock."""
    INTER_LANDLORD = "inter_landlord"
    """Transfers between landlords."""
    UNKNOWN = "unknown"


class ParticipationRecorded(Event):
    """Who takes part in which scheme, where, from when to when."""

    TYPE: ClassVar[str] = "inventory.participation.recorded.v1"
    participation_id: UUID
    version: int
    scheme: Scheme
    landlord: Siren | None = None
    holder: Siren | None = None
    area: Annotated[str, Field(min_length=1, max_length=20)]
    """A commune's, EPT's, EPCI's or département's code, or `all`."""
    valid_from: dt.date
    valid_to: dt.date | None = None

    @property
    def key(self) -> str:
        return str(self.participation_id)
