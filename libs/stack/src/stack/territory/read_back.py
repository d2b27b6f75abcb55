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
from contracts.values import ApplicationKind
from stack.territory.applications import CHANNELS, KINDS, Applications
from stack.territory.households import NONE, Households
from stack.territory.wishes import MOST_PLACES, Wishes

__all__ = ["Registered", "columns_of", "read_applications"]

_PAGE = 20_000
_QUERY = """
    SELECT a.id, a.kind, a.registered_on, coalesce(a.facts, a.household)::text AS household, a.wishes::text AS wishes,
        a.housing->>'home' AS current_home, a.light, a.meets_transfer_conditions,
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
    current_home: Mapping[str, Any] | None = None
    light: str | None = None
    meets_transfer_conditions: bool | None = None


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
        left_rooms=_column(_left_rooms(one) for one in read),
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
        more=_more(read),
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
        current_home=None if row["current_home"] is None else json.loads(row["current_home"]),
        light=row["light"],
        meets_transfer_conditions=row["meets_transfer_conditions"],
    )


_DRAWN = {
    *("persons_for_occupancy", "persons_for_ceiling", "reference_tax_income_euros", "needs_step_free"),
    *("needs_wheelchair", "max_floor_without_lift", "places", "dwelling_types", "max_rent_cents", "min_area_m2"),
}
"""What the columns hold; anything else that is said is kept beside them."""
_BY_DEFAULT = {"ceiling_regime": "ordinary", "income_category_extra_persons": 0}
_OF_HOME = ("base_rent_cents", "living_area_m2", "main_rooms", "in_priority_district")


def _left_rooms(one: Registered) -> int:
    home = one.current_home or {}
    if one.kind != ApplicationKind.TRANSFER.value:
        return 0
    said = home.get("dwelling_type")
    return int(said[1:]) if said and said != "unknown" else min(home.get("main_rooms") or 0, 6)


def _more(read: Sequence[Registered]) -> "np.ndarray[Any, np.dtype[np.object_]]":
    more = np.full(len(read), None, dtype=object)
    for row, one in enumerate(read):
        if _tells_more(one):
            more[row] = {
                "household": one.household,
                "wishes": one.wishes,
                "current_home": one.current_home,
                "light": one.light,
                "meets_transfer_conditions": one.meets_transfer_conditions,
            }
    return more


def _tells_more(one: Registered) -> bool:
    household = {name: value for name, value in one.household.items() if name not in _DRAWN and value not in (None, [])}
    wishes = [value for name, value in one.wishes.items() if name not in _DRAWN and value not in (None, False)]
    home = one.current_home or {}
    return (
        any(name not in _BY_DEFAULT or value != _BY_DEFAULT[name] for name, value in household.items())
        or bool(wishes)
        or any(home.get(name) is not None for name in _OF_HOME)
        or one.light is not None
        or one.meets_transfer_conditions is not None
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
