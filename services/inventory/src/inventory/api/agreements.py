"""Reservation agreements, the homes they name, and how their flow stands."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from chassis.auth import Operator
from chassis.http import (
    Command,
    CommandRoute,
    CommandWork,
    Conflict,
    IfMatchOrNew,
    Invalid,
    NotFound,
    check_version,
    etag,
)
from contracts.landlord import FieldError
from contracts.values import RplsId, Siren, Value
from inventory import store
from inventory.api.access import Partner, Reader, concerns, may_read
from inventory.domain.agreement import OWN, Agreement, ReservationMode, errors_of, shares_of
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["reservation agreements"])

Department = Annotated[str, Path(pattern="^([0-9]{2}|2[AB]|97[1-6])$", examples=["75"])]


class AgreementTerms(Agreement, Command):
    """What was agreed. The id is the address's; landlord, holder and département stay what they were."""

    agreement_id: UUID = Field(default=UUID(int=0), exclude=True)
    version: int = Field(default=1, exclude=True)

    def agreement(self, agreement_id: UUID, version: int) -> Agreement:
        return Agreement.model_validate({**self.model_dump(), "agreement_id": agreement_id, "version": version})


class ReservedHomes(Command):
    """The homes that an agreement in stock names: these and no others."""

    dwellings: Annotated[list[RplsId], Field(max_length=10_000)]


class ReservedHomesDocument(Value):
    agreement_id: UUID
    dwellings: list[RplsId]


class PartyDocument(Value):
    """Where a party of the flow stands."""

    agreement_id: UUID | None
    """None is the landlord's own share."""
    holder: Siren | None
    holder_name: str
    share_percent: float
    turns: int
    owed: int
    """Homes that left the base after they were this party's: the next releases are its own."""
    deviation: float
    """Turns beyond (+) or short of (-) its share, in homes: always less than one."""


class FlowDocument(Value):
    landlord: Siren
    department: str
    year: int
    homes: int
    """Releases counted this year, or since the shares last changed."""
    parties: list[PartyDocument]
    deductions: dict[str, int]
    """Homes taken out of the base this year, by reason (CCH R441-5)."""
    announced_deductions: int | None
    over_announced: bool


class DeductionsAnnounced(Command):
    homes: Annotated[int, Field(ge=0, le=100_000)]
    """How many homes the landlord will take out of the base in the year."""


@router.put("/agreements/{agreement_id}", responses={201: {"model": Agreement, "description": "Recorded."}})
async def record_agreement(
    agreement_id: UUID,
    terms: AgreementTerms,
    expected: IfMatchOrNew,
    _: Operator,
    work: CommandWork,
    response: Response,
) -> Agreement:
    """Record a reservation agreement, or change its terms (`If-Match`)."""
    if await store.landlord(work.session, terms.landlord, lock=True) is None:
        raise Invalid([FieldError(field="landlord", message=f"no landlord with SIREN {terms.landlord} is registered")])
    before = await store.agreement(work.session, agreement_id)
    after = terms.agreement(agreement_id, before.version + 1 if before else 1)
    others = await store.agreements(work.session, landlord=terms.landlord, department=terms.department)
    if before is None:
        _only_one(after, others)
        response.status_code = 201
    else:
        _same_parties(before, after)
        if after.model_copy(update={"version": before.version}) == before:
            after = before
        else:
            check_version(before.version, expected)
    if errors := errors_of(after, others):
        raise Invalid(errors)
    if after is not before:
        await store.save_agreement(work.session, after, work.now)
    response.headers["ETag"] = etag(after.version)
    return after


@router.get("/agreements/{agreement_id}")
async def get_agreement(agreement_id: UUID, partner: Partner, work: CommandWork, response: Response) -> Agreement:
    found = await _found(agreement_id, partner, work)
    response.headers["ETag"] = etag(found.version)
    return found


@router.get("/agreements")
async def list_agreements(
    partner: Partner,
    work: CommandWork,
    landlord: Annotated[Siren | None, Query()] = None,
    department: Annotated[str | None, Query()] = None,
) -> list[Agreement]:
    """The agreements this token is a party of, or all for an agent."""
    found = await store.agreements(work.session, landlord=landlord, department=department)
    return [one for one in found if concerns(partner, landlord=one.landlord, holder=one.holder)]


@router.put("/agreements/{agreement_id}/dwellings")
async def name_dwellings(
    agreement_id: UUID, homes: ReservedHomes, _: Operator, work: CommandWork
) -> ReservedHomesDocument:
    """Name the homes of an agreement in stock."""
    found = await store.agreement(work.session, agreement_id)
    if found is None:
        raise NotFound(f"No agreement {agreement_id} is recorded here.")
    if found.mode is not ReservationMode.STOCK:
        raise Conflict("An agreement in flow reserves a share, not homes; record one in stock for these.")
    references = list(dict.fromkeys(homes.dwellings))
    owners = await store.owners(work.session, references)
    taken = await store.reservations(work.session, references)
    errors = [
        FieldError(field=f"dwellings[{place}]", message=message)
        for place, reference in enumerate(references)
        if (message := _not_nameable(reference, found, owners, taken))
    ]
    if errors:
        raise Invalid(errors)
    await store.reserve(work.session, agreement_id, references)
    return ReservedHomesDocument(agreement_id=agreement_id, dwellings=sorted(references))


@router.get("/agreements/{agreement_id}/dwellings")
async def get_dwellings(agreement_id: UUID, partner: Partner, work: CommandWork) -> ReservedHomesDocument:
    found = await _found(agreement_id, partner, work)
    dwellings = await store.reserved(work.session, found.agreement_id)
    return ReservedHomesDocument(agreement_id=found.agreement_id, dwellings=dwellings)


@router.get("/landlords/{siren}/flows/{department}")
async def get_flow(
    siren: Annotated[Siren, Path()], department: Department, reader: Reader, work: CommandWork
) -> FlowDocument:
    """How the flow of a landlord in a département stands this year."""
    if not may_read(reader, siren):
        raise NotFound(f"No flow of landlord {siren} that this token may read is known here.")
    year = work.now.year
    agreements = {
        one.party: one
        for one in await store.agreements(work.session, landlord=siren, department=department)
        if one.holds(civil_day(work.now))
    }
    flow = await store.flow(
        work.session, landlord=siren, department=department, year=year, shares=shares_of(agreements.values())
    )
    parties = [
        PartyDocument(
            agreement_id=None if party == OWN else UUID(party),
            holder=agreements[party].holder if party in agreements else None,
            holder_name=agreements[party].holder_name if party in agreements else "Part du bailleur",
            share_percent=share / 100,
            turns=flow.turns.get(party, 0),
            owed=flow.owed.count(party),
            deviation=round(flow.deviation(party), 4),
        )
        for party, share in flow.shares.items()
    ]
    deductions = await store.deductions(work.session, siren, department, year)
    announced = await store.announced(work.session, siren, department, year)
    return FlowDocument(
        landlord=siren,
        department=department,
        year=year,
        homes=flow.n,
        parties=parties,
        deductions=deductions,
        announced_deductions=announced,
        over_announced=announced is not None and sum(deductions.values()) > announced,
    )


@router.put("/landlords/{siren}/flows/{department}/deductions/{year}")
async def announce_deductions(
    siren: Annotated[Siren, Path()],
    department: Department,
    year: Annotated[int, Path(ge=2023, le=2100)],
    said: DeductionsAnnounced,
    reader: Reader,
    work: CommandWork,
) -> DeductionsAnnounced:
    """Say how many homes the landlord will take out of the base in a year; past it the counter alarms."""
    if not may_read(reader, siren) or await store.landlord(work.session, siren) is None:
        raise NotFound(f"No landlord with SIREN {siren} that this token may write for is registered here.")
    await store.announce(work.session, siren, department, year, said.homes)
    return said


async def _found(agreement_id: UUID, partner: Partner, work: CommandWork) -> Agreement:
    found = await store.agreement(work.session, agreement_id)
    if found is None or not concerns(partner, landlord=found.landlord, holder=found.holder):
        raise NotFound(f"No agreement {agreement_id} that this token may read is recorded here.")
    return found


def _only_one(agreement: Agreement, others: list[Agreement]) -> None:
    for one in others:
        if one.holder == agreement.holder:
            raise Conflict(
                f"Agreement {one.agreement_id} is that of {one.holder} with this landlord in département "
                f"{one.department}: there is one for each (CCH R441-5); change that one."
            )


def _same_parties(before: Agreement, after: Agreement) -> None:
    fields = ("landlord", "holder", "department", "mode")
    errors = [
        FieldError(field=name, message=f"it is {getattr(before, name)} for good; record another agreement")
        for name in fields
        if getattr(before, name) != getattr(after, name)
    ]
    if errors:
        raise Invalid(errors)


def _not_nameable(reference: str, agreement: Agreement, owners: dict[str, str], taken: dict[str, UUID]) -> str | None:
    if reference not in owners:
        return f"dwelling {reference} is not recorded"
    if owners[reference] != agreement.landlord:
        return f"dwelling {reference} belongs to another landlord than {agreement.landlord}"
    if taken.get(reference, agreement.agreement_id) != agreement.agreement_id:
        return f"dwelling {reference} is reserved by agreement {taken[reference]}; take it out there first"
    return None
