"""From the file to the signed lease (DOMAIN §11.2-3): candidacies, the committee's decisions, offers, leases, chains.

A call asks; a candidacy is a household's file for one home; an offer follows a decision and is the only one of the
three that can be refused with effect. None of these carries a name or a sensitive reason.
"""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.tenancy import SuitableHome
from contracts.values import CommuneCode, DwellingFacts, DwellingType, OpenEnum, PersonId, RplsId, Siren, Utc, Value


class AllocationEvent(Event):
    """What every fact about the allocation of a home carries. The key is the vacancy."""

    vacancy_id: UUID
    landlord: Siren

    @property
    def key(self) -> str:
        return str(self.vacancy_id)


class DrawCommitted(AllocationEvent):
    """The lot that will part equal files is fixed before anybody is ranked: this is the seal of its seed."""

    TYPE: ClassVar[str] = "matching.draw.committed.v1"
    commitment: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """SHA-256 of the seed's 32 bytes."""
    committed_at: Utc


class DrawRevealed(AllocationEvent):
    """The home is let or gone: the seed is told, and anybody can draw again (`parcours draw verify`)."""

    TYPE: ClassVar[str] = "matching.draw.revealed.v1"
    seed: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    revealed_at: Utc


class CandidacyOrigin(OpenEnum):
    """Who brought a household to a home's committee (DOMAIN §11.7)."""

    CALL = "call"
    """It answered an interest call."""
    HOLDER = "holder"
    PREFET = "prefet"
    """Designated by the préfet for a recognised right (DALO)."""
    RENEWAL = "renewal"
    """A renewal programme rehouses it."""
    LANDLORD = "landlord"
    UNKNOWN = "unknown"


class CandidacyEvent(AllocationEvent):
    """A step of one household's file for one home; `version` grows by one with each."""

    candidacy_id: UUID
    application_id: UUID
    version: int


class CandidacyOpened(CandidacyEvent):
    TYPE: ClassVar[str] = "matching.candidacy.opened.v1"
    person_ids: tuple[PersonId, ...]
    origin: CandidacyOrigin
    call_id: UUID | None = None
    score: int
    policy: str
    opened_at: Utc


class CandidacyCompleted(CandidacyEvent):
    """Every piece of the checklist was verified: the file may go on an agenda."""

    TYPE: ClassVar[str] = "matching.candidacy.completed.v1"
    completed_at: Utc


class CandidacyReopened(CandidacyEvent):
    """A piece counts no more, or the household's facts ask for another one: the file is not complete any more."""

    TYPE: ClassVar[str] = "matching.candidacy.reopened.v1"
    reopened_at: Utc


class CandidacyParked(CandidacyEvent):
    """The household was ranked first for another home: this file waits for its answer."""

    TYPE: ClassVar[str] = "matching.candidacy.parked.v1"
    for_candidacy_id: UUID
    parked_at: Utc


class CandidacyRevived(CandidacyEvent):
    """The other home came to nothing: the file counts again."""

    TYPE: ClassVar[str] = "matching.candidacy.revived.v1"
    revived_at: Utc


class CandidacyEnd(OpenEnum):
    HOUSEHOLD_WITHDREW = "household_withdrew"
    APPLICATION_CLOSED = "application_closed"
    VACANCY_GONE = "vacancy_gone"
    VACANCY_LET = "vacancy_let"
    """To another household of the same committee."""
    RULE_BROKEN = "rule_broken"
    """The facts changed, and the home would be unlawful now."""
    NOT_ALLOCATED = "not_allocated"
    """By the committee's decision."""
    OFFER_REFUSED = "offer_refused"
    """In words, or by silence until the last day."""
    CONDITION_NOT_MET = "condition_not_met"
    """The piece that the allocation was conditional on was not given by its day."""
    HOUSED = "housed"
    UNKNOWN = "unknown"


class CandidacyClosed(CandidacyEvent):
    TYPE: ClassVar[str] = "matching.candidacy.closed.v1"
    because: CandidacyEnd
    closed_at: Utc
    person_ids: tuple[PersonId, ...] = ()
    """Whom to tell; nobody where the household ended it itself, or hears of it by another message."""
    dwelling: DwellingFacts | None = None
    """The home that the message names."""


class DecisionKind(OpenEnum):
    """The five decisions that a committee may take, and no other (CCH R441-3)."""

    ALLOCATED = "allocated"
    """a) attribution"""
    ALLOCATED_BY_RANK = "allocated_by_rank"
    """b) to this one if those ranked before refuse"""
    ALLOCATED_ON_CONDITION = "allocated_on_condition"
    """c) under the condition that a piece named is given"""
    NOT_ALLOCATED = "not_allocated"
    """d) with reasons"""
    INADMISSIBLE = "inadmissible"
    """e) irrecevabilité: the conditions of access are not met (CCH R441-1)"""
    UNKNOWN = "unknown"


class DecisionReason(OpenEnum):
    """Why a committee did not allocate: a closed list beside its own words (CCH L441-2-2 asks for reasons)."""

    HOUSEHOLD_LARGER_THAN_HOME = "household_larger_than_home"
    HOUSEHOLD_SMALLER_THAN_HOME = "household_smaller_than_home"
    RENT_TOO_HIGH_FOR_RESOURCES = "rent_too_high_for_resources"
    INCOME_ABOVE_CEILING = "income_above_ceiling"
    OWNS_ADEQUATE_HOME = "owns_adequate_home"
    ARREARS_WITHOUT_PLAN = "arrears_without_plan"
    HOME_NOT_ACCESSIBLE = "home_not_accessible"
    FILE_NOT_TRUE = "file_not_true"
    OTHER_HOUSEHOLD_HAS_PRIORITY = "other_household_has_priority"
    RIGHT_OF_STAY_NOT_PROVEN = "right_of_stay_not_proven"
    UNKNOWN = "unknown"


class MovedBecause(OpenEnum):
    """Why a committee ranked a file before one that the engine had before it."""

    RECOGNISED_PRIORITY = "recognised_priority"
    """CCH L441-1."""
    EMERGENCY = "emergency"
    HOME_SUITS_ITS_NEEDS = "home_suits_its_needs"
    BALANCE_OF_OCCUPATION = "balance_of_occupation"
    """Social mix (CCH L441)."""
    FREES_A_SOUGHT_HOME = "frees_a_sought_home"
    RENEWAL_REHOUSING = "renewal_rehousing"
    OTHER = "other"
    """In the committee's own words, which stay with matching."""
    UNKNOWN = "unknown"


class Decision(Value):
    """What the committee decided on one file."""

    candidacy_id: UUID
    application_id: UUID
    kind: DecisionKind
    rank: Annotated[int, Field(ge=1)] | None = None
    """From 1, of the allocations alone."""
    proposed_rank: Annotated[int, Field(ge=1)] | None = None
    """Where the engine had it among all files of the home."""
    moved_because: MovedBecause | None = None
    """Of an allocation ranked before one that the engine had before it."""
    reasons: tuple[DecisionReason, ...] = ()
    """Of a refusal; the committee's own words stay with matching."""
    piece: str | None = None
    """Of an allocation on condition: the kind of piece to be given."""
    piece_by: dt.date | None = None
    """The last day for it."""
    person_ids: tuple[PersonId, ...] = ()
    """Whom to tell in writing (CCH L441-2-2)."""


class FewerFilesBecause(OpenEnum):
    """Why a committee may look at fewer than three files for a home (CCH R441-3; a closed list)."""

    TOO_FEW_CANDIDATES = "too_few_candidates"
    """Justified in the minutes."""
    DALO_DESIGNATED = "dalo_designated"
    """The préfet named the household."""
    PLAI_ADAPTED = "plai_adapted"
    UNKNOWN = "unknown"


class CommitteeDecided(AllocationEvent):
    """The committee decided on all files of one home."""

    TYPE: ClassVar[str] = "matching.committee.decided.v1"
    session_id: UUID
    on: dt.date
    decisions: Annotated[tuple[Decision, ...], Field(min_length=1)]
    fewer_files_because: FewerFilesBecause | None = None
    dwelling: DwellingFacts | None = None
    """The home that the letters name."""


class OfferEvent(AllocationEvent):
    """A step of an offer; `version` grows by one with each."""

    offer_id: UUID
    candidacy_id: UUID
    application_id: UUID
    version: int
    person_ids: tuple[PersonId, ...]


class OfferMade(OfferEvent):
    """The home is offered in writing. The household has until the end of `answer_by` (CCH R441-10)."""

    TYPE: ClassVar[str] = "matching.offer.made.v1"
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool = False
    """The home is not free yet: the day may still change."""
    answer_by: dt.date
    rank: Annotated[int, Field(ge=1)]
    on_condition: bool = False
    """A piece is still to be given."""
    made_on: dt.date


class OfferReminded(OfferEvent):
    """The last day is near and the household has not answered."""

    TYPE: ClassVar[str] = "matching.offer.reminded.v1"
    dwelling: DwellingFacts
    available_on: dt.date
    available_on_expected: bool = False
    """The home is not free yet: the day may still change."""
    answer_by: dt.date
    on_condition: bool = False


class OfferAccepted(OfferEvent):
    TYPE: ClassVar[str] = "matching.offer.accepted.v1"
    accepted_on: dt.date


class OfferRefusedBecause(OpenEnum):
    RENT = "rent"
    PLACE = "place"
    TYPE_OR_AREA = "type_or_area"
    STATE = "state"
    ACCESS = "access"
    OTHER_HOME = "other_home"
    SILENCE = "silence"
    """No answer until the end of the last day counts as a refusal."""
    NOT_SAID = "not_said"
    UNKNOWN = "unknown"


class OfferRefused(OfferEvent):
    """In words, or by silence. The only refusal that may count (DOMAIN §11.2)."""

    TYPE: ClassVar[str] = "matching.offer.refused.v1"
    refused_on: dt.date
    because: OfferRefusedBecause = OfferRefusedBecause.NOT_SAID


class OfferWithdrawn(OfferEvent):
    """The home, the condition or the application is gone; it counts against nobody."""

    TYPE: ClassVar[str] = "matching.offer.withdrawn.v1"
    because: CandidacyEnd


class HomeLeft(Value):
    """The home that a household of the stock leaves behind: the next one of the chain."""

    landlord: Siren | None = None
    """As the household declared it; unknown when absent."""
    reference: RplsId | None = None
    commune: CommuneCode | None = None
    dwelling_type: DwellingType | None = None


class MoveSigned(AllocationEvent):
    """The household of an accepted offer signed, as its landlord's system says. What it leaves starts the next move."""

    TYPE: ClassVar[str] = "matching.move.signed.v1"
    application_id: UUID
    offer_id: UUID | None = None
    signed_on: dt.date
    home_left: HomeLeft | None = None
    """None for a household that leaves no home of the stock: the chain ends."""
    chain_id: UUID
    """The vacancy that began the chain; its own for the first home."""
    step: Annotated[int, Field(ge=1)]
    """Of this move in its chain, from 1."""


class ExaminationOpinionDecided(Event):
    """The committee's opinion on a lease of the three-yearly examination (CCH L442-5-2). The key is the tenancy."""

    TYPE: ClassVar[str] = "matching.committee.opinion-decided.v1"
    tenancy_id: UUID
    examination_id: UUID
    session_id: UUID
    landlord: Siren
    on: dt.date
    rehouse: bool
    suitable: SuitableHome | None = None

    @property
    def key(self) -> str:
        return str(self.tenancy_id)


ALLOCATION_EVENTS: tuple[type[Event], ...] = (
    DrawCommitted,
    DrawRevealed,
    CandidacyOpened,
    CandidacyCompleted,
    CandidacyReopened,
    CandidacyParked,
    CandidacyRevived,
    CandidacyClosed,
    CommitteeDecided,
    OfferMade,
    OfferReminded,
    OfferAccepted,
    OfferRefused,
    OfferWithdrawn,
    MoveSigned,
    ExaminationOpinionDecided,
)
