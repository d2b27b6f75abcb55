"""A record that a service could not take."""

import datetime as dt
from uuid import UUID

from contracts import dead_letter, landlord
from contracts.event import Event
from contracts.examples.story import (
    DWELLING_REFERENCE,
    LANDLORD,
)

EXAMPLES: tuple[Event, ...] = (
    dead_letter.DeadLetterRecorded(
        dead_letter_id=UUID("47d1c9e6-0b8f-4a25-93d7-6e2f8a5b0888"),
        service="inventory",
        topic=f"landlord.{LANDLORD}.vacancy.v1",
        partition=7,
        offset=18_422,
        origin_key=DWELLING_REFERENCE,
        event_id="conge-2026-0412-3",
        event_source="urn:example:landlord:stock",
        event_type=landlord.DwellingAvailable.TYPE,
        reason=dead_letter.DeadLetterReason.UNDECODABLE,
        error="base_rent_cents: Input should be greater than or equal to 0",
        body_base64="eyJiYXNlX3JlbnRfY2VudHMiOi0xfQ==",
        recorded_at=dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC),
    ),
)
