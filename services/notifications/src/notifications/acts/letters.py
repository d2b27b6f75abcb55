"""Letters on their way: made into a batch, printed, and followed by what the post says of them."""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any
from uuid import UUID

from chassis.work import Work
from contracts.event import Event
from contracts.notifications import DeliveryDelivered, DeliveryFailed, DeliverySent, SuppressionReason
from contracts.values import Channel, Language, PersonId
from notifications.domain import wording
from notifications.domain.attempt import without_addresses
from notifications.domain.delivery import DeliveryState
from notifications.domain.notice import Post, message, why_no_letter
from notifications.domain.post import Said, Taken, after
from notifications.rendering.notices import NoticeRenderer
from notifications.rendering.paper import Sheet
from notifications.store import deliveries, letters, post
from notifications.store.letters import Numbered, Page, Posted, Queued, moment
from notifications.store.post import Unreached
from reference.days import civil_day

MANIFEST = (
    "place",
    "reference",
    "registered",
    "delivery_id",
    "purpose",
    "name",
    "line_1",
    "line_2",
    "line_3",
    "line_4",
    "postal_code",
    "town",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A batch to be printed; `waiting_for_numbers` registered letters had to stay behind."""

    number: int | None
    waiting_for_numbers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One line of what the post says."""

    reference: str
    on: dt.date
    reason: str | None = None


async def make_batch(work: Work, *, who: str, limit: int) -> Made:
    """The batch that nobody said was printed, else a new one of what is queued; number None where nothing is.

    Address and consent are read again: a letter that may not go any more is suppressed.
    """
    if (unprinted := await letters.open_batch(work.session)) is not None:
        return Made(number=unprinted.number, waiting_for_numbers=0)
    going, reasons, unreached = [], {}, []
    found = await letters.queued(work.session, limit=limit, now=work.now)
    addresses = await post.of(work.session, [one.person_id for one in found])
    for one in found:
        if (reason := _why_not(one, addresses[one.person_id], work.now)) is None:
            going.append(one)
            continue
        reasons[one.delivery_id] = reason
        told = message(one.notice, one.person_id, Channel.LETTER, reason)
        work.emit(deliveries.suppressed(told, reason, work.now), cause=one.cause)
        if reason is SuppressionReason.NO_ADDRESS:
            unreached.append(_unreached(one.person_id, one.delivery_id, "no address is known for a letter"))
    await post.open_checks(work.session, unreached, work.now)
    await letters.suppress(work.session, reasons, work.now)
    wanted = sum(one.notice.registered for one in going)
    numbers = await letters.free_numbers(work.session, wanted)
    numbered = _numbered(going, numbers)
    waiting = wanted - len(numbers)
    if not numbered:
        return Made(number=None, waiting_for_numbers=waiting)
    number = await letters.make_batch(work.session, who, work.now)
    named = [one if one.registered else replace(one, reference=f"L{number}-{one.place}") for one in numbered]
    await letters.fill_batch(work.session, number, named, work.now)
    return Made(number=number, waiting_for_numbers=waiting)


def sheets(pages: Sequence[Page], renderer: NoticeRenderer, made_at: dt.datetime) -> list[Sheet]:
    """The letters of a batch that can still be printed: nothing is left of an erased person."""
    return [
        Sheet(
            words=(words := renderer.words(page.notice, page.contact, page.on_behalf_of)),
            name=page.contact.name,
            address=page.address,
            reference=page.numbered.reference,
            registered=page.numbered.registered,
            dated=_dated(made_at, words.language),
        )
        for page in pages
        if page.contact is not None and page.address is not None
    ]


def manifest(pages: Sequence[Page]) -> str:
    """The batch as CSV, a line a letter, for who prints and for the post."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(MANIFEST)
    for page in pages:
        if page.contact is None or page.address is None:
            continue
        numbered, address = page.numbered, page.address
        lines = [*address.lines, "", "", "", ""][:4]
        what = [numbered.place, numbered.reference, "yes" if numbered.registered else "no", numbered.delivery_id]
        said = [page.notice.purpose.value, page.contact.name, *lines, address.postal_code, address.town]
        writer.writerow([_plain(value) for value in (*what, *said)])
    return out.getvalue()


async def take_receipts(work: Work, said: Said, receipts: Sequence[Receipt]) -> list[Taken]:
    """What the post says of letters; one answer a line. What comes back opens a check of the contact."""
    known = await letters.referred(work.session, [one.reference for one in receipts])
    answers: list[Taken] = []
    returned: list[Unreached] = []
    for one in receipts:
        letter = known.get(one.reference)
        if letter is None:
            answers.append(Taken.NOT_KNOWN)
            continue
        then, taken = after(letter.course, said, one.on)
        answers.append(taken)
        if taken is Taken.TAKEN:
            changed = replace(letter, course=then)
            reason = without_addresses(one.reason or "returned by the post") if said is Said.RETURNED else None
            await letters.told(work.session, changed, work.now, reason=reason)
            for event in _events(letter, changed, reason):
                work.emit(event, cause=letter.cause)
            if reason is not None:
                returned.append(_unreached(letter.person_id, letter.delivery_id, reason))
            known[one.reference] = changed
    await post.open_checks(work.session, returned, work.now)
    return answers


def _unreached(person_id: PersonId, delivery_id: UUID, reason: str) -> Unreached:
    return Unreached(person_id=person_id, channel=Channel.LETTER, reason=reason, delivery_id=delivery_id)


def _events(before: Posted, now: Posted, reason: str | None) -> list[Event]:
    who: dict[str, Any] = {
        "delivery_id": now.delivery_id,
        "call_id": now.notice_id,
        "person_id": now.person_id,
        "channel": Channel.LETTER,
        "purpose": now.purpose,
    }
    course = now.course
    events: list[Event] = []
    if before.course.posted_on is None and course.posted_on is not None:
        sent_at = moment(course.posted_on)
        events.append(DeliverySent(**who, attempt=1, gateway_reference=now.reference, sent_at=sent_at))
    if course.state is DeliveryState.DELIVERED and course.received_on is not None:
        events.append(DeliveryDelivered(**who, delivered_at=moment(course.received_on)))
    if course.state is DeliveryState.FAILED and course.returned_on is not None:
        failed_at = moment(course.returned_on)
        events.append(DeliveryFailed(**who, attempt=1, reason=reason or "", final=True, failed_at=failed_at))
    return events


def _why_not(one: Queued, address: Post, now: dt.datetime) -> SuppressionReason | None:
    if now >= one.deliver_by:
        return SuppressionReason.TOO_LATE
    if one.contact is None:
        return SuppressionReason.CONTACT_ERASED
    return why_no_letter(one.notice, one.contact, address)


def _numbered(going: Sequence[Queued], numbers: Sequence[str]) -> list[Numbered]:
    """Places in the batch; a registered letter for which no number is left stays queued."""
    left = list(numbers)
    numbered: list[Numbered] = []
    for one in going:
        if one.notice.registered and not left:
            continue
        reference = left.pop(0) if one.notice.registered else ""
        place = len(numbered) + 1
        numbered.append(
            Numbered(delivery_id=one.delivery_id, place=place, reference=reference, registered=one.notice.registered)
        )
    return numbered


def _dated(made_at: dt.datetime, language: Language) -> str:
    day = wording.day(civil_day(made_at), language, weekday=False)
    return f"Le {day}" if language is Language.FRENCH else day


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
