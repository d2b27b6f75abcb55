"""Landlords, registered by the operator, and their dwellings, recorded by themselves."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field, StringConstraints

from chassis.auth import Landlord, Operator
from chassis.http import (
    Command,
    CommandRoute,
    CommandWork,
    Forbidden,
    IfMatchOrNew,
    Invalid,
    NotFound,
    check_version,
    etag,
)
from contracts.landlord import FieldError
from contracts.values import Cents, HomeFacts, RplsId, Siren, Value
from inventory import store
from inventory.api.access import Reader, may_read
from inventory.domain.dwelling import Dwelling, Point, errors_of, home_facts
from inventory.following import follow
from reference import communes
from reference.days import civil_day
from reference.zones import CeilingZone

router = APIRouter(route_class=CommandRoute, tags=["stock"])


class LandlordNamed(Command):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        examples=["Paris Habitat"]
    )


class LandlordDocument(Value):
    siren: Siren
    name: str
    version: int
    registered_at: dt.datetime


Latitude = Annotated[float, Field(ge=-90, le=90, examples=[48.88699])]
Longitude = Annotated[float, Field(ge=-180, le=180, examples=[2.35313])]


class DwellingFile(HomeFacts, Command):
    """A dwelling's facts, the rent of its next letting, and where it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "commune": "75118",
                "street": "12 rue Ordener",
                "dwelling_type": "T3",
                "living_area_m2": 61.5,
                "financing": "PLUS",
                "base_rent_cents": 45200,
                "service_charges_cents": 9800,
                "floor": 2,
                "lift": True,
                "energy_class": "D",
            }
        }
    )
    reletting_base_rent_cents: Cents | None = None
    """Principal rent that the next tenant will pay; the present one where absent."""
    latitude: Latitude | None = None
    """In degrees (WGS 84), as is `longitude`; kept here and told to nobody."""
    longitude: Longitude | None = None

    def dwelling(self, reference: str, landlord: str) -> Dwelling:
        return Dwelling(
            reference=reference,
            landlord=landlord,
            facts=home_facts(self.model_dump(include=set(HomeFacts.model_fields))),
            reletting_base_rent_cents=self.reletting_base_rent_cents,
            point=None if self.latitude is None or self.longitude is None else Point(self.latitude, self.longitude),
        )


class DwellingDocument(Value):
    dwelling_id: UUID
    reference: RplsId
    landlord: Siren
    version: int
    dwelling: HomeFacts
    """Without `base_rent_cents` nobody else is told of it."""
    reletting_base_rent_cents: Cents | None
    latitude: Latitude | None
    longitude: Longitude | None
    ceiling_zone: CeilingZone
    """Which income ceilings hold there (arrêté of 29 July 1987, annexe)."""


@router.put("/landlords/{siren}", responses={201: {"model": LandlordDocument, "description": "Registered."}})
async def register_landlord(
    siren: Annotated[Siren, Path()],
    named: LandlordNamed,
    expected: IfMatchOrNew,
    _: Operator,
    work: CommandWork,
    response: Response,
) -> LandlordDocument:
    """Register a landlord, or rename it. From then on its events and tokens are accepted."""
    row = await store.landlord(work.session, siren, lock=True)
    if row is None:
        row = await store.register_landlord(work.session, siren, named.name, work.now)
        response.status_code = 201
    elif row.name != named.name:
        check_version(row.version, expected)
        row.name, row.version = named.name, row.version + 1
    response.headers["ETag"] = etag(row.version)
    return _landlord(row)


@router.get("/landlords/{siren}")
async def get_landlord(
    siren: Annotated[Siren, Path()], reader: Reader, work: CommandWork, response: Response
) -> LandlordDocument:
    row = await store.landlord(work.session, siren) if may_read(reader, siren) else None
    if row is None:
        raise NotFound(f"No landlord with SIREN {siren} is registered here.")
    response.headers["ETag"] = etag(row.version)
    return _landlord(row)


@router.put("/dwellings/{reference}", responses={201: {"model": DwellingDocument, "description": "Recorded."}})
async def record_dwelling(
    reference: Annotated[RplsId, Path()],
    file: DwellingFile,
    expected: IfMatchOrNew,
    landlord: Landlord,
    work: CommandWork,
    response: Response,
) -> DwellingDocument:
    """Record a dwelling of the token's landlord, or change its facts (`If-Match`).

    With a point, the priority district is the one it lies in, whatever the file says.
    Its rent may be left out while nobody knows it: then it is kept here, and published once the rent is known.
    Its open vacancies follow: they are announced or released again with the facts as they are now.
    """
    assert landlord.siren, "a landlord's token has a SIREN"
    told = file.dwelling(reference, landlord.siren).placed()
    if errors := [*errors_of(told.facts, civil_day(work.now)), *_half_a_point(file)]:
        raise Invalid(errors)
    before = await store.dwelling(work.session, reference, lock=True)
    if before is None:
        if await store.landlord(work.session, landlord.siren) is None:
            raise Forbidden(f"No landlord with SIREN {landlord.siren} is registered here; ask the operator first.")
        after = told
        response.status_code = 201
    else:
        landlord.require_siren(before.landlord)
        after = before.change(told)
        if after is not before:
            check_version(before.version, expected)
    if after is not before:
        await store.save_dwelling(work.session, after, work.now)
        if recorded := after.recorded():
            work.emit(recorded)
        await follow(work, reference)
    response.headers["ETag"] = etag(after.version)
    return _dwelling(after)


@router.get("/dwellings/{reference}")
async def get_dwelling(
    reference: Annotated[RplsId, Path()], reader: Reader, work: CommandWork, response: Response
) -> DwellingDocument:
    home = await store.dwelling(work.session, reference)
    if home is None or not may_read(reader, home.landlord):
        raise NotFound(f"No dwelling {reference} that this token may read is recorded here.")
    response.headers["ETag"] = etag(home.version)
    return _dwelling(home)


def _half_a_point(file: DwellingFile) -> list[FieldError]:
    if (file.latitude is None) == (file.longitude is None):
        return []
    field = "latitude" if file.latitude is None else "longitude"
    return [FieldError(field=field, message="a point has a latitude and a longitude; give both or none")]


def _landlord(row: store.LandlordRow) -> LandlordDocument:
    return LandlordDocument(siren=row.siren, name=row.name, version=row.version, registered_at=row.registered_at)


def _dwelling(home: Dwelling) -> DwellingDocument:
    return DwellingDocument(
        dwelling_id=home.id,
        reference=home.reference,
        landlord=home.landlord,
        version=home.version,
        dwelling=home.facts,
        reletting_base_rent_cents=home.reletting_base_rent_cents,
        latitude=home.point.latitude if home.point else None,
        longitude=home.point.longitude if home.point else None,
        ceiling_zone=communes.commune(home.facts.commune).ceiling_zone,
    )
