"""On what conditions landlords let their tenants move: published by each, read by all (the fiche's third indicator)."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.http import Command, CommandRoute, CommandWork, IfMatchOrNew, Invalid, NotFound, check_version, etag
from contracts.demand import ArrearsRule, ConditionsRecorded, RentPolicy
from contracts.landlord import FieldError
from contracts.values import Siren, Value
from demand import store
from demand.api.access import Reader, require_publisher
from demand.domain.conditions import in_force
from demand.domain.tenancy_due import ASSESS_ALL
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["transfer conditions"])
FURTHEST = dt.timedelta(days=5 * 366)
"""A day that lies further away is a slip."""


class ConditionsForm(Command):
    valid_from: dt.date
    minimum_occupancy_months: Annotated[int, Field(ge=0, le=120)]
    arrears: ArrearsRule
    insurance_required: bool
    visit_required: bool
    visit_valid_months: Annotated[int, Field(ge=1, le=60)] = 6
    rent_policy: RentPolicy


class ConditionsDocument(Value):
    """What a landlord asks: all that it published, and which of it holds on the day that was asked for."""

    landlord: Siren
    version: int
    on: dt.date
    in_force: ConditionsRecorded | None
    versions: list[ConditionsRecorded]


class ConditionsPage(Value):
    """The last version of each landlord, by SIREN."""

    conditions: list[ConditionsRecorded]
    after: Annotated[str | None, Field(description="Send it as ?after= for the next page; none at the end.")]


@router.put("/landlords/{siren}/transfer-conditions")
async def publish_conditions(
    siren: Siren,
    form: ConditionsForm,
    who: Reader,
    expected: IfMatchOrNew,
    work: CommandWork,
    response: Response,
) -> ConditionsRecorded:
    """Publish a new version; the ones before stay, and hold until `valid_from`."""
    require_publisher(who, siren)
    if form.valid_from > civil_day(work.now) + FURTHEST:
        message = f"{form.valid_from} is more than five years away; check the year"
        raise Invalid([FieldError(field="valid_from", message=message)])
    versions = await store.conditions_of(work.session, siren, lock=True)
    last = versions[-1] if versions else None
    told = form.model_dump()
    if last is not None:
        check_version(last.version, expected)
        if last.model_dump(include=set(told)) == told:
            response.headers["ETag"] = etag(last.version)
            return last
    published = ConditionsRecorded(landlord=siren, version=last.version + 1 if last else 1, **told)
    await store.add_conditions(work.session, published, who=who.subject, now=work.now)
    work.emit(published)
    work.due(ASSESS_ALL, siren)
    response.status_code = 200 if last else 201
    response.headers["ETag"] = etag(published.version)
    return published


@router.get("/landlords/{siren}/transfer-conditions")
async def get_conditions(
    siren: Siren,
    _: Reader,
    work: CommandWork,
    response: Response,
    on: Annotated[dt.date | None, Query(description="Today where absent.")] = None,
) -> ConditionsDocument:
    """What a landlord asks of its tenants who would move, on a day and over time."""
    versions = await store.conditions_of(work.session, siren)
    if not versions:
        raise NotFound(f"The landlord {siren} has published no conditions of transfer here.")
    day = on or civil_day(work.now)
    last = versions[-1].version
    response.headers["ETag"] = etag(last)
    return ConditionsDocument(landlord=siren, version=last, on=day, in_force=in_force(versions, day), versions=versions)


@router.get("/transfer-conditions")
async def list_conditions(
    _: Reader,
    work: CommandWork,
    after: Annotated[Siren | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ConditionsPage:
    """The conditions of all landlords side by side."""
    found = await store.last_conditions(work.session, after=after, limit=limit)
    return ConditionsPage(conditions=found, after=found[-1].landlord if len(found) == limit else None)
