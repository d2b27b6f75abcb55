"""Homes fitted for disability: to whom they go, and what becomes of them when nobody there needs them any more."""

import datetime as dt
from collections.abc import Sequence
from enum import IntEnum

from law.transfer import Protection, third_offer_ends
from reference.days import add_months
from reference.figures import Figure, figure

__all__ = [
    "AdaptedHomeOrder",
    "adaptation_no_longer_needed",
    "adapted_home_order",
    "adapted_right_to_stay_ends",
    "may_have_adapted_home",
]


class AdaptedHomeOrder(IntEnum):
    """To whom an adapted home goes first (CCH R441-4)."""

    DISABLED = 1
    ELDERLY = 2
    """Elderly persons whose state justifies it, and those who house them."""
    OTHERS = 3


def adapted_home_order(*, disabled_persons: int, elderly_in_need: bool) -> AdaptedHomeOrder:
    """`elderly_in_need`: an elderly person of the household whose state justifies the home."""
    if disabled_persons > 0:
        return AdaptedHomeOrder.DISABLED
    return AdaptedHomeOrder.ELDERLY if elderly_in_need else AdaptedHomeOrder.OTHERS


def may_have_adapted_home(order: AdaptedHomeOrder, *, search_found_nobody: bool) -> bool:
    """Others only once a recorded search for those before them found nobody (CCH R441-4; DOMAIN §11.11)."""
    return order is not AdaptedHomeOrder.OTHERS or search_found_nobody


def adaptation_no_longer_needed(*, adapted: bool, disabled_persons: int) -> bool:
    """Whether a home fitted for disability is lived in by nobody who needs it: another is to be offered (L442-3-2)."""
    return adapted and disabled_persons == 0


def adapted_right_to_stay_ends(
    notified_on: Sequence[dt.date],
    protected_by: frozenset[Protection],
    *,
    died_on: dt.date | None = None,
) -> dt.date | None:
    """When the tenant of an adapted home that nobody needs any more loses the right to stay (CCH L442-3-2).

    As in `right_to_stay_ends`, in every zone and with age as the only protection; where the disabled dependant died,
    not before eighteen months have passed.
    """
    if Protection.AGE in protected_by:
        return None
    ends = third_offer_ends(notified_on)
    if ends is None or died_on is None:
        return ends
    return max(ends, add_months(died_on, figure(Figure.RELOCATION_MONTHS_AFTER_DEATH, died_on).value))
