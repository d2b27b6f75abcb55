"""How long those housed had waited, by type and place; of too few nothing is told (DOMAIN §11.14)."""

from dataclasses import dataclass

from contracts.values import DwellingType

__all__ = ["FEWEST", "Wait", "told"]

FEWEST = 11
"""Lettings; below it a median would tell of single households."""
_DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """From the registration to the lease. Both numbers are None where fewer than eleven were let."""

    place: str
    dwelling_type: DwellingType
    lettings: int | None
    median_months: float | None


def told(place: str, dwelling_type: DwellingType, lettings: int, median_days: int | None) -> Wait:
    if lettings < FEWEST or median_days is None:
        return Wait(place=place, dwelling_type=dwelling_type, lettings=None, median_months=None)
    months = round(median_days / _DAYS_A_MONTH, 1)
    return Wait(place=place, dwelling_type=dwelling_type, lettings=lettings, median_months=months)
