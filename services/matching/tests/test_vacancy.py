"""A vacancy's events in any order, late and repeated."""

import datetime as dt
import uuid

import matching_samples as samples
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import announced, home

from contracts.inventory import (
    AvailabilityChanged,
    VacancyAllocated,
    VacancyHardToLet,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.landlord import WithdrawalReason
from contracts.matching import CallWithdrawalReason
from matching.domain.vacancy import Vacancy, VacancyStatus, apply

ID = uuid.UUID(int=7)


def events():
    first = announced(ID, version=1)
    return [
        first,
        AvailabilityChanged(vacancy_id=ID, version=2, expected_on=dt.date(2027, 2, 1)),
        VacancyReleased(
            vacancy_id=ID,
            version=3,
            dwelling_id=first.dwelling_id,
            landlord=samples.LANDLORD,
            dwelling=home(base_rent_cents=50_000),
            available_on=dt.date(2027, 2, 3),
        ),
        VacancyAllocated(vacancy_id=ID, version=4, on=dt.date(2027, 2, 10)),
        VacancyWithdrawn(vacancy_id=ID, version=5, reason=WithdrawalReason.WORKS),
        VacancyLet(vacancy_id=ID, version=6, lease_signed_on=dt.date(2027, 3, 1)),
        VacancyHardToLet(vacancy_id=ID, version=7, on=dt.date(2027, 5, 5), days_vacant=91, offers_refused=0),
    ]


def told(story):
    vacancy = Vacancy(id=ID)
    for event in story:
        vacancy = apply(vacancy, event)
    return vacancy


@given(count=st.integers(1, 7), data=st.data())
def test_any_order_and_repetition_tells_the_same(count, data):
    story = events()[:count]
    shuffled = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=5))))
    assert told(shuffled) == told(story)


def test_an_announced_home_is_open_and_a_released_one_has_the_rent_of_re_letting():
    now = told(events()[:2])
    assert now.open
    assert now.available_on == dt.date(2027, 2, 1)
    released = told(events()[:3])
    assert released.status is VacancyStatus.RELEASED
    assert released.dwelling.base_rent_cents == 50_000
    assert released.dwelling_version == 3


def test_an_allocated_home_calls_nobody_until_it_is_released_again():
    allocated = told(events()[:4])
    assert not allocated.open
    assert allocated.closed_because is None
    refused = events()[2].model_copy(update={"version": 5})
    assert apply(allocated, refused).open


def test_a_home_that_is_gone_stays_gone_when_its_announcement_comes_late():
    late = told([events()[4], events()[0]])
    assert not late.open
    assert late.closed_because is CallWithdrawalReason.VACANCY_WITHDRAWN
    assert told(reversed(events())).closed_because is CallWithdrawalReason.VACANCY_LET


def test_a_date_alone_opens_nothing():
    assert not told([events()[1]]).open
