"""Where homes stand, where applicants live and which places they want: real communes, counts and distances."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reference import communes
from reference.social_stock import social_stock
from reference.zones import CeilingZone
from stack.territory.draw import Floats, Ints, apportion
from stack.territory.extent import Territory
from stack.territory.figures import share, value

__all__ = ["Geography", "geography"]

_WITHIN_REACH = 24
"""Places an applicant of a place chooses among, the nearest ones: what clusters wishes on the map."""
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True, eq=False)
class Geography:
    """Arrays in the order of `territory.places`."""

    codes: tuple[str, ...]
    departments: tuple[str, ...]
    in_paris_and_neighbours: Ints
    dwellings: Ints
    """How many of the territory's homes stand in each place, in proportion to its social stock."""
    first_dwelling: Ints
    """Number of the place's first home: homes are numbered place by place."""
    demand: Floats
    """Share of the applicants who live there."""
    within_reach: Ints
    """Places × candidates: what people of a place choose among, itself first."""
    attraction: Floats
    """Places × candidates: probability that a candidate is the first wish."""


@lru_cache(maxsize=4)
def geography(territory: Territory) -> Geography:
    known = [communes.commune(code) for code in territory.places]
    stock = [social_stock(code).social_dwellings or 0 for code in territory.places]
    homes = apportion(territory.dwellings, stock)
    population = np.array([place.population or 0 for place in known], dtype=np.float64)
    within_reach, attraction = _choices(known, population)
    return Geography(
        codes=territory.places,
        departments=tuple(place.department for place in known),
        in_paris_and_neighbours=np.array(
            [place.ceiling_zone is CeilingZone.PARIS_AND_NEIGHBOURS for place in known], dtype=np.int64
        ),
        dwellings=homes,
        first_dwelling=np.concatenate([[0], np.cumsum(homes)[:-1]]).astype(np.int64),
        demand=_demand(known, population),
        within_reach=within_reach,
        attraction=attraction,
    )


def _demand(known: list[communes.Commune], population: Floats) -> Floats:
    """Paris and Hauts-de-Seine by their own counts, the rest of the region together; inside each by population."""
    of_all, paris, hauts_de_seine = (value(f"demand.{name}") for name in ("ile_de_france", "75", "92"))
    volume = {"75": paris, "92": hauts_de_seine}
    rest = of_all - paris - hauts_de_seine
    region = communes.places(region="11")
    people = {"75": 0.0, "92": 0.0, "rest": 0.0}
    for code in region:
        place = communes.commune(code)
        people[place.department if place.department in volume else "rest"] += place.population or 0
    per_head = np.array([volume.get(p.department, rest) / people.get(p.department, people["rest"]) for p in known])
    demand = population * per_head
    shares: Floats = demand / demand.sum()
    return shares


def _choices(known: list[communes.Commune], population: Floats) -> tuple[Ints, Floats]:
    """The nearest places and how much each attracts: popular ones by Zipf's law, the closer the more."""
    latitude = np.radians([place.latitude for place in known])
    longitude = np.radians([place.longitude for place in known])
    popularity = _zipf(population)
    number = min(_WITHIN_REACH, len(known))
    within_reach = np.empty((len(known), number), dtype=np.int64)
    attraction = np.empty((len(known), number), dtype=np.float64)
    for here, place in enumerate(known):
        east = (longitude - longitude[here]) * np.cos(latitude[here])
        km = np.degrees(np.hypot(east, latitude - latitude[here])) * _KM_PER_DEGREE
        nearest = np.argsort(km, kind="stable")[:number]
        weight = popularity[nearest] * np.exp(-km[nearest] / max(km[nearest].mean(), 1.0))
        at_home = share("wishes.home_first.75" if place.department == "75" else "wishes.home_first.elsewhere")
        weight[0] = 0.0
        within_reach[here] = nearest
        attraction[here] = weight / max(weight.sum(), 1e-9) * (1 - at_home)
        attraction[here, 0] = at_home
    return within_reach, attraction


def _zipf(population: Floats) -> Floats:
    rank = np.empty(len(population))
    rank[np.argsort(-population, kind="stable")] = np.arange(1, len(population) + 1)
    return np.asarray(rank ** -value("wishes.zipf_exponent"), dtype=np.float64)
