"""Something told around homes has begun to hold: the homes it concerns are looked at again."""

from chassis.jobs import Jobs
from chassis.work import Task, Work
from matching.domain.circumstances import Around
from matching.domain.place import areas_of
from matching.policies import in_force
from matching.store import vacancies

__all__ = ["jobs"]

jobs = Jobs()


@jobs.on("look_around")
async def look_around(task: Task, work: Work) -> None:
    """Look at each open home with a free place that the event concerns; what follows names that event."""
    around = Around(**task.payload)
    at_once = in_force(work.now).most_calls_at_once
    for vacancy in await vacancies.open_with_free_places(work.session, at_once=at_once):
        assert vacancy.dwelling is not None, "an open home is known"
        holder = vacancy.designation.holder if vacancy.designation else None
        if around.concerns(areas_of(vacancy.dwelling.commune), vacancy.landlord, holder):
            work.due("match_vacancy", str(vacancy.id))
