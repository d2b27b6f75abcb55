"""How applications lie in memory: rows of facts, and sorted lists of those who want one place and type.

A *row* is an application in one scoring territory: what a home is compared with, 64 bytes, as `packing` writes them.
A *list* holds all rows of one bucket and scale, best base first, in blocks of up to 64 postings; a posting is a
signature (every range of the row, coarse), the base, and the row. A *directory* holds each list's blocks in order.
"""

from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "APPLICATIONS",
    "BLOCK_AT",
    "BLOCK_BEST",
    "BLOCK_FILL",
    "BLOCK_FIRST",
    "BLOCK_ROOM",
    "DIRECTORY",
    "ENTRIES",
    "FACTS",
    "FILLED",
    "FREE_ROW",
    "LARGEST",
    "LISTS",
    "LIST_AT",
    "LIST_BEST",
    "LIST_BLOCKS",
    "LIST_BUCKET",
    "LIST_ROOM",
    "LIST_SCALE",
    "LONGEST",
    "MOST_ENTRIES",
    "OF_DIRECTORIES",
    "OF_ENTRIES",
    "OF_POSTINGS",
    "POSTINGS",
    "ROWS",
    "SMALLEST",
    "Array",
    "Columns",
    "empty_columns",
    "table_size",
]

Array = np.ndarray[Any, Any]

FACTS = np.dtype(
    [
        ("scale", "<i8"),
        ("registered_on", "<i4"),
        ("max_rent", "<i4"),
        ("rent_below", "<i4"),
        ("needed_area", "<i4"),
        ("income", "<i4"),
        ("latest_on", "<i4"),
        ("gated", "<i2", (6,)),
        ("month", "<u2"),
        ("entries", "<u2"),
        ("category", "u1"),
        ("max_floor", "i1"),
        ("lowest_floor", "i1"),
        ("highest_floor", "i1"),
        ("needs", "u1"),
        ("more", "u1"),
        ("spare", "u1", (2,)),
        ("affordable", "<i4"),
        ("landlord", "<i4"),
    ]
)
"""Days as ordinals of the calendar, rents in cents a month, areas in hundredths of a square metre, income in euros.

`needs` are the first eight of `posting.Need`, `more` those after. `affordable` is 0 without a limit; `landlord` is the
SIREN of the landlord whose home a transfer leaves, 0 for everybody else.
"""

APPLICATIONS, ROWS, LISTS, ENTRIES, POSTINGS, DIRECTORY, FREE_ROW, LONGEST, MOST_ENTRIES = range(9)
"""Where each number of `Columns.marks` stands. `LONGEST`: room of the longest directory; `MOST_ENTRIES`: of one
application ever seen, what room is kept for."""
OF_ENTRIES, OF_POSTINGS, OF_DIRECTORIES = range(3)
"""Lines of `Columns.free`."""
LIST_SCALE, LIST_BUCKET, LIST_AT, LIST_BLOCKS, LIST_ROOM, LIST_BEST = range(6)
"""Columns of `Columns.lists`: the directory's first line, how many it has and has room for, the best base of all."""
BLOCK_AT, BLOCK_BEST, BLOCK_FIRST, BLOCK_FILL, BLOCK_ROOM = range(5)
"""Columns of `Columns.directory`: a block's first posting, its base and row, postings, room."""
SMALLEST, LARGEST, FILLED = 4, 64, 48
"""Room of a block, a power of two; how many postings of one that is built at the start."""


class Columns(NamedTuple):
    """Everything, as arrays that the kernels take together. `marks` says how much of each is used."""

    marks: Array
    free: Array
    """Heads of the free extents: entries by half of their room, blocks and directories by class."""
    facts: Array
    raw: Array
    """The same memory as `facts`, byte by byte."""
    ids: Array
    next_row: Array
    """The application's row in another territory, or the next free row."""
    entries_at: Array
    entry_list: Array
    entry_base: Array
    by_id: Array
    """Hash table: application to its first row, plus one."""
    lists: Array
    """A line a list, found by `by_list`."""
    by_list: Array
    """Hash table: bucket and scale to list, plus one."""
    directory: Array
    """A line a block, those of a list next to each other, best first."""
    signature: Array
    base: Array
    row: Array


def empty_columns(applications: int = 64) -> Columns:
    """Room for about so many applications."""
    rows = applications + 64
    raw = np.zeros((rows, FACTS.itemsize), dtype=np.uint8)
    return Columns(
        marks=np.array([0, 0, 0, 0, 0, 0, -1, 1, 64], dtype=np.int64),
        free=np.full((3, 128), -1, dtype=np.int64),
        facts=raw.reshape(-1).view(FACTS),
        raw=raw,
        ids=np.zeros((rows, 2), dtype=np.int64),
        next_row=np.zeros(rows, dtype=np.int32),
        entries_at=np.zeros(rows, dtype=np.int32),
        entry_list=np.zeros(rows * 8, dtype=np.int32),
        entry_base=np.zeros(rows * 8, dtype=np.int32),
        by_id=np.zeros(table_size(rows), dtype=np.int32),
        lists=np.zeros((512, 6), dtype=np.int64),
        by_list=np.zeros(table_size(512), dtype=np.int32),
        directory=np.zeros((1024, 5), dtype=np.int64),
        signature=np.zeros(8_192, dtype=np.int64),
        base=np.zeros(8_192, dtype=np.int32),
        row=np.zeros(8_192, dtype=np.int32),
    )


def table_size(members: int) -> int:
    """A power of two, at most half full."""
    return 1 << (2 * members - 1).bit_length()
