"""Homes that are hard to let: one step of one wish is widened, nothing else, after all who wish the home as it is."""

import datetime as dt
import random
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import announced, application, fitting, home, household, recorded, wishes

from chassis.auth import Role
from chassis.testing import bearer
from contracts.event import Envelope
from contracts.household import Light
from contracts.inventory import VacancyHardToLet, VacancyLet, VacancyReleased
from contracts.matching import Answer, CallIssued, CallWithdrawn
from contracts.values import DwellingType, Language, WantedPlace
from matching.acts import calling, filing
from matching.api import router
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.rules import Rule, Verdict
from matching.domain.widening import AFTER_ALL, explain_called, step_in, widened
from matching.store import calls, vacancies
from matching.views.calls import AskedView
from policy.model import Widening, WishStep

ALL = Widening((WishStep.NEIGHBOURS, WishStep.TYPE, WishStep.RENT), 5)
BESIDE, BESIDE_IN_ANOTHER_TERRITORY, FAR = "75119", "93070", "37261"
T1, T3, T4 = DwellingType.T1, DwellingType.T3, DwellingType.T4


def wanting(*places, **more):
    return wishes(places=tuple(WantedPlace(commune=place) for place in places), **more)


NEAR = [
    (WishStep.NEIGHBOURS, wanting(BESIDE), "place.widened"),
    (WishStep.NEIGHBOURS, wanting(FAR, BESIDE_IN_ANOTHER_TERRITORY), "place.widened"),
    (WishStep.TYPE, wishes(dwelling_types=(T3,)), "dwelling_type.widened"),
    (WishStep.TYPE, wishes(dwelling_types=(T1, T4)), "dwelling_type.widened"),
    (WishStep.RENT, wishes(max_rent_cents=48_572), "max_rent.widened"),
]
NOT_NEAR = {
    "a place that is not beside": {"wishes": wanting(FAR)},
    "two rooms more": {"wishes": wishes(dwelling_types=(T4,))},
    "a rent further away": {"wishes": wishes(max_rent_cents=48_571)},
    "two wishes": {"wishes": wanting(BESIDE, dwelling_types=(T3,))},
    "two wishes, a rent": {"wishes": wanting(BESIDE, max_rent_cents=50_000)},
    "an area": {"wishes": wishes(min_area_m2=47)},
    "a lift": {"wishes": wishes(lift=True)},
    "a floor": {"wishes": wishes(lowest_floor=3)},
    "a day": {"wishes": wishes(latest_on=dt.date(2026, 12, 1))},
    "the law's area": {"household": household(persons_for_occupancy=6), "wishes": wishes(dwelling_types=(T3,))},
    "a ceiling": {"household": household(reference_tax_income_euros=300_000), "wishes": wanting(BESIDE)},
    "a ceiling alone": {"household": household(reference_tax_income_euros=300_000)},
    "a need": {"household": household(needs_wheelchair=True), "wishes": wanting(BESIDE)},
    "stairs": {"household": household(max_floor_without_lift=1), "wishes": wanting(BESIDE)},
    "works": {"light": Light.BLOCKED, "wishes": wanting(BESIDE)},
    "the landlord's conditions": {"meets_transfer_conditions": False, "wishes": wanting(BESIDE)},
}


def basis(widening=ALL):
    policy = replace(samples.national(), widening=widening)
    return Basis(policy=policy, on=samples.ON, available_on=dt.date(2027, 1, 15))


@pytest.mark.parametrize(("step", "wished", "code"), NEAR)
def test_a_wish_one_step_away_is_widened_and_says_so(step, wished, code):
    one = application(wishes=wished)
    (missed,) = explain(one, home(), basis()).excluding
    found = widened(one, home(), basis())
    assert found.fits
    assert step_in(found.reasons) is step
    assert found.reasons[0] == f"widened_{step}"
    (said,) = [finding for finding in found.findings if finding.rule is missed.rule]
    assert (said.code, said.verdict) == (code, Verdict.FITS)
    assert missed.facts.items() <= said.facts.items(), "it tells what the household said"
    assert found.order == AFTER_ALL


def test_what_was_widened_is_no_reason_of_its_own():
    for _, wished, _ in NEAR:
        found = widened(application(wishes=wished), home(), basis())
        told = {"widened_neighbours": "neighbouring_place", "widened_type": "dwelling_type", "widened_rent": "rent"}
        assert told[found.reasons[0]] not in found.reasons


@pytest.mark.parametrize("case", NOT_NEAR)
def test_nothing_else_is_ever_widened(case):
    one = application(**NOT_NEAR[case])
    assert explain(one, home(), basis()).excluding
    assert widened(one, home(), basis()) is None


def test_a_home_too_large_by_the_grid_is_not_brought_near():
    """A T3 for one person: the wish of a T2 is one step away, the territory's grid is not."""
    alone = application(household=household(persons_for_occupancy=1), wishes=wishes(dwelling_types=(DwellingType.T2,)))
    assert widened(alone, home(dwelling_type=T3, living_area_m2=60.0), basis()) is None


def test_who_wishes_the_home_as_it_is_needs_no_widening():
    assert widened(application(), home(), basis()) is None
    assert explain_called(application(), home(), basis(), hard_to_let=True).order < AFTER_ALL


@pytest.mark.parametrize(
    ("widening", "kept"),
    [(None, set()), *((Widening((step,), 5), {step}) for step in WishStep)],
    ids=["none", *WishStep],
)
def test_only_what_the_policy_names_is_widened(widening, kept):
    found = {step for step, wished, _ in NEAR if widened(application(wishes=wished), home(), basis(widening))}
    assert found == kept


def test_whoever_is_brought_near_missed_the_home_by_one_of_three_wishes():
    """On random households and homes: every rule fits after the step, and all but one did before."""
    draw, brought = random.Random(11), 0
    for _ in range(1_500):
        one = samples.Application.recorded(samples.random_application(draw))
        dwelling = samples.random_home(draw)
        if found := widened(one, dwelling, basis()):
            brought += 1
            (missed,) = explain(one, dwelling, basis()).excluding
            assert missed.verdict is Verdict.NOT_WISHED
            assert missed.rule in (Rule.PLACE, Rule.DWELLING_TYPE, Rule.MAX_RENT)
            assert found.fits
            others = [finding for finding in found.findings if finding.rule is not missed.rule]
            assert not any(finding.excludes for finding in others)
    assert brought, "the sample says nothing"


async def told(harness, event):
    envelope = Envelope.new(event.TYPE, source="test", time=harness.clock.now())
    await harness.handle(event, envelope=envelope)
    await harness.run_due()
    return envelope.id


def hard(vacancy, version=2):
    return VacancyHardToLet(
        vacancy_id=vacancy.vacancy_id, version=version, on=samples.ON, days_vacant=91, offers_refused=0
    )


async def called(harness):
    return [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]


async def ids_called(harness):
    return [event.application_id for event in await called(harness)]


@pytest.fixture
def policy(monkeypatch):
    return lambda **changes: samples.calls_as(monkeypatch, **({"widening": ALL} | changes))


@pytest.mark.parametrize(("step", "wished", "code"), NEAR)
async def test_a_home_that_is_hard_to_let_calls_whoever_is_one_step_away(harness, policy, step, wished, code):
    policy()
    one, nobodys = recorded(wishes=wished), announced()
    await harness.handle(one, nobodys)
    await harness.run_due()
    assert await called(harness) == []
    cause = await told(harness, hard(nobodys))
    ((issued),) = await harness.outbox(CallIssued.TYPE)
    assert issued.headers["causationid"] == cause
    event = CallIssued.model_validate(issued.payload)
    assert (event.application_id, event.reasons[0]) == (one.application_id, f"widened_{step}")
    async with harness.database.session() as session:
        kept = await calls.rationale_of(session, event.call_id)
        assert code in {finding.code for finding in kept.findings}
        call, vacancy = await calls.load(session, event.call_id), await vacancies.load(session, nobodys.vacancy_id)
        for language, said in ((Language.FRENCH, "un non ne vous coûte rien"), (Language.ENGLISH, "costs you nothing")):
            assert said in AskedView.of(call, vacancy, language, asked=1).widened


async def test_a_call_by_the_household_s_own_wishes_tells_of_no_widening(harness, policy):
    policy()
    (own,), nobodys = fitting(1), announced()
    await harness.handle(own, nobodys, hard(nobodys))
    await harness.run_due()
    (event,) = await called(harness)
    async with harness.database.session() as session:
        call, vacancy = await calls.load(session, event.call_id), await vacancies.load(session, nobodys.vacancy_id)
        assert AskedView.of(call, vacancy, Language.FRENCH, asked=1).widened is None


async def test_without_a_word_of_the_policy_nobody_is_widened(harness, policy):
    policy(widening=None)
    nobodys = announced()
    await harness.handle(*(recorded(wishes=wished) for _, wished, _ in NEAR), nobodys, hard(nobodys))
    await harness.run_due()
    assert await called(harness) == []


async def test_an_ordinary_home_widens_nothing(harness, policy):
    policy()
    await harness.handle(*(recorded(wishes=wished) for _, wished, _ in NEAR), announced())
    await harness.run_due()
    assert await called(harness) == []


async def test_law_needs_and_the_policy_are_never_widened(harness, policy):
    policy()
    nobodys = announced()
    await harness.handle(*(recorded(**changes) for changes in NOT_NEAR.values()), nobodys, hard(nobodys))
    await harness.run_due()
    assert await called(harness) == []


async def test_whoever_wishes_the_home_as_it_is_comes_before_all_others(harness, policy):
    """However many points the others have: nobody who fits by their own wishes is passed over."""
    policy(calls_at_once=3)
    long_ago = dt.date(2010, 1, 1)
    near = [recorded(wishes=wanting(BESIDE), registered_on=long_ago) for _ in range(4)]
    young = [recorded(registered_on=dt.date(2026, 11, day)) for day in (1, 2)]
    nobodys = announced()
    await harness.handle(*near, *young, nobodys, hard(nobodys))
    await harness.run_due()
    events = sorted(await called(harness), key=lambda event: event.rank)
    assert {event.application_id for event in events[:2]} == {one.application_id for one in young}
    assert [event.rank for event in events] == [1, 2, 3]
    assert [step_in(event.reasons) for event in events] == [None, None, WishStep.NEIGHBOURS]


async def test_a_place_that_frees_goes_to_a_wish_before_a_widened_one(harness, policy):
    policy(calls_at_once=1)
    near = [recorded(wishes=wanting(BESIDE)) for _ in range(2)]
    nobodys = announced()
    await harness.handle(*near, nobodys, hard(nobodys))
    await harness.run_due()
    (first,) = await called(harness)
    newcomer = recorded()
    await harness.handle(newcomer)
    await harness.run_due()
    assert len(await called(harness)) == 1, "a live call ends for nobody"
    async with harness.work() as work:
        await calling.give_answer(first.call_id, Answer.NOT_INTERESTED, reason=None, on_behalf_by=None, work=work)
    await harness.run_due()
    assert (await ids_called(harness))[1:] == [newcomer.application_id]


async def test_whoever_has_as_many_calls_as_allowed_is_not_called_for_less_than_a_wish(harness, policy):
    policy(most_live=1)
    busy = recorded(wishes=wanting(BESIDE))
    wished, nobodys = announced(commune=BESIDE), announced()
    await harness.handle(busy, wished)
    await harness.run_due()
    await told(harness, nobodys)
    await told(harness, hard(nobodys))
    assert [event.vacancy_id for event in await called(harness)] == [wished.vacancy_id]


async def test_a_household_that_comes_near_later_is_found_within_a_day(harness, policy):
    policy()
    nobodys = announced()
    await harness.handle(nobodys)
    cause = await told(harness, hard(nobodys))
    late = recorded(wishes=wanting(BESIDE))
    await told(harness, late)
    assert await called(harness) == []
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    ((issued),) = await harness.outbox(CallIssued.TYPE)
    assert issued.payload["application_id"] == str(late.application_id)
    assert issued.headers["causationid"] == cause


async def test_once_the_home_is_let_it_is_looked_at_no_more(harness, policy):
    policy()
    nobodys = announced()
    await harness.handle(nobodys, hard(nobodys))
    await harness.run_due()
    waiting = "SELECT count(*) FROM due_work WHERE kind = 'look_again'"
    assert await harness.scalar(waiting) == 1
    await harness.handle(VacancyLet(vacancy_id=nobodys.vacancy_id, version=3, lease_signed_on=samples.ON))
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    assert await harness.scalar(waiting) == 0


async def test_a_widened_call_stands_while_the_home_stays_one_step_away(harness, policy):
    policy()
    one, nobodys = recorded(wishes=wishes(max_rent_cents=49_000)), announced()
    await harness.handle(one, nobodys, hard(nobodys))
    await harness.run_due()
    assert len(await called(harness)) == 1

    async def release(version, base_rent_cents):
        dwelling = nobodys.dwelling.model_copy(update={"base_rent_cents": base_rent_cents})
        released = VacancyReleased(
            vacancy_id=nobodys.vacancy_id, version=version, dwelling_id=nobodys.dwelling_id,
            landlord=nobodys.landlord, dwelling=dwelling, available_on=dt.date(2027, 1, 20),
        )  # fmt: skip
        await told(harness, released)
        return [record.payload["reason"] for record in await harness.outbox(CallWithdrawn.TYPE)]

    assert await release(3, 45_400) == []
    assert await release(4, 45_500) == ["home_changed"]


async def test_an_explanation_as_of_now_says_what_is_missed_and_that_it_is_widened(harness, policy):
    policy()
    one, nobodys = recorded(wishes=wanting(BESIDE)), announced()
    await harness.handle(one, nobodys)
    await harness.run_due()
    headers = bearer(Role.AGENT, subject="agent-7")
    path = f"/v1/applications/{one.application_id}/explanations?vacancy_id={nobodys.vacancy_id}"

    async def read():
        async with harness.http(router) as client:
            return (await client.get(path, headers=headers)).json()

    before = await read()
    await told(harness, hard(nobodys))
    after = await read()
    assert (before["fits"], before["widened"], before["call_id"]) == (False, None, None)
    assert after["fits"] is False, "the household's own wish is what it was"
    assert after["widened"].startswith("Faute de preneur, un souhait est élargi d'un pas : Paris 19e")
    assert after["call_id"]


async def test_the_file_of_a_widened_call_says_it_too(harness, policy):
    policy()
    one, nobodys = recorded(wishes=wanting(BESIDE)), announced()
    await harness.handle(one, nobodys, hard(nobodys))
    await harness.run_due()
    (event,) = await called(harness)
    async with harness.work() as work:
        await filing.take_answer(event.call_id, Answer.INTERESTED, reason=None, on_behalf_by=None, work=work)
    await harness.run_due()
    assert "place.widened" in await harness.scalar("SELECT rationale::text FROM candidacy")
