"""An application: what a household is, where it lives and what it wishes. Who it is, is told elsewhere."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.demand import ApplicationRecorded, ApplicationStatus, CurrentHome, HouseholdFacts, Wishes
from contracts.landlord import FieldError
from contracts.values import ApplicationKind
from demand.domain.places import place_error

FIRST_REGISTRATION = dt.date(1950, 1, 1)


class Situation(StrEnum):
    """How the household is housed today (Cerfa 14069, section F)."""

    SOCIAL_TENANT = "social_tenant"
    HOSTED = "hosted"
    PRIVATE_TENANT = "private_tenant"
    OWNER = "owner"
    SHELTER = "shelter"
    """Residence, hotel, emergency or transitional housing."""
    HOMELESS = "homeless"
    OTHER = "other"


class Host(StrEnum):
    SOCIAL_TENANT = "social_tenant"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Housing:
    """Where the household lives today; `hosted_by` when it is hosted, `home` when it rents in the stock."""

    situation: Situation
    hosted_by: Host | None = None
    home: CurrentHome | None = None

    @property
    def kind(self) -> ApplicationKind:
        """Transfer of a tenant of the stock, split of a tenant's household, first for everyone else (DOMAIN §11.1)."""
        if self.situation is Situation.SOCIAL_TENANT:
            return ApplicationKind.TRANSFER
        if self.hosted_by is Host.SOCIAL_TENANT:
            return ApplicationKind.SPLIT
        return ApplicationKind.FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What the household declares, and may change while its application lives."""

    housing: Housing
    household: HouseholdFacts
    wishes: Wishes


class Closed(Exception):
    """A withdrawn application is changed no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    id: UUID
    number: str | None
    """None once its applicant was erased: the number names her in the national file."""
    registered_on: dt.date
    """Seniority counts from here; changes keep it (CCH R441-2-8)."""
    applicant: UUID
    co_applicant: UUID | None = None
    file: File
    status: ApplicationStatus = ApplicationStatus.ACTIVE
    closed_on: dt.date | None = None
    version: int = 1

    @property
    def kind(self) -> ApplicationKind:
        return self.file.housing.kind

    @property
    def persons(self) -> tuple[UUID, ...]:
        return (self.applicant,) if self.co_applicant is None else (self.applicant, self.co_applicant)

    def change(self, file: File) -> Self:
        """The application with what the household declares now; itself where nothing changed.

        Raises:
            Closed: it was withdrawn.
        """
        if self.status is not ApplicationStatus.ACTIVE:
            raise Closed(f"The application was withdrawn on {self.closed_on}; register a new one.")
        return self if file == self.file else replace(self, file=file, version=self.version + 1)

    def withdraw(self, on: dt.date) -> Self:
        """The application closed at the household's wish (CCH R441-2-8 b); itself where it was closed before."""
        if self.status is not ApplicationStatus.ACTIVE:
            return self
        return replace(self, status=ApplicationStatus.WITHDRAWN, closed_on=on, version=self.version + 1)

    def recorded(self) -> ApplicationRecorded:
        """What the world is told of it: facts and wishes, without identity."""
        return ApplicationRecorded(
            application_id=self.id,
            version=self.version,
            kind=self.kind,
            status=self.status,
            registered_on=self.registered_on,
            person_ids=self.persons,
            household=self.file.household,
            wishes=self.file.wishes,
            current_home=self.file.housing.home,
        )


def file_errors(file: File, *, applicants: int) -> list[FieldError]:
    """What is wrong with a declaration that its types do not say."""
    return [
        *_housing_errors(file.housing),
        *_household_errors(file.household, applicants),
        *_wishes_errors(file.wishes),
    ]


def registration_errors(registered_on: dt.date, today: dt.date) -> list[FieldError]:
    if registered_on > today:
        return [FieldError(field="registered_on", message=f"{registered_on} is in the future")]
    if registered_on < FIRST_REGISTRATION:
        return [FieldError(field="registered_on", message=f"{registered_on} is too long ago; check the year")]
    return []


def _housing_errors(housing: Housing) -> list[FieldError]:
    errors = []
    if housing.situation is Situation.HOSTED and housing.hosted_by is None:
        message = "say who hosts the household, social_tenant or other: a host in the stock makes it a split"
        errors.append(FieldError(field="current_housing.hosted_by", message=message))
    if housing.situation is not Situation.HOSTED and housing.hosted_by is not None:
        message = f"a household in the situation {housing.situation.value} is not hosted; leave it out"
        errors.append(FieldError(field="current_housing.hosted_by", message=message))
    if housing.situation is not Situation.SOCIAL_TENANT and housing.home is not None:
        message = f"a household in the situation {housing.situation.value} rents no home of the stock; leave it out"
        errors.append(FieldError(field="current_housing.home", message=message))
    if housing.home and housing.home.commune and (wrong := place_error(housing.home.commune)):
        errors.append(FieldError(field="current_housing.home.commune", message=wrong))
    return errors


def _household_errors(household: HouseholdFacts, applicants: int) -> list[FieldError]:
    return [
        FieldError(
            field=f"household.{name}",
            message=f"{size} is fewer than the {applicants} applicants, who live in the home",
        )
        for name in ("persons_for_occupancy", "persons_for_ceiling")
        if (size := getattr(household, name)) < applicants
    ]


def _wishes_errors(wishes: Wishes) -> list[FieldError]:
    errors = [
        FieldError(field=f"wishes.places[{place}].commune", message=wrong)
        for place, wanted in enumerate(wishes.places)
        if (wrong := place_error(wanted.commune))
    ]
    communes = [wanted.commune for wanted in wishes.places]
    errors += [
        FieldError(field=f"wishes.places[{place}].commune", message=f"{commune} is named twice; keep the first")
        for place, commune in enumerate(communes)
        if commune in communes[:place]
    ]
    return errors
