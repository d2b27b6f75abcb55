"""Income ceilings (plafonds de ressources) of social housing, by financing, zone, household category and date.

CCH L441-1 and R441-1; arrêté of 29 July 1987, revised every 1 January. What is compared with a ceiling is the sum of
the reference tax incomes (RFR) of the household, of year N-2. Which category a household is in takes more than a count
of persons (young household, disability, dependants): `law.category` says.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from reference._dated import Dated, dated_by
from reference._packed import packed
from reference._zoning import CeilingZone

__all__ = [
    "CATEGORIES",
    "Financing",
    "IncomeCeiling",
    "Provenance",
    "UnknownCeiling",
    "days_of_effect",
    "effective_dates",
    "income_ceiling",
    "income_ceiling_for_persons",
]

CATEGORIES = range(1, 7)
"""Categories of the arrêté. Beyond the sixth, an amount is added for each extra person."""


class UnknownCeiling(LookupError):
    """No ceiling is known for this financing, zone and date."""


class Financing(StrEnum):
    """The three loans whose ceilings are kept. PLI and the 1948 act's dwellings have rules of their own."""

    PLAI = "PLAI"
    PLUS = "PLUS"
    PLS = "PLS"


class Provenance(StrEnum):
    """Whether an amount was read in the official text or worked out from another (then `source` says how)."""

    PUBLISHED = "published"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class IncomeCeiling:
    """A ceiling in euros a year, and where it comes from (`source`, in French, can be shown)."""

    euros: int
    financing: Financing
    zone: CeilingZone
    category: int
    extra_persons: int
    effective_from: date
    provenance: Provenance
    source: str

    def is_current(self, on: date) -> bool:
        """Whether `on` is in the year the ceiling was set for: later, a newer arrêté is likely and unknown here."""
        return self.effective_from.year == on.year


@dataclass(frozen=True, slots=True)
class _CeilingTable:
    financing: Financing
    zone: CeilingZone
    effective_from: date
    provenance: Provenance
    source: str
    categories: tuple[int, ...]
    extra_person: int


@cache
def _tables() -> dict[tuple[Financing, CeilingZone], Dated[_CeilingTable]]:
    rows = (
        _CeilingTable(
            financing=Financing(row["financing"]),
            zone=CeilingZone(row["zone"]),
            effective_from=date.fromisoformat(row["effective_from"]),
            provenance=Provenance(row["provenance"]),
            source=row["source"],
            categories=tuple(row["categories"]),
            extra_person=row["extra_person"],
        )
        for row in packed("ceilings")["tables"]
    )
    return dated_by(rows, key=lambda one: (one.financing, one.zone), since=lambda one: one.effective_from)


def income_ceiling(
    financing: Financing,
    zone: CeilingZone,
    *,
    category: int,
    on: date,
    extra_persons: int = 0,
) -> IncomeCeiling:
    """The ceiling in force `on` a day: the latest known one that had taken effect (see `is_current`).

    `extra_persons` counts the persons beyond category 6 and goes with that category only.
    Raises `UnknownCeiling` overseas or before the first table, ValueError for an impossible category.
    """
    if category not in CATEGORIES:
        raise ValueError(f"Category {category} does not exist: income ceilings have categories 1 to 6.")
    if extra_persons < 0 or (extra_persons and category != CATEGORIES[-1]):
        raise ValueError(f"{extra_persons} extra persons cannot go with category {category}: they add to category 6.")
    table = _table_in_force(financing, zone, on)
    return IncomeCeiling(
        euros=table.categories[category - 1] + extra_persons * table.extra_person,
        financing=financing,
        zone=zone,
        category=category,
        extra_persons=extra_persons,
        effective_from=table.effective_from,
        provenance=table.provenance,
        source=table.source,
    )


def income_ceiling_for_persons(
    financing: Financing,
    zone: CeilingZone,
    *,
    persons: int,
    on: date,
) -> IncomeCeiling:
    """The ceiling by number of persons alone: never above the household's true one, which may be a category higher.

    Raises ValueError without at least one person, otherwise like `income_ceiling`.
    """
    if persons < 1:
        raise ValueError(f"A household of {persons} persons has no income ceiling.")
    category = min(persons, CATEGORIES[-1])
    return income_ceiling(financing, zone, category=category, extra_persons=persons - category, on=on)


def effective_dates(financing: Financing, zone: CeilingZone) -> tuple[date, ...]:
    """Dates at which the known ceilings took effect, oldest first; none overseas."""
    dated = _tables().get((financing, zone))
    return dated.days if dated else ()


@cache
def days_of_effect() -> frozenset[date]:
    """The days from which a ceiling was another."""
    return frozenset(day for dated in _tables().values() for day in dated.days)


def _table_in_force(financing: Financing, zone: CeilingZone, on: date) -> _CeilingTable:
    if zone is CeilingZone.OVERSEAS:
        raise UnknownCeiling(
            f"No {financing} ceiling is kept for overseas: LLS and LLTS ceilings are those of the arrêté of "
            "14 March 2011, 90 % and 67.5 % of the PLUS ceiling of other_regions.",
        )
    dated = _tables()[financing, zone]
    table = dated.on(on)
    if table is None:
        first = dated.first.effective_from
        raise UnknownCeiling(f"No {financing} ceiling is known for {zone} on {on}: the first took effect on {first}.")
    return table
