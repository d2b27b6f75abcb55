"""Applications of a file into demand: read in a thread, a transaction a chunk, a report by line.

An application is known again by its number and by the hash of what its line said last: running a file again reads it
and writes nothing, and one that broke off goes on where it stopped. What a file does not say (a wish, the household in
full) is not taken away.
"""

import asyncio
import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from chassis.clock import Clock, SystemClock
from chassis.database import Database
from chassis.edge import Edge
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.incoming import field_errors
from chassis.metrics import Metrics
from chassis.work import Work
from contracts.demand import CurrentHome
from contracts.event import Envelope
from contracts.values import CLOSED
from demand import store
from demand.api.applications import registered, registration_form_errors
from demand.api.forms import RegistrationForm
from demand.domain import life
from demand.domain.application import Application, Closed, File
from demand.domain.facts import StatedBy
from demand.domain.person import Person
from demand.domain.record import Step
from demand.handling import Did, keep, open_applications
from demand.imports import flat, sne
from demand.store import imported
from intake import Profile, Rejection, Report, Source, Tally
from intake.ahead import read_ahead
from intake.rejection import excerpt
from intake.xml import elements

CHUNK = 500
"""Applications a transaction; the outbox takes a lock for each of three or four events of one."""
WHO = "import"

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are committed."""


class _Entry(NamedTuple):
    """A line that can be taken: the application it registers, for whom, and the hash of what it said."""

    line: int
    application: Application
    persons: list[Person]
    hash: bytes

    @property
    def number(self) -> str:
        assert self.application.number, "a registration has a number"
        return self.application.number


@dataclass(slots=True)
class _Chunk:
    read: int = 0
    position: int = 0
    entries: dict[str, _Entry] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    rejected: int = 0

    def add(self, line: int, form: dict[str, Any], now: dt.datetime) -> None:
        self.read += 1
        entry = _entry(line, form, now)
        if isinstance(entry, list):
            self.refuse(*entry)
        elif first := self.entries.get(entry.number):
            self.refuse(_twice(entry, first.line))
        else:
            self.entries[entry.number] = entry

    def refuse(self, *rejections: Rejection) -> None:
        self.rejections += rejections
        self.rejected += 1


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
        tally = await _import(edge, _of_lines(source, edge.clock.now()), source.size, report, progress)
        for line, sentence in source.notes():
            report.note(line, sentence)
    return tally


async def import_sne(edge: Edge, path: Path, *, report: Report, progress: Progress | None = None) -> Tally:
    """Register or change the applications of an SNE file.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    size = await asyncio.to_thread(os.path.getsize, path)
    return await _import(edge, _of_elements(path, edge.clock.now()), size, report, progress)


def _of_lines(source: Source, now: dt.datetime) -> Iterator[_Chunk]:
    for read in source.chunks(CHUNK):
        chunk = _Chunk(read.read - len(read.rows), read.position, rejections=read.rejections, rejected=read.rejected)
        for line, values in read.rows:
            chunk.add(line, flat.registration_of(values), now)
        yield chunk


def _of_elements(path: Path, now: dt.datetime) -> Iterator[_Chunk]:
    chunk = _Chunk()
    for found in elements(path, sne.APPLICATION):
        if isinstance(found, Rejection):
            chunk.read += 1
            chunk.refuse(found)
            continue
        chunk.add(found.line, sne.registration_of(found.element), now)
        chunk.position = found.position
        if chunk.read == CHUNK:
            yield chunk
            chunk = _Chunk(position=found.position)
    if chunk.read:
        yield chunk


def _entry(line: int, form: dict[str, Any], now: dt.datetime) -> _Entry | list[Rejection]:
    try:
        filled = RegistrationForm.model_validate(form, context=CLOSED)
    except ValidationError as error:
        errors = list(field_errors(error))
    else:
        errors = registration_form_errors(filled, now)
        if not errors:
            said = json.dumps(form, sort_keys=True, default=str)
            return _Entry(line, *registered(filled, now), hashlib.sha256(said.encode()).digest())
    return [Rejection(line, error.field, excerpt(str(form.get(error.field, ""))), error.message) for error in errors]


def _twice(entry: _Entry, first: int) -> Rejection:
    reason = f"the number stands already on line {first}; that line was taken"
    return Rejection(entry.line, "number", entry.number, reason)


async def _import(edge: Edge, chunks: Iterator[_Chunk], size: int, report: Report, progress: Progress | None) -> Tally:
    began, tally = time.perf_counter(), Tally()
    cause = Envelope.new("demand.import", source=edge.service, time=edge.clock.now())
    async with edge.unit("import", envelope=cause) as work:
        await imported.begin(work.session)
    async with read_ahead(chunks) as made:
        async for chunk in made:
            async with edge.unit("import", envelope=cause) as work:
                await _store(work, chunk, tally)
            tally.read += chunk.read
            tally.rejected += chunk.rejected
            report.reject(sorted(chunk.rejections))
            if progress:
                progress(chunk.position, size)
    tally.seconds = time.perf_counter() - began
    return tally


async def _store(work: Work, chunk: _Chunk, tally: Tally) -> None:
    entries = chunk.entries
    for number, first in await imported.seen(work.session, {entry.number: entry.line for entry in entries.values()}):
        chunk.refuse(_twice(entries.pop(number), first))
    known = await imported.known(work.session, list(entries))
    fresh = [entry for number, entry in entries.items() if number not in known]
    opened = await open_applications(
        work, [(entry.application, entry.persons) for entry in fresh], stated_by=StatedBy.IMPORT, who=WHO
    )
    hashes = {one.id: entries[one.number].hash for one in opened if one.number}
    loaded, changed, unchanged = len(opened), 0, 0
    for number, before in known.items():
        entry = entries[number]
        if before.hash == entry.hash:
            unchanged += 1
            continue
        try:
            moved = await _change(work, before.application_id, entry)
        except Closed as closed:
            chunk.refuse(Rejection(entry.line, "number", number, str(closed)))
            continue
        hashes[before.application_id] = entry.hash
        changed, unchanged = (changed + 1, unchanged) if moved else (changed, unchanged + 1)
    await imported.mark(work.session, hashes)
    tally.loaded += loaded
    tally.changed += changed
    tally.unchanged += unchanged


async def _change(work: Work, application_id: Any, entry: _Entry) -> bool:
    """Make a known application what the line says, as far as it says it; whether that is anything new."""
    before = await store.application(work.session, application_id, lock=True)
    assert before, "it was there in this transaction"
    changed = before.change(_over(before.file, entry.application.file))
    detail = {
        "changed": [
            part
            for part in ("housing", "household", "declaration", "wishes")
            if getattr(before.file, part) != getattr(changed.file, part)
        ]
    }
    steps = [Did(Step.CHANGED, detail)] if changed is not before else []
    after = await keep(work, before, life.heard(changed), steps, stated_by=StatedBy.IMPORT, who=WHO)
    reached = [
        await _reach(work, person_id, told) for person_id, told in zip(before.persons, entry.persons, strict=False)
    ]
    return after.version != before.version or any(reached)


async def _reach(work: Work, person_id: Any, told: Person) -> bool:
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
