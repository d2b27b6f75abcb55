"""A dwelling of a landlord's stock, named by its RPLS identifier."""

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from contracts.event import deterministic_id
from contracts.inventory import DwellingRecorded
from contracts.landlord import FieldError
from contracts.values import DwellingFacts
from reference import communes


def dwelling_id(reference: str) -> UUID:
    """The opaque id of the dwelling that the register calls `reference`."""
    return deterministic_id("dwelling", reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwelling:
    reference: str
    landlord: str
    facts: DwellingFacts
    version: int = 1

    @property
    def id(self) -> UUID:
        return dwelling_id(self.reference)

    def change(self, facts: DwellingFacts) -> Self:
        """The dwelling with these facts; itself where they are the same."""
        return self if facts == self.facts else replace(self, facts=facts, version=self.version + 1)

    def recorded(self) -> DwellingRecorded:
        """What the world is told of it."""
        return DwellingRecorded(
            dwelling_id=self.id,
            version=self.version,
            landlord=self.landlord,
            reference=self.reference,
            dwelling=self.facts,
        )


def errors_of(facts: DwellingFacts) -> list[FieldError]:
    """What is wrong with a dwelling's facts that their types do not say."""
    message = place_error(facts.commune)
    return [FieldError(field="commune", message=message)] if message else []


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
