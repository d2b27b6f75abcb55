"""The population as PostgreSQL's binary COPY takes it: packed rows for the service, covering rows for the rival."""

from collections.abc import Iterator

import numpy as np
from numba import njit

from benchmarks.matching.population import GATES, Array, Population
from matching.engine import FORMAT
from matching.engine.layout import FACTS

__all__ = ["HEADER", "TRAILER", "covering", "in_order", "packed"]

HEADER, TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_PAGE = 100_000
_NO_LIMIT = 2**31 - 1
_COVERING = (
    *("registered_on", "max_rent", "rent_below", "needed_area", "income"),
    *("category", "max_floor", "lowest_floor", "highest_floor", "needs", "latest_on"),
)
_EPOCH = 730_120
"""1 January 2000, from which PostgreSQL counts days, as an ordinal."""


def packed(of: Population) -> Iterator[bytes]:
    """(application_id, writer, format, packed) of each application, in pieces that end with a row."""
    rows = len(of.rows["scale"])
    facts = np.zeros(rows, dtype=FACTS)
    for name in FACTS.names or ():
        if name in of.applications:
            facts[name] = of.applications[name][of.rows["application"]]
    facts["scale"], facts["gated"] = of.rows["scale"], of.rows["gated"]
    facts["entries"] = np.bincount(of.entries["row"], minlength=rows)
    first_row = np.searchsorted(of.rows["application"], np.arange(len(of) + 1))
    first_entry = np.concatenate([[0], np.cumsum(facts["entries"], dtype=np.int64)])
    raw = facts.view(np.uint8).reshape(rows, FACTS.itemsize)
    entries = np.stack([of.entries["bucket"], of.entries["base"]], axis=1).astype("<i4").view(np.uint8)
    for start in range(0, len(of), _PAGE):
        end = min(start + _PAGE, len(of))
        size = (end - start) * 64 + 72 * int(first_row[end] - first_row[start])
        into = np.empty(size + 8 * int(first_entry[first_row[end]] - first_entry[first_row[start]]), dtype=np.uint8)
        used = _write_packed(into, of.applications["id"], raw, entries, first_row, first_entry, start, end, FORMAT)
        yield into[:used].tobytes()


def in_order(of: Population) -> Array:
    """Entries by bucket, scale, and base from the best down."""
    return np.lexsort((-of.entries["base"], of.rows["scale"][of.entries["row"]], of.entries["bucket"]))


def covering(of: Population, order: Array) -> Iterator[bytes]:
    """Rows of the table `posting` as migration 0002 made it, in this order of entries."""
    predicates = np.stack([of.applications[name] for name in _COVERING], axis=1).astype(np.int64)
    scale, gated = of.rows["scale"], of.rows["gated"].astype(np.int64)
    for start in range(0, len(order), 4 * _PAGE):
        page = order[start : start + 4 * _PAGE]
        row = of.entries["row"][page]
        application = of.rows["application"][row]
        into = np.empty(len(page) * 280, dtype=np.uint8)
        used = _write_covering(
            into,
            of.applications["id"][application],
            of.entries["bucket"][page],
            scale[row],
            of.entries["base"][page],
            gated[row],
            predicates[application],
        )
        yield into[:used].tobytes()


@njit(cache=True)
def _put(into: Array, at: int, value: int, size: int) -> int:
    for one in range(size):
        into[at + one] = (value >> (8 * (size - 1 - one))) & 255
    return at + size


@njit(cache=True)
def _field(into: Array, at: int, value: int, size: int) -> int:
    return _put(into, _put(into, at, size, 4), value, size)


@njit(cache=True)
def _write_packed(
    into: Array,
    ids: Array,
    raw: Array,
    entries: Array,
    first_row: Array,
    first_entry: Array,
    start: int,
    end: int,
    form: int,
) -> int:
    at = 0
    for application in range(start, end):
        at = _put(into, _put(into, at, 4, 2), 16, 4)
        for one in range(16):
            into[at + one] = ids[application, one]
        at = _field(into, at + 16, 3, 8)  # a transaction of long ago
        at = _field(into, at, form, 2)
        length_at, at = at, at + 4
        for row in range(first_row[application], first_row[application + 1]):
            for one in range(raw.shape[1]):
                into[at + one] = raw[row, one]
            at += raw.shape[1]
            for entry in range(first_entry[row], first_entry[row + 1]):
                for one in range(8):
                    into[at + one] = entries[entry, one]
                at += 8
        _put(into, length_at, at - length_at - 4, 4)
    return at


@njit(cache=True)
def _write_covering(
    into: Array, ids: Array, bucket: Array, scale: Array, base: Array, gated: Array, predicates: Array
) -> int:
    at = 0
    for row in range(len(bucket)):
        at = _put(into, _put(into, at, 16, 2), 16, 4)
        for one in range(16):
            into[at + one] = ids[row, one]
        at = _field(into, at + 16, bucket[row], 4)
        at = _field(into, at, scale[row], 8)
        at = _field(into, at, base[row], 4)
        some = False
        for gate in range(gated.shape[1]):
            some = some or gated[row, gate] != 0
        if some:
            at = _put(into, at, 20 + 6 * gated.shape[1], 4)
            for value in (1, 0, 21, gated.shape[1], 1):
                at = _put(into, at, value, 4)
            for gate in range(gated.shape[1]):
                at = _field(into, at, gated[row, gate], 2)
        else:
            at = _put(into, at, -1, 4)
        for number in range(predicates.shape[1]):
            value = predicates[row, number]
            if number in (0, 10) and value != _NO_LIMIT:
                value -= _EPOCH
            if (number == 1 and value < 0) or (number in (2, 10) and value == _NO_LIMIT):
                at = _put(into, at, -1, 4)
            else:
                at = _field(into, at, value, 4 if number < 5 or number == 10 else 2)
    return at


assert FACTS["gated"].shape[0] == GATES
