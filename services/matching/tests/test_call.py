"""Interest calls as a state machine: examples, and random lives of one vacancy."""

import datetime as dt
import uuid
from dataclasses import replace

import matching_samples as samples
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.matching import Answer, CallWithdrawalReason
from matching.domain.call import (
    AnswerRefused,
    CallStatus,
    Candidate,
    Refusal,
    answer,
    free_places,
    issue,
    lapse,
    withdraw,
)
from matching.domain.explanation import explain
from matching.domain.vacancy import VacancyStatus

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LATE = NOON + dt.timedelta(days=3)
YES, NO = Answer.INTERESTED, Answer.NOT_INTERESTED


def candidates(count):
    everyone = (samples.application(application_id=uuid.UUID(int=number)) for number in range(1, count + 1))
    return [Candidate(application=one, explanation=explain(one, samples.home(), samples.basis())) for one in everyone]


def policy(at_once):
    return replace(samples.national(), calls_at_once=at_once)


def one_call():
    vacancy = samples.vacancy()
    ((call, event),) = issue(
        vacancy, candidates(1), called=frozenset(), standing=0, policy=samples.national(), now=NOON
    )
    return vacancy, call, event


def test_a_call_says_what_the_household_needs_to_know():
    vacancy, call, event = one_call()
    (candidate,) = candidates(1)
    assert event.dwelling == vacancy.dwelling
    assert event.person_ids == call.person_ids
    assert (event.rank, event.called, event.answer_by) == (1, 1, LATE)
    assert event.score == candidate.explanation.score == sum(candidate.explanation.points.values())
    assert event.policy == "national/2026-11-22"
    assert event.reasons == candidate.explanation.reasons
    assert (event.version, event.call_id) == (call.version, call.id)


def test_ranks_go_on_where_the_last_calls_ended():
    everyone = candidates(25)
    called = {one.application.id for one in everyone[:20]}
    issued = issue(samples.vacancy(), everyone, called=called, standing=18, policy=samples.national(), now=NOON)
    assert [(event.rank, event.called) for _, event in issued] == [(21, 22), (22, 22)]


@pytest.mark.parametrize("status", [VacancyStatus.UNKNOWN, VacancyStatus.WITHDRAWN, VacancyStatus.LET])
def test_nobody_is_called_for_a_home_that_is_not_open(status):
    vacancy = replace(samples.vacancy(), status=status)
    assert not issue(vacancy, candidates(3), called=frozenset(), standing=0, policy=samples.national(), now=NOON)


def test_interest_keeps_the_place_and_may_be_taken_back():
    _, call, _ = one_call()
    interested, said = answer(call, YES, now=NOON)
    assert said.answer is YES
    assert interested.status.holds_a_place
    assert answer(interested, YES, now=NOON) == (interested, None)
    declined, said = answer(interested, NO, now=LATE + dt.timedelta(days=9))
    assert (said.answer, said.version) == (NO, 3)
    assert not declined.status.holds_a_place


@pytest.mark.parametrize(
    ("status", "now", "refusal"),
    [
        (CallStatus.OPEN, LATE + dt.timedelta(seconds=1), Refusal.AFTER_THE_DEADLINE),
        (CallStatus.LAPSED, NOON, Refusal.AFTER_THE_DEADLINE),
        (CallStatus.NOT_INTERESTED, NOON, Refusal.ALREADY_DECLINED),
        (CallStatus.WITHDRAWN, NOON, Refusal.WITHDRAWN),
    ],
)
def test_an_answer_that_comes_too_late_is_refused(status, now, refusal):
    _, call, _ = one_call()
    with pytest.raises(AnswerRefused) as refused:
        answer(replace(call, status=status), YES, now=now)
    assert refused.value.refusal is refusal


def test_a_call_lapses_at_its_deadline_and_not_before():
    _, call, _ = one_call()
    assert lapse(call, now=LATE - dt.timedelta(microseconds=1)) is None
    lapsed, event = lapse(call, now=LATE)
    assert (lapsed.status, event.version, event.lapsed_at) == (CallStatus.LAPSED, 2, LATE)
    assert lapse(lapsed, now=LATE) is None
    interested, _ = answer(call, YES, now=NOON)
    assert lapse(interested, now=LATE) is None


class LifeOfAVacancy(RuleBasedStateMachine):
    """Any sequence of answers, silence and closed applications, with a look after each as the service takes one.

    Never two calls to one application, never too many at once, the next one at once, and in the end all who fit.
    """

    @initialize(at_once=st.integers(1, 5), fitting=st.integers(0, 12))
    def announce(self, at_once, fitting):
        self.vacancy, self.line, self.rules, self.now = samples.vacancy(), candidates(fitting), policy(at_once), NOON
        self.calls, self.closed = {}, set()
        self.look()

    def look(self):
        left = [one for one in self.line if one.application.id not in self.closed]
        called, holding = frozenset(self.calls), len(self.holding())
        issued = issue(self.vacancy, left, called=called, standing=holding, policy=self.rules, now=self.now)
        for call, event in issued:
            assert call.application_id not in self.calls
            assert event.rank == len(self.calls) + 1
            self.calls[call.application_id] = call

    def holding(self):
        return [call for call in self.calls.values() if call.status.holds_a_place]

    def put(self, step):
        """Keep a transition's call; None is a transition that was not to be."""
        if step:
            self.calls[step[0].application_id] = step[0]

    def chosen(self, number):
        return list(self.calls.values())[number % len(self.calls)] if self.calls else None

    @rule(number=st.integers(0, 20), given=st.sampled_from((YES, NO)))
    def reply(self, number, given):
        if call := self.chosen(number):
            try:
                self.put(answer(call, given, now=self.now))
            except AnswerRefused:
                assert not call.status.holds_a_place or self.now > call.answer_by
            self.look()

    @rule(days=st.integers(0, 4))
    def wait(self, days):
        self.now += dt.timedelta(days=days)
        for call in self.holding():
            self.put(lapse(call, now=self.now))
        self.look()

    @rule(number=st.integers(0, 20))
    def close_application(self, number):
        if call := self.chosen(number):
            self.closed.add(call.application_id)
            self.put(withdraw(call, CallWithdrawalReason.APPLICATION_CLOSED))
            self.look()

    @rule()
    def look_again(self):
        before = dict(self.calls)
        self.look()
        assert self.calls == before

    @invariant()
    def nobody_waits_while_a_place_is_free(self):
        holding = len(self.holding())
        assert holding <= self.rules.calls_at_once
        waiting = {one.application.id for one in self.line} - set(self.calls) - self.closed
        assert not waiting or free_places(holding, self.rules) == 0

    def teardown(self):
        if not hasattr(self, "line"):
            return
        while holding := self.holding():
            for call in holding:
                interested = call.status is CallStatus.INTERESTED
                later = call.answer_by
                self.put(answer(call, NO, now=later) if interested else lapse(call, now=later))
            self.look()
        assert set(self.calls) | self.closed == {one.application.id for one in self.line}


TestLifeOfAVacancy = LifeOfAVacancy.TestCase


def test_a_home_that_is_gone_ends_what_holds_a_place():
    _, call, _ = one_call()
    interested, _ = answer(call, YES, now=NOON)
    withdrawn, event = withdraw(interested, CallWithdrawalReason.VACANCY_LET)
    assert (withdrawn.status, event.reason, event.version) == (CallStatus.WITHDRAWN, "vacancy_let", 3)
    assert withdraw(withdrawn, CallWithdrawalReason.VACANCY_LET) is None
