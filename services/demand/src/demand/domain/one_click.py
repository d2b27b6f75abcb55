"""From an examined tenancy to an application: all that the landlord knows is filled in, the rest is the household's.

The application is registered, not active: the wishes are hers to say (CCH L442-5-2; DOMAIN §11.8).
"""

import datetime as dt
from collections.abc import Sequence

from contracts.demand import CurrentHome
from contracts.household import Reason
from contracts.tenancy import ExaminationCase, Leaseholder, OccupancyStated, Occupant, SuitableHome
from contracts.tenancy import Relation as OccupantIs
from contracts.values import DwellingType
from demand.domain.application import File, Housing, Situation
from demand.domain.declaration import Custody, Declaration, Dwelling, HousingModel, Member, Relation
from demand.domain.tenancy import Tenancy

APPLICANTS = 2
"""An application is of one or two persons."""
_REASONS = {ExaminationCase.UNDER_OCCUPIED: Reason.TOO_LARGE, ExaminationCase.OVER_OCCUPIED: Reason.TOO_SMALL}
"""What the figures say by themselves; reasons that tell of health or money are the household's to give."""
_RELATIONS = {
    OccupantIs.SPOUSE: Relation.SPOUSE,
    OccupantIs.CHILD: Relation.CHILD,
    OccupantIs.ASCENDANT: Relation.ASCENDANT,
}


def home_of(tenancy: Tenancy) -> CurrentHome:
    """The home of a tenancy as an application tells it."""
    lease = tenancy.lease
    if lease is None:
        return CurrentHome(landlord=tenancy.landlord, reference=tenancy.dwelling_reference)
    return CurrentHome(
        landlord=tenancy.landlord,
        commune=lease.commune,
        dwelling_type=lease.dwelling_type,
        reference=tenancy.dwelling_reference,
        living_area_m2=lease.living_area_m2,
        main_rooms=lease.main_rooms,
        base_rent_cents=lease.base_rent_cents,
        service_charges_cents=lease.service_charges_cents,
    )


def file_of(
    tenancy: Tenancy, today: dt.date, *, cases: Sequence[ExaminationCase] = (), in_priority_district: bool | None = None
) -> File:
    """The application's file as far as it is known, without wishes."""
    home = home_of(tenancy).model_copy(update={"in_priority_district": in_priority_district})
    housing = Housing(situation=Situation.SOCIAL_TENANT, home=home)
    lease, occupancy = tenancy.lease, tenancy.known(OccupancyStated)
    if lease is None or occupancy is None:
        return File(housing=housing)
    members = members_of(tenancy, occupancy.occupants, today)
    if not any(member.relation is Relation.APPLICANT for member in members):
        return File(housing=housing)
    declaration = Declaration(
        members=tuple(members),
        dwelling=Dwelling(
            model=HousingModel.SOCIAL_TENANT,
            dwelling_type=lease.dwelling_type,
            main_rooms=lease.main_rooms,
            living_area_m2=lease.living_area_m2,
            occupants=len(occupancy.occupants),
            professional_rooms=occupancy.professional_rooms,
            rent_cents=lease.base_rent_cents,
            service_charges_cents=lease.service_charges_cents,
            since=lease.signed_on,
        ),
        main_reason=next((_REASONS[case] for case in cases if case in _REASONS), None),
    )
    return File(housing=housing, declaration=declaration)


def members_of(tenancy: Tenancy, occupants: Sequence[Occupant], today: dt.date) -> list[Member]:
    """The occupants as members; leaseholders are known again by their year of birth, or by their place.

    Of a year of birth the last day is kept: nobody is then taken for older than she is.
    """
    left = list(occupants)
    leaseholders = tenancy.lease.leaseholders if tenancy.lease else ()
    signed = [_take(holder, left) for holder in leaseholders[:APPLICANTS]]
    members: list[Member] = []
    for place, (holder, occupant) in enumerate(zip(leaseholders, signed, strict=False)):
        born = holder.birth_date or (_last_day(occupant, today) if occupant else None)
        if born is None or (place and occupant is None):
            continue
        spouse = occupant is not None and occupant.relation is OccupantIs.SPOUSE
        relation = Relation.APPLICANT if not place else Relation.SPOUSE if spouse else Relation.CO_APPLICANT
        members.append(
            Member(
                ref=str(len(members) + 1),
                relation=relation,
                birth_date=born,
                person_id=tenancy.leaseholders[place],
                disabled=occupant.disabled if occupant else False,
            )
        )
    spouses = sum(member.relation is Relation.SPOUSE for member in members)
    for occupant in left:
        relation = _RELATIONS.get(occupant.relation, Relation.OTHER)
        if relation is Relation.SPOUSE and spouses:
            relation = Relation.OTHER
        spouses += relation is Relation.SPOUSE
        members.append(
            Member(
                ref=str(len(members) + 1),
                relation=relation,
                birth_date=_last_day(occupant, today),
                disabled=occupant.disabled,
                custody=Custody.VISITING if occupant.visiting and relation is Relation.CHILD else None,
            )
        )
    return members


def suggested_types(suitable: SuitableHome | None, fitting: Sequence[DwellingType]) -> tuple[DwellingType, ...]:
    """Types to begin the wishes with: those the committee defined, else those that fit the occupants."""
    if suitable is None:
        return tuple(fitting)
    smallest, largest = suitable.smallest.value, suitable.largest.value
    return tuple(one for one in DwellingType if smallest <= one.value <= largest)


def _take(holder: Leaseholder, left: list[Occupant]) -> Occupant | None:
    """The occupant who is this leaseholder, taken out of those who are left."""
    signing = [one for one in left if one.relation in {OccupantIs.LEASEHOLDER, OccupantIs.SPOUSE}]
    year = holder.birth_date.year if holder.birth_date else None
    found = next((one for one in signing if one.born_in == year), None) if year else next(iter(signing), None)
    if found:
        left.remove(found)
    return found


def _last_day(occupant: Occupant, today: dt.date) -> dt.date:
    return min(dt.date(occupant.born_in, 12, 31), today)
