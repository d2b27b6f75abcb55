"""How much of a landlord's homes may be reserved, and by when it accounts for it: the figures of the CCH together.

They are rows of `data/figures.json`, each with how far its text was read.
"""

import datetime as dt
from dataclasses import dataclass

from reference.figures import Figure, figure

__all__ = ["ReservationLimits", "limits_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLimits:
    """Shares are percent of the homes of a landlord in a département (of the annual flow since 24 November 2023)."""

    prefect_percent: int
    """All that the préfet reserves (CCH R441-5-2)."""
    agents_percent: int
    """Of that, for civil and military agents of the State (CCH R441-5-2)."""
    local_percent: int
    """Local authorities together, against loan guarantees (CCH R441-5)."""
    report_month: int
    report_day: int
    """By when holders get the report of the year before (CCH R441-5-1)."""


def limits_on(day: dt.date) -> ReservationLimits:
    """The limits in force on a day."""
    month, of_month = figure(Figure.FLOW_REPORT_MONTH_AND_DAY, day).values
    return ReservationLimits(
        prefect_percent=figure(Figure.PREFECT_RESERVATION_PERCENT, day).value,
        agents_percent=figure(Figure.AGENTS_RESERVATION_PERCENT, day).value,
        local_percent=figure(Figure.LOCAL_RESERVATION_PERCENT, day).value,
        report_month=month,
        report_day=of_month,
    )
