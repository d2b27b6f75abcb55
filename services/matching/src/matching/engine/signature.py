"""The signature of a posting: every range of a row, coarse, in one word.

Fields with a guard bit above each, so that one subtraction compares all. A field is never lower where the fact is
better, so what it excludes is excluded; what it lets pass is verified on the row. What holds for the homes of one
landlord alone (the principal rent of CCH L442-3-1) has no field; bits 20 to 26 are free.
"""

from typing import Any

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import Array
from matching.engine.question import NOT_KNOWN, Asked

__all__ = ["most_for_area", "most_for_rent", "signature_of", "taken_from"]

_GUARDS = 1 << 8 | 1 << 19 | 1 << 33 | 1 << 38 | 1 << 42 | 1 << 47 | 1 << 54
_RENT = 1 << 19
_NEEDS_AT, _ALL_NEEDS = 55, 255
_CEILINGS = (26_920, 40_233, 48_363, 57_930, 68_578, 77_171)
"""Euros by category, the shape of the ceilings: incomes are compared coarsely as a share of these. Any would be right;
these of PLUS around Paris let least pass that has to be verified."""
_ONE_MORE = 8_599
_FIRST_DAY = 738_886
"""1 January 2024 as an ordinal: latest days are compared coarsely by four weeks from then."""


@compiled
def _between(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


@compiled
def _share_of_ceiling(euros: int, category: int) -> int:
    usual = _CEILINGS[category - 1] if category <= 6 else _CEILINGS[5] + (category - 6) * _ONE_MORE
    return min(63, euros * 16 // usual)


@compiled
def signature_of(facts: Any) -> int:
    rent = 1023 if facts.max_rent < 0 else min(1023, facts.max_rent // 200)
    return (
        _GUARDS
        | (255 - min(255, facts.needed_area // 50))
        | rent << 9
        | (63 - _share_of_ceiling(facts.income, facts.category)) << 27
        | _between(facts.max_floor + 1, 0, 15) << 34
        | (7 - _between(facts.lowest_floor + 1, 0, 7)) << 39
        | _between(facts.highest_floor + 1, 0, 15) << 43
        | _between((facts.latest_on - _FIRST_DAY) // 28, 0, 63) << 48
        | (_ALL_NEEDS & ~np.int64(facts.needs)) << _NEEDS_AT
    )


@compiled
def taken_from(asked: Asked, ceilings: Array) -> tuple[int, int]:
    """What is taken from each signature, and the bits that must stay: then no range excludes it."""
    share = 0
    for at in range(len(ceilings)):
        share = max(share, _share_of_ceiling(ceilings[at], at + 1))
    taken = (
        (255 - min(255, asked.area // 50))
        | min(1023, asked.rent // 200) << 9
        | (63 - share) << 27
        | _between(asked.stairs_to + 1, 0, 15) << 34
    )
    if asked.floor != NOT_KNOWN:
        taken |= (7 - _between(asked.floor + 1, 0, 7)) << 39 | _between(asked.floor + 1, 0, 15) << 43
    if asked.available_on:
        taken |= _between((asked.available_on - _FIRST_DAY) // 28, 0, 63) << 48
    guards = _GUARDS & ~_RENT if asked.own else _GUARDS
    return taken, guards | asked.lacks << _NEEDS_AT


@compiled
def most_for_rent(asked: Asked) -> Array:
    """The most points that rent can add, by what the signature says of the highest rent (its bits from 9)."""
    most = np.full(1024, asked.rent_most, dtype=np.int64)
    start = 0
    for points in range(asked.rent_most):
        share = 100 - (points + 1) * asked.rent_percent_per_point
        if share <= 0:
            most[start:] = points
            break
        least = (100 * asked.rent + share - 1) // share  # the lowest limit that brings a point more
        end = min(1023, least // 200)
        most[start:end] = points
        start = max(start, end)
    most[1023] = asked.rent_most
    return most


@compiled
def most_for_area(asked: Asked) -> Array:
    """The most points that area can add, by the lowest eight bits of a signature."""
    most = np.full(256, asked.area_most, dtype=np.int64)
    end = 255
    for lost in range(1, asked.area_most + 1):
        least = asked.area - lost * asked.area_per_point + 1  # below it this many points are lost
        if least <= 0:
            break
        end = min(end, least // 50)
        most[256 - end :] = asked.area_most - lost
    return most
