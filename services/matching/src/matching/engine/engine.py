"""The index of one replica: applications in memory, best first, and the homes that ask for them."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from asyncpg.pgproto.pgproto import UUID as MADE_QUICKLY

from matching.domain.posting import Probe
from matching.domain.score import draw
from matching.engine import kernels
from matching.engine.layout import FACTS, NOT_KNOWN, Array, Asked, Mark, empty_columns, table_size
from policy.model import Scoring

__all__ = ["Engine", "warm_up"]

_SLACK = 1.0625
"""What is reserved beyond what is used, where an array has to grow: growing moves pages, not bytes."""
_TIES = 64
_NOBODY = np.empty(0, dtype=np.int32)
_ROWS_EACH = 4
"""An application has a row for each scoring territory that its places reach, and they are next to each other."""


def warm_up() -> None:
    """Have every kernel compiled, or read as compiled before: seconds that no transaction should wait for."""
    engine = Engine()
    engine.begin_load(1)
    engine.apply(b"")
    engine.end_load()
    kernels.rehash(engine._columns)  # noqa: SLF001 - its own module
    engine._rows_of([UUID(int=0)])  # noqa: SLF001
    asked = Asked(*(0,) * len(Asked._fields))
    none, scales, days = np.empty(0, dtype=np.int64), np.empty((0, 4), dtype=np.int64), np.empty(0, dtype=np.int32)
    kernels.rank(engine._columns, asked, none, scales, none, none, none, days, none, days, days)  # noqa: SLF001


class Engine:
    """Not for two threads at once: whoever owns it asks and changes it in turn."""

    def __init__(self) -> None:
        self._columns = empty_columns()
        self._posted = True
        self._written = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))

    def __len__(self) -> int:
        return int(self._columns.marks[Mark.APPLICATIONS])

    @property
    def nbytes(self) -> int:
        """What all columns take, reserved room included."""
        views = {"facts"}
        return sum(column.nbytes for name, column in self._columns._asdict().items() if name not in views)

    def begin_load(self, applications: int) -> None:
        """Forget everything and expect about so many applications through `apply`, to be posted by `end_load`."""
        self._columns = empty_columns(applications)
        self._posted = False

    def end_load(self) -> None:
        """Post what `apply` took in since `begin_load`."""
        used = self._columns.marks
        counts = np.zeros(used[Mark.LISTS], dtype=np.int64)
        postings, lines = kernels.postings_to_build(self._columns, counts)
        marks = {Mark.POSTINGS: postings, Mark.DIRECTORY: lines}
        self._reserve({mark: int(_SLACK * (used[mark] + more)) + 4096 for mark, more in marks.items()})
        kernels.build(self._columns, counts)
        self._reserve({mark: int(_SLACK * used[mark]) + 256 for mark in _ARRAYS})
        self._posted = True

    def apply(self, stream: bytes | bytearray | memoryview) -> int:
        """Take in what `packing.line` wrote or a binary COPY sent, in place of what was there of each application.

        Returns the bytes taken: all but an application that is cut off at the end.
        """
        read, taken = np.frombuffer(stream, dtype=np.uint8), 0
        while True:
            more, short = kernels.apply(self._columns, read[taken:], self._posted)
            taken += more
            if not short:
                return taken
            self._grow()

    def shortlist(
        self, probe: Probe, scoring: Scoring, *, vacancy_id: UUID, limit: int, excluding: Collection[UUID] = ()
    ) -> list[tuple[UUID, int]]:
        """The best applications that fit, with their scores, best first: `matching.domain.score.rank_key`."""
        scores, days, rows = self._ranked(probe, scoring, self._rows_of(excluding), limit=limit, least=0)
        found = list(zip(scores.tolist(), days.tolist(), self._ids(rows), strict=True))
        keys = [one[:2] for one in found]
        if len(set(keys)) < len(keys):
            of = Counter(keys)
            found.sort(
                key=lambda one: (
                    -one[0],
                    one[1],
                    draw(probe.seed, vacancy_id, one[2]) if of[one[:2]] > 1 else b"",
                )
            )
        return [(application_id, score) for score, _, application_id in found[:limit]]

    def ahead(
        self,
        probe: Probe,
        scoring: Scoring,
        key: tuple[int, dt.date, bytes],
        *,
        vacancy_id: UUID,
        excluding: Collection[UUID] = (),
    ) -> int:
        """How many of all that fit come before this key."""
        scores, days, rows = self._ranked(probe, scoring, _NOBODY, limit=0, least=-key[0])
        best_first = np.argsort(-scores, kind="stable")
        rows, once = np.unique(rows[best_first], return_index=True)
        scores, days = scores[best_first][once], days[best_first][once]
        there = ~np.isin(rows, self._rows_of(excluding))
        day = key[1].toordinal()
        before = there & ((scores > -key[0]) | (days < day))
        tied = there & (scores == -key[0]) & (days == day)
        return int(before.sum()) + sum(draw(probe.seed, vacancy_id, one) < key[2] for one in self._ids(rows[tied]))

    def _ranked(
        self, probe: Probe, scoring: Scoring, excluded: Array, *, limit: int, least: int
    ) -> tuple[Array, Array, Array]:
        """Scores, days and rows, as `kernels.rank` gives them."""
        asked = _asked(probe, scoring, limit, least)
        buckets, scales, ceilings, gates = map(_array, (probe.buckets, probe.scales, probe.ceilings, probe.gates))
        owing = _array(probe.owing)
        room = limit + _TIES
        while True:
            scores, days, rows = self._answers(room)
            found = kernels.rank(
                self._columns, asked, buckets, scales, ceilings, gates, owing, excluded, scores, days, rows
            )
            if found != kernels.OVERFLOW:
                return scores[:found], days[:found], rows[:found]
            room *= 8

    def _answers(self, room: int) -> tuple[Array, Array, Array]:
        """Where scores, days and rows are written: the same arrays each time, as long as they are long enough."""
        if len(self._written[0]) < room:
            self._written = tuple(np.empty(room, dtype=kind) for kind in (np.int64, np.int32, np.int32))  # type: ignore[assignment]
        return self._written

    def _ids(self, rows: Array) -> list[UUID]:
        packed = self._columns.ids[rows].byteswap().tobytes()
        return [MADE_QUICKLY(packed[at : at + 16]) for at in range(0, len(packed), 16)]

    def _rows_of(self, applications: Collection[UUID]) -> Array:
        if not applications:
            return _NOBODY
        ids = np.frombuffer(b"".join(one.bytes for one in applications), dtype=">i8").astype(np.int64).reshape(-1, 2)
        rows = np.empty(len(ids) * _ROWS_EACH, dtype=np.int32)
        return np.sort(rows[: kernels.find_rows(self._columns, ids, rows)])

    def _grow(self) -> None:
        """Make room for an application of as many entries as the largest that was met."""
        marks, largest = self._columns.marks, int(self._columns.marks[Mark.MOST_ENTRIES])
        need = {
            Mark.ROWS: largest // 8 + 2,
            Mark.LISTS: largest,
            Mark.ENTRIES: 2 * largest + 8,
            Mark.POSTINGS: 64 * largest,
            Mark.DIRECTORY: (2 * int(marks[Mark.LONGEST]) + 2) * largest,
        }
        self._reserve(
            {
                mark: int(_SLACK * (marks[mark] + more)) + 64
                for mark, more in need.items()
                if marks[mark] + more > len(getattr(self._columns, _ARRAYS[mark][0]))
            }
        )
        by_id, by_list = self._columns.by_id, self._columns.by_list
        by_id = _table_for(by_id, int(marks[Mark.APPLICATIONS]) + 1)
        by_list = _table_for(by_list, len(self._columns.lists))
        if by_id is not self._columns.by_id or by_list is not self._columns.by_list:
            self._columns = self._columns._replace(by_id=np.zeros_like(by_id), by_list=np.zeros_like(by_list))
            kernels.rehash(self._columns)

    def _reserve(self, lengths: dict[int, int]) -> None:
        """Give the arrays of each mark this length. Views of them do not hold any more."""
        for mark, length in lengths.items():
            for name in _ARRAYS[mark]:
                column = getattr(self._columns, name)
                column.resize((length, *column.shape[1:]), refcheck=False)
        self._columns = self._columns._replace(facts=self._columns.raw.reshape(-1).view(FACTS))


_ARRAYS = {
    Mark.ROWS: ("raw", "ids", "next_row", "entries_at"),
    Mark.LISTS: ("lists",),
    Mark.ENTRIES: ("entry_list", "entry_base"),
    Mark.POSTINGS: ("signature", "base", "row"),
    Mark.DIRECTORY: ("directory",),
}


def _table_for(table: Array, members: int) -> Array:
    """The hash table, or one of twice the size where it would be more than half full."""
    return table if 2 * members <= len(table) else np.empty(table_size(members), dtype=np.int32)


@lru_cache(maxsize=50_000)
def _array(values: tuple[Any, ...]) -> Array:
    """Buckets, scales, ceilings and gates come back with every home of the same place and policy. Never written to."""
    return np.array(values, dtype=np.int64)


def _asked(probe: Probe, scoring: Scoring, limit: int, least: int) -> Asked:
    return Asked(
        month=probe.month,
        rent=probe.rent_cents,
        base_rent=probe.base_rent_cents,
        area=probe.area,
        stairs_to=probe.stairs_to,
        floor=NOT_KNOWN if probe.floor is None else probe.floor,
        lacks=int(probe.lacks) & 0xFF,
        more=int(probe.lacks) >> 8,
        own=probe.own_landlord,
        owed_points=scoring.points_for_rights_owed,
        available_on=0 if probe.available_on is None else probe.available_on.toordinal(),
        rent_percent_per_point=scoring.rent_percent_per_point,
        rent_most=scoring.rent_most,
        area_per_point=scoring.area_m2_per_point * 100,
        area_most=scoring.area_most,
        most=scoring.most_dynamic + probe.gates_most + (scoring.points_for_rights_owed if probe.owing else 0),
        limit=limit,
        least=least,
    )
