"""The three-yearly examination of a lease: when it is due, which of the five cases hold, what a move would free.

CCH L442-5-2, in the zones that a decree names; the cases are those of its 1° to 5°. What is not known is no case, and
is named: an agent asks for it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import UUID

from contracts.event import deterministic_id
from contracts.tenancy import (
    ExaminationCase,
    ExaminationMade,
    LeaseSigned,
    OccupancyStated,
    Occupant,
    SuitableHome,
)
from contracts.values import DwellingType, Financing
from demand.domain.tenancy import Tenancy
from law.category import category_of_household
from law.households import Custody, Member, Relation, disabled_persons, persons_for_occupancy
from law.income import CeilingVerdict, check_ceiling, counted_income
from law.occupation import spare_rooms
from law.tenure import examination_cases
from reference.examination import examination_zones
from reference.figures import Figure, figure
from reference.zones import abc_zone, is_overseas


class Outside(Exception):
    """The lease is not one that is examined."""


def in_zone(commune: str, on: dt.date) -> bool:
    """Whether leases in this commune are examined, by the zones in force on a day."""
    found = examination_zones(on)
    return found is not None and abc_zone(commune) in found.zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the clock found; `unknown` names what it would have needed."""

    cases: tuple[ExaminationCase, ...]
    rooms_freed: int
    unknown: tuple[str, ...]


def examine(tenancy: Tenancy, on: dt.date, *, financing: Financing | None, adapted: bool | None, commune: str) -> Found:
    """Which cases hold for a sitting tenancy. `financing` and `adapted` are the dwelling's, as inventory knows it."""
    lease, occupancy = tenancy.known(LeaseSigned), tenancy.known(OccupancyStated)
    if lease is None or occupancy is None:
        lacking = [name for name, said in (("lease", lease), ("occupancy", occupancy)) if said is None]
        return Found(cases=(), rooms_freed=0, unknown=tuple(lacking))
    members = members_of(occupancy.occupants)
    persons = persons_for_occupancy(members)
    rooms = rooms_of(lease)
    freed = 0
    if rooms is not None:
        freed = spare_rooms(rooms, persons, on, professional_rooms=occupancy.professional_rooms)
    income = counted_income(occupancy.reference_tax_income_euros, on=on)
    check = check_ceiling(
        income,
        category_of_household(members, on),
        financing=financing or Financing.OTHER,
        commune=commune,
        on=on,
    )
    unknown: tuple[str, ...] = ()
    if check.verdict is CeilingVerdict.UNKNOWN:
        unknown = ("income" if income.euros is None else "financing",)
    cases = examination_cases(
        on,
        persons=persons,
        area_m2=lease.living_area_m2,
        rooms=rooms,
        professional_rooms=occupancy.professional_rooms,
        overseas=is_overseas(commune),
        adapted=lease.adapted or bool(adapted),
        disabled_persons=disabled_persons(members),
        needs_another_home=occupancy.loss_of_autonomy,
        over_ceiling=check.verdict is CeilingVerdict.OVER,
    )
    return Found(cases=cases, rooms_freed=freed, unknown=unknown)


def members_of(occupants: Sequence[Occupant]) -> list[Member]:
    """Occupants as the law counts them. Of a year of birth the last day: nobody is taken for older than she is."""
    return [
        Member(
            relation=Relation(one.relation),
            born_on=dt.date(one.born_in, 12, 31),
            disabled=one.disabled,
            custody=Custody.VISITING if one.visiting else Custody.FULL,
        )
        for one in occupants
    ]


def rooms_of(lease: LeaseSigned) -> int | None:
    """Main rooms, by the type where they are not told (T6 is six and more)."""
    if lease.main_rooms is not None:
        return lease.main_rooms
    return None if lease.dwelling_type is DwellingType.UNKNOWN else int(lease.dwelling_type.value[1:])


def suitable_types(tenancy: Tenancy, on: dt.date) -> tuple[DwellingType, ...]:
    """Dwelling types that fit the occupants: as many rooms as persons, and up to what L621-2 allows.

    Two people are fitted by a T2 or a T3; what the committee defined, or the household wishes, comes before it.
    """
    occupancy = tenancy.known(OccupancyStated)
    if occupancy is None:
        return ()
    persons = persons_for_occupancy(members_of(occupancy.occupants))
    most = persons + figure(Figure.ROOMS_ABOVE_PERSONS, on).value
    rooms = sorted({min(6, persons), min(6, most)})
    return tuple(DwellingType(f"T{count}") for count in rooms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the committee said (L442-5-2): whether to rehouse, and the features of a home that would suit."""

    on: dt.date
    rehouse: bool
    suitable: SuitableHome | None
    by: str
    """The agent who entered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """That the tenant was met, and whether she wants to move; what was said stays between them."""

    on: dt.date
    wants_to_move: bool | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    id: UUID
    tenancy_id: UUID
    landlord: str
    dwelling_reference: str
    commune: str
    on: dt.date
    """The day it was due."""
    cases: tuple[ExaminationCase, ...]
    unknown: tuple[str, ...] = ()
    rooms_freed: int = 0
    in_priority_district: bool | None = None
    opinion: Opinion | None = None
    interview: Interview | None = None
    invited_on: dt.date | None = None
    application_id: UUID | None = None
    version: int = 1

    def change(self, **changes: object) -> Self:
        """The examination with something more of it known."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # names of fields, above

    def made(self) -> ExaminationMade:
        return ExaminationMade(
            tenancy_id=self.tenancy_id,
            examination_id=self.id,
            landlord=self.landlord,
            on=self.on,
            cases=self.cases,
            rooms_freed=self.rooms_freed,
            in_priority_district=self.in_priority_district,
        )


def examination_of(
    tenancy: Tenancy,
    on: dt.date,
    *,
    financing: Financing | None = None,
    adapted: bool | None = None,
    in_priority_district: bool | None = None,
) -> Examination:
    """The examination of a lease that was due on a day.

    Raises:
        Outside: nobody sits there any more, the lease is not known, or the zone is none that the decree names.
    """
    lease = tenancy.lease
    if lease is None or not tenancy.sitting(on):
        raise Outside("The lease has ended, or was never told.")
    if not in_zone(lease.commune, on):
        raise Outside(f"Leases in {lease.commune} are not examined: the decree's zones do not name it.")
    found = examine(tenancy, on, financing=financing, adapted=adapted, commune=lease.commune)
    return Examination(
        id=deterministic_id("examination", str(tenancy.id), on.isoformat()),
        tenancy_id=tenancy.id,
        landlord=tenancy.landlord,
        dwelling_reference=tenancy.dwelling_reference,
        commune=lease.commune,
        on=on,
        cases=found.cases,
        unknown=found.unknown,
        rooms_freed=found.rooms_freed,
        in_priority_district=in_priority_district,
    )


SHOWN: Final = (
    ExaminationCase.OVER_OCCUPIED,
    ExaminationCase.UNDER_OCCUPIED,
    ExaminationCase.INCOME_OVER_CEILING,
)
"""Cases that a list may name. The two others tell of somebody's health: only the file does, and logs who read it."""
