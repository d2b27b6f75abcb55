"""Applications as demand has them, in the columns of the plain check: whatever was registered besides the territory."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np

from chassis.database import asyncpg_url
from stack.territory.applications import CHANNELS, KINDS, Applications
from stack.territory.households import NONE, Households
from stack.territory.wishes import MOST_PLACES, Wishes

__all__ = ["Registered", "columns_of", "read_applications"]

_PAGE = 20_000
_QUERY = """
    SELECT a.id, a.kind, a.registered_on, a.household::text AS household, a.wishes::text AS wishes,
        a.applicant, p.consents::text AS consents, p.email, p.phone,
        a.co_applicant, q.consents::text AS co_consents, q.email AS co_email, q.phone AS co_phone
    FROM application AS a LEFT JOIN person AS p ON p.id = a.applicant LEFT JOIN person AS q ON q.id = a.co_applicant
    WHERE a.status = 'active'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One active application. `household` and `wishes` are the contracts' values as JSON objects."""

    id: UUID
    kind: str
    registered_on: int
    """Day as an ordinal of the calendar."""
    persons: tuple[UUID, ...]
    channels: tuple[int, ...]
    """For each person, bit n for the n-th of `CHANNELS`: reachable and consented to."""
    household: Mapping[str, Any]
    wishes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Read:
    applications: Sequence[UUID]
    persons: Sequence[tuple[UUID, ...]]

    def application(self, index: int) -> UUID:
        return self.applications[index]

    def person(self, index: int, slot: int) -> UUID:
        return self.persons[index][slot]


def columns_of(registered: Iterable[Registered]) -> Applications:
    """The columns of applications that were registered, by whatever door."""
    read = list(registered)
    codes: dict[str, int] = {}
    places = np.full((len(read), MOST_PLACES), NONE, dtype=np.int64)
    neighbours = np.zeros((len(read), MOST_PLACES), dtype=np.int64)
    channels = np.zeros((len(read), 2), dtype=np.int64)
    for row, one in enumerate(read):
        channels[row, : len(one.channels)] = one.channels
        for rank, place in enumerate(one.wishes["places"]):
            places[row, rank] = codes.setdefault(place["commune"], len(codes))
            neighbours[row, rank] = place["neighbours"]
    kinds = [kind.value for kind in KINDS]
    return Applications(
        names=_Read([one.id for one in read], [one.persons for one in read]),
        codes=tuple(codes),
        index=np.arange(len(read)),
        kind=_column(kinds.index(one.kind) for one in read),
        registered_on=_column(one.registered_on for one in read),
        home=np.full(len(read), NONE, dtype=np.int64),
        households=Households(
            persons=_column(one.household["persons_for_occupancy"] for one in read),
            persons_for_ceiling=_column(one.household["persons_for_ceiling"] for one in read),
            income_euros=_column(_stated(one.household["reference_tax_income_euros"]) for one in read),
            applicants=_column(len(one.persons) for one in read),
            wheelchair=_column(one.household["needs_wheelchair"] for one in read),
            step_free=_column(one.household["needs_step_free"] for one in read),
            max_floor=_column(_stated(one.household["max_floor_without_lift"]) for one in read),
        ),
        wishes=Wishes(
            places=places,
            neighbours=neighbours,
            types=_column(_types(one.wishes["dwelling_types"]) for one in read),
            max_rent_cents=_column(_stated(one.wishes["max_rent_cents"]) for one in read),
            min_area=_column(_area(one.wishes["min_area_m2"]) for one in read),
        ),
        channels=channels,
        english=np.zeros((len(read), 2), dtype=np.int64),
    )


async def read_applications(demand_url: str) -> Applications:
    """Every active application of demand's database, with how its persons may be told."""
    async with _rows(demand_url) as rows:
        return columns_of([_registered(row) async for row in rows])


@asynccontextmanager
async def _rows(url: str) -> AsyncIterator[AsyncIterator[Any]]:
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        async with connection.transaction(readonly=True):
            yield connection.cursor(_QUERY, prefetch=_PAGE)
    finally:
        await connection.close()


def _registered(row: Any) -> Registered:
    persons, channels = [row["applicant"]], [_channels(row["consents"], row["email"], row["phone"])]
    if row["co_applicant"]:
        persons.append(row["co_applicant"])
        channels.append(_channels(row["co_consents"], row["co_email"], row["co_phone"]))
    return Registered(
        id=row["id"],
        kind=row["kind"],
        registered_on=row["registered_on"].toordinal(),
        persons=tuple(persons),
        channels=tuple(channels),
        household=json.loads(row["household"]),
        wishes=json.loads(row["wishes"]),
    )


def _channels(consents: str | None, email: str | None, phone: str | None) -> int:
    """The channels a person said yes to and has an address for; consent is one a channel (DOMAIN §7)."""
    address = {"email": email, "sms": phone}
    yes = {said["channel"] for said in json.loads(consents or "[]") if said["granted"] and address[said["channel"]]}
    return sum(1 << bit for bit, channel in enumerate(CHANNELS) if channel.value in yes)


def _column(values: Iterable[int]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.fromiter(values, dtype=np.int64)


def _stated(value: int | None) -> int:
    return NONE if value is None else value


def _types(names: Iterable[str]) -> int:
    return sum({1 << (int(name[1:]) - 1) for name in names})


def _area(square_metres: float | None) -> int:
    return NONE if square_metres is None else round(square_metres * 100)
