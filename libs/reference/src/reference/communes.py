"""Communes of France, the arrondissements of Paris, Lyon and Marseille, and who touches whom (COG 2026).

Paris, Lyon and Marseille are in the table twice: as a commune (75056, 69123, 13055) and as arrondissements
(75101…75120). Both have neighbours, and 93001 counts 75056 *and* 75118 among its own. Dwellings and wishes use the
arrondissements, never the divided commune: `places` and `neighbouring_places` return only those.
"""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from reference import territories
from reference._names import closeness, fold
from reference._packed import packed
from reference._zoning import AbcZone, CeilingZone
from reference.territories import Epci, Ept

__all__ = [
    "Commune",
    "UnknownCommune",
    "arrondissements_of",
    "by_postal_code",
    "codes",
    "commune",
    "epci_of",
    "ept_of",
    "exists",
    "neighbouring_places",
    "neighbours",
    "neighbours_with_distance",
    "parent_of",
    "places",
    "search",
]


class UnknownCommune(LookupError):
    """No commune or arrondissement has this INSEE code."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, or an arrondissement of Paris, Lyon or Marseille (then `parent` is the commune it divides).

    `code` is the INSEE code; `epci` and `ept` are SIREN; `population` is the legal population of 2023, None where
    the source has none; `latitude` and `longitude` are the centre's, in degrees (WGS 84).
    """

    code: str
    name: str
    department: str
    region: str
    parent: str | None
    postal_codes: tuple[str, ...]
    epci: str | None
    ept: str | None
    population: int | None
    latitude: float
    longitude: float
    abc_zone: AbcZone | None
    ceiling_zone: CeilingZone


class _Table:
    """The packed columns; a `Commune` is built only when asked for, which keeps start-up short."""

    def __init__(self) -> None:
        self.columns = packed("communes")
        self.codes: list[str] = self.columns["code"]
        self.row = {code: row for row, code in enumerate(self.codes)}
        self.parents: dict[str, str] = self.columns["parent"]
        self.divided = frozenset(self.parents.values())
        self.ept = {member: ept.code for ept in territories.epts() for member in ept.communes}
        self.epci = [epci.code for epci in territories.epcis()]

    def epci_code(self, code: str) -> str | None:
        index: int | None = self.columns["epci"][self.row[code]]
        return None if index is None else self.epci[index]

    def commune(self, code: str) -> Commune:
        row, columns = self.row[code], self.columns
        abc = columns["abc_zones"][int(columns["abc_zone"][row])]
        return Commune(
            code=code,
            name=columns["name"][row],
            department=_department_code(code),
            region=_region_code(code),
            parent=self.parents.get(code),
            postal_codes=tuple(columns["postal_codes"][row].split("|")) if columns["postal_codes"][row] else (),
            epci=self.epci_code(code),
            ept=self.ept.get(code),
            population=columns["population"][row],
            latitude=columns["latitude"][row] / 10_000,
            longitude=columns["longitude"][row] / 10_000,
            abc_zone=AbcZone(abc) if abc else None,
            ceiling_zone=CeilingZone(columns["ceiling_zones"][int(columns["ceiling_zone"][row])]),
        )


class _Adjacency:
    """Row i's neighbours are the entries `start[i]` to `start[i + 1]`; a step is a difference of rows."""

    def __init__(self) -> None:
        table = packed("neighbours")
        self.start = [0, *accumulate(table["degree"])]
        self.steps: list[int] = table["step"]
        self.decametres: list[int] = table["decametres"]


@cache
def _table() -> _Table:
    return _Table()


@cache
def _adjacency() -> _Adjacency:
    return _Adjacency()


def _department_code(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _region_code(code: str) -> str:
    return territories.department(_department_code(code)).region


@cache
def commune(code: str) -> Commune:
    """The commune or arrondissement with this INSEE code; raises `UnknownCommune`."""
    _check(code)
    return _table().commune(code)


def exists(code: str) -> bool:
    return code in _table().row


def codes() -> tuple[str, ...]:
    """Every INSEE code, in order: communes and arrondissements."""
    return tuple(_table().codes)


def parent_of(code: str) -> str | None:
    """75056 for 75118, None for a commune; raises `UnknownCommune`."""
    _check(code)
    return _table().parents.get(code)


def arrondissements_of(code: str) -> tuple[str, ...]:
    """The arrondissements of Paris, Lyon or Marseille, nothing for any other; raises `UnknownCommune`."""
    _check(code)
    return tuple(child for child, parent in _table().parents.items() if parent == code)


def epci_of(code: str) -> Epci | None:
    """The EPCI of a commune, None for the few islands that have none; raises `UnknownCommune`."""
    found = commune(code).epci
    return None if found is None else territories.epci(found)


def ept_of(code: str) -> Ept | None:
    """The EPT of a commune of Greater Paris, None elsewhere and in Paris itself; raises `UnknownCommune`."""
    found = commune(code).ept
    return None if found is None else territories.ept(found)


def places(
    *,
    region: str | None = None,
    department: str | None = None,
    epci: str | None = None,
    ept: str | None = None,
) -> tuple[str, ...]:
    """Codes a dwelling or a wish can have in a territory: arrondissements instead of the communes they divide.

    Criteria are INSEE codes (region, département) and SIREN (EPCI, EPT), and are cumulative.
    """
    table = _table()
    return tuple(
        code
        for code in table.codes
        if code not in table.divided
        and (department is None or _department_code(code) == department)
        and (region is None or _region_code(code) == region)
        and (epci is None or table.epci_code(code) == epci)
        and (ept is None or table.ept.get(code) == ept)
    )


@cache
def neighbours(code: str) -> frozenset[str]:
    """Communes and arrondissements sharing a boundary with `code`; raises `UnknownCommune`.

    Empty for islands, and for eight mainland communes whose outline the source lacks (named in `SOURCES.md`).
    """
    return frozenset(neighbours_with_distance(code))


@cache
def neighbouring_places(code: str) -> frozenset[str]:
    """Neighbours a dwelling can be in: without the communes that arrondissements divide; raises `UnknownCommune`."""
    return neighbours(code) - _table().divided


def neighbours_with_distance(code: str) -> dict[str, float]:
    """Neighbour → distance between the two centres in km, in order of code; raises `UnknownCommune`."""
    _check(code)
    table, adjacency = _table(), _adjacency()
    row = table.row[code]
    entries = range(adjacency.start[row], adjacency.start[row + 1])
    rows = accumulate((adjacency.steps[entry] for entry in entries), initial=row)
    next(rows)
    return {table.codes[other]: adjacency.decametres[entry] / 100 for entry, other in zip(entries, rows, strict=True)}


def by_postal_code(postal_code: str) -> tuple[str, ...]:
    """Codes of the places this postal code serves, in order; nothing when no post is sent there."""
    return _postal_index().get(postal_code, ())


@cache
def _postal_index() -> dict[str, tuple[str, ...]]:
    table = _table()
    index: dict[str, tuple[str, ...]] = {}
    for code, served_by in zip(table.codes, table.columns["postal_codes"], strict=True):
        for postal_code in served_by.split("|") if code not in table.divided else ():
            index[postal_code] = (*index.get(postal_code, ()), code)
    return index


@cache
def _folded_names() -> list[str]:
    return [fold(name) for name in _table().columns["name"]]


def search(text: str, *, limit: int = 10) -> tuple[Commune, ...]:
    """Communes for what a person typed: an INSEE code, a postal code, or a name without regard to accents.

    The closest names first, the most populated first among equals. Nothing for a text without letter or digit.
    """
    typed = text.strip()
    if exists(typed.upper()):
        return (commune(typed.upper()),)[:limit]
    if served := by_postal_code(typed) if typed.isdigit() else ():
        return tuple(commune(code) for code in served[:limit])
    if not (wanted := fold(typed)):
        return ()
    table = _table()
    populations = table.columns["population"]
    ranked = sorted(
        (near, -(populations[row] or 0), row)
        for row, name in enumerate(_folded_names())
        if (near := closeness(name, wanted)) is not None
    )
    return tuple(commune(table.codes[row]) for *_, row in ranked[:limit])


def _check(code: str) -> None:
    if exists(code):
        return
    if served := by_postal_code(code):
        meant = ", ".join(f"{found} ({commune(found).name})" for found in served[:5])
        raise UnknownCommune(f"{code} is a postal code, not the INSEE code of a commune; it serves {meant}.")
    raise UnknownCommune(
        f"No commune or arrondissement has the INSEE code {code!r} (COG 2026); "
        "look it up by name or postal code in INSEE's list.",
    )
