"""Where supply met an application: the same for its household and for agents, for nothing in it is of others."""

import datetime as dt
from typing import Self
from uuid import UUID

from contracts.values import DwellingType, Language
from matching.acts.supplying import Year
from matching.domain.near_miss import ChangeCode
from matching.domain.rules import Fact, Rule
from matching.views.view import View
from matching.words.changes import change_sentence
from matching.words.rule_names import rule_name
from matching.words.sentences import sentence
from reference import communes

__all__ = ["MissedView", "OpeningView", "SupplyView", "WaitView"]


class MissedView(View):
    rule: Rule | None
    """None for needs of access, which are told together."""
    name: str
    homes: int
    alone: int
    """Of these, homes that nothing else excluded."""


class OpeningView(View):
    code: ChangeCode
    sentence: str
    facts: dict[str, Fact]
    homes: int
    """How many more homes it would have let in, by the rules; the place on their lists is another matter."""


class WaitView(View):
    """From the registration to the lease, of those housed in the last twelve months."""

    place: str
    commune: str
    dwelling_type: DwellingType
    lettings: int | None
    """None for fewer than eleven."""
    median_months: float | None


class SupplyView(View):
    application_id: UUID
    since: dt.date
    until: dt.date
    reached: int
    """Homes that came up in the wanted places."""
    compared: int
    """Of these, the newest, so many were compared; all where it is as many."""
    fitted: int
    """Homes that no rule excluded."""
    called: int
    """Interest calls that the household had."""
    missed: list[MissedView]
    openings: list[OpeningView]
    """Single changes, the one that opens most first."""
    waits: list[WaitView]
    matched: bool
    """Whether the application is in any list at all now."""
    held_back_by: list[str]
    """What keeps it out of every list now, in sentences."""

    @classmethod
    def of(cls, application_id: UUID, year: Year, language: Language) -> Self:
        return cls(
            application_id=application_id,
            since=year.since,
            until=year.until,
            reached=year.reached,
            compared=year.supply.compared,
            fitted=year.supply.fitted,
            called=year.called,
            missed=[
                MissedView(
                    rule=one.rule,
                    name=rule_name(one.rule, language),
                    homes=one.homes,
                    alone=one.alone,
                )
                for one in year.supply.missed
            ],
            openings=[
                OpeningView(
                    code=one.code,
                    sentence=change_sentence(one.code, one.facts, language),
                    facts=dict(one.facts),
                    homes=one.homes,
                )
                for one in year.supply.openings
            ],
            waits=[
                WaitView(
                    place=communes.commune(one.place).name if communes.exists(one.place) else one.place,
                    commune=one.place,
                    dwelling_type=one.dwelling_type,
                    lettings=one.lettings,
                    median_months=one.median_months,
                )
                for one in year.waits
            ],
            matched=not year.holding_back,
            held_back_by=[sentence(one, language) for one in year.holding_back],
        )
