"""From what a lease says of who signed it to the persons whom letters reach."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from uuid import UUID

from contracts.demand import PostalAddress
from contracts.landlord import FieldError
from contracts.tenancy import Leaseholder, LeaseSigned
from demand.domain.email import email
from demand.domain.person import Contact, Person
from demand.domain.phone import e164


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a lease says of one person: what cannot be used of it is passed over and named in `errors`."""

    contact: Contact
    errors: tuple[FieldError, ...] = ()


def said_of(lease: LeaseSigned, place: int, today: dt.date) -> Said:
    """The person at this place of the lease, from 0."""
    holder = lease.leaseholders[place]
    errors: list[FieldError] = []
    contact = Contact(
        given_name=holder.given_name.strip(),
        family_name=holder.family_name.strip(),
        birth_date=holder.birth_date if holder.birth_date is None or holder.birth_date <= today else None,
        email=_usable("email", holder, place, errors),
        phone=_usable("phone", holder, place, errors),
        address=address_of(lease),
    )
    if holder.birth_date != contact.birth_date:
        errors.append(_passed_over(place, "birth_date", "the day is in the future"))
    return Said(contact=contact, errors=tuple(errors))


def address_of(lease: LeaseSigned) -> PostalAddress | None:
    """Where a letter reaches the leaseholders; None where a part of the address is missing."""
    if not (lease.address and lease.postal_code and lease.town):
        return None
    return PostalAddress(lines=lease.address, postal_code=lease.postal_code, town=lease.town)


def leaseholder(person_id: UUID, known: Person | None, said: Said, before: Said | None) -> Person:
    """The person as she is after her landlord stated the lease; herself where nothing is new.

    What she or an agent changed since the landlord's last statement stays, unless the landlord says something new of
    that very field.
    """
    if known is None:
        return Person(id=person_id, contact=said.contact)
    contact = known.contact
    for one in fields(Contact):
        new, old = getattr(said.contact, one.name), getattr(before.contact, one.name) if before else None
        if new != old and new is not None:
            contact = replace(contact, **{one.name: new})
    return known.reach(contact)


def _usable(name: str, holder: Leaseholder, place: int, errors: list[FieldError]) -> str | None:
    written: str | None = getattr(holder, name)
    if written is None or not written.strip():
        return None
    try:
        return email(written) if name == "email" else e164(written)
    except ValueError as error:
        errors.append(_passed_over(place, name, str(error)))
        return None


def _passed_over(place: int, name: str, why: str) -> FieldError:
    return FieldError(field=f"leaseholders.{place}.{name}", message=f"{why}; it was passed over, the rest was taken")
