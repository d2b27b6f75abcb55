"""Thresholds of the first quartile of applicants' resources, by year and EPCI (CCH L441-1, a yearly order).

Known gaps are large and said: of the orders only the head of 2020's table (Ain, Aisne, Allier) could be read. A
territory gives the threshold in force in its policy file; this table is where a whole order goes once it is at hand.
In Île-de-France one value holds for the region, under the region's code "11".
"""

from dataclasses import dataclass
from functools import cache

from reference._packed import packed
from reference.communes import commune

__all__ = ["ILE_DE_FRANCE", "QuartileThreshold", "first_quartile_threshold"]

ILE_DE_FRANCE = "11"


@dataclass(frozen=True, slots=True)
class QuartileThreshold:
    """`euros` a year and consumption unit; `territory` is the EPCI's SIREN, or the region's code in Île-de-France."""

    euros: int
    year: int
    territory: str
    text: str


@cache
def _orders() -> dict[int, tuple[str, dict[str, int]]]:
    return {order["year"]: (order["text"], order["thresholds"]) for order in packed("quartiles")["orders"]}


def first_quartile_threshold(place: str, year: int) -> QuartileThreshold | None:
    """The threshold of the order of this very `year` where a commune or arrondissement lies; None where not kept.

    No other year's value stands in for a missing one. Raises `UnknownCommune`.
    """
    found = commune(place)
    territory = ILE_DE_FRANCE if found.region == ILE_DE_FRANCE else found.epci
    text, thresholds = _orders().get(year, ("", {}))
    if territory is None or territory not in thresholds:
        return None
    return QuartileThreshold(thresholds[territory], year, territory, text)
