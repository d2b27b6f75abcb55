"""The facts that a decision was read from, and on whose word each stands (DOMAIN §11.3)."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from contracts.household import CeilingRegime
from matching.domain.application import Application
from matching.domain.rules import Finding, Rule, Verdict
from policy.scoring import Counted

__all__ = ["BEHIND", "HEALTH", "READS", "Evidence", "Word", "evidence"]


class Word(StrEnum):
    DECLARED = "declared"
    """By the household."""
    VERIFIED = "verified"
    """A document proved it on that day, or an authority decided it."""
    LANDLORD = "landlord"
    """Stated by the current landlord, or found at a visit."""
    RECORDED = "recorded"
    """By the system itself: the registration, the kind, refused offers."""


class Evidence(NamedTuple):
    """A fact as it was. `name` is that of `HouseholdFacts`, or says where else it stands."""

    name: str
    value: Any
    """As JSON has it."""
    word: Word


_PRESENT_RENT = ("kind", "current_home.landlord", "current_home.base_rent_cents", "current_home.living_area_m2")
READS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "offered_rent": (*_PRESENT_RENT, "current_home.service_charges_cents", "housing_aid_cents"),
        "max_rent": _PRESENT_RENT,
        "occupancy": ("persons_for_occupancy",),
        "income": (
            "reference_tax_income_euros",
            "ceiling_income_euros",
            "ceiling_regime",
            "income_category",
            "income_category_extra_persons",
            "persons_for_ceiling",
            "disabled_persons",
            "needs_wheelchair",
            "needs_step_free",
            "applicants",
            "current_home.landlord",
        ),
        "effort": (*_PRESENT_RENT, "monthly_resources_cents", "housing_aid_cents"),
        "residual": (*_PRESENT_RENT, "monthly_resources_cents", "housing_aid_cents", "consumption_units"),
        "wheelchair": ("needs_wheelchair",),
        "step_free": ("needs_step_free",),
        "equipment": ("access_needs",),
        "floor": ("max_floor_without_lift",),
        "adapted": (
            "disabled_persons",
            "needs_wheelchair",
            "needs_step_free",
            "max_floor_without_lift",
            "access_needs",
            "reasons",
            "eldest_born_in",
        ),
        "typology": ("persons_for_type", "persons_for_occupancy"),
        "under_occupation": ("persons_for_type", "persons_for_occupancy"),
        "transfer_rent": ("kind", "under_occupied", "current_home.base_rent_cents", "current_home.landlord"),
        "transfer_conditions": ("meets_transfer_conditions", "kind"),
        "light": ("light",),
        "scope": ("kind", "current_home.landlord"),
        "holder": ("kind", "priorities", "disabled_persons", "current_home.commune", "current_home.landlord"),
    }
)
"""What each rule, by its value, reads of a household; one that is not named reads its wishes and the home alone.

A wish is nobody's to verify: its value stands in the finding.
"""
BEHIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kind": ("kind",),
        "persons": ("persons_for_occupancy",),
        "reference_tax_income": ("reference_tax_income_euros",),
        "monthly_resources": ("monthly_resources_cents",),
        "resources_per_unit": ("monthly_resources_cents", "consumption_units"),
        "housing_aid": ("housing_aid_cents",),
        "area_per_person": ("current_home.living_area_m2", "persons_for_occupancy"),
        "persons_per_room": ("current_home.main_rooms", "persons_for_occupancy"),
        "current_rooms": ("current_home.main_rooms",),
        "current_rent": ("current_home.base_rent_cents",),
        "current_commune": ("current_home.commune",),
        "current_in_priority_district": ("current_home.in_priority_district",),
        "eldest_age": ("eldest_born_in",),
    }
)
"""What a fact of the policies' language is read from, where it has not the name of one of `HouseholdFacts`."""
HEALTH = frozenset({"wheelchair", "step_free", "equipment", "floor", "adapted"})
"""Rules, by their value, that read facts of health (DESIGN §10)."""
_NOT_READ = frozenset(
    {
        *("not_needed", "not_asked", "no_limit", "no_matter", "not_concerned", "ordinary_home"),
        *("nobodys_turn", "delegated", "lapsed", "named", "by_protocole", "out_of_the_flow"),
    }
)
"""Of a code's second part: the rule came to nothing that it would have read the household for."""
_IN_DOUBT: Mapping[str, frozenset[str]] = {"income": frozenset({"disabled_persons"})}
"""What a rule reads only where it does not fit at the first look: who is below the lowest ceiling is below them all."""
_ALWAYS = ("registered_on", "kind", "refused_offers", "persons_for_occupancy")
"""What the built-in rubrics read."""
_HOME = "current_home."
_OUTSIDE = frozenset({"kind", "light", "meets_transfer_conditions"})
_NOTHING: tuple[Any, ...] = (None, False, 0, (), CeilingRegime.ORDINARY)
_RECORDED = frozenset({"registered_on", "kind", "refused_offers", "applicants"})
_LANDLORD = frozenset({"light", "meets_transfer_conditions"})


def evidence(
    application: Application, findings: Iterable[Finding], criteria: Iterable[Counted]
) -> tuple[Evidence, ...]:
    """The facts that these findings and criteria were read from, each once, by name.

    What is not known, or not so, is left out where the rule fits all the same: nothing rested on it.
    """
    doubtful, fitting = [], []
    for finding in findings:
        if finding.verdict is not Verdict.FITS:
            doubtful.append(finding.rule)
        elif finding.code.partition(".")[2] not in _NOT_READ:
            fitting.append(finding.rule)
    counting = tuple([fact for criterion in criteria for fact in criterion.facts])
    verified, found = application.household.verified, []
    for name, matters, read, word in _readings(tuple(doubtful), tuple(fitting), counting):
        value = read(application)
        if matters or value not in _NOTHING:
            proven = word is Word.DECLARED and name in verified
            found.append(Evidence(name, value, Word.VERIFIED if proven else word))
    return tuple(found)


class _Reading(NamedTuple):
    name: str
    matters: bool
    """Something rests on it even where it says nothing."""
    read: Callable[[Application], Any]
    word: Word


@lru_cache(maxsize=10_000)
def _readings(doubtful: tuple[Rule, ...], fitting: tuple[Rule, ...], counting: tuple[str, ...]) -> tuple[_Reading, ...]:
    rested = (name for rule in fitting for name in READS.get(rule, ()) if name not in _IN_DOUBT.get(rule, ()))
    names = dict.fromkeys((*_ALWAYS, *rested), False)
    names |= {name: True for rule in doubtful for name in READS.get(rule, ())}
    names |= {name: True for fact in counting for name in BEHIND.get(fact, (fact,))}
    return tuple(_Reading(name, matters, _reader(name), _word(name)) for name, matters in sorted(names.items()))


def _word(name: str) -> Word:
    if name in _RECORDED:
        return Word.RECORDED
    return Word.LANDLORD if name in _LANDLORD else Word.DECLARED


def _reader(name: str) -> Callable[[Application], Any]:
    if name == "applicants":
        return lambda application: len(application.person_ids)
    if name == "registered_on":
        return lambda application: application.registered_on.isoformat()
    if name == "access_needs":
        return _access_needs
    if name in _OUTSIDE:
        return attrgetter(name)
    if name.startswith(_HOME):
        of_home = attrgetter(name.removeprefix(_HOME))
        return lambda application: None if application.current_home is None else of_home(application.current_home)
    return attrgetter(f"household.{name}")


def _access_needs(application: Application) -> Any:
    needs = application.household.access_needs
    return None if needs is None else needs.model_dump(mode="json", exclude_defaults=True)
