"""The compiled loop that ranks. What is compared is said in `matching.domain.posting`, how it lies in `layout`."""

from typing import Any

import numpy as np

from matching.engine.addresses import FACTS_COLUMN, columns_at, fetch_ahead
from matching.engine.compiling import compiled
from matching.engine.layout import (
    BLOCK_AT,
    BLOCK_BEST,
    BLOCK_FILL,
    FACTS,
    LARGEST,
    LIST_AT,
    LIST_BEST,
    LIST_BLOCKS,
    Array,
    Columns,
)
from matching.engine.question import NOT_KNOWN, Asked, Home, home_of
from matching.engine.signature import most_for_area, most_for_rent, taken_from
from matching.engine.tables import list_at

__all__ = ["OVERFLOW", "rank"]

OVERFLOW = -1
"""More equal scores than there is room for: ask again with more."""

_NEVER = -(2**62)
_SIZE = FACTS.itemsize
_SCORE, _DAY, _ROW = range(3)
"""Columns of an answer."""
_NEXT, _END, _ADDED, _RATE, _CAP = range(5)
"""Of a list: its next block's line of the directory and the last one's, and its scale."""


@compiled
def rank(addresses: Array, question: Array, excluded: Array, best: Array, named: Array) -> tuple[int, bool]:
    """The best `asked.limit` that fit, by score and the older registration, and whoever ties with the last of them.

    Fills `best` with score, day and row of each, `named` with the two halves of its id and the score; returns how many,
    or `OVERFLOW`, and whether some are equal in score and day. `excluded` are rows in ascending order. With a limit of
    0: all of `asked.least` points or more in `best` alone, in no order, one in two lists twice.

    The lists' next blocks are visited from the one that can hold the best score down, until none can reach the last
    place.
    """
    c, home = columns_at(addresses), home_of(question)
    asked, limit = home.asked, home.asked.limit
    taken, mask = taken_from(asked, home.ceilings)
    bounds, lists = _lists_of(c, home)
    for_rent, for_area = most_for_rent(asked), most_for_area(asked)
    passing, reaching = np.empty(LARGEST, dtype=np.int64), np.empty(LARGEST, dtype=np.int64)
    facts_at = addresses[FACTS_COLUMN, 0]
    count, found = len(bounds), 0
    least = asked.least if limit == 0 else _NEVER
    while True:
        first, highest, second, at = -1, _NEVER, _NEVER, 0
        while at < count:
            bound = bounds[at]
            if bound < least:  # its turn never comes again
                count -= 1
                bounds[at] = bounds[count]
                lists[at] = lists[count]
                continue
            if bound > highest:
                first, highest, second = at, bound, highest
            elif bound > second:
                second = bound
            at += 1
        if first < 0:
            break
        line = lists[first]
        while bounds[first] >= max(second, least):
            block = c.directory[line[_NEXT]]
            start, number = block[BLOCK_AT], 0
            for at in range(start, start + block[BLOCK_FILL]):
                passing[number] = at
                number += ((c.signature[at] - taken) & mask) == mask
            hopeful = 0
            for one in range(number):
                at = passing[one]
                most = c.base[at] + line[_ADDED] + asked.most
                if most < least:
                    break
                signature = c.signature[at]
                most += for_rent[signature >> 9 & 1023] + for_area[signature & 255] - asked.most_for_both
                if most >= least:
                    address = facts_at + c.row[at] * _SIZE
                    fetch_ahead(address)
                    fetch_ahead(address + _SIZE - 1)
                    passing[hopeful], reaching[hopeful] = at, most
                    hopeful += 1
            for one in range(hopeful):
                if reaching[one] < least:
                    continue
                score, row = c.base[passing[one]] + line[_ADDED], c.row[passing[one]]
                facts = c.facts[row]
                if not _fits(facts, asked, home.ceilings):
                    continue
                if line[_CAP] >= 0:
                    score -= line[_RATE] * max(0, asked.month - line[_CAP] - facts.month)
                score += _added_by_home(facts, asked, home.gates, home.owing)
                if score < least:
                    continue
                if found == len(best):
                    return OVERFLOW, False
                if limit:
                    found = _keep(best, found, limit, score, facts.registered_on, row, excluded)
                    least = best[limit - 1, _SCORE] if found >= limit else _NEVER
                else:
                    best[found, _SCORE], best[found, _DAY], best[found, _ROW] = score, facts.registered_on, row
                    found += 1
            line[_NEXT] += 1
            if line[_NEXT] == line[_END]:
                bounds[first] = _NEVER
                break
            bounds[first] = c.directory[line[_NEXT], BLOCK_BEST] + line[_ADDED] + asked.most
    return found, limit > 0 and _named(c, best, named, found)


@compiled
def _lists_of(c: Columns, home: Home) -> tuple[Array, Array]:
    """The home's lists that somebody is in, and what the best of each can reach."""
    room, count = len(home.buckets) * len(home.scales), 0
    bounds, lists = np.empty(room, dtype=np.int64), np.empty((room, 5), dtype=np.int64)
    for bucket in home.buckets:
        for scale in home.scales:
            number = c.by_list[list_at(c, bucket, scale[0])] - 1
            if number >= 0 and c.lists[number, LIST_BLOCKS]:
                line = c.lists[number]
                bounds[count] = line[LIST_BEST] + scale[1] + home.asked.most
                of = lists[count]
                of[_NEXT], of[_END] = line[LIST_AT], line[LIST_AT] + line[LIST_BLOCKS]
                of[_ADDED], of[_RATE], of[_CAP] = scale[1], scale[2], scale[3]
                count += 1
    return bounds[:count], lists


@compiled
def _bears_the_rent(facts: Any, asked: Asked) -> bool:
    return (
        (facts.max_rent < 0 or facts.max_rent >= asked.rent)
        and (facts.rent_below > asked.base_rent or facts.landlord != asked.landlord)
        and (facts.affordable == 0 or facts.affordable >= asked.rent)
    )


@compiled
def _fits(facts: Any, asked: Asked, ceilings: Array) -> bool:
    return (
        facts.needed_area <= asked.area
        and (_bears_the_rent(facts, asked) or (asked.own != 0 and facts.landlord == asked.own))
        and facts.income <= ceilings[facts.category - 1]
        and facts.max_floor >= asked.stairs_to
        and (asked.floor == NOT_KNOWN or facts.lowest_floor <= asked.floor <= facts.highest_floor)
        and facts.needs & asked.lacks == 0
        and facts.more & asked.more == 0
        and (asked.available_on == 0 or facts.latest_on >= asked.available_on)
    )


@compiled
def _added_by_home(facts: Any, asked: Asked, gates: Array, owing: Array) -> int:
    points = max(0, asked.area_most - (asked.area - facts.needed_area) // asked.area_per_point)
    if facts.max_rent > 0:
        below = (facts.max_rent - asked.rent) * 100 // facts.max_rent
        points += max(0, min(asked.rent_most, below // asked.rent_percent_per_point))
    for gate in gates:
        points += facts.gated[gate]
    for landlord in owing:
        if facts.landlord == landlord:
            points += asked.owed_points
    return points


@compiled
def _keep(best: Array, found: int, limit: int, score: int, day: int, row: int, excluded: Array) -> int:
    """Put a row in its place among the best found so far; a row met twice counts by its better score."""
    if found >= limit and score == best[limit - 1, _SCORE] and day > best[limit - 1, _DAY]:
        return found
    at = np.searchsorted(excluded, row)
    if at < len(excluded) and excluded[at] == row:
        return found
    for at in range(found):
        if best[at, _ROW] == row:
            if best[at, _SCORE] >= score:
                return found
            for later in range(at + 1, found):
                _copy(best, later, later - 1)
            found -= 1
            break
    at = found
    while at > 0 and (score > best[at - 1, _SCORE] or (score == best[at - 1, _SCORE] and day < best[at - 1, _DAY])):
        _copy(best, at - 1, at)
        at -= 1
    best[at, _SCORE], best[at, _DAY], best[at, _ROW] = score, day, row
    found += 1
    while found > limit and (
        best[found - 1, _SCORE] < best[limit - 1, _SCORE] or best[found - 1, _DAY] > best[limit - 1, _DAY]
    ):
        found -= 1
    return found


@compiled
def _copy(best: Array, start: int, to: int) -> None:
    for column in range(3):
        best[to, column] = best[start, column]


@compiled
def _named(c: Columns, best: Array, named: Array, found: int) -> bool:
    """Look ids up; returns whether two neighbours are equal in score and day."""
    equal = False
    for at in range(found):
        row = best[at, _ROW]
        named[at, 0], named[at, 1], named[at, 2] = c.ids[row, 0], c.ids[row, 1], best[at, _SCORE]
        if at and best[at, _SCORE] == best[at - 1, _SCORE] and best[at, _DAY] == best[at - 1, _DAY]:
            equal = True
    return equal
