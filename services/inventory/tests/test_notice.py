import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.landlord import NoticeReceived, WorksPlanned
from inventory.domain.notice import expected_on, notice_end

D = dt.date


@pytest.mark.parametrize(
    ("received_on", "months", "end"),
    [
        (D(2026, 9, 5), 1, D(2026, 10, 5)),
        (D(2026, 1, 30), 1, D(2026, 2, 28)),
        (D(2028, 1, 30), 1, D(2028, 2, 29)),  # a leap year
        (D(2028, 2, 29), 1, D(2028, 3, 29)),
        (D(2026, 1, 31), 3, D(2026, 4, 30)),
        (D(2026, 3, 31), 1, D(2026, 4, 30)),
        (D(2026, 11, 30), 3, D(2027, 2, 28)),
        (D(2026, 12, 15), 1, D(2027, 1, 15)),
        (D(2026, 10, 31), 2, D(2026, 12, 31)),
        (D(2100, 1, 30), 1, D(2100, 2, 28)),  # 2100 is no leap year
        (D(2026, 10, 3), 1, D(2026, 11, 3)),  # received on a Saturday: weekends count
        (D(2026, 4, 25), 1, D(2026, 5, 25)),  # ends on a holiday (Whit Monday): it counts
    ],
)
def test_a_notice_runs_from_receipt_date_to_date(received_on, months, end):
    assert notice_end(received_on, months) == end


@given(st.dates(D(1990, 1, 1), D(2090, 12, 31)), st.integers(1, 3))
def test_a_notice_ends_in_the_right_month_on_the_same_day_or_on_its_last(received_on, months):
    end = notice_end(received_on, months)
    assert (end.year * 12 + end.month) - (received_on.year * 12 + received_on.month) == months
    assert end.day == received_on.day or (end + dt.timedelta(days=1)).day == 1 <= end.day < received_on.day


@given(st.dates(D(1990, 1, 1), D(2090, 12, 31)), st.dates(D(1990, 1, 1), D(2090, 12, 31)), st.integers(1, 3))
def test_the_later_notice_never_ends_first(one, other, months):
    assert (one <= other) <= (notice_end(one, months) <= notice_end(other, months))


def notice(**over):
    return NoticeReceived.model_validate(
        {"dwelling_reference": "7500123456", "vacancy_reference": "V1", "received_on": "2026-09-05", **over}
    )


def works(starts_on, ends_on):
    return WorksPlanned(dwelling_reference="7500123456", vacancy_reference="V1", starts_on=starts_on, ends_on=ends_on)


def test_a_home_is_expected_after_notice_and_works():
    assert expected_on(notice(), None) == D(2026, 10, 5)
    assert expected_on(notice(works_days=10), None) == D(2026, 10, 15)


def test_a_works_plan_replaces_the_estimate_of_the_notice():
    planned = works(D(2026, 10, 6), D(2026, 10, 8))
    assert expected_on(notice(works_days=90), planned) == D(2026, 10, 9)


def test_works_that_end_before_the_notice_change_nothing():
    assert expected_on(notice(), works(D(2026, 9, 6), D(2026, 9, 9))) == D(2026, 10, 5)
