"""Value types shared by all events. One English identifier a French term (DOMAIN §8)."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

CLOSED = {"closed": True}
"""Validation context that refuses unknown enum values: for what strangers send us, not for what we read back."""


class OpenEnum(StrEnum):
    """An enum a newer producer may extend: a reader takes a value it does not know as `UNKNOWN`.

    Every subclass declares `UNKNOWN = "unknown"`. Under the validation context `CLOSED` an unknown value (the word
    `unknown` too) is an error, and `Event.encode` refuses to publish it: consumers are tolerant, producers strict.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = handler(source)
        return core_schema.with_info_before_validator_function(cls._read, known)

    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str) or (value in cls._value2member_map_ and value != "unknown"):
            return value
        if (info.context or {}).get("closed"):
            known = ", ".join(member.value for member in cls if member.value != "unknown")
            msg = f"{value!r} is none of {known}"
            raise ValueError(msg)
        return cls("unknown")


class Value(BaseModel):
    """A frozen part of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


def _luhn(siren: str) -> str:
    """A SIREN carries a Luhn key; landlords without a public one get a synthetic one that starts with 999."""
    if siren.startswith("999"):
        return siren
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(siren))
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:  # noqa: PLR2004 - Luhn folds two digits into one
        msg = f"{siren} is not a SIREN: its control digit does not fit"
        raise ValueError(msg)
    return siren


def _utc(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        msg = f"{moment.isoformat()} is outside the years 1 to 9999 in UTC"
        raise ValueError(msg) from None


Siren = Annotated[str, Field(pattern=r"^[0-9]{9}$", examples=["552032708"]), AfterValidator(_luhn)]
"""The nine-digit identifier of a French organisation, with its control digit."""
RplsId = Annotated[str, Field(pattern=r"^[0-9A-Z]{10}$", examples=["7500123456"])]
"""Identifier of a dwelling in the national register of social housing (RPLS, arrêté of 5 January 2010, field 1)."""
CommuneCode = Annotated[str, Field(pattern=r"^([0-9]{2}|2[AB])[0-9]{3}$", examples=["75118"])]
"""INSEE code of a commune; inside Paris, Lyon and Marseille that of the arrondissement."""
Cents = Annotated[int, Field(ge=0, le=100_000_00, examples=[51234])]
"""An amount in euro cents."""
AreaM2 = Annotated[float, Field(gt=0, le=1000, examples=[46.5])]
"""A living area in square metres."""
DistrictCode = Annotated[str, Field(pattern=r"^QN[0-9A-Z]{6}$", examples=["QN07511M"])]
"""A priority district (quartier prioritaire de la politique de la ville) of the 2024 list."""
Reference = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
"""A name that somebody else gave: kept, compared, never interpreted."""

PersonId = UUID
Utc = Annotated[AwareDatetime, Field(examples=["2026-11-22T09:30:00Z"]), AfterValidator(_utc)]
"""A moment: written with an offset, kept in UTC."""


class DwellingType(OpenEnum):
    """Main rooms, kitchen excluded; T6 is six and more (typologie)."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    T5 = "T5"
    T6 = "T6"
    UNKNOWN = "unknown"


class Financing(OpenEnum):
    """The loan that built a dwelling; it sets the income ceiling (DOMAIN §4.5)."""

    PLAI = "PLAI"
    PLUS = "PLUS"
    PLS = "PLS"
    PLI = "PLI"
    """Intermediate housing: it has ceilings of its own, which are not kept here."""
    OTHER = "other"
    """A loan to which no ceiling of social housing is tied for certain (RPLS 15, 49, 55, 99)."""
    UNKNOWN = "unknown"


class EnergyClass(OpenEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    UNKNOWN = "unknown"


class ApplicationKind(OpenEnum):
    """DOMAIN §11.1: derived from the current housing, never asked for."""

    TRANSFER = "transfer"
    SPLIT = "split"
    FIRST = "first"
    UNKNOWN = "unknown"


class Channel(OpenEnum):
    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    """Printed and posted, for those without e-mail (DOMAIN §11.13)."""
    UNKNOWN = "unknown"


class Language(OpenEnum):
    FRENCH = "fr"
    ENGLISH = "en"
    UNKNOWN = "unknown"


class Accessibility(OpenEnum):
    """How far a home is fitted for disability (RPLS, field PMR)."""

    NOT_ACCESSIBLE = "not_accessible"
    ACCESSIBLE = "accessible"
    ADAPTED = "adapted"
    """Accessible and fitted out: it goes to disabled persons first (CCH R441-4)."""
    UNKNOWN = "unknown"


class Building(OpenEnum):
    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"
    STUDENT = "student"
    UNKNOWN = "unknown"


class LettingExclusion(OpenEnum):
    """Why a home, or the lease on it, stays outside ordinary letting and exchange (DOMAIN §1.3)."""

    LOI_1948 = "loi_1948"
    JOB_LINKED = "job_linked"
    STUDENT_OR_YOUNG_WORKER = "student_or_young_worker"
    ARTIST_STUDIO = "artist_studio"
    LET_TO_ASSOCIATION = "let_to_association"
    SHARED_TENANCY = "shared_tenancy"
    TO_BE_RENOVATED = "to_be_renovated"
    TO_BE_SOLD = "to_be_sold"
    TO_BE_DEMOLISHED = "to_be_demolished"
    HELD_BACK_BY_HOLDER = "held_back_by_holder"
    UNKNOWN = "unknown"


class HomeFacts(Value):
    """What anybody may know of a home; no tenant, no flat number. Its rent may be unknown still."""

    commune: CommuneCode
    """INSEE code; in Paris, Lyon and Marseille that of the arrondissement."""
    street: Annotated[str, Field(min_length=1, max_length=200, examples=["12 rue Ordener"])]
    """Number and street, without the flat."""
    dwelling_type: DwellingType
    """By the number of main rooms; T6 is six and more."""
    living_area_m2: AreaM2
    """Square metres of living area."""
    financing: Financing
    """The loan it was built or bought with: it says which income ceilings hold."""
    base_rent_cents: Cents | None = None
    """Principal rent a month."""
    service_charges_cents: Cents = 0
    """Recoverable charges a month."""
    floor: Annotated[int, Field(ge=-3, le=60)] | None = None
    """0 is the ground floor; unknown when absent."""
    lift: bool | None = None
    step_free: bool | None = None
    """Whether the home is reached from the street without a step; unknown when absent."""
    wheelchair_accessible: bool | None = None
    energy_class: EnergyClass | None = None
    """Of its energy label (DPE), A the best; unknown when absent."""
    built_in: Annotated[int, Field(ge=1000, le=2100)] | None = None
    """The year."""
    main_rooms: Annotated[int, Field(ge=1, le=20)] | None = None
    """Habitable rooms, kitchen excluded; the type's own number where absent."""
    accessibility: Accessibility | None = None
    equipment: tuple[Annotated[int, Field(ge=1, le=6)], ...] = ()
    """Fittings for disability, by the SNE's codes 1 to 6; a need is met by the same code."""
    outdoor_space: bool | None = None
    parking: bool | None = None
    building: Building | None = None
    in_priority_district: bool | None = None
    priority_district: DistrictCode | None = None
    plai_adapted: bool = False
    """Of the type PLAI-adapté: its committee may decide on fewer than three files (CCH R441-3)."""
    exclusions: tuple[LettingExclusion, ...] = ()

    @property
    def rooms(self) -> int | None:
        """Main rooms, by the type where they are not told (T6 is six and more)."""
        if self.main_rooms is not None or self.dwelling_type is DwellingType.UNKNOWN:
            return self.main_rooms
        return int(self.dwelling_type.value[1:])


class DwellingFacts(HomeFacts):
    """What anybody may know of a home; no tenant, no flat number."""

    base_rent_cents: Cents
    """Principal rent a month."""

    @property
    def rent_cents(self) -> int:
        """Rent with charges a month, what a household compares with its limit."""
        return self.base_rent_cents + self.service_charges_cents


class WantedPlace(Value):
    """A place an application wants a home in; `neighbours` adds the communes around it."""

    commune: CommuneCode
    neighbours: bool = False
