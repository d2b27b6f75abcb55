"""What is told around homes: schemes, holders' letters, rights lent, what landlords ask of tenants who move.

What lets households in that were left out has the homes it concerns looked at again. Rights lent and given back do not:
they change points, and every place that comes free is ranked anew anyway.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

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
from matching.domain.circumstances import Around, around_landlord, around_scheme
from matching.domain.days import after_the_last_moment_of
from matching.store import circumstances

__all__ = ["handlers"]

handlers = Handlers()


@handlers.projection(ConditionsRecorded)
async def record_conditions(events: Sequence[ConditionsRecorded], work: Work) -> None:
    await circumstances.record_conditions(work.session, events)
    _look_around(((around_landlord(event.landlord), event.valid_from) for event in events), work)


@handlers.projection(ParticipationRecorded)
async def record_participation(events: Sequence[ParticipationRecorded], work: Work) -> None:
    await circumstances.record_participation(work.session, events)
    _look_around(((around_scheme(event), event.valid_from) for event in events), work)


@handlers.reaction(HolderInformed)
async def holder_informed(event: HolderInformed, work: Work) -> None:
    """A letter opens the home to the landlord's own tenants by the Protocole: it is looked at again."""
    await circumstances.informed(work.session, event.cause_vacancy_id, event.holder, event.until)
    work.due("match_vacancy", str(event.cause_vacancy_id))


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


def _look_around(told: Iterable[tuple[Around, dt.date]], work: Work) -> None:
    """Have the homes looked at that each of these events concerns, from its day; each names its event as the cause."""
    for (around, since), cause in zip(told, work.envelopes, strict=True):
        begins = after_the_last_moment_of(since - dt.timedelta(days=1))
        work.due("look_around", cause.id, at=max(work.now, begins), cause=cause, **around.payload())
