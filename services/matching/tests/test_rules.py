"""Each rule's table, with the numbers of the law where it has some."""

import datetime as dt
import uuid

import matching_samples as samples
import pytest
from matching_samples import application, home, household, wishes

from contracts.demand import ApplicationStatus
from contracts.values import DwellingType, Financing, WantedPlace
from matching.domain.place import buckets_reaching, covers
from matching.domain.policy import Basis
from matching.domain.rules import Rule, Verdict, findings
from matching.domain.rules.occupancy import min_surface
from matching.domain.rules.typology import adequate
from reference import communes

FITS, UNLAWFUL, NOT_WISHED, POLICY, UNKNOWN = (
    Verdict.FITS,
    Verdict.UNLAWFUL,
    Verdict.NOT_WISHED,
    Verdict.POLICY,
    Verdict.UNKNOWN,
)


def finding(rule, an_application, a_home, basis=None):
    return next(one for one in findings(an_application, a_home, basis or samples.basis()) if one.rule is rule)


def verdict(rule, an_application, a_home, basis=None):
    return finding(rule, an_application, a_home, basis).verdict


def test_every_rule_has_its_say_once():
    assert [one.rule for one in findings(application(), home(), samples.basis())] == list(Rule)


def test_only_unknown_and_fits_never_exclude():
    found = {one.verdict: one.excludes for one in findings(application(), home(commune="92012"), samples.basis())}
    assert found[NOT_WISHED]
    assert not found[FITS]


@pytest.mark.parametrize(
    ("wanted", "neighbours", "commune", "covered"),
    [
        ("75118", False, "75118", True),
        ("75118", False, "75117", False),
        ("75118", True, "75117", True),
        ("75118", True, "93001", True),
        ("75118", True, "75101", False),
        ("75056", False, "75118", True),
        ("75056", False, "75101", True),
        ("75056", False, "92012", False),
        ("75056", True, "92012", True),
        ("93001", True, "75118", True),
        ("93001", True, "75101", False),
        ("69123", False, "69381", True),
        ("00000", True, "00000", True),
        ("00000", True, "75118", False),
        ("75118", True, "00000", False),
    ],
)
def test_wanted_places(wanted, neighbours, commune, covered):
    place = WantedPlace.model_construct(commune=wanted, neighbours=neighbours)
    assert covers(place, commune) is covered
    said = wishes().model_copy(update={"places": (place,)})
    here = home().model_copy(update={"commune": commune})
    assert verdict(Rule.PLACE, application(wishes=said), here) is (FITS if covered else NOT_WISHED)


def test_paris_with_its_surroundings_is_twenty_arrondissements_and_29_communes():
    wide = WantedPlace(commune="75056", neighbours=True)
    reached = [code for code in communes.places(region="11") if covers(wide, code)]
    assert len(reached) == 20 + 29


@pytest.mark.parametrize("commune", ["75118", "93001", "92012", "77186", "69381", "2A004"])
def test_a_home_is_reached_through_its_buckets_by_exactly_the_wishes_that_cover_it(commune):
    reached = buckets_reaching(commune, DwellingType.T3)
    assert len(set(reached)) == len(reached)
    covering = sum(
        covers(WantedPlace(commune=code, neighbours=wide), commune)
        for code in communes.codes()
        for wide in (False, True)
    )
    assert len(reached) == covering


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("place.first_choice", [("75118", False), ("75119", False)]),
        ("place.wanted", [("75101", False), ("75118", False)]),
        ("place.neighbour", [("75119", True), ("75118", False)]),
        ("place.not_wanted", [("75101", False)]),
    ],
)
def test_the_first_wanted_place_that_covers_the_home_is_named(code, places):
    said = wishes(places=tuple(WantedPlace(commune=commune, neighbours=wide) for commune, wide in places))
    assert finding(Rule.PLACE, application(wishes=said), home()).code == code


@pytest.mark.parametrize(
    ("wanted", "expected"), [((DwellingType.T2,), FITS), ((DwellingType.T3, DwellingType.T4), NOT_WISHED)]
)
def test_dwelling_types(wanted, expected):
    assert verdict(Rule.DWELLING_TYPE, application(wishes=wishes(dwelling_types=wanted)), home()) is expected


def test_a_type_that_nobody_knows_is_wanted_by_nobody():
    strange = DwellingType.UNKNOWN
    said = wishes().model_copy(update={"dwelling_types": (strange,)})
    assert verdict(Rule.DWELLING_TYPE, application(wishes=said), home(dwelling_type=strange)) is NOT_WISHED
    assert buckets_reaching("75118", strange) == ()


@pytest.mark.parametrize(("limit", "expected"), [(None, FITS), (51_000, FITS), (50_999, NOT_WISHED), (0, NOT_WISHED)])
def test_rent_with_charges(limit, expected):
    assert home().rent_cents == 51_000
    assert verdict(Rule.MAX_RENT, application(wishes=wishes(max_rent_cents=limit)), home()) is expected


@pytest.mark.parametrize(("least", "expected"), [(None, FITS), (46.5, FITS), (46.51, NOT_WISHED)])
def test_least_area(least, expected):
    assert verdict(Rule.MIN_AREA, application(wishes=wishes(min_area_m2=least)), home()) is expected


def test_least_surface_of_the_law():
    assert [min_surface(persons) for persons in range(1, 11)] == [9, 16, 25, 34, 43, 52, 61, 70, 70, 70]


@pytest.mark.parametrize(
    ("persons", "area", "expected"),
    [(1, 9, FITS), (1, 8.99, UNLAWFUL), (2, 16, FITS), (3, 24.9, UNLAWFUL), (8, 70, FITS), (20, 69.99, UNLAWFUL)],
)
def test_occupancy(persons, area, expected):
    living = application(household=household(persons_for_occupancy=persons))
    assert verdict(Rule.OCCUPANCY, living, home(living_area_m2=area)) is expected


def of(persons, income, *, applicants=2, **needs):
    people = tuple(uuid.uuid4() for _ in range(applicants))
    facts = household(persons_for_ceiling=persons, reference_tax_income_euros=income, **needs)
    return application(household=facts, person_ids=people)


PARIS, PROVINCE = home(), home(commune="69381")


@pytest.mark.parametrize(
    ("who", "where", "expected", "code"),
    [
        (of(1, 26_920, applicants=1), PARIS, FITS, "income.within_ceiling"),
        (of(1, 26_921, applicants=1), PARIS, UNLAWFUL, "income.above_ceiling"),
        (of(1, 23_403, applicants=1), PROVINCE, FITS, "income.within_ceiling"),
        (of(1, 23_404, applicants=1), PROVINCE, UNLAWFUL, "income.above_ceiling"),
        (of(1, None, applicants=1), PARIS, UNKNOWN, "income.not_stated"),
        # alone and perhaps disabled: category 2
        (of(1, 40_233, applicants=1, needs_wheelchair=True), PARIS, UNKNOWN, "income.category_to_verify"),
        (of(1, 40_234, applicants=1, needs_wheelchair=True), PARIS, UNLAWFUL, "income.above_ceiling"),
        # two persons may be a young couple, or a parent and a child: category 3
        (of(2, 40_233), PARIS, FITS, "income.within_ceiling"),
        (of(2, 52_740), PARIS, UNKNOWN, "income.category_to_verify"),
        (of(2, 52_741), PARIS, UNLAWFUL, "income.above_ceiling"),
        # two applicants and a child are category 3, one applicant and two others perhaps 4
        (of(3, 52_741), PARIS, UNLAWFUL, "income.above_ceiling"),
        (of(3, 62_968, applicants=1), PARIS, UNKNOWN, "income.category_to_verify"),
        (of(3, 62_969, applicants=1), PARIS, UNLAWFUL, "income.above_ceiling"),
        (of(8, 84_304 + 2 * 9_394), PARIS, FITS, "income.within_ceiling"),
        (of(8, 84_304 + 2 * 9_394 + 1), PARIS, UNLAWFUL, "income.above_ceiling"),
        (of(1, 90_000), home(financing=Financing.UNKNOWN), UNKNOWN, "income.no_ceiling_known"),
        (of(1, 90_000), home(commune="97411"), UNKNOWN, "income.no_ceiling_known"),
    ],
)
def test_income_ceilings_of_2026(who, where, expected, code):
    found = finding(Rule.INCOME, who, where)
    assert (found.verdict, found.code) == (expected, code)


def test_ceilings_follow_their_date():
    before = Basis(policy=samples.national(), on=dt.date(2025, 6, 1))
    assert verdict(Rule.INCOME, of(1, 23_201, applicants=1), PROVINCE, before) is FITS
    assert verdict(Rule.INCOME, of(1, 23_403, applicants=1), PROVINCE, before) is UNLAWFUL


def test_boulogne_is_in_the_zone_of_paris_and_champigny_is_not():
    family = of(3, 52_740)
    assert verdict(Rule.INCOME, family, home(commune="92012")) is FITS
    assert verdict(Rule.INCOME, family, home(commune="94003")) is UNLAWFUL


@pytest.mark.parametrize("rule", [Rule.WHEELCHAIR, Rule.STEP_FREE])
@pytest.mark.parametrize(
    ("needed", "given", "expected"),
    [(False, False, FITS), (False, None, FITS), (True, True, FITS), (True, None, UNKNOWN), (True, False, NOT_WISHED)],
)
def test_accessibility(rule, needed, given, expected):
    who = application(household=household(**{f"needs_{rule}": needed}))
    fact = {Rule.WHEELCHAIR: "wheelchair_accessible", Rule.STEP_FREE: "step_free"}[rule]
    assert verdict(rule, who, home(**{fact: given})) is expected


@pytest.mark.parametrize(
    ("highest", "floor", "lift", "expected"),
    [
        (None, 9, False, FITS),
        (2, 2, False, FITS),
        (2, 3, False, NOT_WISHED),
        (2, 3, True, FITS),
        (2, 3, None, UNKNOWN),
        (2, None, False, UNKNOWN),
        (2, None, True, FITS),
        (0, -1, None, FITS),
    ],
)
def test_floors_without_a_lift(highest, floor, lift, expected):
    who = application(household=household(max_floor_without_lift=highest))
    assert verdict(Rule.FLOOR, who, home(floor=floor, lift=lift)) is expected


@pytest.mark.parametrize(("persons", "largest"), [(1, "T2"), (2, "T3"), (3, "T4"), (4, "T5"), (5, "T6"), (9, "T6")])
def test_typology(persons, largest):
    """L621-2: a home is under-occupied where it has more rooms than persons and one."""
    policy = samples.national()
    assert [kind for kind in samples.TYPES if adequate(kind, persons, policy)][-1] == largest
    who = application(household=household(persons_for_occupancy=persons))
    for kind in samples.TYPES:
        expected = FITS if int(kind[1]) - persons <= 1 else POLICY
        assert verdict(Rule.TYPOLOGY, who, home(dwelling_type=kind)) is expected


def test_a_withdrawn_application_stands_for_nothing():
    assert verdict(Rule.STANDING, application(status=ApplicationStatus.WITHDRAWN), home()) is NOT_WISHED
