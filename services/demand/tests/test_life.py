"""The life of an application: what the law lets happen when, whatever the clock and the household do."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from demand_samples import TODAY, application, declared
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.demand import ApplicationStatus, ClosureReason
from demand.domain.application import Closed
from demand.domain.life import (
    NotYet,
    Unlawful,
    close,
    completed,
    first_expiry,
    heard,
    lift,
    look,
    merge,
    next_look,
    renew,
    warn,
)
from demand.domain.record import Step
from reference.days import add_months

D = dt.date
OTHER = UUID("00000000-0000-4000-8000-00000000000b")


def running(**over):
    return application(**{"expires_on": D(2027, 3, 1), **over})


@pytest.mark.parametrize(
    ("registered", "today", "expires"),
    [
        (D(2026, 11, 22), D(2026, 11, 22), D(2027, 11, 22)),
        (D(2024, 3, 1), D(2026, 11, 22), D(2027, 3, 1)),
        (D(2024, 2, 29), D(2026, 11, 22), D(2027, 2, 28)),
        (D(2024, 11, 22), D(2026, 11, 22), D(2026, 11, 22)),
    ],
)
def test_a_number_is_valid_to_its_next_anniversary(registered, today, expires):
    assert first_expiry(registered, today) == expires


@pytest.mark.parametrize(
    ("on", "steps", "expires"),
    [
        (D(2026, 12, 31), (), D(2027, 3, 1)),
        (D(2027, 1, 1), (Step.RENEWAL_NOTIFIED,), D(2027, 3, 1)),
        (D(2027, 2, 1), (Step.RENEWAL_NOTIFIED,), D(2027, 3, 1)),
        (D(2027, 2, 2), (Step.EXTENDED, Step.RENEWAL_NOTIFIED), D(2027, 3, 2)),
        (D(2029, 1, 31), (Step.EXTENDED, Step.RENEWAL_NOTIFIED), D(2029, 2, 28)),
    ],
)
def test_the_household_is_told_a_month_before_or_the_number_lasts_longer(on, steps, expires):
    found = look(running(), on)
    assert (found.steps, found.application.expires_on) == (steps, expires)
    assert look(found.application, on).steps == ()


def test_a_year_without_an_answer():
    told = look(running(), D(2027, 1, 1)).application
    assert next_look(told) == D(2027, 2, 14)
    reminded = look(told, D(2027, 2, 14))
    assert reminded.steps == (Step.RENEWAL_REMINDED,)
    assert next_look(reminded.application) == D(2027, 3, 2)
    assert look(reminded.application, D(2027, 3, 1)).steps == ()
    closed = look(reminded.application, D(2027, 3, 2)).application
    assert (closed.closure, closed.closed_on) == (ClosureReason.NOT_RENEWED, D(2027, 3, 2))
    assert next_look(closed) is None


def test_a_renewal_adds_a_year_to_the_term_and_keeps_the_day_of_registration():
    with pytest.raises(NotYet, match="can be renewed from 2027-01-01"):
        renew(running(), TODAY)
    told = look(running(), D(2027, 1, 1)).application
    renewed = renew(told, D(2027, 1, 20))
    assert (renewed.expires_on, renewed.registered_on) == (D(2028, 3, 1), D(2024, 3, 1))
    assert next_look(renewed) == D(2028, 1, 1)
    with pytest.raises(NotYet):
        renew(renewed, D(2027, 1, 21))


def test_silence_closes_a_month_after_the_warning_and_an_answer_lifts_it():
    warned = warn(running(), ClosureReason.NO_ANSWER, D(2026, 11, 30))
    assert warn(warned, ClosureReason.NO_ANSWER, D(2026, 12, 5)) is warned
    with pytest.raises(Unlawful, match="only a month after"):
        close(warned, ClosureReason.NO_ANSWER, D(2026, 12, 30))
    assert look(warned, D(2026, 12, 30)).steps == ()
    assert look(warned, D(2026, 12, 31)).application.closure is ClosureReason.NO_ANSWER
    assert heard(warned).warned is None
    assert lift(lift(warned)).warned is None


def test_an_inadmissible_application_is_closed_after_a_month_whatever_the_household_says():
    warned = warn(running(), ClosureReason.INADMISSIBLE, D(2026, 11, 22))
    assert heard(warned) is warned
    with pytest.raises(Unlawful, match="inadmissible is announced"):
        warn(warned, ClosureReason.NO_ANSWER, D(2026, 11, 23))
    assert look(warned, D(2026, 12, 23)).application.closure is ClosureReason.INADMISSIBLE


@pytest.mark.parametrize("reason", [ClosureReason.HOUSED, ClosureReason.WITHDRAWN])
def test_a_lease_and_a_written_wish_close_at_once(reason):
    assert close(running(), reason, TODAY).closure is reason
    with pytest.raises(Unlawful, match="take a warning"):
        warn(running(), reason, TODAY)


@pytest.mark.parametrize("reason", [ClosureReason.NO_ANSWER, ClosureReason.INADMISSIBLE, ClosureReason.NOT_RENEWED])
def test_nothing_else_closes_without_its_condition(reason):
    with pytest.raises(Unlawful):
        close(running(), reason, TODAY)


def test_a_merge_keeps_the_eldest_date_and_closes_the_other_with_trace():
    elder = running(id=OTHER, number="A" * 18, registered_on=D(2019, 5, 2))
    kept, closed = merge(running(), elder, TODAY)
    assert (kept.registered_on, kept.open) == (D(2019, 5, 2), True)
    assert (closed.closure, closed.merged_into, closed.registered_on) == (
        ClosureReason.MERGED,
        kept.id,
        D(2019, 5, 2),
    )
    with pytest.raises(Unlawful, match="with itself"):
        merge(kept, kept, TODAY)
    with pytest.raises(Closed):
        merge(kept, closed, TODAY)
    with pytest.raises(Unlawful, match="names the one that stays"):
        close(kept, ClosureReason.MERGED, TODAY)


def test_what_is_registered_becomes_active_when_it_is_complete():
    started = running(status=ApplicationStatus.REGISTERED, file=declared(wishes=None))
    assert completed(started) is started
    assert completed(replace(started, file=declared())).status is ApplicationStatus.ACTIVE


def test_what_was_loaded_without_a_term_has_none_until_it_is_renewed():
    loaded = application()
    assert next_look(loaded) is None
    assert look(loaded, D(2090, 1, 1)).application is loaded
    assert renew(loaded, D(2026, 11, 22)).expires_on == D(2027, 11, 22)


@given(registered=st.dates(D(2010, 10, 1), D(2060, 12, 31)), jumps=st.lists(st.integers(0, 500), max_size=40))
def test_whatever_the_clock_does_nobody_expires_without_a_months_notice(registered, jumps):
    one, day, told = (
        application(registered_on=registered, expires_on=first_expiry(registered, registered)),
        registered,
        [],
    )
    for jump in jumps:
        day += dt.timedelta(days=jump)
        found = look(one, day)
        if Step.RENEWAL_NOTIFIED in found.steps:
            told.append(day)
        one = found.application
        assert look(one, day).application == one or one.open, "a look that closes is the last"
    if not one.open:
        assert one.closure is ClosureReason.NOT_RENEWED
        assert told
        assert add_months(told[-1], 1) <= one.expires_on < one.closed_on
        assert one.reminded_on is not None


class ALife(RuleBasedStateMachine):
    """An application in the hands of a household, an agent and a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.day = D(2026, 11, 22)
        self.one = running(registered_on=D(2024, 3, 1))
        self.eldest = self.one.registered_on
        self.closures = 0
        self.told_after_closure = 0
        self.noticed_on: dt.date | None = None

    def _become(self, after):
        if self.one.open and not after.open:
            self.closures += 1
        assert after.version >= self.one.version
        self.one = after

    @rule(days=st.integers(0, 400))
    def the_clock_jumps(self, days):
        self.day += dt.timedelta(days=days)
        was_open = self.one.open
        found = look(self.one, self.day)
        if found.steps and not was_open:
            self.told_after_closure += 1
        if Step.RENEWAL_NOTIFIED in found.steps:
            self.noticed_on = self.day
        if found.application.closure is ClosureReason.NOT_RENEWED and self.one.open:
            assert self.noticed_on is not None
            assert add_months(self.noticed_on, 1) < self.day
        self._become(found.application)

    @rule(size=st.integers(1, 6))
    def the_household_changes(self, size):
        file = declared(household=self.one.file.household.model_copy(update={"persons_for_occupancy": size}))
        if self.one.open:
            self._become(heard(self.one.change(file)))
        else:
            with pytest.raises(Closed):
                self.one.change(file)

    @rule()
    def the_household_renews(self):
        if not self.one.open:
            with pytest.raises(Closed):
                renew(self.one, self.day)
            return
        try:
            after = renew(self.one, self.day)
        except NotYet:
            return
        assert after.expires_on > self.day
        self.noticed_on = None
        self._become(after)

    @rule(reason=st.sampled_from([ClosureReason.NO_ANSWER, ClosureReason.INADMISSIBLE]))
    @precondition(lambda self: self.one.open)
    def an_agent_warns(self, reason):
        try:
            after = warn(self.one, reason, self.day)
        except Unlawful:
            return
        assert after.warned.closes_on > add_months(self.day, 1) or after is self.one
        self._become(after)

    @rule(reason=st.sampled_from([one for one in ClosureReason if one is not ClosureReason.UNKNOWN]))
    def somebody_closes(self, reason):
        try:
            self._become(close(self.one, reason, self.day))
        except (Closed, Unlawful):
            return

    @rule(registered=st.dates(D(2000, 1, 1), D(2026, 11, 1)))
    @precondition(lambda self: self.one.open)
    def a_duplicate_is_merged(self, registered):
        duplicate = running(id=OTHER, number="B" * 18, registered_on=registered)
        kept, closed = merge(self.one, duplicate, self.day)
        self.eldest = min(self.eldest, registered)
        assert closed.closure is ClosureReason.MERGED
        self._become(kept)

    @invariant()
    def seniority_is_never_lost(self):
        assert self.one.registered_on == self.eldest

    @invariant()
    def it_is_closed_once_and_nobody_is_told_after_that(self):
        assert self.closures == (0 if self.one.open else 1)
        assert self.told_after_closure == 0
        assert (self.one.closure is None) is self.one.open


ALife.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestALife = ALife.TestCase
