"""Three-yearly examinations as demand tells them, kept for the committees that give their opinion."""

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.tenancy import ExaminationMade, OpinionGiven
from matching.store import examinations

__all__ = ["handlers"]

handlers = Handlers()


@handlers.reaction(ExaminationMade)
async def keep_examination(event: ExaminationMade, work: Work) -> None:
    await examinations.keep(work.session, event)


@handlers.reaction(OpinionGiven)
async def note_opinion(event: OpinionGiven, work: Work) -> None:
    """An opinion entered with demand needs no agenda any more; our own comes back to us and says nothing new."""
    row = await examinations.hold(work.session, event.examination_id)
    if row is not None and row.opinion is None:
        row.opinion = {
            "rehouse": event.rehouse,
            "suitable": event.suitable.model_dump(mode="json") if event.suitable else None,
        }
        row.opinion_on, row.session_id = event.on, None
