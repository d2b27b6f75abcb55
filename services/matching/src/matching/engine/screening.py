"""The rules of `matching.domain.rules` upon a year of homes at once: which of them exclude an application from which.

Nothing is known around past homes (`Circumstances`): no turn of a holder, no scheme, the rent of re-letting. The tests
hold each bit to the rule itself.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from contracts.values import DwellingType, Financing
from law.adapted import AdaptedHomeOrder
from law.category import category_of
from law.income import ceiling_for
from law.occupation import min_surface, under_occupied
from matching.domain.application import Application
from matching.domain.place import place_rank
from matching.domain.policy import InForce, Policy
from matching.domain.rules import Rule
from matching.domain.rules.adapted import class_of, not_known_to_have_none
from matching.domain.rules.income import certain_income, highest_category
from matching.domain.rules.money import effort_rent, residual_rent
from matching.domain.rules.occupancy import type_of
from matching.domain.rules.transfer import rent_below
from matching.domain.rules.typology import adequate, persons_housed
from matching.domain.rules.wishes import hundredths
from matching.domain.supply import OF_THE_HOUSEHOLD
from matching.domain.whose import is_transfer, present_landlord
from matching.engine.layout import Array
from matching.engine.past_homes import NO_DAY, NO_FLOOR, Homes, days_of, texts_of
from reference import zones

__all__ = ["BITS", "ceilings_of", "excluded_from"]

BITS = {rule: 1 << at for at, rule in enumerate(Rule)}
"""Of each rule in what `excluded_from` gives."""
_TYPES = (DwellingType.UNKNOWN, *(kind for kind in DwellingType if kind is not DwellingType.UNKNOWN))
_MOST_ROOMS = 20
_NO_LIMIT = 2**62
_Excluded = Iterator[tuple[Rule, Array | bool]]


def excluded_from(application: Application, homes: Homes, policies: InForce) -> Array:
    """The bits of the rules that exclude each home. All homes were told of while these policies and figures held."""
    found, of_homes = np.zeros(len(homes), dtype=np.int64), _Territories(homes, policies)
    for said in (
        *(rules(application, homes) for rules in (_by_household, _by_wishes, _by_rent, _by_access, _by_comfort)),
        *(rules(application, homes, of_homes) for rules in (_by_law, _by_territory)),
    ):
        for rule, where in said:
            found |= np.where(where, BITS[rule], 0)
    return found


class _Territories:
    """The policy that each home has."""

    def __init__(self, homes: Homes, policies: InForce) -> None:
        self.policies, self.on = policies, policies.on
        there = np.unique(homes.commune).tolist()
        of = [policies.of(homes.communes[number]) for number in there]
        self._policies = {policy.name: policy for policy in of}
        numbers = {name: number for number, name in enumerate(self._policies)}
        by_commune = np.zeros(len(homes.communes), dtype=np.int64)
        by_commune[there] = [numbers[policy.name] for policy in of]
        self._policy = by_commune[homes.commune]

    def each(self, value: Callable[[Policy], object]) -> Array:
        """What its policy says, for each home."""
        return np.array([value(policy) for policy in self._policies.values()])[self._policy]


def _by_household(application: Application, _homes: Homes) -> _Excluded:
    for rule in OF_THE_HOUSEHOLD:
        finding = rule(application, None, None)
        yield finding.rule, finding.excludes


def _by_wishes(application: Application, homes: Homes) -> _Excluded:
    wishes = application.wishes
    unwanted = np.array([place_rank(wishes, code) is None for code in homes.communes], dtype=bool)
    yield Rule.PLACE, unwanted[homes.commune]
    wanted = [kind is not DwellingType.UNKNOWN and kind in wishes.dwelling_types for kind in _TYPES]
    yield Rule.DWELLING_TYPE, ~np.array(wanted)[homes.kind]
    if wishes.min_area_m2 is not None:
        yield Rule.MIN_AREA, homes.area < hundredths(wishes.min_area_m2)


def _by_rent(application: Application, homes: Homes) -> _Excluded:
    limit, below = application.wishes.max_rent_cents, rent_below(application)
    if limit is not None:
        yield Rule.MAX_RENT, homes.rent > limit
    if below is not None:
        own = homes.columns["landlord"] == (present_landlord(application) or "").encode()
        yield Rule.TRANSFER_RENT, own & (homes.columns["base_rent"] >= below)


def _by_access(application: Application, homes: Homes) -> _Excluded:
    household, accessibility = application.household, homes.columns["accessibility"]
    if household.needs_wheelchair:
        said = homes.columns["wheelchair"]
        yield Rule.WHEELCHAIR, (said == b"f") | ((said == b"?") & (accessibility == _blank("not_accessible")))
    if household.needs_step_free:
        yield Rule.STEP_FREE, homes.columns["step_free"] == b"f"
    if household.access_needs is not None and household.access_needs.equipment:
        needed, there = sum(1 << code - 1 for code in set(household.access_needs.equipment)), homes.columns["equipment"]
        yield Rule.EQUIPMENT, (there != 0) & (there & needed != needed)
    if household.max_floor_without_lift is not None:
        yield Rule.FLOOR, (homes.columns["lift"] == b"f") & (homes.columns["floor"] > household.max_floor_without_lift)


def _by_comfort(application: Application, homes: Homes) -> _Excluded:
    wishes, floor = application.wishes, homes.columns["floor"]
    yield Rule.LETTING, homes.columns["let"] == b"f"
    known = floor != NO_FLOOR
    if wishes.lowest_floor is not None or wishes.highest_floor is not None:
        too_low = False if wishes.lowest_floor is None else floor < wishes.lowest_floor
        too_high = False if wishes.highest_floor is None else floor > wishes.highest_floor
        yield Rule.WANTED_FLOOR, known & (too_low | too_high)
    if wishes.lift:
        yield Rule.WANTED_LIFT, (homes.columns["lift"] == b"f") & (floor > 0)
    if wishes.outdoor_space:
        yield Rule.OUTDOOR_SPACE, homes.columns["outdoor_space"] == b"f"
    if wishes.parking:
        yield Rule.PARKING, homes.columns["parking"] == b"f"
    if wishes.latest_on is not None:
        free = homes.columns["available_on"]
        yield Rule.LATEST, (free != NO_DAY) & (free > days_of(wishes.latest_on))


def _by_law(application: Application, homes: Homes, of_homes: _Territories) -> _Excluded:
    on, persons = of_homes.on, application.household.persons_for_occupancy
    yield Rule.OCCUPANCY, homes.area < hundredths(min_surface(persons, on))
    if income := certain_income(application.household):
        yield Rule.INCOME, income > ceilings_of(application, homes, of_homes.policies)
    if class_of(application, on) is AdaptedHomeOrder.OTHERS and not not_known_to_have_none(application):
        yield Rule.ADAPTED, homes.columns["accessibility"] == _blank("adapted")


def _by_territory(application: Application, homes: Homes, of_homes: _Territories) -> _Excluded:
    housed, kind = persons_housed(application), homes.kind
    yield Rule.EFFORT, homes.rent > of_homes.each(lambda policy: _or_none(effort_rent(application, policy)))
    yield Rule.RESIDUAL, homes.rent > of_homes.each(lambda policy: _or_none(residual_rent(application, policy)))
    grid = of_homes.each(lambda policy: [adequate(one, housed, policy) for one in _TYPES])
    yield Rule.TYPOLOGY, ~_picked(grid, kind)
    rooms, persons = (
        np.where(homes.columns["rooms"] > 0, homes.columns["rooms"], kind),
        application.household.persons_for_occupancy,
    )
    yield (
        Rule.UNDER_OCCUPATION,
        _picked(of_homes.each(lambda policy: _under_occupied(persons, housed, policy, of_homes)), rooms),
    )
    landlord = present_landlord(application)
    if is_transfer(application) and landlord is not None:
        others = (homes.columns["landlord"] != _blank("", 9)) & (homes.columns["landlord"] != landlord.encode())
        yield Rule.SCOPE, others & of_homes.each(lambda policy: policy.between_participants_only)


def ceilings_of(application: Application, homes: Homes, policies: InForce) -> Array:
    """Euros a year above which each home is not for the household."""
    category = category_of(highest_category(application))
    loans, loan = texts_of(homes.columns["financing"])
    one_of_zone: dict[object, str] = {}
    zone = [one_of_zone.setdefault(zones.ceiling_zone(code), code) for code in homes.communes]
    known = {
        (financing, code): ceiling_for(Financing(financing), code, category, policies.on)
        for financing in loans
        for code in one_of_zone.values()
    }
    table = [
        [_NO_LIMIT if (found := known[financing, code]) is None else found.euros for code in zone]
        for financing in loans
    ]
    return np.array(table, dtype=np.int64).reshape(len(loans), -1)[loan, homes.commune]


def _under_occupied(persons: int, housed: int, policy: Policy, of_homes: _Territories) -> Sequence[bool]:
    """By number of rooms; 0 are not known."""
    return [
        rooms > 0 and under_occupied(rooms, persons, of_homes.on) and not adequate(type_of(rooms), housed, policy)
        for rooms in range(_MOST_ROOMS + 1)
    ]


def _picked(table: Array, which: Array) -> Array:
    return table.reshape(len(which), -1)[np.arange(len(which)), which]


def _or_none(limit: int | None) -> int:
    return _NO_LIMIT if limit is None else limit


def _blank(text: str, length: int = 14) -> bytes:
    return text.encode().ljust(length)
