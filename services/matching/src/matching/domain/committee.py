"""The allocation and occupancy committee (CALEOL; CCH L441-2, R441-9): who sits, and what may go on its agenda."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.allocation import CandidacyOrigin, FewerFilesBecause
from contracts.told import Told
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
    message: Told


class CommitteeRefused(Exception):
    """A command of which nothing is taken."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in objections))
        self.objections = tuple(objections)


class NotNow(Exception):
    """A command that contradicts how things stand; the sentence says how, and the way out."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.told = Told(fr, en)


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
        message = Told(
            f"la commission a {most} membres, outre ceux qui y siègent de droit, et non {named}",
            f"the committee has {most} members besides those who sit by right, not {named}",
        )
        found.append(Objection("members", message))
    found += [
        Objection("members", Told(f"il y a un seul siège {seat.value}", f"there is one {seat.value}"))
        for seat in (Seat.CHAIR, Seat.PREFET)
        if sum(one.seat is seat for one in members) > 1
    ]
    mayors = [one.commune for one in members if one.seat is Seat.MAYOR]
    for place, one in enumerate(members):
        if (one.seat is Seat.MAYOR) != (one.commune is not None):
            if one.seat is Seat.MAYOR:
                message = Told("le siège d'un maire nomme la commune", "a mayor's seat names the commune")
            else:
                message = Told("seul un maire a une commune", "only a mayor has a commune")
            found.append(Objection(f"members[{place}].commune", message))
    if len(set(mayors)) < len(mayors):
        found.append(Objection("members", Told("une commune a un seul maire", "a commune has one mayor")))
    voices = sum(one.seat.votes for one in members)
    if quorum is not None and members and quorum > voices:
        more = Told(f"{quorum} dépasse les {voices} voix délibératives", f"{quorum} is more than the {voices} who vote")
        found.append(Objection("quorum", more))
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
            twice = Told(f"le dossier {one.id} est nommé deux fois", f"the file {one.id} is named twice")
            found.append(Objection(field, twice))
            continue
        seen.add(one.id)
        if sentence := _stands_against(file, vacancy_id, held_on):
            found.append(Objection(field, sentence))
    least = figure(Figure.COMMITTEE_LEAST_FILES, held_on).value
    return found + _check_count(files, len(seen), home, fewer_because, justification, least=least)


def _stands_against(file: File, vacancy_id: UUID, held_on: dt.date) -> Told | None:
    one = file.candidacy
    if one.vacancy_id != vacancy_id:
        return Told(
            f"le dossier {one.id} est pour un autre logement ; ouvrez-en un pour celui-ci",
            f"the file {one.id} is for another home; open one for this home",
        )
    if one.status is CandidacyStatus.ON_AGENDA:
        return Told(
            f"le dossier {one.id} est déjà à un ordre du jour ; retirez-en d'abord le logement",
            f"the file {one.id} is on an agenda already; take the home off that one first",
        )
    if one.status in (CandidacyStatus.DECIDED, CandidacyStatus.CLOSED):
        state = "décidé" if one.status is CandidacyStatus.DECIDED else "clos"
        return Told(
            f"le dossier {one.id} est {state} ; laissez-le de côté",
            f"the file {one.id} is {one.status.value}; leave it out",
        )
    if one.parked_for:
        return Told(
            f"le dossier {one.id} est suspendu : son ménage est au premier rang pour un autre logement ; "
            "laissez-le de côté",
            f"the file {one.id} is parked: its household is ranked first for another home; leave it out",
        )
    if file.application is None or not file.application.active:
        return Told(
            f"la demande du dossier {one.id} n'est plus active ; laissez-le de côté",
            f"the application of the file {one.id} is not active any more; leave it out",
        )
    if one.status is CandidacyStatus.OPEN or file.missing:
        return _not_complete(file, held_on)
    if file.expires_on is not None and file.expires_on < held_on:
        return Told(
            f"le numéro unique de la demande du dossier {one.id} expire le {file.expires_on:%d/%m/%Y}, avant la séance "
            f"du {held_on:%d/%m/%Y} ; faites-la d'abord renouveler",
            f"the number of the application of file {one.id} expires on {file.expires_on}, before the session of "
            f"{held_on}; have it renewed first",
        )
    if file.explanation and unlawful(file.explanation):
        return Told(
            f"le logement serait illégal à ce jour pour le ménage du dossier {one.id} ; lisez son explication et "
            "laissez-le de côté",
            f"the home would be unlawful now for the household of file {one.id}; read its explanation, leave it out",
        )
    return None


def _not_complete(file: File, held_on: dt.date) -> Told:
    one, lacking = file.candidacy.id, ", ".join(file.missing)
    if not lacking:
        return Told(
            f"le dossier {one} n'est pas complet ; relisez-le : aucune pièce ne manque au {held_on:%d/%m/%Y}",
            f"the file {one} is not complete; look at it again: no piece is missing on {held_on}",
        )
    return Told(
        f"le dossier {one} n'est pas complet au {held_on:%d/%m/%Y} : il manque {lacking} ; vérifiez-les d'abord",
        f"the file {one} is not complete on {held_on}: missing are {lacking}; verify them first",
    )


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
            enough = Told(f"il y a {count} dossiers ; laissez-le de côté", f"there are {count} files; leave it out")
            return [Objection("fewer_files_because", enough)]
        return []
    if not files:
        none = Told(
            "aucun dossier de ce logement n'est complet ; ses candidatures disent ce qui manque à chacun",
            "no file of this home is complete; its candidacies say what is missing of each",
        )
        return [Objection("candidacies", none)]
    if because is None:
        known = ", ".join(one.value for one in FewerFilesBecause if one is not FewerFilesBecause.UNKNOWN)
        message = Told(
            f"une commission examine {least} dossiers par logement (CCH R441-3) ; sinon dites pourquoi : {known}",
            f"a committee looks at {least} files a home (CCH R441-3); add files, or say which of {known}",
        )
        return [Objection("fewer_files_because", message)]
    if because is FewerFilesBecause.TOO_FEW_CANDIDATES and not justification:
        tried = Told(
            "l'insuffisance de candidats se justifie au procès-verbal : dites ce qui a été tenté",
            "too few candidates are justified in the minutes: say what was tried",
        )
        return [Objection("justification", tried)]
    designated = any(one.candidacy.origin is CandidacyOrigin.PREFET for one in files)
    if because is FewerFilesBecause.DALO_DESIGNATED and not designated:
        by_prefet = Told(
            "aucun des dossiers n'est présenté par le préfet ; choisissez une autre raison",
            "none of the files was brought by the préfet; choose another reason",
        )
        return [Objection("fewer_files_because", by_prefet)]
    if because is FewerFilesBecause.PLAI_ADAPTED and not home.plai_adapted:
        adapted = Told(
            "le logement n'est pas connu comme PLAI adapté ; choisissez une autre raison",
            "the home is not known as PLAI adapté; choose another reason",
        )
        return [Objection("fewer_files_because", adapted)]
    return []
