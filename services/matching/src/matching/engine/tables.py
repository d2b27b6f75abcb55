"""Where things are: hash tables from an application to its first row, from a bucket and scale to its list."""

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import (
    FREE_ROW,
    LIST_AT,
    LIST_BLOCKS,
    LIST_BUCKET,
    LIST_ROOM,
    LIST_SCALE,
    LISTS,
    ROWS,
    Array,
    Columns,
)

__all__ = ["find", "find_rows", "list_at", "list_of", "rehash", "start_of"]


@compiled
def start_of(first: int, second: int, table: Array) -> int:
    mixed = (first * 0x1E3779B97F4A7C15) ^ (second * 0x2545F4914F6CDD1D)
    return (mixed ^ (mixed >> 29)) & (len(table) - 1)


@compiled
def find(c: Columns, high: int, low: int) -> int:
    """Where the application's first row stands in `by_id`, or the empty place where it would."""
    at = start_of(high, low, c.by_id)
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
        row = c.by_id[find(c, ids[at, 0], ids[at, 1])] - 1
        while row >= 0 and found < len(rows):
            rows[found] = row
            found += 1
            row = c.next_row[row]
    return found


@compiled
def list_at(c: Columns, bucket: int, scale: int) -> int:
    at = start_of(bucket, scale, c.by_list)
    while c.by_list[at]:
        line = c.lists[c.by_list[at] - 1]
        if line[LIST_BUCKET] == bucket and line[LIST_SCALE] == scale:
            return at
        at = (at + 1) & (len(c.by_list) - 1)
    return at


@compiled
def list_of(c: Columns, bucket: int, scale: int) -> int:
    at = list_at(c, bucket, scale)
    if not c.by_list[at]:
        number = c.marks[LISTS]
        c.marks[LISTS] += 1
        c.lists[number, LIST_SCALE], c.lists[number, LIST_BUCKET] = scale, bucket
        c.lists[number, LIST_AT], c.lists[number, LIST_BLOCKS], c.lists[number, LIST_ROOM] = 0, 0, 0
        c.by_list[at] = number + 1
    return c.by_list[at] - 1


@compiled
def rehash(c: Columns) -> None:
    """Fill both hash tables, given empty, from the rows and lists there are. Each application's first row is told by
    `next_row`: no other row points to it.
    """
    first = np.ones(c.marks[ROWS], dtype=np.bool_)
    for row in range(c.marks[ROWS]):
        if c.next_row[row] >= 0:
            first[c.next_row[row]] = False
    free = c.marks[FREE_ROW]
    while free >= 0:
        first[free] = False
        free = c.next_row[free]
    for row in range(c.marks[ROWS]):
        if first[row]:
            c.by_id[find(c, c.ids[row, 0], c.ids[row, 1])] = row + 1
    for number in range(c.marks[LISTS]):
        c.by_list[list_at(c, c.lists[number, LIST_BUCKET], c.lists[number, LIST_SCALE])] = number + 1
