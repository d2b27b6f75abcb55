"""Examined leases before a committee."""

import datetime as dt
from typing import Any, Self
from uuid import UUID

from contracts.tenancy import ExaminationCase, SuitableHome
from matching.store.examinations import ExaminationRow
from matching.views.view import View
from matching.words.committee import CASES

__all__ = ["ExaminationItemView", "ExaminationView"]


class ExaminationItemView(View):
    """In a list: no case that tells of somebody's health."""

    examination_id: UUID
    tenancy_id: UUID
    landlord: str
    made_on: dt.date
    rooms_freed: int
    cases: list[ExaminationCase]
    session_id: UUID | None
    rehouse: bool | None
    """The committee's opinion; absent where there is none yet."""

    @classmethod
    def of(cls, row: ExaminationRow) -> Self:
        cases = [ExaminationCase(one) for one in row.cases]
        return cls(**_state(row), cases=[one for one in cases if one in CASES])


class ExaminationView(ExaminationItemView):
    """All that the committee looks at."""

    in_priority_district: bool | None
    suitable: SuitableHome | None

    @classmethod
    def seen(cls, row: ExaminationRow) -> Self:
        suitable = row.opinion and row.opinion["suitable"]
        return cls(
            **_state(row),
            cases=[ExaminationCase(one) for one in row.cases],
            in_priority_district=row.in_priority_district,
            suitable=SuitableHome.model_validate(suitable) if suitable else None,
        )


def _state(row: ExaminationRow) -> dict[str, Any]:
    return {
        "examination_id": row.id,
        "tenancy_id": row.tenancy_id,
        "landlord": row.landlord,
        "made_on": row.made_on,
        "rooms_freed": row.rooms_freed,
        "session_id": row.session_id,
        "rehouse": row.opinion["rehouse"] if row.opinion else None,
    }
