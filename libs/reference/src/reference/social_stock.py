"""Dwellings, social stock and income of each commune, from public statistics of 2021 to 2025."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from reference import communes
from reference._packed import packed

__all__ = ["SocialStock", "social_stock"]


@dataclass(frozen=True, slots=True)
class SocialStock:
    """Indicators of a commune or arrondissement; None is unknown (secret, or not in the source).

    `dwellings`, `main_residences`, `vacant_dwellings`: INSEE census 2021. `social_rate_pct`: social dwellings per
    100 main residences, rounded to the unit by the source (2024), to a tenth for Paris's arrondissements (SRU count on
    1 January 2025, Apur), the only ones where `counted_social_dwellings` is known; unknown for other arrondissements.
    The SRU count (CCH L302-5) is broader, hostels are in it: the arrondissements add up to more than Paris's 21 %.
    `median_income`: euros a year per consumption unit, INSEE Filosofi 2021.
    """

    code: str
    dwellings: int | None
    main_residences: int | None
    vacant_dwellings: int | None
    social_rate_pct: float | None
    counted_social_dwellings: int | None
    median_income: int | None

    @property
    def social_dwellings(self) -> int | None:
        """Social dwellings: counted where they are, otherwise estimated from the rate (± 0.5 % of residences)."""
        if self.counted_social_dwellings is not None:
            return self.counted_social_dwellings
        if self.social_rate_pct is None or self.main_residences is None:
            return None
        return round(self.main_residences * self.social_rate_pct / 100)


@cache
def _columns() -> dict[str, Any]:
    table = packed("social_stock")
    table["row"] = {code: row for row, code in enumerate(communes.codes())}
    return table


def social_stock(code: str) -> SocialStock:
    """Indicators of a commune or arrondissement; raises `reference.communes.UnknownCommune`."""
    found = communes.commune(code).code
    table = _columns()
    row = table["row"][found]
    counted, rate = table["counted"].get(found, (None, table["social_rate"][row]))
    return SocialStock(
        code=found,
        dwellings=table["dwellings"][row],
        main_residences=table["main_residences"][row],
        vacant_dwellings=table["vacant"][row],
        social_rate_pct=rate,
        counted_social_dwellings=counted,
        median_income=table["median_income"][row],
    )
