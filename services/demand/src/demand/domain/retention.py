"""How long a closed application is kept."""

import datetime as dt
from typing import Final

from reference.deadlines import deadline

ERASE_APPLICATION: Final = "demand.erase-application"
"""The work that is due then."""


def erase_on(closed_on: dt.date) -> dt.date:
    """The day on which an application closed on `closed_on` is erased, date to date (décret n° 2017-917, article 4)."""
    return deadline("application.retention", closed_on).after(closed_on)
