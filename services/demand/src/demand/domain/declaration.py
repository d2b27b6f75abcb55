"""What the national form asks of a household (Cerfa 14069; DOMAIN §3.1, §5.2): who, on what means, why.

It names persons and tells of health: it stays in demand's database. What the rules count of it is `HouseholdFacts`.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from contracts.household import AccessNeeds, Priority, Reason
from contracts.landlord import FieldError
from contracts.values import AreaM2, Cents, CommuneCode, DwellingType, PersonId, Value
from reference.days import add_months
from reference.figures import Figure, figure

T = TypeVar("T")
OLDEST = 130
"""Years; nobody has lived longer, so an earlier birth date is a slip."""
_Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
_Ref = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,20}$", examples=["m1"])]


class Relation(StrEnum):
    """What a member is to the applicant."""

    APPLICANT = "applicant"
    SPOUSE = "spouse"
    """Married, PACS or living as a couple."""
    CO_APPLICANT = "co_applicant"
    """Signs the lease too, without being a couple."""
    CHILD = "child"
    ASCENDANT = "ascendant"
    RELATIVE = "relative"
    OTHER = "other"


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class Custody(StrEnum):
    """Of a child that lives elsewhere too (SNE `coParentalite`)."""

    SHARED = "G"
    """Alternating residence (garde alternée)."""
    VISITING = "D"
    """Right of visit and lodging."""


class Contract(StrEnum):
    """Employment, by the SNE's codes."""

    PERMANENT = "CDI"
    FIXED_TERM = "CDD"
    SELF_EMPLOYED = "ART"
    UNEMPLOYED = "CHO"
    APPRENTICE = "APP"
    STUDENT = "ETU"
    RETIRED = "RET"
    OTHER = "AUT"


class Income(StrEnum):
    """Monthly resources, by the SNE's codes."""

    WAGE = "SAL"
    PENSION = "RET"
    UNEMPLOYMENT = "CHO"
    ALIMONY = "PAR"
    INVALIDITY = "PINV"
    FAMILY_ALLOWANCE = "AF"
    DISABLED_ADULT = "AAH"
    DISABLED_CHILD = "AEEH"
    CARER = "AJPP"
    MINIMUM_INCOME = "RSA"
    OLD_AGE_MINIMUM = "AMV"
    YOUNG_CHILD = "PAJE"
    STUDENT_GRANT = "BE"
    OTHER = "AUT"
    ALIMONY_PAID = "PAV"
    """Paid, not received: it is taken off."""


class HousingModel(StrEnum):
    """How the household is housed, by the SNE's codes (`modeleLogement`)."""

    SOCIAL_TENANT = "HLM"
    PRIVATE_TENANT = "LP"
    SOCIAL_RESIDENCE = "RS"
    SOCIAL_HOTEL = "RHVS"
    STUDENT_RESIDENCE = "RE"
    SUBLET = "SLHT"
    SHELTER = "SH"
    CHILD_WELFARE = "CDEFCM"
    WITH_PARENTS = "CPE"
    WITH_RELATIVES = "CP"
    TEMPORARY = "LTG"
    JOB_LINKED = "FONC"
    OWNER = "POCC"
    CAMPING = "CAMCAR"
    HOTEL = "HOT"
    HOMELESS = "SD"
    SQUAT = "SQUAT"


class Member(Value):
    """A person who will live in the home. `ref` names her inside this application."""

    ref: _Ref
    relation: Relation
    birth_date: dt.date
    given_name: _Name | None = None
    family_name: _Name | None = None
    person_id: PersonId | None = None
    """Applicant and co-applicant are persons of their own."""
    sex: Sex | None = None
    custody: Custody | None = None
    dependant: bool | None = None
    """Attached for tax; children are where nothing is said."""
    disabled: bool = False
    contract: Contract | None = None
    works_in: CommuneCode | None = None

    def age(self, on: dt.date) -> int:
        born = self.birth_date
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class ExpectedBirth(Value):
    due_on: dt.date
    children: Annotated[int, Field(ge=1, le=5)] = 1


class TaxIncome(Value):
    """Reference tax income (RFR) of a year: the household's sum, or one notice of several."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    euros: Annotated[int, Field(ge=0, le=10_000_000)]
    member: _Ref | None = None


class Resource(Value):
    code: Income
    monthly_cents: Annotated[int, Field(ge=0, le=10_000_000)]
    member: _Ref | None = None


class Recognition(Value):
    """A recognised priority: who decided it is kept as its proof."""

    priority: Priority
    decided_on: dt.date
    valid_until: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        return self.decided_on <= on and (self.valid_until is None or on <= self.valid_until)


class Derogation(Value):
    """A préfet's order that lifts the ceiling for a while, to ease exchanges (CCH R441-1-1)."""

    order: Annotated[str, Field(min_length=1, max_length=100)]
    signed_on: dt.date | None = None
    valid_until: dt.date
    """Six years after its signature at the latest."""


class Dwelling(Value):
    """Where the household lives today, whoever owns it; a tenant of the stock tells the rest as `home`."""

    model: HousingModel | None = None
    dwelling_type: DwellingType | None = None
    main_rooms: Annotated[int, Field(ge=1, le=20)] | None = None
    living_area_m2: AreaM2 | None = None
    occupants: Annotated[int, Field(ge=1, le=50)] | None = None
    """All who live there, the hosts too (Cerfa F23)."""
    professional_rooms: Annotated[int, Field(ge=0, le=10)] = 0
    """Rooms used for a profession or an elected office: not counted (CCH L621-2)."""
    rent_cents: Cents | None = None
    """Principal and accessory rent a month."""
    service_charges_cents: Cents | None = None
    since: dt.date | None = None
    not_decent: bool = False
    unfit: bool = False


class Declaration(Value):
    members: Annotated[tuple[Member, ...], Field(min_length=1, max_length=20)]
    """The applicant among them."""
    expected_births: Annotated[tuple[ExpectedBirth, ...], Field(max_length=5)] = ()
    tax_incomes: Annotated[tuple[TaxIncome, ...], Field(max_length=60)] = ()
    """Of the years N-2 and N-1, and of others where they are known: what counts depends on the day."""
    resources: Annotated[tuple[Resource, ...], Field(max_length=100)] | None = None
    """Monthly, without housing aid; absent where nothing was told, empty where there are none."""
    housing_aid_cents: Cents | None = None
    """APL or AL a month at the current home."""
    dwelling: Dwelling = Dwelling()
    main_reason: Reason | None = None
    other_reasons: Annotated[tuple[Reason, ...], Field(max_length=2)] = ()
    access_needs: AccessNeeds | None = None
    needs_step_free: bool = False
    max_floor_without_lift: Annotated[int, Field(ge=0, le=60)] | None = None
    recognitions: Annotated[tuple[Recognition, ...], Field(max_length=10)] = ()
    derogation: Derogation | None = None
    remarks: Annotated[str, Field(max_length=2000)] | None = None
    """The household's own words (Cerfa H1); they leave this database no more than names do."""

    @property
    def applicant(self) -> Member:
        return next(member for member in self.members if member.relation is Relation.APPLICANT)

    @property
    def spouse(self) -> Member | None:
        return next((member for member in self.members if member.relation is Relation.SPOUSE), None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (*((self.main_reason,) if self.main_reason else ()), *self.other_reasons)


def declaration_errors(declaration: Declaration, *, applicants: int, today: dt.date) -> list[FieldError]:
    """What is wrong with the form that its types do not say, each by the path of its field."""
    return [
        *_member_errors(declaration, applicants, today),
        *_means_errors(declaration, today),
        *_reason_errors(declaration),
        *_order_errors(declaration, today),
        *(
            FieldError(field=f"declaration.expected_births[{place}].due_on", message=message)
            for place, birth in enumerate(declaration.expected_births)
            if (message := _due_error(birth, today))
        ),
    ]


def birth_date_error(born: dt.date, today: dt.date) -> str | None:
    if born > today:
        return f"{born} is in the future"
    if born.year < today.year - OLDEST:
        return f"{born} is more than {OLDEST} years ago; check the year"
    return None


def _member_errors(declaration: Declaration, applicants: int, today: dt.date) -> list[FieldError]:
    members = declaration.members
    errors = [
        FieldError(field=f"declaration.members[{place}].birth_date", message=wrong)
        for place, member in enumerate(members)
        if (wrong := birth_date_error(member.birth_date, today))
    ]
    refs = [member.ref for member in members]
    for name, times in _repeated(refs):
        message = f"ref {name} is given {times} times; each member has one of its own"
        errors.append(FieldError(field="declaration.members", message=message))
    relations = [member.relation for member in members]
    if (applying := relations.count(Relation.APPLICANT)) != 1:
        message = f"one member is the applicant; here {applying} are"
        errors.append(FieldError(field="declaration.members", message=message))
    if (spouses := relations.count(Relation.SPOUSE)) > 1:
        errors.append(FieldError(field="declaration.members", message="only one member can be the applicant's spouse"))
    signing = spouses + relations.count(Relation.CO_APPLICANT) + 1
    if signing < applicants:
        message = "the co-applicant is missing among the members; add her as spouse or co_applicant"
        errors.append(FieldError(field="declaration.members", message=message))
    errors += [
        FieldError(field=f"declaration.members[{place}].custody", message="only a child is in shared custody")
        for place, member in enumerate(members)
        if member.custody and member.relation is not Relation.CHILD
    ]
    return errors


def _means_errors(declaration: Declaration, today: dt.date) -> list[FieldError]:
    refs = {member.ref for member in declaration.members}
    errors = [
        FieldError(field=f"declaration.tax_incomes[{place}].year", message=f"{income.year} is not over yet")
        for place, income in enumerate(declaration.tax_incomes)
        if income.year >= today.year
    ]
    since = declaration.dwelling.since
    if since is not None and since > today:
        errors.append(FieldError(field="declaration.dwelling.since", message=f"{since} is in the future"))
    errors += [
        FieldError(field=f"declaration.{name}[{place}].member", message=f"no member has the ref {one.member}")
        for name in ("tax_incomes", "resources")
        for place, one in enumerate(getattr(declaration, name) or ())
        if one.member is not None and one.member not in refs
    ]
    for (year, member), times in _repeated([(one.year, one.member) for one in declaration.tax_incomes]):
        whose = f"of {member}" if member else "of the household"
        message = f"the income {whose} of {year} is given {times} times; give it once"
        errors.append(FieldError(field="declaration.tax_incomes", message=message))
    of_members = {one.year for one in declaration.tax_incomes if one.member}
    for year in sorted({one.year for one in declaration.tax_incomes if one.member is None}):
        if year in of_members:
            message = f"{year} has a sum of the household and incomes of members; give the one or the others"
            errors.append(FieldError(field="declaration.tax_incomes", message=message))
    return errors


def _repeated(given: Sequence[T]) -> list[tuple[T, int]]:
    """What is there more than once, in the order of its first, and how often."""
    return [] if len(set(given)) == len(given) else [(one, n) for one, n in Counter(given).items() if n > 1]


def _reason_errors(declaration: Declaration) -> list[FieldError]:
    if declaration.other_reasons and declaration.main_reason is None:
        return [FieldError(field="declaration.main_reason", message="say which of the reasons is the main one")]
    return [
        FieldError(field=f"declaration.other_reasons[{place}]", message=f"reason {reason.value} is given twice")
        for place, reason in enumerate(declaration.other_reasons)
        if reason in declaration.reasons[: place + 1]
    ]


def _order_errors(declaration: Declaration, today: dt.date) -> list[FieldError]:
    """Of decisions that others made: the recognised priorities, and the préfet's order."""
    errors = []
    for place, one in enumerate(declaration.recognitions):
        field = f"declaration.recognitions[{place}]"
        if one.decided_on > today:
            errors.append(FieldError(field=f"{field}.decided_on", message=f"{one.decided_on} is in the future"))
        if one.valid_until is not None and one.valid_until < one.decided_on:
            message = f"{one.valid_until} is before decided_on {one.decided_on}"
            errors.append(FieldError(field=f"{field}.valid_until", message=message))
    order = declaration.derogation
    if order is None:
        return errors
    if order.signed_on is not None and order.signed_on > today:
        message = f"{order.signed_on} is in the future"
        errors.append(FieldError(field="declaration.derogation.signed_on", message=message))
    signed_on = order.signed_on or today
    years = figure(Figure.DEROGATION_YEARS, signed_on).value
    if order.valid_until > add_months(signed_on, 12 * years):
        message = f"an order holds {years} years at most from its signature (CCH R441-1-1); check the date"
        errors.append(FieldError(field="declaration.derogation.valid_until", message=message))
    return errors


def _due_error(birth: ExpectedBirth, today: dt.date) -> str | None:
    if birth.due_on > today + dt.timedelta(days=300):
        return f"{birth.due_on} is more than ten months away; check the date"
    if birth.due_on < today - dt.timedelta(days=60):
        return f"{birth.due_on} is over; enter the child as a member"
    return None
