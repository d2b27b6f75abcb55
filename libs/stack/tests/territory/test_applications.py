import re
from collections import Counter

import numpy as np
import pytest

from contracts.values import ApplicationKind, Channel, Language
from reference import communes
from stack.territory import AS_OF, Territory, applications, joined
from stack.territory.applications import CHANNELS, KINDS
from stack.territory.figures import NUMBER_OF_PLACES, share, value
from stack.territory.households import NONE
from stack.territory.persons import person
from stack.territory.records import application_records, contact_records

TERRITORY = Territory.of("small")
SAMPLE = Territory("idf-sample", 11, Territory.of("idf").places, 1, 60_000)


@pytest.fixture(scope="module")
def rows():
    """Enough of the region that a share is met to half a point."""
    return joined(list(applications(SAMPLE)))


@pytest.fixture(scope="module")
def small():
    return joined(list(applications(TERRITORY)))


def close(measured, meant):
    assert measured == pytest.approx(meant, abs=0.008)


def test_three_in_ten_are_transfers(rows):
    kinds = np.bincount(rows.kind) / len(rows)
    close(kinds[KINDS.index(ApplicationKind.TRANSFER)], 0.30)
    close(kinds[KINDS.index(ApplicationKind.SPLIT)], share("kind.split"))


def test_half_of_the_applicants_are_single(rows):
    persons = rows.households.persons
    close((persons == 1).mean(), share("household.single"))
    assert persons.min() == 1
    assert persons.max() == 6


def test_fewer_persons_count_for_the_ceiling_only_where_there_are_children(rows):
    less = rows.households.persons - rows.households.persons_for_ceiling
    assert set(np.unique(less)) == {0, 1}
    assert (rows.households.persons_for_ceiling >= rows.households.applicants).all()


def test_forty_per_cent_of_single_persons_want_a_t1(rows):
    single = rows.wishes.types[rows.households.persons == 1]
    close((single & 1 != 0).mean(), share("wishes.single_wants_t1"))


def test_about_two_types_each(rows):
    number = sum(rows.wishes.types >> bit & 1 for bit in range(6))
    assert number.min() >= 1
    assert number.mean() == pytest.approx(1.97, abs=0.05)


def test_seniority_meets_the_published_mean_and_share(rows):
    days = AS_OF.toordinal() - rows.registered_on
    close((days > 365).mean(), share("seniority.over_a_year"))
    assert days.mean() == pytest.approx(value("seniority.mean_days"), rel=0.06), "the tail is cut off at 25 years"
    assert days.min() >= 0


def test_incomes_relative_to_the_ceilings(rows):
    close((rows.households.income_euros == NONE).mean(), share("income.unknown"))
    alone = rows.take(np.flatnonzero((rows.households.persons == 1) & (rows.households.income_euros != NONE)))
    assert np.median(alone.households.income_euros / 26_920) == pytest.approx(value("income.median_to_plus"), rel=0.02)


def test_needs_are_more_frequent_among_transfers(rows):
    needing = (rows.households.step_free == 1) | (rows.households.max_floor != NONE)
    transfer = rows.kind == KINDS.index(ApplicationKind.TRANSFER)
    close(needing[transfer].mean(), share("needs.among_transfers"))
    close(needing[~transfer].mean(), share("needs.among_others"))
    assert (rows.households.step_free >= rows.households.wheelchair).all(), "a wheelchair needs a way without steps"


def test_wishes_have_one_to_eight_different_places(rows):
    number = (rows.wishes.places != NONE).sum(axis=1)
    assert np.allclose(np.bincount(number, minlength=9)[1:] / len(rows), NUMBER_OF_PLACES, atol=0.008)
    for places in rows.wishes.places[:2000]:
        wanted = [place for place in places if place != NONE]
        assert len(set(wanted)) == len(wanted)


def test_wishes_are_clustered_around_home(rows):
    known = [communes.commune(code) for code in rows.codes]
    where = np.radians([(place.latitude, place.longitude) for place in known])

    def km(one, other):
        east = (where[one, 1] - where[other, 1]) * np.cos(where[one, 0])
        return np.degrees(np.hypot(east, where[one, 0] - where[other, 0])) * 111.2

    of, rank = np.nonzero(rows.wishes.places != NONE)
    wished = km(rows.home[of], rows.wishes.places[of, rank])
    strangers = km(rows.home, np.random.default_rng(1).permutation(rows.home))
    assert np.median(wished) < np.median(strangers) / 3


def test_the_first_wish_is_home_as_often_as_published(rows):
    at_home = rows.wishes.places[:, 0] == rows.home
    in_paris = np.array([code.startswith("75") for code in rows.codes])[rows.home]
    close(at_home[in_paris].mean(), share("wishes.home_first.75"))
    close(at_home[~in_paris].mean(), share("wishes.home_first.elsewhere"))


def test_some_places_are_wanted_by_many_and_most_by_few(rows):
    wanted = np.bincount(rows.wishes.places[rows.wishes.places != NONE], minlength=len(rows.codes))
    ordered = np.sort(wanted)[::-1]
    assert ordered[: len(ordered) // 10].sum() > wanted.sum() / 2


def test_applicants_live_where_demand_is_counted(rows):
    departments = Counter(rows.codes[home][:2] for home in rows.home.tolist())
    region = value("demand.ile_de_france")
    close(departments["75"] / len(rows), value("demand.75") / region)
    close(departments["92"] / len(rows), value("demand.92") / region)


def test_consents_cover_both_one_and_no_channel(rows):
    taken = rows.channels[:, 0]
    cases = {3: "email_and_sms", 1: "email_only", 2: "sms_only", 0: "none"}
    for mask, case in cases.items():
        close((taken == mask).mean(), share(f"reach.{case}"))


def test_nobody_is_told_who_is_not_there(rows):
    assert (rows.channels[rows.households.applicants == 1, 1] == 0).all()


def test_persons_are_reachable_only_where_nobody_is(small):
    contacts = list(contact_records(small))
    assert len(contacts) == small.households.applicants.sum()
    assert len({contact.person_id for contact in contacts}) == len(contacts)
    for contact in contacts:
        assert contact.email is None or re.fullmatch(r"[a-z0-9.]+@example\.org", contact.email)
        assert contact.phone is None or re.fullmatch(r"\+3363998[0-9]{4}", contact.phone)
        granted = {consent.channel for consent in contact.consents if consent.granted}
        assert granted <= ({Channel.EMAIL} if contact.email else set()) | ({Channel.SMS} if contact.phone else set())
        assert {consent.channel for consent in contact.consents} == set(CHANNELS)
    assert len({contact.email for contact in contacts if contact.email}) == sum(bool(c.email) for c in contacts)
    assert {contact.language for contact in contacts} == {Language.FRENCH, Language.ENGLISH}


def test_two_persons_of_a_household_never_share_a_phone(small):
    couples = np.flatnonzero((small.channels & 2 != 0).all(axis=1)).tolist()
    assert couples
    assert all(person(small, row, 0).phone != person(small, row, 1).phone for row in couples)


def test_records_say_what_the_columns_say(small):
    records = list(application_records(small.take(np.arange(500)), TERRITORY))
    for row, record in enumerate(records):
        assert record.kind is KINDS[small.kind[row]]
        assert [wish.commune for wish in record.wishes.places] == [
            small.codes[place] for place in small.wishes.places[row] if place != NONE
        ]
        assert len(record.person_ids) == small.households.applicants[row]
        assert (record.current_home is not None) is (record.kind is ApplicationKind.TRANSFER)
    assert len({record.application_id for record in records}) == 500
