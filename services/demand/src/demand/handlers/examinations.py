"""Opinions on examined leases that a committee decided in its session."""

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.allocation import ExaminationOpinionDecided
from demand import store
from demand.domain.examination import Opinion
from demand.tenure import record_opinion

handlers = Handlers()


@handlers.reaction(ExaminationOpinionDecided)
async def take_opinion(event: ExaminationOpinionDecided, work: Work) -> None:
    """Record it as one that an agent enters; a lease that was forgotten meanwhile has none."""
    before = await store.examination(work.session, event.examination_id, lock=True)
    if before is None:
        return
    by = f"committee session {event.session_id}"
    opinion = Opinion(on=event.on, rehouse=event.rehouse, suitable=event.suitable, by=by)
    await record_opinion(work, before, opinion)
