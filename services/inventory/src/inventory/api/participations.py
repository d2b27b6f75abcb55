"""Who takes part in which scheme, where, from when (DOMAIN §11.19)."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Operator
from chassis.http import Command, CommandRoute, CommandWork, IfMatchOrNew, Invalid, check_version, etag
from contracts.inventory import ParticipationRecorded, Scheme
from contracts.landlord import FieldError
from contracts.values import Siren
from inventory import store
from inventory.api.access import Partner
from inventory.domain.participation import area_error

router = APIRouter(route_class=CommandRoute, tags=["participation"])


class ParticipationTerms(Command):
    scheme: Scheme
    landlord: Siren | None = None
    holder: Siren | None = None
    """With a landlord: the holder takes part for that landlord's homes alone."""
    area: Annotated[str, Field(min_length=1, max_length=20, examples=["75"])]
    """A commune's, EPT's, EPCI's or département's code, or `all`."""
    valid_from: dt.date
    valid_to: dt.date | None = None


@router.put(
    "/participations/{participation_id}",
    responses={201: {"model": ParticipationRecorded, "description": "Recorded."}},
)
async def record_participation(
    participation_id: UUID,
    terms: ParticipationTerms,
    expected: IfMatchOrNew,
    _: Operator,
    work: CommandWork,
    response: Response,
) -> ParticipationRecorded:
    """Record that a landlord or a holder takes part in a scheme, or change it (`If-Match`)."""
    if errors := _errors(terms):
        raise Invalid(errors)
    before = await store.participation(work.session, participation_id)
    after = ParticipationRecorded(
        participation_id=participation_id, version=before.version if before else 1, **terms.model_dump()
    )
    if before is None:
        response.status_code = 201
    elif after != before:
        check_version(before.version, expected)
        after = after.model_copy(update={"version": before.version + 1})
    if after != before:
        await store.save_participation(work.session, after)
        work.emit(after)
    response.headers["ETag"] = etag(after.version)
    return after


@router.get("/participations")
async def list_participations(
    _: Partner, work: CommandWork, scheme: Annotated[Scheme | None, Query()] = None
) -> list[ParticipationRecorded]:
    """Every participation, or those in one scheme: anybody with a token may know who takes part."""
    return await store.participations(work.session, scheme)


def _errors(terms: ParticipationTerms) -> list[FieldError]:
    errors = []
    if terms.landlord is None and terms.holder is None:
        errors.append(FieldError(field="landlord", message="name the landlord or the holder that takes part"))
    if terms.valid_to and terms.valid_to < terms.valid_from:
        errors.append(FieldError(field="valid_to", message=f"{terms.valid_to} is before valid_from {terms.valid_from}"))
    if message := area_error(terms.area):
        errors.append(FieldError(field="area", message=message))
    return errors
