"""Too small or too large: what the law calls over- and under-occupation, and what INSEE counts."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from law.households import Custody, Member, Relation, Sex, age, minors, persons_for_occupancy
from reference.figures import Figure, figure

__all__ = [
    "counted_rooms",
    "min_surface",
    "occupation_index",
    "over_occupied",
    "over_occupied_for_dalo",
    "spare_rooms",
    "under_occupied",
]

_SEXES = tuple(Sex)
_GROWN_UP = 19
"""INSEE gives a single person her own room from this age on."""
_SMALL = 7
"""INSEE lets two children share a room whatever their sex while both are younger."""
_STUDIO_M2 = 25
_M2_A_PERSON = 18


def min_surface(persons: int, on: dt.date, *, overseas: bool = False) -> int:
    """Least living area in m² (CCH R822-25): 9 for one person, 16 for two, 9 more for each other, 70 from eight on.

    Overseas 9, 13, 6 more for each other, 54 from nine on. `reference.zones.is_overseas` tells by commune.
    Raises ValueError without a person.
    """
    if persons < 1:
        raise ValueError(f"A household of {persons} persons has no least area.")
    areas = figure(Figure.MINIMUM_AREA_OVERSEAS_M2 if overseas else Figure.MINIMUM_AREA_M2, on).values
    return areas[min(persons, len(areas)) - 1]


def over_occupied(area_m2: float, persons: int, on: dt.date, *, overseas: bool = False) -> bool:
    """Whether a home is smaller than the legal floor (CCH L822-10, R822-25). `persons`: `persons_for_occupancy`."""
    return area_m2 < min_surface(persons, on, overseas=overseas)


def over_occupied_for_dalo(area_m2: float, members: Sequence[Member], on: dt.date, *, overseas: bool = False) -> bool:
    """Whether over-occupation opens the right to housing: a minor or a disabled person lives in it (R*441-14-1)."""
    vulnerable = minors(members, on) > 0 or any(member.disabled for member in members)
    return vulnerable and over_occupied(area_m2, persons_for_occupancy(members), on, overseas=overseas)


def counted_rooms(rooms: int, professional_rooms: int = 0) -> int:
    """Habitable rooms, kitchen excluded, less those used for a profession or an elected office (CCH L621-2)."""
    return max(0, rooms - professional_rooms)


def under_occupied(rooms: int, persons: int, on: dt.date, *, professional_rooms: int = 0) -> bool:
    """More rooms than persons and one (CCH L621-2). `persons`: `persons_for_occupancy`."""
    return spare_rooms(rooms, persons, on, professional_rooms=professional_rooms) > 0


def spare_rooms(rooms: int, persons: int, on: dt.date, *, professional_rooms: int = 0) -> int:
    """Rooms beyond what CCH L621-2 allows: what a move to a home that just fits would free."""
    allowed = persons + figure(Figure.ROOMS_ABOVE_PERSONS, on).value
    return max(0, counted_rooms(rooms, professional_rooms) - allowed)


def occupation_index(rooms: int, area_m2: float, members: Iterable[Member], on: dt.date) -> int:
    """Rooms above (+) or below (-) INSEE's norm (DOMAIN §4.1): statistics, not law. -2 is severe, +3 very pronounced.

    The norm: a living room, one for the leaseholder's couple, one for each other adult, one for two children under
    19 of the same sex or both under 7. A person alone in a studio of 25 m² or more is well housed; less than 18 m² a
    person is over-occupation whatever the rooms. Other couples than the leaseholder's are not known: each counts
    alone. Those who only visit do not count.
    """
    there = [member for member in members if not member.unborn and member.custody is not Custody.VISITING]
    if rooms == 1 and len(there) == 1 and area_m2 >= _STUDIO_M2:
        return 0
    children = [member for member in there if _is_child(member, on)]
    adults = len(there) - len(children)
    couple = {member.relation for member in there} >= {Relation.LEASEHOLDER, Relation.SPOUSE}
    index = rooms - (1 + adults - couple + _children_rooms(children, on))
    return min(index, -1) if area_m2 < _M2_A_PERSON * len(there) else index


def _is_child(member: Member, on: dt.date) -> bool:
    of_the_lease = member.relation in {Relation.LEASEHOLDER, Relation.SPOUSE}
    return not of_the_lease and member.born_on is not None and age(member.born_on, on) < _GROWN_UP


def _children_rooms(children: Sequence[Member], on: dt.date) -> int:
    """Fewest rooms: pairs of the same sex first, then pairs of those under 7 that are left over."""
    if not children:
        return 0
    known = [child.sex for child in children]
    small = [child.sex for child in children if child.born_on is not None and age(child.born_on, on) < _SMALL]
    left_small = small.count(None)
    left_alone, pairs = known.count(None) - left_small, 0
    for sex in _SEXES:
        of_sex = known.count(sex)
        pairs += of_sex // 2
        if of_sex % 2:
            left_small += sex in small
            left_alone += sex not in small
    return pairs + math.ceil(left_small / 2) + left_alone
