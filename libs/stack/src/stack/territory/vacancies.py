"""What the landlords of a territory will say: homes that come free, drawn as the stock is spread."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from contracts.event import deterministic_id
from contracts.landlord import DwellingAvailable, LandlordEvent, NoticeReceived
from contracts.values import DwellingFacts
from reference.days import add_months
from stack.territory.draw import Ints, stream
from stack.territory.dwellings import dwelling_chunk
from stack.territory.extent import CHUNK, Territory
from stack.territory.landlords import market
from stack.territory.records import dwelling_facts

__all__ = ["PlannedVacancy", "plan_vacancies"]

_PLAN = 3
"""Purpose of the stream homes are drawn from."""
_NOTICE_MONTHS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVacancy:
    """One vacancy and what its landlord publishes of it, in order."""

    vacancy_id: UUID
    landlord: str
    """SIREN; names the topic."""
    dwelling_reference: str
    dwelling: DwellingFacts
    """As the home stands in the territory, at its own rent."""
    free_on: dt.date
    events: tuple[LandlordEvent, ...]


def plan_vacancies(
    territory: Territory, number: int, *, label: str, on: dt.date, notice_share: float = 0.0
) -> list[PlannedVacancy]:
    """`number` different homes that come free, in a random order.

    Every home is as likely as any other, so places with much stock come up most. `label` names the run: it is part of
    the vacancies' references and of the draw, so that another run on the same data is news. For a share of them the
    notice is published first, on the day `on`; calls go out then, and the home's becoming available calls nobody anew.

    Raises:
        ValueError: there are not that many homes.
    """
    if not 0 < number <= territory.dwellings:
        raise ValueError(f"number: a plan has 1 to {territory.dwellings} vacancies in {territory.name}, not {number}.")
    rng = stream(territory.seed, f"{territory.name}/{label}", _PLAN)
    chosen = rng.choice(territory.dwellings, size=number, replace=False).astype(np.int64)
    noticed = rng.random(number) < notice_share
    planned = {index: (siren, facts) for index, siren, facts in _homes(territory, chosen)}
    return [
        _plan(territory, label, place, int(index), *planned[int(index)], notice=bool(notice), on=on)
        for place, (index, notice) in enumerate(zip(chosen, noticed, strict=True), start=1)
    ]


def _plan(
    territory: Territory,
    label: str,
    place: int,
    index: int,
    landlord: str,
    facts: DwellingFacts,
    *,
    notice: bool,
    on: dt.date,
) -> PlannedVacancy:
    reference, name = territory.dwelling_reference(index), f"SYN-{label}-{place:05d}"
    of_it = {"dwelling_reference": reference, "vacancy_reference": name}
    free_on = add_months(on, _NOTICE_MONTHS) if notice else on
    events: list[LandlordEvent] = [DwellingAvailable(**of_it, available_on=free_on)]
    if notice:
        events.insert(0, NoticeReceived(**of_it, received_on=on, notice_months=_NOTICE_MONTHS))
    return PlannedVacancy(
        vacancy_id=deterministic_id("vacancy", landlord, name),
        landlord=landlord,
        dwelling_reference=reference,
        dwelling=facts,
        free_on=free_on,
        events=tuple(events),
    )


def _homes(territory: Territory, chosen: Ints) -> Iterator[tuple[int, str, DwellingFacts]]:
    landlords = market(territory).landlords
    for chunk in np.unique(chosen // CHUNK):
        homes = dwelling_chunk(territory, int(chunk))
        homes = homes.take(chosen[chosen // CHUNK == chunk] - chunk * CHUNK)
        for row, (index, facts) in enumerate(zip(homes.index, dwelling_facts(homes), strict=True)):
            yield int(index), landlords[homes.landlord[row]].siren, facts
