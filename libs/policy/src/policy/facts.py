"""The facts that a policy may name: what each is called, its type and unit, and where it is read.

`HOUSEHOLDS` and `HOMES` are the vocabulary of the language; `parcours policy facts` prints it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.demand import CurrentHome, HouseholdFacts
from contracts.household import CeilingRegime, Priority, Reason
from contracts.values import (
    Accessibility,
    ApplicationKind,
    DwellingFacts,
    DwellingType,
    EnergyClass,
    Financing,
    OpenEnum,
)
from policy.expression import Known, Name, Type

__all__ = [
    "HOMES",
    "HOME_NAMES",
    "HOUSEHOLDS",
    "HOUSEHOLD_NAMES",
    "Applicant",
    "FactOf",
    "HomeValues",
    "HouseholdValues",
    "names",
]


class Applicant(Protocol):
    """What a policy reads of an application."""

    @property
    def kind(self) -> ApplicationKind: ...
    @property
    def household(self) -> HouseholdFacts: ...
    @property
    def current_home(self) -> CurrentHome | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOf:
    """A named fact. `unit` is for people; `sensitive` ones tell of health, disability or violence."""

    type: Type
    unit: str = ""
    meaning: str
    values: frozenset[str] = frozenset()
    sensitive: bool = False
    moves: bool = False
    """Changes by time alone: it may say who belongs to a group, and brings no points (the index could not follow)."""
    read: Callable[..., Known]


def _said(enum: type[OpenEnum]) -> frozenset[str]:
    return frozenset(member.value for member in enum if member.value != "unknown")


def _one(value: OpenEnum | None) -> str | None:
    return None if value is None or value.value == "unknown" else value.value


def _euros(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _of(name: str) -> Callable[[Applicant, dt.date], Known]:
    return lambda who, _: getattr(who.household, name)


def _now(name: str) -> Callable[[Applicant, dt.date], Known]:
    return lambda who, _: None if who.current_home is None else getattr(who.current_home, name)


def _per_unit(who: Applicant, _: dt.date) -> Known:
    resources, units = who.household.monthly_resources_cents, who.household.consumption_units
    return None if resources is None or not units else resources / 100 / units


def _area_per_person(who: Applicant, _: dt.date) -> Known:
    area = who.current_home and who.current_home.living_area_m2
    return None if not area else area / who.household.persons_for_occupancy


def _persons_per_room(who: Applicant, _: dt.date) -> Known:
    rooms = who.current_home and who.current_home.main_rooms
    return None if not rooms else who.household.persons_for_occupancy / rooms


def _age(who: Applicant, on: dt.date) -> Known:
    return None if (born := who.household.eldest_born_in) is None else on.year - born


def _reasons(who: Applicant, _: dt.date) -> Known:
    return frozenset(one.name.lower() for one in who.household.reasons if one is not Reason.UNKNOWN)


def _priorities(who: Applicant, _: dt.date) -> Known:
    return frozenset(one.value for one in who.household.priorities if one is not Priority.UNKNOWN)


def _number(read: Callable[..., Known], unit: str, meaning: str, **more: Any) -> FactOf:
    return FactOf(type=Type.NUMBER, unit=unit, meaning=meaning, read=read, **more)


def _flag(read: Callable[..., Known], meaning: str, **more: Any) -> FactOf:
    return FactOf(type=Type.FLAG, meaning=meaning, read=read, **more)


def _text(read: Callable[..., Known], meaning: str, **more: Any) -> FactOf:
    return FactOf(type=Type.TEXT, meaning=meaning, read=read, **more)


HOUSEHOLDS: Mapping[str, FactOf] = {
    "kind": _text(
        lambda who, _: _one(who.kind), "transfer, split or first (DOMAIN §11.1)", values=_said(ApplicationKind)
    ),
    "persons": _number(_of("persons_for_occupancy"), "persons", "as CCH L621-2 and R822-25 count them"),
    "persons_for_ceiling": _number(_of("persons_for_ceiling"), "persons", "as CCH L442-12 counts them"),
    "persons_for_type": _number(_of("persons_for_type"), "persons", "with births and shared custody by the policy"),
    "minors": _number(_of("minors"), "persons", "under 18"),
    "reference_tax_income": _number(_of("reference_tax_income_euros"), "euros a year", "of year N-2"),
    "income_category": _number(_of("income_category"), "1 to 6", "of the income ceilings"),
    "ceiling_regime": _text(
        lambda who, _: _one(who.household.ceiling_regime), "how income is held against a ceiling",
        values=_said(CeilingRegime),
    ),
    "monthly_resources": _number(
        lambda who, _: _euros(who.household.monthly_resources_cents), "euros a month", "of all, without housing aid"
    ),
    "resources_per_unit": _number(_per_unit, "euros a month", "resources a consumption unit"),
    "housing_aid": _number(lambda who, _: _euros(who.household.housing_aid_cents), "euros a month", "APL or AL, now"),
    "effort_percent": _number(_of("effort_percent"), "percent", "rent, charges less aid in resources, now"),
    "first_quartile": _flag(_of("first_quartile"), "resources a unit in the first quartile (CCH L441-1)"),
    "over_occupied": _flag(_of("over_occupied"), "below the floor of CCH R822-25, now"),
    "under_occupied": _flag(_of("under_occupied"), "more rooms than persons and one (CCH L621-2), now"),
    "occupation_index": _number(_of("occupation_index"), "rooms", "above or below INSEE's norm"),
    "area_per_person": _number(_area_per_person, "m² a person", "of the current home"),
    "persons_per_room": _number(_persons_per_room, "persons a room", "of the current home"),
    "current_rooms": _number(_now("main_rooms"), "rooms", "of the current home, kitchen excluded"),
    "current_rent": _number(
        lambda who, _: _euros(who.current_home and who.current_home.base_rent_cents), "euros a month",
        "principal rent of the current home",
    ),
    "current_commune": _text(_now("commune"), "INSEE code of the current home's commune"),
    "current_in_priority_district": _flag(_now("in_priority_district"), "the current home lies in a QPV"),
    "reasons": FactOf(
        type=Type.SET, meaning="why the household applies (the form's 23 reasons)", sensitive=True,
        values=frozenset(one.name.lower() for one in Reason if one is not Reason.UNKNOWN), read=_reasons,
    ),
    "priorities": FactOf(
        type=Type.SET, meaning="recognised priorities (CCH L441-1, L300-1)", sensitive=True,
        values=_said(Priority), read=_priorities,
    ),
    "disabled_persons": _number(_of("disabled_persons"), "persons", "with a recognised disability", sensitive=True),
    "needs_wheelchair": _flag(_of("needs_wheelchair"), "needs a home for a wheelchair", sensitive=True),
    "needs_step_free": _flag(_of("needs_step_free"), "needs a home without a step", sensitive=True),
    "eldest_born_in": _number(_of("eldest_born_in"), "year", "of birth of the eldest"),
    "eldest_age": _number(_age, "years", "the eldest reaches this year", moves=True),
}  # fmt: skip

HOMES: Mapping[str, FactOf] = {
    "home.commune": _text(lambda home: home.commune, "INSEE code"),
    "home.type": _text(lambda home: _one(home.dwelling_type), "T1 to T6", values=_said(DwellingType)),
    "home.rooms": _number(lambda home: home.rooms, "rooms", "kitchen excluded"),
    "home.area": _number(lambda home: home.living_area_m2, "m²", "living area"),
    "home.rent": _number(lambda home: home.rent_cents / 100, "euros a month", "with charges"),
    "home.base_rent": _number(lambda home: home.base_rent_cents / 100, "euros a month", "principal rent"),
    "home.financing": _text(lambda home: _one(home.financing), "the loan that built it", values=_said(Financing)),
    "home.floor": _number(lambda home: home.floor, "floors", "0 is the ground floor"),
    "home.lift": _flag(lambda home: home.lift, "there is a lift"),
    "home.step_free": _flag(lambda home: home.step_free, "reached without a step"),
    "home.wheelchair_accessible": _flag(lambda home: home.wheelchair_accessible, "for a wheelchair"),
    "home.accessibility": _text(
        lambda home: _one(home.accessibility), "how far it is fitted for disability", values=_said(Accessibility)
    ),
    "home.energy_class": _text(lambda home: _one(home.energy_class), "A to G", values=_said(EnergyClass)),
    "home.in_priority_district": _flag(lambda home: home.in_priority_district, "lies in a QPV"),
    "home.plai_adapted": _flag(lambda home: home.plai_adapted, "of the type PLAI-adapté"),
}


def names(facts: Mapping[str, FactOf]) -> dict[str, Name]:
    """The facts as the language takes them."""
    return {name: Name(fact.type, fact.values) for name, fact in facts.items()}


HOUSEHOLD_NAMES, HOME_NAMES = names(HOUSEHOLDS), names(HOMES)


class HouseholdValues(dict[str, Known]):
    """The facts of an applicant, each read when it is first asked for."""

    __slots__ = ("_on", "_who")

    def __init__(self, who: Applicant, on: dt.date) -> None:
        super().__init__()
        self._who, self._on = who, on

    def __missing__(self, name: str) -> Known:
        value = self[name] = HOUSEHOLDS[name].read(self._who, self._on)
        return value


class HomeValues(dict[str, Known]):
    """The facts of a home, each read when it is first asked for."""

    __slots__ = ("_home",)

    def __init__(self, home: DwellingFacts) -> None:
        super().__init__()
        self._home = home

    def __missing__(self, name: str) -> Known:
        value = self[name] = HOMES[name].read(self._home)
        return value
