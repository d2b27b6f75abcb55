"""What the rules count of a file, with DOMAIN's numbers (§4, §11.12)."""

import datetime as dt

import pytest
from demand_samples import TODAY, application, declared, household, in_full, member, tenant, told_in_full
from hypothesis import given
from hypothesis import strategies as st

from contracts.demand import HouseholdFacts
from contracts.household import CeilingRegime, Priority, Wheelchair
from demand.domain.conduct import Conduct
from demand.domain.declaration import declaration_errors
from demand.domain.deriving import derive, next_change
from demand.domain.facts import Fact, Lack, Proof, StatedBy, Statement, missing, news, next_lapse, proven, told
from law.households import Share

D = dt.date
SPOUSE = member("m2", "spouse", "1990-02-01")
CHILD = member("m3", "child", "2020-05-05")
SECOND = member("m4", "child", "2023-09-09", custody="G")


def counted(*members, on=TODAY, conduct=None, stated=(), **over):
    one = application(file=told_in_full(*members, **over))
    return derive(one, stated, on, conduct or Conduct())


@pytest.mark.parametrize(
    ("members", "births", "occupancy", "ceiling", "for_type"),
    [
        ((), [], 1, 1, 1),
        ((member(), SPOUSE), [], 2, 2, 2),
        ((member(), SPOUSE, CHILD), [{"due_on": "2027-02-01"}], 3, 3, 4),
        ((member(), SPOUSE, CHILD), [{"due_on": "2027-02-01", "children": 2}], 3, 3, 5),
        ((member(), SECOND), [], 2, 2, 2),
        ((member(), member("m5", "other", "1995-01-01")), [], 2, 1, 2),
        ((member(), member("m5", "ascendant", "1950-01-01", dependant=True)), [], 2, 2, 2),
    ],
)
def test_three_texts_count_three_sizes(members, births, occupancy, ceiling, for_type):
    facts = counted(*members, expected_births=births)
    assert (facts.persons_for_occupancy, facts.persons_for_ceiling, facts.persons_for_type) == (
        occupancy,
        ceiling,
        for_type,
    )


def test_the_policy_says_who_counts_for_a_type():
    births = {"expected_births": [{"due_on": "2027-02-01"}]}
    none = Conduct(births=False, custody=Share.NONE)
    assert counted(member(), SECOND, **births).persons_for_type == 3
    assert counted(member(), SECOND, conduct=none, **births).persons_for_type == 1
    groups = Conduct(target_groups=lambda who, on: ("ageing",) if who.household.eldest_born_in < on.year - 65 else ())
    assert counted(member(birth_date="1955-01-01"), conduct=groups).target_groups == ("ageing",)


@pytest.mark.parametrize(
    ("members", "category"),
    [
        ((), 1),
        ((member(disabled=True),), 2),
        ((member(birth_date="1960-01-01"), member("m2", "spouse", "1961-01-01")), 2),
        ((member(birth_date="1999-01-01"), member("m2", "spouse", "1998-01-01")), 3),
        ((member(), CHILD), 3),
        ((member(), SPOUSE, CHILD), 3),
        ((member(), SPOUSE, CHILD, SECOND), 4),
    ],
)
def test_the_income_category_knows_the_young_the_disabled_and_those_alone_with_children(members, category):
    assert counted(*members).income_category == category


@pytest.mark.parametrize(
    ("incomes", "n2", "counts", "regime"),
    [
        ([], None, None, CeilingRegime.ORDINARY),
        ([(2024, 20_000)], 20_000, 20_000, CeilingRegime.ORDINARY),
        ([(2024, 20_000), (2025, 18_000)], 20_000, 18_000, CeilingRegime.RECENT_INCOME),
        ([(2024, 20_000), (2025, 18_001)], 20_000, 20_000, CeilingRegime.ORDINARY),
        ([(2023, 5_000), (2025, 18_000)], None, None, CeilingRegime.ORDINARY),
    ],
)
def test_income_of_n_2_counts_unless_n_1_is_a_tenth_lower(incomes, n2, counts, regime):
    facts = counted(tax_incomes=[{"year": year, "euros": euros} for year, euros in incomes])
    assert (facts.reference_tax_income_euros, facts.ceiling_income_euros, facts.ceiling_regime) == (n2, counts, regime)


def test_incomes_of_members_add_up_and_another_year_moves_n_2():
    incomes = [
        {"year": 2024, "euros": 12_000, "member": "m1"},
        {"year": 2024, "euros": 9_000, "member": "m2"},
        {"year": 2025, "euros": 30_000},
    ]
    assert counted(member(), SPOUSE, tax_incomes=incomes).reference_tax_income_euros == 21_000
    assert counted(member(), SPOUSE, tax_incomes=incomes, on=D(2027, 1, 1)).reference_tax_income_euros == 30_000


@pytest.mark.parametrize(
    ("rooms", "area", "over", "under"),
    [(3, 60.0, False, True), (2, 30.0, False, False), (1, 8.5, True, False), (None, None, None, None)],
)
def test_a_person_alone_in_three_rooms_has_too_many_and_in_two_has_not(rooms, area, over, under):
    dwelling = {name: value for name, value in (("main_rooms", rooms), ("living_area_m2", area)) if value is not None}
    facts = counted(dwelling=dwelling)
    assert (facts.over_occupied, facts.under_occupied) == (over, under)


@pytest.mark.parametrize(("commune", "over"), [("97611", False), ("75118", True)])
def test_the_floor_of_the_law_is_lower_overseas(commune, over):
    """Two in 14 m²: 13 are enough in Mayotte, 16 in Paris (CCH R822-25)."""
    home = tenant(commune=commune, living_area_m2=14.0)
    assert counted(member(), SPOUSE, housing=home).over_occupied is over


def test_the_first_quartile_is_what_the_order_or_the_policy_says():
    """900 euros a month alone is 10,800 a year and unit; 1,350 for two is as much."""
    said = Conduct(first_quartile_euros=10_801)
    alone = {"resources": [{"code": "RSA", "monthly_cents": 90_000}]}
    two = {"resources": [{"code": "SAL", "monthly_cents": 135_000}]}
    assert counted(conduct=said, **alone).first_quartile is True
    assert counted(member(), SPOUSE, conduct=said, **two).first_quartile is True
    assert counted(conduct=Conduct(first_quartile_euros=10_800), **alone).first_quartile is False
    assert counted(**alone).first_quartile is None, "no order of this year is kept, and no policy says it"
    assert counted(conduct=said).first_quartile is None, "resources were not told"


def test_a_tenant_who_gives_back_a_home_too_large_has_no_ceiling():
    large = tenant(dwelling_type="T5", main_rooms=5, living_area_m2=95.0, base_rent_cents=52_000)
    incomes = [{"year": 2024, "euros": 90_000}]
    alone = member(birth_date="1955-03-03")
    assert counted(alone, housing=large, tax_incomes=incomes).ceiling_regime is CeilingRegime.WAIVED
    assert counted(alone, dwelling={"main_rooms": 5}, tax_incomes=incomes).ceiling_regime is CeilingRegime.ORDINARY
    order = {"order": "arrêté 2026-12", "valid_until": "2027-06-30"}
    assert counted(alone, derogation=order, tax_incomes=incomes).ceiling_regime is CeilingRegime.DEROGATORY
    assert counted(alone, derogation=order, on=D(2027, 7, 1)).ceiling_regime is CeilingRegime.ORDINARY


def test_effort_is_net_of_aid_and_unknown_without_it():
    means = {"resources": [{"code": "SAL", "monthly_cents": 150_000}, {"code": "PAV", "monthly_cents": 30_000}]}
    home = {"dwelling": {"rent_cents": 50_000, "service_charges_cents": 6_000}}
    facts = counted(**means, **home, housing_aid_cents=20_000)
    assert (facts.monthly_resources_cents, facts.effort_percent) == (120_000, 30.0)
    assert counted(**means, **home).effort_percent is None
    assert counted(**home, housing_aid_cents=20_000).effort_percent is None
    assert counted(resources=[]).monthly_resources_cents == 0


def test_needs_priorities_and_reasons_are_those_of_the_form():
    facts = counted(
        access_needs={"wheelchair": "manual", "equipment": [2]},
        main_reason="07",
        other_reasons=["13"],
        recognitions=[
            {"priority": "dalo", "decided_on": "2026-01-01"},
            {"priority": "violence", "decided_on": "2025-01-01", "valid_until": "2026-11-21"},
        ],
    )
    assert facts.needs_wheelchair
    assert facts.access_needs.wheelchair is Wheelchair.MANUAL
    assert facts.priorities == (Priority.DALO,)
    assert facts.reasons == ("07", "13")


def test_a_short_declaration_keeps_its_counts_and_is_filled_in_from_the_home():
    short = household(persons_for_occupancy=1, persons_for_ceiling=1, reference_tax_income_euros=15_000)
    file = declared(household=short, housing=tenant(dwelling_type="T4", living_area_m2=80.0))
    facts = derive(application(file=file), (), TODAY, Conduct())
    assert (facts.persons_for_occupancy, facts.under_occupied, facts.over_occupied) == (1, True, False)
    assert (facts.ceiling_income_euros, facts.ceiling_regime) == (15_000, CeilingRegime.WAIVED)
    assert derive(application(file=declared(household=None)), (), TODAY, Conduct()) is None


@pytest.mark.parametrize(
    ("members", "over", "changes"),
    [
        ((), {}, D(2027, 1, 1)),
        ((member(birth_date="1988-12-01"),), {}, D(2026, 12, 1)),
        ((member(birth_date="1988-11-22"),), {}, D(2027, 1, 1)),
        ((member(birth_date="2000-02-29"),), {}, D(2027, 1, 1)),
        (
            (),
            {"recognitions": [{"priority": "dalo", "decided_on": "2026-01-01", "valid_until": "2026-11-30"}]},
            D(2026, 12, 1),
        ),
        ((), {"derogation": {"order": "1", "valid_until": "2026-12-09"}}, D(2026, 12, 10)),
    ],
)
def test_the_next_day_that_changes_something_is_known(members, over, changes):
    one = application(file=told_in_full(*members, **over))
    assert next_change(one, (), TODAY) == changes


@given(
    born=st.lists(st.dates(D(1930, 1, 1), D(2026, 6, 1)), min_size=1, max_size=5),
    days=st.integers(1, 500),
    income=st.integers(0, 60_000),
)
def test_nothing_changes_before_the_day_it_is_expected_to(born, days, income):
    members = [
        member(f"m{place}", "applicant" if place == 0 else "child", day.isoformat()) for place, day in enumerate(born)
    ]
    incomes = [{"year": year, "euros": income + year} for year in (2024, 2025)]
    one = application(
        file=told_in_full(*members, tax_incomes=incomes, dwelling={"main_rooms": 3, "living_area_m2": 60})
    )
    later = min(TODAY + dt.timedelta(days=days), next_change(one, (), TODAY) - dt.timedelta(days=1))
    assert derive(one, (), later, Conduct()) == derive(one, (), TODAY, Conduct())


def proof(one, fact, *, until=None, value=None):
    return Statement(
        fact=fact,
        value=told(one)[fact] if value is None else value,
        stated_by=StatedBy.AGENT,
        stated_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        holds_until=until,
        proof=Proof(kind="piece", issued_on=D(2026, 10, 1), seen_by="agent Martin"),
    )


class TestFacts:
    def one(self):
        return application(
            file=told_in_full(
                member(disabled=True),
                tax_incomes=[{"year": 2024, "euros": 12_000}],
                resources=[{"code": "AAH", "monthly_cents": 101_600}],
            )
        )

    def test_those_that_apply_follow_the_situation(self):
        assert set(told(self.one())) == {
            Fact.IDENTITY,
            Fact.COMPOSITION,
            Fact.TAX_INCOME,
            Fact.RESOURCES,
            Fact.DISABILITY,
            Fact.CURRENT_HOME,
        }
        assert Fact.CUSTODY in told(application(file=told_in_full(member(), SECOND)))

    def test_a_piece_proves_until_it_ends_or_the_file_says_otherwise(self):
        one = self.one()
        stated = [proof(one, Fact.TAX_INCOME), proof(one, Fact.RESOURCES, until=D(2026, 12, 31))]
        assert proven(stated, one, D(2026, 12, 31)) == {Fact.TAX_INCOME, Fact.RESOURCES}
        assert proven(stated, one, D(2027, 1, 1)) == {Fact.TAX_INCOME}
        assert next_lapse(stated, TODAY) == D(2027, 1, 1)
        less = application(file=told_in_full(member(disabled=True), tax_incomes=[{"year": 2024, "euros": 1}]))
        assert proven(stated, less, TODAY) == set()

    def test_only_what_stands_on_proven_facts_is_verified(self):
        one = self.one()
        facts = derive(one, [proof(one, Fact.TAX_INCOME)], TODAY, Conduct())
        assert facts.verified == ("ceiling_income_euros", "reference_tax_income_euros")
        both = [proof(one, Fact.COMPOSITION), proof(one, Fact.DISABILITY)]
        assert {"income_category", "persons_for_occupancy", "disabled_persons"} <= set(
            derive(one, both, TODAY, Conduct()).verified
        )
        assert set(facts.verified) <= set(HouseholdFacts.model_fields)

    def test_what_is_missing_says_why_and_what_would_do(self):
        one = self.one()
        old = proof(one, Fact.RESOURCES, until=D(2026, 10, 31))
        other = proof(one, Fact.TAX_INCOME, value=[])
        found = {lack.fact: lack for lack in missing([old, other, proof(one, Fact.IDENTITY)], one, TODAY)}
        assert found[Fact.RESOURCES].lack is Lack.EXPIRED
        assert [piece.kind for piece in found[Fact.RESOURCES].pieces] == ["payslips", "benefit_statement"]
        assert found[Fact.TAX_INCOME].lack is Lack.CHANGED_SINCE
        assert found[Fact.DISABILITY].lack is Lack.NO_PIECE
        assert Fact.IDENTITY not in found
        assert all(lack.pieces for lack in found.values())

    def test_a_change_states_anew_only_what_it_changes(self):
        before = self.one()
        after = application(file=told_in_full(member(disabled=True), resources=[]))
        assert set(news(before, after)) == {Fact.RESOURCES}
        assert news(after, after) == {}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"members": [member(relation="spouse")]}, "declaration.members"),
        ({"members": [member(), member(relation="child")]}, "declaration.members"),
        ({"members": [member(birth_date="2030-01-01")]}, "declaration.members[0].birth_date"),
        ({"members": [member(), {**SPOUSE, "custody": "G"}]}, "declaration.members[1].custody"),
        ({"tax_incomes": [{"year": 2026, "euros": 1}]}, "declaration.tax_incomes[0].year"),
        ({"tax_incomes": [{"year": 2024, "euros": 1, "member": "m9"}]}, "declaration.tax_incomes[0].member"),
        ({"tax_incomes": [{"year": 2024, "euros": 1}] * 2}, "declaration.tax_incomes"),
        (
            {"tax_incomes": [{"year": 2024, "euros": 1}, {"year": 2024, "euros": 1, "member": "m1"}]},
            "declaration.tax_incomes",
        ),
        ({"resources": [{"code": "SAL", "monthly_cents": 1, "member": "m9"}]}, "declaration.resources[0].member"),
        ({"other_reasons": ["13"]}, "declaration.main_reason"),
        ({"main_reason": "13", "other_reasons": ["13"]}, "declaration.other_reasons[0]"),
        ({"expected_births": [{"due_on": "2028-01-01"}]}, "declaration.expected_births[0].due_on"),
        ({"expected_births": [{"due_on": "2026-01-01"}]}, "declaration.expected_births[0].due_on"),
    ],
)
def test_what_does_not_fit_in_the_form_is_named(over, field):
    declaration = in_full(*over.pop("members", [member()]), **over)
    errors = declaration_errors(declaration, applicants=1, today=TODAY)
    assert [error.field for error in errors] == [field]
    assert errors[0].message


def test_a_co_applicant_is_among_the_members():
    (error,) = declaration_errors(in_full(), applicants=2, today=TODAY)
    assert "co-applicant is missing" in error.message
    assert declaration_errors(in_full(member(), SPOUSE), applicants=2, today=TODAY) == []
