"""What a landlord decides for its stock, and the law where it decides nothing: data with a date.

A set of parameters holds from its day until the next one's. What a landlord's set leaves open, the national one says.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from contracts.inventory import DesignationMode
from contracts.landlord import NoticeCase, NoticeReceived
from contracts.values import Value

NATIONAL = "national"
"""Whose parameters hold where a landlord's own say nothing."""
Days = Annotated[int, Field(ge=0, le=730)]


class Parameters(Value):
    """Absent means: as the national ones say."""

    notice_months: dict[NoticeCase, Literal[1, 2, 3]] = Field(default_factory=dict)
    """Months of notice by case (loi 89-462 art. 15; CCH L353-15, L442-6-3)."""
    works_days: Days | None = None
    """Works expected after a notice that does not estimate them."""
    hard_to_let_days: Annotated[int, Field(ge=1, le=730)] | None = None
    """Days vacant after which a home is hard to let."""
    hard_to_let_refusals: Annotated[int, Field(ge=1, le=100)] | None = None
    """Offers refused after which a home is hard to let."""
    designation_mode: DesignationMode | None = None
    """How holders name candidates where an agreement does not say."""
    designation_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Days to name candidates where an agreement does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A set of parameters of one landlord, or the national one, from its day."""

    scope: str
    valid_from: dt.date
    parameters: Parameters


def in_force(sets: Iterable[Dated], landlord: str, on: dt.date) -> Parameters:
    """What holds for this landlord on this day, field by field."""
    begun = sorted((one for one in sets if one.valid_from <= on), key=lambda one: one.valid_from)
    latest = {one.scope: one.parameters for one in begun}
    national, own = latest.get(NATIONAL, Parameters()), latest.get(landlord, Parameters())
    decided = {name: value for name, value in own if value is not None}
    decided["notice_months"] = {**national.notice_months, **own.notice_months}
    return national.model_copy(update=decided)


def says_all(notice: NoticeReceived) -> bool:
    """Whether a notice leaves nothing to the landlord's parameters."""
    return {"notice_months", "works_days"} <= notice.model_fields_set


def completed(notice: NoticeReceived, parameters: Parameters) -> NoticeReceived:
    """The notice with what it does not say itself: months by its case, and the usual days of works."""
    said = notice.model_fields_set
    found: dict[str, int] = {}
    if "notice_months" not in said and notice.case in parameters.notice_months:
        found["notice_months"] = parameters.notice_months[notice.case]
    if "works_days" not in said and parameters.works_days is not None:
        found["works_days"] = parameters.works_days
    return notice.model_copy(update=found)
