"""A dwelling of a landlord's stock, named by its RPLS identifier.

A dwelling may be recorded before its rent is known (open data has none): it is kept here, and the world is told of it,
and of its vacancies, once the rent is known. A rent that was known once is never unlearned.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from contracts.event import deterministic_id
from contracts.inventory import DwellingRecorded
from contracts.landlord import FieldError
from contracts.values import DwellingFacts, HomeFacts
from reference import communes, districts


def dwelling_id(reference: str) -> UUID:
    """The opaque id of the dwelling that the register calls `reference`."""
    return deterministic_id("dwelling", reference)


@dataclass(frozen=True, slots=True)
class Point:
    """Where a home stands, in degrees (WGS 84). It stays in inventory: it would name the building."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwelling:
    reference: str
    landlord: str
    facts: HomeFacts
    """`DwellingFacts` once the rent is known."""
    reletting_base_rent_cents: int | None = None
    """Principal rent that the next tenant will pay; the present one where it is not told."""
    point: Point | None = None
    version: int = 1

    @property
    def id(self) -> UUID:
        return dwelling_id(self.reference)

    @property
    def offered(self) -> HomeFacts:
        """The facts at the rent of re-letting."""
        return at_rent(self.facts, base=self.reletting_base_rent_cents)

    def change(self, told: "Dwelling") -> Self:
        """The dwelling as it is `told` now, in the next version; itself where nothing differs.

        Whose it is stays. A rent that `told` does not know stays as well.
        """
        facts = told.facts
        if not isinstance(facts, DwellingFacts):
            facts = at_rent(facts, base=self.facts.base_rent_cents)
        reletting = told.reletting_base_rent_cents
        after = replace(
            self,
            facts=facts,
            reletting_base_rent_cents=self.reletting_base_rent_cents if reletting is None else reletting,
            point=told.point,
        )
        return self if after == self else replace(after, version=self.version + 1)

    def placed(self) -> Self:
        """The dwelling in the priority district its point lies in, or in none; as it is where it has no point."""
        if self.point is None:
            return self
        district = districts.district_at(self.point.latitude, self.point.longitude)
        found = {"in_priority_district": district is not None, "priority_district": district.code if district else None}
        return replace(self, facts=self.facts.model_copy(update=found))

    def recorded(self) -> DwellingRecorded | None:
        """What the world is told of it; nothing while its rent is not known."""
        if not isinstance(self.facts, DwellingFacts):
            return None
        return DwellingRecorded(
            dwelling_id=self.id,
            version=self.version,
            landlord=self.landlord,
            reference=self.reference,
            dwelling=self.facts,
            reletting_base_rent_cents=self.reletting_base_rent_cents,
        )


def home_facts(values: Mapping[str, Any]) -> HomeFacts:
    """Facts from their JSON form: `DwellingFacts` where the rent is known.

    Raises:
        pydantic.ValidationError: with the fields that do not fit.
    """
    return (HomeFacts if values.get("base_rent_cents") is None else DwellingFacts).model_validate(values)


def at_rent(facts: HomeFacts, *, base: int | None = None, charges: int | None = None) -> HomeFacts:
    """These facts at another principal rent, or with other charges; where nothing is given, as they are."""
    rents = {"base_rent_cents": base, "service_charges_cents": charges}
    given = {name: cents for name, cents in rents.items() if cents is not None}
    if not given:
        return facts
    if base is None or isinstance(facts, DwellingFacts):
        return facts.model_copy(update=given)
    return DwellingFacts(**{**dict(facts), **given})


def errors_of(facts: HomeFacts, today: dt.date) -> list[FieldError]:
    """What is wrong with a dwelling's facts that their types do not say."""
    wrong = {
        "commune": place_error(facts.commune),
        "priority_district": district_error(facts),
        "built_in": built_error(facts.built_in, today),
    }
    return [FieldError(field=field, message=message) for field, message in wrong.items() if message]


def built_error(year: int | None, today: dt.date) -> str | None:
    """Why no dwelling to let was built in this year; one that is handed over next year may be recorded."""
    if year is None or year <= today.year + 1:
        return None
    return f"{year} is in the future; a dwelling is recorded once it is built"


def district_error(facts: HomeFacts) -> str | None:
    """Why the home cannot be in the priority district it names, None where it can or names none."""
    if facts.priority_district is None:
        return None
    try:
        district = districts.priority_district(facts.priority_district)
    except districts.UnknownDistrict as error:
        return str(error)
    if facts.commune not in {*district.communes, *district.arrondissements}:
        inside = ", ".join(district.arrondissements or district.communes)
        return f"{district.code} ({district.name}) lies in {inside}, not in {facts.commune}; correct one of the two"
    if facts.in_priority_district is False:
        return f"{district.code} is named but in_priority_district says no; leave one of the two out"
    return None


@lru_cache(maxsize=4096)
def place_error(code: str) -> str | None:
    """Why no dwelling can be in `code`, None where one can.

    Paris, Lyon and Marseille are named by arrondissement: income ceilings, wishes and neighbours go by them.
    """
    try:
        commune = communes.commune(code)
    except communes.UnknownCommune as error:
        return str(error)
    if parts := communes.arrondissements_of(code):
        return f"{code} is {commune.name} as a whole; name its arrondissement, {parts[0]} to {parts[-1]}"
    return None
