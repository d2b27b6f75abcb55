"""Who owns the synthetic stock: the landlords of Paris's real operations, and an invented office a département.

No SIREN is in the sources for the names of Paris, and a synthetic stock must not be laid at a real company's door:
every landlord has a SIREN of the reserved range 999 and says in its name that its data is synthetic.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reference import samples, territories
from stack.territory.draw import Floats, hashed
from stack.territory.extent import Territory
from stack.territory.figures import share
from stack.territory.geography import geography

__all__ = ["Landlord", "Market", "market"]

_LEAST_SHARE = 0.01
_OTHERS = "AUTRES BAILLEURS DE PARIS"
_SYNTHETIC = "(données de synthèse)"
_PARIS = "75"
_MARKET = 11


@dataclass(frozen=True, slots=True)
class Landlord:
    siren: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    landlords: tuple[Landlord, ...]
    cumulated_shares: Floats
    """Places × landlords."""
    of_operation: dict[str | None, int]
    """Position of the landlord that an operation of Paris names."""


@lru_cache(maxsize=4)
def market(territory: Territory) -> Market:
    """The landlords of a territory and their share of each place's homes.

    In Paris the shares are those of the family housing funded in the arrondissement. Elsewhere no share is
    published: an office of the département (`home.department_office`) and the landlords of Paris by their size,
    more or less of each by commune (assumption).
    """
    funded = Counter[str | None]()
    for operation in samples.operations():
        if operation.is_family_housing:
            funded[operation.landlord] += operation.dwellings
    total = funded.total()
    named = sorted(name for name, homes in funded.items() if name and homes >= _LEAST_SHARE * total)
    offices = sorted({department for department in geography(territory).departments if department != _PARIS})
    names = [*named, _OTHERS, *(f"OFFICE FICTIF {_of(department)}" for department in offices)]
    codes = [_PARIS] * (len(named) + 1) + offices
    landlords = tuple(
        Landlord(siren=f"999{code}{number:04d}", name=f"{name} {_SYNTHETIC}")
        for number, (code, name) in enumerate(zip(codes, names, strict=True), start=1)
    )
    others = len(named)
    of_operation = {name: named.index(name) if name in named else others for name in funded}
    sizes = np.zeros(len(names))
    for funder, homes in funded.items():
        sizes[of_operation[funder]] += homes
    shares = np.array(
        [
            _shares(territory, row, department, sizes, offices, others)
            for row, department in enumerate(geography(territory).departments)
        ]
    )
    return Market(landlords=landlords, cumulated_shares=np.cumsum(shares, axis=1), of_operation=of_operation)


def _shares(territory: Territory, row: int, department: str, sizes: Floats, offices: list[str], others: int) -> Floats:
    if department == _PARIS:
        in_paris: Floats = sizes / sizes.sum()
        return in_paris
    local = -np.log(1 - hashed(territory.seed, _MARKET, row, np.arange(len(sizes)))) * sizes
    local[others] = 0.0
    local = local / local.sum() * (1 - share("home.department_office"))
    local[others + 1 + offices.index(department)] = share("home.department_office")
    return np.asarray(local, dtype=np.float64)


def _of(department: str) -> str:
    return territories.department(department).name.upper()
