import datetime as dt
import itertools
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_samples import (
    DWELLING,
    LANDLORD,
    D,
    allocated,
    available,
    cancelled,
    declined,
    facts,
    let,
    notice,
    unpriced,
    visit,
    works,
)

from contracts.inventory import (
    AvailabilityChanged,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.landlord import WithdrawalReason
from inventory.domain.standing import Stage, Standing, Told, VacancyState, fold
from inventory.domain.vacancy import Vacancy, vacancy_id

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
        vacancy, told_now = vacancy.advance(fold(known), dwelling)
        news += told_now
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
        ([notice(works_days=30), visit(works_days=10)], "announced", D(2026, 10, 15)),
        ([visit(works_days=10), notice(works_days=30)], "announced", D(2026, 10, 15)),
        ([notice(works_days=30), visit()], "announced", D(2026, 11, 4)),
        ([notice(), visit(works_days=10), works()], "announced", D(2026, 10, 21)),
        ([visit(), allocated(), declined()], "announced", None),
        ([available(), allocated()], "available", D(2026, 10, 21)),
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
    vacancy, (event,) = vacancy.advance(vacancy.standing, facts(dwelling_type="T4"))
    assert isinstance(event, VacancyAnnounced)
    assert event.dwelling.dwelling_type == "T4"
    vacancy, _ = play([STORY[2]])
    _, news = vacancy.advance(vacancy.standing, facts(base_rent_cents=1))
    assert news == [], "the dwelling's own rent is not what the next tenant pays"


def test_an_ended_vacancy_does_not_follow_its_dwelling():
    vacancy, _ = play(STORY)
    assert vacancy.advance(vacancy.standing, facts(dwelling_type="T1")) == (vacancy, [])


HOUSEHOLD, OTHER = UUID(int=1), UUID(int=2)


class TestAllocation:
    OFFERED = told(available(), hours=48, event_id="offered")
    GIVEN = told(allocated(application_id=HOUSEHOLD), hours=50, event_id="given")
    DECLINED = told(declined(), hours=52, event_id="declined")

    def test_is_told_and_a_refusal_offers_the_home_again(self):
        vacancy, news = play([self.OFFERED, self.GIVEN, self.DECLINED])
        assert [type(event) for event in news] == [VacancyReleased, VacancyAllocated, VacancyReleased]
        assert news[1].application_id == HOUSEHOLD
        assert (vacancy.standing.offers_refused, vacancy.standing.allocated) == (1, False)

    def test_to_the_next_in_rank_is_told_again(self):
        to_other = told(allocated(application_id=OTHER), hours=53, event_id="next")
        _, news = play([self.OFFERED, self.GIVEN, self.DECLINED, to_other])
        assert [event.application_id for event in news if isinstance(event, VacancyAllocated)] == [HOUSEHOLD, OTHER]

    def test_a_home_that_is_somebodys_is_not_offered_again_when_it_changes(self):
        vacancy, _ = play([self.OFFERED, self.GIVEN])
        assert vacancy.advance(vacancy.standing, facts(dwelling_type="T4"))[1] == []

    def test_during_the_notice_is_told_too(self):
        _, news = play([STORY[0], told(allocated(), hours=1), told(available(), hours=48)])
        assert [type(event) for event in news] == [VacancyAnnounced, VacancyAllocated, AvailabilityChanged]

    def test_names_the_household_of_the_lease_where_the_lease_does_not(self):
        _, news = play([self.OFFERED, self.GIVEN, STORY[3]])
        assert (news[-1].application_id, news[-1].days_vacant) == (HOUSEHOLD, 12)
        assert news[-1].landlord == LANDLORD

    def test_a_lease_that_names_its_household_is_always_told(self):
        named = told(let(application_id=HOUSEHOLD), hours=72, event_id="4")
        _, news = play([named, STORY[0], STORY[2]])
        assert [type(event) for event in news] == [VacancyLet]
        _, news = play([self.OFFERED, STORY[3], self.GIVEN])
        assert [event.application_id for event in news[1:]] == [None, HOUSEHOLD]


@pytest.mark.parametrize(
    ("events", "on", "stage"),
    [
        ([notice()], D(2026, 9, 10), Stage.NOTICE),
        ([notice(), visit()], D(2026, 9, 30), Stage.VISITED),
        ([notice(works_days=10), visit()], D(2026, 10, 6), Stage.WORKS),
        ([works()], D(2026, 10, 6), Stage.WORKS),
        ([notice(), available()], D(2026, 10, 21), Stage.RELEASED),
        ([available(), allocated()], D(2026, 10, 26), Stage.ALLOCATED),
        ([available(), cancelled()], D(2026, 10, 26), Stage.WITHDRAWN),
        ([available(), let()], D(2026, 11, 26), Stage.LET),
    ],
)
def test_each_step_of_its_life_has_a_name(events, on, stage):
    standing = fold([told(event, hours=hour, event_id=str(hour)) for hour, event in enumerate(events)])
    assert standing.stage(on) is stage
    if stage is Stage.RELEASED:
        assert standing.stage(on, designated=True) is Stage.DESIGNATED


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
        _, (event,) = vacancy.advance(vacancy.standing, facts())
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
    st.builds(let, days, application_id=st.none() | st.sampled_from([UUID(int=1), UUID(int=2)])),
    st.builds(visit, days, works_days=st.none() | st.integers(0, 60)),
    st.builds(allocated, days, application_id=st.none() | st.sampled_from([UUID(int=1), UUID(int=2)])),
    st.builds(declined, days),
)
stories = st.lists(st.tuples(landlord_events, st.integers(0, 5)), min_size=1, max_size=7).map(
    lambda entries: [told(event, hours=hour, event_id=str(n)) for n, (event, hour) in enumerate(entries)]
)
FORWARD = list(VacancyState)


@settings(max_examples=300)
@given(stories, st.data())
def test_late_repeated_and_shuffled_arrivals_agree(story, data):
    reference, _ = play(story)
    repeats = data.draw(st.lists(st.sampled_from(story), max_size=3))
    arrivals = data.draw(st.permutations(story + repeats))
    shuffled, _ = play(arrivals)
    assert shuffled.standing == reference.standing
    if not reference.standing.state.ended:
        assert shuffled.facts == reference.facts


@settings(max_examples=300)
@given(stories, st.data())
def test_what_the_world_is_told_makes_sense_in_every_order(story, data):
    vacancy, news = play(data.draw(st.permutations(story)))
    standing = vacancy.standing
    assert [event.version for event in news] == list(range(1, len(news) + 1))
    if not news:
        assert standing.state.ended or standing.ready_on is None, "a home that can be let is always told of"
        assert standing.application_id is None or standing.state is not VacancyState.LET
        return
    assert isinstance(news[0], VacancyAnnounced | VacancyReleased | VacancyLet), "nothing moves before it was told of"
    steps = [step for step in map(_state_of, news) if step]
    assert steps == sorted(steps, key=FORWARD.index), "no step back"
    assert steps[-1] is standing.state or standing.allocated, "the world knows the last of it"
    if standing.state is VacancyState.LET:
        assert news[-1].application_id == standing.application_id
    elif not standing.state.ended:
        day = next(d for d in (_day_of(event) for event in reversed(news)) if d)
        assert day == standing.ready_on
        last = next(e for e in reversed(news) if isinstance(e, VacancyAllocated) or _state_of(e))
        assert isinstance(last, VacancyAllocated) == standing.allocated, "the world knows whose it is"


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
