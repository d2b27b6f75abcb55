"""What exists and what comes free."""

import datetime as dt
from typing import ClassVar
from uuid import UUID

from contracts.event import Event
from contracts.landlord import WithdrawalReason
from contracts.values import DwellingFacts, RplsId, Siren


class DwellingRecorded(Event):
    """A dwelling as it is now."""

    TYPE: ClassVar[str] = "inventory.dwelling.recorded.v1"
    dwelling_id: UUID
    version: int
    landlord: Siren
    reference: RplsId
    dwelling: DwellingFacts

    @property
    def key(self) -> str:
        return str(self.dwelling_id)


class VacancyEvent(Event):
    """What every fact of a vacancy carries; `version` grows by one with each of them."""

    vacancy_id: UUID
    version: int

    @property
    def key(self) -> str:
        return str(self.vacancy_id)


class VacancyAnnounced(VacancyEvent):
    """A home will come free. Matching works from here, not from the day the keys come back."""

    TYPE: ClassVar[str] = "inventory.vacancy.announced.v1"
    dwelling_id: UUID
    landlord: Siren
    dwelling: DwellingFacts
    expected_on: dt.date
    """End of notice, then works (DOMAIN §3.3)."""


class AvailabilityChanged(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.availability-changed.v1"
    expected_on: dt.date


class VacancyReleased(VacancyEvent):
    """The home can be let from `available_on`; carries the dwelling's facts at the rent of re-letting."""

    TYPE: ClassVar[str] = "inventory.vacancy.released.v1"
    dwelling_id: UUID
    landlord: Siren
    dwelling: DwellingFacts
    available_on: dt.date


class VacancyWithdrawn(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.withdrawn.v1"
    reason: WithdrawalReason


class VacancyLet(VacancyEvent):
    TYPE: ClassVar[str] = "inventory.vacancy.let.v1"
    lease_signed_on: dt.date
