"""The yearly report of a landlord to the holders of its reservations (CCH R441-5-1)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from contracts.values import Value
from reference import communes
from reference.reservations import limits_on

OWN_LABEL = "Part du bailleur"
PERIODS = ((1949, "avant 1949"), (1975, "1949-1974"), (1990, "1975-1989"), (2005, "1990-2004"), (2015, "2005-2014"))
"""Periods of construction: the first year that is not in it any more, and its label; `LATER` after them."""
LATER = "depuis 2015"
UNKNOWN_PERIOD = "inconnue"

Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oriented:
    """A release that was somebody's turn, with what the report counts it by."""

    holder: str | None
    holder_name: str | None
    dwelling_type: str
    financing: str
    in_priority_district: bool | None
    commune: str
    built_in: int | None
    proposed: bool
    """In the year, and not out of the base since."""
    let: bool
    """Its lease was signed in the year."""


class ReportRow(Value):
    holder: str | None
    """None for the landlord's own share."""
    holder_name: str
    dwelling_type: str
    financing: str
    in_priority_district: bool | None
    commune: str
    commune_name: str
    construction: str
    proposed: Count
    let: Count


class HolderTotal(Value):
    holder: str | None
    holder_name: str
    proposed: Count
    let: Count
    share_percent: float
    """Of all homes proposed."""


class FlowReport(Value):
    landlord: str
    year: int
    due_on: dt.date
    """By when the holders have it."""
    labels: dict[str, str]
    """What to print over each column."""
    totals: tuple[HolderTotal, ...]
    rows: tuple[ReportRow, ...]
    deductions: dict[str, Count]
    """Homes taken out of the base, by reason (CCH R441-5)."""
    announced_deductions: Count | None
    over_announced: bool


LABELS = {
    "holder": "SIREN du réservataire",
    "holder_name": "Réservataire",
    "dwelling_type": "Typologie",
    "financing": "Financement",
    "in_priority_district": "QPV",
    "commune": "Code commune",
    "commune_name": "Commune",
    "construction": "Période de construction",
    "proposed": "Logements proposés",
    "let": "Logements attribués (bail signé)",
}


def construction(built_in: int | None) -> str:
    """The period a home was built in, as the report names it."""
    if built_in is None:
        return UNKNOWN_PERIOD
    return next((label for end, label in PERIODS if built_in < end), LATER)


def report(
    landlord: str, year: int, oriented: Iterable[Oriented], *, deductions: dict[str, int], announced: int | None
) -> FlowReport:
    """Count the homes proposed and let in a year, by holder, type, financing, QPV, commune and construction period."""
    proposed: Counter[tuple[object, ...]] = Counter()
    let: Counter[tuple[object, ...]] = Counter()
    names: dict[str | None, str] = {None: OWN_LABEL}
    for one in oriented:
        if one.holder_name:
            names[one.holder] = one.holder_name
        key = (
            one.holder,
            one.dwelling_type,
            one.financing,
            one.in_priority_district,
            one.commune,
            construction(one.built_in),
        )
        proposed[key] += one.proposed
        let[key] += one.let
    keys = sorted((key for key in proposed if proposed[key] or let[key]), key=lambda key: [str(part) for part in key])
    rows = tuple(_row(key, names, proposed[key], let[key]) for key in keys)
    limits = limits_on(dt.date(year + 1, 1, 1))
    return FlowReport(
        landlord=landlord,
        year=year,
        due_on=dt.date(year + 1, limits.report_month, limits.report_day),
        labels=LABELS,
        totals=tuple(_totals(rows)),
        rows=rows,
        deductions=deductions,
        announced_deductions=announced,
        over_announced=announced is not None and sum(deductions.values()) > announced,
    )


def _row(key: tuple[object, ...], names: dict[str | None, str], proposed: int, let: int) -> ReportRow:
    holder, dwelling_type, financing, district, commune, period = key
    return ReportRow.model_validate(
        {
            "holder": holder,
            "holder_name": names.get(holder if isinstance(holder, str) else None, str(holder)),
            "dwelling_type": dwelling_type,
            "financing": financing,
            "in_priority_district": district,
            "commune": commune,
            "commune_name": communes.commune(str(commune)).name,
            "construction": period,
            "proposed": proposed,
            "let": let,
        }
    )


def _totals(rows: tuple[ReportRow, ...]) -> Iterable[HolderTotal]:
    whole = sum(row.proposed for row in rows)
    for holder, name in dict.fromkeys((row.holder, row.holder_name) for row in rows):
        mine = [row for row in rows if row.holder == holder]
        count = sum(row.proposed for row in mine)
        yield HolderTotal(
            holder=holder,
            holder_name=name,
            proposed=count,
            let=sum(row.let for row in mine),
            share_percent=round(100 * count / whole, 2) if whole else 0.0,
        )
