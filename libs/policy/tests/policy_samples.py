"""Applicants, homes and a small policy file to vary."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from contracts.demand import CurrentHome, HouseholdFacts
from contracts.values import ApplicationKind, DwellingFacts, DwellingType, Financing

SHIPPED = Path(__file__).parents[3] / "policies"
ON = dt.date(2026, 11, 22)
SMALL = """\
territory = "national"
valid_from = 2026-11-01

[shortlist]
size = 40

[calls]
at_once = 20
days_to_answer = 3

[typology]
largest_type_by_persons = ["T2", "T3"]

[scoring]
# points

[scoring.seniority]
points_per_month = 2

[scoring.place]
points_by_preference = [4, 2]

[scoring.rent_headroom]
percent_per_point = 2
most = 15

[scoring.area_fit]
square_metres_per_point = 3
most = 10

[[scoring.rubric]]
name = "housing"
label = { fr = "Logement", en = "Home" }

[[scoring.rubric.criterion]]
name = "crowded"
label = { fr = "Suroccupation", en = "Overcrowding" }
points = 10
when = "over_occupied and minors > 0"

[[scoring.rubric.criterion]]
name = "dear"
label = { fr = "Taux d'effort", en = "Rent burden" }
points = 5
when = "effort_percent > 33"
"""


@dataclass(frozen=True)
class Applicant:
    kind: ApplicationKind
    household: HouseholdFacts
    current_home: CurrentHome | None = None


def applicant(kind=ApplicationKind.TRANSFER, current_home=None, **facts):
    household = HouseholdFacts(**{"persons_for_occupancy": 2, "persons_for_ceiling": 2} | facts)
    return Applicant(kind, household, current_home)


def home(**changes):
    facts = {
        "commune": "93066",
        "street": "1 rue du Test",
        "dwelling_type": DwellingType.T3,
        "living_area_m2": 60.0,
        "financing": Financing.PLUS,
        "base_rent_cents": 45_000,
        "service_charges_cents": 5_000,
    }
    return DwellingFacts(**facts | changes)
