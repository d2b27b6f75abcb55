"""What a line registers: checked as the registration form of the API is, and read once into what the domain takes.

The form's own classes answer requests and make the same values in a second pass, too long for a million lines.
"""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from chassis.copying import Ids
from chassis.incoming import field_errors
from contracts.demand import Consent, CurrentHome, HouseholdFacts, Wishes
from contracts.landlord import FieldError
from contracts.values import CLOSED, Value
from demand.domain import life
from demand.domain.application import Application, File, Host, Housing, Situation, file_errors, registration_errors
from demand.domain.days import latest_today
from demand.domain.declaration import Declaration
from demand.domain.person import Person, person_errors
from demand.domain.written import Number, WrittenPerson
from reference.days import civil_day


class _Person(WrittenPerson):
    consents: Annotated[tuple[Consent, ...], Field(max_length=10)] = ()


class _Housing(Value):
    situation: Situation
    hosted_by: Host | None = None
    home: CurrentHome | None = None


class _Told(Value):
    number: Number
    registered_on: dt.date
    applicant: _Person
    co_applicant: _Person | None = None
    current_housing: _Housing
    household: HouseholdFacts | None = None
    declaration: Declaration | None = None
    wishes: Wishes | None = None


_TOLD = TypeAdapter(_Told)


def told_by(form: dict[str, Any], now: dt.datetime, ids: Ids) -> tuple[Application, list[Person]] | list[FieldError]:
    """The application that a line registers and the persons it is for, or all that is wrong with it."""
    try:
        told = _TOLD.validate_python(form, context=CLOSED)
    except ValidationError as error:
        return list(field_errors(error))
    today, file = latest_today(now), _file(told)
    people = {"applicant": told.applicant} | ({"co_applicant": told.co_applicant} if told.co_applicant else {})
    persons = [Person(id=UUID(ids()), contact=one.contact, consents=one.consents) for one in people.values()]
    errors = [
        *registration_errors(told.registered_on, today),
        *file_errors(file, applicants=len(people), today=today),
        *(
            error
            for role, person in zip(people, persons, strict=True)
            for error in person_errors(role, person.contact, person.consents, today)
        ),
    ]
    if errors:
        return errors
    application = Application(
        id=UUID(ids()),
        number=told.number,
        registered_on=told.registered_on,
        expires_on=life.first_expiry(told.registered_on, civil_day(now)),
        applicant=persons[0].id,
        co_applicant=persons[1].id if len(persons) > 1 else None,
        file=file,
    )
    return application, persons


def _file(told: _Told) -> File:
    housing = told.current_housing
    return File(
        housing=Housing(situation=housing.situation, hosted_by=housing.hosted_by, home=housing.home),
        household=told.household,
        wishes=told.wishes,
        declaration=told.declaration,
    )
