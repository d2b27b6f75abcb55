"""What an agent fills in. Each form makes what the domain decides on; what it does not know, it refuses by name."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, Field, StringConstraints

from chassis.http import Command
from contracts.demand import Consent, CurrentHome, HouseholdFacts, Wishes
from contracts.values import Language, WantedPlace
from demand.domain.application import File, Host, Housing, Situation
from demand.domain.email import email
from demand.domain.number import application_number
from demand.domain.person import Contact
from demand.domain.phone import e164


def _optional(normalise: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda written: normalise(written) if written is not None and written.strip() else None


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")
]
Number = Annotated[str, Field(max_length=40, examples=["1110318016982G1104"]), AfterValidator(application_number)]
Email = Annotated[str | None, Field(max_length=300, examples=["awa@exemple.fr"]), AfterValidator(_optional(email))]
Phone = Annotated[str | None, Field(max_length=40, examples=["06 12 34 56 78"]), AfterValidator(_optional(e164))]
Why = Annotated[
    str,
    Query(
        min_length=3,
        max_length=200,
        description="What the file is read for; kept with your name, and the person may ask for it.",
        examples=["allocation committee of 3 December"],
    ),
]


class ContactForm(Command):
    given_name: Name
    family_name: Name
    birth_date: dt.date | None = None
    email: Email = None
    phone: Phone = None
    """As people write it, or E.164; kept as E.164."""
    language: Language = Language.FRENCH

    @property
    def contact(self) -> Contact:
        return Contact(
            given_name=self.given_name,
            family_name=self.family_name,
            birth_date=self.birth_date,
            email=self.email,
            phone=self.phone,
            language=self.language,
        )


class ConsentForm(Consent, Command):
    @property
    def consent(self) -> Consent:
        return Consent.model_validate(self.model_dump())


class ConsentsForm(Command):
    consents: Annotated[tuple[ConsentForm, ...], Field(max_length=10)]
    """All of them: what is not named here is not consented to."""


class PersonForm(ContactForm):
    consents: Annotated[tuple[ConsentForm, ...], Field(max_length=10)] = ()


class HouseholdForm(HouseholdFacts, Command):
    @property
    def household(self) -> HouseholdFacts:
        return HouseholdFacts.model_validate(self.model_dump())


class PlaceForm(WantedPlace, Command):
    pass


class WishesForm(Wishes, Command):
    places: Annotated[tuple[PlaceForm, ...], Field(min_length=1, max_length=8)]

    @property
    def wishes(self) -> Wishes:
        return Wishes.model_validate(self.model_dump())


class HomeForm(CurrentHome, Command):
    pass


class HousingForm(Command):
    situation: Situation
    hosted_by: Host | None = None
    """Who hosts a hosted household: a host in the stock makes its application a split."""
    home: HomeForm | None = None
    """The home of a tenant of the stock."""

    @property
    def housing(self) -> Housing:
        home = CurrentHome.model_validate(self.home.model_dump()) if self.home else None
        return Housing(situation=self.situation, hosted_by=self.hosted_by, home=home)


class FileForm(Command):
    """What the household declares. Its kind (transfer, split, first) follows from `current_housing`."""

    current_housing: HousingForm
    household: HouseholdForm
    wishes: WishesForm

    @property
    def file(self) -> File:
        return File(housing=self.current_housing.housing, household=self.household.household, wishes=self.wishes.wishes)


class RegistrationForm(FileForm):
    number: Number
    registered_on: dt.date | None = None
    """Today (in UTC) where absent; seniority counts from here."""
    applicant: PersonForm
    co_applicant: PersonForm | None = None
