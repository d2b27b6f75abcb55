"""Whom the three-yearly examination says to reach out to. Lists name no person, and no case that tells of health."""

import csv
import datetime as dt
import io
import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from chassis.auth import Agent
from chassis.http import CommandRoute, CommandWork, Invalid
from contracts.landlord import FieldError
from contracts.tenancy import ExaminationCase
from contracts.values import CommuneCode, RplsId, Siren, Value
from demand import store
from demand.domain.examination import SHOWN, Examination
from reference.days import civil_day

router = APIRouter(route_class=CommandRoute, tags=["examinations"])
CSV_ROWS = 10_000
COLUMNS = {
    "examination_id": "Examen",
    "tenancy_id": "Bail",
    "landlord": "SIREN du bailleur",
    "dwelling_reference": "Logement (RPLS)",
    "commune": "Code commune",
    "in_priority_district": "QPV",
    "examined_on": "Examiné le",
    "rooms_freed": "Pièces libérées",
    "cases": "Cas",
    "rehouse": "Relogement conseillé",
    "invited_on": "Invité le",
}
CASES = {
    ExaminationCase.OVER_OCCUPIED: "suroccupation",
    ExaminationCase.UNDER_OCCUPIED: "sous-occupation",
    ExaminationCase.INCOME_OVER_CEILING: "ressources au-dessus du plafond",
}
_YES_NO = {True: "oui", False: "non", None: ""}


class OutreachDocument(Value):
    """A lease whose home no longer fits: no name, and no case that tells of somebody's health."""

    examination_id: UUID
    tenancy_id: UUID
    landlord: Siren
    dwelling_reference: RplsId
    commune: CommuneCode
    in_priority_district: bool | None
    examined_on: dt.date
    rooms_freed: int
    cases: tuple[ExaminationCase, ...]
    rehouse: Annotated[bool | None, Field(description="The committee's opinion, absent where none was given.")]
    invited_on: dt.date | None


class OutreachPage(Value):
    """By rooms freed, the most first."""

    leases: list[OutreachDocument]
    after: Annotated[str | None, Field(description="Send it as ?after= for the next page; none at the end.")]


def _wanted(
    landlord: Annotated[Siren | None, Query()] = None,
    commune: Annotated[CommuneCode | None, Query()] = None,
    in_priority_district: Annotated[bool | None, Query(description="In a QPV, or outside.")] = None,
    case: Annotated[
        ExaminationCase | None, Query(description=f"One of {', '.join(one.value for one in SHOWN)}.")
    ] = None,
) -> store.Outreach:
    if case is not None and case not in SHOWN:
        message = f"lists name only {', '.join(one.value for one in SHOWN)}: the other cases tell of somebody's health"
        raise Invalid([FieldError(field="case", message=message)])
    return store.Outreach(landlord=landlord, commune=commune, in_priority_district=in_priority_district, case=case)


Wanted = Annotated[store.Outreach, Depends(_wanted)]
After = Annotated[str | None, Query(max_length=60, description="Where the page before ended.")]


@router.get("/examinations/outreach")
async def list_outreach(
    _: Agent,
    work: CommandWork,
    wanted: Wanted,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> OutreachPage:
    """Sitting leases whose last examination found a case, and whose household does not apply yet, by rooms freed."""
    found = await store.outreach(work.session, wanted, on=civil_day(work.now), after=_place(after), limit=limit)
    return OutreachPage(leases=[_outreach(one) for one in found], after=_next(found, limit))


@router.get("/examinations/outreach.csv", response_class=Response)
async def export_outreach(_: Agent, work: CommandWork, wanted: Wanted, after: After = None) -> Response:
    """The same as CSV, up to 10,000 rows; the header `Next-After` names the next page where there is one.

    `;` between columns and a byte-order mark, as spreadsheets in French expect.
    """
    found = await store.outreach(work.session, wanted, on=civil_day(work.now), after=_place(after), limit=CSV_ROWS)
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS.values())
    table.writerows(_cells(_outreach(one)) for one in found)
    headers = {"Content-Disposition": 'attachment; filename="outreach.csv"'}
    if (ends := _next(found, CSV_ROWS)) is not None:
        headers["Next-After"] = ends
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cells(one: OutreachDocument) -> list[object]:
    said = {
        **dict(one),
        "in_priority_district": _YES_NO[one.in_priority_district],
        "rehouse": _YES_NO[one.rehouse],
        "cases": ", ".join(CASES[case] for case in one.cases),
    }
    return [said[name] for name in COLUMNS]


_PLACE = re.compile(r"(\d{1,3})\.([0-9a-f-]{36})")


def _place(after: str | None) -> store.Place | None:
    if after is None:
        return None
    found = _PLACE.fullmatch(after)
    try:
        if found:
            return store.Place(rooms_freed=int(found[1]), examination_id=UUID(found[2]))
    except ValueError:
        found = None
    raise Invalid([FieldError(field="after", message="this is not where a page ended; send the `after` of a page")])


def _next(found: list[Examination], limit: int) -> str | None:
    return f"{found[-1].rooms_freed}.{found[-1].id}" if len(found) == limit else None


def _outreach(one: Examination) -> OutreachDocument:
    return OutreachDocument(
        examination_id=one.id,
        tenancy_id=one.tenancy_id,
        landlord=one.landlord,
        dwelling_reference=one.dwelling_reference,
        commune=one.commune,
        in_priority_district=one.in_priority_district,
        examined_on=one.on,
        rooms_freed=one.rooms_freed,
        cases=tuple(case for case in one.cases if case in SHOWN),
        rehouse=one.opinion.rehouse if one.opinion else None,
        invited_on=one.invited_on,
    )
