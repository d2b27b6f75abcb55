"""An application: what a household is, where it lives and what it wishes. Who it is, is told elsewhere.

Its life, from the registration to the one closure, is in `demand.domain.life`.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.demand import (
    ApplicationRecorded,
    ApplicationStatus,
    ClosureReason,
    CurrentHome,
    EntryWay,
    HouseholdFacts,
    Wishes,
)
from contracts.household import Light
from contracts.landlord import FieldError
from contracts.values import ApplicationKind
from demand.domain.declaration import Declaration, declaration_errors
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
    """What the household declares, and may change while its application lives.

    A household is told in full (`declaration`), or by its counts alone (`household`, as bulk loads do); where both are
    there, the counts come from the declaration. What is missing may come later.
    """

    housing: Housing
    household: HouseholdFacts | None = None
    wishes: Wishes | None = None
    declaration: Declaration | None = None

    @property
    def complete(self) -> bool:
        """Whether there is enough to match it: how many they are, and what home they want."""
        return self.wishes is not None and (self.household is not None or self.declaration is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A closure ahead: told on a day, lawful from another (CCH R441-2-8 c and d)."""

    reason: ClosureReason
    told_on: dt.date
    closes_on: dt.date


class Closed(Exception):
    """A closed application is changed no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    id: UUID
    number: str | None
    """None once its applicant was erased: the number names her in the national file."""
    registered_on: dt.date
    """Seniority counts from here; changes keep it, and a merge keeps the eldest (CCH R441-2-8)."""
    applicant: UUID
    co_applicant: UUID | None = None
    file: File
    status: ApplicationStatus = ApplicationStatus.ACTIVE
    way: EntryWay = EntryWay.ONLINE
    facts: HouseholdFacts | None = None
    """What the rules count of a complete file, as it was last told; the short declaration where absent."""
    expires_on: dt.date | None = None
    """The number's last day; unknown for what was loaded in bulk."""
    notified_on: dt.date | None = None
    """When the household was told that this term ends."""
    reminded_on: dt.date | None = None
    warned: Warned | None = None
    closed_on: dt.date | None = None
    closure: ClosureReason | None = None
    merged_into: UUID | None = None
    tenancy_id: UUID | None = None
    light: Light | None = None
    meets_transfer_conditions: bool | None = None
    refused_offers: int = 0
    """After a committee's decision, here; those of before are in what was declared."""
    version: int = 1

    @property
    def kind(self) -> ApplicationKind:
        return self.file.housing.kind

    @property
    def persons(self) -> tuple[UUID, ...]:
        return (self.applicant,) if self.co_applicant is None else (self.applicant, self.co_applicant)

    @property
    def open(self) -> bool:
        return self.status in {ApplicationStatus.ACTIVE, ApplicationStatus.REGISTERED}

    @property
    def counted(self) -> HouseholdFacts | None:
        """The household as the rules count it."""
        return self.facts or self.file.household

    def change(self, file: File) -> Self:
        """The application with what the household declares now; itself where nothing changed.

        Raises:
            Closed: it was closed.
        """
        self.check_open()
        return self if file == self.file else replace(self, file=file, version=self.version + 1)

    def check_open(self) -> None:
        """Raise `Closed` where it is not."""
        if not self.open:
            why = self.closure.value.replace("_", " ") if self.closure else "withdrawn"
            raise Closed(f"The application was closed ({why}) on {self.closed_on}; register a new one.")

    def recorded(self) -> ApplicationRecorded | None:
        """What the world is told of it: facts and wishes, without identity; nothing while it is not complete."""
        counted, wishes = self.counted, self.file.wishes
        if counted is None or wishes is None:
            return None
        return ApplicationRecorded(
            application_id=self.id,
            version=self.version,
            kind=self.kind,
            status=self.status,
            registered_on=self.registered_on,
            person_ids=self.persons,
            household=counted,
            wishes=wishes,
            current_home=self.file.housing.home,
            expires_on=self.expires_on,
            closed_on=self.closed_on,
            closure=self.closure,
            merged_into=self.merged_into,
            tenancy_id=self.tenancy_id,
            light=self.light,
            meets_transfer_conditions=self.meets_transfer_conditions,
        )


def file_errors(file: File, *, applicants: int, today: dt.date) -> list[FieldError]:
    """What is wrong with a file that its types do not say."""
    declared = file.declaration
    twice = "give the counts or the declaration they come from, not both"
    return [
        *([FieldError(field="household", message=twice)] if file.household and declared else ()),
        *_housing_errors(file.housing),
        *(_household_errors(file.household, applicants) if file.household else ()),
        *(declaration_errors(declared, applicants=applicants, today=today) if declared else ()),
        *(_wishes_errors(file.wishes, today) if file.wishes else ()),
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


def _wishes_errors(wishes: Wishes, today: dt.date) -> list[FieldError]:
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
    types = wishes.dwelling_types
    errors += [
        FieldError(field=f"wishes.dwelling_types[{place}]", message=f"{kind.value} is named twice; keep the first")
        for place, kind in enumerate(types)
        if kind in types[:place]
    ]
    lowest, highest = wishes.lowest_floor, wishes.highest_floor
    if lowest is not None and highest is not None and lowest > highest:
        message = f"{lowest} is above highest_floor {highest}"
        errors.append(FieldError(field="wishes.lowest_floor", message=message))
    if wishes.latest_on is not None and wishes.latest_on < today - dt.timedelta(days=1):
        errors.append(FieldError(field="wishes.latest_on", message=f"{wishes.latest_on} is over; leave it out"))
    return errors
