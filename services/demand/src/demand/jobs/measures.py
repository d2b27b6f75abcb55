"""What the clock does with measures: a visit's finding that became too old says nothing any more."""

from uuid import UUID

from chassis.jobs import Jobs
from chassis.work import Task, Work
from demand import lights
from demand.domain.measure import VISIT_LAPSES
from demand.store import measures
from reference.days import civil_day

jobs = Jobs()


@jobs.on(VISIT_LAPSES)
async def lapse_visit(task: Task, work: Work) -> None:
    """The light goes back; nothing happens where a newer finding holds, or works are under way."""
    measure = await measures.measure(work.session, UUID(task.subject), lock=True)
    if measure is not None:
        await lights.stepped(work, measure, measure.lapse(civil_day(work.now)), who=None)
