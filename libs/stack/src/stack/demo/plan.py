"""What the landlords will say in this run and who must hear of it, drawn before anything is published.

The plain check ranks each home by itself. Two rules of the policy look at several: a household has at most so many live
calls (`most_live`), and like homes share their calls (`[calls.pool]`). Which home meets a limit first would be a matter
of milliseconds, so homes are chosen where neither rule takes hold. Nor is one chosen where the lot alone says who is
called last: its seed is a secret until the home is let. So what must arrive stays exact.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg

from chassis.database import asyncpg_url
from contracts.values import DwellingFacts
from stack.errors import CommandError
from stack.state import StackState
from stack.territory import (
    Alert,
    Applications,
    Expected,
    PlannedVacancy,
    Territory,
    applications,
    expected_alerts,
    joined,
    plan_vacancies,
)
from stack.territory.policy_text import policy_texts

__all__ = ["NOTICE_SHARE", "Held", "Plan", "make_plan", "read_held"]

NOTICE_SHARE = 0.25
"""Of so many of the homes the tenant's notice is published first: calls go out from then on."""
_DRAWN_FOR_ONE = 3
"""Homes drawn for each that is asked for; nine times as many only where too few of them can be chosen."""
_NUMBER = re.compile(r"\A\s*\d+(\s*[-/]\s*\d+)*(\s*(bis|ter|quater|[a-d])\b)?[\s,]*", re.IGNORECASE)

_LIVE = "SELECT application_id, count(*) FROM call WHERE status IN ('open', 'interested') GROUP BY application_id"
_HOMES = """
    SELECT landlord, dwelling->>'commune', dwelling->>'street', dwelling->>'dwelling_type', dwelling->>'financing'
    FROM vacancy WHERE status IN ('announced', 'released', 'allocated') AND dwelling IS NOT NULL
"""

Sort = tuple[str, ...]
"""Landlord, commune, street, type and financing: homes that agree in them might be alike."""


@dataclass(frozen=True, slots=True)
class Held:
    """What earlier runs left on a stack: live calls by application, and the sorts of homes that are free."""

    calls: Mapping[UUID, int] = field(default_factory=dict)
    sorts: frozenset[Sort] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    vacancies: list[PlannedVacancy]
    expected: Expected

    @property
    def homes(self) -> dict[UUID, DwellingFacts]:
        return {planned.vacancy_id: planned.dwelling for planned in self.vacancies}


_NOTHING = Held()


def make_plan(
    territory: Territory,
    number: int,
    *,
    label: str,
    on: dt.date,
    policies: Path,
    held: Held = _NOTHING,
    notice_share: float = NOTICE_SHARE,
) -> Plan:
    """Draw the vacancies and reckon the alerts; seconds of computing for a large territory.

    Raises:
        ValueError: the territory has not that many homes.
        CommandError: it has, but not that many that no household's limit of calls is met.
    """
    rows = joined(list(applications(territory)))
    for share in (_DRAWN_FOR_ONE, _DRAWN_FOR_ONE**3):
        drawn = max(number, min(territory.dwellings, number * share))
        homes = plan_vacancies(territory, drawn, label=label, on=on, notice_share=notice_share)
        plan = _chosen(homes, number, rows, policies, on, held)
        if len(plan.vacancies) == number:
            return plan
    raise CommandError(
        f"Among {drawn} homes of {territory.name} only {len(plan.vacancies)} call no household more often than the "
        f"policy allows at a time (most_live), so what must arrive could not be told for {number}: play "
        f"{len(plan.vacancies)} or fewer, or name a copy of the policies without most_live in MATCHING_POLICIES."
    )


def _chosen(
    homes: list[PlannedVacancy], number: int, rows: Applications, policies: Path, on: dt.date, held: Held
) -> Plan:
    """The first homes, in the order drawn, that meet no limit, are like no other that is free, and need no lot."""
    in_force = policy_texts(policies, on)
    most = in_force.least_most_live
    live, sorts = Counter(held.calls), set(held.sorts)
    chosen: list[PlannedVacancy] = []
    calls: dict[UUID, tuple[UUID, ...]] = {}
    alerts: list[Alert] = []
    for planned, called, told in _decided(homes, number + 5 + number // 10, rows, policies, on):
        sort = sort_of(planned.landlord, planned.dwelling)
        pooled = in_force.of(planned.dwelling.commune).pools and sort in sorts
        if pooled or (most is not None and any(live[one] >= most for one in called)):
            continue
        chosen.append(planned)
        calls[planned.vacancy_id] = called
        alerts += told
        live.update(called)
        sorts.add(sort)
        if len(chosen) == number:
            break
    return Plan(chosen, Expected(calls=calls, alerts=frozenset(alerts), undecided=frozenset()))


def _decided(
    homes: list[PlannedVacancy], together: int, rows: Applications, policies: Path, on: dt.date
) -> Iterator[tuple[PlannedVacancy, tuple[UUID, ...], list[Alert]]]:
    """Homes in the order drawn with whom they call and the alerts, but for those where the lot says who is called."""
    for first in range(0, len(homes), together):
        some = homes[first : first + together]
        said = [(planned.vacancy_id, planned.dwelling) for planned in some]
        free_on = {planned.vacancy_id: planned.free_on for planned in some}
        of = {planned.vacancy_id: planned.landlord for planned in some}
        expected = expected_alerts(rows, said, policies=policies, on=on, available_on=free_on, landlords=of)
        told = expected.alerts_by_vacancy()
        for planned in some:
            if planned.vacancy_id not in expected.undecided:
                yield planned, expected.calls[planned.vacancy_id], told[planned.vacancy_id]


def sort_of(landlord: str, home: DwellingFacts) -> Sort:
    return _sort(landlord, home.commune, home.street, home.dwelling_type.value, home.financing.value)


def _sort(landlord: str, commune: str, street: str, dwelling_type: str, financing: str) -> Sort:
    return landlord, commune, _NUMBER.sub("", street, count=1).casefold(), dwelling_type, financing


async def read_held(state: StackState) -> Held:
    """What a stack that was played on before holds; nothing on a new one."""
    connection = await asyncpg.connect(asyncpg_url(state.database_of("matching")))
    try:
        calls = {row[0]: row[1] for row in await connection.fetch(_LIVE)}
        sorts = frozenset(_sort(*row) for row in await connection.fetch(_HOMES))
    finally:
        await connection.close()
    return Held(calls, sorts)
