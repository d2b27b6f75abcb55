"""What an agent fills in about a measure, and what is shown of it."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from chassis.http import Command
from contracts.household import Light
from contracts.values import CommuneCode, Siren, Value
from demand.domain.measure import Measure, Stage

Item = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$", examples=["paint, living room"])]
WorksCents = Annotated[int, Field(ge=0, le=100_000_00, examples=[1_860_00])]


class MeasureForm(Command):
    """A measure begins with the advice visit to be made, for a sitting tenancy, an application, or both."""

    landlord: Siren
    commune: CommuneCode
    in_priority_district: bool | None = None
    tenancy_id: UUID | None = None
    application_id: UUID | None = None
    opened_on: dt.date | None = None
    """Today where absent."""


class DamageForm(Command):
    item: Item
    """As the landlord's wear grid names it, where the deduction is the grid's."""
    amount_cents: WorksCents
    age_years: Annotated[int, Field(ge=0, le=200)] | None = None
    wear_cents: WorksCents | None = None
    """What wear takes off; by the landlord's grid where absent."""


class StepForm(Command):
    on: dt.date | None = None
    """Today where absent."""


class VisitForm(StepForm):
    works: Annotated[tuple[DamageForm, ...], Field(max_length=200)]
    """Empty where nothing is to be put right."""


class PrescriptionForm(StepForm):
    partner: Siren


class AbandonmentForm(StepForm):
    reason: Annotated[str, Field(min_length=3, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
    """Without a word on health: it is published."""


class WorksLine(Value):
    item: str
    amount_cents: int
    age_years: int | None
    wear_cents: int
    chargeable_cents: int


class MeasureDocument(Value):
    measure_id: UUID
    version: int
    landlord: Siren
    commune: CommuneCode
    in_priority_district: bool | None
    tenancy_id: UUID | None
    application_id: UUID | None
    stage: Stage
    stage_on: dt.date
    opened_on: dt.date
    visited_on: dt.date | None
    valid_until: dt.date | None
    works: tuple[WorksLine, ...]
    chargeable_cents: int
    partner: Siren | None
    reason: str | None
    light: Light | None

    @classmethod
    def of(cls, measure: Measure) -> Self:
        return cls(
            measure_id=measure.id,
            version=measure.version,
            landlord=measure.landlord,
            commune=measure.commune,
            in_priority_district=measure.in_priority_district,
            tenancy_id=measure.tenancy_id,
            application_id=measure.application_id,
            stage=measure.stage,
            stage_on=measure.stage_on,
            opened_on=measure.opened_on,
            visited_on=measure.visited_on,
            valid_until=measure.valid_until,
            works=tuple(
                WorksLine(
                    item=item.item,
                    amount_cents=item.amount_cents,
                    age_years=item.age_years,
                    wear_cents=item.wear_cents,
                    chargeable_cents=item.chargeable_cents,
                )
                for item in measure.works
            ),
            chargeable_cents=measure.chargeable_cents,
            partner=measure.place.partner if measure.place else None,
            reason=measure.reason,
            light=measure.light,
        )
