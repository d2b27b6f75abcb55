"""Raw material of the synthetic territory: real operations and landlords, real joint draws, cited shares.

Nothing here identifies a dwelling or a person. `operations` is derived from a database of the Ville de Paris under
ODbL: show `reference.DISPLAY_MENTION`, and publish under ODbL any database made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from reference._packed import packed
from reference.rpls import BuildingKind, EnergyClass, RplsFinancing, energy_class

__all__ = [
    "FAMILY_HOUSING",
    "DwellingSample",
    "FundedLandlord",
    "Marginal",
    "Operation",
    "dwelling_samples",
    "landlords",
    "marginals",
    "operations",
]

FAMILY_HOUSING = "logement familial"


@dataclass(frozen=True, slots=True)
class Operation:
    """A social-housing operation funded in Paris, 2001–2024.

    `plai`, `plus`, `plus_cd` (PLUS construction-démolition) and `pls` count dwellings by loan. `delivery_id` is not
    unique: one delivery may be funded in several years or as several programmes. `landlord` is the short name used by
    the source, None when absent or a private property company. `works` and `programme` are the source's French words.
    """

    delivery_id: str
    address: str
    postal_code: str
    arrondissement: str
    approved_in: int
    landlord: str | None
    plai: int
    plus: int
    plus_cd: int
    pls: int
    works: str
    programme: str
    latitude: float
    longitude: float

    @property
    def dwellings(self) -> int:
        return self.plai + self.plus + self.plus_cd + self.pls

    @property
    def is_family_housing(self) -> bool:
        """Ordinary homes, not a hostel, residence or shelter."""
        return self.programme == FAMILY_HOUSING


@dataclass(frozen=True, slots=True)
class DwellingSample:
    """The jointly observed facts of one social dwelling of Cannes (RPLS, about 1 January 2018).

    `rooms` are main rooms (T number); `floor` is 0 on the ground; `energy` and `emissions` are DPE classes.
    """

    rooms: int
    living_area_m2: int
    financing: RplsFinancing
    built_in: int
    energy: EnergyClass | None
    emissions: EnergyClass | None
    floor: int | None
    building: BuildingKind
    in_priority_district: bool


@dataclass(frozen=True, slots=True)
class Marginal:
    """One published figure on demand or stock, in the source's French words, with the page that says it.

    `territory` is "France", "Ile-de-France", a département or a commune code; `unit` gives the meaning of `value`.
    """

    territory: str
    period: str
    population: str
    dimension: str
    modality: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class FundedLandlord:
    """A landlord funded in Bouches-du-Rhône 2015–2021 (with SIREN) or Paris 2001–2024 (a short name, no SIREN)."""

    siren: str | None
    name: str
    city: str
    department: str
    funded_dwellings: int
    source: str


@cache
def operations() -> tuple[Operation, ...]:
    """By arrondissement, then delivery."""
    return tuple(Operation(**row | {"landlord": row["landlord"] or None}) for row in _rows("operations"))


@cache
def dwelling_samples() -> tuple[DwellingSample, ...]:
    """6,312 draws, sorted by value: draw from them at random, their order carries nothing else."""
    return tuple(
        DwellingSample(
            rooms=row["rooms"],
            living_area_m2=row["living_area_m2"],
            financing=RplsFinancing(row["financing"]),
            built_in=row["built_in"],
            energy=energy_class(row["energy"]),
            emissions=energy_class(row["emissions"]),
            floor=row["floor"],
            building=BuildingKind(row["building"]),
            in_priority_district=bool(row["priority_district"]),
        )
        for row in _rows("dwellings")
    )


@cache
def marginals() -> tuple[Marginal, ...]:
    return tuple(Marginal(**row) for row in _rows("marginals"))


@cache
def landlords() -> tuple[FundedLandlord, ...]:
    return tuple(FundedLandlord(**row | {"siren": row["siren"] or None}) for row in _rows("landlords"))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    columns = packed(name)
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
