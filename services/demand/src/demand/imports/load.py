"""Applications of a file into demand: read in a thread, a transaction a chunk, a report by line.

An application is known again by its number and by the hash of what its line said last: running a file again reads it
and writes nothing, and one that broke off goes on where it stopped. What a file does not say (a wish, the household in
full) is not taken away.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TypeAlias

from chassis import loading
from chassis.clock import Clock
from chassis.edge import Edge
from chassis.telemetry import current_traceparent
from chassis.work import Work
from contracts.event import Envelope
from demand.domain.application import Closed
from demand.imports import blocks, prepare
from demand.imports.blocks import Block
from demand.imports.change import Gone, change
from demand.imports.prepare import Entry, Prepared
from demand.store import imported, openings
from intake import Profile, Rejection, Report, Source, Tally
from intake.ahead import read_ahead
from intake.crew import Hand, crew, held
from intake.rejection import twice

CHUNK = 1000
"""Applications a transaction; the outbox takes up to three locks for each that is changed, and PostgreSQL has room for
some 6,000."""
_Given: TypeAlias = "tuple[Mapping[str, imported.Known], asyncio.Future[Prepared | None] | None]"
"""A block that is being prepared, with what was known of its numbers; None where it has to be read otherwise."""
Progress = Callable[[int, int], None]
"""Told how many bytes of how many are committed."""


def import_edge(url: str, *, clock: Clock | None = None) -> AbstractAsyncContextManager[Edge]:
    """The edge of a file."""
    return loading.import_edge(url, "demand", clock)


async def import_applications(
    edge: Edge, path: Path, profile: Profile, *, report: Report, progress: Progress | None = None
) -> Tally:
    """Register or change the applications of an export, one line each.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    with Source(path, profile) as source:
        work = _Import(edge, source.size, report, progress)
        await work.begin()
        await work.take(blocks.lines_of(source, profile, CHUNK))
        for line, sentence in source.notes():
            report.note(line, sentence)
    return work.ended()


async def import_sne(edge: Edge, path: Path, *, report: Report, progress: Progress | None = None) -> Tally:
    """Register or change the applications of an SNE file.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    size = await asyncio.to_thread(os.path.getsize, path)
    work = _Import(edge, size, report, progress)
    await work.begin()
    if not await work.take(blocks.pieces_of(path, CHUNK)):
        await work.take(blocks.forms_of(path, CHUNK, after=work.tally.read))
    return work.ended()


class _Import:
    """One file on its way in."""

    def __init__(self, edge: Edge, size: int, report: Report, progress: Progress | None) -> None:
        self.tally = Tally()
        self._edge = edge
        self._size = size
        self._report = report
        self._progress = progress
        self._began = time.perf_counter()
        self._cause = Envelope.new("demand.import", source=edge.service, time=edge.clock.now())

    async def begin(self) -> None:
        async with self._unit() as work:
            await imported.begin(work.session)

    def ended(self) -> Tally:
        self.tally.seconds = time.perf_counter() - self._began
        return self.tally

    async def take(self, read: Iterator[Block]) -> bool:
        """Whether all was taken: False where the rest has to be read otherwise."""
        async with (
            crew(self._size, preload="demand.imports.prepare") as hands,
            read_ahead(read) as made,
            aclosing(held(self._prepared(hands, made), len(hands))) as given,
        ):
            async for known, preparing in given:
                prepared = await preparing if preparing else None
                if prepared is None:
                    return False
                async with self._unit() as work:
                    await _store(work, prepared, known, self.tally)
                self.tally.read += prepared.read
                self.tally.rejected += prepared.rejected
                self._report.reject(sorted(prepared.rejections))
                if self._progress:
                    self._progress(prepared.position, self._size)
        return True

    async def _prepared(self, hands: Sequence[Hand], made: AsyncIterator[Block]) -> AsyncGenerator[_Given, None]:
        """Blocks given out to be prepared, with what is known of their numbers before them."""
        async for hand, block, reading in held(_read(hands, made), len(hands)):
            numbers = await reading
            if numbers is None:
                yield {}, None
                return
            async with self._unit() as work:
                known = await imported.known(work.session, numbers)
            hashes = {number: one.hash for number, one in known.items()}
            yield (
                known,
                hand.run(
                    prepare.prepare,
                    block.serial,
                    hashes,
                    service=self._edge.service,
                    cause=replace(self._cause, traceparent=current_traceparent() or self._cause.traceparent),
                    now=self._edge.clock.now(),
                ),
            )

    def _unit(self) -> AbstractAsyncContextManager[Work]:
        return self._edge.unit("import", envelope=self._cause)


async def _read(
    hands: Sequence[Hand], made: AsyncIterator[Block]
) -> AsyncIterator[tuple[Hand, Block, "asyncio.Future[list[str] | None]"]]:
    """Blocks given out in turn to be read; the hand that reads one keeps it."""
    turns = cycle(hands)
    async for block in made:
        hand = next(turns)
        yield hand, block, hand.run(prepare.read, block)


async def _store(work: Work, prepared: Prepared, known: Mapping[str, imported.Known], tally: Tally) -> None:
    entries, fresh = prepared.entries, prepared.openings
    seen = dict(await imported.seen(work.session, {entry.number: entry.line for entry in entries.values()}))
    for number, first in seen.items():
        prepared.refuse(twice(entries.pop(number).line, "number", number, first))
    fresh = fresh.without(seen) if seen else fresh
    taken = await openings.open_all(work.session, fresh)
    for number in taken:
        prepared.refuse(_meanwhile(entries[number], "was registered"))
    hashes, changed = {}, 0
    told = [entry for entry in entries.values() if entry.told]
    for entry in told:
        application_id = known[entry.number].application_id
        try:
            moved = await change(work, application_id, *entry.told) if entry.told else False
        except Closed as closed:
            prepared.refuse(Rejection(entry.line, "number", entry.number, str(closed)))
            continue
        except Gone:
            prepared.refuse(_meanwhile(entry, "was erased"))
            continue
        hashes[application_id] = entry.hash
        changed += moved
    await imported.mark(work.session, hashes)
    tally.loaded += len(fresh.numbers) - len(taken)
    tally.changed += changed
    tally.unchanged += len(entries) - len(fresh.numbers) - len(told) + len(hashes) - changed


def _meanwhile(entry: Entry, what: str) -> Rejection:
    reason = f"the application {what} while the file was read; import the file again"
    return Rejection(entry.line, "number", entry.number, reason)
