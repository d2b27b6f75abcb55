"""The index of one replica: applications in memory, best first, and the homes that ask for them."""

import datetime as dt
import struct
from collections.abc import Callable, Collection
from uuid import UUID

import numpy as np
from asyncpg.pgproto.pgproto import UUID as MADE_QUICKLY

from matching.domain.posting import Probe
from matching.domain.score import draws
from matching.engine import layout
from matching.engine.addresses import addresses_of
from matching.engine.applications import apply
from matching.engine.building import build, postings_to_build
from matching.engine.layout import FACTS, Array, Columns, empty_columns, table_size
from matching.engine.question import Asked, question_of
from matching.engine.ranking import OVERFLOW, rank
from matching.engine.tables import find_rows, rehash
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
    rehash(engine._columns)  # noqa: SLF001 - its own module
    engine._rows_of([UUID(int=0)])  # noqa: SLF001
    nothing = np.zeros(len(Asked._fields) + 5, dtype=np.int64)
    rank(engine._addresses, np.frombuffer(nothing.tobytes(), dtype=np.int64), _NOBODY, engine._best, engine._named)  # noqa: SLF001


class Engine:
    """Not for two threads at once: whoever owns it asks and changes it in turn."""

    def __init__(self) -> None:
        self._hold(empty_columns())
        self._posted = True
        self._best, self._named = np.empty((2, _TIES, 3), dtype=np.int64)

    def _hold(self, columns: Columns) -> None:
        """These are the columns from now on. To be called after each change of where one of them lies."""
        self._columns, self._addresses = columns, addresses_of(columns)

    def __len__(self) -> int:
        return int(self._columns.marks[layout.APPLICATIONS])

    @property
    def nbytes(self) -> int:
        """What all columns take, reserved room included."""
        views = {"facts"}
        return sum(column.nbytes for name, column in self._columns._asdict().items() if name not in views)

    def begin_load(self, applications: int) -> None:
        """Forget everything and expect about so many applications through `apply`, to be posted by `end_load`."""
        self._hold(empty_columns(applications))
        self._posted = False

    def end_load(self) -> None:
        """Post what `apply` took in since `begin_load`."""
        used = self._columns.marks
        counts = np.zeros(used[layout.LISTS], dtype=np.int64)
        postings, lines = postings_to_build(self._columns, counts)
        marks = {layout.POSTINGS: postings, layout.DIRECTORY: lines}
        self._reserve({mark: int(_SLACK * (used[mark] + more)) + 4096 for mark, more in marks.items()})
        build(self._columns, counts)
        self._reserve({mark: int(_SLACK * used[mark]) + 256 for mark in _ARRAYS})
        self._posted = True

    def apply(self, stream: bytes | bytearray | memoryview) -> int:
        """Take in what `packing.line` wrote or a binary COPY sent, in place of what was there of each application.

        Returns the bytes taken: all but an application that is cut off at the end.
        """
        read, taken = np.frombuffer(stream, dtype=np.uint8), 0
        while True:
            more, short = apply(self._columns, read[taken:], self._posted)
            taken += more
            if not short:
                return taken
            self._grow()

    def shortlist(
        self, probe: Probe, scoring: Scoring, *, vacancy_id: UUID, limit: int, excluding: Collection[UUID] = ()
    ) -> list[tuple[UUID, int]]:
        """The best applications that fit, with their scores, best first: `matching.domain.score.rank_key`."""
        excluded = self._rows_of(excluding) if excluding else _NOBODY
        number, equal = self._ranked(probe, scoring, excluded, limit=limit, least=0)
        found = [(MADE_QUICKLY(packed), score) for packed, score in _NAMED.iter_unpack(self._named[:number])]
        if equal:
            _draw(found, self._best[:number, 1].tolist(), draws(probe.seed, vacancy_id))
        return found[:limit]

    def days(self, number: int) -> list[dt.date]:
        """When the first so many of the shortlist asked for last had registered."""
        return [dt.date.fromordinal(day) for day in self._best[:number, 1].tolist()]

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
        number, _ = self._ranked(probe, scoring, _NOBODY, limit=0, least=-key[0])
        scores, days, rows = self._best[:number].T
        best_first = np.argsort(-scores, kind="stable")
        rows, once = np.unique(rows[best_first], return_index=True)
        scores, days = scores[best_first][once], days[best_first][once]
        there = ~np.isin(rows, self._rows_of(excluding))
        day = key[1].toordinal()
        before = there & ((scores > -key[0]) | (days < day))
        tied = self._columns.ids[rows[there & (scores == -key[0]) & (days == day)]].tobytes()
        lot = draws(probe.seed, vacancy_id)
        drawn = (lot(MADE_QUICKLY(tied[start : start + 16])) for start in range(0, len(tied), 16))
        return int(before.sum()) + sum(one < key[2] for one in drawn)

    def _ranked(self, probe: Probe, scoring: Scoring, excluded: Array, *, limit: int, least: int) -> tuple[int, bool]:
        """What `ranking.rank` returns; what it gives is in `_best` and `_named` until the next question."""
        question = question_of(probe, scoring, limit=limit, least=least)
        self._make_room(limit + _TIES)
        while True:
            found, equal = rank(self._addresses, question, excluded, self._best, self._named)
            if found != OVERFLOW:
                return found, equal
            self._make_room(8 * len(self._best))

    def _make_room(self, answers: int) -> None:
        if answers > len(self._best):
            self._best, self._named = np.empty((2, answers, 3), dtype=np.int64)

    def _rows_of(self, applications: Collection[UUID]) -> Array:
        if not applications:
            return _NOBODY
        ids = np.frombuffer(b"".join(one.bytes for one in applications), dtype=np.int64).reshape(-1, 2)
        rows = np.empty(len(ids) * _ROWS_EACH, dtype=np.int32)
        return np.sort(rows[: find_rows(self._columns, ids, rows)])

    def _grow(self) -> None:
        """Make room for an application of as many entries as the largest that was met."""
        marks, largest = self._columns.marks, int(self._columns.marks[layout.MOST_ENTRIES])
        need = {
            layout.ROWS: largest // 8 + 2,
            layout.LISTS: largest,
            layout.ENTRIES: 2 * largest + 8,
            layout.POSTINGS: 64 * largest,
            layout.DIRECTORY: (2 * int(marks[layout.LONGEST]) + 2) * largest,
        }
        self._reserve(
            {
                mark: int(_SLACK * (marks[mark] + more)) + 64
                for mark, more in need.items()
                if marks[mark] + more > len(getattr(self._columns, _ARRAYS[mark][0]))
            }
        )
        by_id, by_list = self._columns.by_id, self._columns.by_list
        by_id = _table_for(by_id, int(marks[layout.APPLICATIONS]) + 1)
        by_list = _table_for(by_list, len(self._columns.lists))
        if by_id is not self._columns.by_id or by_list is not self._columns.by_list:
            self._hold(self._columns._replace(by_id=np.zeros_like(by_id), by_list=np.zeros_like(by_list)))
            rehash(self._columns)

    def _reserve(self, lengths: dict[int, int]) -> None:
        """Give the arrays of each mark this length. Views of them do not hold any more."""
        for mark, length in lengths.items():
            for name in _ARRAYS[mark]:
                column = getattr(self._columns, name)
                column.resize((length, *column.shape[1:]), refcheck=False)
        self._hold(self._columns._replace(facts=self._columns.raw.reshape(-1).view(FACTS)))


_ARRAYS = {
    layout.ROWS: ("raw", "ids", "next_row", "entries_at"),
    layout.LISTS: ("lists",),
    layout.ENTRIES: ("entry_list", "entry_base"),
    layout.POSTINGS: ("signature", "base", "row"),
    layout.DIRECTORY: ("directory",),
}


def _table_for(table: Array, members: int) -> Array:
    """The hash table, or one of twice the size where it would be more than half full."""
    return table if 2 * members <= len(table) else np.empty(table_size(members), dtype=np.int32)


_NAMED = struct.Struct("=16sq")


def _draw(found: list[tuple[UUID, int]], days: list[int], lot: Callable[[UUID], bytes]) -> None:
    """Put those of equal score and day in the order of their lots."""
    start = 0
    for at in range(1, len(found) + 1):
        if at == len(found) or days[at] != days[start] or found[at][1] != found[start][1]:
            if at - start > 1:
                found[start:at] = sorted(found[start:at], key=lambda one: lot(one[0]))
            start = at
