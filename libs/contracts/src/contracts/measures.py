"""Help with the state of the home a household would leave: supported self-renovation (DOMAIN §11.18).

The fiche's second objective: households that could not move because of the works they owe.
"""

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.household import Light
from contracts.values import CommuneCode, Siren


class MeasureEvent(Event):
    """What every fact of a measure carries; `light` is what it makes of the household's move from here on."""

    measure_id: UUID
    version: int
    landlord: Siren
    commune: CommuneCode
    in_priority_district: bool | None = None
    tenancy_id: UUID | None = None
    application_id: UUID | None = None
    on: dt.date
    light: Light | None
    """None where nothing was found, or nothing that still holds."""

    @property
    def key(self) -> str:
        return str(self.measure_id)


class StateVisited(MeasureEvent):
    """The advice visit: what is to be put right, and how much of it the tenant would owe."""

    TYPE: ClassVar[str] = "demand.measure.state-visited.v1"
    chargeable_cents: Annotated[int, Field(ge=0)]


class MeasurePrescribed(MeasureEvent):
    """A partner will help the household to do the works itself."""

    TYPE: ClassVar[str] = "demand.measure.prescribed.v1"
    partner: Siren


class MeasureContracted(MeasureEvent):
    TYPE: ClassVar[str] = "demand.measure.contracted.v1"


class MeasureStarted(MeasureEvent):
    TYPE: ClassVar[str] = "demand.measure.started.v1"


class MeasureCompleted(MeasureEvent):
    TYPE: ClassVar[str] = "demand.measure.completed.v1"


class VisitLapsed(MeasureEvent):
    """The last finding became too old: a good one says nothing any more, works found owing still stand in the way."""

    TYPE: ClassVar[str] = "demand.measure.visit-lapsed.v1"


class MeasureAbandoned(MeasureEvent):
    TYPE: ClassVar[str] = "demand.measure.abandoned.v1"
    reason: Annotated[str, Field(max_length=300)]
