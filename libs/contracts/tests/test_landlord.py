import json
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.landlord import VACANCY_EVENTS, DwellingAvailable, NoticeReceived, VacancyCancelled, WorksPlanned


def body(event: type[Event], **changes: Any) -> bytes:
    return json.dumps(json.loads(EXAMPLES[event.TYPE].encode()) | changes).encode()


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (NoticeReceived, "received_on", "2026-02-30"),
        (NoticeReceived, "notice_months", 4),
        (NoticeReceived, "works_days", -1),
        (NoticeReceived, "dwelling_reference", "rue Ordener"),
        (NoticeReceived, "vacancy_reference", ""),
        (WorksPlanned, "ends_on", "2026-11-05"),
        (DwellingAvailable, "base_rent_cents", -1),
        (DwellingAvailable, "service_charges_cents", 1e12),
        (VacancyCancelled, "reason", "squatted"),
    ],
)
def test_what_a_landlord_got_wrong_is_named(event: type[Event], field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        event.decode(body(event, **{field: value}))
    assert [found["loc"] for found in error.value.errors()] == [(field,)]


def test_works_may_last_a_day() -> None:
    day = "2026-11-06"
    assert WorksPlanned.decode(body(WorksPlanned, starts_on=day, ends_on=day)).ends_on.isoformat() == day


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b"\xff", b'{"received_on": "2026-10-05"'])
def test_what_is_no_event_at_all(raw: bytes) -> None:
    for event in VACANCY_EVENTS:
        with pytest.raises(ValidationError):
            event.decode(raw)


def test_the_key_is_the_dwellings_reference() -> None:
    assert {EXAMPLES[event.TYPE].key for event in VACANCY_EVENTS} == {"7518004211"}
