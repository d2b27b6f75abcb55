"""Calls against the database: the same steps for handlers, jobs and routes, each under the vacancy's lock."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.work import Work
from contracts.event import Envelope
from contracts.matching import Answer, CallWithdrawalReason
from matching import causes
from matching.acts.widening import one_step_away
from matching.domain.application import Application
from matching.domain.call import Candidate, answer, end, free_places, in_order, issue, lapse, withdraw
from matching.domain.draw import ties
from matching.domain.explanation import explain
from matching.domain.policy import Basis
from matching.domain.vacancy import Vacancy
from matching.domain.widening import explain_called
from matching.grounds import basis
from matching.index import index
from matching.store import applications, calls, draws, pools, vacancies
from matching.store.tables import CallRow, VacancyRow

__all__ = [
    "candidates",
    "compare_changed",
    "end_decided",
    "fill",
    "give_answer",
    "lapse_overdue",
    "leave_pool",
    "withdraw_all",
]


async def fill(held: VacancyRow, work: Work) -> None:
    """Call the next on the shortlist into every free place of a vacancy.

    Where the home has changed since the last look, those called are first compared with it again.
    """
    vacancy = held.vacancy()
    if not vacancy.open:
        return
    now = await basis(work.session, vacancy, work.now)
    if held.checked_version < vacancy.dwelling_version:
        await _compare_again(held, vacancy, now, work)
    places = free_places(held.standing, now.policy)
    if not places:
        return
    pool = await pools.enter(work.session, held, now.policy)
    issue_to = partial(
        issue,
        called=pool.called,
        like_homes=pool.homes,
        standing=held.standing,
        policy=now.policy,
        now=work.now,
    )
    chosen = await candidates(work.session, vacancy, now, limit=places, excluding=pool.called, lock=True)
    issued = issue_to(vacancy, chosen)
    if not issued:
        return
    new = [call for call, _ in issued]
    rested = list(zip(new, chosen, strict=True))
    taken = await calls.insert(work.session, rested, pool_id=pool.id, policy=now.policy, issued_at=work.now)
    if len(taken) < len(new):
        # Looks at other homes called some of these households in the same moment: they, or the next, are left to a
        # look of its own, at once, that sees what those committed.
        chosen = [one for one in chosen if one.application.id in taken]
        issued = issue_to(vacancy, chosen)
        work.due("match_vacancy", str(held.id))
    await draws.keep(work.session, held.id, ties(chosen[: len(issued)], held.id, now.seed), work.now)
    for _, event in issued:
        work.emit(event)
    if issued:
        work.due("lapse_calls", str(held.id), at=new[0].answer_by)


async def candidates(
    session: AsyncSession,
    vacancy: Vacancy,
    now: Basis,
    *,
    limit: int,
    excluding: AbstractSet[UUID],
    lock: bool,
) -> list[Candidate]:
    """The best that fit, each read again and explained: what changed since the ranking drops out.

    So does a household that has as many live calls as the policy allows: it is passed over for this home.
    After all of these come those who had a wish widened, where the home is hard to let.
    With `lock` they cannot change until this transaction ends, so a call never meets a closed application unseen.
    """
    assert vacancy.dwelling is not None
    home = vacancy.dwelling
    found: list[Candidate] = []
    seen = set(excluding)
    wanted = limit
    while len(found) < limit:
        ranked = await index.shortlist(session, vacancy, now, limit=wanted, excluding=seen)
        ids = [one.application_id for one in ranked]
        read = await applications.read(session, ids, lock=lock, most_live=now.policy.most_live)
        found += [
            Candidate(application=application, explanation=explanation)
            for application in read.values()
            if (explanation := explain(application, home, now)).fits
        ]
        if len(ranked) < wanted:
            break
        seen |= {one.application_id for one in ranked}
        dropped = len(seen) - len(excluding) - len(found)
        wanted = limit - len(found) + dropped
    best = in_order(found, vacancy.id, now.seed)[:limit]
    if len(best) < limit and vacancy.hard_to_let:
        known = {*excluding, *(one.application.id for one in best)}
        best += await one_step_away(session, vacancy, now, limit=limit - len(best), excluding=known, lock=lock)
    return best


async def lapse_overdue(held: VacancyRow, work: Work) -> None:
    """Close the calls that got no answer in time; the next in line are called as soon as this is committed."""
    ended = []
    for row in await calls.overdue(work.session, held.id, work.now):
        if lapsed := lapse(row.call(), now=work.now):
            row.show(lapsed[0])
            ended.append((row, work.emit(lapsed[1])))
    await _free(held, ended, work)


async def withdraw_all(held: VacancyRow, reason: CallWithdrawalReason, work: Work) -> None:
    """The home is gone, and with it every call that still holds a place.

    Where homes like it are left, its calls are theirs as well: they are looked at one by one (`leave_pool`).
    """
    if held.standing and await pools.others(work.session, held):
        work.due("leave_pool", str(held.id))
        return
    await _withdraw(held, await calls.standing_for(work.session, held.id), reason, work)


async def end_decided(held: VacancyRow, application_ids: Iterable[UUID], work: Work) -> None:
    """The committee decided on these households' files: their calls hold neither a place nor a slot any more."""
    ended = []
    for row in await calls.standing_for(work.session, held.id, application_ids):
        row.show(end(row.call()))
        ended.append((row, work.cause))
    await _free(held, ended, work)


async def leave_pool(vacancy_id: UUID, work: Work) -> None:
    """A home of a pool is gone: each of its calls goes on for a like home that the household fits, or ends.

    All homes of the pool are locked in the order of ids, before any application.
    """
    first = await vacancies.load(work.session, vacancy_id)
    if first is None or first.pool_id is None:
        return
    rows = await vacancies.hold_pool(work.session, first.pool_id)
    held = next(row for row in rows if row.id == vacancy_id)
    reason = held.vacancy().closed_because
    if reason is None:
        return
    others = [(row, row.vacancy()) for row in rows]
    left = [
        (row, vacancy, await basis(work.session, vacancy, work.now))
        for row, vacancy in others
        if vacancy.closed_because is None
    ]
    standing = await calls.standing_for(work.session, held.id)
    known = await applications.read(work.session, [row.application_id for row in standing], lock=True)
    for call in standing:
        application = known.get(call.application_id)
        other = next((row for row, vacancy, now in left if application and _fits(application, vacancy, now)), None)
        if other is None:
            await _withdraw(held, [call], reason, work)
            continue
        call.vacancy_id = other.id
        held.standing -= 1
        other.standing += 1
        work.due("lapse_calls", str(other.id), at=max(work.now, call.answer_by))


def _fits(application: Application, vacancy: Vacancy, now: Basis) -> bool:
    home = vacancy.dwelling
    return home is not None and explain_called(application, home, now, hard_to_let=vacancy.hard_to_let).fits


async def compare_changed(changed: Mapping[UUID, Envelope], work: Work) -> None:
    """End the calls that cannot stand after a household's own news, and leave the next to be called.

    That is where its application was closed or erased, or where a rule is broken by its new facts. Nothing else ends a
    call here: neither a wish that changed, nor anybody who scores higher. All vacancies are locked before any
    application, in the order of ids.
    """
    standing = await calls.standing_of(work.session, changed)
    homes = [held for vacancy_id in standing if (held := await vacancies.hold(work.session, vacancy_id))]
    asked = sorted({application_id for called in standing.values() for application_id in called})
    known = await applications.read(work.session, asked, lock=True) if asked else {}
    for held in homes:
        vacancy = held.vacancy()
        now = await basis(work.session, vacancy, work.now)
        for row in await calls.standing_for(work.session, held.id, standing[held.id]):
            application = known.get(row.application_id)
            if application is None or not application.active:
                reason = CallWithdrawalReason.APPLICATION_CLOSED
            elif vacancy.dwelling is not None and explain(application, vacancy.dwelling, now).breaks_a_rule:
                reason = CallWithdrawalReason.RULE_BROKEN
            else:
                continue
            await _withdraw(held, [row], reason, work, cause=changed[row.application_id])


async def give_answer(
    call_id: UUID, given: Answer, *, reason: str | None, on_behalf_by: str | None, work: Work
) -> CallRow | None:
    """Answer a call and return it as it is then; None where there is no such call.

    Raises:
        AnswerRefused: the answer comes too late.
    """
    vacancy_id = await calls.vacancy_of(work.session, call_id)
    held = vacancy_id and await vacancies.hold(work.session, vacancy_id)
    row = await calls.load(work.session, call_id)
    while held and row and row.vacancy_id != held.id:  # it went over to a like home meanwhile
        held = await vacancies.hold(work.session, row.vacancy_id)
        row = await calls.load(work.session, call_id)
    if not held or not row:
        return None
    call, event = answer(row.call(), given, now=work.now)
    if event:
        row.show(call)
        row.answered_at, row.answer_reason, row.answered_on_behalf_by = work.now, reason, on_behalf_by
        answered = work.emit(event)
        if not call.status.holds_a_place:
            await _free(held, [(row, answered)], work)
    return row


async def _compare_again(held: VacancyRow, vacancy: Vacancy, now: Basis, work: Work) -> None:
    held.checked_version = vacancy.dwelling_version
    standing = await calls.standing_for(work.session, held.id)
    known = await applications.read(work.session, [row.application_id for row in standing], lock=True)
    missed = [
        row
        for row in standing
        if (application := known.get(row.application_id)) and not _fits(application, vacancy, now)
    ]
    await _withdraw(held, missed, CallWithdrawalReason.HOME_CHANGED, work)


async def _withdraw(
    held: VacancyRow,
    rows: Iterable[CallRow],
    reason: CallWithdrawalReason,
    work: Work,
    *,
    cause: Envelope | None = None,
) -> None:
    ended = []
    for row in rows:
        if withdrawn := withdraw(row.call(), reason):
            row.show(withdrawn[0])
            row.withdrawn_because = reason.value
            ended.append((row, work.emit(withdrawn[1], cause=cause)))
    await _free(held, ended, work)


async def _free(held: VacancyRow, ended: Sequence[tuple[CallRow, Envelope]], work: Work) -> None:
    """Give back what calls held, each with the event that ended it: the cause of the calls that follow.

    A place of the home goes to the next in line, a slot of a household to the homes that passed it over. Both are
    looked at after the commit: what arrives meanwhile is then seen by one of the two (DESIGN §6).
    """
    if not ended:
        return
    held.standing -= len(ended)
    by = {row.application_id: event for row, event in ended}
    if held.vacancy().open:
        work.due("match_vacancy", str(held.id), cause=ended[0][1])
    if freed := await calls.free(work.session, [row.id for row, _ in ended]):
        slots = {application_id: by[application_id] for application_id in freed}
        work.due("call_again", str(freed[0]), cause=slots[freed[0]], **causes.payload(slots))
