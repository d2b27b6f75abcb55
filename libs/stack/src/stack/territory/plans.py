"""Homes that will come free together with who must hear of each, for runs that say beforehand what has to arrive."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from stack.territory.applications import applications
from stack.territory.columns import joined
from stack.territory.expected import Expected, expected_alerts
from stack.territory.extent import Territory
from stack.territory.vacancies import PlannedVacancy, plan_vacancies

__all__ = ["plan_with_expected"]


def plan_with_expected(
    territory: Territory, number: int, *, label: str, on: dt.date, policies: Path, notice_share: float = 0.0
) -> tuple[list[PlannedVacancy], Expected]:
    """`number` homes, and the calls and alerts they lead to; seconds of computing for a large territory.

    A home where the lot alone says who is called last is left out: its seed is secret until the home is let, so that
    nobody can say beforehand who hears of it. Another one comes in its place.

    Raises:
        ValueError: the territory has not that many homes.
    """
    rows = joined(list(applications(territory)))
    drawn = min(territory.dwellings, number + 5 + number // 10)
    while True:
        plan = plan_vacancies(territory, max(drawn, number), label=label, on=on, notice_share=notice_share)
        expected = expected_alerts(
            rows,
            [(one.vacancy_id, one.dwelling) for one in plan],
            policies=policies,
            on=on,
            available_on={one.vacancy_id: one.free_on for one in plan},
        )
        decided = [one for one in plan if one.vacancy_id not in expected.undecided][:number]
        if len(decided) == number:
            kept = {one.vacancy_id for one in decided}
            return decided, replace(
                expected,
                calls={vacancy_id: called for vacancy_id, called in expected.calls.items() if vacancy_id in kept},
                alerts=frozenset(alert for alert in expected.alerts if alert.vacancy_id in kept),
                undecided=frozenset(),
            )
        if drawn >= territory.dwellings:
            raise ValueError(f"number: {territory.name} has not {number} homes whose calls no lot decides.")
        drawn = min(territory.dwellings, 2 * drawn)
