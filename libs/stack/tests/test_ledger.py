"""The demo's verdict: exactly the expected alerts, each once, or it says which are not."""

from uuid import UUID

import pytest

from contracts.values import Channel
from stack.demo.ledger import Ledger, quantile
from stack.territory.expected import Alert

VACANCY, OTHER = UUID(int=1), UUID(int=2)
ANNE, BRUNO, CHLOE = UUID(int=11), UUID(int=12), UUID(int=13)
EXPECTED = [
    Alert(VACANCY, UUID(int=21), ANNE, Channel.EMAIL),
    Alert(VACANCY, UUID(int=21), ANNE, Channel.SMS),
    Alert(OTHER, UUID(int=22), BRUNO, Channel.EMAIL),
]


def message(person=ANNE, *, correlation="e1", kind="email", at_ms=20):
    return {"correlation_id": correlation, "person": str(person), "kind": kind, "received_ns": at_ms * 1_000_000}


@pytest.fixture
def ledger():
    ledger = Ledger(EXPECTED)
    ledger.published("e1", VACANCY, 0)
    ledger.published("e2", OTHER, 10_000_000)
    return ledger


def test_all_of_it_once_is_exact(ledger):
    for one in (message(), message(kind="sms"), message(BRUNO, correlation="e2")):
        assert ledger.take(one, {}).expected
    assert ledger.exact
    assert (ledger.delivered, ledger.duplicates) == (3, 0)


def test_one_that_is_missing_is_named(ledger):
    ledger.take(message(), {})
    ledger.take(message(BRUNO, correlation="e2"), {})
    assert ledger.missing == {EXPECTED[1]}
    assert not ledger.exact


def test_a_copy_is_counted_and_not_delivered_twice(ledger):
    for one in (message(), message(kind="sms"), message(BRUNO, correlation="e2"), message(at_ms=90)):
        arrival = ledger.take(one, {})
    assert arrival.copy
    assert (ledger.delivered, ledger.duplicates) == (3, 1)
    assert not ledger.exact
    assert ledger.latencies_ms() == [10, 20, 20]


def test_one_that_nobody_expected_is_named_with_its_application(ledger):
    ledger.take(message(CHLOE), {(VACANCY, CHLOE): UUID(int=23)})
    assert ledger.unexpected == {Alert(VACANCY, UUID(int=23), CHLOE, Channel.EMAIL)}


def test_the_right_person_on_the_wrong_channel_is_both_missing_and_unexpected(ledger):
    ledger.take(message(BRUNO, correlation="e2", kind="sms"), {})
    assert EXPECTED[2] in ledger.missing
    assert ledger.unexpected == {Alert(OTHER, UUID(int=22), BRUNO, Channel.SMS)}


def test_messages_of_other_runs_are_passed_over(ledger):
    assert ledger.take(message(correlation="another"), {}) is None
    assert ledger.take({**message(), "correlation_id": None}, {}) is None
    assert ledger.take({**message(), "person": None}, {}) is None
    assert ledger.arrivals == []


def test_first_alerts_are_the_earliest_of_each_vacancy_since_its_own_event(ledger):
    for one in (message(at_ms=30), message(kind="sms", at_ms=20), message(BRUNO, correlation="e2", at_ms=15)):
        ledger.take(one, {})
    assert ledger.first_latencies_ms() == [5, 20]


def test_quantiles_are_values_that_were_measured():
    rising = [float(value) for value in range(1, 101)]
    assert [quantile(rising, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert quantile([7.0], 0.99) == 7.0
    assert quantile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert quantile([], 0.5) is None
