"""The compiled loops. All in one module with its constants: a compiled copy on disk follows this file alone.

What is compared is said in `matching.domain.posting`; how it lies in memory in `layout`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from matching.engine.layout import Array, Asked, Columns

__all__ = ["OVERFLOW", "apply", "build", "find_rows", "postings_to_build", "rank", "rehash"]

F = TypeVar("F", bound=Callable[..., Any])
if TYPE_CHECKING:

    def compiled(function: F) -> F: ...

else:
    from numba import njit

    compiled = njit(nogil=True, cache=True, error_model="numpy")

OVERFLOW = -1
"""More equal scores than there is room for: ask again with more."""

_APPLICATIONS, _ROWS, _LISTS, _ENTRIES, _POSTINGS, _DIRECTORY, _FREE_ROW, _LONGEST, _MOST_ENTRIES = range(9)
_OF_ENTRIES, _OF_POSTINGS, _OF_DIRECTORIES = range(3)
_SCALE, _BUCKET, _AT, _BLOCKS, _ROOM = range(5)
_BLOCK, _BEST, _FIRST, _FILL, _SPACE = range(5)
_SMALLEST, _LARGEST, _FILLED = 4, 64, 48
_SIZE, _HEAD, _PACKED, _ENTRY = 64, 22, 4, 8
"""Bytes: facts; number of columns, length and id in a copied line; length of what is packed; an entry."""
_NEVER = -(2**62)
_NOT_KNOWN = -1000

# A signature: fields with a guard bit above each, so that one subtraction compares all. A field is never lower where
# the fact is better, so what it excludes is excluded; what it lets pass is verified.
_GUARDS = 1 << 8 | 1 << 19 | 1 << 26 | 1 << 33 | 1 << 38 | 1 << 42 | 1 << 47 | 1 << 54
_RENTS = 1 << 19 | 1 << 26
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
def _signature(facts: Any) -> int:
    rent = 1023 if facts.max_rent < 0 else min(1023, facts.max_rent // 200)
    return (
        _GUARDS
        | (255 - min(255, facts.needed_area // 50))
        | rent << 9
        | _between((facts.rent_below - 1) // 2_000, 0, 63) << 20
        | (63 - _share_of_ceiling(facts.income, facts.category)) << 27
        | _between(facts.max_floor + 1, 0, 15) << 34
        | (7 - _between(facts.lowest_floor + 1, 0, 7)) << 39
        | _between(facts.highest_floor + 1, 0, 15) << 43
        | _between((facts.latest_on - _FIRST_DAY) // 28, 0, 63) << 48
        | (_ALL_NEEDS & ~np.int64(facts.needs)) << _NEEDS_AT
    )


@compiled
def _taken(asked: Asked, ceilings: Array) -> tuple[int, int]:
    """What is taken from each signature, and the bits that must stay: then no range excludes it."""
    share = 0
    for at in range(len(ceilings)):
        share = max(share, _share_of_ceiling(ceilings[at], at + 1))
    taken = (
        (255 - min(255, asked.area // 50))
        | min(1023, asked.rent // 200) << 9
        | _between(asked.base_rent // 2_000, 0, 63) << 20
        | (63 - share) << 27
        | _between(asked.stairs_to + 1, 0, 15) << 34
    )
    if asked.floor != _NOT_KNOWN:
        taken |= (7 - _between(asked.floor + 1, 0, 7)) << 39 | _between(asked.floor + 1, 0, 15) << 43
    if asked.available_on:
        taken |= _between((asked.available_on - _FIRST_DAY) // 28, 0, 63) << 48
    guards = _GUARDS & ~_RENTS if asked.own else _GUARDS
    return taken, guards | asked.lacks << _NEEDS_AT


@compiled
def _bears_the_rent(facts: Any, asked: Asked) -> bool:
    return (
        (facts.max_rent < 0 or facts.max_rent >= asked.rent)
        and facts.rent_below > asked.base_rent
        and (facts.affordable == 0 or facts.affordable >= asked.rent)
    )


@compiled
def _fits(facts: Any, asked: Asked, ceilings: Array) -> bool:
    return (
        facts.needed_area <= asked.area
        and (_bears_the_rent(facts, asked) or (asked.own != 0 and facts.landlord == asked.own))
        and facts.income <= ceilings[facts.category - 1]
        and facts.max_floor >= asked.stairs_to
        and (asked.floor == _NOT_KNOWN or facts.lowest_floor <= asked.floor <= facts.highest_floor)
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
def rank(
    c: Columns,
    asked: Asked,
    buckets: Array,
    scales: Array,
    ceilings: Array,
    gates: Array,
    owing: Array,
    excluded: Array,
    scores: Array,
    days: Array,
    rows: Array,
) -> int:
    """The best `asked.limit` that fit, by score and the older registration, and whoever ties with the last of them.

    A line of `scales` is a scale, what the month adds to its bases, its points a month and its cap (-1 without);
    tenants of the landlords in `owing` get `asked.owed_points`; `excluded` are rows in ascending order. Fills scores,
    days and rows and returns how many, or `OVERFLOW`. With a limit of 0: all of `asked.least` points or more, in no
    order, one in two lists twice.

    The lists' next blocks are visited from the one that can hold the best score down, until none can reach the last
    place.
    """
    room = len(buckets) * len(scales)
    lists, added = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    rates, caps = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    bound, reached = np.empty(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
    count = 0
    for bucket in buckets:
        for scale in scales:
            number = c.by_list[_list_at(c, bucket, scale[0])] - 1
            if number >= 0 and c.lists[number, _BLOCKS]:
                lists[count], added[count], rates[count], caps[count] = number, scale[1], scale[2], scale[3]
                bound[count] = c.directory[c.lists[number, _AT], _BEST] + scale[1] + asked.most
                count += 1
    found, limit = 0, asked.limit
    taken, mask = _taken(asked, ceilings)
    while True:
        best, most = -1, _NEVER
        for at in range(count):
            if bound[at] > most:
                best, most = at, bound[at]
        least = asked.least if limit == 0 else scores[limit - 1] if found >= limit else _NEVER
        if best < 0 or most < least:
            return found
        line = c.lists[lists[best]]
        block = c.directory[line[_AT] + reached[best]]
        for at in range(block[_BLOCK], block[_BLOCK] + block[_FILL]):
            if ((c.signature[at] - taken) & mask) != mask:
                continue
            score = c.base[at] + added[best]
            if score + asked.most < least:
                break
            row = c.row[at]
            facts = c.facts[row]
            if not _fits(facts, asked, ceilings):
                continue
            if caps[best] >= 0:
                score -= rates[best] * max(0, asked.month - caps[best] - facts.month)
            score += _added_by_home(facts, asked, gates, owing)
            if score < least:
                continue
            if found == len(rows):
                return OVERFLOW
            if limit:
                found = _keep(scores, days, rows, found, limit, score, facts.registered_on, row, excluded)
                least = scores[limit - 1] if found >= limit else _NEVER
            else:
                scores[found], days[found], rows[found] = score, facts.registered_on, row
                found += 1
        reached[best] += 1
        bound[best] = _NEVER
        if reached[best] < line[_BLOCKS]:
            bound[best] = c.directory[line[_AT] + reached[best], _BEST] + added[best] + asked.most


@compiled
def _keep(
    scores: Array, days: Array, rows: Array, found: int, limit: int, score: int, day: int, row: int, excluded: Array
) -> int:
    """Put a row in its place among the best found so far; a row met twice counts by its better score."""
    if found >= limit and score == scores[limit - 1] and day > days[limit - 1]:
        return found
    at = np.searchsorted(excluded, row)
    if at < len(excluded) and excluded[at] == row:
        return found
    for at in range(found):
        if rows[at] == row:
            if scores[at] >= score:
                return found
            for later in range(at + 1, found):
                scores[later - 1], days[later - 1], rows[later - 1] = scores[later], days[later], rows[later]
            found -= 1
            break
    at = found
    while at > 0 and (score > scores[at - 1] or (score == scores[at - 1] and day < days[at - 1])):
        scores[at], days[at], rows[at] = scores[at - 1], days[at - 1], rows[at - 1]
        at -= 1
    scores[at], days[at], rows[at] = score, day, row
    found += 1
    while found > limit and (scores[found - 1] < scores[limit - 1] or days[found - 1] > days[limit - 1]):
        found -= 1
    return found


# Where things are


@compiled
def _start_of(first: int, second: int, table: Array) -> int:
    mixed = (first * 0x1E3779B97F4A7C15) ^ (second * 0x2545F4914F6CDD1D)
    return (mixed ^ (mixed >> 29)) & (len(table) - 1)


@compiled
def _find(c: Columns, high: int, low: int) -> int:
    """Where the application's first row stands in `by_id`, or the empty place where it would."""
    at = _start_of(high, low, c.by_id)
    while c.by_id[at]:
        row = c.by_id[at] - 1
        if c.ids[row, 0] == high and c.ids[row, 1] == low:
            return at
        at = (at + 1) & (len(c.by_id) - 1)
    return at


@compiled
def find_rows(c: Columns, ids: Array, rows: Array) -> int:
    """All rows of these applications; returns how many there are. `rows` has room for four each."""
    found = 0
    for at in range(len(ids)):
        row = c.by_id[_find(c, ids[at, 0], ids[at, 1])] - 1
        while row >= 0 and found < len(rows):
            rows[found] = row
            found += 1
            row = c.next_row[row]
    return found


@compiled
def _list_at(c: Columns, bucket: int, scale: int) -> int:
    at = _start_of(bucket, scale, c.by_list)
    while c.by_list[at]:
        line = c.lists[c.by_list[at] - 1]
        if line[_BUCKET] == bucket and line[_SCALE] == scale:
            return at
        at = (at + 1) & (len(c.by_list) - 1)
    return at


@compiled
def _list_of(c: Columns, bucket: int, scale: int) -> int:
    at = _list_at(c, bucket, scale)
    if not c.by_list[at]:
        number = c.marks[_LISTS]
        c.marks[_LISTS] += 1
        c.lists[number, _SCALE], c.lists[number, _BUCKET] = scale, bucket
        c.lists[number, _AT], c.lists[number, _BLOCKS], c.lists[number, _ROOM] = 0, 0, 0
        c.by_list[at] = number + 1
    return c.by_list[at] - 1


@compiled
def rehash(c: Columns) -> None:
    """Fill both hash tables, given empty, from the rows and lists there are. Each application's first row is told by
    `next_row`: no other row points to it.
    """
    first = np.ones(c.marks[_ROWS], dtype=np.bool_)
    for row in range(c.marks[_ROWS]):
        if c.next_row[row] >= 0:
            first[c.next_row[row]] = False
    free = c.marks[_FREE_ROW]
    while free >= 0:
        first[free] = False
        free = c.next_row[free]
    for row in range(c.marks[_ROWS]):
        if first[row]:
            c.by_id[_find(c, c.ids[row, 0], c.ids[row, 1])] = row + 1
    for number in range(c.marks[_LISTS]):
        c.by_list[_list_at(c, c.lists[number, _BUCKET], c.lists[number, _SCALE])] = number + 1


# Extents: room of a class is taken from what was given back, else from the end


@compiled
def _take(c: Columns, kind: int, size: int, room: int) -> int:
    at = c.free[kind, size]
    if at < 0:
        at = np.int64(c.marks[_ENTRIES + kind])
        c.marks[_ENTRIES + kind] += room
    elif kind == _OF_ENTRIES:
        c.free[kind, size] = c.entry_list[at]
    elif kind == _OF_POSTINGS:
        c.free[kind, size] = c.row[at]
    else:
        c.free[kind, size] = c.directory[at, 0]
    return at


@compiled
def _give(c: Columns, kind: int, size: int, at: int) -> None:
    """What is free is chained through its own first number."""
    if kind == _OF_ENTRIES:
        c.entry_list[at] = c.free[kind, size]
    elif kind == _OF_POSTINGS:
        c.row[at] = c.free[kind, size]
    else:
        c.directory[at, 0] = c.free[kind, size]
    c.free[kind, size] = at


@compiled
def _class_of(room: int) -> int:
    """0, 1, 2 … for 1, 2, 4 …"""
    size = 0
    while room > 1:
        room >>= 1
        size += 1
    return size


# Lists


@compiled
def _block_of(c: Columns, line: Array, base: int, row: int) -> int:
    """Line of the directory of the last block whose first posting is not behind this one, else of the first."""
    low, high = line[_AT], line[_AT] + line[_BLOCKS]
    while low < high:
        middle = (low + high) // 2
        best = c.directory[middle, _BEST]
        if best > base or (best == base and c.directory[middle, _FIRST] <= row):
            low = middle + 1
        else:
            high = middle
    return max(low - 1, line[_AT])


@compiled
def _place_in(c: Columns, block: Array, base: int, row: int) -> int:
    """Where the posting stands in a block, or would."""
    low, high = block[_BLOCK], block[_BLOCK] + block[_FILL]
    while low < high:
        middle = (low + high) // 2
        if c.base[middle] > base or (c.base[middle] == base and c.row[middle] < row):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _move(c: Columns, start: int, to: int, count: int) -> None:
    """Move postings; the two ranges may overlap."""
    if to > start:
        for at in range(count - 1, -1, -1):
            c.signature[to + at], c.base[to + at] = c.signature[start + at], c.base[start + at]
            c.row[to + at] = c.row[start + at]
    else:
        for at in range(count):
            c.signature[to + at], c.base[to + at] = c.signature[start + at], c.base[start + at]
            c.row[to + at] = c.row[start + at]


@compiled
def _set_room(c: Columns, block: Array, room: int) -> None:
    """Move a block to one of another room, where its postings fit."""
    at = _take(c, _OF_POSTINGS, _class_of(room), room)
    _move(c, block[_BLOCK], at, block[_FILL])
    _give(c, _OF_POSTINGS, _class_of(block[_SPACE]), block[_BLOCK])
    block[_BLOCK], block[_SPACE] = at, room


@compiled
def _copy_line(c: Columns, start: int, to: int) -> None:
    for one in range(5):
        c.directory[to, one] = c.directory[start, one]


@compiled
def _open_line(c: Columns, line: Array, at: int) -> int:
    """Make place for a block at line `at` of a list's directory; returns that line, which may have moved."""
    count, room = line[_BLOCKS], line[_ROOM]
    place = at - line[_AT]
    if count == room:
        larger = max(1, 2 * room)
        new = _take(c, _OF_DIRECTORIES, _class_of(larger), larger)
        for one in range(count):
            _copy_line(c, line[_AT] + one, new + one)
        if room:
            _give(c, _OF_DIRECTORIES, _class_of(room), line[_AT])
        line[_AT], line[_ROOM] = new, larger
        c.marks[_LONGEST] = max(c.marks[_LONGEST], larger)
    for one in range(line[_AT] + count, line[_AT] + place, -1):
        _copy_line(c, one - 1, one)
    line[_BLOCKS] += 1
    return line[_AT] + place


@compiled
def _insert(c: Columns, number: int, signature: int, base: int, row: int) -> None:
    line = c.lists[number]
    if line[_BLOCKS] == 0:
        at = _open_line(c, line, line[_AT])
        block = c.directory[at]
        block[_BLOCK] = _take(c, _OF_POSTINGS, _class_of(_SMALLEST), _SMALLEST)
        block[_FILL], block[_SPACE] = 0, _SMALLEST
    else:
        at = _block_of(c, line, base, row)
        block = c.directory[at]
        if block[_FILL] == block[_SPACE]:
            if block[_SPACE] < _LARGEST:
                _set_room(c, block, block[_SPACE] * 2)
            else:
                _split(c, line, at)
                at = _block_of(c, line, base, row)
            block = c.directory[at]
    place = _place_in(c, block, base, row)
    _move(c, place, place + 1, block[_BLOCK] + block[_FILL] - place)
    c.signature[place], c.base[place], c.row[place] = signature, base, row
    block[_FILL] += 1
    block[_BEST], block[_FIRST] = c.base[block[_BLOCK]], c.row[block[_BLOCK]]


@compiled
def _split(c: Columns, line: Array, at: int) -> None:
    at = _open_line(c, line, at + 1) - 1
    block, after = c.directory[at], c.directory[at + 1]
    half = block[_FILL] // 2
    after[_BLOCK] = _take(c, _OF_POSTINGS, _class_of(_LARGEST), _LARGEST)
    after[_SPACE], after[_FILL] = _LARGEST, block[_FILL] - half
    _move(c, block[_BLOCK] + half, after[_BLOCK], after[_FILL])
    block[_FILL] = half
    after[_BEST], after[_FIRST] = c.base[after[_BLOCK]], c.row[after[_BLOCK]]


@compiled
def _remove(c: Columns, number: int, base: int, row: int) -> None:
    line = c.lists[number]
    at = _block_of(c, line, base, row)
    block = c.directory[at]
    place = _place_in(c, block, base, row)
    _move(c, place + 1, place, block[_BLOCK] + block[_FILL] - place - 1)
    block[_FILL] -= 1
    if block[_FILL] == 0:
        _give(c, _OF_POSTINGS, _class_of(block[_SPACE]), block[_BLOCK])
        line[_BLOCKS] -= 1
        for one in range(at, line[_AT] + line[_BLOCKS]):
            _copy_line(c, one + 1, one)
        return
    if block[_SPACE] > _SMALLEST and block[_FILL] <= block[_SPACE] // 4:
        _set_room(c, block, block[_SPACE] // 2)
    block[_BEST], block[_FIRST] = c.base[block[_BLOCK]], c.row[block[_BLOCK]]


# Applications


@compiled
def _number(stream: Array, at: int, size: int) -> int:
    """A whole number as PostgreSQL sends it."""
    value = np.int64(0)
    for one in range(size):
        value = value << 8 | np.int64(stream[at + one])
    return value if size == 8 or value < np.int64(1) << (8 * size - 1) else value - (np.int64(1) << 8 * size)


@compiled
def _little(stream: Array, at: int) -> int:
    """A whole number as `packing` writes it."""
    value = (
        np.int64(stream[at])
        | np.int64(stream[at + 1]) << 8
        | np.int64(stream[at + 2]) << 16
        | np.int64(stream[at + 3]) << 24
    )
    return value if value < 2**31 else value - 2**32


@compiled
def _forget(c: Columns, at: int, posted: bool) -> None:
    """Remove the application that stands at `at` in `by_id`."""
    row = np.int64(c.by_id[at]) - 1
    while row >= 0:
        start, entries = np.int64(c.entries_at[row]), np.int64(c.facts[row].entries)
        if posted:
            for one in range(start, start + entries):
                _remove(c, np.int64(c.entry_list[one]), np.int64(c.entry_base[one]), row)
        _give(c, _OF_ENTRIES, (entries + 1) // 2, start)
        after = np.int64(c.next_row[row])
        c.next_row[row] = c.marks[_FREE_ROW]
        c.marks[_FREE_ROW] = row
        row = after
    c.marks[_APPLICATIONS] -= 1
    hole, at = at, (at + 1) & (len(c.by_id) - 1)
    while c.by_id[at]:  # whoever would not be found past the hole moves into it
        row = c.by_id[at] - 1
        start = _start_of(c.ids[row, 0], c.ids[row, 1], c.by_id)
        if (at - start) & (len(c.by_id) - 1) >= (at - hole) & (len(c.by_id) - 1):
            c.by_id[hole] = c.by_id[at]
            hole = at
        at = (at + 1) & (len(c.by_id) - 1)
    c.by_id[hole] = 0


@compiled
def _read(c: Columns, stream: Array, at: int, end: int, high: int, low: int, place: int) -> None:
    """Take in the rows of one application, with their entries; nothing is posted yet."""
    before = -1
    while at < end:
        row = c.marks[_FREE_ROW]
        if row >= 0:
            c.marks[_FREE_ROW] = c.next_row[row]
        else:
            row = c.marks[_ROWS]
            c.marks[_ROWS] += 1
        for one in range(_SIZE):
            c.raw[row, one] = stream[at + one]
        at += _SIZE
        c.ids[row, 0], c.ids[row, 1], c.next_row[row] = high, low, before
        before = row
        facts = c.facts[row]
        entries = np.int64(facts.entries)
        pairs = (entries + 1) // 2
        start = _take(c, _OF_ENTRIES, pairs, pairs * 2)
        c.entries_at[row] = start
        for one in range(entries):
            c.entry_list[start + one] = _list_of(c, _little(stream, at), facts.scale)
            c.entry_base[start + one] = _little(stream, at + 4)
            at += _ENTRY
    c.by_id[place] = before + 1
    c.marks[_APPLICATIONS] += 1


@compiled
def _has_room(c: Columns, size: int) -> bool:
    """Whether an application of so many bytes surely finds room."""
    entries, rows = size // _ENTRY + 1, size // (_SIZE + _ENTRY) + 1
    c.marks[_MOST_ENTRIES] = max(c.marks[_MOST_ENTRIES], entries)
    marks = c.marks
    return (
        marks[_ROWS] + rows <= len(c.next_row)
        and 2 * (marks[_APPLICATIONS] + 1) <= len(c.by_id)
        and marks[_LISTS] + entries <= len(c.lists)
        and 2 * (marks[_LISTS] + entries) <= len(c.by_list)
        and marks[_ENTRIES] + entries + 4 * rows <= len(c.entry_list)
        and marks[_POSTINGS] + _LARGEST * entries <= len(c.row)
        and marks[_DIRECTORY] + (2 * marks[_LONGEST] + 2) * entries <= len(c.directory)
    )


@compiled
def apply(c: Columns, stream: Array, post: bool) -> tuple[int, bool]:
    """Take applications as a binary COPY of (id, packed) sends them, each in place of what was there before.

    Returns how many bytes were taken, one that is cut off at the end left, and whether room is short for the next.
    `post=False` is for the first load: `build` then posts all at once.
    """
    at = 0
    while at + _HEAD + _PACKED <= len(stream):
        size = _number(stream, at + _HEAD, 4)
        end = at + _HEAD + _PACKED + max(size, 0)
        if end > len(stream):
            break
        if not _has_room(c, max(size, 0)):
            return at, True
        high, low = _number(stream, at + 6, 8), _number(stream, at + 14, 8)
        place = _find(c, high, low)
        if c.by_id[place]:
            _forget(c, place, post)
            place = _find(c, high, low)
        if size > 0:
            _read(c, stream, at + _HEAD + _PACKED, end, high, low, place)
            if post:
                row = np.int64(c.by_id[place]) - 1
                while row >= 0:
                    signature, start = _signature(c.facts[row]), np.int64(c.entries_at[row])
                    for one in range(start, start + np.int64(c.facts[row].entries)):
                        _insert(c, np.int64(c.entry_list[one]), signature, np.int64(c.entry_base[one]), row)
                    row = np.int64(c.next_row[row])
        at = end
    return at, False


@compiled
def postings_to_build(c: Columns, counts: Array) -> tuple[int, int]:
    """Count the postings of each list; return the room that blocks and directories will take."""
    for row in range(c.marks[_ROWS]):
        for one in range(c.entries_at[row], c.entries_at[row] + c.facts[row].entries):
            counts[c.entry_list[one]] += 1
    postings, lines = 0, 0
    for count in counts:
        blocks = _blocks_for(count)
        lines += 1 << _class_of(2 * blocks - 1) if blocks else 0
        postings += blocks * _LARGEST if blocks > 1 else _room_for(count)
    return postings, lines


@compiled
def _blocks_for(count: int) -> int:
    return (count > 0) if count <= _LARGEST else (count + _FILLED - 1) // _FILLED


@compiled
def _room_for(count: int) -> int:
    room = _SMALLEST if count else 0
    while room < count:
        room *= 2
    return room


@compiled
def _sorted_by(order: Array, digits: Array, into: Array, values: int) -> None:
    """A stable counting sort of `order` by `digits[entry]`, each below `values`."""
    starts = np.zeros(values + 1, dtype=np.int64)
    for entry in order:
        starts[digits[entry] + 1] += 1
    for value in range(values):
        starts[value + 1] += starts[value]
    for entry in order:
        into[starts[digits[entry]]] = entry
        starts[digits[entry]] += 1


@compiled
def build(c: Columns, counts: Array) -> None:
    """Post all rows into empty lists: sorted by base, best first, then by list, each a stable counting sort."""
    total, used = counts.sum(), c.marks[_ENTRIES]
    owner, digits = np.empty(used, dtype=np.int32), np.empty(used, dtype=np.int32)
    order, other = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int32)
    at = 0
    best = np.int64(-(2**31))
    for row in range(c.marks[_ROWS]):
        for one in range(c.entries_at[row], c.entries_at[row] + c.facts[row].entries):
            owner[one], order[at] = row, one
            best = max(best, np.int64(c.entry_base[one]))
            at += 1
    highest = 0
    for one in order:
        behind = best - c.entry_base[one]
        digits[one], highest = behind & 0xFFFF, max(highest, behind >> 16)
    _sorted_by(order, digits, other, 1 << 16)
    order, other = other, order
    if highest:
        for one in order:
            digits[one] = (best - c.entry_base[one]) >> 16
        _sorted_by(order, digits, other, highest + 1)
        order, other = other, order
    _sorted_by(order, c.entry_list, other, len(counts))
    at = 0
    for number in range(len(counts)):
        at = _fill_list(c, c.lists[number], counts[number], other, owner, at)


@compiled
def _fill_list(c: Columns, line: Array, count: int, order: Array, owner: Array, start: int) -> int:
    blocks = _blocks_for(count)
    if blocks:
        room = 1 << _class_of(2 * blocks - 1)
        line[_AT] = _take(c, _OF_DIRECTORIES, _class_of(room), room)
        line[_ROOM], line[_BLOCKS] = room, blocks
        c.marks[_LONGEST] = max(c.marks[_LONGEST], room)
    space = _LARGEST if blocks > 1 else _room_for(count)
    end = start + count
    for number in range(line[_AT], line[_AT] + blocks):
        fill = min(end - start, _FILLED if blocks > 1 else _LARGEST)
        at = _take(c, _OF_POSTINGS, _class_of(space), space)
        for one in range(fill):
            entry = order[start + one]
            row = owner[entry]
            c.signature[at + one] = _signature(c.facts[row])
            c.base[at + one], c.row[at + one] = c.entry_base[entry], row
        block = c.directory[number]
        block[_BLOCK], block[_FILL], block[_SPACE] = at, fill, space
        block[_BEST], block[_FIRST] = c.base[at], c.row[at]
        start += fill
    return end
