"""The yearly report to holders (CCH R441-5-1), as JSON for a page and as CSV for a spreadsheet."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from chassis.auth import Role
from chassis.http import CommandRoute, CommandWork, NotFound
from contracts.values import Siren
from inventory import store
from inventory.api.access import Partner, concerns
from inventory.domain.flow_report import FlowReport, ReportRow, report

router = APIRouter(route_class=CommandRoute, tags=["flow report"])

Year = Annotated[int, Path(ge=2000, le=2100)]
_YES_NO = {True: "oui", False: "non", None: ""}


@router.get("/landlords/{siren}/flow-report/{year}")
async def get_flow_report(
    siren: Annotated[Siren, Path()],
    year: Year,
    partner: Partner,
    work: CommandWork,
    holder: Annotated[Siren | None, Query(description="Only this holder's homes.")] = None,
) -> FlowReport:
    """Homes proposed and let in a year, by holder, type, financing, QPV, commune and construction period.

    A holder's token reads its own homes only.
    """
    return await _report(siren, year, partner, work, holder)


@router.get("/landlords/{siren}/flow-report/{year}/csv", response_class=Response)
async def get_flow_report_csv(
    siren: Annotated[Siren, Path()],
    year: Year,
    partner: Partner,
    work: CommandWork,
    holder: Annotated[Siren | None, Query(description="Only this holder's homes.")] = None,
) -> Response:
    """The rows of the report: `;` between columns and a byte-order mark, as spreadsheets in French expect."""
    found = await _report(siren, year, partner, work, holder)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(found.labels.values())
    writer.writerows([_cell(row, name) for name in found.labels] for row in found.rows)
    name = f"bilan-flux-{siren}-{year}.csv"
    return Response(
        content="\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _report(siren: str, year: int, partner: Partner, work: CommandWork, holder: str | None) -> FlowReport:
    if Role.HOLDER in partner.roles:
        holder = partner.siren
    if not concerns(partner, landlord=siren, holder=holder) or await store.landlord(work.session, siren) is None:
        raise NotFound(f"No report of landlord {siren} that this token may read can be made here.")
    oriented = await store.oriented(work.session, siren, year, holder=holder)
    deductions, announced = await store.deductions_of_year(work.session, siren, year)
    return report(siren, year, oriented, deductions=deductions, announced=announced)


def _cell(row: ReportRow, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool) or (value is None and name == "in_priority_district"):
        return _YES_NO[value]
    text = "" if value is None else str(value)
    # A name that begins like a formula would be run by a spreadsheet.
    return f"'{text}" if text[:1] in "=+-@" and text else text
