"""How applications lie in memory: rows of facts, and sorted lists of those who want one place and type.

A *row* is an application in one scoring territory: what a home is compared with, 64 bytes, as `packing` writes them.
A *list* holds all rows of one bucket and scale, best base first, in blocks of up to 64 postings; a posting is a
signature (every range of the row, coarse), the base, and the row. A *directory* holds each list's blocks in order.
"""

from typing import Any, NamedTuple

import numpy as np

__all__ = ["FACTS", "NOT_KNOWN", "Array", "Asked", "Columns", "Mark", "empty_columns", "table_size"]

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

NOT_KNOWN = -1000
"""No floor."""


class Mark:
    """Where each number of `Columns.marks` stands."""

    APPLICATIONS = 0
    ROWS = 1
    LISTS = 2
    ENTRIES = 3
    POSTINGS = 4
    DIRECTORY = 5
    FREE_ROW = 6
    LONGEST = 7
    """Room of the longest directory."""
    MOST_ENTRIES = 8
    """Of one application ever seen: what room is kept for."""
    COUNT = 9


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
    """Scale, bucket, directory, blocks, room of the directory."""
    by_list: Array
    """Hash table: bucket and scale to list, plus one."""
    directory: Array
    """Block, best base, its row, postings, room: a line a block."""
    signature: Array
    base: Array
    row: Array


class Asked(NamedTuple):
    """A home and a policy, as whole numbers."""

    month: int
    rent: int
    base_rent: int
    area: int
    stairs_to: int
    floor: int
    """`NOT_KNOWN` where nobody knows it."""
    lacks: int
    more: int
    own: int
    """The landlord that keeps rents for its own tenants: of them no rent excludes here. 0 for none."""
    owed_points: int
    available_on: int
    """0 where nobody knows it."""
    rent_percent_per_point: int
    rent_most: int
    area_per_point: int
    area_most: int
    most: int
    """The most that a home can add to a base."""
    limit: int
    least: int


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
        lists=np.zeros((512, 5), dtype=np.int64),
        by_list=np.zeros(table_size(512), dtype=np.int32),
        directory=np.zeros((1024, 5), dtype=np.int64),
        signature=np.zeros(8_192, dtype=np.int64),
        base=np.zeros(8_192, dtype=np.int32),
        row=np.zeros(8_192, dtype=np.int32),
    )


def table_size(members: int) -> int:
    """A power of two, at most half full."""
    return 1 << (2 * members - 1).bit_length()
