"""`parcours dead-letters list|show|replay|discard`."""

import datetime as dt
from typing import Annotated
from uuid import UUID

import typer

from chassis import dead_letters as letters
from chassis.dead_letters import DeadLetter, NoSuchDeadLetter
from chassis.record import Record
from stack.cli.app import app
from stack.cli.options import Data, ServiceName
from stack.cli.running import run
from stack.cli.voice import console
from stack.service_database import unit_of
from stack.state import StackState

dead_letters = typer.Typer(help="What services could not take.", no_args_is_help=True)
app.add_typer(dead_letters, name="dead-letters")

Id = Annotated[UUID, typer.Argument(metavar="ID", help="From `parcours dead-letters list`.")]
_SHOWN = 2000


@dead_letters.command("list")
def list_(
    data: Data,
    service: Annotated[ServiceName | None, typer.Option(help="Only this service's.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those replayed or discarded.")] = False,
) -> None:
    """Show the open ones, the newest first."""
    found = run(_list(StackState.find(data), service, None if everything else "open"))
    if not found:
        console.print("There is none." if everything else "None is open.")
        return
    for name, letter in found:
        for line in told(name, letter):
            console.print(line, markup=False)


def told(service: str, letter: DeadLetter) -> list[str]:
    """Whole lines, as no table has them: an id is there to be copied, and a sentence to be read."""
    when = letter.settled_at or letter.recorded_at
    since = when.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    event = f"{letter.event_type} {letter.event_id} of {letter.event_source}" if letter.event_id else "no event's id"
    return [
        f"{service}  {letter.id}  {letter.state} since {since}",
        f"    {event}, {letter.topic} {letter.partition}:{letter.offset}",
        f"    {letter.reason}: {letter.error}",
    ]


@dead_letters.command("show")
def show(dead_letter_id: Id, data: Data) -> None:
    """Show one with its headers and body; one from a restricted topic has neither."""
    name, letter, record = run(_get(StackState.find(data), dead_letter_id))
    facts = {
        "service": name,
        "from": f"{letter.topic} {letter.partition}:{letter.offset}",
        "key": _text(record.key),
        "type": letter.event_type,
        "event": f"{letter.event_id} of {letter.event_source}",
        "reason": letter.reason,
        "error": letter.error,
        "state": f"{letter.state} after {letter.attempts} replays",
        "recorded": letter.recorded_at,
        "settled": f"{letter.settled_at} {letter.settled_note or ''}" if letter.settled_at else None,
    }
    for label, fact in facts.items():
        if fact is not None:
            console.print(f"{label:<9} {fact}", markup=False)
    if letter.restricted:
        console.print("Its topic is restricted: headers and body stay on the broker.")
        return
    for header, value in record.headers:
        console.print(f"  {header}: {_text(value)}", markup=False)
    console.print((_text(record.value) or "")[:_SHOWN], markup=False)


@dead_letters.command("replay")
def replay(dead_letter_id: Id, data: Data) -> None:
    """Have its service take it again."""
    state = StackState.find(data)
    name, *_ = run(_get(state, dead_letter_id))
    run(_replay(state, name, dead_letter_id))
    console.print(
        f"{name} takes {dead_letter_id} again; `parcours dead-letters show {dead_letter_id}` says how it went."
    )


@dead_letters.command("discard")
def discard(
    dead_letter_id: Id, data: Data, reason: Annotated[str, typer.Option(help="Why; kept with it.", prompt=True)]
) -> None:
    """Close it without taking it."""
    state = StackState.find(data)
    name, *_ = run(_get(state, dead_letter_id))
    run(_discard(state, name, dead_letter_id, reason))
    console.print(f"{dead_letter_id} is discarded: {reason}", markup=False)


async def _list(state: StackState, service: str | None, wanted: str | None) -> list[tuple[str, DeadLetter]]:
    found = []
    for name in [service] if service else state.databases:
        async with unit_of(state, name) as work:
            found += [(name, letter) for letter in await letters.find(work.session, state=wanted)]
    return sorted(found, key=lambda one: one[1].recorded_at, reverse=True)


async def _get(state: StackState, dead_letter_id: UUID) -> tuple[str, DeadLetter, Record]:
    missing = NoSuchDeadLetter(f"no database of a service is known in which to look for {dead_letter_id}")
    for name in state.databases:
        async with unit_of(state, name) as work:
            try:
                return name, *await letters.get(work.session, dead_letter_id)
            except NoSuchDeadLetter as error:
                missing = error
    raise missing


async def _replay(state: StackState, service: str, dead_letter_id: UUID) -> None:
    async with unit_of(state, service) as work:
        await letters.request_replay(work, dead_letter_id)


async def _discard(state: StackState, service: str, dead_letter_id: UUID, reason: str) -> None:
    async with unit_of(state, service) as work:
        await letters.discard(work, dead_letter_id, reason=reason)


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode(errors="replace")
