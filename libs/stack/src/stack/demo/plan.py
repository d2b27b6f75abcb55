"""What the landlords will say in this run and who must hear of it, drawn before anything is published."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from contracts.values import DwellingFacts
from stack.territory import Expected, PlannedVacancy, Territory, applications, expected_alerts, joined, plan_vacancies

NOTICE_SHARE = 0.25
"""Of so many of the homes the tenant's notice is published first: calls go out from then on."""


@dataclass(frozen=True, slots=True)
class Plan:
    vacancies: list[PlannedVacancy]
    expected: Expected

    @property
    def homes(self) -> dict[UUID, DwellingFacts]:
        return {planned.vacancy_id: planned.dwelling for planned in self.vacancies}


def make_plan(territory: Territory, number: int, *, label: str, on: dt.date, policies: Path) -> Plan:
    """Draw the vacancies and reckon the alerts; seconds of computing for a large territory.

    Raises:
        ValueError: the territory has not that many homes.
    """
    vacancies = plan_vacancies(territory, number, label=label, on=on, notice_share=NOTICE_SHARE)
    rows = joined(list(applications(territory)))
    homes = [(planned.vacancy_id, planned.dwelling) for planned in vacancies]
    return Plan(vacancies, expected_alerts(rows, homes, policies=policies, on=on))
