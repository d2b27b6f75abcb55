"""Each rule's table, with the numbers of the law where it has some."""

import datetime as dt
import random
import uuid
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import application, home, household, wishes

from contracts.demand import ApplicationStatus, CurrentHome
from contracts.household import CeilingRegime, Light
from contracts.values import ApplicationKind, DwellingType, Financing, Language, LettingExclusion, WantedPlace
from matching.domain.application import Application
from matching.domain.place import buckets_reaching, covers
from matching.domain.policy import Basis
from matching.domain.posting import posting_of, probe_for
from matching.domain.rules import Rule, Verdict, findings
from matching.domain.rules.letting import VERDICTS
from matching.domain.rules.typology import adequate
from matching.words.sentences import SENTENCES, sentence
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
        # three of whom one is said to be disabled: category 4
        (of(3, 62_968, disabled_persons=1), PARIS, UNKNOWN, "income.category_to_verify"),
        (of(3, 62_969, disabled_persons=1), PARIS, UNLAWFUL, "income.above_ceiling"),
        (of(3, 52_741, disabled_persons=0), PARIS, UNLAWFUL, "income.above_ceiling"),
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
        expected = FITS if kind in policy.typology.allowed_for(persons) else POLICY
        assert verdict(Rule.TYPOLOGY, who, home(dwelling_type=kind)) is expected
    if persons > 2:
        assert finding(Rule.TYPOLOGY, who, home(dwelling_type=DwellingType.T1)).code == "typology.far_too_small"
    if largest != "T6":
        assert finding(Rule.TYPOLOGY, who, home(dwelling_type=DwellingType.T6)).code == "typology.far_too_large"


def test_a_withdrawn_application_stands_for_nothing():
    assert verdict(Rule.STANDING, application(status=ApplicationStatus.WITHDRAWN), home()) is NOT_WISHED


def test_births_and_shared_custody_count_for_the_type_alone():
    who = application(household=household(persons_for_occupancy=2, persons_for_type=4))
    assert verdict(Rule.TYPOLOGY, who, home(dwelling_type=DwellingType.T4)) is FITS
    assert verdict(Rule.OCCUPANCY, who, home(living_area_m2=16)) is FITS


def with_income(**facts):
    return application(household=household(persons_for_ceiling=1, **facts), person_ids=(uuid.uuid4(),))


@pytest.mark.parametrize(
    ("facts", "expected", "code"),
    [
        # PLUS 2026 in Paris: 26,920 in category 1, 40,233 in 2, 84,304 in 6 and 9,394 more for each beyond
        ({"income_category": 1, "reference_tax_income_euros": 26_921}, UNLAWFUL, "income.above_ceiling"),
        ({"income_category": 2, "reference_tax_income_euros": 40_233}, FITS, "income.within_ceiling"),
        (
            {"income_category": 6, "income_category_extra_persons": 2, "reference_tax_income_euros": 103_092},
            FITS, "income.within_ceiling",
        ),
        (
            {"income_category": 6, "income_category_extra_persons": 2, "reference_tax_income_euros": 103_093},
            UNLAWFUL, "income.above_ceiling",
        ),
        # the year chosen under the regime counts before that of N-2
        (
            {
                "income_category": 1, "reference_tax_income_euros": 30_000, "ceiling_income_euros": 26_000,
                "ceiling_regime": CeilingRegime.RECENT_INCOME,
            },
            FITS, "income.within_ceiling",
        ),
        (
            {"reference_tax_income_euros": 99_000, "ceiling_regime": CeilingRegime.DEROGATORY},
            UNKNOWN, "income.regime_to_verify",
        ),
        (
            {"reference_tax_income_euros": 26_000, "ceiling_regime": CeilingRegime.DEROGATORY},
            FITS, "income.within_ceiling",
        ),
    ],
)  # fmt: skip
def test_ceiling_regimes_and_categories(facts, expected, code):
    found = finding(Rule.INCOME, with_income(**facts), home())
    assert (found.verdict, found.code) == (expected, code)


@pytest.mark.parametrize(
    ("landlord", "expected", "code"),
    [
        (samples.LANDLORD, FITS, "income.waived"),
        ("999000077", UNKNOWN, "income.regime_to_verify"),
        (None, UNKNOWN, "income.regime_to_verify"),
    ],
)
def test_the_ceiling_is_waived_at_the_present_landlords_offer_alone(landlord, expected, code):
    who = application(
        household=household(reference_tax_income_euros=99_000, ceiling_regime=CeilingRegime.WAIVED),
        current_home=CurrentHome(landlord=landlord),
    )
    basis = replace(samples.basis(), landlord=samples.LANDLORD)
    found = finding(Rule.INCOME, who, home(), basis)
    assert (found.verdict, found.code) == (expected, code)


@pytest.mark.parametrize("financing", [Financing.PLI, Financing.OTHER])
def test_loans_without_a_ceiling_of_social_housing(financing):
    assert finding(Rule.INCOME, of(1, 90_000), home(financing=financing)).code == "income.no_ceiling_known"


@pytest.mark.parametrize(
    ("kind", "under_occupied", "landlord", "present", "expected", "code"),
    [
        (ApplicationKind.TRANSFER, True, samples.LANDLORD, 45_001, FITS, "transfer_rent.lower"),
        (ApplicationKind.TRANSFER, True, samples.LANDLORD, 45_000, UNLAWFUL, "transfer_rent.not_lower"),
        (ApplicationKind.TRANSFER, True, samples.LANDLORD, 44_000, UNLAWFUL, "transfer_rent.not_lower"),
        (ApplicationKind.TRANSFER, True, samples.LANDLORD, None, UNKNOWN, "transfer_rent.not_known"),
        (ApplicationKind.TRANSFER, True, "999000077", 44_000, FITS, "transfer_rent.another_landlord"),
        (ApplicationKind.TRANSFER, True, "999000077", None, FITS, "transfer_rent.another_landlord"),
        (ApplicationKind.TRANSFER, True, None, 45_001, FITS, "transfer_rent.lower"),
        (ApplicationKind.TRANSFER, True, None, 44_000, UNKNOWN, "transfer_rent.landlord_not_known"),
        (ApplicationKind.TRANSFER, False, samples.LANDLORD, 30_000, FITS, "transfer_rent.no_matter"),
        (ApplicationKind.TRANSFER, None, samples.LANDLORD, 30_000, FITS, "transfer_rent.no_matter"),
        (ApplicationKind.SPLIT, True, samples.LANDLORD, 30_000, FITS, "transfer_rent.no_matter"),
    ],
)
def test_who_gives_its_landlord_back_a_home_too_large_pays_less(
    kind, under_occupied, landlord, present, expected, code
):
    """CCH L442-3-1, on the principal rent: 450 euros here, 510 with charges."""
    facts = household(under_occupied=under_occupied)
    present_home = CurrentHome(landlord=landlord, base_rent_cents=present)
    who = application(kind=kind, household=facts, current_home=present_home)
    found = finding(Rule.TRANSFER_RENT, who, home(), replace(samples.basis(), landlord=samples.LANDLORD))
    assert (found.verdict, found.code) == (expected, code)


@pytest.mark.parametrize(
    ("light", "expected"),
    [(None, FITS), (Light.MAY_MOVE, FITS), (Light.BLOCKED, POLICY), (Light.UNKNOWN, UNKNOWN)],
)
def test_works_hold_a_move_back(light, expected):
    who = application(light=light)
    assert verdict(Rule.LIGHT, who, home()) is expected
    assert (posting_of(who, samples.policies()) is None) is (expected is POLICY)


@pytest.mark.parametrize(
    ("kind", "met", "expected"),
    [
        (ApplicationKind.TRANSFER, True, FITS),
        (ApplicationKind.TRANSFER, False, POLICY),
        (ApplicationKind.TRANSFER, None, UNKNOWN),
        (ApplicationKind.FIRST, None, FITS),
    ],
)
def test_transfer_conditions(kind, met, expected):
    who = application(kind=kind, meets_transfer_conditions=met)
    assert verdict(Rule.TRANSFER_CONDITIONS, who, home()) is expected
    assert (posting_of(who, samples.policies()) is None) is (expected is POLICY)


@pytest.mark.parametrize("exclusion", list(LettingExclusion))
def test_homes_outside_ordinary_letting(exclusion):
    excluded = home(exclusions=(exclusion,))
    expected = VERDICTS[exclusion]
    assert verdict(Rule.LETTING, application(), excluded) is expected
    assert (probe_for(excluded, samples.basis()) is None) is (expected is not UNKNOWN)


def test_the_gravest_exclusion_is_told():
    said = (LettingExclusion.UNKNOWN, LettingExclusion.TO_BE_SOLD, LettingExclusion.LOI_1948)
    assert finding(Rule.LETTING, application(), home(exclusions=said)).code == "letting.loi_1948"
    assert VERDICTS[LettingExclusion.LOI_1948] is UNLAWFUL
    assert VERDICTS[LettingExclusion.TO_BE_DEMOLISHED] is POLICY


@pytest.mark.parametrize(
    ("lowest", "highest", "floor", "expected"),
    [
        (None, None, 9, FITS), (1, None, 0, NOT_WISHED), (1, None, 1, FITS), (None, 3, 4, NOT_WISHED),
        (None, 3, 3, FITS), (1, 3, None, UNKNOWN),
    ],
)  # fmt: skip
def test_wanted_floors(lowest, highest, floor, expected):
    who = application(wishes=wishes(lowest_floor=lowest, highest_floor=highest))
    assert verdict(Rule.WANTED_FLOOR, who, home(floor=floor)) is expected


@pytest.mark.parametrize(
    ("floor", "lift", "expected"),
    [
        (0, False, FITS), (1, False, NOT_WISHED), (1, True, FITS), (1, None, UNKNOWN), (None, False, UNKNOWN),
        (None, True, FITS),
    ],
)  # fmt: skip
def test_a_wanted_lift(floor, lift, expected):
    assert verdict(Rule.WANTED_LIFT, application(wishes=wishes(lift=True)), home(floor=floor, lift=lift)) is expected
    assert verdict(Rule.WANTED_LIFT, application(), home(floor=floor, lift=lift)) is FITS


@pytest.mark.parametrize(("rule", "wish"), [(Rule.OUTDOOR_SPACE, "outdoor_space"), (Rule.PARKING, "parking")])
@pytest.mark.parametrize(("there", "expected"), [(True, FITS), (None, UNKNOWN), (False, NOT_WISHED)])
def test_wanted_comforts(rule, wish, there, expected):
    assert verdict(rule, application(wishes=wishes(**{wish: True})), home(**{wish: there})) is expected
    assert verdict(rule, application(), home(**{wish: there})) is FITS


@pytest.mark.parametrize(
    ("latest", "available", "expected"),
    [
        (None, dt.date(2030, 1, 1), FITS),
        (dt.date(2027, 1, 15), dt.date(2027, 1, 15), FITS),
        (dt.date(2027, 1, 14), dt.date(2027, 1, 15), NOT_WISHED),
        (dt.date(2027, 1, 14), None, UNKNOWN),
    ],
)
def test_the_latest_day(latest, available, expected):
    basis = Basis(policy=samples.national(), on=samples.ON, available_on=available)
    assert verdict(Rule.LATEST, application(wishes=wishes(latest_on=latest)), home(), basis) is expected


def test_an_incomplete_application_is_not_matched_yet():
    found = finding(Rule.STANDING, application(status=ApplicationStatus.REGISTERED), home())
    assert (found.verdict, found.code) == (NOT_WISHED, "standing.not_complete")


def test_every_finding_has_its_sentence_in_both_languages():
    """Whatever random households and homes lead to, and every code of the table was led to."""
    chance, seen = random.Random(5), set()
    for number in range(6_000):
        who, a_home = Application.recorded(samples.random_application(chance)), samples.random_home(chance)
        if number % 3 == 0:
            a_home = a_home.model_copy(update={"exclusions": (chance.choice(list(LettingExclusion)),)})
        basis = Basis(
            policy=samples.policies().of(a_home.commune),
            on=samples.ON,
            available_on=chance.choice([None, dt.date(2027, 1, 15)]),
            landlord=chance.choice((samples.LANDLORD, "999000077")),
        )
        for found in findings(who, a_home, basis):
            if found.code not in seen:
                said = [sentence(found, language) for language in (Language.FRENCH, Language.ENGLISH)]
                assert all(text.endswith(".") and "{" not in text for text in said)
                assert said[0] != said[1]
                seen.add(found.code)
    never = set(SENTENCES) - seen
    of_a_year = {"typology.none_wanted"}  # what keeps a household out of all homes, never a rule of one home
    assert never <= {"light.not_known", "standing.not_complete"} | of_a_year, never
