"""An application's handling: whatever changes it is stored, told, recorded and looked at again when due, in one place.

Commands, reactions and jobs all end in `open_application` or `keep`; nothing else saves an application.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from chassis import due
from chassis.work import Work
from contracts.demand import ApplicationClosed, ApplicationOpened, ApplicationRenewed, ApplicationStatus, HouseholdFacts
from contracts.notices import ClosureWarned, NoticeEvent, RenewalDue
from contracts.topics import DEMAND_CONTACT
from demand import store
from demand.conduct import conduct_for
from demand.domain import life
from demand.domain.application import Application
from demand.domain.days import begins_everywhere
from demand.domain.deriving import RECOUNT, derive, next_change
from demand.domain.facts import Fact, StatedBy, Statement, news, told
from demand.domain.person import Person
from demand.domain.record import Entry, Step
from demand.domain.retention import ERASE_APPLICATION, erase_on
from demand.domain.tenancy_due import LINK_APPLICATION
from demand.store import measures
from reference.days import civil_day


@dataclass(frozen=True, slots=True)
class Did:
    """A step to be recorded: what, and what of it may be read by the applicant."""

    step: Step
    detail: Mapping[str, object] = field(default_factory=dict)
    about: UUID | None = None
    at: dt.datetime | None = None
    """When somebody else did it, as its event tells; now where it is our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What registering an application makes of it; those of a file are prepared as this, apart from the database.

    The events and the first steps of the record follow from the application alone: here for one, in
    `demand.store.openings` for thousands.
    """

    application: Application
    stated: Mapping[Fact, Any]
    due: Mapping[str, dt.datetime]
    """Kinds of due work and when; the subject is the application."""


def opening(application: Application, now: dt.datetime) -> Opening:
    """What registering this application means, without a database.

    It is active at once where it is complete enough to be matched, registered where it is not: the rules count its
    household from the day it is complete (see `counted`).
    """
    complete = application.file.complete
    opened = replace(
        application,
        status=ApplicationStatus.ACTIVE if complete else ApplicationStatus.REGISTERED,
        version=1,
        facts=_derived(application, (), now) if complete else None,
    )
    due = {kind: at for kind, at in _looks(opened, (), now).items() if at is not None}
    return Opening(
        application=opened,
        stated=told(opened),
        due=due | {LINK_APPLICATION: now} if _names_home(None, opened) else due,
    )


async def open_application(
    work: Work, application: Application, persons: Iterable[Person], *, stated_by: StatedBy, who: str | None = None
) -> Application | None:
    """Register an application and the persons it is for; None, and nothing done, where its number is another's."""
    begun = opening(application, work.now)
    opened = begun.application
    if not await store.add_application(work.session, opened, work.now):
        return None
    for person in persons:
        await store.add_person(work.session, person, work.now)
        work.emit(person.recorded())
    statements = [
        Statement(fact=fact, value=value, stated_by=stated_by, stated_at=work.now)
        for fact, value in begun.stated.items()
    ]
    await store.state(work.session, opened.id, statements)
    detail = {"registered_on": opened.registered_on, "way": opened.way.value, "expires_on": opened.expires_on}
    steps = [Did(Step.REGISTERED, detail)]
    if recorded := opened.recorded():
        steps.append(Did(Step.COMPLETED))
        work.emit(recorded)
    await note(work, opened, steps, who=who)
    work.emit(
        ApplicationOpened(
            application_id=opened.id,
            kind=opened.kind,
            on=civil_day(work.now),
            registered_on=opened.registered_on,
            way=opened.way,
        )
    )
    for kind, at in begun.due.items():
        work.due(kind, str(opened.id), at=at)
    return opened


async def keep(
    work: Work,
    before: Application,
    after: Application,
    steps: Sequence[Did] = (),
    *,
    stated_by: StatedBy = StatedBy.HOUSEHOLD,
    who: str | None = None,
    proofs: Sequence[Statement] = (),
    closing: Mapping[str, object] | None = None,
) -> Application:
    """Make `after` of `before`: stored, told to the world, recorded. `before` was read with a lock.

    The version grows by one where anything changed; where nothing did, nothing is stored or told. `closing` is what
    the record says of a closure besides its reason.
    """
    after = life.completed(after) if after.open else after
    fresh = [*_stated_anew(before, after, stated_by, work.now), *proofs]
    stated = [*await store.statements(work.session, after.id), *fresh]
    await store.state(work.session, after.id, fresh)
    if after.open and after.file.complete:
        after = replace(after, facts=_derived(after, stated, work.now))
    if after.tenancy_id != before.tenancy_id:
        after = replace(after, light=await measures.light_for(work.session, after))
    after = replace(after, version=before.version)
    done = list(steps)
    if after != before:
        after = replace(after, version=before.version + 1)
        await store.save_application(work.session, after, work.now)
        _tell(work, after)
        done += _passed(work, before, after, closing or {})
    await note(work, after, done, who=who)
    if _names_home(before, after):
        work.due(LINK_APPLICATION, str(after.id))
    await _look_again(work, after, stated)
    return after


async def counted(work: Work, application: Application) -> HouseholdFacts | None:
    """The household as the rules count it: as the world was told, or, of a file that is not complete yet, as of now.

    Nobody was told of that one, so nothing is kept that a day or a change would have to set right.
    """
    if application.file.complete:
        return application.counted
    return _derived(application, await store.statements(work.session, application.id), work.now)


async def note(work: Work, application: Application, steps: Iterable[Did], *, who: str | None = None) -> None:
    """Add steps to the record of an application."""
    await store.note(work.session, _entries(application, steps, work.now, who))


async def forget_person(work: Work, person: Person) -> None:
    """Forget who a person is, here and everywhere; her helper too, where she helps nobody else."""
    await store.erase_person(work.session, person.id)
    work.erase(DEMAND_CONTACT, str(person.id))
    helper = person.helper
    if helper and not await store.helps_others(work.session, helper):
        if await store.applications_of(work.session, helper):
            return
        await store.erase_person(work.session, helper)
        work.erase(DEMAND_CONTACT, str(helper))


def tell_persons(work: Work, application: Application, step: Step, **why: object) -> list[Did]:
    """Send each person the notice of this step; returns what to record, one for each, with `why` it was sent."""
    dids = []
    for person_id in application.persons:
        notice = _notice(application, person_id, step)
        work.emit(notice)
        detail = notice.model_dump(mode="json", include={"expires_on", "closes_on"})
        dids.append(Did(step, detail | why, about=notice.notice_id))
    return dids


def _derived(application: Application, stated: Sequence[Statement], now: dt.datetime) -> HouseholdFacts | None:
    today = civil_day(now)
    return derive(application, stated, today, conduct_for(application, today))


def _notice(application: Application, person_id: UUID, step: Step) -> NoticeEvent:
    if step is Step.CLOSURE_WARNED:
        assert application.warned is not None, "a warning is of a closure announced"
        closes_on = application.warned.closes_on
        return ClosureWarned(
            notice_id=uuid4(),
            person_id=person_id,
            application_id=application.id,
            closes_on=closes_on,
            respond_by=closes_on - dt.timedelta(days=1),
        )
    assert application.expires_on is not None, "what is renewed expires"
    return RenewalDue(
        notice_id=uuid4(),
        person_id=person_id,
        application_id=application.id,
        expires_on=application.expires_on,
        respond_by=application.expires_on,
        reminder=step is Step.RENEWAL_REMINDED,
    )


def _entries(application: Application, steps: Iterable[Did], now: dt.datetime, who: str | None) -> list[Entry]:
    return [
        Entry(
            step=did.step,
            at=did.at or now,
            application_id=application.id,
            about=did.about,
            detail=dict(did.detail),
            who=who,
        )
        for did in steps
    ]


def _stated_anew(
    before: Application | None, after: Application, stated_by: StatedBy, now: dt.datetime
) -> list[Statement]:
    if before is not None and before.file == after.file:
        return []
    return [
        Statement(fact=fact, value=value, stated_by=stated_by, stated_at=now)
        for fact, value in news(before, after).items()
    ]


def _tell(work: Work, application: Application) -> None:
    recorded = application.recorded()
    if recorded is not None:
        work.emit(recorded)


def _passed(work: Work, before: Application, after: Application, closing: Mapping[str, object]) -> list[Did]:
    """What a change means for the application's life: events and steps that follow from the two states alone."""
    today, dids = civil_day(work.now), []
    if before.status is ApplicationStatus.REGISTERED and after.status is ApplicationStatus.ACTIVE:
        dids.append(Did(Step.COMPLETED))
    if before.expires_on != after.expires_on and after.notified_on is None and after.expires_on is not None:
        work.emit(ApplicationRenewed(application_id=after.id, kind=after.kind, on=today, expires_on=after.expires_on))
        dids.append(Did(Step.RENEWED, {"expires_on": after.expires_on}))
    if before.warned and not after.warned and after.open:
        dids.append(Did(Step.WARNING_LIFTED, {"reason": before.warned.reason.value}))
    if before.open and not after.open:
        assert after.closure is not None, "an application is closed for a reason"
        work.emit(
            ApplicationClosed(
                application_id=after.id,
                kind=after.kind,
                on=after.closed_on or today,
                reason=after.closure,
                registered_on=after.registered_on,
                merged_into=after.merged_into,
            )
        )
        dids.append(Did(Step.CLOSED, {"reason": after.closure.value, **closing}, after.merged_into))
        erased = erase_on(after.closed_on or today)
        work.due(ERASE_APPLICATION, str(after.id), at=dt.datetime.combine(erased, dt.time(), tzinfo=dt.UTC))
    return dids


def _names_home(before: Application | None, after: Application) -> bool:
    """Whether the household named a home of the stock anew: somebody's lease may be hers."""
    named = after.file.housing.home and after.file.housing.home.reference
    known = before and before.file.housing.home and before.file.housing.home.reference
    return bool(after.open and named and named != known and after.tenancy_id is None)


async def _look_again(work: Work, application: Application, stated: Sequence[Statement]) -> None:
    """Leave the next look of the clock due, in place of the one that was."""
    for kind, at in _looks(application, stated, work.now).items():
        await due.cancel(work.session, kind, str(application.id))
        if at is not None:
            work.due(kind, str(application.id), at=at)


def _looks(application: Application, stated: Sequence[Statement], now: dt.datetime) -> dict[str, dt.datetime | None]:
    """When the clock may change the application, and when it may change what the rules count; never, where None."""
    kept = application.open and application.file.complete
    days = {
        life.LOOK: life.next_look(application),
        RECOUNT: next_change(application, stated, civil_day(now)) if kept else None,
    }
    return {kind: None if day is None else max(now, begins_everywhere(day)) for kind, day in days.items()}
