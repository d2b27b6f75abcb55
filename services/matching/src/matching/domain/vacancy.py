"""A vacancy as its events tell it, in whatever order and however often they arrive."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from contracts.inventory import (
    AvailabilityChanged,
    Designation,
    VacancyAllocated,
    VacancyAnnounced,
    VacancyDesignated,
    VacancyEvent,
    VacancyHardToLet,
    VacancyLet,
    VacancyReleased,
    VacancyWithdrawn,
)
from contracts.matching import CallWithdrawalReason
from contracts.values import DwellingFacts

__all__ = ["Vacancy", "VacancyStatus", "apply"]


class VacancyStatus(StrEnum):
    UNKNOWN = "unknown"
    """Only a part was heard of yet."""
    ANNOUNCED = "announced"
    RELEASED = "released"
    ALLOCATED = "allocated"
    """A committee decided: nobody else is called, and who was called stays so until the lease is signed."""
    WITHDRAWN = "withdrawn"
    LET = "let"


_OPEN = frozenset({VacancyStatus.ANNOUNCED, VacancyStatus.RELEASED})
_CLOSING = {
    VacancyStatus.WITHDRAWN: CallWithdrawalReason.VACANCY_WITHDRAWN,
    VacancyStatus.LET: CallWithdrawalReason.VACANCY_LET,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """Three parts, each written by the event with the highest version that speaks of it.

    So any order and repetition of the same events ends in the same vacancy, and an older event changes
    nothing that a newer one said.
    """

    id: UUID
    status: VacancyStatus = VacancyStatus.UNKNOWN
    status_version: int = 0
    landlord: str = ""
    dwelling_id: UUID | None = None
    dwelling: DwellingFacts | None = None
    dwelling_version: int = 0
    available_on: dt.date | None = None
    available_version: int = 0
    deciding: bool = False
    """A committee decided on it and its ranks are being offered the home."""
    designation: Designation | None = None
    """Whose turn the home is, as its newest announcement or release says."""
    named: frozenset[UUID] = frozenset()
    """Applications that the holder named."""
    named_version: int = 0
    hard_to_let_on: dt.date | None = None
    """Since when nobody takes it (DOMAIN §11.17): told once, and true until it is let."""

    @property
    def open(self) -> bool:
        """Whether households may be called for it: it is coming free or free, the home is known, and no offer runs."""
        return self.status in _OPEN and self.dwelling is not None and not self.deciding

    @property
    def hard_to_let(self) -> bool:
        return self.hard_to_let_on is not None

    @property
    def closed_because(self) -> CallWithdrawalReason | None:
        return _CLOSING.get(self.status)


def apply(vacancy: Vacancy, event: VacancyEvent) -> Vacancy:
    """The vacancy after one more of its events; the same vacancy when the event says nothing new."""
    match event:
        case VacancyAnnounced():
            vacancy = _dwelling(vacancy, event)
            vacancy = _available(vacancy, event.version, event.expected_on)
            return _status(vacancy, event.version, VacancyStatus.ANNOUNCED)
        case VacancyReleased():
            vacancy = _dwelling(vacancy, event)
            vacancy = _available(vacancy, event.version, event.available_on)
            return _status(vacancy, event.version, VacancyStatus.RELEASED)
        case AvailabilityChanged():
            return _available(vacancy, event.version, event.expected_on)
        case VacancyDesignated():
            return _named(vacancy, event)
        case VacancyHardToLet():
            return replace(vacancy, hard_to_let_on=min(event.on, vacancy.hard_to_let_on or event.on))
        case VacancyAllocated():
            return _status(vacancy, event.version, VacancyStatus.ALLOCATED)
        case VacancyWithdrawn():
            return _status(vacancy, event.version, VacancyStatus.WITHDRAWN)
        case VacancyLet():
            return _status(vacancy, event.version, VacancyStatus.LET)
        case _:
            raise TypeError(f"{type(event).__name__} is not an event of a vacancy that matching knows.")


def _status(vacancy: Vacancy, version: int, status: VacancyStatus) -> Vacancy:
    if version <= vacancy.status_version:
        return vacancy
    return replace(vacancy, status=status, status_version=version)


def _dwelling(vacancy: Vacancy, event: VacancyAnnounced | VacancyReleased) -> Vacancy:
    if event.version <= vacancy.dwelling_version:
        return vacancy
    return replace(
        vacancy,
        landlord=event.landlord,
        dwelling_id=event.dwelling_id,
        dwelling=event.dwelling,
        dwelling_version=event.version,
        designation=event.designation,
    )


def _named(vacancy: Vacancy, event: VacancyDesignated) -> Vacancy:
    """An event names all that the holder has named so far."""
    if event.version <= vacancy.named_version:
        return vacancy
    return replace(vacancy, named=frozenset(event.application_ids), named_version=event.version)


def _available(vacancy: Vacancy, version: int, day: dt.date) -> Vacancy:
    if version <= vacancy.available_version:
        return vacancy
    return replace(vacancy, available_on=day, available_version=version)
