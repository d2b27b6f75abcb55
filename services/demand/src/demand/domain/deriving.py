"""What the rules count of a household: its file in, `HouseholdFacts` out, as of a day.

The rules themselves are in `law`; here is which of the form's answers they are asked with. What a home decides (its
ceiling, its rent) is not here: matching asks `law` with the home.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracts.demand import HouseholdFacts
from contracts.household import CeilingRegime
from contracts.values import ApplicationKind, DwellingType
from demand.domain.application import Application, File
from demand.domain.conduct import Conduct, Who
from demand.domain.declaration import Custody, Declaration, Income, Relation, Sex
from demand.domain.facts import Statement, next_lapse, proven, told, verified_names
from law import burden, category, households, income, occupation, quartile
from reference import communes
from reference.quartiles import first_quartile_threshold
from reference.zones import is_overseas

RECOUNT: str = "demand.recount-application"
"""The work that is due when the day changes what the rules count."""
MOST_REFUSED = 100
"""What the contract counts to."""
_RELATIONS = {
    Relation.APPLICANT: households.Relation.LEASEHOLDER,
    Relation.CO_APPLICANT: households.Relation.LEASEHOLDER,
    Relation.SPOUSE: households.Relation.SPOUSE,
    Relation.CHILD: households.Relation.CHILD,
    Relation.ASCENDANT: households.Relation.ASCENDANT,
    Relation.RELATIVE: households.Relation.OTHER,
    Relation.OTHER: households.Relation.OTHER,
}
_CUSTODY = {
    None: households.Custody.FULL,
    Custody.SHARED: households.Custody.SHARED,
    Custody.VISITING: households.Custody.VISITING,
}
_SEX = {None: None, Sex.FEMALE: households.Sex.FEMALE, Sex.MALE: households.Sex.MALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """The current home as the rules ask of it, whoever owns it."""

    rooms: int | None = None
    professional_rooms: int = 0
    area_m2: float | None = None
    overseas: bool = False
    cost: burden.HousingCost | None = None


def derive(
    application: Application, statements: Sequence[Statement], on: dt.date, conduct: Conduct
) -> HouseholdFacts | None:
    """The household as the rules count it on a day; None where nothing was declared of it.

    A short declaration keeps its own counts; what it left open is filled in from the home.
    """
    file = application.file
    if file.declaration is not None:
        facts = _from_members(file, file.declaration, on, conduct)
    elif file.household is not None:
        facts = _from_counts(file, file.household, on, conduct)
    else:
        return None
    facts = _under_its_regime(application, facts, on)
    if application.refused_offers:
        refused = (facts.refused_offers or 0) + application.refused_offers
        facts = facts.model_copy(update={"refused_offers": min(refused, MOST_REFUSED)})
    verified: tuple[str, ...] = ()
    if any(one.proof for one in statements):
        verified = verified_names(facts, proven(statements, application, on), told(application))
    if verified != facts.verified:
        facts = facts.model_copy(update={"verified": verified})
    who = Who(application.kind, facts, file.housing.home)
    groups = conduct.target_groups(who, on)
    return facts.model_copy(update={"target_groups": groups}) if groups else facts


def next_change(application: Application, statements: Sequence[Statement], on: dt.date) -> dt.date | None:
    """The next day after `on` on which `derive` may find something else; None where time changes nothing.

    A birthday, the turn of the year (N-2, the orders), the end of a piece, of a recognised priority or a derogation.
    """
    declared = application.file.declaration
    days = [next_lapse(statements, on)] if statements else []
    if application.file.declaration or application.file.household:
        days.append(dt.date(on.year + 1, 1, 1))
    if declared is not None:
        days += [_next_birthday(member.birth_date, on) for member in declared.members]
        ends = [one.valid_until for one in declared.recognitions]
        ends += [declared.derogation.valid_until] if declared.derogation else []
        days += [end + dt.timedelta(days=1) for end in ends if end is not None and end >= on]
        days += [one.decided_on for one in declared.recognitions if one.decided_on > on]
    return min((day for day in days if day is not None), default=None)


def law_members(declaration: Declaration) -> list[households.Member]:
    """The members as `law` takes them, expected births among them."""
    members = [
        households.Member(
            relation=_RELATIONS[member.relation],
            born_on=member.birth_date,
            disabled=member.disabled,
            tax_attached=member.relation is Relation.CHILD if member.dependant is None else member.dependant,
            custody=_CUSTODY[member.custody],
            sex=_SEX[member.sex],
        )
        for member in declaration.members
    ]
    if births := sum(birth.children for birth in declaration.expected_births):
        members += [households.Member(relation=households.Relation.CHILD, unborn=True)] * births
    return members


def _from_members(file: File, declared: Declaration, on: dt.date, conduct: Conduct) -> HouseholdFacts:
    members, home = law_members(declared), _home(file)
    persons = households.persons_for_occupancy(members)
    found = category.category_of_household(members, on)
    units = households.consumption_units(members, on)
    resources = _monthly(declared)
    n2 = _tax_income(declared, on.year - 2)
    counted = income.counted_income(n2, on=on, n1=_tax_income(declared, on.year - 1))
    return HouseholdFacts(
        persons_for_occupancy=persons,
        persons_for_ceiling=households.persons_for_ceiling(members),
        persons_for_type=households.persons_for_type(members, births=conduct.births, custody=conduct.custody),
        reference_tax_income_euros=n2,
        income_category=found.number,
        income_category_extra_persons=found.extra_persons,
        ceiling_income_euros=counted.euros,
        ceiling_regime=counted.regime,
        monthly_resources_cents=resources,
        housing_aid_cents=declared.housing_aid_cents,
        consumption_units=units,
        first_quartile=quartile.in_first_quartile(resources, units, _quartile_threshold(file, on, conduct)),
        minors=households.minors(members, on),
        disabled_persons=households.disabled_persons(members),
        eldest_born_in=min(member.birth_date.year for member in declared.members),
        access_needs=declared.access_needs,
        needs_step_free=declared.needs_step_free,
        needs_wheelchair=declared.access_needs is not None and declared.access_needs.wheelchair is not None,
        max_floor_without_lift=declared.max_floor_without_lift,
        over_occupied=_over_occupied(home, persons, on),
        under_occupied=_under_occupied(home, persons, on),
        occupation_index=occupation.occupation_index(home.rooms, home.area_m2, members, on)
        if home.rooms is not None and home.area_m2 is not None
        else None,
        effort_percent=_effort(home, resources, declared.housing_aid_cents),
        reasons=declared.reasons,
        priorities=tuple(dict.fromkeys(one.priority for one in declared.recognitions if one.holds(on))),
    )


def _from_counts(file: File, household: HouseholdFacts, on: dt.date, conduct: Conduct) -> HouseholdFacts:
    home, persons = _home(file), household.persons_for_occupancy
    found = {
        "ceiling_income_euros": household.reference_tax_income_euros,
        "over_occupied": _over_occupied(home, persons, on),
        "under_occupied": _under_occupied(home, persons, on),
        "effort_percent": _effort(home, household.monthly_resources_cents, household.housing_aid_cents),
        "first_quartile": quartile.in_first_quartile(
            household.monthly_resources_cents, household.consumption_units, _quartile_threshold(file, on, conduct)
        ),
    }
    return household.model_copy(
        update={name: value for name, value in found.items() if value is not None and getattr(household, name) is None}
    )


def _under_its_regime(application: Application, facts: HouseholdFacts, on: dt.date) -> HouseholdFacts:
    """No ceiling for a tenant who gives back a home too large (CCH L442-3-1), another by the préfet's order."""
    declared = application.file.declaration
    if application.kind is ApplicationKind.TRANSFER and facts.under_occupied:
        return facts.model_copy(update={"ceiling_regime": CeilingRegime.WAIVED})
    if declared and declared.derogation and on <= declared.derogation.valid_until:
        return facts.model_copy(update={"ceiling_regime": CeilingRegime.DEROGATORY})
    return facts


def _home(file: File) -> _Home:
    """The home of the stock first, then what the form says of it."""
    home, said = file.housing.home, file.declaration.dwelling if file.declaration else None
    rooms, area, cost = None, None, None
    place = home.commune if home else None
    overseas = place is not None and communes.exists(place) and is_overseas(place)
    if home is not None:
        rooms = home.main_rooms or _rooms_of(home.dwelling_type)
        area = home.living_area_m2
        cost = _cost(home.base_rent_cents, home.service_charges_cents)
    if said is None:
        return _Home(rooms=rooms, area_m2=area, overseas=overseas, cost=cost)
    return _Home(
        rooms=rooms or said.main_rooms or _rooms_of(said.dwelling_type),
        professional_rooms=said.professional_rooms,
        area_m2=area or said.living_area_m2,
        overseas=overseas,
        cost=cost or _cost(said.rent_cents, said.service_charges_cents),
    )


def _cost(rent: int | None, charges: int | None) -> burden.HousingCost | None:
    return None if rent is None else burden.HousingCost(base_rent_cents=rent, service_charges_cents=charges or 0)


def _rooms_of(dwelling_type: DwellingType | None) -> int | None:
    """T6 is six and more: fewer rooms than there may be never make a home too large."""
    if dwelling_type is None or dwelling_type is DwellingType.UNKNOWN:
        return None
    return int(dwelling_type.value[1:])


def _over_occupied(home: _Home, persons: int, on: dt.date) -> bool | None:
    if home.area_m2 is None:
        return None
    return occupation.over_occupied(home.area_m2, persons, on, overseas=home.overseas)


def _under_occupied(home: _Home, persons: int, on: dt.date) -> bool | None:
    if home.rooms is None:
        return None
    return occupation.under_occupied(home.rooms, persons, on, professional_rooms=home.professional_rooms)


def _effort(home: _Home, resources: int | None, aid: int | None) -> float | None:
    return None if home.cost is None else burden.effort_percent(home.cost, aid_cents=aid, resources_cents=resources)


def _monthly(declared: Declaration) -> int | None:
    if declared.resources is None:
        return None
    paid = sum(one.monthly_cents for one in declared.resources if one.code is Income.ALIMONY_PAID)
    return max(0, sum(one.monthly_cents for one in declared.resources) - 2 * paid)


def _tax_income(declared: Declaration, year: int) -> int | None:
    of_year = [one.euros for one in declared.tax_incomes if one.year == year]
    return sum(of_year) if of_year else None


def _quartile_threshold(file: File, on: dt.date, conduct: Conduct) -> int | None:
    """Euros a year and consumption unit, where the household wants a home first.

    By the year's order, which names each EPCI, where it is kept; else as the territory's policy says it.
    """
    ordered = _threshold(file.wishes.places[0].commune, on.year) if file.wishes else None
    return ordered if ordered is not None else conduct.first_quartile_euros


@lru_cache(maxsize=4096)
def _threshold(place: str, year: int) -> int | None:
    known = first_quartile_threshold(place, year) if communes.exists(place) else None
    return known.euros if known else None


def _next_birthday(born: dt.date, on: dt.date) -> dt.date:
    year = on.year + ((born.month, born.day) <= (on.month, on.day))
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February: a year older on 1 March
        return dt.date(year, 3, 1)
