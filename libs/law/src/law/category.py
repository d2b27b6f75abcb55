"""The household's category of the income ceilings (arrêté of 29 July 1987, annex I; DOMAIN §4.5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from law.households import Member, Relation, age, counts_for_ceiling
from reference.ceilings import CATEGORIES
from reference.figures import Figure, figure

__all__ = ["Category", "category_of", "category_of_household", "is_young_household"]

_COUPLE = 2


@dataclass(frozen=True, slots=True)
class Category:
    """`number` is 1 to 6; beyond the sixth an amount is added for each of `extra_persons`."""

    number: int
    extra_persons: int = 0


def category_of(
    persons: int,
    *,
    dependants_of_one: int = 0,
    young_household: bool = False,
    disabled: bool = False,
) -> Category:
    """The category of a household of so many `persons` (`persons_for_ceiling`).

    `dependants_of_one`: dependants of a person alone, 0 for a couple; with n of them she is of category n + 2.
    `young_household`: see `is_young_household`; of category 3. `disabled`: at least one person is; one category more.
    Reasons do not add up: the highest holds. The annex names them up to category 6; beyond it each counts as the
    extra person it stands for (our reading: else a sixth person would not raise what five with a disabled one have).
    Raises ValueError without a person.
    """
    if persons < 1:
        raise ValueError(f"A household of {persons} persons has no category.")
    number = max(
        persons + disabled,
        dependants_of_one + 2 if dependants_of_one else 0,
        _COUPLE + 1 if young_household else 0,
    )
    last = CATEGORIES[-1]
    return Category(min(number, last), max(0, number - last))


def category_of_household(members: Sequence[Member], on: dt.date) -> Category:
    """The same from the members: who counts by CCH L442-12, who depends for tax, who is young or disabled."""
    counted = [member for member in members if counts_for_ceiling(member)]
    others = [member for member in counted if member.relation not in {Relation.LEASEHOLDER, Relation.SPOUSE}]
    heads = len(counted) - len(others)
    dependants = sum(1 for member in others if member.tax_attached)
    return category_of(
        len(counted),
        dependants_of_one=dependants if heads == 1 else 0,
        young_household=is_young_household(members, on),
        disabled=any(member.disabled for member in counted),
    )


def is_young_household(members: Sequence[Member], on: dt.date) -> bool:
    """A couple without dependant whose completed years add up to 55 at most; not one whose ages are unknown."""
    counted = [member for member in members if counts_for_ceiling(member)]
    if sorted(member.relation for member in counted) != [Relation.LEASEHOLDER, Relation.SPOUSE]:
        return False
    births = [member.born_on for member in counted if member.born_on is not None]
    together = sum(age(born_on, on) for born_on in births)
    return len(births) == _COUPLE and together <= figure(Figure.YOUNG_HOUSEHOLD_AGES, on).value
