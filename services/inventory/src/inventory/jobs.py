"""What the clock does."""

import datetime as dt
from uuid import UUID

import structlog

from chassis import due
from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.inventory import DesignationLapsed, HolderAnswer, VacancyHardToLet
from inventory import rights, store
from inventory.domain.hard_to_let import days_vacant, is_hard_to_let, next_look
from inventory.domain.standing import VacancyState
from inventory.rights import morning
from reference.days import civil_day

log = structlog.get_logger(__name__)
jobs = Jobs()
LOOK_AGAIN = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(days=30)
"""As long as the topics keep facts: an application that was not told by then is not told any more."""


@jobs.on("hard_to_let")
async def look_for_hard_to_let(task: Task, work: Work) -> None:
    """Put a home that nobody takes into the queue, or look again on the day it will have been vacant too long."""
    vacancy = await store.hold(work.session, UUID(task.subject))
    assert vacancy, "only a vacancy that is stored is looked at"
    today = civil_day(work.now)
    parameters = await store.parameters_in_force(work.session, vacancy.landlord, today)
    if is_hard_to_let(vacancy.standing, today, parameters):
        if not await store.enqueue(work.session, vacancy.id, today, work.now):
            return
        vacancy = vacancy.next()
        await store.save_vacancy(work.session, vacancy, work.now)
        work.emit(
            VacancyHardToLet(
                vacancy_id=vacancy.id,
                version=vacancy.version,
                on=today,
                days_vacant=days_vacant(vacancy.standing, today),
                offers_refused=vacancy.standing.offers_refused,
            )
        )
    elif day := next_look(vacancy.standing, parameters):
        await due.cancel(work.session, task.kind, task.subject)
        work.due(task.kind, task.subject, at=morning(max(day, today + dt.timedelta(days=1))))


@jobs.on("designation_lapse")
async def lapse_designation(task: Task, work: Work) -> None:
    """Nobody was named in time: the home is the landlord's to fill."""
    vacancy = await store.hold(work.session, UUID(task.subject))
    turn = await store.turn(work.session, UUID(task.subject))
    assert vacancy, "only a vacancy that is stored has a turn"
    if turn is None or turn.until is None or turn.designated_on or turn.left_base or vacancy.designation is None:
        return
    if vacancy.standing.state.ended or vacancy.standing.allocated:
        return
    turn.lapsed_on = civil_day(work.now)
    work.emit(
        DesignationLapsed(
            agreement_id=vacancy.designation.agreement_id,
            landlord=vacancy.landlord,
            holder=vacancy.designation.holder,
            on=civil_day(work.now),
            cause_vacancy_id=vacancy.id,
            until=turn.until,
        )
    )


@jobs.on("letter_silence")
async def take_silence(task: Task, work: Work) -> None:
    """The window of an information letter closed without an answer."""
    vacancy = await store.hold(work.session, UUID(task.subject))
    letter = await store.letter(work.session, UUID(task.subject))
    assert vacancy, "only a vacancy that is stored has a letter"
    if letter is None or letter.answer is not None:
        return
    await rights.answer(letter, HolderAnswer.SILENT, vacancy, work)


@jobs.on("settle_rights")
async def settle_rights(task: Task, work: Work) -> None:
    """Book what a letting, or a withdrawal, does to rights, as soon as the home that its household leaves is known.

    Topics have no mutual order: the application may be told later than the lease.
    """
    vacancy = await store.hold(work.session, UUID(task.subject))
    assert vacancy, "only a vacancy that is stored has a turn"
    if vacancy.standing.state is VacancyState.WITHDRAWN:
        await rights.reopen(vacancy, work)
    if vacancy.standing.state is not VacancyState.LET:
        return
    application_id = vacancy.standing.application_id
    household = await store.household(work.session, application_id) if application_id else rights.nobody_known()
    if household is None:
        since = dt.datetime.fromisoformat(task.payload.get("since", work.now.isoformat()))
        if work.now - since < LONGEST_WAIT:
            work.due(task.kind, task.subject, at=work.now + LOOK_AGAIN, since=since.isoformat())
            return
        log.warning("rights settled without the application of a lease", application_id=str(application_id))
        household = rights.nobody_known()
    await rights.settle(vacancy, household, work)
