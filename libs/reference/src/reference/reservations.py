"""How much of a landlord's homes may be reserved, and by when it accounts for it: what the CCH sets, with its date."""

import datetime as dt
from dataclasses import dataclass

from reference._dated import Dated

__all__ = ["ReservationLimits", "limits_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLimits:
    """Shares are percent of the homes of a landlord in a département (of the annual flow since 24 November 2023)."""

    valid_from: dt.date
    prefect_percent: int
    """All that the préfet reserves (CCH R441-5-2)."""
    agents_percent: int
    """Of that, for civil and military agents of the State (CCH R441-5-2)."""
    local_percent: int
    """Local authorities together, against loan guarantees (CCH R441-5, as read in its version of 2015)."""
    report_month: int
    report_day: int
    """By when holders get the report of the year before (CCH R441-5-1)."""


_LIMITS = Dated(
    (
        ReservationLimits(
            valid_from=dt.date(1986, 3, 21),
            prefect_percent=30,
            agents_percent=5,
            local_percent=20,
            report_month=2,
            report_day=28,
        ),
    ),
    since=lambda limits: limits.valid_from,
)


def limits_on(day: dt.date) -> ReservationLimits:
    """The limits in force on a day.

    Raises:
        LookupError: there were none yet.
    """
    limits = _LIMITS.on(day)
    if limits is None:
        raise LookupError(f"No limits of reservation are known for {day}; the first are of {_LIMITS.first.valid_from}.")
    return limits
