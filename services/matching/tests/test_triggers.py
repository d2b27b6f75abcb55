"""What has matching look again: each trigger on the real edge, what is looked at, what is not, and by which cause."""

import datetime as dt
import uuid

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, home, household, wishes
from sqlalchemy import text

from contracts.demand import ApplicationStatus, ArrearsRule, ConditionsRecorded, CurrentHome, RentPolicy
from contracts.event import Envelope
from contracts.household import Light
from contracts.inventory import (
    AvailabilityChanged,
    Designation,
    DesignationMode,
    HolderInformed,
    HolderKind,
    ParticipationRecorded,
    ReservationMode,
    Scheme,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.landlord import WithdrawalReason
from contracts.matching import Answer, CallAnswered, CallIssued, CallLapsed, CallWithdrawn
from contracts.values import ApplicationKind
from matching.acts import calling

ELSEWHERE = "37261"
DAYS_TO_ANSWER = dt.timedelta(days=3)


@pytest.fixture
def looks(monkeypatch):
    """The homes that are looked at, each with the id of the cause."""
    seen = []
    whole = calling.fill

    async def watched(held, work):
        seen.append((held.id, work.cause.id))
        await whole(held, work)

    monkeypatch.setattr(calling, "fill", watched)
    return seen


async def told(harness, event):
    """Take an event and all that follows now; return its id."""
    envelope = Envelope.new(event.TYPE, source="test", time=harness.clock.now())
    await harness.handle(event, envelope=envelope)
    await harness.run_due()
    return envelope.id


async def published(harness, event_type):
    return [(one.payload, one.headers) for one in await harness.outbox(event_type)]


async def last_call(harness):
    """Application and cause of the newest call."""
    payload, headers = (await published(harness, CallIssued.TYPE))[-1]
    return payload["application_id"], headers["causationid"]


def newer(one, version=2, **changes):
    return one.model_copy(update={"version": version} | changes)


async def scene(harness, looks, *applications):
    """A home in Paris, one in Tours, and these applications, all looked at; what follows is the trigger's."""
    paris, tours = announced(), announced(commune=ELSEWHERE)
    await harness.handle(*applications, paris, tours)
    await harness.run_due()
    looks.clear()
    return paris, tours


async def reply(harness, application, given):
    async with harness.database.session() as session:
        call_id = await session.scalar(
            text("SELECT id FROM call WHERE application_id = :id AND status IN ('open', 'interested') LIMIT 1"),
            {"id": application.application_id},
        )
    async with harness.work() as work:
        await calling.give_answer(call_id, given, reason=None, on_behalf_by=None, work=work)


async def test_a_vacancy_announced_is_looked_at_alone(harness, looks):
    (one,) = fitting(1)
    await scene(harness, looks, one)
    new = announced()
    cause = await told(harness, new)
    assert looks == [(new.vacancy_id, cause)]
    assert await last_call(harness) == (str(one.application_id), cause)


async def test_a_vacancy_released_is_looked_at_alone_and_its_calls_are_compared(harness, looks):
    modest, rich = fitting(1, wishes=wishes(max_rent_cents=52_000)) + fitting(1)
    paris, _ = await scene(harness, looks, modest, rich)
    release = VacancyReleased(
        vacancy_id=paris.vacancy_id, version=2, dwelling_id=paris.dwelling_id, landlord=paris.landlord,
        dwelling=home(street=paris.dwelling.street, base_rent_cents=50_000), available_on=dt.date(2027, 1, 20),
    )  # fmt: skip
    cause = await told(harness, release)
    assert {vacancy_id for vacancy_id, _ in looks} == {paris.vacancy_id}
    assert looks[0] == (paris.vacancy_id, cause)
    ((payload, headers),) = await published(harness, CallWithdrawn.TYPE)
    assert (payload["application_id"], payload["reason"]) == (str(modest.application_id), "home_changed")
    assert headers["causationid"] == cause


async def test_a_vacancy_whose_date_moves_is_looked_at_and_keeps_its_calls(harness, looks):
    (one,) = fitting(1)
    paris, _ = await scene(harness, looks, one)
    cause = await told(
        harness, AvailabilityChanged(vacancy_id=paris.vacancy_id, version=2, expected_on=dt.date(2027, 3, 1))
    )
    assert looks == [(paris.vacancy_id, cause)]
    (late,) = fitting(1)
    cause = await told(harness, late)
    (first, _), (second, _) = await published(harness, CallIssued.TYPE)
    assert (first["available_on"], second["available_on"]) == ("2027-01-15", "2027-03-01")
    assert first["available_on_expected"] is second["available_on_expected"] is True
    released = VacancyReleased(
        vacancy_id=paris.vacancy_id, version=3, dwelling_id=paris.dwelling_id, landlord=paris.landlord,
        dwelling=paris.dwelling, available_on=dt.date(2027, 3, 2),
    )  # fmt: skip
    await told(harness, released)
    await told(harness, *fitting(1))
    payload, _ = (await published(harness, CallIssued.TYPE))[-1]
    assert (payload["available_on"], payload["available_on_expected"]) == ("2027-03-02", False)
    assert not await published(harness, CallWithdrawn.TYPE)


async def test_a_household_that_named_a_latest_day_is_called_once_the_date_moves_up(harness, looks):
    (one,) = fitting(1, wishes=wishes(latest_on=dt.date(2027, 1, 10)))
    paris, _ = await scene(harness, looks, one)
    assert not await published(harness, CallIssued.TYPE)
    earlier = AvailabilityChanged(vacancy_id=paris.vacancy_id, version=2, expected_on=dt.date(2027, 1, 5))
    cause = await told(harness, earlier)
    assert await last_call(harness) == (str(one.application_id), cause)


async def test_an_application_registered_reaches_the_homes_it_may_fit(harness, looks):
    paris, _ = await scene(harness, looks)
    (one,) = fitting(1)
    cause = await told(harness, one)
    assert looks == [(paris.vacancy_id, cause)]
    assert await last_call(harness) == (str(one.application_id), cause)


async def test_an_application_renewed_is_not_called_for_again(harness, looks):
    (one,) = fitting(1)
    await scene(harness, looks, one)
    await told(harness, newer(one))
    assert looks == []
    assert len(await published(harness, CallIssued.TYPE)) == 1


async def test_an_application_that_changed_reaches_what_it_wants_now(harness, looks):
    (one,) = fitting(1, wishes=wishes(max_rent_cents=10_000))
    paris, _ = await scene(harness, looks, one)
    cause = await told(harness, newer(one, wishes=wishes()))
    assert looks == [(paris.vacancy_id, cause)]
    assert await last_call(harness) == (str(one.application_id), cause)


async def test_a_tenancy_fact_that_changed_ends_or_opens_the_way(harness, looks):
    """It arrives as a changed application; demand's tests prove that it does, by the landlord's event."""
    one, other = fitting(2)
    paris, _ = await scene(harness, looks, one, newer(other, 1, meets_transfer_conditions=False))
    cause = await told(harness, newer(one, meets_transfer_conditions=False))
    ((payload, headers),) = await published(harness, CallWithdrawn.TYPE)
    assert (payload["reason"], headers["causationid"]) == ("rule_broken", cause)
    assert {home_id for home_id, _ in looks} == {paris.vacancy_id}
    looks.clear()
    cause = await told(harness, newer(other, meets_transfer_conditions=True))
    assert looks == [(paris.vacancy_id, cause)]
    assert await last_call(harness) == (str(other.application_id), cause)


async def test_a_measure_completed_opens_the_way(harness, looks):
    (one,) = fitting(1, light=Light.BLOCKED)
    paris, _ = await scene(harness, looks, one)
    cause = await told(harness, newer(one, light=Light.MAY_MOVE))
    assert looks == [(paris.vacancy_id, cause)]
    assert await last_call(harness) == (str(one.application_id), cause)


async def test_a_call_declined_calls_the_next_in_the_same_round(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=1)
    waiting, best = fitting(2)
    paris, _ = await scene(harness, looks, waiting, best)
    await reply(harness, best, Answer.NOT_INTERESTED)
    await harness.run_due()
    ((_, answered),) = await published(harness, CallAnswered.TYPE)
    assert (paris.vacancy_id, answered["ce_id"]) in looks
    assert {home_id for home_id, _ in looks} == {paris.vacancy_id}
    assert await last_call(harness) == (str(waiting.application_id), answered["ce_id"])


async def test_interest_has_nothing_looked_at(harness, looks):
    (one,) = fitting(1)
    await scene(harness, looks, one)
    await reply(harness, one, Answer.INTERESTED)
    await harness.run_due()
    assert looks == []


async def test_a_call_lapsed_calls_the_next_in_the_same_round(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=1)
    waiting, best = fitting(2)
    paris, _ = await scene(harness, looks, waiting, best)
    harness.clock.advance(DAYS_TO_ANSWER)
    await harness.run_due()
    ((_, lapsed),) = await published(harness, CallLapsed.TYPE)
    assert (paris.vacancy_id, lapsed["ce_id"]) in looks
    assert await last_call(harness) == (str(waiting.application_id), lapsed["ce_id"])


@pytest.mark.parametrize("how", ["withdrawn", "let"])
async def test_a_home_that_is_gone_frees_its_households_for_the_homes_that_passed_them_over(
    harness, looks, monkeypatch, how
):
    samples.calls_as(monkeypatch, most_live=1)
    (one,) = fitting(1)
    first, _ = await scene(harness, looks, one)
    second = announced()
    await told(harness, second)
    looks.clear()
    gone = (
        VacancyLet(vacancy_id=first.vacancy_id, version=2, lease_signed_on=samples.ON)
        if how == "let"
        else VacancyWithdrawn(vacancy_id=first.vacancy_id, version=2, reason=WithdrawalReason.SOLD)
    )
    cause = await told(harness, gone)
    ((_, withdrawn),) = await published(harness, CallWithdrawn.TYPE)
    assert withdrawn["causationid"] == cause
    assert looks == [(second.vacancy_id, withdrawn["ce_id"])]
    assert await last_call(harness) == (str(one.application_id), withdrawn["ce_id"])
    assert len({headers["correlationid"] for _, headers in await published(harness, CallIssued.TYPE)}) == 2


async def test_an_application_closed_has_only_its_homes_looked_at(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=1)
    waiting, best = fitting(2)
    paris, _ = await scene(harness, looks, waiting, best)
    cause = await told(harness, newer(best, status=ApplicationStatus.WITHDRAWN))
    ((payload, withdrawn),) = await published(harness, CallWithdrawn.TYPE)
    assert (payload["reason"], withdrawn["causationid"]) == ("application_closed", cause)
    assert {home_id for home_id, _ in looks} == {paris.vacancy_id}
    assert await last_call(harness) == (str(waiting.application_id), withdrawn["ce_id"])


async def test_a_policy_that_comes_into_force_has_every_open_home_looked_at_by_one_cause(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, calls_at_once=1)
    waiting, best = fitting(2)
    paris, tours = await scene(harness, looks, waiting, best)
    full = announced(commune="75105")
    await told(harness, full)
    looks.clear()
    samples.calls_as(monkeypatch, calls_at_once=2, digest="f" * 64)
    harness.clock.advance(dt.timedelta(minutes=10))
    await harness.run_due()
    assert sorted({home_id for home_id, _ in looks}) == sorted([paris.vacancy_id, tours.vacancy_id, full.vacancy_id])
    assert len({cause for _, cause in looks}) == 1
    application, cause = await last_call(harness)
    assert application == str(waiting.application_id)
    assert cause == looks[0][1]
    looks.clear()
    harness.clock.advance(dt.timedelta(minutes=10))
    await harness.run_due()
    assert looks == [], "nothing came into force since"


async def test_facts_that_change_nothing_for_a_call_have_no_home_looked_at(harness, looks):
    (one,) = fitting(1)
    await scene(harness, looks, one)
    await told(harness, newer(one, household=household(reference_tax_income_euros=19_000)))
    assert looks == []


OTHER, HOLDER = "999000077", "999000051"


def joins(number, area, *, version=1, scheme=Scheme.INTER_LANDLORD, valid_from=dt.date(2026, 1, 1), **who):
    return ParticipationRecorded(
        participation_id=uuid.UUID(int=number), version=version, scheme=scheme, area=area, valid_from=valid_from, **who
    )


async def test_a_landlord_that_joins_a_scheme_opens_the_homes_of_its_place_on_its_day(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, between_participants_only=True)
    (tenant,) = fitting(1, kind=ApplicationKind.TRANSFER, current_home=CurrentHome(landlord=OTHER))
    paris, _ = await scene(harness, looks, tenant)
    await told(harness, joins(1, "75", landlord=samples.LANDLORD))
    assert not await published(harness, CallIssued.TYPE), "one of the two takes part"
    looks.clear()
    joined = joins(2, "all", landlord=OTHER, valid_from=samples.ON + dt.timedelta(days=3))
    cause = await told(harness, joined)
    assert looks == [], "it takes part in three days"
    harness.clock.advance(dt.timedelta(days=3))
    await harness.run_due()
    assert (paris.vacancy_id, cause) in looks
    assert await last_call(harness) == (str(tenant.application_id), cause)


async def test_a_scheme_elsewhere_or_of_another_landlord_has_no_home_looked_at(harness, looks):
    paris, tours = await scene(harness, looks)
    cause = await told(harness, joins(1, "37", landlord=OTHER))
    assert looks == [(tours.vacancy_id, cause)]
    looks.clear()
    await told(harness, joins(2, "all", scheme=Scheme.PROTOCOLE_MUTATIONS, landlord=OTHER))
    await told(harness, joins(3, "all", scheme=Scheme.PROTOCOLE_MUTATIONS, holder=HOLDER))
    assert looks == [], "no home is theirs, none waits for this holder"
    cause = await told(harness, joins(4, "75118", scheme=Scheme.PROTOCOLE_MUTATIONS, landlord=samples.LANDLORD))
    assert looks == [(paris.vacancy_id, cause)]


async def test_a_landlord_that_leaves_a_scheme_ends_no_call_and_lets_nobody_new_in(harness, looks, monkeypatch):
    samples.calls_as(monkeypatch, between_participants_only=True)
    called, late = fitting(2, kind=ApplicationKind.TRANSFER, current_home=CurrentHome(landlord=OTHER))
    both = joins(1, "75", landlord=samples.LANDLORD), joins(2, "75", landlord=OTHER)
    await harness.handle(*both)
    paris, _ = await scene(harness, looks, called)
    left = both[1].model_copy(update={"version": 2, "valid_to": samples.ON - dt.timedelta(days=1)})
    cause = await told(harness, left)
    assert (paris.vacancy_id, cause) in looks
    await told(harness, late)
    assert not await published(harness, CallWithdrawn.TYPE)
    ((payload, _),) = await published(harness, CallIssued.TYPE)
    assert payload["application_id"] == str(called.application_id)


async def test_what_a_landlord_asks_of_its_tenants_has_its_homes_looked_at(harness, looks):
    """The home is 450 euros at re-letting; at the tenant's 5 euros a square metre it is within her limit."""
    (tenant,) = fitting(
        1,
        kind=ApplicationKind.TRANSFER,
        wishes=wishes(max_rent_cents=30_000),
        current_home=CurrentHome(landlord=samples.LANDLORD, base_rent_cents=50_000, living_area_m2=100.0),
    )
    paris, tours = await scene(harness, looks, tenant)
    keeps = ConditionsRecorded(
        landlord=samples.LANDLORD, version=1, valid_from=dt.date(2026, 1, 1), minimum_occupancy_months=12,
        arrears=ArrearsRule.NO_BAR, insurance_required=True, visit_required=False, visit_valid_months=6,
        rent_policy=RentPolicy.SAME_PER_M2,
    )  # fmt: skip
    await told(harness, keeps.model_copy(update={"landlord": OTHER}))
    assert looks == []
    cause = await told(harness, keeps)
    assert sorted(looks) == sorted([(paris.vacancy_id, cause), (tours.vacancy_id, cause)])
    assert await last_call(harness) == (str(tenant.application_id), cause)


async def test_a_letter_to_the_holder_opens_its_home_to_the_landlords_own_tenants(harness, looks):
    (tenant,) = fitting(
        1,
        kind=ApplicationKind.TRANSFER,
        household=household(disabled_persons=0),
        current_home=CurrentHome(landlord=samples.LANDLORD),
    )
    turn = Designation(
        agreement_id=uuid.UUID(int=1), holder=HOLDER, mode=DesignationMode.DIRECT, until=dt.date(2026, 12, 15),
        holder_kind=HolderKind.PREFECT, reservation=ReservationMode.STOCK,
    )  # fmt: skip
    reserved = announced().model_copy(update={"designation": turn})
    await harness.handle(tenant, reserved)
    await harness.run_due()
    assert not await published(harness, CallIssued.TYPE)
    looks.clear()
    letter = HolderInformed(
        agreement_id=turn.agreement_id, landlord=samples.LANDLORD, holder=HOLDER, on=samples.ON,
        cause_vacancy_id=reserved.vacancy_id, until=dt.date(2026, 12, 10),
    )  # fmt: skip
    cause = await told(harness, letter)
    assert looks == [(reserved.vacancy_id, cause)]
    assert await last_call(harness) == (str(tenant.application_id), cause)
