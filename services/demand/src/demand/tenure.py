"""A tenancy's handling, in one place for events, jobs and commands: examined, held against conditions, forgotten."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from chassis.work import Work
from contracts.demand import CurrentHome, EntryWay
from contracts.tenancy import ApplicationStarted, OpinionGiven
from demand import store
from demand.domain import life
from demand.domain.application import Application, File
from demand.domain.conditions import Assessment, assess
from demand.domain.examination import Examination, Opinion, Outside, examination_of
from demand.domain.facts import StatedBy
from demand.domain.one_click import file_of, home_of
from demand.domain.record import Step
from demand.domain.tenancy import Tenancy
from demand.domain.tenancy_due import ASSESS
from demand.handling import Did, forget_person, keep, open_application
from demand.store import measures
from reference.days import civil_day


async def examine_tenancy(work: Work, tenancy: Tenancy, on: dt.date) -> Examination | None:
    """Make the examination due on a day and tell it; None where the lease is none that is examined."""
    made = await _examined(work, tenancy, on)
    if made and await store.add_examination(work.session, made, work.now):
        work.emit(made.made())
    return made


async def complete_examination(work: Work, tenancy: Tenancy, before: Examination) -> None:
    """Make an examination again that lacked what is known by now, as of its day; tell it anew where that finds more."""
    made = await _examined(work, tenancy, before.on)
    if made is None or {"lease", "occupancy"} & set(made.unknown):
        return
    found = {"cases": made.cases, "unknown": made.unknown, "rooms_freed": made.rooms_freed}
    if found != {name: getattr(before, name) for name in found}:
        after = before.change(**found)
        await store.save_examination(work.session, after, work.now)
        work.emit(after.made())


async def record_opinion(work: Work, before: Examination, opinion: Opinion) -> Examination:
    """Keep the committee's opinion on an examined lease, and tell it."""
    after = before.change(opinion=opinion)
    await store.save_examination(work.session, after, work.now)
    await store.log_step(work.session, after.tenancy_id, "opinion_entered", who=opinion.by, now=work.now)
    work.emit(
        OpinionGiven(
            tenancy_id=after.tenancy_id,
            examination_id=after.id,
            landlord=after.landlord,
            on=opinion.on,
            rehouse=opinion.rehouse,
            suitable=opinion.suitable,
        )
    )
    return after


async def _examined(work: Work, tenancy: Tenancy, on: dt.date) -> Examination | None:
    home = (await store.homes(work.session, [tenancy.dwelling_reference])).get(tenancy.dwelling_reference)
    try:
        return examination_of(
            tenancy,
            on,
            financing=home.financing if home else None,
            adapted=home.adapted if home else None,
            in_priority_district=home.in_priority_district if home else None,
        )
    except Outside:
        return None


async def assess_tenancy(work: Work, tenancy: Tenancy, on: dt.date) -> Assessment:
    """What of its landlord's conditions a tenancy meets on a day."""
    return assess(tenancy, await store.conditions_of(work.session, tenancy.landlord), on)


async def confirm_application(work: Work, application: Application, tenancy: Tenancy, *, who: str) -> Application:
    """Say that this application is of the tenancy's household.

    What the household left out of its home is taken from the landlord; whether the conditions are met is told from now
    on, and told again whenever that changes.
    """
    await store.decide_link(work.session, application.id, tenancy.id, confirmed=True, who=who, now=work.now)
    assessment = await assess_tenancy(work, tenancy, civil_day(work.now))
    file = _completed(application.file, tenancy)
    after = replace(application, file=file, tenancy_id=tenancy.id, meets_transfer_conditions=assessment.meets)
    detail = {"tenancy_id": str(tenancy.id)}
    work.due(ASSESS, str(tenancy.id))
    return await keep(
        work, application, after, [Did(Step.TENANCY_CONFIRMED, detail)], stated_by=StatedBy.LANDLORD, who=who
    )


async def refuse_application(work: Work, application: Application, tenancy: Tenancy, *, who: str) -> Application:
    """Say that this application is of another household; what was told of the tenancy is taken back."""
    await store.decide_link(work.session, application.id, tenancy.id, confirmed=False, who=who, now=work.now)
    if application.tenancy_id != tenancy.id or not application.open:
        return application
    after = replace(application, tenancy_id=None, meets_transfer_conditions=None)
    return await keep(work, application, after, [Did(Step.TENANCY_REFUSED, {"tenancy_id": str(tenancy.id)})], who=who)


async def assess_application(work: Work, application_id: UUID, tenancy: Tenancy, assessment: Assessment) -> None:
    """Tell whether the conditions are met where that changed since it was told last."""
    application = await store.application(work.session, application_id, lock=True)
    if application is None or not application.open or application.meets_transfer_conditions is assessment.meets:
        return
    after = replace(application, tenancy_id=tenancy.id, meets_transfer_conditions=assessment.meets)
    verdicts = {finding.condition.value: finding.verdict.value for finding in assessment.findings}
    await keep(work, application, after, [Did(Step.CONDITIONS_CHECKED, {"meets": assessment.meets, **verdicts})])


class Taken(Exception):
    """The application number is another application's."""


async def start_application(
    work: Work, examination: Examination, tenancy: Tenancy, *, number: str | None, who: str
) -> Application:
    """Open a transfer application of the tenancy's household from its examination, and tell it.

    Raises:
        Taken: the number is another application's.
    """
    today = civil_day(work.now)
    file = file_of(tenancy, today, cases=examination.cases, in_priority_district=examination.in_priority_district)
    persons = tenancy.leaseholders
    assessment = await assess_tenancy(work, tenancy, today)
    application = Application(
        id=uuid4(),
        number=number,
        registered_on=today,
        way=EntryWay.EXAMINATION,
        expires_on=life.first_expiry(today, today),
        applicant=persons[0],
        co_applicant=_co_applicant(file, persons),
        file=file,
        tenancy_id=tenancy.id,
        meets_transfer_conditions=assessment.meets,
    )
    application = replace(application, light=await measures.light_for(work.session, application))
    opened = await open_application(work, application, (), stated_by=StatedBy.EXAMINATION, who=who)
    if opened is None:
        raise Taken(f"An application with the number {number} is registered already; read it by its number.")
    await store.decide_link(work.session, opened.id, tenancy.id, confirmed=True, who=who, now=work.now)
    await store.save_examination(work.session, examination.change(application_id=opened.id), work.now)
    await store.log_step(work.session, tenancy.id, "application_started", who=who, reason=str(opened.id), now=work.now)
    work.due(ASSESS, str(tenancy.id))
    work.emit(
        ApplicationStarted(
            tenancy_id=tenancy.id,
            examination_id=examination.id,
            landlord=tenancy.landlord,
            on=today,
            application_id=opened.id,
        )
    )
    return opened


def _co_applicant(file: File, leaseholders: Sequence[UUID]) -> UUID | None:
    """The second leaseholder, where she is known to live there still or nothing is known."""
    if len(leaseholders) < 2:  # noqa: PLR2004 - there is no second
        return None
    members = file.declaration.members if file.declaration else None
    if members is None or any(member.person_id == leaseholders[1] for member in members):
        return leaseholders[1]
    return None


async def forget_tenancy(work: Work, tenancy_id: UUID) -> None:
    """Forget a lease, and its persons where they apply for nothing and hold no other lease."""
    tenancy = await store.tenancy(work.session, tenancy_id, lock=True)
    if tenancy is None:
        return
    await store.forget_tenancy(work.session, tenancy_id)
    for person in (await store.persons(work.session, tenancy.leaseholders)).values():
        if await store.tenancies_of_person(work.session, person.id):
            continue
        if not await store.applications_of(work.session, person.id):
            await forget_person(work, person)


def _completed(file: File, tenancy: Tenancy) -> File:
    """The file with what the landlord knows of the home, wherever the household said nothing."""
    if file.housing.home is None:
        return file
    told = home_of(tenancy).model_dump(exclude_none=True)
    said = file.housing.home.model_dump(exclude_none=True)
    home = CurrentHome.model_validate({**told, **said})
    return replace(file, housing=replace(file.housing, home=home))
