"""All lists at once, from rows that are there: the start of a replica."""

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import (
    BLOCK_AT,
    BLOCK_BEST,
    BLOCK_FILL,
    BLOCK_FIRST,
    BLOCK_ROOM,
    FILLED,
    LARGEST,
    LIST_AT,
    LIST_BEST,
    LIST_BLOCKS,
    LIST_ROOM,
    LONGEST,
    OF_DIRECTORIES,
    OF_POSTINGS,
    ROWS,
    SMALLEST,
    Array,
    Columns,
)
from matching.engine.lists import class_of, take
from matching.engine.signature import signature_of

__all__ = ["build", "postings_to_build"]


@compiled
def postings_to_build(c: Columns, counts: Array) -> tuple[int, int]:
    """Count the postings of each list; return the room that blocks and directories will take."""
    for row in range(c.marks[ROWS]):
        for one in range(c.entries_at[row], c.entries_at[row] + c.facts[row].entries):
            counts[c.entry_list[one]] += 1
    postings, lines = 0, 0
    for count in counts:
        blocks = _blocks_for(count)
        lines += 1 << class_of(2 * blocks - 1) if blocks else 0
        postings += blocks * LARGEST if blocks > 1 else _room_for(count)
    return postings, lines


@compiled
def _blocks_for(count: int) -> int:
    return (count > 0) if count <= LARGEST else (count + FILLED - 1) // FILLED


@compiled
def _room_for(count: int) -> int:
    room = SMALLEST if count else 0
    while room < count:
        room *= 2
    return room


@compiled
def build(c: Columns, counts: Array) -> None:
    """Post all rows into empty lists.

    A word for each posting holds its base below zero, then its row: in each list their order is that of the postings.
    """
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    for number in range(len(counts)):
        starts[number + 1] = starts[number] + counts[number]
    words, signatures = np.empty(starts[-1], dtype=np.int64), np.empty(c.marks[ROWS], dtype=np.int64)
    for row in range(c.marks[ROWS]):
        signatures[row] = signature_of(c.facts[row])
        for one in range(c.entries_at[row], c.entries_at[row] + c.facts[row].entries):
            number = c.entry_list[one]
            words[starts[number]] = -np.int64(c.entry_base[one]) << 32 | row
            starts[number] += 1
    start = 0
    for number in range(len(counts)):
        of_list = words[start : starts[number]]
        of_list.sort()
        _fill_list(c, c.lists[number], of_list, signatures)
        start = starts[number]


@compiled
def _fill_list(c: Columns, line: Array, words: Array, signatures: Array) -> None:
    count, start = len(words), 0
    blocks = _blocks_for(count)
    if not blocks:
        return
    room = 1 << class_of(2 * blocks - 1)
    line[LIST_AT] = take(c, OF_DIRECTORIES, class_of(room), room)
    line[LIST_ROOM], line[LIST_BLOCKS] = room, blocks
    c.marks[LONGEST] = max(c.marks[LONGEST], room)
    space = LARGEST if blocks > 1 else _room_for(count)
    for number in range(line[LIST_AT], line[LIST_AT] + blocks):
        fill = min(count - start, FILLED if blocks > 1 else LARGEST)
        at = take(c, OF_POSTINGS, class_of(space), space)
        for one in range(fill):
            word = words[start + one]
            row = word & 0xFFFFFFFF
            c.signature[at + one] = signatures[row]
            c.base[at + one], c.row[at + one] = -(word >> 32), row
        block = c.directory[number]
        block[BLOCK_AT], block[BLOCK_FILL], block[BLOCK_ROOM] = at, fill, space
        block[BLOCK_BEST], block[BLOCK_FIRST] = c.base[at], c.row[at]
        start += fill
    line[LIST_BEST] = c.directory[line[LIST_AT], BLOCK_BEST]
