"""An application as the rules read it."""

import datetime as dt
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from contracts.demand import ApplicationRecorded, ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from contracts.household import Light
from contracts.values import ApplicationKind

__all__ = ["Application"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Household facts and wishes, without identity."""

    id: UUID
    version: int
    kind: ApplicationKind
    status: ApplicationStatus
    registered_on: dt.date
    person_ids: tuple[UUID, ...]
    household: HouseholdFacts
    wishes: Wishes
    current_home: CurrentHome | None = None
    light: Light | None = None
    meets_transfer_conditions: bool | None = None

    @classmethod
    def recorded(cls, event: ApplicationRecorded) -> Self:
        return cls(
            id=event.application_id,
            version=event.version,
            kind=event.kind,
            status=event.status,
            registered_on=event.registered_on,
            person_ids=event.person_ids,
            household=event.household,
            wishes=event.wishes,
            current_home=event.current_home,
            light=event.light,
            meets_transfer_conditions=event.meets_transfer_conditions,
        )

    @property
    def active(self) -> bool:
        return self.status is ApplicationStatus.ACTIVE
