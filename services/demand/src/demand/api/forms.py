"""What an agent fills in. Each form makes what the domain decides on; what it does not know, it refuses by name."""

import datetime as dt
from dataclasses import replace
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict, Field

from chassis.http import Command
from contracts.demand import Consent, CurrentHome, EntryWay, HouseholdFacts, PostalAddress, Wishes
from contracts.household import AccessNeeds
from contracts.values import Channel, WantedPlace
from demand.domain.application import File, Host, Housing, Situation
from demand.domain.declaration import (
    Declaration,
    Derogation,
    Dwelling,
    ExpectedBirth,
    Member,
    Recognition,
    Resource,
    TaxIncome,
)
from demand.domain.person import Contact
from demand.domain.written import Number, WrittenPerson

Why = Annotated[
    str,
    Query(
        min_length=3,
        max_length=200,
        description="What the file is read for; kept with your name, and the person may ask for it.",
        examples=["allocation committee of 3 December"],
    ),
]


class AddressForm(PostalAddress, Command):
    pass


class ContactForm(WrittenPerson, Command):
    address: AddressForm | None = None
    """Where a letter reaches the person."""
    safe_contact: bool = False
    """In danger from somebody who shares her home: no message to an address or phone that is not hers alone."""
    shared: Annotated[tuple[Channel, ...], Field(max_length=3)] = ()
    """Channels that others read too."""

    @property
    def contact(self) -> Contact:
        return replace(
            super().contact,
            address=PostalAddress.model_validate(self.address.model_dump()) if self.address else None,
            safe_contact=self.safe_contact,
            shared=self.shared,
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


class MemberForm(Member, Command):
    pass


class ExpectedBirthForm(ExpectedBirth, Command):
    pass


class TaxIncomeForm(TaxIncome, Command):
    pass


class ResourceForm(Resource, Command):
    pass


class RecognitionForm(Recognition, Command):
    pass


class DerogationForm(Derogation, Command):
    pass


class DwellingForm(Dwelling, Command):
    pass


class AccessNeedsForm(AccessNeeds, Command):
    pass


class DeclarationForm(Declaration, Command):
    """What the national form asks of the household. What the rules count is derived from it."""

    members: Annotated[tuple[MemberForm, ...], Field(min_length=1, max_length=20)]
    expected_births: Annotated[tuple[ExpectedBirthForm, ...], Field(max_length=5)] = ()
    tax_incomes: Annotated[tuple[TaxIncomeForm, ...], Field(max_length=60)] = ()
    resources: Annotated[tuple[ResourceForm, ...], Field(max_length=100)] | None = None
    dwelling: Annotated[DwellingForm, Field(default_factory=lambda: DwellingForm.model_validate({}))]
    access_needs: AccessNeedsForm | None = None
    recognitions: Annotated[tuple[RecognitionForm, ...], Field(max_length=10)] = ()
    derogation: DerogationForm | None = None

    @property
    def declaration(self) -> Declaration:
        return Declaration.model_validate(self.model_dump())


class FileForm(Command):
    """What the household declares. Its kind (transfer, split, first) follows from `current_housing`.

    The household is told in full as `declaration`, or by its counts alone as `household`. It is matched once the
    household and `wishes` are there.
    """

    current_housing: HousingForm
    household: HouseholdForm | None = None
    declaration: DeclarationForm | None = None
    wishes: WishesForm | None = None

    @property
    def file(self) -> File:
        return File(
            housing=self.current_housing.housing,
            household=self.household.household if self.household else None,
            declaration=self.declaration.declaration if self.declaration else None,
            wishes=self.wishes.wishes if self.wishes else None,
        )


class RegistrationForm(FileForm):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "number": "1110318016982G1104",
                "registered_on": "2024-03-01",
                "applicant": {
                    "given_name": "Awa",
                    "family_name": "Diallo",
                    "birth_date": "1988-07-14",
                    "email": "awa.diallo@example.org",
                    "phone": "06 12 34 56 78",
                    "consents": [
                        {"channel": "email", "granted": True, "given_on": "2024-03-01", "origin": "cerfa-14069"}
                    ],
                },
                "current_housing": {
                    "situation": "social_tenant",
                    "home": {"landlord": "552032708", "commune": "93066", "dwelling_type": "T2"},
                },
                "household": {
                    "persons_for_occupancy": 3,
                    "persons_for_ceiling": 3,
                    "reference_tax_income_euros": 21000,
                },
                "wishes": {
                    "places": [{"commune": "75118", "neighbours": True}],
                    "dwelling_types": ["T3"],
                    "max_rent_cents": 65000,
                },
            }
        }
    )
    number: Number
    registered_on: dt.date | None = None
    """Today (in Paris) where absent; seniority counts from here."""
    way: EntryWay = EntryWay.ONLINE
    received_on: dt.date | None = None
    """Of a paper form: the day it came in, which is that of the registration."""
    applicant: PersonForm
    co_applicant: PersonForm | None = None
