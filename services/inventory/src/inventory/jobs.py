"""What the clock does."""

import datetime as dt
from uuid import UUID

from chassis import due
from chassis.jobs import Jobs
from chassis.work import Task, Work
from contracts.inventory import VacancyHardToLet
from inventory import store
from inventory.domain.hard_to_let import days_vacant, is_hard_to_let, next_look

jobs = Jobs()


@jobs.on("hard_to_let")
async def look_for_hard_to_let(task: Task, work: Work) -> None:
    """Put a home that nobody takes into the queue, or look again on the day it will have been vacant too long."""
    vacancy = await store.hold(work.session, UUID(task.subject))
    assert vacancy, "only a vacancy that is stored is looked at"
    today = work.now.date()
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


def morning(day: dt.date) -> dt.datetime:
    """The first hour of a day, when its deadlines are looked at."""
    return dt.datetime.combine(day, dt.time(0, 30), dt.UTC)
