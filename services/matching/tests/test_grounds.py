"""What is told around homes, kept and used: schemes, letters, rights, conditions, searches; and the sealed draw."""

import datetime as dt
import hashlib
import json
import uuid

import matching_samples as samples
from matching_samples import announced, fitting, household, recorded

from chassis.auth import Role
from chassis.testing import bearer
from contracts.allocation import DrawCommitted, DrawRevealed
from contracts.demand import ArrearsRule, ConditionsRecorded, CurrentHome, RentPolicy
from contracts.inventory import (
    Designation,
    DesignationMode,
    HolderAnswer,
    HolderAnswered,
    HolderInformed,
    HolderKind,
    ParticipationRecorded,
    ReservationMode,
    RightLent,
    RightRestituted,
    Scheme,
    VacancyDesignated,
    VacancyLet,
)
from contracts.matching import CallIssued
from contracts.values import Accessibility, ApplicationKind, DwellingType
from matching.acts import drawing
from matching.api import router
from matching.domain.circumstances import LetterState
from matching.domain.score import draw
from matching.grounds import basis
from matching.store import circumstances, draws, vacancies

HOLDER, OTHER = "999000051", "999000077"
LAST = dt.date(2026, 12, 15)


def turn(**changes):
    said = {
        "agreement_id": uuid.UUID(int=1),
        "holder": HOLDER,
        "mode": DesignationMode.DIRECT,
        "until": LAST,
        "holder_kind": HolderKind.PREFECT,
        "reservation": ReservationMode.STOCK,
    }
    return Designation(**said | changes)


async def grounds(harness, vacancy):
    async with harness.work() as work:
        row = await vacancies.load(work.session, vacancy.vacancy_id)
        return await basis(work.session, row.vacancy(), work.now)


def right(of, vacancy, **more):
    return of(
        agreement_id=uuid.UUID(int=1), landlord=OTHER, holder=HOLDER, on=samples.ON,
        cause_vacancy_id=vacancy.vacancy_id, right_id=uuid.UUID(int=5), dwelling_type=DwellingType.T3, commune="75118",
        **more,
    )  # fmt: skip


def joins(number, scheme, area, **who):
    return ParticipationRecorded(
        participation_id=uuid.UUID(int=number), version=1, scheme=scheme, area=area,
        valid_from=dt.date(2026, 1, 1), **who,
    )  # fmt: skip


async def test_what_is_told_around_a_home_is_what_its_decisions_rest_on(harness):
    vacancy = announced().model_copy(update={"designation": turn()})
    letter = {
        "agreement_id": uuid.UUID(int=1), "landlord": samples.LANDLORD, "holder": HOLDER, "on": samples.ON,
        "cause_vacancy_id": vacancy.vacancy_id,
    }  # fmt: skip
    await harness.handle(
        vacancy,
        joins(1, Scheme.PROTOCOLE_MUTATIONS, "75", landlord=samples.LANDLORD),
        joins(2, Scheme.PROTOCOLE_MUTATIONS, "all", holder=HOLDER),
        joins(3, Scheme.INTER_LANDLORD, "75118", landlord=OTHER),
        joins(4, Scheme.INTER_LANDLORD, "37", landlord=samples.LANDLORD),
        right(RightLent, vacancy),
        ConditionsRecorded(
            landlord=samples.LANDLORD, version=1, valid_from=dt.date(2026, 1, 1), minimum_occupancy_months=12,
            arrears=ArrearsRule.PLAN_RESPECTED, insurance_required=True, visit_required=True, visit_valid_months=6,
            rent_policy=RentPolicy.SAME_PER_M2,
        ),
    )  # fmt: skip
    found = (await grounds(harness, vacancy)).around
    assert (found.designation, found.protocole, found.inter_landlord) == (turn(), True, {OTHER})
    assert (found.owing, found.rent_policy, found.letter) == ({OTHER}, RentPolicy.SAME_PER_M2, None)

    named = uuid.uuid4()
    await harness.handle(
        VacancyDesignated(
            vacancy_id=vacancy.vacancy_id, version=2, designation=turn(), candidates=1, on=samples.ON,
            application_ids=(named,),
        ),
        HolderInformed(**letter, until=LAST),
        right(RightRestituted, vacancy, lent_on=samples.ON),
    )  # fmt: skip
    found = (await grounds(harness, vacancy)).around
    assert (found.named, found.owing) == ({named}, frozenset())
    assert found.letter_state(LAST) is LetterState.ASKED
    await harness.handle(HolderAnswered(**letter, answer=HolderAnswer.REFUSED))
    assert (await grounds(harness, vacancy)).around.letter_state(LAST) is LetterState.REFUSED


async def called(harness):
    return {CallIssued.model_validate(one.payload).application_id for one in await harness.outbox(CallIssued.TYPE)}


async def test_until_its_day_a_home_is_for_the_holders_public_and_the_next_day_for_all(harness):
    (prior,) = fitting(1, kind=ApplicationKind.FIRST, household=household(disabled_persons=1))
    (other,) = fitting(1, kind=ApplicationKind.FIRST, household=household(disabled_persons=0))
    await harness.handle(prior, other, announced().model_copy(update={"designation": turn(until=samples.ON)}))
    await harness.run_due()
    assert await called(harness) == {prior.application_id}
    harness.clock.advance(dt.timedelta(days=1))
    await harness.run_due()
    assert await called(harness) == {prior.application_id, other.application_id}


async def test_others_are_called_for_an_adapted_home_once_a_search_is_recorded(harness):
    (other,) = fitting(1, household=household(disabled_persons=0))
    first = recorded(household=household(disabled_persons=1), registered_on=dt.date(2026, 11, 1))
    vacancy = announced(accessibility=Accessibility.ADAPTED)
    await harness.handle(other, first, vacancy)
    await harness.run_due()
    assert await called(harness) == {first.application_id}
    async with harness.work() as work:
        await circumstances.searched(work.session, vacancy.vacancy_id, by="a", note="searched twice", now=work.now)
        work.due("match_vacancy", str(vacancy.vacancy_id))
    await harness.run_due()
    assert await called(harness) == {first.application_id, other.application_id}


async def test_a_tenant_whose_landlord_keeps_her_rent_is_called_for_a_home_dearer_than_her_limit(harness):
    """The home is 450 euros and 60 of charges at re-letting; at her 5 euros a square metre 232.50."""
    she = recorded(
        kind=ApplicationKind.TRANSFER,
        wishes=samples.wishes(max_rent_cents=30_000),
        current_home=CurrentHome(landlord=samples.LANDLORD, base_rent_cents=50_000, living_area_m2=100.0),
    )
    keeps = ConditionsRecorded(
        landlord=samples.LANDLORD, version=1, valid_from=dt.date(2026, 1, 1), minimum_occupancy_months=12,
        arrears=ArrearsRule.NO_BAR, insurance_required=True, visit_required=False, visit_valid_months=6,
        rent_policy=RentPolicy.SAME_PER_M2,
    )  # fmt: skip
    await harness.handle(she, announced())
    await harness.run_due()
    assert await called(harness) == set()
    await harness.handle(keeps, announced())
    await harness.run_due()
    assert await called(harness) == {she.application_id}


async def test_the_draw_is_sealed_before_anybody_is_called_and_told_when_the_home_is_let(harness):
    equals = [recorded(registered_on=dt.date(2024, 5, 4)) for _ in range(4)]
    vacancy = announced()
    await harness.handle(*equals, vacancy)
    (sealed,) = [DrawCommitted.model_validate(one.payload) for one in await harness.outbox(DrawCommitted.TYPE)]
    assert not await harness.outbox(CallIssued.TYPE)
    await harness.run_due()
    before = await harness.outbox()
    async with harness.work() as work:
        kept = await draws.load(work.session, vacancy.vacancy_id)
        ((_, order),) = await draws.kept(work.session, vacancy.vacancy_id)
        row = await vacancies.load(work.session, vacancy.vacancy_id)
        await drawing.seal(row.vacancy(), work, landlord_known=True)
    assert hashlib.sha256(kept.seed).hexdigest() == sealed.commitment
    assert kept.seed.hex() not in json.dumps([one.payload for one in before], default=str)
    assert kept.seed.hex() not in repr(kept)
    lots = {one.application_id: draw(kept.seed.hex(), vacancy.vacancy_id, one.application_id) for one in equals}
    assert list(order) == sorted(lots, key=lots.__getitem__)
    issued = [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]
    assert [one.application_id for one in sorted(issued, key=lambda one: one.rank)] == list(order)
    assert len(await harness.outbox(DrawCommitted.TYPE)) == 1, "sealed once"

    let = VacancyLet(vacancy_id=vacancy.vacancy_id, version=9, lease_signed_on=samples.ON)
    await harness.handle(let)
    await harness.handle(let)
    (told,) = [DrawRevealed.model_validate(one.payload) for one in await harness.outbox(DrawRevealed.TYPE)]
    assert bytes.fromhex(told.seed) == kept.seed


async def test_anybody_may_check_a_draw_and_learns_of_no_household(harness):
    equals = [recorded(registered_on=dt.date(2024, 5, 4)) for _ in range(4)]
    ids = [str(one.application_id) for one in equals]
    vacancy = announced()
    await harness.handle(*equals, vacancy)
    await harness.run_due()
    where = f"/v1/vacancies/{vacancy.vacancy_id}/draw"
    async with harness.http(router) as client:
        sealed = (await client.get(where)).json()
        assert (sealed["seed"], sealed["ties"]) == (None, []), "nothing is told of equals while the seed is sealed"
        let = VacancyLet(vacancy_id=vacancy.vacancy_id, version=9, lease_signed_on=samples.ON)
        await harness.handle(let)
        told = await client.get(where)
        agents = (await client.get(where, headers=bearer(Role.AGENT))).json()
        landlords = await client.get(where, headers=bearer(Role.LANDLORD, "552032708"))
        assert (await client.get(where, headers={"Authorization": "Bearer x"})).status_code == 401
    assert told.status_code == 200
    assert told.json() == landlords.json()
    assert not any(one in told.text for one in ids)
    assert told.json()["commitment"] == sealed["commitment"]
    (tie,) = told.json()["ties"]
    lots = {hashlib.sha256(f"{told.json()['seed']}:{vacancy.vacancy_id}:{one}".encode()).hexdigest() for one in ids}
    assert [one["lot"] for one in tie["lots"]] == sorted(lots), "a household finds its own by its id"
    assert {one["application_id"] for one in agents["ties"][0]["lots"]} == set(ids)
