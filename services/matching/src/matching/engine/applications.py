"""Applications as they come, packed: each in place of what was there before."""

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import (
    APPLICATIONS,
    DIRECTORY,
    ENTRIES,
    FREE_ROW,
    LARGEST,
    LISTS,
    LONGEST,
    MOST_ENTRIES,
    OF_ENTRIES,
    POSTINGS,
    ROWS,
    Array,
    Columns,
)
from matching.engine.lists import give, insert, remove, take
from matching.engine.signature import signature_of
from matching.engine.tables import find, list_of, start_of

__all__ = ["apply"]

_SIZE, _HEAD, _PACKED, _ENTRY = 64, 22, 4, 8
"""Bytes: facts; number of columns, length and id in a copied line; length of what is packed; an entry."""


@compiled
def _length(stream: Array, at: int) -> int:
    """A length as PostgreSQL sends it; -1 for null."""
    value = np.int64(0)
    for one in range(4):
        value = value << 8 | np.int64(stream[at + one])
    return value if value < 1 << 31 else value - (1 << 32)


@compiled
def _word(stream: Array, at: int) -> int:
    """Half of an id, as it lies in memory."""
    value = np.int64(0)
    for one in range(8):
        value |= np.int64(stream[at + one]) << (8 * one)
    return value


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
                remove(c, np.int64(c.entry_list[one]), np.int64(c.entry_base[one]), row)
        give(c, OF_ENTRIES, (entries + 1) // 2, start)
        after = np.int64(c.next_row[row])
        c.next_row[row] = c.marks[FREE_ROW]
        c.marks[FREE_ROW] = row
        row = after
    c.marks[APPLICATIONS] -= 1
    hole, at = at, (at + 1) & (len(c.by_id) - 1)
    while c.by_id[at]:  # whoever would not be found past the hole moves into it
        row = c.by_id[at] - 1
        start = start_of(c.ids[row, 0], c.ids[row, 1], c.by_id)
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
        row = c.marks[FREE_ROW]
        if row >= 0:
            c.marks[FREE_ROW] = c.next_row[row]
        else:
            row = c.marks[ROWS]
            c.marks[ROWS] += 1
        for one in range(_SIZE):
            c.raw[row, one] = stream[at + one]
        at += _SIZE
        c.ids[row, 0], c.ids[row, 1], c.next_row[row] = high, low, before
        before = row
        facts = c.facts[row]
        entries = np.int64(facts.entries)
        pairs = (entries + 1) // 2
        start = take(c, OF_ENTRIES, pairs, pairs * 2)
        c.entries_at[row] = start
        for one in range(entries):
            c.entry_list[start + one] = list_of(c, _little(stream, at), facts.scale)
            c.entry_base[start + one] = _little(stream, at + 4)
            at += _ENTRY
    c.by_id[place] = before + 1
    c.marks[APPLICATIONS] += 1


@compiled
def _has_room(c: Columns, size: int) -> bool:
    """Whether an application of so many bytes surely finds room."""
    entries, rows = size // _ENTRY + 1, size // (_SIZE + _ENTRY) + 1
    c.marks[MOST_ENTRIES] = max(c.marks[MOST_ENTRIES], entries)
    marks = c.marks
    return (
        marks[ROWS] + rows <= len(c.next_row)
        and 2 * (marks[APPLICATIONS] + 1) <= len(c.by_id)
        and marks[LISTS] + entries <= len(c.lists)
        and 2 * (marks[LISTS] + entries) <= len(c.by_list)
        and marks[ENTRIES] + entries + 4 * rows <= len(c.entry_list)
        and marks[POSTINGS] + LARGEST * entries <= len(c.row)
        and marks[DIRECTORY] + (2 * marks[LONGEST] + 2) * entries <= len(c.directory)
    )


@compiled
def apply(c: Columns, stream: Array, post: bool) -> tuple[int, bool]:
    """Take applications as a binary COPY of (id, packed) sends them, each in place of what was there before.

    Returns how many bytes were taken, one that is cut off at the end left, and whether room is short for the next.
    `post=False` is for the first load: `build` then posts all at once.
    """
    at = 0
    while at + _HEAD + _PACKED <= len(stream):
        size = _length(stream, at + _HEAD)
        end = at + _HEAD + _PACKED + max(size, 0)
        if end > len(stream):
            break
        if not _has_room(c, max(size, 0)):
            return at, True
        high, low = _word(stream, at + 6), _word(stream, at + 14)
        place = find(c, high, low)
        if c.by_id[place]:
            _forget(c, place, post)
            place = find(c, high, low)
        if size > 0:
            _read(c, stream, at + _HEAD + _PACKED, end, high, low, place)
            if post:
                row = np.int64(c.by_id[place]) - 1
                while row >= 0:
                    signature, start = signature_of(c.facts[row]), np.int64(c.entries_at[row])
                    for one in range(start, start + np.int64(c.facts[row].entries)):
                        insert(c, np.int64(c.entry_list[one]), signature, np.int64(c.entry_base[one]), row)
                    row = np.int64(c.next_row[row])
        at = end
    return at, False
