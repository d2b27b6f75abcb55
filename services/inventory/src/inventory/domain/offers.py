"""To whom a home is allocated and how often it was refused, by what its landlord and matching say of the same offers.

Matching names the household in each of its events, the landlord may. What both say of one household is one fact. A
refusal for which the landlord names nobody is an echo of one that matching told, as long as there is one left.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from contracts.allocation import OfferAccepted, OfferEvent, OfferRefused, OfferWithdrawn
from contracts.landlord import DwellingAllocated, LandlordEvent, OfferDeclined

Said = LandlordEvent | OfferEvent


def refusals(events: Sequence[Said]) -> int:
    """How many offers were refused; the order of the events does not matter."""
    declined = [event for event in events if isinstance(event, OfferDeclined)]
    named = {event.application_id for event in declined if event.application_id}
    ours = {event.application_id for event in events if isinstance(event, OfferRefused)} - named
    unnamed = sum(event.application_id is None for event in declined)
    return len(named) + max(unnamed, len(ours))


def allocation(events: Sequence[Said]) -> tuple[dt.date | None, UUID | None]:
    """The day a home was allocated and to whom, as far as that was said; nothing again once the household declined.

    `events` are in the order in which they happened.
    """
    on: dt.date | None = None
    whose: UUID | None = None
    accepted, echoes, ahead = False, 0, 0
    for event in events:
        match event:
            case DwellingAllocated():
                if accepted and event.application_id in {None, whose}:
                    continue
                on, whose, accepted = event.allocated_on, event.application_id, False
            case OfferAccepted():
                if on is None or whose != event.application_id:
                    on, whose = event.accepted_on if on is None or whose else on, event.application_id
                accepted = True
            case OfferRefused() | OfferWithdrawn():
                if isinstance(event, OfferRefused):
                    echoes, ahead = (echoes, ahead - 1) if ahead else (echoes + 1, 0)
                if whose in {None, event.application_id}:
                    on, whose, accepted = None, None, False
            case OfferDeclined(application_id=None) if echoes:
                echoes -= 1
            case OfferDeclined():
                ahead += event.application_id is None
                if event.application_id is None or whose in {None, event.application_id}:
                    on, whose, accepted = None, None, False
            case _:
                pass
    return on, whose
