"""A posting as bytes: what the database keeps of an application and the engine takes in."""

import datetime as dt
import struct
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from matching.domain.posting import Entry, Posting, Predicate
from matching.domain.score import month_of
from matching.engine.layout import FACTS

__all__ = ["FORMAT", "Wanted", "line", "pack", "wanted_of"]

FORMAT = 2
"""Raised with every change of `FACTS` or of what stands there: everything is then packed again."""

_NO_LIMIT = 2**31 - 1
_FACTS = struct.Struct("<q6i6h2H B3bBB2x2i")
_GATES = 6
_MOST_ENTRIES = 252
assert _FACTS.size == FACTS.itemsize


def pack(posting: Posting | None) -> bytes | None:
    """The facts and the entries of each scale; None for an application that no home can be for.

    Raises:
        ValueError: a policy has more gated rubrics than there is room for.
    """
    if posting is None:
        return None
    known = posting.predicate
    by_scale = sorted(posting.entries, key=_scale)
    return b"".join(_packed(known, scale, list(entries)) for scale, entries in groupby(by_scale, key=_scale))


class Wanted(NamedTuple):
    """What an application asks of a home in a bucket, for the first look of the reverse query."""

    bucket: int
    max_rent: int
    """-1 without a limit."""
    needed_area: int


def wanted_of(packed: bytes) -> Iterator[Wanted]:
    """What `pack` wrote, a bucket at a time; a bucket that homes of two territories look into comes twice."""
    at = 0
    while at < len(packed):
        facts = _FACTS.unpack_from(packed, at)
        max_rent, needed_area, entries = facts[2], facts[4], facts[14]
        at += _FACTS.size
        for bucket, _ in struct.iter_unpack("<ii", packed[at : at + 8 * entries]):
            yield Wanted(bucket, max_rent, needed_area)
        at += 8 * entries


def line(application_id: UUID, packed: bytes | None) -> bytes:
    """As a binary COPY of (id, packed) has it."""
    head = b"\x00\x02\x00\x00\x00\x10" + application_id.bytes
    return head + (b"\xff\xff\xff\xff" if packed is None else len(packed).to_bytes(4, "big") + packed)


def _packed(known: Predicate, scale: int, entries: list[Entry]) -> bytes:
    gated, affordable = entries[0].gated, entries[0].affordable
    if len(gated) > _GATES:
        raise ValueError(
            f"A policy has {len(gated)} rubrics with `homes`; the index has room for {_GATES}: join some of them."
        )
    if len(entries) > _MOST_ENTRIES:
        raise ValueError(f"An application has {len(entries)} wanted places and types; the index has room for 252.")
    facts = _FACTS.pack(
        scale,
        known.registered_on.toordinal(),
        -1 if known.max_rent_cents is None else known.max_rent_cents,
        _NO_LIMIT if known.rent_below_cents is None else known.rent_below_cents,
        known.needed_area,
        known.income_euros,
        _day(known.latest_on),
        *gated,
        *(0,) * (_GATES - len(gated)),
        month_of(known.registered_on),
        len(entries),
        known.category,
        known.max_floor,
        known.lowest_floor,
        known.highest_floor,
        known.needs & 0xFF,
        known.needs >> 8,
        0 if affordable is None else max(1, affordable),
        known.landlord,
    )
    return facts + struct.pack(
        f"<{2 * len(entries)}i", *(number for one in entries for number in (one.bucket, one.base))
    )


def _scale(entry: Entry) -> int:
    return entry.scale


def _day(day: dt.date | None) -> int:
    return _NO_LIMIT if day is None else day.toordinal()
