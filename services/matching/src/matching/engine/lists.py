"""Sorted lists of postings in blocks, changed in place; room is taken from what was given back, else from the end."""

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import (
    BLOCK_AT,
    BLOCK_BEST,
    BLOCK_FILL,
    BLOCK_FIRST,
    BLOCK_ROOM,
    ENTRIES,
    LARGEST,
    LIST_AT,
    LIST_BEST,
    LIST_BLOCKS,
    LIST_ROOM,
    LONGEST,
    OF_DIRECTORIES,
    OF_ENTRIES,
    OF_POSTINGS,
    SMALLEST,
    Array,
    Columns,
)

__all__ = ["class_of", "give", "insert", "remove", "take"]


@compiled
def take(c: Columns, kind: int, size: int, room: int) -> int:
    at = c.free[kind, size]
    if at < 0:
        at = np.int64(c.marks[ENTRIES + kind])
        c.marks[ENTRIES + kind] += room
    elif kind == OF_ENTRIES:
        c.free[kind, size] = c.entry_list[at]
    elif kind == OF_POSTINGS:
        c.free[kind, size] = c.row[at]
    else:
        c.free[kind, size] = c.directory[at, 0]
    return at


@compiled
def give(c: Columns, kind: int, size: int, at: int) -> None:
    """What is free is chained through its own first number."""
    if kind == OF_ENTRIES:
        c.entry_list[at] = c.free[kind, size]
    elif kind == OF_POSTINGS:
        c.row[at] = c.free[kind, size]
    else:
        c.directory[at, 0] = c.free[kind, size]
    c.free[kind, size] = at


@compiled
def class_of(room: int) -> int:
    """0, 1, 2 … for 1, 2, 4 …"""
    size = 0
    while room > 1:
        room >>= 1
        size += 1
    return size


@compiled
def _block_of(c: Columns, line: Array, base: int, row: int) -> int:
    """Line of the directory of the last block whose first posting is not behind this one, else of the first."""
    low, high = line[LIST_AT], line[LIST_AT] + line[LIST_BLOCKS]
    while low < high:
        middle = (low + high) // 2
        best = c.directory[middle, BLOCK_BEST]
        if best > base or (best == base and c.directory[middle, BLOCK_FIRST] <= row):
            low = middle + 1
        else:
            high = middle
    return max(low - 1, line[LIST_AT])


@compiled
def _place_in(c: Columns, block: Array, base: int, row: int) -> int:
    """Where the posting stands in a block, or would."""
    low, high = block[BLOCK_AT], block[BLOCK_AT] + block[BLOCK_FILL]
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
    at = take(c, OF_POSTINGS, class_of(room), room)
    _move(c, block[BLOCK_AT], at, block[BLOCK_FILL])
    give(c, OF_POSTINGS, class_of(block[BLOCK_ROOM]), block[BLOCK_AT])
    block[BLOCK_AT], block[BLOCK_ROOM] = at, room


@compiled
def _copy_line(c: Columns, start: int, to: int) -> None:
    for one in range(5):
        c.directory[to, one] = c.directory[start, one]


@compiled
def _open_line(c: Columns, line: Array, at: int) -> int:
    """Make place for a block at line `at` of a list's directory; returns that line, which may have moved."""
    count, room = line[LIST_BLOCKS], line[LIST_ROOM]
    place = at - line[LIST_AT]
    if count == room:
        larger = max(1, 2 * room)
        new = take(c, OF_DIRECTORIES, class_of(larger), larger)
        for one in range(count):
            _copy_line(c, line[LIST_AT] + one, new + one)
        if room:
            give(c, OF_DIRECTORIES, class_of(room), line[LIST_AT])
        line[LIST_AT], line[LIST_ROOM] = new, larger
        c.marks[LONGEST] = max(c.marks[LONGEST], larger)
    for one in range(line[LIST_AT] + count, line[LIST_AT] + place, -1):
        _copy_line(c, one - 1, one)
    line[LIST_BLOCKS] += 1
    return line[LIST_AT] + place


@compiled
def insert(c: Columns, number: int, signature: int, base: int, row: int) -> None:
    line = c.lists[number]
    if line[LIST_BLOCKS] == 0:
        at = _open_line(c, line, line[LIST_AT])
        block = c.directory[at]
        block[BLOCK_AT] = take(c, OF_POSTINGS, class_of(SMALLEST), SMALLEST)
        block[BLOCK_FILL], block[BLOCK_ROOM] = 0, SMALLEST
    else:
        at = _block_of(c, line, base, row)
        block = c.directory[at]
        if block[BLOCK_FILL] == block[BLOCK_ROOM]:
            if block[BLOCK_ROOM] < LARGEST:
                _set_room(c, block, block[BLOCK_ROOM] * 2)
            else:
                _split(c, line, at)
                at = _block_of(c, line, base, row)
            block = c.directory[at]
    place = _place_in(c, block, base, row)
    _move(c, place, place + 1, block[BLOCK_AT] + block[BLOCK_FILL] - place)
    c.signature[place], c.base[place], c.row[place] = signature, base, row
    block[BLOCK_FILL] += 1
    block[BLOCK_BEST], block[BLOCK_FIRST] = c.base[block[BLOCK_AT]], c.row[block[BLOCK_AT]]
    line[LIST_BEST] = c.directory[line[LIST_AT], BLOCK_BEST]


@compiled
def _split(c: Columns, line: Array, at: int) -> None:
    at = _open_line(c, line, at + 1) - 1
    block, after = c.directory[at], c.directory[at + 1]
    half = block[BLOCK_FILL] // 2
    after[BLOCK_AT] = take(c, OF_POSTINGS, class_of(LARGEST), LARGEST)
    after[BLOCK_ROOM], after[BLOCK_FILL] = LARGEST, block[BLOCK_FILL] - half
    _move(c, block[BLOCK_AT] + half, after[BLOCK_AT], after[BLOCK_FILL])
    block[BLOCK_FILL] = half
    after[BLOCK_BEST], after[BLOCK_FIRST] = c.base[after[BLOCK_AT]], c.row[after[BLOCK_AT]]


@compiled
def remove(c: Columns, number: int, base: int, row: int) -> None:
    line = c.lists[number]
    at = _block_of(c, line, base, row)
    block = c.directory[at]
    place = _place_in(c, block, base, row)
    _move(c, place + 1, place, block[BLOCK_AT] + block[BLOCK_FILL] - place - 1)
    block[BLOCK_FILL] -= 1
    if block[BLOCK_FILL] == 0:
        give(c, OF_POSTINGS, class_of(block[BLOCK_ROOM]), block[BLOCK_AT])
        line[LIST_BLOCKS] -= 1
        for one in range(at, line[LIST_AT] + line[LIST_BLOCKS]):
            _copy_line(c, one + 1, one)
        line[LIST_BEST] = c.directory[line[LIST_AT], BLOCK_BEST]
        return
    if block[BLOCK_ROOM] > SMALLEST and block[BLOCK_FILL] <= block[BLOCK_ROOM] // 4:
        _set_room(c, block, block[BLOCK_ROOM] // 2)
    block[BLOCK_BEST], block[BLOCK_FIRST] = c.base[block[BLOCK_AT]], c.row[block[BLOCK_AT]]
    line[LIST_BEST] = c.directory[line[LIST_AT], BLOCK_BEST]
