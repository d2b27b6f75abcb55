import datetime as dt

import pytest
from inventory_samples import DWELLING, LANDLORD, facts, unpriced

from contracts.values import DwellingFacts
from inventory.domain.dwelling import Dwelling, Point, at_rent, errors_of, home_facts

TODAY = dt.date(2026, 11, 22)


def dwelling(home=None, **over):
    return Dwelling(reference=DWELLING, landlord=LANDLORD, facts=home or facts(), **over)


def test_what_it_is_told_again_changes_nothing():
    home = dwelling(reletting_base_rent_cents=45_000, point=Point(48.88699, 2.35313))
    told = dwelling(reletting_base_rent_cents=45_000, point=Point(48.88699, 2.35313))
    assert home.change(told) is home


@pytest.mark.parametrize(
    "told",
    [
        dwelling(facts(lift=True)),
        dwelling(reletting_base_rent_cents=45_000),
        dwelling(point=Point(48.88699, 2.35313)),
    ],
    ids=["facts", "rent of re-letting", "point"],
)
def test_each_difference_is_a_version(told):
    after = dwelling().change(told)
    assert (after.version, after.facts, after.point) == (2, told.facts, told.point)


def test_a_rent_is_never_unlearned():
    home = dwelling(reletting_base_rent_cents=45_000)
    after = home.change(dwelling(unpriced(lift=True)))
    assert after.facts == facts(lift=True)
    assert after.reletting_base_rent_cents == 45_000
    assert home.change(dwelling(unpriced())) is home


def test_the_next_tenant_pays_the_rent_of_reletting():
    assert dwelling().offered == facts()
    assert dwelling(reletting_base_rent_cents=45_000).offered == facts(base_rent_cents=45_000)
    assert dwelling(unpriced(), reletting_base_rent_cents=45_000).offered == facts(base_rent_cents=45_000)


def test_nobody_is_told_of_a_home_without_a_rent():
    assert dwelling(unpriced(), reletting_base_rent_cents=45_000).recorded() is None
    recorded = dwelling(reletting_base_rent_cents=45_000).recorded()
    assert (recorded.dwelling, recorded.reletting_base_rent_cents) == (facts(), 45_000)


def test_facts_know_whether_they_have_a_rent():
    assert type(home_facts(facts().model_dump(mode="json"))) is DwellingFacts
    assert type(home_facts(unpriced().model_dump(mode="json"))) is not DwellingFacts
    assert at_rent(unpriced(), charges=5_000) == unpriced(service_charges_cents=5_000)
    assert at_rent(unpriced(), base=41_000) == facts()


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"priority_district": "QN99999M"}, "priority_district", "No priority district"),
        ({"commune": "93066", "priority_district": "QN07511M"}, "priority_district", "not in 93066"),
        ({"priority_district": "QN07511M", "in_priority_district": False}, "priority_district", "leave one"),
        ({"commune": "75056"}, "commune", "name its arrondissement"),
        ({"built_in": 2028}, "built_in", "2028 is in the future"),
    ],
)
def test_what_is_wrong_is_named(over, field, sentence):
    (error,) = errors_of(facts(**over), TODAY)
    assert error.field == field
    assert sentence in error.message


def test_a_home_may_name_its_district():
    assert errors_of(facts(priority_district="QN07511M"), TODAY) == []


def test_the_point_says_the_priority_district():
    home = dwelling(facts(in_priority_district=False), point=Point(48.88699, 2.35313)).placed()
    assert (home.facts.in_priority_district, home.facts.priority_district) == (True, "QN07511M")
    outside = dwelling(facts(priority_district="QN07511M"), point=Point(48.8566, 2.3522)).placed()
    assert (outside.facts.in_priority_district, outside.facts.priority_district) == (False, None)
    said = dwelling(facts(priority_district="QN07511M"))
    assert said.placed() is said
