"""Last days of offers and conditions, parked files, and leases that were told."""

import datetime as dt
from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching.acts import moving, offering, parking
from matching.store import vacancies

__all__ = ["jobs"]

jobs = Jobs()


@jobs.on("offer_next")
async def offer_next(task: Task, work: Work) -> None:
    """A ranked file counts again: its home is offered to it, unless somebody has it."""
    if held := await vacancies.hold(work.session, UUID(task.subject)):
        await offering.offer_next(held, work)


@jobs.on("remind_offer")
async def remind_offer(task: Task, work: Work) -> None:
    await offering.remind(UUID(task.subject), work)


@jobs.on("lapse_offer")
async def lapse_offer(task: Task, work: Work) -> None:
    await offering.lapse(UUID(task.subject), work)


@jobs.on("lapse_condition")
async def lapse_condition(task: Task, work: Work) -> None:
    await offering.lapse_condition(UUID(task.subject), work)


@jobs.on("end_closed")
async def end_closed(task: Task, work: Work) -> None:
    await offering.end_closed(UUID(task.subject), work)


@jobs.on("park_files")
async def park_files(task: Task, work: Work) -> None:
    await parking.park(UUID(task.subject), work)


@jobs.on("sign_move")
async def sign_move(task: Task, work: Work) -> None:
    """Tell the move, once the household's application is known here."""
    told = task.payload
    since = dt.datetime.fromisoformat(told["since"])
    signed_on = dt.date.fromisoformat(told["signed_on"])
    await moving.sign(UUID(task.subject), UUID(told["application_id"]), signed_on, since=since, work=work)


@jobs.on("close_housed")
async def close_housed(task: Task, work: Work) -> None:
    """A lease was signed: the household's files for other homes end."""
    await parking.close_housed(UUID(task.subject), UUID(task.payload["signed_for"]), work)
