"""The nearest changes against brute force: every single change there is, tried on a list that is ranked in full."""

import datetime as dt
import random
import uuid
from collections import Counter
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import home, household, wishes
from supply_samples import opens

from contracts.demand import ApplicationStatus, CurrentHome
from contracts.household import CeilingRegime, Light
from contracts.values import ApplicationKind, DwellingType, Language, WantedPlace
from matching.domain.application import Application
from matching.domain.explanation import explain
from matching.domain.near_miss import ChangeCode, near_misses
from matching.domain.policy import Basis
from matching.domain.rules import RULES
from matching.domain.score import rank_key
from matching.words.changes import change_sentence

VACANCY = uuid.UUID(int=7)
AVAILABLE = dt.date(2027, 1, 15)
SIZE = 12


def key_of(application, dwelling, basis):
    """Its key, None where a rule excludes it: the rules one after the other, nothing else."""
    if any(rule(application, dwelling, basis).excludes for rule in RULES):
        return None
    explained = explain(application, dwelling, basis)
    return rank_key(application, explained.score, VACANCY, basis.seed, order=explained.order)


def wishing(application, **changes):
    return replace(application, wishes=application.wishes.model_copy(update=changes))


def earning(application, euros):
    proven = {"ceiling_regime": CeilingRegime.RECENT_INCOME, "ceiling_income_euros": euros}
    return replace(application, household=application.household.model_copy(update=proven))


def single_changes(application, dwelling):
    """Every change of one thing, by its code, the least first: not only those that a finding calls for."""
    yield from changes_of_state(application)
    yield from changes_of_place(application)
    yield from changes_of_degree(application, dwelling)
    for kind in samples.TYPES:
        yield ChangeCode.ACCEPT_TYPE, wishing(application, dwelling_types=(*application.wishes.dwelling_types, kind))
    yield ChangeCode.DROP_LIFT, wishing(application, lift=False)
    yield ChangeCode.DROP_OUTDOOR_SPACE, wishing(application, outdoor_space=False)
    yield ChangeCode.DROP_PARKING, wishing(application, parking=False)


def changes_of_state(application):
    if application.status is ApplicationStatus.REGISTERED:
        yield ChangeCode.COMPLETE_APPLICATION, replace(application, status=ApplicationStatus.ACTIVE)
    if application.meets_transfer_conditions is False:
        yield ChangeCode.MEET_CONDITIONS, replace(application, meets_transfer_conditions=True)
    if application.light is Light.BLOCKED:
        yield ChangeCode.FINISH_WORKS, replace(application, light=Light.MAY_MOVE)
    income = application.household.reference_tax_income_euros
    if income is not None and application.household.ceiling_regime is CeilingRegime.ORDINARY:
        for euros in range(income * 9 // 10, 0, -max(1, income // 100)):
            yield ChangeCode.PROVE_INCOME, earning(application, euros)


def changes_of_place(application):
    places = application.wishes.places
    for at, place in enumerate(places):
        wider = place.model_copy(update={"neighbours": True})
        yield ChangeCode.ADD_NEIGHBOURS, wishing(application, places=(*places[:at], wider, *places[at + 1 :]))
        yield ChangeCode.PREFER_PLACE, wishing(application, places=(place, *places[:at], *places[at + 1 :]))
    for commune in samples.PLACES[1:]:
        yield ChangeCode.ADD_PLACE, wishing(application, places=(*places, WantedPlace(commune=commune)))


def changes_of_degree(application, dwelling):
    said = application.wishes
    if said.max_rent_cents is not None:
        for cents in sorted({dwelling.rent_cents, *range(said.max_rent_cents, 140_000, 500)}):
            if cents > said.max_rent_cents:
                yield ChangeCode.RAISE_RENT, wishing(application, max_rent_cents=cents)
    if said.min_area_m2 is not None:
        for area in sorted({dwelling.living_area_m2, *range(9, int(said.min_area_m2) + 1)}, reverse=True):
            if area < said.min_area_m2:
                yield ChangeCode.LOWER_AREA, wishing(application, min_area_m2=float(area))
    low, high = said.lowest_floor, said.highest_floor
    for floor in range(9):
        reaching = {
            "lowest_floor": None if low is None else min(low, floor),
            "highest_floor": None if high is None else max(high, floor),
        }
        yield ChangeCode.ACCEPT_FLOOR, wishing(application, **reaching)
    if said.latest_on is not None:
        for days in range(120):
            yield ChangeCode.ACCEPT_LATER, wishing(application, latest_on=said.latest_on + dt.timedelta(days=days))


def by_brute_force(application, dwelling, basis, others):
    """For each code the rank after the least change that lets the home in, where that is on the shortlist.

    Of the orders of places the best: one of them is the order as it is.
    """
    found = {}
    for code, changed in single_changes(application, dwelling):
        best = code is ChangeCode.PREFER_PLACE
        if (best or code not in found) and (key := key_of(changed, dwelling, basis)) is not None:
            found[code] = min(found.get(code, len(others) + 1), 1 + sum(other < key for other in others))
    return {code: rank for code, rank in found.items() if rank <= SIZE}


def test_every_single_change_that_makes_it_is_found_with_its_rank_and_no_other():
    chance, policies = random.Random(20261122), samples.policies()
    crowd = [Application.recorded(samples.random_application(chance)) for _ in range(700)]
    told = Counter()
    for _ in range(12):
        dwelling = samples.random_home(chance)
        basis = Basis(policy=policies.of(dwelling.commune), on=policies.on, available_on=AVAILABLE)
        keys = {one.id: key for one in crowd if (key := key_of(one, dwelling, basis))}
        near = [one for one in crowd if len(explain(one, dwelling, basis).excluding) <= 1]
        for application in chance.sample(near, min(16, len(near))):
            others = sorted(key for owner, key in keys.items() if owner != application.id)
            own = keys.get(application.id)
            if own is not None and sum(other < own for other in others) < SIZE:
                continue  # on the shortlist
            explanation = explain(application, dwelling, basis)
            found = near_misses(
                application, dwelling, explanation, basis, vacancy_id=VACANCY, others=others[:SIZE], size=SIZE
            )
            expected = by_brute_force(application, dwelling, basis, others)
            if own is not None:  # it fits: only the order of places is told, nobody is taught to game the points
                expected = {code: rank for code, rank in expected.items() if code is ChangeCode.PREFER_PLACE}
            assert {one.change.code: one.rank for one in found} == expected, explanation.excluding
            told.update(one.change.code for one in found)
    assert len(told) >= 8, told


def single(application, dwelling, **more):
    basis = replace(samples.basis(), **more)
    explanation = explain(application, dwelling, basis)
    return near_misses(application, dwelling, explanation, basis, vacancy_id=VACANCY, others=[], size=SIZE)


CASES = {
    "a type further": (
        {"wishes": wishes(dwelling_types=("T2",))}, {"dwelling_type": DwellingType.T3, "living_area_m2": 62.0},
        ChangeCode.ACCEPT_TYPE, 1, "Accept T3: rank 1.", "Accepter un T3 : rang 1.",
    ),
    "a place next to a wanted one": (
        {"wishes": wishes(places=(WantedPlace(commune="75118"),))}, {"commune": "93066"},
        ChangeCode.ADD_NEIGHBOURS, 1, "Add the neighbours of Paris 18e Arrondissement: rank 1.",
        "Accepter aussi les communes voisines de Paris 18e Arrondissement : rang 1.",
    ),
    "a place far from all wanted": (
        {"wishes": wishes(places=(WantedPlace(commune="75118"),))}, {"commune": "93048"},
        ChangeCode.ADD_PLACE, 2, "Add Montreuil: rank 1.", "Ajouter Montreuil : rang 1.",
    ),
    "rent": (
        {"wishes": wishes(max_rent_cents=48_000)}, {},
        ChangeCode.RAISE_RENT, 2, "Raise the rent limit to 510.00 euros, charges included: rank 1.",
        "Porter le loyer maximal à 510,00 €, charges comprises : rang 1.",
    ),
    "area": (
        {"wishes": wishes(min_area_m2=50.0)}, {},
        ChangeCode.LOWER_AREA, 2, "Accept 46.5 m²: rank 1.", "Accepter 46,5 m² : rang 1.",
    ),
    "floor": (
        {"wishes": wishes(lowest_floor=4)}, {},
        ChangeCode.ACCEPT_FLOOR, 2, "Accept floor 2: rank 1.", "Accepter l'étage 2 : rang 1.",
    ),
    "lift": (
        {"wishes": wishes(lift=True)}, {},
        ChangeCode.DROP_LIFT, 1, "No longer ask for a lift: rank 1.", "Ne plus demander d'ascenseur : rang 1.",
    ),
    "later": (
        {"wishes": wishes(latest_on=dt.date(2026, 12, 1))}, {},
        ChangeCode.ACCEPT_LATER, 2, "Accept a home that comes free until 15 January 2027: rank 1.",
        "Accepter un logement libre jusqu'au 15 janvier 2027 : rang 1.",
    ),
    "a file that is not complete": (
        {"status": ApplicationStatus.REGISTERED}, {},
        ChangeCode.COMPLETE_APPLICATION, 1, "Complete the application: rank 1.", "Compléter la demande : rang 1.",
    ),
    "an income that fell": (
        {"household": household(reference_tax_income_euros=60_000)}, {},
        ChangeCode.PROVE_INCOME, 1, None, None,
    ),
    "arrears, insurance or a visit": (
        {"meets_transfer_conditions": False}, {},
        ChangeCode.MEET_CONDITIONS, 3, None, None,
    ),
    "works in the home left": ({"light": Light.BLOCKED}, {}, ChangeCode.FINISH_WORKS, 3, None, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_household_can_do_about_a_miss(case):
    changes, dwelling, code, steps, english, french = CASES[case]
    first, *_ = single(samples.application(**changes), home(**dwelling), available_on=AVAILABLE)
    assert (first.change.code, first.change.steps, first.rank) == (code, steps, 1)
    assert explain(first.change.after, home(**dwelling), replace(samples.basis(), available_on=AVAILABLE)).fits
    for language, said in ((Language.ENGLISH, english), (Language.FRENCH, french)):
        sentence = change_sentence(first.change.code, first.change.facts, language, rank=first.rank)
        assert "{" not in sentence
        assert said in (None, sentence)


@pytest.mark.parametrize(
    ("changes", "dwelling"),
    [
        ({"household": household(needs_wheelchair=True)}, {}),
        ({"household": household(max_floor_without_lift=0)}, {}),
        ({"household": household(persons_for_occupancy=5, persons_for_ceiling=5)}, {"living_area_m2": 30.0}),
        ({"status": ApplicationStatus.WITHDRAWN}, {}),
        ({"wishes": wishes(max_rent_cents=40_000, lift=True)}, {}),
        ({}, {"exclusions": ("to_be_sold",)}),
        (
            {
                "kind": ApplicationKind.TRANSFER,
                "household": household(under_occupied=True),
                "current_home": CurrentHome(landlord=samples.LANDLORD, base_rent_cents=30_000),
            },
            {},
        ),
    ],
)
def test_nobody_is_told_to_change_what_is_not_theirs_nor_half_of_what_is_missing(changes, dwelling):
    application, basis = samples.application(**changes), replace(samples.basis(), landlord=samples.LANDLORD)
    explanation = explain(application, home(**dwelling), basis)
    assert not explanation.fits
    assert single(application, home(**dwelling), landlord=samples.LANDLORD) == ()
    assert list(opens(application, home(**dwelling), explanation.excluding, basis)) == []


def test_the_nearest_comes_first():
    application = samples.application(wishes=wishes(places=(WantedPlace(commune="75118"),)))
    found = single(application, home(commune="93066"))
    assert [one.change.code for one in found] == [ChangeCode.ADD_NEIGHBOURS, ChangeCode.ADD_PLACE]
    assert [one.change.steps for one in found] == [1, 2]
