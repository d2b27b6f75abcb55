"""A person: who she is, how to reach her, and what she consents to."""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from contracts.demand import Consent, ContactRecorded, PostalAddress
from contracts.landlord import FieldError
from contracts.values import Channel, Language
from demand.domain.declaration import birth_date_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who a person is and how to reach her; e-mail and phone in the form they are kept in."""

    given_name: str
    family_name: str
    birth_date: dt.date | None = None
    email: str | None = None
    phone: str | None = None
    language: Language = Language.FRENCH
    address: PostalAddress | None = None
    safe_contact: bool = False
    """In danger from somebody who shares her home: nothing goes where others read (DOMAIN §11.13)."""
    shared: tuple[Channel, ...] = ()
    """Channels that others read too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    contact: Contact
    consents: tuple[Consent, ...] = ()
    """One a channel, with the day it was given or refused and where that was said (DOMAIN §7)."""
    helper: UUID | None = None
    """Who is mandated to act and to be told on her behalf."""
    version: int = 1

    def reach(self, contact: Contact) -> Self:
        """The person with this name and these addresses; herself where they are the same."""
        return self if contact == self.contact else replace(self, contact=contact, version=self.version + 1)

    def consent(self, consents: Sequence[Consent]) -> Self:
        """The person with these consents in place of all she gave before."""
        given = tuple(consents)
        return self if given == self.consents else replace(self, consents=given, version=self.version + 1)

    def help_by(self, helper: UUID | None) -> Self:
        """The person with this mandated helper, or without one."""
        return self if helper == self.helper else replace(self, helper=helper, version=self.version + 1)

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
            address=self.contact.address,
            safe_contact=self.contact.safe_contact,
            shared=self.contact.shared,
            helper=self.helper,
        )


def same_person(one: Contact, other: Contact) -> bool:
    """Whether two names and birth dates are one's, however they are spelt: accents, capitals, hyphens do not count."""
    if one.birth_date is None or one.birth_date != other.birth_date:
        return False
    return _plain(one.family_name) == _plain(other.family_name) and _plain(one.given_name) == _plain(other.given_name)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalpha())


def person_errors(role: str, contact: Contact, consents: Sequence[Consent], today: dt.date) -> list[FieldError]:
    """What is wrong with a person of a registration, each by the path of its field."""
    errors = [*contact_errors(contact, today), *consent_errors(consents, today)]
    return [FieldError(field=f"{role}.{error.field}", message=error.message) for error in errors]


def contact_errors(contact: Contact, today: dt.date) -> list[FieldError]:
    errors = []
    if contact.birth_date and (wrong := birth_date_error(contact.birth_date, today)):
        errors.append(FieldError(field="birth_date", message=wrong))
    if len(set(contact.shared)) < len(contact.shared):
        errors.append(FieldError(field="shared", message="name each channel that others read once"))
    return errors


def consent_errors(consents: Sequence[Consent], today: dt.date) -> list[FieldError]:
    errors = [
        FieldError(field=f"consents[{place}].given_on", message=f"{consent.given_on} is in the future")
        for place, consent in enumerate(consents)
        if consent.given_on > today
    ]
    channels = [consent.channel for consent in consents]
    for channel in dict.fromkeys(channels):
        if (times := channels.count(channel)) > 1:
            message = f"{channel.value} is named {times} times; say once whether it is accepted"
            errors.append(FieldError(field="consents", message=message))
    return errors
