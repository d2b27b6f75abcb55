"""Départements, EPCI and the établissements publics territoriaux (EPT) of Greater Paris, COG 2026."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from reference._packed import packed

__all__ = [
    "Department",
    "Epci",
    "EpciKind",
    "Ept",
    "UnknownTerritory",
    "department",
    "departments",
    "epci",
    "epcis",
    "ept",
    "epts",
]


class UnknownTerritory(LookupError):
    """No département, EPCI or EPT has this code."""


class EpciKind(StrEnum):
    """Legal form of an EPCI with its own taxation (CCH L441-1-5 asks some of them for a CIL)."""

    COMMUNITY_OF_COMMUNES = "CC"
    AGGLOMERATION_COMMUNITY = "CA"
    URBAN_COMMUNITY = "CU"
    METROPOLIS = "METRO"
    LYON_METROPOLIS = "MET69"


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: str
    region: str
    region_name: str


@dataclass(frozen=True, slots=True)
class Epci:
    """`code` is the SIREN, nine digits. Members: `reference.communes.places(epci=code)`."""

    code: str
    name: str
    kind: EpciKind


@dataclass(frozen=True, slots=True)
class Ept:
    """One of the eleven EPT of the Métropole du Grand Paris (Paris itself is in none); `code` is the SIREN."""

    code: str
    name: str
    communes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Territories:
    departments: dict[str, Department]
    epci: dict[str, Epci]
    ept: dict[str, Ept]


@cache
def _territories() -> _Territories:
    table = packed("territories")
    return _Territories(
        departments={row[0]: Department(*row) for row in table["departments"]},
        epci={code: Epci(code, name, EpciKind(kind)) for code, name, kind in table["epci"]},
        ept={code: Ept(code, name, frozenset(members)) for code, name, members in table["ept"]},
    )


def department(code: str) -> Department:
    """Département or overseas collectivity `code` ("75", "2A", "971"); raises `UnknownTerritory`."""
    try:
        return _territories().departments[code]
    except KeyError:
        raise UnknownTerritory(
            f"No département has the code {code!r}; codes are like '75', '2A' or '971' "
            "and reference.territories.departments() lists them.",
        ) from None


def epci(code: str) -> Epci:
    """EPCI by SIREN; raises `UnknownTerritory`."""
    try:
        return _territories().epci[code]
    except KeyError:
        raise UnknownTerritory(
            f"No EPCI has the SIREN {code!r}; take it from reference.communes.commune(...).epci "
            "or from reference.territories.epcis().",
        ) from None


def ept(code: str) -> Ept:
    """EPT by SIREN; raises `UnknownTerritory`."""
    try:
        return _territories().ept[code]
    except KeyError:
        raise UnknownTerritory(
            f"No EPT of Greater Paris has the SIREN {code!r}; reference.territories.epts() lists the eleven.",
        ) from None


def departments() -> tuple[Department, ...]:
    return tuple(_territories().departments.values())


def epcis() -> tuple[Epci, ...]:
    """Every EPCI, by SIREN."""
    return tuple(_territories().epci.values())


def epts() -> tuple[Ept, ...]:
    return tuple(_territories().ept.values())
