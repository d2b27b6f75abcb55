"""What demand does with what landlords say of sitting tenancies: judge it, fold it, know the persons, answer.

A run of a poll is taken at once: a landlord's first load is one statement a table for each poll, not for each lease.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis import due
from chassis.handlers import Handlers, Received, Refused, Repeat
from chassis.receipts import landlord_of, receipt, rejection
from chassis.work import Work
from contracts.arrival import Earlier
from contracts.event import Envelope
from contracts.inventory import DwellingRecorded
from contracts.landlord import FieldError, Outcome
from contracts.tenancy import TENANCY_EVENTS, LeaseSigned, TenancyEvent
from contracts.topics import LANDLORD_TENANCY
from demand import store
from demand.domain.leaseholder import leaseholder, said_of
from demand.domain.person import Person
from demand.domain.retention import erase_on
from demand.domain.tenancy import Tenancy, leaseholder_id
from demand.domain.tenancy_due import ASSESS, COMPLETE, EXAMINE, FORGET, LINK
from demand.domain.tenancy_receipt import Arrival, Known, judge
from law.tenure import next_examination
from reference.days import civil_day

handlers = Handlers()


@handlers.projection(DwellingRecorded)
async def keep_homes(events: Sequence[DwellingRecorded], work: Work) -> None:
    await store.keep_homes(work.session, events)


async def _again(repeat: Repeat, work: Work) -> None:
    assert isinstance(repeat.event, TenancyEvent)
    await _receive([_arrival(repeat.event, work, same_body=repeat.same_body)], work)


@handlers.reaction_batch(*TENANCY_EVENTS, on_repeat=_again)
async def receive(received: Sequence[Received[TenancyEvent]], work: Work) -> None:
    """Take events under ids that the inbox has not seen."""
    arrivals = []
    for one in received:
        work.cause = one.envelope
        arrivals.append(_arrival(one.event, work))
    await _receive(arrivals, work)


@handlers.refusal(LANDLORD_TENANCY)
async def refuse(refused: Refused, work: Work) -> None:
    """Answer the sender of what became a dead letter: it can be read neither here nor by a replay."""
    answer = rejection(refused, work)
    await store.enter_tenancy_events(work.session, [store.Entry(receipt=answer, happened_at=refused.envelope.time)])
    work.emit(answer)


def _arrival(event: TenancyEvent, work: Work, *, same_body: bool = True) -> Arrival:
    return Arrival(
        landlord=landlord_of(work.topic), envelope=work.cause, event=event, received_at=work.now, same_body=same_body
    )


@dataclass(slots=True)
class _Run:
    """What a run of arrivals meets, and what it leaves: read once, changed in memory, written once."""

    earlier: dict[tuple[str, str], Earlier]
    tenancies: dict[UUID, Tenancy]
    owners: dict[str, str]
    persons: dict[UUID, Person]
    changed: dict[UUID, Tenancy] = field(default_factory=dict)
    """As they were before the run."""
    causes: dict[UUID, Envelope] = field(default_factory=dict)
    """The last event that changed each."""
    told: dict[UUID, Person] = field(default_factory=dict)
    entries: list[store.Entry] = field(default_factory=list)

    def known(self, arrival: Arrival) -> Known:
        mine = arrival.tenancy_id
        home = arrival.event.dwelling_reference
        return Known(
            earlier=self.earlier.get(arrival.id),
            tenancy=self.tenancies.get(mine),
            owner=self.owners.get(home),
            others=tuple(one for one in self.tenancies.values() if one.dwelling_reference == home and one.id != mine),
        )


async def _receive(arrivals: Sequence[Arrival], work: Work) -> None:
    run = await _load(arrivals, work)
    for arrival in arrivals:
        work.cause = arrival.envelope
        outcome, errors = judge(arrival, run.known(arrival))
        if outcome is Outcome.ACCEPTED:
            errors = _fold(arrival, run, work)
        first = run.earlier.get(arrival.id)
        run.earlier[arrival.id] = Earlier(
            body_hash=first.body_hash if first else arrival.body_hash,
            accepted=outcome is Outcome.ACCEPTED or bool(first and first.accepted),
        )
        tenancy_id = None if outcome is Outcome.REJECTED else arrival.tenancy_id
        answer = receipt(work, outcome, errors, tenancy_id=tenancy_id)
        run.entries.append(store.Entry(receipt=answer, happened_at=arrival.envelope.time, arrival=arrival))
        work.emit(answer)
    await _keep(run, work)


async def _load(arrivals: Sequence[Arrival], work: Work) -> _Run:
    session = work.session
    await store.lock_tenancies(session, arrivals)
    homes = sorted({arrival.event.dwelling_reference for arrival in arrivals})
    found = await store.tenancies_of(session, [arrival.tenancy_id for arrival in arrivals], homes)
    named = [
        leaseholder_id(arrival.tenancy_id, place)
        for arrival in arrivals
        if isinstance(arrival.event, LeaseSigned)
        for place in range(len(arrival.event.leaseholders))
    ]
    return _Run(
        earlier=await store.earlier_arrivals(session, arrivals),
        tenancies={one.id: one for one in found},
        owners={reference: home.landlord for reference, home in (await store.homes(session, homes)).items()},
        persons=await store.persons(session, named) if named else {},
    )


def _fold(arrival: Arrival, run: _Run, work: Work) -> tuple[FieldError, ...]:
    """Add the statement; says what of it could not be used."""
    before = run.tenancies.get(arrival.tenancy_id) or Tenancy(
        id=arrival.tenancy_id,
        landlord=arrival.landlord,
        reference=arrival.event.tenancy_reference,
        dwelling_reference=arrival.event.dwelling_reference,
    )
    after = before.state(arrival.statement)
    if after is before:
        return ()
    run.changed.setdefault(before.id, before)
    run.tenancies[after.id] = after
    run.causes[after.id] = arrival.envelope
    if not isinstance(arrival.event, LeaseSigned):
        return ()
    errors: tuple[FieldError, ...] = ()
    today = civil_day(work.now)
    for place, person_id in enumerate(after.leaseholders):
        said = said_of(arrival.event, place, today)
        told_before = said_of(before.lease, place, today) if before.lease and place < len(before.leaseholders) else None
        known = run.persons.get(person_id)
        person = leaseholder(person_id, known, said, told_before)
        if person is not known:
            run.persons[person_id] = run.told[person_id] = person
        errors += said.errors
    return errors


async def _keep(run: _Run, work: Work) -> None:
    session = work.session
    after = [run.tenancies[key] for key in run.changed]
    await store.save_tenancies(session, after, work.now)
    await store.keep_persons(session, list(run.told.values()), work.now)
    for person in run.told.values():
        work.emit(person.recorded())
    begun = [one for one in after if one.lease is not None and _signed(one) != _signed(run.changed[one.id])]
    await store.save_leaseholders(session, [one for one in after if one.lease])
    for one in begun:
        await _examine(one, run.changed[one.id], work)
    for one in after:
        if one.ended_on and one.ended_on != run.changed[one.id].ended_on:
            await _forget_later(one, work)
    if begun:
        work.due(LINK, str(begun[0].id), tenancies=[str(one.id) for one in begun])
    for tenancy_id in await store.linked(session, [one.id for one in after]):
        work.due(ASSESS, str(tenancy_id), cause=run.causes[tenancy_id])
    for tenancy_id in await store.lacking(session, [one.id for one in after]):
        work.due(COMPLETE, str(tenancy_id), cause=run.causes[tenancy_id])
    await store.enter_tenancy_events(session, run.entries)


def _signed(tenancy: Tenancy) -> dt.date | None:
    return tenancy.lease.signed_on if tenancy.lease else None


async def _examine(after: Tenancy, before: Tenancy, work: Work) -> None:
    """Leave the next examination due; of a lease whose date was corrected, in place of the one that was."""
    assert after.lease is not None, "a lease has begun"
    if before.lease is not None:
        await due.cancel(work.session, EXAMINE, str(after.id))
    day = next_examination(after.lease.signed_on, civil_day(work.now))
    work.due(EXAMINE, str(after.id), at=dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC), on=day.isoformat())


async def _forget_later(tenancy: Tenancy, work: Work) -> None:
    assert tenancy.ended_on is not None, "what ended has a day"
    await due.cancel(work.session, FORGET, str(tenancy.id))
    day = erase_on(tenancy.ended_on)
    work.due(FORGET, str(tenancy.id), at=dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC))
