"""Measures: advice visit, works list, supported self-renovation, and the light they give the household's move."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Conflict, Invalid, NotFound, etag
from chassis.work import Work
from contracts.landlord import FieldError
from contracts.values import CommuneCode, Siren
from demand import lights, store
from demand.api.measure_forms import (
    AbandonmentForm,
    MeasureDocument,
    MeasureForm,
    PrescriptionForm,
    StepForm,
    VisitForm,
)
from demand.conduct import terms_for
from demand.domain.days import latest_today
from demand.domain.measure import VISIT_LAPSES, Measure, NotNow, Stage, Step, Terms, WrongDay
from demand.domain.places import place_error
from demand.domain.wear import Damage, works_list
from demand.store import measures, partners
from reference import communes as places
from reference.days import civil_day

router = APIRouter(prefix="/measures", route_class=CommandRoute, tags=["measures"])


@router.post("", status_code=201)
async def open_measure(form: MeasureForm, _: Agent, work: CommandWork, response: Response) -> MeasureDocument:
    """Open a measure: the advice visit of a home that a household would leave."""
    tenancy_id = form.tenancy_id
    if form.application_id is not None:
        application = await store.application(work.session, form.application_id)
        if application is None or not application.open:
            raise Invalid([_error("application_id", "no open application has this id")])
        tenancy_id = tenancy_id or application.tenancy_id
    elif tenancy_id is None:
        raise Invalid([_error("tenancy_id", "whose home is visited? give tenancy_id, application_id, or both")])
    if wrong := place_error(form.commune):
        raise Invalid([_error("commune", wrong)])
    on = _day(form.opened_on, work)
    measure = Measure(
        id=uuid4(),
        landlord=form.landlord,
        commune=form.commune,
        in_priority_district=form.in_priority_district,
        tenancy_id=tenancy_id,
        application_id=form.application_id,
        opened_on=on,
        stage_on=on,
    )
    if not await measures.add_measure(work.session, measure, work.now):
        raise Conflict("A measure of this household is under way; complete or abandon it first, or go on with it.")
    response.headers["Location"] = f"/v1/measures/{measure.id}"
    return _document(measure, response)


@router.get("")
async def list_measures(
    _: Agent,
    work: CommandWork,
    partner: Siren | None = None,
    landlord: Siren | None = None,
    commune: CommuneCode | None = None,
    epci: Siren | None = None,
    stage: Stage | None = None,
    application_id: UUID | None = None,
    tenancy_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[MeasureDocument]:
    """Measures by partner, landlord, area (a commune, an EPCI) or stage; the latest step first."""
    area = (commune,) if commune else places.places(epci=epci) if epci else ()
    if epci and not area:
        raise Invalid([_error("query.epci", f"no EPCI has the code {epci}")])
    found = await measures.measures_listed(
        work.session,
        partner=partner,
        landlord=landlord,
        communes=area,
        stage=stage,
        application_id=application_id,
        tenancy_id=tenancy_id,
        limit=limit,
    )
    return [MeasureDocument.of(measure) for measure in found]


@router.get("/{measure_id}")
async def get_measure(measure_id: UUID, _: Agent, work: CommandWork, response: Response) -> MeasureDocument:
    return _document(await _found(measure_id, work, lock=False), response)


@router.post("/{measure_id}/works")
async def state_works(
    measure_id: UUID, form: VisitForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    """The visit's works list with what the tenant would owe after wear; again until a contract is signed."""
    before, on = await _found(measure_id, work), _day(form.on, work)
    grid = await partners.wear_grid_on(work.session, before.landlord, on)
    works, errors = works_list([Damage(**damage.model_dump()) for damage in form.works], grid)
    if errors:
        raise Invalid(errors)
    terms = await _terms(before, on, work)
    return await _take(before, lambda: before.visit(works, on, terms), agent.subject, work, response)


@router.post("/{measure_id}/prescribe")
async def prescribe(
    measure_id: UUID, form: PrescriptionForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    """Supported self-renovation by a partner: one of its places of the year is taken, or nothing is changed."""
    before, on = await _found(measure_id, work), _day(form.on, work)
    if await partners.partner_name(work.session, form.partner) is None:
        raise Invalid([_error("partner", f"{form.partner} is no registered partner; register it first")])
    place = await partners.take_place(
        work.session,
        form.partner,
        year=on.year,
        commune=before.commune,
        in_priority_district=before.in_priority_district,
    )
    if place is None:
        raise Conflict(
            f"The partner {form.partner} has no place left in {on.year} for a home in {before.commune}"
            f"{_where(before.in_priority_district)}; ask it for more, or prescribe to another."
        )
    return await _take(before, lambda: before.prescribe(place, on), agent.subject, work, response)


@router.post("/{measure_id}/contract")
async def sign_contract(
    measure_id: UUID, form: StepForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    """The contract is signed; by the terms in force that may already let the household move."""
    before, on = await _found(measure_id, work), _day(form.on, work)
    terms = await _terms(before, on, work)
    return await _take(before, lambda: before.contract(on, terms), agent.subject, work, response)


@router.post("/{measure_id}/start")
async def start_works(
    measure_id: UUID, form: StepForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    before, on = await _found(measure_id, work), _day(form.on, work)
    return await _take(before, lambda: before.start(on), agent.subject, work, response)


@router.post("/{measure_id}/complete")
async def complete_works(
    measure_id: UUID, form: StepForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    """The works are done and seen: the household may move, and is matched again for that alone."""
    before, on = await _found(measure_id, work), _day(form.on, work)
    terms = await _terms(before, on, work)
    return await _take(before, lambda: before.complete(on, terms), agent.subject, work, response)


@router.post("/{measure_id}/abandon")
async def abandon(
    measure_id: UUID, form: AbandonmentForm, agent: Agent, work: CommandWork, response: Response
) -> MeasureDocument:
    """The measure ends undone; a place whose works had not begun is free again."""
    before, on = await _found(measure_id, work), _day(form.on, work)
    return await _take(before, lambda: before.abandon(form.reason, on), agent.subject, work, response)


async def _take(before: Measure, step: Callable[[], Step], who: str, work: Work, response: Response) -> MeasureDocument:
    try:
        after, events = step()
    except NotNow as refused:
        raise Conflict(str(refused)) from refused
    except WrongDay as refused:
        raise Invalid([_error("on", str(refused))]) from refused
    await lights.stepped(work, before, (after, events), who=who)
    if after.valid_until is not None and after.valid_until != before.valid_until:
        at = dt.datetime.combine(after.valid_until + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
        work.due(VISIT_LAPSES, str(after.id), at=at)
    return _document(after, response)


async def _found(measure_id: UUID, work: Work, *, lock: bool = True) -> Measure:
    found = await measures.measure(work.session, measure_id, lock=lock)
    if found is None:
        raise NotFound(f"No measure {measure_id} is known here.")
    return found


async def _terms(measure: Measure, on: dt.date, work: Work) -> Terms:
    """The landlord's own; else the territory's policy, with everybody's threshold."""
    settled, own = await partners.terms_on(work.session, measure.landlord, on)
    return settled if own else terms_for(measure.commune, on, settled)


def _day(stated: dt.date | None, work: Work) -> dt.date:
    on = stated or civil_day(work.now)
    if on > latest_today(work.now):
        raise Invalid([_error("on", f"{on} is in the future; a step is told once it is made")])
    return on


def _error(field: str, message: str) -> FieldError:
    return FieldError(field=field, message=message)


def _where(in_priority_district: bool | None) -> str:
    if in_priority_district is None:
        return " of which nobody said whether it lies in a priority district"
    return " in a priority district" if in_priority_district else " outside the priority districts"


def _document(measure: Measure, response: Response) -> MeasureDocument:
    response.headers["ETag"] = etag(measure.version)
    return MeasureDocument.of(measure)
