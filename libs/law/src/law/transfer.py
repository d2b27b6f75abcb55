"""A tenant whose home is too large: what she may be offered, and when refusing costs the right to stay.

CCH L442-3-1 (L482-1 for SEM), loi 48-1360 art. 13 bis. Nothing here bars a move that the tenant wishes.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum

from law.households import Member, Relation, counts_for_ceiling
from reference import communes
from reference.days import add_months
from reference.figures import Figure, figure

__all__ = [
    "Protection",
    "protections",
    "rent_is_lawful",
    "right_to_stay_ends",
    "third_offer_ends",
    "within_reach",
]


def rent_is_lawful(offered_base_rent_cents: int, current_base_rent_cents: int | None) -> bool | None:
    """Whether a home may be offered for an under-occupied one: its principal rent must be lower (CCH L442-3-1).

    None where the current rent is not known.
    """
    return None if current_base_rent_cents is None else offered_base_rent_cents < current_base_rent_cents


class Protection(StrEnum):
    """Why a tenant never loses the right to stay, whatever she refuses (CCH L442-3-1)."""

    AGE = "age"
    DISABILITY = "disability"
    LOSS_OF_AUTONOMY = "loss_of_autonomy"
    PRIORITY_DISTRICT = "priority_district"


def protections(
    members: Iterable[Member],
    on: dt.date,
    *,
    loss_of_autonomy: bool = False,
    in_priority_district: bool | None = None,
) -> frozenset[Protection]:
    """What protects the tenants of an under-occupied home on a day.

    A leaseholder or spouse over 65 (from the day after the birthday), a disability or loss of autonomy of theirs or
    of a dependant, a home in a priority district.
    """
    there = [member for member in members if not member.unborn]
    found = {
        Protection.AGE: any(_over_protected_age(member, on) for member in there),
        Protection.DISABILITY: any(member.disabled and counts_for_ceiling(member) for member in there),
        Protection.LOSS_OF_AUTONOMY: loss_of_autonomy,
        Protection.PRIORITY_DISTRICT: bool(in_priority_district),
    }
    return frozenset(protection for protection, holds in found.items() if holds)


def _over_protected_age(member: Member, on: dt.date) -> bool:
    if member.relation not in {Relation.LEASEHOLDER, Relation.SPOUSE} or member.born_on is None:
        return False
    return add_months(member.born_on, 12 * figure(Figure.PROTECTED_ABOVE_AGE, on).value) < on


def right_to_stay_ends(
    notified_on: Sequence[dt.date],
    protected_by: frozenset[Protection],
    *,
    in_decree_zone: bool,
) -> dt.date | None:
    """When the tenant of an under-occupied home loses the right to stay: six months after the third offer's notice.

    `notified_on`: the lawful offers that were refused. None while there are fewer than three, for a protected tenant,
    or outside the zones of the decree (CCH L442-3-1).
    """
    return None if protected_by or not in_decree_zone else third_offer_ends(notified_on)


def third_offer_ends(notified_on: Sequence[dt.date]) -> dt.date | None:
    """Six months after the notice of the third of the refused offers, whose order does not matter; None before it."""
    if not notified_on:
        return None
    in_order = sorted(notified_on)
    asked = figure(Figure.RELOCATION_OFFERS, in_order[-1]).value
    if len(in_order) < asked:
        return None
    last = in_order[asked - 1]
    return add_months(last, figure(Figure.RELOCATION_MONTHS, last).value)


def within_reach(current: str, offered: str, on: dt.date, *, distance_km: float | None = None) -> bool:
    """Whether an offered home lies near enough to count among the three (loi 48-1360, art. 13 bis).

    From an arrondissement of Paris, Lyon or Marseille: it, or one or a commune that touches it. From elsewhere: the
    commune or one that touches it, and no more than 5 km away; `distance_km` is between the homes and, where nobody
    measured it, between the communes' centres. Cantons, which the article names for communes that have several, are
    not kept: they lie in the same or adjoining communes. Both are INSEE codes; raises `UnknownCommune`.
    """
    near = communes.neighbours_with_distance(current)
    if current != offered and offered not in near:
        return False
    if communes.parent_of(current) is not None:
        return True
    between_centres = 0.0 if current == offered else near[offered]
    away = between_centres if distance_km is None else distance_km
    return away <= figure(Figure.RELOCATION_DISTANCE_KM, on).value
