"""Landlords, registered by the operator, and their dwellings, recorded by themselves."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

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
from contracts.values import DwellingFacts, RplsId, Siren, Value
from inventory import store
from inventory.api.access import Reader, may_read
from inventory.domain.dwelling import Dwelling, errors_of

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


class DwellingFile(DwellingFacts, Command):
    """A dwelling's facts and nothing else."""

    @property
    def facts(self) -> DwellingFacts:
        return DwellingFacts.model_validate(self.model_dump())


class DwellingDocument(Value):
    dwelling_id: UUID
    reference: RplsId
    landlord: Siren
    version: int
    dwelling: DwellingFacts


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

    Its open vacancies follow: they are announced or released again with the facts as they are now.
    """
    assert landlord.siren, "a landlord's token has a SIREN"
    facts = file.facts
    if errors := errors_of(facts):
        raise Invalid(errors)
    before = await store.dwelling(work.session, reference, lock=True)
    if before is None:
        if await store.landlord(work.session, landlord.siren) is None:
            raise Forbidden(f"No landlord with SIREN {landlord.siren} is registered here; ask the operator first.")
        after = Dwelling(reference=reference, landlord=landlord.siren, facts=facts)
        response.status_code = 201
    else:
        landlord.require_siren(before.landlord)
        after = before.change(facts)
        if after is not before:
            check_version(before.version, expected)
    if after is not before:
        await store.save_dwelling(work.session, after, work.now)
        work.emit(after.recorded())
        for vacancy in await store.open_vacancies(work.session, reference):
            changed, news = vacancy.advance(vacancy.standing, facts)
            if news:
                await store.save_vacancy(work.session, changed, work.now)
                work.emit(news)
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


def _landlord(row: store.LandlordRow) -> LandlordDocument:
    return LandlordDocument(siren=row.siren, name=row.name, version=row.version, registered_at=row.registered_at)


def _dwelling(home: Dwelling) -> DwellingDocument:
    return DwellingDocument(
        dwelling_id=home.id,
        reference=home.reference,
        landlord=home.landlord,
        version=home.version,
        dwelling=home.facts,
    )
