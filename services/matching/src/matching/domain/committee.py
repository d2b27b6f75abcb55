"""The allocation and occupancy committee (CALEOL; CCH L441-2, R441-9): who sits, and what may go on its agenda."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.allocation import CandidacyOrigin, FewerFilesBecause
from contracts.values import DwellingFacts
from matching.domain.application import Application
from matching.domain.candidacy import Candidacy, CandidacyStatus, unlawful
from matching.domain.explanation import Explanation
from matching.domain.place import inside
from reference.figures import Figure, figure

__all__ = [
    "CommitteeRefused",
    "File",
    "Member",
    "NotNow",
    "Objection",
    "Seat",
    "SessionStatus",
    "check_files",
    "check_members",
    "mayor_of",
    "voting",
]


class SessionStatus(StrEnum):
    PLANNED = "planned"
    CLOSED = "closed"
    """Its minutes are final: nothing is decided any more."""


class Seat(StrEnum):
    CHAIR = "chair"
    MEMBER = "member"
    TENANTS = "tenants"
    """The member who represents the tenants."""
    MAYOR = "mayor"
    """Of the commune of the homes, or who stands in; a casting vote at equal votes."""
    PREFET = "prefet"
    EPCI_PRESIDENT = "epci_president"
    HOLDER = "holder"
    """A reservation holder: heard, no vote."""
    ASSOCIATION = "association"
    """Heard, no vote."""

    @property
    def votes(self) -> bool:
        return self not in (Seat.HOLDER, Seat.ASSOCIATION)

    @property
    def named_by_the_landlord(self) -> bool:
        return self in (Seat.CHAIR, Seat.MEMBER, Seat.TENANTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    seat: Seat
    name: str
    commune: str | None = None
    """A mayor's."""
    present: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a command: the field and a sentence."""

    field: str
    message: str


class CommitteeRefused(Exception):
    """A command of which nothing is taken."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in objections))
        self.objections = tuple(objections)


class NotNow(Exception):
    """A command that contradicts how things stand; the sentence says how, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A candidacy as the agenda looks at it."""

    candidacy: Candidacy
    application: Application | None
    """None where it was erased."""
    expires_on: dt.date | None
    """The last day of the application's number."""
    missing: tuple[str, ...]
    """What no piece proves on the session's day."""
    explanation: Explanation | None


def check_members(members: Sequence[Member], quorum: int | None, *, held_on: dt.date) -> list[Objection]:
    """What stands against these seats on the session's day (CCH R441-9)."""
    found = []
    named = sum(one.seat.named_by_the_landlord for one in members)
    most = figure(Figure.COMMITTEE_MOST_MEMBERS, held_on).value
    if named > most:
        message = f"the committee has {most} members besides those who sit by right, not {named}"
        found.append(Objection("members", message))
    found += [
        Objection("members", f"there is one {seat.value}")
        for seat in (Seat.CHAIR, Seat.PREFET)
        if sum(one.seat is seat for one in members) > 1
    ]
    mayors = [one.commune for one in members if one.seat is Seat.MAYOR]
    for place, one in enumerate(members):
        if (one.seat is Seat.MAYOR) != (one.commune is not None):
            message = "a mayor's seat names the commune" if one.seat is Seat.MAYOR else "only a mayor has a commune"
            found.append(Objection(f"members[{place}].commune", message))
    if len(set(mayors)) < len(mayors):
        found.append(Objection("members", "a commune has one mayor"))
    voices = sum(one.seat.votes for one in members)
    if quorum is not None and members and quorum > voices:
        found.append(Objection("quorum", f"{quorum} is more than the {voices} who vote"))
    return found


def voting(members: Sequence[Member]) -> int:
    """How many are there who vote."""
    return sum(one.present and one.seat.votes for one in members)


def mayor_of(members: Sequence[Member], home: DwellingFacts) -> Member | None:
    """The mayor who is there and whose commune the home lies in."""
    for one in members:
        if one.present and one.seat is Seat.MAYOR and one.commune and inside(one.commune, home.commune):
            return one
    return None


def check_files(
    files: Sequence[File],
    home: DwellingFacts,
    *,
    vacancy_id: UUID,
    held_on: dt.date,
    fewer_because: FewerFilesBecause | None,
    justification: str | None,
) -> list[Objection]:
    """What stands against a home's files on the agenda of a session (DOMAIN §11.3)."""
    found, seen = [], set[UUID]()
    for place, file in enumerate(files):
        field, one = f"candidacies[{place}]", file.candidacy
        if one.id in seen:
            found.append(Objection(field, f"the file {one.id} is named twice"))
            continue
        seen.add(one.id)
        if sentence := _stands_against(file, vacancy_id, held_on):
            found.append(Objection(field, sentence))
    least = figure(Figure.COMMITTEE_LEAST_FILES, held_on).value
    return found + _check_count(files, len(seen), home, fewer_because, justification, least=least)


def _stands_against(file: File, vacancy_id: UUID, held_on: dt.date) -> str | None:
    one = file.candidacy
    if one.vacancy_id != vacancy_id:
        return f"the file {one.id} is for another home; open one for this home"
    if one.status is CandidacyStatus.ON_AGENDA:
        return f"the file {one.id} is on an agenda already; take the home off that one first"
    if one.status in (CandidacyStatus.DECIDED, CandidacyStatus.CLOSED):
        return f"the file {one.id} is {one.status.value}; leave it out"
    if one.parked_for:
        return f"the file {one.id} is parked: its household is ranked first for another home; leave it out"
    if file.application is None or not file.application.active:
        return f"the application of the file {one.id} is not active any more; leave it out"
    if one.status is CandidacyStatus.OPEN or file.missing:
        lacking = ", ".join(file.missing) or "none on the session's day; look at the file again"
        return f"the file {one.id} is not complete on {held_on}: missing are {lacking}; verify them first"
    if file.expires_on is not None and file.expires_on < held_on:
        return (
            f"the number of the application of file {one.id} expires on {file.expires_on}, before the session of "
            f"{held_on}; have it renewed first"
        )
    if file.explanation and unlawful(file.explanation):
        return f"the home would be unlawful now for the household of file {one.id}; read its explanation, leave it out"
    return None


def _check_count(
    files: Sequence[File],
    count: int,
    home: DwellingFacts,
    because: FewerFilesBecause | None,
    justification: str | None,
    *,
    least: int,
) -> list[Objection]:
    if count >= least:
        if because is not None:
            return [Objection("fewer_files_because", f"there are {count} files; leave it out")]
        return []
    if not files:
        return [
            Objection("candidacies", "no file of this home is complete; its candidacies say what is missing of each")
        ]
    if because is None:
        known = ", ".join(one.value for one in FewerFilesBecause if one is not FewerFilesBecause.UNKNOWN)
        message = f"a committee looks at {least} files a home (CCH R441-3); add files, or say which of {known}"
        return [Objection("fewer_files_because", message)]
    if because is FewerFilesBecause.TOO_FEW_CANDIDATES and not justification:
        return [Objection("justification", "too few candidates are justified in the minutes: say what was tried")]
    designated = any(one.candidacy.origin is CandidacyOrigin.PREFET for one in files)
    if because is FewerFilesBecause.DALO_DESIGNATED and not designated:
        return [Objection("fewer_files_because", "none of the files was brought by the préfet; choose another reason")]
    if because is FewerFilesBecause.PLAI_ADAPTED and not home.plai_adapted:
        return [Objection("fewer_files_because", "the home is not known as PLAI adapté; choose another reason")]
    return []
