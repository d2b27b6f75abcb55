"""What measures rest on: partners and their places a year, landlords' wear grids, the terms in force."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Agent
from chassis.http import Command, CommandRoute, CommandWork, Conflict, Invalid, NotFound
from contracts.landlord import FieldError
from contracts.values import CommuneCode, Siren, Value
from demand.api.measure_forms import Item
from demand.domain.measure import Terms
from demand.domain.places import place_error
from demand.domain.wear import WearGrid, WearLine, grid_errors
from demand.store import partners
from demand.store.measure_tables import PlaceRow
from reference import communes as places
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["measures"])

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Years = Annotated[int, Field(ge=0, le=100)]


class PartnerForm(Command):
    name: Name


class PartnerDocument(Value):
    siren: Siren
    name: str


class PlacesForm(Command):
    """How many places a partner has in a year, in an area, and for which homes."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    area: Name
    communes: Annotated[tuple[CommuneCode, ...], Field(max_length=2000)] = ()
    epci: Siren | None = None
    """All its communes, besides those named."""
    in_priority_district: bool | None = None
    """Only for homes in a priority district, only outside them, or for both where absent."""
    places: Annotated[int, Field(ge=0, le=100_000)]


class PlacesDocument(Value):
    partner: Siren
    name: str
    year: int
    area: str
    communes: tuple[CommuneCode, ...]
    in_priority_district: bool | None
    places: int
    taken: int
    left: int


class WearLineForm(Command):
    item: Item
    useful_life_years: Annotated[int, Field(ge=1, le=100)]
    free_years: Years = 0
    yearly_percent: Percent
    residual_percent: Percent = 0


class WearGridForm(Command):
    """A landlord's grid (décret n° 2016-382 of 30 March 2016, article 4)."""

    lines: Annotated[tuple[WearLineForm, ...], Field(min_length=1, max_length=500)]


class WearGridDocument(Value):
    landlord: Siren
    valid_from: dt.date
    lines: tuple[WearLine, ...]


class TermsForm(Command):
    visit_valid_months: Annotated[int, Field(ge=1, le=60)]
    threshold_cents: Annotated[int, Field(ge=0, le=100_000_00)]
    """Chargeable costs below it do not stand in the way."""
    contract_lets_move: bool
    """Whether the signed contract is enough, or the works must be done."""
    origin: Name
    """Who settled it, and where that is written."""
    landlord: Siren | None = None
    """Of every landlord that settled nothing itself where absent; then the territory's policy, where it is known, says
    how long a visit holds and what a contract is worth."""


class TermsDocument(Value):
    landlord: Siren | None
    valid_from: dt.date
    visit_valid_months: int
    threshold_cents: int
    contract_lets_move: bool
    origin: str


@router.put("/partners/{siren}")
async def register_partner(siren: Siren, form: PartnerForm, _: Agent, work: CommandWork) -> PartnerDocument:
    """Register who supports self-renovation, or correct its name."""
    await partners.register_partner(work.session, siren, form.name, work.now)
    return PartnerDocument(siren=siren, name=form.name)


@router.put("/partners/{siren}/places")
async def offer_places(siren: Siren, form: PlacesForm, _: Agent, work: CommandWork) -> PlacesDocument:
    """Say how many places a partner has; never fewer than are taken."""
    name = await partners.partner_name(work.session, siren)
    if name is None:
        raise NotFound(f"{siren} is no registered partner; register it with PUT /v1/partners/{siren}.")
    wide = places.places(epci=form.epci) if form.epci else ()
    errors = [
        FieldError(field=f"communes[{place}]", message=wrong)
        for place, code in enumerate(form.communes)
        if (wrong := place_error(code))
    ]
    if form.epci and not wide:
        errors.append(FieldError(field="epci", message=f"no EPCI has the code {form.epci}"))
    if not form.communes and not form.epci:
        errors.append(FieldError(field="communes", message="name the area's communes, or its epci"))
    if errors:
        raise Invalid(errors)
    row = await partners.offer_places(
        work.session,
        siren,
        year=form.year,
        area=form.area,
        communes=(*form.communes, *wide),
        in_priority_district=form.in_priority_district,
        places=form.places,
    )
    if row is None:
        raise Conflict(f"More than {form.places} places of {form.area} are taken in {form.year}; none can be unmade.")
    return _places(row, name)


@router.get("/partner-places")
async def list_places(
    _: Agent,
    work: CommandWork,
    partner: Siren | None = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    commune: CommuneCode | None = None,
) -> list[PlacesDocument]:
    """Places and how many are left, by partner, year or commune."""
    rows = await partners.places_offered(work.session, partner=partner, year=year, commune=commune)
    return [_places(row, name) for row, name in rows]


@router.put("/wear-grids/{landlord}/{valid_from}")
async def publish_wear_grid(
    landlord: Siren, valid_from: dt.date, form: WearGridForm, _: Agent, work: CommandWork
) -> WearGridDocument:
    """Publish a landlord's wear grid from a date on; works lists that are there stay as they are."""
    lines = tuple(WearLine(**line.model_dump()) for line in form.lines)
    if errors := grid_errors(lines):
        raise Invalid(errors)
    grid = WearGrid(landlord=landlord, valid_from=valid_from, lines=lines)
    await partners.publish_wear_grid(work.session, grid, work.now)
    return WearGridDocument(landlord=landlord, valid_from=valid_from, lines=lines)


@router.get("/wear-grids/{landlord}")
async def get_wear_grid(landlord: Siren, _: Agent, work: CommandWork, on: dt.date | None = None) -> WearGridDocument:
    """The grid in force on a day, today where absent."""
    day = on or civil_day(work.now)
    grid = await partners.wear_grid_on(work.session, landlord, day)
    if grid is None:
        raise NotFound(f"The landlord {landlord} has no wear grid in force on {day}.")
    return WearGridDocument(landlord=landlord, valid_from=grid.valid_from, lines=grid.lines)


@router.put("/measure-terms/{valid_from}")
async def settle_terms(valid_from: dt.date, form: TermsForm, _: Agent, work: CommandWork) -> TermsDocument:
    """Settle from a date on how long a visit holds, which costs stand in the way, and what a contract is worth."""
    terms = Terms(
        visit_valid_months=form.visit_valid_months,
        threshold_cents=form.threshold_cents,
        contract_lets_move=form.contract_lets_move,
    )
    await partners.settle_terms(work.session, form.landlord, valid_from, terms, form.origin)
    return TermsDocument(valid_from=valid_from, **form.model_dump())


@router.get("/measure-terms")
async def list_terms(_: Agent, work: CommandWork) -> list[TermsDocument]:
    """All terms, everybody's first."""
    return [
        TermsDocument(
            landlord=row.landlord,
            valid_from=row.valid_from,
            visit_valid_months=row.visit_valid_months,
            threshold_cents=row.threshold_cents,
            contract_lets_move=row.contract_lets_move,
            origin=row.origin,
        )
        for row in await partners.all_terms(work.session)
    ]


def _places(row: PlaceRow, name: str) -> PlacesDocument:
    return PlacesDocument(
        partner=row.partner,
        name=name,
        year=row.year,
        area=row.area,
        communes=tuple(row.communes),
        in_priority_district=row.in_priority_district,
        places=row.places,
        taken=row.taken,
        left=row.places - row.taken,
    )
