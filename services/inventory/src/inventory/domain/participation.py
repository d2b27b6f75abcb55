"""Who takes part in which scheme, where, from when (DOMAIN §11.19)."""

import datetime as dt
from collections.abc import Iterable
from functools import cache

from contracts.inventory import ParticipationRecorded, Scheme
from reference import communes, territories

EVERYWHERE = "all"


def areas_of(code: str) -> frozenset[str]:
    """The codes of all that a commune lies in: itself, its EPT, EPCI and département, and `all`.

    Raises:
        communes.UnknownCommune: there is no such commune.
    """
    commune = communes.commune(code)
    inside = {code, commune.parent, commune.ept, commune.epci, commune.department, EVERYWHERE}
    return frozenset(area for area in inside if area)


def takes_part(
    participations: Iterable[ParticipationRecorded],
    scheme: Scheme,
    *,
    commune: str,
    on: dt.date,
    landlord: str | None = None,
    holder: str | None = None,
) -> bool:
    """Whether a landlord, or a holder, takes part in a scheme at a place on a day.

    A holder that joined for one landlord's homes takes part in those alone; who is not named in any participation
    takes part in nothing.
    """
    areas = areas_of(commune)
    return any(
        one.scheme is scheme
        and one.area in areas
        and one.valid_from <= on
        and (one.valid_to is None or on <= one.valid_to)
        and _names(one, landlord, holder)
        for one in participations
    )


def _names(one: ParticipationRecorded, landlord: str | None, holder: str | None) -> bool:
    if holder is not None:
        return one.holder == holder and one.landlord in {None, landlord}
    return one.holder is None and one.landlord is not None and one.landlord == landlord


def area_error(code: str) -> str | None:
    """Why nobody can take part there, None where one can."""
    known = (communes.exists(code), code == EVERYWHERE, code in _wider_areas())
    if any(known):
        return None
    return f"{code} is no commune, EPT, EPCI or département; give its code, or {EVERYWHERE}"


@cache
def _wider_areas() -> frozenset[str]:
    return frozenset(
        one.code for table in (territories.epts(), territories.epcis(), territories.departments()) for one in table
    )
