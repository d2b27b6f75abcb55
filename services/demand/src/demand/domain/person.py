"""A person: who she is, how to reach her, and what she consents to."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from contracts.demand import Consent, ContactRecorded
from contracts.landlord import FieldError
from contracts.values import Language

OLDEST = 130
"""Years; nobody has lived longer, so an earlier birth date is a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who a person is and how to reach her; e-mail and phone in the form they are kept in."""

    given_name: str
    family_name: str
    birth_date: dt.date | None = None
    email: str | None = None
    phone: str | None = None
    language: Language = Language.FRENCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    contact: Contact
    consents: tuple[Consent, ...] = ()
    """One a channel, with the day it was given or refused and where that was said (DOMAIN §7)."""
    version: int = 1

    def reach(self, contact: Contact) -> Self:
        """The person with this name and these addresses; herself where they are the same."""
        return self if contact == self.contact else replace(self, contact=contact, version=self.version + 1)

    def consent(self, consents: Sequence[Consent]) -> Self:
        """The person with these consents in place of all she gave before."""
        given = tuple(consents)
        return self if given == self.consents else replace(self, consents=given, version=self.version + 1)

    def recorded(self) -> ContactRecorded:
        """What notifications, and nobody else, is told of her."""
        return ContactRecorded(
            person_id=self.id,
            version=self.version,
            given_name=self.contact.given_name,
            family_name=self.contact.family_name,
            email=self.contact.email,
            phone=self.contact.phone,
            language=self.contact.language,
            consents=self.consents,
        )


def contact_errors(contact: Contact, today: dt.date) -> list[FieldError]:
    born = contact.birth_date
    if born is None:
        return []
    if born > today:
        return [FieldError(field="birth_date", message=f"{born} is in the future")]
    if born.year < today.year - OLDEST:
        return [FieldError(field="birth_date", message=f"{born} is more than {OLDEST} years ago; check the year")]
    return []


def consent_errors(consents: Sequence[Consent], today: dt.date) -> list[FieldError]:
    errors = [
        FieldError(field=f"consents[{place}].given_on", message=f"{consent.given_on} is in the future")
        for place, consent in enumerate(consents)
        if consent.given_on > today
    ]
    for channel, times in Counter(consent.channel for consent in consents).items():
        if times > 1:
            message = f"{channel.value} is named {times} times; say once whether it is accepted"
            errors.append(FieldError(field="consents", message=message))
    return errors
