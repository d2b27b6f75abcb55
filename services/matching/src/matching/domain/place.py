"""Wanted places and buckets: where a wish and a home meet."""

from functools import cache, lru_cache

from contracts.demand import Wishes
from contracts.values import DwellingType, WantedPlace
from reference import communes

__all__ = ["EVERYWHERE", "areas_of", "bucket", "buckets_reaching", "covers", "inside", "place_rank"]

EVERYWHERE = "all"
"""The area of a scheme that holds everywhere."""


def covers(wanted: WantedPlace, commune: str) -> bool:
    """Whether a home in `commune` is in a wanted place.

    Paris, Lyon and Marseille mean all their arrondissements; `neighbours` adds the places that touch the wanted one.
    An unknown code covers itself alone.
    """
    return _covers(wanted.commune, commune, neighbours=wanted.neighbours)


@lru_cache(maxsize=100_000)
def _covers(place: str, commune: str, *, neighbours: bool) -> bool:
    if inside(place, commune):
        return True
    return neighbours and communes.exists(place) and commune in communes.neighbouring_places(place)


def areas_of(commune: str) -> tuple[str, ...]:
    """The codes of all that a commune lies in: itself, its EPT, EPCI and département, and `all`.

    Raises:
        UnknownCommune: no commune or arrondissement has this INSEE code.
    """
    found = communes.commune(commune)
    around = (commune, found.parent, found.ept, found.epci, found.department, EVERYWHERE)
    return tuple(code for code in around if code)


def inside(place: str, commune: str) -> bool:
    """Whether `commune` is the place itself or one of its arrondissements."""
    return place == commune or (communes.exists(commune) and communes.parent_of(commune) == place)


def place_rank(wishes: Wishes, commune: str) -> int | None:
    """Position of the first wanted place that covers `commune`, 0 for the first choice; None when none does."""
    return next((rank for rank, wanted in enumerate(wishes.places) if covers(wanted, commune)), None)


@cache
def bucket(place: str, *, neighbours: bool, dwelling_type: DwellingType) -> int:
    """Number of the bucket of those who want this type in this place, alone or with what is around it.

    Wishes are kept as they were said, one bucket a wish and type: a home probes the buckets that reach it
    (`buckets_reaching`), so that neighbours cost nothing to store and follow the map without a rewrite.
    """
    return int(place, 36) * 16 + neighbours * 8 + int(dwelling_type[1:])


@cache
def buckets_reaching(commune: str, dwelling_type: DwellingType) -> tuple[int, ...]:
    """Every bucket whose members want a home of this type in `commune`; none for a type nobody knows.

    Raises:
        UnknownCommune: no commune or arrondissement has this INSEE code.
    """
    divided = communes.parent_of(commune)
    if dwelling_type is DwellingType.UNKNOWN:
        return ()
    itself = {commune} if divided is None else {commune, divided}
    around = itself | communes.neighbours(commune)
    said = [(place, False) for place in itself] + [(place, True) for place in around]
    return tuple(sorted(bucket(place, neighbours=wide, dwelling_type=dwelling_type) for place, wide in said))
