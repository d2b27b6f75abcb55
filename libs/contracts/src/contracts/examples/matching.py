"""The household is called, and answers or not."""

import datetime as dt
from typing import Any

from contracts import matching
from contracts.event import Event
from contracts.examples.story import (
    APPLICANT_ID,
    APPLICATION_ID,
    CALL_ID,
    CO_APPLICANT_ID,
    DWELLING,
    LANDLORD,
    VACANCY_ID,
)

_CALL: dict[str, Any] = {"call_id": CALL_ID, "vacancy_id": VACANCY_ID, "application_id": APPLICATION_ID}


EXAMPLES: tuple[Event, ...] = (
    matching.CallIssued(
        **_CALL,
        version=1,
        person_ids=(APPLICANT_ID, CO_APPLICANT_ID),
        landlord=LANDLORD,
        dwelling=DWELLING,
        available_on=dt.date(2026, 12, 1),
        available_on_expected=True,
        like_homes=2,
        rank=1,
        called=20,
        answer_by=dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC),
        score=128,
        reasons=("seniority", "over_occupied", "wanted_place"),
        policy="national/2026-11-01",
    ),
    matching.CallAnswered(
        **_CALL,
        version=2,
        answer=matching.Answer.NOT_INTERESTED,
        answered_at=dt.datetime(2026, 11, 22, 18, 4, 31, tzinfo=dt.UTC),
    ),
    matching.CallLapsed(
        **_CALL,
        version=2,
        lapsed_at=dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC),
    ),
    matching.CallWithdrawn(
        **_CALL,
        version=2,
        person_ids=(APPLICANT_ID, CO_APPLICANT_ID),
        reason=matching.CallWithdrawalReason.VACANCY_WITHDRAWN,
    ),
)
