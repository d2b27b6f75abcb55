"""Help with the state of the home a household would leave, and the light it gives its move (DOMAIN §11.18).

A measure goes one way: opened, visited, prescribed, contracted, started, completed; abandoned from anywhere before the
end. Each step gives the measure after it and what is published. The visit's finding holds for some months: past them a
good one says nothing any more, while works found owing still stand in the way until somebody looks again.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from contracts.household import Light
from contracts.measures import (
    MeasureAbandoned,
    MeasureCompleted,
    MeasureContracted,
    MeasureEvent,
    MeasurePrescribed,
    MeasureStarted,
    StateVisited,
    VisitLapsed,
)
from contracts.values import CommuneCode, Siren
from demand.domain.wear import WorksItem
from reference.days import add_months

VISIT_LAPSES = "demand.visit-lapses"
"""The work that is due when a visit's finding has become too old."""


class Stage(StrEnum):
    OPENED = "opened"
    """The advice visit is to be made."""
    VISITED = "visited"
    PRESCRIBED = "prescribed"
    """A partner keeps a place for the household."""
    CONTRACTED = "contracted"
    STARTED = "started"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    LAPSED = "lapsed"
    """The visit became too old before anything was signed."""


UNDER_WAY = (Stage.OPENED, Stage.VISITED, Stage.PRESCRIBED, Stage.CONTRACTED, Stage.STARTED)
"""Stages of which a household has one measure at most."""


class NotNow(Exception):
    """The step does not follow from where the measure stands."""


class WrongDay(Exception):
    """The step's day lies before that of the step it follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a landlord or the territory settled, in force since a date."""

    visit_valid_months: int
    threshold_cents: int
    """Chargeable costs below it do not stand in the way."""
    contract_lets_move: bool
    """Whether the signed contract is enough, or the works must be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place taken of a partner's year."""

    id: UUID
    partner: Siren


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    id: UUID
    landlord: Siren
    commune: CommuneCode
    in_priority_district: bool | None = None
    tenancy_id: UUID | None = None
    application_id: UUID | None = None
    opened_on: dt.date
    stage: Stage = Stage.OPENED
    version: int = 1
    stage_on: dt.date
    """The day of the last step."""
    works: tuple[WorksItem, ...] = ()
    blocks: bool = False
    """Whether what the tenant would owe reached the threshold in force on the day of the visit."""
    visited_on: dt.date | None = None
    valid_until: dt.date | None = None
    """The last day on which the last finding, of a visit or of completed works, holds."""
    place: Place | None = None
    reason: str | None = None
    light: Light | None = None
    """None where nothing was found, or nothing that still holds."""

    @property
    def chargeable_cents(self) -> int:
        return sum(item.chargeable_cents for item in self.works)

    def visit(self, works: tuple[WorksItem, ...], on: dt.date, terms: Terms) -> "Step":
        """The works list of the advice visit; it may be stated again until a contract is signed."""
        self._follows((Stage.OPENED, Stage.VISITED, Stage.PRESCRIBED), "a works list", on)
        owed = sum(item.chargeable_cents for item in works)
        blocks = 0 < owed >= terms.threshold_cents
        after = self._at(
            Stage.PRESCRIBED if self.stage is Stage.PRESCRIBED else Stage.VISITED,
            on,
            works=works,
            blocks=blocks,
            visited_on=on,
            valid_until=add_months(on, terms.visit_valid_months),
            light=Light.BLOCKED if blocks else Light.MAY_MOVE,
        )
        return _step(after, StateVisited, chargeable_cents=owed)

    def prescribe(self, place: Place, on: dt.date) -> "Step":
        """A partner will help the household to do the works itself."""
        self._follows((Stage.VISITED,), "a prescription", on)
        self._in_time(on)
        after = self._at(Stage.PRESCRIBED, on, place=place)
        return _step(after, MeasurePrescribed, partner=place.partner)

    def contract(self, on: dt.date, terms: Terms) -> "Step":
        """The household, the partner and the landlord signed; that alone may let it move, by the terms."""
        self._follows((Stage.PRESCRIBED,), "a contract", on)
        self._in_time(on)
        light = Light.MAY_MOVE if terms.contract_lets_move else self.light
        after = self._at(Stage.CONTRACTED, on, light=light)
        return _step(after, MeasureContracted)

    def start(self, on: dt.date) -> "Step":
        self._follows((Stage.CONTRACTED,), "a start", on)
        after = self._at(Stage.STARTED, on)
        return _step(after, MeasureStarted)

    def complete(self, on: dt.date, terms: Terms) -> "Step":
        """The works are done and seen; that holds as long as a visit does."""
        self._follows((Stage.STARTED,), "a completion", on)
        valid_until = add_months(on, terms.visit_valid_months)
        after = self._at(Stage.COMPLETED, on, valid_until=valid_until, light=Light.MAY_MOVE)
        return _step(after, MeasureCompleted)

    def abandon(self, reason: str, on: dt.date) -> "Step":
        """The measure ends undone: what stood in the way before stands there again.

        A place whose works had not begun is free again (`gives_back`).
        """
        self._follows(UNDER_WAY, "an abandonment", on)
        if self.visited_on is None:
            return self._at(Stage.ABANDONED, on, reason=reason), ()
        light = Light.BLOCKED if self.blocks else Light.MAY_MOVE
        after = self._at(Stage.ABANDONED, on, reason=reason, light=light)
        return _step(after, MeasureAbandoned, reason=reason)

    def lapse(self, today: dt.date) -> "Step":
        """What becomes of it when the last finding is too old; itself where that holds, or works are under way."""
        waiting = self.stage in (Stage.VISITED, Stage.PRESCRIBED)
        ended = self.stage in (Stage.COMPLETED, Stage.ABANDONED)
        if self.valid_until is None or today <= self.valid_until or not (waiting or ended):
            return self, ()
        stage = Stage.LAPSED if waiting else self.stage
        light = Light.BLOCKED if self.light is Light.BLOCKED else None
        if (stage, light) == (self.stage, self.light):
            return self, ()
        after = self._at(stage, today, light=light)
        return _step(after, VisitLapsed)

    def gives_back(self, after: "Measure") -> Place | None:
        """The place that is free again when this measure becomes `after`."""
        unused = self.stage in (Stage.PRESCRIBED, Stage.CONTRACTED)
        return self.place if unused and after.stage in (Stage.ABANDONED, Stage.LAPSED) else None

    def _at(self, stage: Stage, on: dt.date, **changed: Any) -> Self:
        return replace(self, stage=stage, stage_on=on, version=self.version + 1, **changed)

    def _follows(self, stages: tuple[Stage, ...], step: str, on: dt.date) -> None:
        if self.stage not in stages:
            known = " or ".join(stage.value for stage in stages)
            raise NotNow(f"The measure is {self.stage.value} since {self.stage_on}; {step} follows {known}.")
        if on < self.stage_on:
            raise WrongDay(f"{on} is before {self.stage_on}, when the measure was {self.stage.value}")

    def _in_time(self, on: dt.date) -> None:
        if self.valid_until is not None and on > self.valid_until:
            raise NotNow(f"The visit of {self.visited_on} held until {self.valid_until}; make a new one first.")


Step = tuple[Measure, tuple[MeasureEvent, ...]]


def _step(after: Measure, kind: type[MeasureEvent], **more: Any) -> Step:
    event = kind(
        measure_id=after.id,
        version=after.version,
        landlord=after.landlord,
        commune=after.commune,
        in_priority_district=after.in_priority_district,
        tenancy_id=after.tenancy_id,
        application_id=after.application_id,
        on=after.stage_on,
        light=after.light,
        **more,
    )
    return after, (event,)


def light_of(measures: Iterable[Measure]) -> Light | None:
    """The light of a household: that of its last visit; None where nobody looked, or nothing holds any more."""
    visited = [(measure.visited_on, measure.opened_on, measure) for measure in measures if measure.visited_on]
    return max(visited, key=lambda known: known[:2])[2].light if visited else None
