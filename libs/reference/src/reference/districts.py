"""Priority districts (quartiers prioritaires de la politique de la ville, QPV 2024; décret 2023-1314 and after)."""

from dataclasses import dataclass
from functools import cache

from reference._outlines import Outlines
from reference._packed import packed
from reference.communes import commune

__all__ = [
    "PriorityDistrict",
    "UnknownDistrict",
    "district_at",
    "priority_district",
    "priority_districts",
    "priority_districts_in",
]

_POLE, _DATE_LINE = 90, 180


class UnknownDistrict(LookupError):
    """No priority district has this code."""


@dataclass(frozen=True, slots=True)
class PriorityDistrict:
    """`communes` it lies in and, in Paris, Lyon and Marseille, the `arrondissements`; centre in degrees."""

    code: str
    name: str
    communes: tuple[str, ...]
    arrondissements: tuple[str, ...]
    latitude: float
    longitude: float
    area_km2: float


@cache
def _districts() -> dict[str, PriorityDistrict]:
    table = packed("districts")
    rows = zip(*(table[name] for name in PriorityDistrict.__slots__), strict=True)
    return {
        code: PriorityDistrict(code, name, _split(inside), _split(arrondissements), *measures)
        for code, name, inside, arrondissements, *measures in rows
    }


@cache
def _by_place() -> dict[str, tuple[PriorityDistrict, ...]]:
    found: dict[str, tuple[PriorityDistrict, ...]] = {}
    for district in _districts().values():
        for place in (*district.communes, *district.arrondissements):
            found[place] = (*found.get(place, ()), district)
    return found


@cache
def _outlines() -> Outlines:
    return Outlines()


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|")) if joined else ()


def priority_district(code: str) -> PriorityDistrict:
    """The district with this code ("QN07501M"); raises `UnknownDistrict`."""
    try:
        return _districts()[code]
    except KeyError:
        raise UnknownDistrict(
            f"No priority district of the 2024 list has the code {code!r}; codes are like 'QN07501M' "
            "(those of the 2014 list, like 'QP075001', are no longer in force).",
        ) from None


def priority_districts() -> tuple[PriorityDistrict, ...]:
    """Every district, by code."""
    return tuple(_districts().values())


def priority_districts_in(place: str) -> tuple[PriorityDistrict, ...]:
    """Districts that lie, at least in part, in a commune or arrondissement; raises `UnknownCommune`."""
    return _by_place().get(commune(place).code, ())


def district_at(latitude: float, longitude: float) -> PriorityDistrict | None:
    """The district in which a point (degrees, WGS 84) lies, None outside all of them.

    Outlines have four decimals, about 11 m: of a point that near to an edge the address decides, not this. Raises
    ValueError for what is no point on Earth.
    """
    if not (-_POLE <= latitude <= _POLE and -_DATE_LINE <= longitude <= _DATE_LINE):
        raise ValueError(
            f"Latitude {latitude} and longitude {longitude} are no point on Earth: "
            "give degrees, the latitude first, between -90 and 90 and between -180 and 180.",
        )
    code = _outlines().code_at(latitude, longitude)
    return None if code is None else _districts()[code]
