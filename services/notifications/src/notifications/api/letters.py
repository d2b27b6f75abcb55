"""HTTP for those who print and post letters, and for agents who look how a person can be reached."""

import asyncio
import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.auth import Agent, Operator
from chassis.http import Command, CommandRoute, CommandWork, Conflict, NotFound
from contracts.values import Channel, PersonId
from notifications.acts import letters
from notifications.acts.letters import Receipt
from notifications.domain.post import Said, Taken
from notifications.domain.reach import Mode
from notifications.rendering import paper
from notifications.rendering.notices import NoticeRenderer
from notifications.settings import Settings
from notifications.store import alerts, post
from notifications.store import letters as kept
from notifications.store.notice_tables import BatchRow

router = APIRouter(route_class=CommandRoute, tags=["letters"])

MOST_LINES = 1000
Reference = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f]+$")]


class BatchWanted(Command):
    limit: Annotated[int, Field(ge=1, le=500)] = 200
    """Letters at most."""


class BatchMade(BaseModel):
    """A batch to be printed, or none where nothing can be."""

    number: int | None
    waiting_for_numbers: int
    """Registered letters for which no number of the post is left."""


class LettersStanding(BaseModel):
    queued: int
    printed: int
    """In a batch, of which the post has said nothing yet."""
    numbers: int
    """Registered numbers that are left."""


class NumbersAllotted(Command):
    numbers: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=10_000)]


class NumbersKept(BaseModel):
    added: int
    known: int


class ReceiptLine(Command):
    reference: Reference
    """The registered number, or the batch's own of a plain letter."""
    on: dt.date
    reason: Annotated[str, Field(max_length=300)] | None = None
    """Of a return."""


class PostSaid(Command):
    said: Said
    lines: Annotated[tuple[ReceiptLine, ...], Field(min_length=1, max_length=MOST_LINES)]


class PostHeard(BaseModel):
    """One answer a line, in the order of the lines."""

    lines: list[Taken]


class ContactCheck(BaseModel):
    id: int
    person_id: PersonId
    channel: Channel
    reason: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    closed_by: str | None
    said: str | None
    changed_since: bool
    """Whether another contact of this person came after the one that did not work."""


class CheckDone(Command):
    said: Annotated[str, Field(min_length=3, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
    """What was found, without an address."""


@router.get("/letters")
async def show_letters(_: Operator, work: CommandWork) -> LettersStanding:
    standing = await kept.standing(work.session)
    return LettersStanding(queued=standing.queued, printed=standing.printed, numbers=standing.numbers)


@router.post("/letters/numbers")
async def add_numbers(form: NumbersAllotted, _: Operator, work: CommandWork) -> NumbersKept:
    """Keep the registered numbers that the post allotted; one that is known is passed over."""
    added = await kept.add_numbers(work.session, [number.strip() for number in form.numbers], work.now)
    return NumbersKept(added=added, known=len(form.numbers) - added)


@router.post("/letters/batches")
async def make_batch(form: BatchWanted, operator: Operator, work: CommandWork) -> BatchMade:
    """The batch that waits to be printed, else a new one of what is queued; none while messages are held."""
    switch = await alerts.hold(work.session)
    if switch is not None and switch.held:
        raise Conflict(f"Messages are held by {switch.who} ({switch.why}): `parcours alerts resume` lets them leave.")
    made = await letters.make_batch(work, who=operator.subject, limit=form.limit)
    return BatchMade(number=made.number, waiting_for_numbers=made.waiting_for_numbers)


@router.get("/letters/batches/{number}/pdf", response_class=Response)
async def get_pdf(number: int, _: Operator, work: CommandWork, request: Request) -> Response:
    """The letters of a batch. What may reach nobody from this installation is marked as a proof."""
    batch = await _batch(number, work)
    settings: Settings = request.app.state.settings
    identity = settings.identity()
    renderer = NoticeRenderer(identity, settings.own_links())
    sheets = letters.sheets(await kept.pages(work.session, number), renderer, batch.made_at)
    proof = settings.mode is not Mode.LIVE
    content = await asyncio.to_thread(paper.pdf, sheets, sender=identity.name, proof=proof)
    return Response(content, media_type="application/pdf")


@router.get("/letters/batches/{number}/manifest", response_class=Response)
async def get_manifest(number: int, _: Operator, work: CommandWork) -> Response:
    """The batch as CSV: place, reference and address of each letter."""
    await _batch(number, work)
    said = letters.manifest(await kept.pages(work.session, number))
    return Response(said.encode("utf-8-sig"), media_type="text/csv; charset=utf-8")


@router.post("/letters/batches/{number}/printed", status_code=204)
async def batch_printed(number: int, _: Operator, work: CommandWork) -> None:
    """Say that a batch is safe on paper or disk: the next one may be made."""
    await _batch(number, work)
    await kept.printed(work.session, number, work.now)


@router.post("/letters/receipts")
async def take_receipts(form: PostSaid, _: Operator, work: CommandWork) -> PostHeard:
    """What the post says of letters. Said again, it changes nothing; a return opens a check of the contact."""
    receipts = [Receipt(reference=line.reference.strip(), on=line.on, reason=line.reason) for line in form.lines]
    return PostHeard(lines=await letters.take_receipts(work, form.said, receipts))


@router.get("/contact-checks")
async def list_checks(
    _: Agent,
    work: CommandWork,
    person_id: PersonId | None = None,
    open_only: Annotated[bool, Query()] = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[ContactCheck]:
    """Persons whom a message could not reach, the oldest first: somebody has to ask how they can be."""
    rows = await post.checks(work.session, open_only=open_only, person_id=person_id, limit=limit)
    versions = await post.versions(work.session, [row.person_id for row in rows])
    return [
        ContactCheck(
            id=row.id or 0,
            person_id=row.person_id,
            channel=Channel(row.channel),
            reason=row.reason,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            said=row.said,
            changed_since=versions.get(row.person_id, 0) > (row.contact_version or 0),
        )
        for row in rows
    ]


@router.post("/contact-checks/{check_id}/close", status_code=204)
async def close_check(check_id: int, form: CheckDone, agent: Agent, work: CommandWork) -> None:
    if not await post.close_check(work.session, check_id, who=agent.subject, said=form.said, now=work.now):
        raise NotFound(f"No contact check {check_id} is open.")


async def _batch(number: int, work: CommandWork) -> BatchRow:
    found = await kept.batch(work.session, number)
    if found is None:
        raise NotFound(f"No batch {number} of letters was made.")
    return found
