"""A measure's step and what follows: it is kept and told, and its light falls on the household's application."""

from collections.abc import Iterable
from dataclasses import replace

from chassis.work import Work
from contracts.measures import MeasureEvent
from demand import store
from demand.domain.measure import Measure, Step
from demand.domain.record import Step as Recorded
from demand.handling import Did, keep
from demand.store import measures, partners


async def stepped(work: Work, before: Measure, step: Step, *, who: str | None) -> None:
    """Keep a measure's step, free the place it gives back, publish it, and let its light fall."""
    after, events = step
    if after is before:
        return
    if (place := before.gives_back(after)) is not None:
        await partners.give_back(work.session, place)
    await measures.save_measure(work.session, after, work.now)
    await _relight(work, after, events, who)


async def _relight(work: Work, measure: Measure, events: Iterable[MeasureEvent], who: str | None) -> None:
    """The step goes into the record; where the light changed the application is told again, caused by the step.

    So completion alone brings a household back to matching.
    """
    cause = work.cause
    lit = await measures.lit_by(work.session, measure)
    household = measure.application_id or (lit[0] if len(lit) == 1 else None)
    for event in events:
        work.emit(event.model_copy(update={"application_id": household}))
        work.cause = work.outgoing[-1].envelope
    for application_id in lit:
        application = await store.application(work.session, application_id, lock=True)
        if application is None or not application.open:
            continue
        light = await measures.light_for(work.session, application)
        detail = {"stage": measure.stage.value, "on": measure.stage_on, "light": light.value if light else None}
        did = Did(Recorded.HOME_STATE, detail, measure.id)
        await keep(work, application, replace(application, light=light), [did], who=who)
    work.cause = cause
