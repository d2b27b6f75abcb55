"""The zones' names, apart from `reference.zones` because a `Commune` carries them."""

from enum import StrEnum

__all__ = ["AbcZone", "CeilingZone"]


class CeilingZone(StrEnum):
    """Zone of the income ceilings (arrêté of 29 July 1987, annexe I).

    `OVERSEAS` has no table of its own here: its LLS, LLTS and PLS ceilings are those of the arrêté of 14 March 2011
    (90 % and 67.5 % of the PLUS "autres régions" for LLS and LLTS), and `reference.ceilings` says so when asked.
    """

    PARIS_AND_NEIGHBOURS = "paris_and_neighbours"
    REST_OF_ILE_DE_FRANCE = "rest_of_ile_de_france"
    OTHER_REGIONS = "other_regions"
    OVERSEAS = "overseas"


class AbcZone(StrEnum):
    """Zoning A bis to C by tension of the housing market (CCH D304-1; arrêté of 5 September 2025), tightest first."""

    A_BIS = "Abis"
    A = "A"
    B1 = "B1"
    B2 = "B2"
    C = "C"
