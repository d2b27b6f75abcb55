"""The two zonings of social housing. They differ: one sets income ceilings, the other measures tension."""

from reference._zoning import AbcZone, CeilingZone
from reference.communes import commune

__all__ = ["AbcZone", "CeilingZone", "abc_zone", "ceiling_zone", "is_overseas"]


def ceiling_zone(code: str) -> CeilingZone:
    """Income-ceiling zone of a commune or arrondissement; raises `UnknownCommune`."""
    return commune(code).ceiling_zone


def abc_zone(code: str) -> AbcZone | None:
    """A bis to C zone, None in the overseas collectivities, which have none; raises `UnknownCommune`."""
    return commune(code).abc_zone


def is_overseas(code: str) -> bool:
    """Whether a commune lies overseas, where least areas and ceilings have figures of their own."""
    return ceiling_zone(code) is CeilingZone.OVERSEAS
