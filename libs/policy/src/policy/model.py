"""What a territory decides, as data (DESIGN §7). Law is in `law`, decrees in `reference`; neither is repeated here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from contracts.told import Told
from contracts.values import ApplicationKind, DwellingType
from policy.expression import Predicate

__all__ = [
    "KINDS",
    "NATIONAL",
    "Adhesion",
    "Affordability",
    "BirthsRule",
    "Criterion",
    "Cumulation",
    "CustodyRule",
    "Deliberation",
    "FirstQuartile",
    "Policy",
    "Pool",
    "Rubric",
    "Scope",
    "ScopeKind",
    "Scoring",
    "Seniority",
    "Source",
    "State",
    "Target",
    "Typology",
    "Widening",
    "WishStep",
]

KINDS: tuple[ApplicationKind, ...] = tuple(kind for kind in ApplicationKind if kind is not ApplicationKind.UNKNOWN)
"""The populations that a grid may tell apart."""


class State(StrEnum):
    DRAFT = "draft"
    CONSULTED = "consulted"
    ADOPTED = "adopted"


class ScopeKind(StrEnum):
    NATIONAL = "national"
    COMMUNE = "commune"
    EPT = "ept"
    EPCI = "epci"


class Scope(NamedTuple):
    """Where homes fall under a policy: `code` is an INSEE code or a SIREN, empty for the whole country."""

    kind: ScopeKind
    code: str = ""

    @property
    def number(self) -> int:
        """One number a territory, which its versions share: what an index keeps of it."""
        return int(self.code or "0", 36)


NATIONAL = Scope(ScopeKind.NATIONAL)


class Deliberation(NamedTuple):
    body: str
    number: str
    on: dt.date


class Pool(NamedTuple):
    """When homes of one landlord, street, type and financing are alike: they share their calls (DOMAIN §11.14)."""

    area_percent: int
    """The larger living area is at most so much above the smaller; the same for the rent with charges."""
    rent_percent: int
    days: int
    """They come free at most so many days apart."""


class FirstQuartile(NamedTuple):
    """What the yearly order says for the territory (CCH L441-1), where `reference.quartiles` has not all of it."""

    threshold_euros: int
    """A year and consumption unit."""
    order: str
    """The text that sets it."""


class WishStep(StrEnum):
    """One step of one wish that a territory may widen for a home that is hard to let."""

    NEIGHBOURS = "neighbours"
    """The neighbours of a place that the household wants."""
    TYPE = "type"
    """One room more or less."""
    RENT = "rent"
    """A rent a little above the household's limit."""


class Widening(NamedTuple):
    """How wishes are widened for a home that is hard to let: one step of one wish, never two (DOMAIN §11.17).

    Law, needs, ceilings and the policy's other rules are no wishes: nothing widens them.
    """

    steps: tuple[WishStep, ...]
    rent_percent: int
    """Rent and charges are at most so much above the limit that the household gave; 0 where that is no step."""


class Adhesion(NamedTuple):
    """A landlord that follows the policy, since when."""

    landlord: str
    on: dt.date


class Source(NamedTuple):
    """Where a number comes from; `says` names what it is the source of."""

    says: str
    where: str


class BirthsRule(StrEnum):
    COUNT = "count"
    IGNORE = "ignore"


class CustodyRule(StrEnum):
    """How a child in shared custody or on visits counts for the type of a home."""

    FULL = "full"
    HALF = "half"
    """Two of them are one person; one alone is rounded up."""
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typology:
    """Types by number of persons: a territory's choice, not the law (DOMAIN §4.4).

    `usual` and `tolerated` are for one person, two and so on; the last holds for all larger households. Without
    `usual` only the largest tolerated type is said, and whatever is smaller is for the law's floor to judge.
    `law.households.persons_for_type` counts the persons as `births` and `custody` say.
    """

    usual: tuple[frozenset[DwellingType], ...]
    tolerated: tuple[frozenset[DwellingType], ...]
    largest_only: bool
    births: BirthsRule = BirthsRule.COUNT
    custody: CustodyRule = CustodyRule.FULL

    def usual_for(self, persons: int) -> frozenset[DwellingType]:
        return self.usual[min(persons, len(self.usual)) - 1]

    def allowed_for(self, persons: int) -> frozenset[DwellingType]:
        """Usual or tolerated."""
        return self.usual_for(persons) | self.tolerated[min(persons, len(self.tolerated)) - 1]

    def largest(self, persons: int) -> DwellingType:
        return max(self.allowed_for(persons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordability:
    """What a household can bear, by practice (DOMAIN §4.6): effort in percent, residual in euros a day and unit."""

    most_effort_percent: int
    least_residual_euros_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A group of households the territory wants housed first (Protocole Mutations, DOMAIN §2)."""

    name: str
    label: Told
    when: Predicate
    homes: Predicate | None
    """Only towards such homes (social mix is a predicate on household × home)."""
    illustrative: bool
    """The criterion was not read in a source."""


class Cumulation(StrEnum):
    SUM = "sum"
    STRONGEST = "strongest"
    """Only the criterion with most points counts in the rubric (Paris)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    name: str
    label: Told
    points: int
    when: Predicate
    sensitive: bool
    """Tells of health, disability or violence: a tenant reads "legal priority" instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    name: str
    label: Told
    cumulation: Cumulation
    kinds: frozenset[ApplicationKind]
    """The populations it counts for."""
    homes: Predicate | None
    """Counts towards such homes only."""
    criteria: tuple[Criterion, ...]

    @property
    def most(self) -> int:
        points = [criterion.points for criterion in self.criteria]
        return max(points) if self.cumulation is Cumulation.STRONGEST else sum(points)


class Seniority(NamedTuple):
    """Points a calendar month since the registration, up to a number of months where there is a cap."""

    points_per_month: int
    cap_months: int | None

    def points(self, registered_on: dt.date, on: dt.date) -> int:
        months = (on.year - registered_on.year) * 12 + on.month - registered_on.month
        return self.points_per_month * (months if self.cap_months is None else min(months, self.cap_months))


@dataclass(frozen=True, kw_only=True, eq=False)
class Scoring:
    """Points by rubric, all whole numbers. `label` holds what people read of the built-in rubrics."""

    seniority: Mapping[ApplicationKind, Seniority]
    points_by_kind: Mapping[ApplicationKind, int]
    points_by_place_rank: tuple[int, ...]
    """For the first wanted place, the second and so on; the last one holds for all that follow."""
    rent_percent_per_point: int
    rent_most: int
    area_m2_per_point: int
    area_most: int
    points_per_refusal: int
    """Taken off for each refused offer that counts. A call is no offer and never counts (DOMAIN §11.2)."""
    refusals_counted: int
    points_for_rights_owed: int
    """For a tenant whose landlord owes a right to the holder whose turn the home is (DOMAIN §2)."""
    rubrics: tuple[Rubric, ...]
    labels: Mapping[str, Told]

    @property
    def most_dynamic(self) -> int:
        """The most that rent and area can add for any home: what the threshold stop allows for."""
        return self.rent_most + self.area_most

    @cached_property
    def standing(self) -> tuple[Rubric, ...]:
        """The rubrics that no home changes."""
        return tuple(rubric for rubric in self.rubrics if rubric.homes is None)

    @cached_property
    def gated(self) -> tuple[Rubric, ...]:
        """The rubrics that count towards some homes only."""
        return tuple(rubric for rubric in self.rubrics if rubric.homes is not None)

    @cached_property
    def formulas(self) -> tuple[Seniority, ...]:
        """The seniority formulas of all populations, each once."""
        return tuple(dict.fromkeys(self.seniority[kind] for kind in KINDS))

    def seniority_of(self, kind: ApplicationKind) -> Seniority:
        return self.seniority.get(kind, self.seniority[ApplicationKind.FIRST])


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """One version of a territory's line of conduct."""

    territory: str
    label: Told
    scope: Scope
    valid_from: dt.date
    state: State
    illustrative: bool
    """No public grid is known: the numbers stand in until the territory adopts its own."""
    sources: tuple[Source, ...]
    signatories: tuple[str, ...]
    deliberation: Deliberation | None
    adhesions: tuple[Adhesion, ...]
    shortlist_size: int
    calls_at_once: int
    days_to_answer: int
    most_live: int | None
    """Calls that a household may have at a time, open or answered with interest; None sets no limit."""
    pool: Pool | None
    """None: each home is called for by itself."""
    widening: Widening | None
    """None: a home that is hard to let is for those alone who wish it."""
    days_to_answer_offer: int
    """Never below the ten of CCH R441-10."""
    days_to_designate: int
    typology: Typology
    affordability: Affordability
    first_quartile: FirstQuartile | None
    """None: who is of the first quartile is known only where `reference.quartiles` has the year's order."""
    targets: tuple[Target, ...]
    reservation_percent: Mapping[str, int]
    """Shares of the yearly flow by holder (CCH R441-5-2); what is left is the landlord's own."""
    freed_home_points: Mapping[DwellingType, int]
    """What a home left behind is worth, by its type: for chains and exchanges, and in the score of the tenant who
    leaves it, less what the home taken is worth."""
    between_participants_only: bool
    """A tenant of another landlord only where both take part in transfers between landlords (DOMAIN §11.19)."""
    visit_valid_months: int
    contract_may_move: bool
    """Whether a signed self-renovation contract already means "may move"."""
    scoring: Scoring
    digest: str
    """SHA-256 of the file."""

    @property
    def name(self) -> str:
        return f"{self.territory}/{self.valid_from}"

    @property
    def may_be_in_force(self) -> bool:
        """Adopted; or illustrative, which stands in where nothing was adopted. A draft counts only when replayed."""
        return self.state is State.ADOPTED or self.illustrative

    def adhered(self, landlord: str, on: dt.date) -> bool:
        return any(one.landlord == landlord and one.on <= on for one in self.adhesions)
