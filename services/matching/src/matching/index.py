"""THE SEAM. The ranking is asked through `Index`: in memory, following matching's own database (DESIGN §6)."""

import asyncio
import datetime as dt
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.policy import Basis, InForce
from matching.domain.posting import Probe, probe_for
from matching.domain.score import RankKey, draws
from matching.domain.vacancy import Vacancy
from matching.domain.widening import probes_one_step_away
from matching.engine import Engine, line
from matching.store import postings
from policy.model import WishStep

__all__ = ["Index", "Ranked", "index"]

_LAST = (1 << 40, dt.date.max, b"")
"""Behind everybody."""
_HEADER = 19
"""Bytes before the first row of a binary COPY."""
_PIECE = 8 << 20
"""Bytes that are taken in at a time while loading."""
_AT_ONCE = 100
"""Changes that are taken in at once; more are taken in beside the event loop."""


class Ranked(NamedTuple):
    application_id: UUID
    score: int
    order: int
    """Of an adapted home (CCH R441-4): all of one come before all of the next; 0 for any other home."""
    registered_on: dt.date


class Index:
    """A whole index for each database it is asked on; the first question loads it."""

    def __init__(self) -> None:
        self._replicas: WeakKeyDictionary[Any, Replica] = WeakKeyDictionary()

    async def shortlist(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        *,
        limit: int,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> list[Ranked]:
        """The best `limit` active applications that fit the home, best first.

        Those that no rule excludes (`matching.domain.rules`), by the order of an adapted home, score, then the older
        registration, then the draw (`matching.domain.score`); rules it does not know are named in
        `matching.domain.posting`. It sees everything committed before the call. Rows are not locked: the
        caller checks them again under their lock.
        """
        probe = _probe(vacancy, basis)
        if probe is None:
            return []
        async with self._followed(session) as engine:
            return _shortlist(engine, probe, vacancy, basis, limit, excluding)

    async def standing(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        key: RankKey | None,
        *,
        limit: int,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> tuple[list[tuple[RankKey, UUID]], int | None]:
        """The keys of that shortlist, and in which place this key stands among all that fit; both of one moment.

        The key may be that of nobody there: an application as it would be after a change, which is then `excluding`.
        """
        probe = _probe(vacancy, basis)
        if probe is None:
            return [], None if key is None else 1
        async with self._followed(session) as engine:
            ranked = _shortlist(engine, probe, vacancy, basis, limit, excluding)
            lot = draws(basis.seed, vacancy.id)
            keys = [(one.order, -one.score, one.registered_on, lot(one.application_id)) for one in ranked]
            rank = None if key is None else bisect_left(keys, key) + 1
            if key is not None and len(keys) == limit < (rank or 0):
                rank = 1 + sum(
                    engine.ahead(
                        part,
                        basis.policy.scoring,
                        key[1:] if order == key[0] else _LAST,
                        vacancy_id=vacancy.id,
                        excluding=excluding,
                    )
                    for order, part in probe.parts
                    if order <= key[0]
                )
        return list(zip(keys, (one.application_id for one in ranked), strict=True)), rank

    async def one_step_away(
        self,
        session: AsyncSession,
        vacancy: Vacancy,
        basis: Basis,
        step: WishStep,
        policies: InForce,
        *,
        limit: int,
        excluding: AbstractSet[UUID] = frozenset(),
    ) -> list[UUID]:
        """Those whom this step of a wish may bring near the home; none only where there are no more.

        Of each question that `matching.domain.widening` asks the best `limit`, many too many: the caller explains them.
        """
        if vacancy.dwelling is None:
            return []
        asked = list(probes_one_step_away(vacancy.dwelling, basis, step, policies))
        found: dict[UUID, int] = {}
        async with self._followed(session) as engine:
            for probe, policy in asked:
                for _, part in probe.parts:
                    found |= engine.shortlist(
                        part, policy.scoring, vacancy_id=vacancy.id, limit=limit, excluding=excluding
                    )
        return list(found)

    @asynccontextmanager
    async def _followed(self, session: AsyncSession) -> AsyncIterator[Engine]:
        replica = self.replica(session)
        async with replica.asking:
            await replica.follow(session)
            yield replica.engine

    def replica(self, session: AsyncSession) -> "Replica":
        engine = session.get_bind()
        found = self._replicas.get(engine)
        if found is None:
            found = self._replicas[engine] = Replica()
        return found


class Replica:
    """The index of one database in this process. Whoever follows or asks holds `asking`."""

    def __init__(self) -> None:
        self.asking = asyncio.Lock()
        self.engine = Engine()
        self._read: str | None = None
        """The snapshot up to which everything was read; None before the first load."""

    async def follow(self, session: AsyncSession, tell: Callable[[int, int], None] | None = None) -> int:
        """Take in all that was committed before; return how many applications had changed.

        One query where it was loaded before. A reading that is broken off is made again from the start.
        """
        if self._read is None:
            return await self._load(session, tell)
        reading = await postings.changes(session, self._read)
        if not reading.whole:
            return await self._load(session, tell)
        if reading.changes:
            stream = b"".join(line(one.application_id, one.packed) for one in reading.changes)
            self._read = None
            if len(reading.changes) > _AT_ONCE:
                await asyncio.to_thread(self.engine.apply, stream)
            else:
                self.engine.apply(stream)
        self._read = reading.snapshot
        return len(reading.changes)

    async def _load(self, session: AsyncSession, tell: Callable[[int, int], None] | None) -> int:
        expected = await postings.expected(session)
        self._read, engine = None, Engine()  # a load that was broken off may still fill the one before
        snapshot = await postings.snapshot(session)
        await asyncio.to_thread(engine.begin_load, expected)
        loading = _Loading(engine)

        async def take(piece: bytes) -> None:
            if await loading.take(piece) and tell:
                tell(len(engine), expected)

        await postings.copy(session, take)
        await loading.end()
        if tell:
            tell(len(engine), expected)
        await asyncio.to_thread(engine.end_load)
        self.engine, self._read = engine, snapshot
        return len(engine)


class _Loading:
    """Takes a piece in beside the event loop while the next arrives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._arrived = bytearray()
        self._least = _HEADER + _PIECE
        self._taken_in: asyncio.Task[bytes] | None = None

    async def take(self, piece: bytes) -> bool:
        """Returns whether applications may have been added."""
        self._arrived += piece
        if len(self._arrived) < self._least:
            return False
        await self._take_in()
        return True

    async def end(self) -> None:
        await self._take_in()
        assert self._taken_in is not None
        await self._taken_in

    async def _take_in(self) -> None:
        """Begin with what has arrived once what came before it is in; an application that was cut off comes along."""
        cut_off = b"" if self._taken_in is None else await self._taken_in
        stream = cut_off + self._arrived[0 if self._taken_in else _HEADER :]
        self._arrived, self._least = bytearray(), _PIECE
        self._taken_in = asyncio.create_task(asyncio.to_thread(self._apply, stream))

    def _apply(self, stream: bytes) -> bytes:
        return stream[self._engine.apply(stream) :]


def _shortlist(
    engine: Engine, probe: Probe, vacancy: Vacancy, basis: Basis, limit: int, excluding: AbstractSet[UUID]
) -> list[Ranked]:
    found: list[Ranked] = []
    for order, part in probe.parts:
        wanted = limit - len(found)
        if wanted > 0:
            best = engine.shortlist(
                part, basis.policy.scoring, vacancy_id=vacancy.id, limit=wanted, excluding=excluding
            )
            found += [
                Ranked(application_id, score, order, day)
                for (application_id, score), day in zip(best, engine.days(len(best)), strict=True)
            ]
    return found


def _probe(vacancy: Vacancy, basis: Basis) -> Probe | None:
    return None if vacancy.dwelling is None else probe_for(vacancy.dwelling, basis)


index = Index()
