"""One file of dwellings into inventory: read in a thread, a transaction a chunk, a report by line.

Running it again changes nothing. An import that broke off is run again: what it had done is then unchanged.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from chassis import loading
from chassis.clock import Clock
from chassis.edge import Edge
from contracts.event import Envelope
from intake import Chunk, FileRefused, Profile, Rejection, Report, Source, Tally
from intake.ahead import read_ahead
from intake.rejection import twice
from inventory import store
from inventory.domain.stated import stated
from inventory.following import follow
from inventory.imports.rpls import Header, header_of
from inventory.store import staging
from inventory.store.staging import StagedRow
from reference.days import civil_day

CHUNK = 2000
"""Dwellings a transaction; the outbox takes a lock for each changed one, and PostgreSQL has room for some 6,000."""
RPLS = "rpls"
"""The preamble of a profile whose files begin with the header line of RPLS."""

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are committed."""


@dataclass(slots=True)
class _Prepared:
    """A chunk with what each of its rows says; a number that stands twice in it is taken once."""

    chunk: Chunk
    rows: dict[str, StagedRow] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)


def import_edge(url: str, *, clock: Clock | None = None) -> AbstractAsyncContextManager[Edge]:
    """The edge of a file."""
    return loading.import_edge(url, "inventory", clock)


async def import_dwellings(
    edge: Edge,
    path: Path,
    profile: Profile,
    *,
    landlord: str,
    report: Report,
    progress: Progress | None = None,
) -> Tally:
    """Record what the file says of this landlord's dwellings.

    `edge` has to give every unit of work the same connection, as `import_edge` does.

    Raises:
        FileRefused: nothing of the file can be taken; the sentence says why.
    """
    began, tally = time.perf_counter(), Tally()
    cause = Envelope.new("inventory.import", source=edge.service, time=edge.clock.now())
    with Source(path, profile) as source:
        header = _header(source, profile, landlord)
        async with edge.unit("import", envelope=cause) as work:
            if await store.landlord(work.session, landlord) is None:
                raise FileRefused(f"No landlord with SIREN {landlord} is registered here; ask the operator first.")
            await staging.begin_staging(work)
        async with read_ahead(_prepared(source, today=civil_day(cause.time))) as chunks:
            async for one in chunks:
                await _store(edge, cause, landlord, one, tally)
                report.reject(sorted(one.rejections))
                if progress:
                    progress(one.chunk.position, source.size)
        for line, sentence in source.notes():
            report.note(line, sentence)
        if header and header.announced not in {None, tally.read}:
            report.note(1, f"the header announces {header.announced} dwellings and {tally.read} lines were read")
    tally.seconds = time.perf_counter() - began
    return tally


def _header(source: Source, profile: Profile, landlord: str) -> Header | None:
    if profile.layout.preamble != RPLS:
        return None
    header = header_of(source.preamble)
    if header.siren != landlord:
        raise FileRefused(
            f"The file is that of the landlord {header.siren}, not of {landlord}: a landlord sends its own dwellings."
        )
    return header


def _prepared(source: Source, *, today: dt.date) -> Iterator[_Prepared]:
    for chunk in source.chunks(CHUNK):
        prepared = _Prepared(chunk, rejections=chunk.rejections)
        for line, values in chunk.rows:
            said = stated(values, today=today)
            if isinstance(said, list):
                prepared.rejections += [
                    Rejection(line, error.field, str(values.get(error.field, "")), error.message) for error in said
                ]
                chunk.rejected += 1
            elif first := prepared.rows.get(said.reference):
                prepared.rejections.append(twice(line, "reference", said.reference, first.line))
                chunk.rejected += 1
            else:
                prepared.rows[said.reference] = StagedRow.of(line, said)
        yield prepared


async def _store(edge: Edge, cause: Envelope, landlord: str, one: _Prepared, tally: Tally) -> None:
    merged = staging.Merged()
    if one.rows:
        async with edge.unit("import", envelope=cause) as work:
            merged = await staging.merge(work, landlord, list(one.rows.values()))
            for reference in merged.told:
                await follow(work, reference)
    for reference, first in merged.repeated:
        one.rejections.append(twice(one.rows[reference].line, "reference", reference, first))
    for reference in merged.strangers:
        reason = f"the dwelling belongs to another landlord than {landlord}"
        one.rejections.append(Rejection(one.rows[reference].line, "reference", reference, reason))
    refused = len(merged.repeated) + len(merged.strangers)
    tally.read += one.chunk.read
    tally.rejected += one.chunk.rejected + refused
    tally.loaded += len(merged.new)
    tally.changed += len(merged.changed)
    tally.unchanged += len(one.rows) - refused - len(merged.new) - len(merged.changed)
