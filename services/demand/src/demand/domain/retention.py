"""How long a closed application is kept."""

import datetime as dt
from typing import Final

YEARS_AFTER_CLOSURE: Final = ((dt.date(2017, 5, 11), 1),)
"""(in force since, years), oldest first: décret n° 2017-917 of 9 May 2017, article 4 (DOMAIN §7)."""

ERASE_APPLICATION: Final = "demand.erase-application"
"""The work that is due then."""


def erase_on(closed_on: dt.date) -> dt.date:
    """The day on which an application closed on `closed_on` is erased, date to date."""
    known = [years for since, years in YEARS_AFTER_CLOSURE if since <= closed_on]
    years = known[-1] if known else YEARS_AFTER_CLOSURE[0][1]
    try:
        return closed_on.replace(year=closed_on.year + years)
    except ValueError:  # 29 February
        return closed_on.replace(year=closed_on.year + years, day=28)
