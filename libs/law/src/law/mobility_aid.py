"""What a landlord owes a tenant who leaves a home that is too large (CCH R442-3-2, décret 2009-1141)."""

import datetime as dt
from dataclasses import dataclass

from reference.figures import Figure, Reading, figure

__all__ = ["MobilityAid", "mobility_aid"]


@dataclass(frozen=True, slots=True)
class MobilityAid:
    """The most that is paid, in euros, and since when. The text indexes the amounts: they may be higher by now."""

    moving_euros: int
    """The mover's bill up to this much; or, for who moves without one, this lump sum within a month of the keys."""
    works_euros: int
    """Works in the new home, up to this much."""
    since: dt.date | None
    reading: Reading


def mobility_aid(on: dt.date, *, dependants: int, with_movers: bool) -> MobilityAid:
    """Aid for a move under CCH L442-3-1: movers €1,000 at most or €400; works €1,500 and €500 a dependant.

    Besides, connecting water and energy is paid for, and the new deposit is no higher than the old. Amounts of 2009,
    read in an older version of the text (DOMAIN §4.2). Raises ValueError for a negative number of dependants.
    """
    if dependants < 0:
        raise ValueError(f"{dependants} dependants cannot be: give their number, 0 or more.")
    moving = figure(Figure.MOBILITY_AID_MOVERS_EUROS if with_movers else Figure.MOBILITY_AID_LUMP_SUM_EUROS, on)
    works = figure(Figure.MOBILITY_AID_WORKS_EUROS, on)
    more = figure(Figure.MOBILITY_AID_WORKS_DEPENDANT_EUROS, on)
    return MobilityAid(moving.value, works.value + dependants * more.value, moving.since, moving.reading)
