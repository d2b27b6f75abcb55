"""Thousands of registrations at once: all that one leaves behind as lines of COPY, made apart from the database.

What is written is what `demand.handling.open_application` writes for one; a test holds the two together.
"""

import datetime as dt
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple, Self

import asyncpg
from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import copying, sql
from chassis.copying import NULL, DueLines, EventLines, json_cell, text_cell
from contracts.demand import ApplicationOpened, ApplicationRecorded, ApplicationStatus, Consent, ContactRecorded
from contracts.event import Envelope
from contracts.values import Value
from demand.domain.application import Application, Housing
from demand.domain.facts import Fact, StatedBy
from demand.domain.person import Person
from demand.domain.record import Step
from reference.days import civil_day

_APPLICATION = (
    *("id", "number", "kind", "status", "way", "registered_on", "expires_on", "applicant", "co_applicant", "housing"),
    *("household", "wishes", "declaration", "facts", "imported", "version", "changed_at"),
)
_PERSON = (
    *("id", "given_name", "family_name", "birth_date", "email", "phone", "language", "consents", "address"),
    *("safe_contact", "shared", "helper", "version", "changed_at"),
)
_FACT = ("application_id", "fact", "value", "stated_by", "stated_at")
_STEP = ("application_id", "step", "at", "detail", "who")
_CONSENTS = TypeAdapter(tuple[Consent, ...])
_TAKEN = "SELECT number FROM application WHERE number = ANY($1)"


class Opened(NamedTuple):
    """An application that is new and all that registering it leaves behind, as lines of each table."""

    application: bytes
    persons: bytes
    facts: bytes
    steps: bytes
    due: bytes
    events: bytes


@dataclass(frozen=True, slots=True)
class Openings:
    """Applications that are new, by number, and what all of them leave behind: one piece a table, soon handed over."""

    numbers: list[str]
    lines: list[bytes]
    lengths: list["array[int]"]
    """Of each application's part in the lines of each table."""

    @classmethod
    def of(cls, opened: Mapping[str, Opened]) -> Self:
        tables = list(zip(*opened.values(), strict=True))
        return cls(
            list(opened), [b"".join(parts) for parts in tables], [array("L", map(len, parts)) for parts in tables]
        )

    def without(self, numbers: Collection[str]) -> "Openings":
        """Those with other numbers than these."""
        kept = [number not in numbers for number in self.numbers]
        if all(kept):
            return self
        tables = [
            list(compress(_parts(lines, lengths), kept))
            for lines, lengths in zip(self.lines, self.lengths, strict=True)
        ]
        return Openings.of(dict(zip(compress(self.numbers, kept), map(Opened, *tables), strict=True)))


class Writer:
    """Makes the lines of what is registered at `now`, because of `cause`, as `stated_by` and `who` have it."""

    def __init__(self, *, service: str, now: dt.datetime, cause: Envelope, stated_by: StatedBy, who: str) -> None:
        self._day = civil_day(now).isoformat()
        self._at = now.isoformat()
        self._stated = f"\t{text_cell(stated_by)}\t{self._at}\n"
        self._registered, self._completed = (f"\t{step}\t{self._at}\t" for step in (Step.REGISTERED, Step.COMPLETED))
        self._who = f"\t{text_cell(who)}\n"
        self._due = DueLines(cause)
        self._contact, self._recorded, self._opened = (
            EventLines(event, service=service, now=now, cause=cause)
            for event in (ContactRecorded, ApplicationRecorded, ApplicationOpened)
        )

    def opened(
        self,
        application: Application,
        persons: Sequence[Person],
        stated: Mapping[Fact, Any],
        due_at: Mapping[str, dt.datetime],
        said: bytes,
    ) -> Opened:
        """Of an application that was never closed, warned or told anything; `said` is the hash of its line."""
        file, key = application.file, str(application.id)
        household, declaration = _said(file.household), _said(file.declaration)
        wishes, facts = _json(file.wishes), _json(application.facts)
        home = _json(file.housing.home) or "null"
        kind, way = application.kind, application.way
        registered_on, expires_on = application.registered_on.isoformat(), _day(application.expires_on)
        active = application.status is ApplicationStatus.ACTIVE
        applicants = [str(person) for person in application.persons]
        row = (
            *(key, application.number or NULL, kind, application.status, way, registered_on),
            *(expires_on or NULL, applicants[0], applicants[1] if len(applicants) > 1 else NULL),
            *(
                _housing(file.housing, home),
                json_cell(household),
                json_cell(wishes),
                json_cell(declaration),
                json_cell(facts),
            ),
            *(f"\\\\x{said.hex()}", "1", self._at),
        )
        detail = f'{{"registered_on":"{registered_on}","way":"{way}","expires_on":{_text(expires_on)}}}'
        steps = f"{key}{self._registered}{detail}{self._who}"
        people = [self._person(one) for one in persons]
        events = [event for _, event in people]
        if active:
            steps += f"{key}{self._completed}{{}}{self._who}"
            ids = ",".join(f'"{one}"' for one in applicants)
            events.append(
                self._recorded.line(
                    key,
                    f'{{"application_id":"{key}","version":1,"kind":"{kind}","status":"active",'
                    f'"registered_on":"{registered_on}","person_ids":[{ids}],"household":{facts},'
                    f'"wishes":{wishes},"current_home":{home},"expires_on":{_text(expires_on)},"closed_on":null,'
                    '"closure":null,"merged_into":null,"tenancy_id":null,"light":null,'
                    '"meets_transfer_conditions":null}',
                )
            )
        events.append(
            self._opened.line(
                key,
                f'{{"application_id":"{key}","kind":"{kind}","on":"{self._day}","registered_on":"{registered_on}",'
                f'"way":"{way}"}}',
            )
        )
        return Opened(
            ("\t".join(row) + "\n").encode(),
            "".join([line for line, _ in people]).encode(),
            "".join(
                [f"{key}\t{fact}\t{json_cell(to_json(value).decode())}{self._stated}" for fact, value in stated.items()]
            ).encode(),
            steps.encode(),
            b"".join([self._due.line(kind, key, at) for kind, at in due_at.items()]),
            b"".join(events),
        )

    def _person(self, person: Person) -> tuple[str, bytes]:
        contact, key = person.contact, str(person.id)
        consents = _CONSENTS.dump_json(person.consents).decode() if person.consents else "[]"
        address, shared = _json(contact.address), to_json(contact.shared).decode() if contact.shared else "[]"
        safe = "true" if contact.safe_contact else "false"
        row = (
            *(key, text_cell(contact.given_name), text_cell(contact.family_name), _day(contact.birth_date) or NULL),
            *(
                text_cell(contact.email),
                contact.phone or NULL,
                contact.language,
                json_cell(consents),
                json_cell(address),
                safe,
            ),
            *(json_cell(shared), str(person.helper) if person.helper else NULL, "1", self._at),
        )
        told = self._contact.line(
            key,
            f'{{"person_id":"{key}","version":1,"given_name":{quoted(contact.given_name)},'
            f'"family_name":{quoted(contact.family_name)},"email":{_text(contact.email)},'
            f'"phone":{_text(contact.phone)},"language":"{contact.language}","consents":{consents},'
            f'"address":{address or "null"},"safe_contact":{safe},"shared":{shared},'
            f'"helper":{_text(str(person.helper) if person.helper else None)}}}',
        )
        return "\t".join(row) + "\n", told


async def open_all(session: AsyncSession, openings: Openings) -> set[str]:
    """Register all; gives the numbers that somebody else registered meanwhile, of which nothing is written.

    Looking costs nothing where, as nearly always, nobody did: their own index says it.
    """
    taken: set[str] = set()
    while openings.numbers:
        applications, persons, facts, steps, due, events = openings.lines
        await sql.execute(session, "SAVEPOINT opening")
        try:
            await sql.copy_lines(session, "application", _APPLICATION, [applications])
        except asyncpg.UniqueViolationError:
            await sql.execute(session, "ROLLBACK TO opening")
            found = await sql.column(session, _TAKEN, openings.numbers)
            if not found:
                raise
            taken.update(found)
            openings = openings.without(taken)
            continue
        await sql.copy_lines(session, "person", _PERSON, [persons])
        await sql.copy_lines(session, "fact", _FACT, [facts])
        await sql.copy_lines(session, "handling", _STEP, [steps])
        await copying.leave_due(session, [due])
        await copying.tell(session, [events])
        break
    return taken


def _parts(lines: bytes, lengths: "array[int]") -> Iterator[bytes]:
    begin = 0
    for length in lengths:
        yield lines[begin : begin + length]
        begin += length


def _housing(housing: Housing, home: str) -> str:
    host = _text(housing.hosted_by)
    return json_cell(f'{{"situation":"{housing.situation}","hosted_by":{host},"home":{home}}}')


def _json(value: Value | None) -> str | None:
    return value.model_dump_json() if value else None


def _said(value: Value | None) -> str | None:
    """Without what was not said, as `demand.store.applications` keeps it."""
    return value.model_dump_json(exclude_none=True) if value else None


def _text(text: str | None) -> str:
    """As JSON."""
    return "null" if text is None else quoted(text)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
