"""Events in, calls out, on a real database: handlers and jobs as they run in the service."""

import datetime as dt
import json
import random
from collections import Counter
from dataclasses import replace

import matching_samples as samples
import pytest
from matching_samples import announced, fitting, home, recorded, wishes
from sqlalchemy import text

from contracts.demand import ApplicationStatus
from contracts.inventory import AvailabilityChanged, VacancyLet, VacancyReleased, VacancyWithdrawn
from contracts.landlord import WithdrawalReason
from contracts.matching import Answer, CallIssued, CallLapsed, CallWithdrawn
from matching.acts import calling
from matching.domain.call import AnswerRefused

DAYS_TO_ANSWER = dt.timedelta(days=3)


async def calls(harness, vacancy_id):
    async with harness.database.session() as session:
        rows = await session.execute(
            text("SELECT * FROM call WHERE vacancy_id = :id ORDER BY rank"), {"id": vacancy_id}
        )
        return rows.mappings().all()


async def issued(harness):
    return [CallIssued.model_validate(one.payload) for one in await harness.outbox(CallIssued.TYPE)]


async def standing(harness, vacancy_id):
    counted = await harness.scalar(
        "SELECT count(*) FROM call WHERE vacancy_id = :id AND status IN ('open', 'interested')", id=vacancy_id
    )
    assert counted == await harness.scalar("SELECT standing FROM vacancy WHERE id = :id", id=vacancy_id)
    return counted


async def reply(harness, call, given, *, by=None):
    async with harness.work() as work:
        return await calling.give_answer(call["id"], given, reason=None, on_behalf_by=by, work=work)


def released(first, *, version=2, **changes):
    return VacancyReleased(
        vacancy_id=first.vacancy_id,
        version=version,
        dwelling_id=first.dwelling_id,
        landlord=first.landlord,
        dwelling=home(**changes),
        available_on=dt.date(2027, 1, 20),
    )


async def test_a_vacancy_calls_the_best_twenty_at_once(harness):
    everyone = fitting(25)
    await harness.handle(*everyone)
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    events = await issued(harness)
    oldest = sorted(everyone, key=lambda one: one.registered_on)[:20]
    by_rank = sorted(events, key=lambda event: event.rank)
    assert [event.application_id for event in by_rank] == [one.application_id for one in oldest]
    assert {event.called for event in events} == {20}
    assert [event.score for event in by_rank] == sorted((event.score for event in events), reverse=True)
    assert {event.person_ids for event in events} == {one.person_ids for one in oldest}
    rows = await calls(harness, vacancy.vacancy_id)
    assert [sum(row["points"].values()) for row in rows] == [row["score"] for row in rows]
    assert await standing(harness, vacancy.vacancy_id) == 20


async def test_applications_of_one_poll_leave_one_piece_of_due_work(harness):
    await harness.handle(*fitting(30))
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'match_applications'") == 1


async def test_an_application_that_comes_after_the_vacancy_is_called(harness):
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    assert await issued(harness) == []
    (late,) = fitting(1)
    await harness.handle(late, recorded(wishes=wishes(max_rent_cents=10_000)))
    await harness.run_due()
    assert [event.application_id for event in await issued(harness)] == [late.application_id]


async def test_an_older_version_of_an_application_changes_nothing(harness):
    (one,) = fitting(1)
    moved = one.model_copy(update={"version": 3, "wishes": wishes(min_area_m2=40)})
    stale = one.model_copy(update={"version": 2, "status": ApplicationStatus.WITHDRAWN})
    await harness.handle(one, moved, stale)
    await harness.handle(stale)
    await harness.handle(moved)
    assert await harness.scalar("SELECT version FROM application") == 3
    assert await harness.scalar("SELECT wishes->>'min_area_m2' FROM application") == "40.0"
    assert await harness.scalar("SELECT count(*) FROM posting WHERE length(packed) = 64 + 2 * 8") == 1
    assert await harness.scalar("SELECT count(*) FROM due_work WHERE kind = 'match_applications'") == 1


async def test_the_postings_follow_the_application(harness):
    (one,) = fitting(1)
    await harness.handle(one)
    fewer = one.model_copy(update={"version": 2, "wishes": wishes(dwelling_types=("T2",))})
    await harness.handle(fewer)
    assert await harness.scalar("SELECT count(*) FROM posting WHERE length(packed) = 64 + 1 * 8") == 1
    await harness.handle(fewer.model_copy(update={"version": 3, "status": ApplicationStatus.WITHDRAWN}))
    assert await harness.scalar("SELECT count(*) FROM posting WHERE packed IS NOT NULL") == 0


async def test_a_no_calls_the_next_one_at_once_and_interest_keeps_the_place(harness):
    await harness.handle(*fitting(22))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    first, second, *_ = await calls(harness, vacancy.vacancy_id)
    await reply(harness, first, Answer.INTERESTED)
    await reply(harness, second, Answer.NOT_INTERESTED, by="agent:7")
    await harness.run_due()
    after = await calls(harness, vacancy.vacancy_id)
    assert [row["status"] for row in after[:2]] == ["interested", "not_interested"]
    assert after[1]["answered_on_behalf_by"] == "agent:7"
    assert len(after) == 21
    assert after[20]["status"] == "open"
    assert await standing(harness, vacancy.vacancy_id) == 20
    newest = max(await issued(harness), key=lambda event: event.rank)
    assert (newest.rank, newest.called) == (21, 21)


async def test_silence_frees_the_places_at_the_deadline(harness):
    await harness.handle(*fitting(25))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    kept = (await calls(harness, vacancy.vacancy_id))[0]
    await reply(harness, kept, Answer.INTERESTED)
    harness.clock.advance(DAYS_TO_ANSWER - dt.timedelta(seconds=1))
    await harness.run_due()
    assert len(await harness.outbox(CallLapsed.TYPE)) == 0
    harness.clock.advance(dt.timedelta(seconds=1))
    await harness.run_due()
    assert len(await harness.outbox(CallLapsed.TYPE)) == 19
    found = await calls(harness, vacancy.vacancy_id)
    assert Counter(row["status"] for row in found) == {"interested": 1, "lapsed": 19, "open": 5}
    assert await standing(harness, vacancy.vacancy_id) == 6


@pytest.mark.parametrize("ending", ["withdrawn", "let"])
async def test_a_home_that_is_gone_takes_its_calls_with_it(harness, ending):
    await harness.handle(*fitting(3))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    interested, declined, _ = await calls(harness, vacancy.vacancy_id)
    await reply(harness, interested, Answer.INTERESTED)
    await reply(harness, declined, Answer.NOT_INTERESTED)
    end = (
        VacancyWithdrawn(vacancy_id=vacancy.vacancy_id, version=2, reason=WithdrawalReason.SOLD)
        if ending == "withdrawn"
        else VacancyLet(vacancy_id=vacancy.vacancy_id, version=2, lease_signed_on=dt.date(2027, 2, 1))
    )
    await harness.handle(end)
    await harness.run_due()
    withdrawn = [CallWithdrawn.model_validate(one.payload) for one in await harness.outbox(CallWithdrawn.TYPE)]
    assert {(event.reason, len(event.person_ids)) for event in withdrawn} == {(f"vacancy_{ending}", 2)}
    assert len(withdrawn) == 2
    assert await standing(harness, vacancy.vacancy_id) == 0
    await harness.handle(*fitting(2))
    await harness.run_due()
    assert len(await calls(harness, vacancy.vacancy_id)) == 3
    with pytest.raises(AnswerRefused):
        await reply(harness, interested, Answer.NOT_INTERESTED)


async def test_a_closed_application_frees_its_place(harness):
    everyone = fitting(21)
    await harness.handle(*everyone)
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    best = everyone[-1]
    await harness.handle(best.model_copy(update={"version": 2, "status": ApplicationStatus.WITHDRAWN}))
    await harness.run_due()
    (gone,) = await harness.outbox(CallWithdrawn.TYPE)
    assert gone.payload["application_id"] == str(best.application_id)
    assert gone.payload["reason"] == "application_closed"
    found = await calls(harness, vacancy.vacancy_id)
    assert [row["status"] for row in found] == ["withdrawn"] + ["open"] * 20


async def test_an_erased_application_leaves_nothing_of_the_household(harness):
    (one,) = fitting(1)
    await harness.handle(one)
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    (call,) = await calls(harness, vacancy.vacancy_id)
    await reply(harness, call, Answer.INTERESTED)
    await harness.edge.process([replace(harness.record(one), value=None, offset=9)])
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM application") == 0
    assert await harness.scalar("SELECT count(*) FROM posting WHERE packed IS NOT NULL") == 0
    (after,) = await calls(harness, vacancy.vacancy_id)
    assert (after["person_ids"], after["answer_reason"], after["status"]) == ([], None, "withdrawn")
    (told,) = await harness.outbox(CallWithdrawn.TYPE)
    assert told.payload["person_ids"] == [str(person) for person in one.person_ids]


async def test_the_shortlist_stays_when_the_home_is_released_unchanged(harness):
    await harness.handle(*fitting(20))
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    before = await calls(harness, vacancy.vacancy_id)
    better = recorded(registered_on=dt.date(2010, 1, 1))
    await harness.handle(better)
    await harness.handle(released(vacancy))
    await harness.run_due()
    assert await calls(harness, vacancy.vacancy_id) == before
    assert len(await issued(harness)) == 20


async def test_a_dearer_release_is_compared_again_and_topped_up(harness):
    modest = fitting(10, wishes=wishes(max_rent_cents=52_000))
    others = fitting(12)
    await harness.handle(*modest, *others)
    vacancy = announced()
    await harness.handle(vacancy)
    await harness.run_due()
    called = {row["application_id"] for row in await calls(harness, vacancy.vacancy_id)}
    dropped = called & {one.application_id for one in modest}
    await harness.handle(released(vacancy, base_rent_cents=50_000))
    await harness.run_due()
    withdrawn = await harness.outbox(CallWithdrawn.TYPE)
    assert {one.payload["application_id"] for one in withdrawn} == {str(one) for one in dropped}
    assert {one.payload["reason"] for one in withdrawn} == {"home_changed"}
    found = await calls(harness, vacancy.vacancy_id)
    assert {row["application_id"] for row in found if row["status"] == "open"} == {one.application_id for one in others}
    assert len({row["application_id"] for row in found}) == len(found)


async def test_vacancy_events_in_any_order_and_twice_call_once(harness):
    await harness.handle(*fitting(5))
    vacancy = announced()
    delayed = AvailabilityChanged(vacancy_id=vacancy.vacancy_id, version=2, expected_on=dt.date(2027, 3, 1))
    release = released(vacancy, version=3)
    for event in (delayed, release, vacancy, release, delayed, vacancy):
        await harness.handle(event)
        await harness.run_due()
    assert len(await issued(harness)) == 5
    assert {event.available_on for event in await issued(harness)} == {dt.date(2027, 1, 20)}


async def test_an_end_that_comes_before_the_beginning_is_an_end(harness):
    await harness.handle(*fitting(5))
    vacancy = announced()
    await harness.handle(VacancyLet(vacancy_id=vacancy.vacancy_id, version=2, lease_signed_on=samples.ON))
    await harness.handle(vacancy)
    await harness.run_due()
    assert await issued(harness) == []


async def test_a_home_in_no_known_commune_is_a_dead_letter_and_the_next_is_called_for(harness):
    await harness.handle(*fitting(1))
    nowhere, somewhere = announced(commune="99123"), announced()
    await harness.handle(nowhere, somewhere)
    await harness.run_due()
    assert [event.vacancy_id for event in await issued(harness)] == [somewhere.vacancy_id]
    error = await harness.scalar("SELECT error FROM dead_letter")
    assert error.startswith(f"dwelling.commune of vacancy {nowhere.vacancy_id}: No commune")


async def test_words_of_a_newer_producer_are_left_out_or_a_dead_letter(harness):
    await harness.handle(*fitting(1))
    vague, strange = announced(), announced()
    for event, said in ((vague, {"energy_class": "H"}), (strange, {"financing": "PLX"})):
        record = harness.record(event)
        body = json.loads(record.value)
        body["dwelling"] |= said
        await harness.edge.process([replace(record, value=json.dumps(body).encode())])
    await harness.run_due()
    (call,) = await issued(harness)
    assert (call.vacancy_id, call.dwelling.energy_class) == (vague.vacancy_id, None)
    error = await harness.scalar("SELECT error FROM dead_letter")
    assert error.startswith(f"dwelling.financing of vacancy {strange.vacancy_id}: this version")


async def test_all_is_posted_again_under_another_policy(harness):
    await harness.handle(*fitting(3))
    async with harness.work() as work:
        await work.session.execute(text("UPDATE posting_policy SET name = 'older'"))
        await work.session.execute(text("UPDATE posting SET packed = '\\x00'"))
    harness.clock.advance(dt.timedelta(minutes=10))
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM posting WHERE length(packed) > 64") == 3
    assert await harness.scalar("SELECT name FROM posting_policy") == samples.policies().fingerprint


@pytest.mark.parametrize("seed", range(3))
async def test_random_lives_of_several_vacancies(harness, seed):
    """Whatever happens: never two calls to one application for a vacancy, never too many, nobody forgotten."""
    chance = random.Random(seed)
    everyone = fitting(30)
    await harness.handle(*everyone)
    vacancies = [announced() for _ in range(3)]
    await harness.handle(*vacancies)
    await harness.run_due()
    versions = dict.fromkeys((one.application_id for one in everyone), 1)
    for _ in range(60):
        step = chance.choice(["answer"] * 6 + ["wait", "close", "new"])
        if step == "answer":
            row = chance.choice(await calls(harness, chance.choice(vacancies).vacancy_id))
            given = chance.choice((Answer.INTERESTED, Answer.NOT_INTERESTED))
            try:
                await reply(harness, row, given)
            except AnswerRefused:
                assert row["status"] in ("not_interested", "lapsed", "withdrawn")
        elif step == "wait":
            harness.clock.advance(dt.timedelta(days=1))
        elif step == "close":
            chosen = chance.choice(everyone)
            versions[chosen.application_id] += 1
            await harness.handle(
                chosen.model_copy(
                    update={"version": versions[chosen.application_id], "status": ApplicationStatus.WITHDRAWN}
                )
            )
        else:
            (new,) = fitting(1)
            versions[new.application_id] = 1
            everyone.append(new)
            await harness.handle(new)
        await harness.run_due()
        active = await harness.scalar("SELECT count(*) FROM application WHERE status = 'active'")
        for vacancy in vacancies:
            now = await standing(harness, vacancy.vacancy_id)
            assert now <= 20
            called = await calls(harness, vacancy.vacancy_id)
            assert len({row["application_id"] for row in called}) == len(called)
            if now < 20:
                open_to = await harness.scalar(
                    "SELECT count(*) FROM application a WHERE status = 'active' AND NOT EXISTS "
                    "(SELECT FROM call WHERE vacancy_id = :id AND application_id = a.id)",
                    id=vacancy.vacancy_id,
                )
                assert open_to == 0, f"{open_to} of {active} fit and were not called"
    per_call = Counter(one.payload["call_id"] for one in await harness.outbox(CallIssued.TYPE))
    assert set(per_call.values()) == {1}
