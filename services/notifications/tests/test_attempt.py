import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import NOON
from notifications.domain.attempt import (
    LONGEST_DELAY,
    Accepted,
    GivenUp,
    Refused,
    Retry,
    Sent,
    Unknown,
    after,
    delay,
    without_addresses,
)
from notifications.domain.ceiling import Allowance, allowance
from notifications.domain.delivery import DeliveryState
from notifications.domain.report import NeverSent, ReportStatus, TooEarly, settled_by

LATER = NOON + dt.timedelta(days=1)


def step(outcome, **changes):
    return after(outcome, **{"attempt": 1, "deliver_by": LATER, "now": NOON, "jitter": 0.0} | changes)


@given(attempt=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_a_delay_grows_to_its_longest_and_jitter_only_shortens_it(attempt, jitter):
    whole = delay(attempt, 0.0)
    assert whole / 2 <= delay(attempt, jitter) <= whole <= LONGEST_DELAY
    assert delay(attempt + 1, 0.0) >= whole


def test_delays_double():
    assert [delay(attempt, 0.0).total_seconds() for attempt in range(1, 6)] == [1, 2, 4, 8, 16]


def test_what_an_outcome_leads_to():
    assert step(Accepted("id")) == Sent("id")
    assert step(Refused("busy", permanent=False)) == Retry(NOON + delay(1, 0), "busy", outcome_unknown=False)
    assert step(Refused("no such mailbox", permanent=True)) == GivenUp("no such mailbox", outcome_unknown=False)
    assert step(Unknown("cut")) == Retry(NOON + delay(1, 0), "cut", outcome_unknown=True)


def test_a_retry_that_would_come_too_late_is_given_up_now():
    soon = NOON + delay(1, 0)
    assert step(Refused("busy", permanent=False), deliver_by=soon) == GivenUp("busy", outcome_unknown=False)
    assert step(Unknown("cut"), deliver_by=soon) == GivenUp("cut", outcome_unknown=True)


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("550 5.1.1 <jean.dupont@example.org>: no such user", "550 5.1.1 <[recipient]>: no such user"),
        ("no such phone: +33612345678", "no such phone: [recipient]"),
        ("06 12 34 56 78 is off", "[recipient] is off"),
        ("451 4.3.0 try\r\n again", "451 4.3.0 try again"),
        ("550 5.7.1 policy 20261122", "550 5.7.1 policy 20261122"),
    ],
)
def test_a_gateway_s_sentence_is_published_without_whom_it_is_about(said, published):
    assert without_addresses(said) == published


def test_a_long_sentence_is_cut():
    assert len(without_addresses("x " * 400)) == 300


@pytest.mark.parametrize(
    ("handed", "wanted", "expected"),
    [
        (0, 10, Allowance(10, tripped=False)),
        (90, 10, Allowance(10, tripped=False)),
        (91, 10, Allowance(9, tripped=True)),
        (100, 1, Allowance(0, tripped=True)),
        (250, 5, Allowance(0, tripped=True)),
    ],
)
def test_wanting_more_than_the_minute_allows_trips_the_hold(handed, wanted, expected):
    assert allowance(ceiling=100, handed_this_minute=handed, wanted=wanted) == expected


@pytest.mark.parametrize(
    ("status", "state", "unknown", "after_it"),
    [
        (ReportStatus.DELIVERED, DeliveryState.SENT, 0, DeliveryState.DELIVERED),
        (ReportStatus.FAILED, DeliveryState.SENT, 0, DeliveryState.FAILED),
        (ReportStatus.DELIVERED, DeliveryState.DELIVERED, 0, None),
        (ReportStatus.FAILED, DeliveryState.DELIVERED, 0, None),
        (ReportStatus.DELIVERED, DeliveryState.PENDING, 1, DeliveryState.DELIVERED),
        (ReportStatus.FAILED, DeliveryState.PENDING, 1, None),
    ],
)
def test_what_a_report_settles(status, state, unknown, after_it):
    assert settled_by(status, state, unknown_outcomes=unknown) is after_it


def test_a_report_before_its_time_or_about_nothing_is_refused():
    with pytest.raises(TooEarly):
        settled_by(ReportStatus.DELIVERED, DeliveryState.SENDING, unknown_outcomes=0)
    with pytest.raises(NeverSent):
        settled_by(ReportStatus.DELIVERED, DeliveryState.PENDING, unknown_outcomes=0)
