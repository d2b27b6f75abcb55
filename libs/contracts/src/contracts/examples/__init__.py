"""One example of each event with every field set: a home in the rue Ordener comes free and a household is asked.

No person, landlord or dwelling in it exists: the SIREN is from the range kept for synthetic landlords, the phone
number from the one that ARCEP keeps for fiction, the mail domain from RFC 2606.
`python -m contracts write` makes golden examples of them.
"""

from contracts.event import Event
from contracts.examples import allocation, dead_letter, demand, inventory, landlord, matching, notifications
from contracts.examples.story import APPLICATION_ID, VACANCY_ID

__all__ = ["APPLICATION_ID", "EXAMPLES", "VACANCY_ID"]

EXAMPLES: dict[str, Event] = {
    event.TYPE: event
    for part in (landlord, inventory, demand, matching, allocation, notifications, dead_letter)
    for event in part.EXAMPLES
}
"""By event type."""
