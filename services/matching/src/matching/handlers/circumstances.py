"""What is told around homes: schemes, holders' letters, rights lent, what landlords ask of tenants who move."""

from collections.abc import Sequence

from chassis.handlers import Handlers
from chassis.work import Work
from contracts.demand import ConditionsRecorded
from contracts.inventory import (
    HolderAnswered,
    HolderInformed,
    LedgerEvent,
    ParticipationRecorded,
    RightLent,
    RightRestituted,
    RightWaived,
)
from matching.store import circumstances

__all__ = ["handlers"]

handlers = Handlers()


@handlers.projection(ConditionsRecorded)
async def record_conditions(events: Sequence[ConditionsRecorded], work: Work) -> None:
    await circumstances.record_conditions(work.session, events)


@handlers.projection(ParticipationRecorded)
async def record_participation(events: Sequence[ParticipationRecorded], work: Work) -> None:
    await circumstances.record_participation(work.session, events)


@handlers.reaction(HolderInformed)
async def holder_informed(event: HolderInformed, work: Work) -> None:
    await circumstances.informed(work.session, event.cause_vacancy_id, event.holder, event.until)


@handlers.reaction(HolderAnswered)
async def holder_answered(event: HolderAnswered, work: Work) -> None:
    """The home may be for others now: it is looked at again."""
    await circumstances.answered(work.session, event.cause_vacancy_id, event.holder, event.answer)
    work.due("match_vacancy", str(event.cause_vacancy_id))


@handlers.reaction(RightLent)
async def right_lent(event: RightLent, work: Work) -> None:
    await circumstances.lent(work.session, event)


@handlers.reaction(RightRestituted, RightWaived)
async def right_ended(event: LedgerEvent, work: Work) -> None:
    await circumstances.ended(work.session, event.right_id, event.landlord, event.holder, event.on)
