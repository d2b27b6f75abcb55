"""Applications of a file into demand: read in a thread, a transaction a chunk, a report by line.

An application is known again by its number and by the hash of what its line said last: running a file again reads it
and writes nothing, and one that broke off goes on where it stopped. What a file does not say (a wish, the household in
full) is not taken away.
"""

import asyncio
import datetime as dt
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.metrics import Metrics
from chassis.work import Work
from contracts.demand import CurrentHome
from contracts.event import Envelope
from demand import store
from demand.domain import life
from demand.domain.application import Closed, File
from demand.domain.facts import StatedBy
from demand.domain.person import Person
from demand.domain.record import Step
from demand.handling import Did, keep
from demand.imports import flat, sne
from demand.imports.prepare import Entry, Line, Prepared, prepare, twice
from demand.store import imported, openings
from intake import Profile, Rejection, Report, Source, Tally
from intake.ahead import read_ahead
from intake.crew import Crew, crew, in_order
from intake.xml import elements

CHUNK = 1000
"""Applications a transaction; the outbox takes up to three locks for each that is changed, and PostgreSQL has room for
some 6,000."""
WHO = "import"

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are committed."""


@dataclass(slots=True)
class _Chunk:
    """Lines as they were read, and those that could not be."""

    read: int = 0
    position: int = 0
    lines: list[Line] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0


@asynccontextmanager
async def import_edge(url: str, *, clock: Clock | None = None) -> AsyncIterator[Edge]:
    """An edge on a connection of its own, which holds what a file said before."""
    database = Database(url, name="demand.import", pool_size=1)
    try:
        yield Edge(
            service="demand",
            database=database,
            handlers=Handlers(),
            clock=clock or SystemClock(),
            health=Health(),
            metrics=Metrics(),
        )
    finally:
        await database.close()


async def import_applications(
    edge: Edge, path: Path, profile: Profile, *, report: Report, progress: Progress | None = None
) -> Tally:
    """Register or change the applications of an export, one line each.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    with Source(path, profile) as source:
        tally = await _import(edge, _of_lines(source), source.size, report, progress)
        for line, sentence in source.notes():
            report.note(line, sentence)
    return tally


async def import_sne(edge: Edge, path: Path, *, report: Report, progress: Progress | None = None) -> Tally:
    """Register or change the applications of an SNE file.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    size = await asyncio.to_thread(os.path.getsize, path)
    return await _import(edge, _of_elements(path), size, report, progress)


def _of_lines(source: Source) -> Iterator[_Chunk]:
    for read in source.chunks(CHUNK):
        lines = [Line.of(line, flat.registration_of(values)) for line, values in read.rows]
        yield _Chunk(read.read, read.position, lines, read.rejections, read.rejected)


def _of_elements(path: Path) -> Iterator[_Chunk]:
    chunk = _Chunk()
    for found in elements(path, sne.APPLICATION):
        chunk.read += 1
        if isinstance(found, Rejection):
            chunk.rejections.append(found)
            chunk.rejected += 1
            continue
        chunk.lines.append(Line.of(found.line, sne.registration_of(found.element)))
        chunk.position = found.position
        if chunk.read == CHUNK:
            yield chunk
            chunk = _Chunk(position=found.position)
    if chunk.read:
        yield chunk


async def _import(edge: Edge, chunks: Iterator[_Chunk], size: int, report: Report, progress: Progress | None) -> Tally:
    began, tally = time.perf_counter(), Tally()
    cause = Envelope.new("demand.import", source=edge.service, time=edge.clock.now())
    async with edge.unit("import", envelope=cause) as work:
        await imported.begin(work.session)
        await openings.begin(work.session)
    async with (
        crew(size, preload="demand.imports.prepare") as hands,
        read_ahead(chunks) as made,
        aclosing(in_order(_begun(edge, cause, hands, made))) as ready,
    ):
        async for chunk, prepared, known in ready:
            async with edge.unit("import", envelope=cause) as work:
                await _store(work, prepared, known, tally)
            tally.read += chunk.read
            tally.rejected += chunk.rejected + prepared.rejected
            report.reject(sorted(chunk.rejections + prepared.rejections))
            if progress:
                progress(chunk.position, size)
    tally.seconds = time.perf_counter() - began
    return tally


async def _begun(
    edge: Edge, cause: Envelope, hands: Crew, chunks: AsyncIterator[_Chunk]
) -> AsyncIterator["asyncio.Future[tuple[_Chunk, Prepared, dict[str, imported.Known]]]"]:
    """Each chunk given out to be prepared, with what is known of its numbers before it."""
    async for chunk in chunks:
        async with edge.unit("import", envelope=cause) as work:
            known = await imported.known(work.session, [line.number for line in chunk.lines if line.number])
        yield asyncio.ensure_future(_prepared(hands, chunk, known, cause.time))


async def _prepared(
    hands: Crew, chunk: _Chunk, known: dict[str, imported.Known], now: dt.datetime
) -> tuple[_Chunk, Prepared, dict[str, imported.Known]]:
    lines, chunk.lines = chunk.lines, []
    hashes = {number: one.hash for number, one in known.items()}
    if all(hashes.get(line.number) == line.hash for line in lines):
        return chunk, prepare(lines, hashes, now), known  # nothing to look at, nothing to send anywhere
    return chunk, await hands.run(prepare, lines, hashes, now), known


async def _store(work: Work, prepared: Prepared, known: Mapping[str, imported.Known], tally: Tally) -> None:
    entries = prepared.entries
    for number, first in await imported.seen(work.session, {entry.number: entry.line for entry in entries.values()}):
        prepared.refuse(twice(entries.pop(number), first))
    fresh = {entry.rows[0][0]: entry for entry in entries.values() if entry.rows}
    opened = await openings.open_all(
        work,
        [entry.rows[0] for entry in fresh.values() if entry.rows],
        [person for entry in fresh.values() if entry.rows for person in entry.rows[1]],
        stated_by=StatedBy.IMPORT,
        who=WHO,
    )
    for application_id, entry in fresh.items():
        if application_id not in opened:
            prepared.refuse(_meanwhile(entry, "was registered"))
    hashes, changed = {}, 0
    told = [entry for entry in entries.values() if entry.told]
    for entry in told:
        application_id = known[entry.number].application_id
        try:
            moved = await _change(work, application_id, entry)
        except Closed as closed:
            prepared.refuse(Rejection(entry.line, "number", entry.number, str(closed)))
            continue
        except _Gone:
            prepared.refuse(_meanwhile(entry, "was erased"))
            continue
        hashes[application_id] = entry.hash
        changed += moved
    await imported.mark(work.session, hashes)
    tally.loaded += len(opened)
    tally.changed += changed
    tally.unchanged += len(entries) - len(fresh) - len(told) + len(hashes) - changed


class _Gone(Exception):
    """An application that was known when its line was read is not there any more."""


def _meanwhile(entry: Entry, what: str) -> Rejection:
    reason = f"the application {what} while the file was read; import the file again"
    return Rejection(entry.line, "number", entry.number, reason)


async def _change(work: Work, application_id: UUID, entry: Entry) -> bool:
    """Make a known application what the line says, as far as it says it; whether that is anything new."""
    assert entry.told, "what is known is told as it is"
    application, persons = entry.told
    before = await store.application(work.session, application_id, lock=True)
    if before is None:
        raise _Gone
    changed = before.change(_over(before.file, application.file))
    detail = {
        "changed": [
            part
            for part in ("housing", "household", "declaration", "wishes")
            if getattr(before.file, part) != getattr(changed.file, part)
        ]
    }
    steps = [Did(Step.CHANGED, detail)] if changed is not before else []
    after = await keep(work, before, life.heard(changed), steps, stated_by=StatedBy.IMPORT, who=WHO)
    reached = [await _reach(work, person_id, told) for person_id, told in zip(before.persons, persons, strict=False)]
    return after.version != before.version or any(reached)


async def _reach(work: Work, person_id: UUID, told: Person) -> bool:
    known = await store.person(work.session, person_id, lock=True)
    if known is None:
        return False
    said = {
        name: value for name in ("email", "phone", "birth_date", "address") if (value := getattr(told.contact, name))
    }
    contact = replace(known.contact, given_name=told.contact.given_name, family_name=told.contact.family_name, **said)
    after = known.reach(contact)
    after = after.consent(told.consents) if told.consents else after
    if after is known:
        return False
    after = replace(after, version=known.version + 1)
    await store.save_person(work.session, after, work.now)
    work.emit(after.recorded())
    return True


def _over(known: File, told: File) -> File:
    """What the file says over what is known: in full outweighs counts, wishes stay where none are told."""
    keeps_declaration = known.declaration is not None and told.declaration is None
    return File(
        housing=replace(told.housing, home=_home(known.housing.home, told.housing.home)),
        household=None if keeps_declaration else told.household,
        declaration=known.declaration if keeps_declaration else told.declaration,
        wishes=told.wishes or known.wishes,
    )


def _home(known: CurrentHome | None, told: CurrentHome | None) -> CurrentHome | None:
    """What is told of the home over what is known of it; another landlord's or another reference is another home."""
    if known is None or told is None:
        return told
    moved = any(
        getattr(told, name) is not None and getattr(known, name) not in {None, getattr(told, name)}
        for name in ("landlord", "reference", "commune")
    )
    return told if moved else known.model_copy(update=told.model_dump(exclude_none=True))
