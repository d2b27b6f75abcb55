"""What was declared and what is proven, apart (DOMAIN §11.3).

A fact is a part of the file that a piece can prove. Each statement of it is kept: who said it, when, until when it
holds, and the piece. A fact is proven on a day when a piece that still counts proves what the file says of it now.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.demand import HouseholdFacts
from contracts.household import CeilingRegime
from contracts.values import Value
from demand.domain.application import Application, File, Situation
from reference.pieces import Piece, pieces_for


class Fact(StrEnum):
    IDENTITY = "identity"
    COMPOSITION = "composition"
    CUSTODY = "custody"
    EXPECTED_BIRTH = "expected_birth"
    TAX_INCOME = "tax_income"
    RECENT_INCOME = "recent_income"
    """Of year N-1, where it is lower."""
    RESOURCES = "resources"
    HOUSING_AID = "housing_aid"
    CURRENT_HOME = "current_home"
    DISABILITY = "disability"
    PRIORITY = "priority"


class StatedBy(StrEnum):
    HOUSEHOLD = "household"
    AGENT = "agent"
    """Entered by an agent from what the household wrote or showed."""
    IMPORT = "import"
    EXAMINATION = "examination"
    LANDLORD = "landlord"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    kind: str
    issued_on: dt.date
    seen_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    fact: Fact
    value: Any
    """What the file said of it then, as JSON."""
    stated_by: StatedBy
    stated_at: dt.datetime
    holds_until: dt.date | None = None
    """The last day; without end when None."""
    proof: Proof | None = None

    def holds(self, on: dt.date) -> bool:
        return self.holds_until is None or on <= self.holds_until


class Lack(StrEnum):
    """Why a fact is not proven."""

    NO_PIECE = "no_piece"
    EXPIRED = "expired"
    CHANGED_SINCE = "changed_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    fact: Fact
    lack: Lack
    pieces: tuple[Piece, ...]
    """Any one of them will do."""


_PROVEN_BY: Mapping[str, frozenset[Fact]] = {
    **dict.fromkeys(
        ("persons_for_occupancy", "persons_for_ceiling", "minors", "eldest_born_in", "consumption_units"),
        frozenset({Fact.COMPOSITION, Fact.CUSTODY}),
    ),
    "persons_for_type": frozenset({Fact.COMPOSITION, Fact.CUSTODY, Fact.EXPECTED_BIRTH}),
    "income_category": frozenset({Fact.COMPOSITION, Fact.CUSTODY, Fact.DISABILITY}),
    "reference_tax_income_euros": frozenset({Fact.TAX_INCOME}),
    "ceiling_income_euros": frozenset({Fact.TAX_INCOME}),
    "monthly_resources_cents": frozenset({Fact.RESOURCES}),
    "housing_aid_cents": frozenset({Fact.HOUSING_AID}),
    "first_quartile": frozenset({Fact.RESOURCES, Fact.COMPOSITION, Fact.CUSTODY}),
    **dict.fromkeys(
        ("over_occupied", "under_occupied", "occupation_index"),
        frozenset({Fact.CURRENT_HOME, Fact.COMPOSITION, Fact.CUSTODY}),
    ),
    "effort_percent": frozenset({Fact.CURRENT_HOME, Fact.RESOURCES, Fact.HOUSING_AID}),
    **dict.fromkeys(("disabled_persons", "access_needs", "needs_wheelchair"), frozenset({Fact.DISABILITY})),
    "priorities": frozenset({Fact.PRIORITY}),
}
"""Which facts must be proven for a derived one to be; those that do not apply to the household need no proof."""


def told(application: Application) -> dict[Fact, Any]:
    """The facts that apply to this household, each with what its file says, as JSON."""
    file = application.file
    values: dict[Fact, Any] = {Fact.IDENTITY: [str(person) for person in application.persons]}
    if file.declaration is not None:
        values |= _declared(file)
    elif file.household is not None:
        values |= _counted(file.household)
    if file.housing.situation is not Situation.HOMELESS:
        home, dwelling = file.housing.home, file.declaration.dwelling if file.declaration else None
        values[Fact.CURRENT_HOME] = {
            "situation": file.housing.situation.value,
            "home": home.model_dump(mode="json", exclude_none=True) if home else None,
            "dwelling": dwelling.model_dump(mode="json", exclude_none=True) if dwelling else None,
        }
    return values


def proven(statements: Iterable[Statement], application: Application, on: dt.date) -> frozenset[Fact]:
    """The facts of which a piece that counts on a day proves what the file says now."""
    values = told(application)
    return frozenset(
        one.fact
        for one in statements
        if one.proof and one.holds(on) and one.fact in values and one.value == values[one.fact]
    )


def verified_names(facts: HouseholdFacts, proved: frozenset[Fact], applying: Iterable[Fact]) -> tuple[str, ...]:
    """Names of the household's facts that hold on nothing but proven ones."""
    applies = frozenset(applying)
    recent = frozenset({Fact.RECENT_INCOME}) if facts.ceiling_regime is CeilingRegime.RECENT_INCOME else frozenset()
    names = []
    for name, needed in _PROVEN_BY.items():
        needs = (needed | recent if name == "ceiling_income_euros" else needed) & applies
        if needs and needs <= proved and getattr(facts, name) not in (None, (), False):
            names.append(name)
    return tuple(sorted(names))


def missing(statements: Sequence[Statement], application: Application, on: dt.date) -> tuple[Missing, ...]:
    """The facts of this household that no piece proves, with the pieces that would."""
    values, proved = told(application), proven(statements, application, on)
    found = []
    for fact, value in values.items():
        if fact in proved:
            continue
        seen = [one for one in statements if one.fact is fact and one.proof]
        lack = Lack.NO_PIECE
        if seen:
            lack = Lack.EXPIRED if any(one.value == value for one in seen) else Lack.CHANGED_SINCE
        found.append(Missing(fact=fact, lack=lack, pieces=pieces_for(fact.value)))
    return tuple(found)


def news(before: Application | None, after: Application) -> dict[Fact, Any]:
    """The facts that a change states anew, with what they say now."""
    known = told(before) if before else {}
    return {fact: value for fact, value in told(after).items() if fact not in known or known[fact] != value}


def next_lapse(statements: Iterable[Statement], on: dt.date) -> dt.date | None:
    """The next day on which a piece counts no more."""
    ends = [one.holds_until for one in statements if one.proof and one.holds_until]
    return min((end + dt.timedelta(days=1) for end in ends if end >= on), default=None)


def _declared(file: File) -> dict[Fact, Any]:
    declared = file.declaration
    assert declared is not None
    composition = [
        {
            "ref": member.ref,
            "relation": member.relation.value,
            "birth_date": member.birth_date.isoformat(),
            "sex": member.sex and member.sex.value,
            "dependant": member.dependant,
        }
        for member in declared.members
    ]
    values: dict[Fact, Any] = {Fact.COMPOSITION: composition}
    if shared := [[member.ref, member.custody.value] for member in declared.members if member.custody]:
        values[Fact.CUSTODY] = shared
    if declared.expected_births:
        values[Fact.EXPECTED_BIRTH] = _dumped(declared.expected_births)
    if declared.tax_incomes:
        values[Fact.TAX_INCOME] = _dumped(declared.tax_incomes)
        if len({one.year for one in declared.tax_incomes}) > 1:
            values[Fact.RECENT_INCOME] = values[Fact.TAX_INCOME]
    if declared.resources is not None:
        values[Fact.RESOURCES] = _dumped(declared.resources)
    if declared.housing_aid_cents:
        values[Fact.HOUSING_AID] = declared.housing_aid_cents
    if (disabled := [member.ref for member in declared.members if member.disabled]) or declared.access_needs:
        needs = declared.access_needs
        values[Fact.DISABILITY] = {"members": disabled, "needs": needs.model_dump(mode="json") if needs else None}
    if declared.recognitions:
        values[Fact.PRIORITY] = _dumped(declared.recognitions)
    return values


def _dumped(values: Iterable[Value]) -> list[Any]:
    return [one.model_dump(mode="json") for one in values]


def _counted(household: HouseholdFacts) -> dict[Fact, Any]:
    values: dict[Fact, Any] = {
        Fact.COMPOSITION: {
            "persons_for_occupancy": household.persons_for_occupancy,
            "persons_for_ceiling": household.persons_for_ceiling,
            "minors": household.minors,
        }
    }
    means = {
        Fact.TAX_INCOME: household.reference_tax_income_euros,
        Fact.RESOURCES: household.monthly_resources_cents,
        Fact.HOUSING_AID: household.housing_aid_cents,
    }
    values |= {fact: value for fact, value in means.items() if value is not None}
    needs = household.access_needs
    if household.disabled_persons or needs or household.needs_wheelchair:
        told = needs.model_dump(mode="json") if needs else None
        values[Fact.DISABILITY] = [household.disabled_persons, told, household.needs_wheelchair]
    if household.priorities:
        values[Fact.PRIORITY] = [priority.value for priority in household.priorities]
    return values
