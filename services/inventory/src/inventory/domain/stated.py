"""What a file says of one dwelling: perhaps not everything, and nothing of what it leaves out.

A file that knows less than we do takes nothing away: only what it states is compared and changed.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.landlord import FieldError
from contracts.values import LettingExclusion
from inventory.domain.dwelling import built_error, place_error
from reference import districts
from reference.rpls import Occupation, Quota

OCCUPATIONS = tuple(one.name.lower() for one in Occupation)
"""How a home was occupied on 1 January (RPLS field 40)."""
CONTINGENTS = tuple(one.name.lower() for one in Quota)
"""Whose stock-era reservation a home is under (RPLS field 63; CCH R441-5)."""
MOST_ROOMS = 6
"""T6 is six rooms and more."""

_ROW = frozenset(
    {
        "reference",
        "reletting_base_rent_cents",
        "latitude",
        "longitude",
        "occupation",
        "contingent",
        "exclusions",
        "left_stock",
    }
)
"""What is not kept among the facts under its own name."""
_NONE: frozenset[str] = frozenset()
_ALL = frozenset(one.value for one in LettingExclusion if one is not LettingExclusion.UNKNOWN)
_OF_OCCUPATION = LettingExclusion.LET_TO_ASSOCIATION.value
_OF_BUILDING = LettingExclusion.STUDENT_OR_YOUNG_WORKER.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """`facts` are those of `HomeFacts` that the file states, in their JSON form."""

    reference: str
    facts: dict[str, Any]
    excluded: frozenset[str] = _NONE
    """Reasons against ordinary letting that the file gives,"""
    not_excluded: frozenset[str] = _NONE
    """and those it knows of and does not give."""
    reletting_base_rent_cents: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    occupation: str | None = None
    contingent: str | None = None


def stated(values: Mapping[str, Any], *, today: dt.date) -> Stated | list[FieldError]:
    """What these values, read from a file field by field, say together; or what is wrong with them together."""
    errors: list[FieldError] = []
    facts = {name: value for name, value in values.items() if name not in _ROW}
    if left := values.get("left_stock"):
        errors.append(FieldError(field="left_stock", message=f"the dwelling left the stock ({left})"))
    if wrong := place_error(facts["commune"]):
        errors.append(FieldError(field="commune", message=wrong))
    if wrong := built_error(facts.get("built_in"), today):
        errors.append(FieldError(field="built_in", message=wrong))
    errors += _type(facts)
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if (latitude is None) != (longitude is None):
        message = "a point has a latitude and a longitude; the file gives one of them"
        errors.append(FieldError(field="latitude" if latitude is None else "longitude", message=message))
    elif latitude is not None and longitude is not None:
        facts["priority_district"] = district = _district_at(latitude, longitude)
        facts["in_priority_district"] = district is not None
    if errors:
        return errors
    excluded, known = _exclusions(values)
    return Stated(
        reference=values["reference"],
        facts=facts,
        excluded=excluded,
        not_excluded=known - excluded,
        reletting_base_rent_cents=values.get("reletting_base_rent_cents"),
        latitude=latitude,
        longitude=longitude,
        occupation=values.get("occupation"),
        contingent=values.get("contingent"),
    )


def _type(facts: dict[str, Any]) -> list[FieldError]:
    """Complete type and rooms from each other."""
    rooms, kind = facts.get("main_rooms"), facts.get("dwelling_type")
    if rooms is None and kind is None:
        return [FieldError(field="dwelling_type", message="neither the type nor the number of rooms is told")]
    if rooms is not None:
        by_rooms = f"T{min(rooms, MOST_ROOMS)}"
        if kind not in {None, by_rooms}:
            return [FieldError(field="dwelling_type", message=f"{kind} does not go with {rooms} rooms; correct one")]
        facts["dwelling_type"] = by_rooms
    return []


@lru_cache(maxsize=4096)
def _district_at(latitude: float, longitude: float) -> str | None:
    found = districts.district_at(latitude, longitude)
    return found.code if found else None


def _exclusions(values: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Reasons against letting that the file gives, and those it would give if they held."""
    if "exclusions" in values:
        return frozenset(values["exclusions"]), _ALL
    given, known = set[str](), set[str]()
    if occupation := values.get("occupation"):
        known.add(_OF_OCCUPATION)
        if occupation == Occupation.ASSOCIATION.name.lower():
            given.add(_OF_OCCUPATION)
    if building := values.get("building"):
        known.add(_OF_BUILDING)
        if building == "student":
            given.add(_OF_BUILDING)
    return frozenset(given), frozenset(known)
