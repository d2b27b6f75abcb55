import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_samples import DWELLING, LANDLORD, D, available, cancelled, facts, let, notice, unpriced, works

from contracts.inventory import (
    AvailabilityChanged,
    VacancyAnnounced,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.landlord import WithdrawalReason
from inventory.domain.vacancy import Standing, Told, Vacancy, VacancyState, fold, vacancy_id

MORNING = dt.datetime(2026, 9, 7, 8, 0, tzinfo=dt.UTC)


def told(event, *, hours=0, event_id="e1"):
    return Told(event=event, time=MORNING + dt.timedelta(hours=hours), source="//landlord/erp", event_id=event_id)


def unknown_vacancy(dwelling=None):
    dwelling = dwelling or facts()
    return Vacancy(
        id=vacancy_id(LANDLORD, "V-2026-17"),
        landlord=LANDLORD,
        reference="V-2026-17",
        dwelling_reference=DWELLING,
        facts=dwelling,
        standing=Standing(state=VacancyState.ANNOUNCED),
    )


def play(arrivals, dwelling=None):
    """The vacancy after these arrivals, each folded with all before it, and what the world was told."""
    dwelling = dwelling or facts()
    vacancy, known, news = unknown_vacancy(dwelling), [], []
    for arrival in arrivals:
        known.append(arrival)
        vacancy, event = vacancy.advance(fold(known), dwelling)
        news += [event] if event else []
    return vacancy, news


STORY = (
    told(notice(works_days=5), hours=0, event_id="1"),
    told(works(), hours=24, event_id="2"),
    told(available(base_rent_cents=43_000), hours=48, event_id="3"),
    told(let(), hours=72, event_id="4"),
)


def test_the_usual_story_is_told_step_by_step():
    vacancy, news = play(STORY)
    assert [type(event) for event in news] == [VacancyAnnounced, AvailabilityChanged, VacancyReleased, VacancyLet]
    assert [event.version for event in news] == [1, 2, 3, 4]
    announced, changed, released, ended = news
    assert announced.expected_on == D(2026, 10, 10)
    assert announced.dwelling == facts()
    assert changed.expected_on == D(2026, 10, 21)
    assert released.available_on == D(2026, 10, 21)
    assert released.dwelling == facts(base_rent_cents=43_000)
    assert ended.lease_signed_on == D(2026, 11, 2)
    assert vacancy.standing.state is VacancyState.LET
    assert vacancy.version == 4


@pytest.mark.parametrize("order", list(itertools.permutations(STORY)))
def test_every_order_of_arrival_ends_in_the_same_state(order):
    assert play(order)[0].standing == play(STORY)[0].standing


@pytest.mark.parametrize(
    ("events", "state", "ready_on"),
    [
        ([notice()], "announced", D(2026, 10, 5)),
        ([notice(works_days=10)], "announced", D(2026, 10, 15)),
        ([works()], "announced", D(2026, 10, 21)),
        ([notice(works_days=90), works()], "announced", D(2026, 10, 21)),
        ([available()], "available", D(2026, 10, 21)),
        ([notice(), available(D(2026, 9, 30))], "available", D(2026, 9, 30)),
        ([available(D(2026, 10, 1)), works()], "available", D(2026, 10, 21)),  # found after the offer
        ([works(), available(D(2026, 10, 1))], "available", D(2026, 10, 1)),  # known when it was offered
        ([available(D(2026, 10, 1)), works(), available(D(2026, 10, 1))], "available", D(2026, 10, 1)),
        ([available(D(2026, 12, 1)), works()], "available", D(2026, 12, 1)),  # over before the day
        ([notice(), cancelled()], "withdrawn", None),
        ([cancelled(), available()], "withdrawn", None),
        ([cancelled(), let()], "let", None),
        ([let(), cancelled()], "let", None),
        ([let(), notice()], "let", None),
    ],
)
def test_where_a_vacancy_stands(events, state, ready_on):
    standing = fold([told(event, hours=hour, event_id=str(hour)) for hour, event in enumerate(events)])
    assert (standing.state.value, standing.ready_on) == (state, ready_on)


def test_of_each_type_the_last_event_counts_not_the_last_arrival():
    late = told(notice(D(2026, 9, 1)), hours=0, event_id="first")
    corrected = told(notice(D(2026, 9, 5)), hours=1, event_id="second")
    assert fold([corrected, late]).ready_on == D(2026, 10, 5)


def test_at_one_time_the_type_decides_then_the_id():
    offered = told(available(D(2026, 10, 1)))
    planned = told(works())
    assert fold([offered, planned]).ready_on == D(2026, 10, 1)
    one, other = told(notice(D(2026, 9, 1)), event_id="a"), told(notice(D(2026, 9, 2)), event_id="b")
    assert fold([other, one]).ready_on == fold([one, other]).ready_on == D(2026, 10, 2)


def test_nothing_told_is_no_vacancy():
    with pytest.raises(ValueError, match="nothing was told"):
        fold([])


def test_a_home_may_be_released_without_a_notice_before():
    _, news = play([told(available())])
    assert [type(event) for event in news] == [VacancyReleased]


@pytest.mark.parametrize("end", [let(), cancelled()])
def test_what_ended_before_it_was_heard_of_is_never_announced(end):
    vacancy, news = play([told(end, hours=72, event_id="end"), STORY[0], STORY[1], STORY[2]])
    assert news == []
    assert vacancy.version == 0
    assert vacancy.standing.state.ended


def test_a_lease_outweighs_a_withdrawal():
    _, news = play([STORY[2], told(cancelled(reason=WithdrawalReason.WORKS), hours=60), STORY[3]])
    assert [type(event) for event in news] == [VacancyReleased, VacancyWithdrawn, VacancyLet]
    _, news = play([STORY[2], STORY[3], told(cancelled(), hours=90)])
    assert [type(event) for event in news] == [VacancyReleased, VacancyLet]


def test_a_late_notice_of_an_available_home_tells_nothing_new():
    _, news = play([STORY[2], STORY[0]])
    assert [type(event) for event in news] == [VacancyReleased]


def test_another_rent_releases_again_and_another_day_only_moves_it():
    dearer = told(available(base_rent_cents=45_000), hours=50, event_id="5")
    later = told(available(D(2026, 11, 1), base_rent_cents=45_000), hours=52, event_id="6")
    _, news = play([STORY[2], dearer, later])
    assert [type(event) for event in news] == [VacancyReleased, VacancyReleased, AvailabilityChanged]
    assert news[1].dwelling.base_rent_cents == 45_000
    assert news[2].expected_on == D(2026, 11, 1)


def test_a_dwelling_that_changes_is_announced_again_and_keeps_the_rent_of_reletting():
    vacancy, _ = play([STORY[0]])
    vacancy, event = vacancy.advance(vacancy.standing, facts(dwelling_type="T4"))
    assert isinstance(event, VacancyAnnounced)
    assert event.dwelling.dwelling_type == "T4"
    vacancy, _ = play([STORY[2]])
    _, event = vacancy.advance(vacancy.standing, facts(base_rent_cents=1))
    assert event is None, "the dwelling's own rent is not what the next tenant pays"


def test_an_ended_vacancy_does_not_follow_its_dwelling():
    vacancy, _ = play(STORY)
    assert vacancy.advance(vacancy.standing, facts(dwelling_type="T1")) == (vacancy, None)


class TestAHomeWithoutAKnownRent:
    def test_is_told_of_to_nobody(self):
        vacancy, news = play([STORY[0], STORY[1], told(available(), hours=48)], unpriced())
        assert news == []
        assert (vacancy.version, vacancy.standing.state) == (0, VacancyState.AVAILABLE)

    def test_is_released_once_an_offer_says_it(self):
        _, news = play([STORY[0], STORY[2]], unpriced())
        assert [type(event) for event in news] == [VacancyReleased]
        assert news[0].dwelling == facts(base_rent_cents=43_000)

    def test_is_announced_once_its_file_says_it(self):
        vacancy, _ = play([STORY[0]], unpriced())
        _, event = vacancy.advance(vacancy.standing, facts())
        assert isinstance(event, VacancyAnnounced)
        assert event.dwelling == facts()

    def test_does_not_forget_a_rent_that_one_offer_said_and_the_next_did_not(self):
        later = told(available(D(2026, 11, 1)), hours=60, event_id="later")
        _, news = play([STORY[2], later], unpriced())
        assert [type(event) for event in news] == [VacancyReleased, AvailabilityChanged]


days = st.dates(D(2026, 8, 1), D(2027, 3, 1))
landlord_events = st.one_of(
    st.builds(notice, days, notice_months=st.sampled_from([1, 2, 3]), works_days=st.integers(0, 60)),
    days.flatmap(lambda start: st.builds(works, st.just(start), st.dates(start, D(2027, 6, 1)))),
    st.builds(available, days, base_rent_cents=st.none() | st.integers(20_000, 90_000)),
    st.builds(cancelled, days, reason=st.sampled_from([WithdrawalReason.SOLD, WithdrawalReason.NOTICE_WITHDRAWN])),
    st.builds(let, days),
)
stories = st.lists(st.tuples(landlord_events, st.integers(0, 5)), min_size=1, max_size=7).map(
    lambda entries: [told(event, hours=hour, event_id=str(n)) for n, (event, hour) in enumerate(entries)]
)
FORWARD = list(VacancyState)


@settings(max_examples=300, deadline=None)
@given(stories, st.data())
def test_late_repeated_and_shuffled_arrivals_agree(story, data):
    reference, _ = play(story)
    repeats = data.draw(st.lists(st.sampled_from(story), max_size=3))
    arrivals = data.draw(st.permutations(story + repeats))
    shuffled, _ = play(arrivals)
    assert shuffled.standing == reference.standing
    if not reference.standing.state.ended:
        assert shuffled.facts == reference.facts


@settings(max_examples=300, deadline=None)
@given(stories, st.data())
def test_what_the_world_is_told_makes_sense_in_every_order(story, data):
    vacancy, news = play(data.draw(st.permutations(story)))
    assert [event.version for event in news] == list(range(1, len(news) + 1))
    if not news:
        assert vacancy.standing.state.ended, "a home that can be let is always told of"
        return
    assert isinstance(news[0], VacancyAnnounced | VacancyReleased), "nothing ends or moves before it was told of"
    steps = [step for step in map(_state_of, news) if step]
    assert steps == sorted(steps, key=FORWARD.index), "no step back"
    assert steps[-1] is vacancy.standing.state, "the world knows the last of it"
    assert sum(step.ended for step in steps) <= 2
    if not vacancy.standing.state.ended:
        day = next(d for d in (_day_of(event) for event in reversed(news)) if d)
        assert day == vacancy.standing.ready_on


def _state_of(event):
    states = {
        VacancyAnnounced: VacancyState.ANNOUNCED,
        VacancyReleased: VacancyState.AVAILABLE,
        VacancyWithdrawn: VacancyState.WITHDRAWN,
        VacancyLet: VacancyState.LET,
    }
    return states.get(type(event))


def _day_of(event):
    return getattr(event, "expected_on", None) or getattr(event, "available_on", None)
