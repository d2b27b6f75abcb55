"""Homes that nobody takes (DOMAIN §11.17): vacant too long or refused too often, by the landlord's parameters."""

import datetime as dt

from inventory.domain.parameters import Parameters
from inventory.domain.standing import Standing, VacancyState


def days_vacant(standing: Standing, on: dt.date) -> int:
    """Days since the home could be lived in; 0 before, and where that day is not known."""
    return max(0, (on - standing.ready_on).days) if standing.ready_on else 0


def waits(standing: Standing) -> bool:
    """Whether the home stands empty for want of a household."""
    return standing.state is VacancyState.AVAILABLE and not standing.allocated


def is_hard_to_let(standing: Standing, on: dt.date, parameters: Parameters) -> bool:
    """Over so many days vacant, or so many offers refused."""
    days, refusals = parameters.hard_to_let_days, parameters.hard_to_let_refusals
    too_long = days is not None and days_vacant(standing, on) > days
    too_often = refusals is not None and standing.offers_refused >= refusals
    return waits(standing) and (too_long or too_often)


def next_look(standing: Standing, parameters: Parameters) -> dt.date | None:
    """The day the home will have been vacant too long, where nothing changes before."""
    if standing.ready_on is None or parameters.hard_to_let_days is None or not waits(standing):
        return None
    return standing.ready_on + dt.timedelta(days=parameters.hard_to_let_days + 1)
