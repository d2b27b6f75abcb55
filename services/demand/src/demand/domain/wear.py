"""What a tenant owes of works once wear is taken off: the landlord's wear grid (décret n° 2016-382, article 4)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.landlord import FieldError
from contracts.values import Siren


@dataclass(frozen=True, slots=True, kw_only=True)
class WearLine:
    """How one kind of item wears: in full years, and in hundredths of the price of its repair."""

    item: str
    useful_life_years: int
    """From this age on, only `residual_percent` of a repair is the tenant's."""
    free_years: int = 0
    """Years of age before wear counts."""
    yearly_percent: int
    """Taken off for each year of age past the free ones."""
    residual_percent: int = 0
    """What stays the tenant's whatever the age."""

    def wear_cents(self, amount_cents: int, age_years: int) -> int:
        """What is taken off a repair of `amount_cents`; a part of a cent goes to the tenant."""
        most = 100 - self.residual_percent
        if age_years >= self.useful_life_years:
            percent = most
        else:
            percent = min(most, self.yearly_percent * max(0, age_years - self.free_years))
        return min(amount_cents, -(-amount_cents * percent // 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class WearGrid:
    """A landlord's grid, from a date until its next one."""

    landlord: Siren
    valid_from: dt.date
    lines: tuple[WearLine, ...]

    def line(self, item: str) -> WearLine | None:
        return next((line for line in self.lines if line.item == item), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksItem:
    """One line of a works list, in cents."""

    item: str
    amount_cents: int
    wear_cents: int
    age_years: int | None = None

    @property
    def chargeable_cents(self) -> int:
        """What the tenant would owe."""
        return self.amount_cents - self.wear_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What the visit found: wear is taken from the grid by the item's age, unless it is stated."""

    item: str
    amount_cents: int
    age_years: int | None = None
    wear_cents: int | None = None


def works_list(found: Sequence[Damage], grid: WearGrid | None) -> tuple[tuple[WorksItem, ...], list[FieldError]]:
    """The works with what wear takes off each, and what keeps a line from being reckoned."""
    works, errors = [], []
    for place, one in enumerate(found):
        item, error = _item(one, grid)
        if error is not None:
            errors.append(FieldError(field=f"works[{place}].{error.field}", message=error.message))
        if item is not None:
            works.append(item)
    return tuple(works), errors


def grid_errors(lines: Iterable[WearLine]) -> list[FieldError]:
    """What is wrong with a grid that its types do not say."""
    errors, seen = [], set()
    for place, line in enumerate(lines):
        if line.item in seen:
            message = f"{line.item} is in the grid twice; keep one line"
            errors.append(FieldError(field=f"lines[{place}].item", message=message))
        if line.free_years > line.useful_life_years:
            message = f"{line.free_years} is more than useful_life_years {line.useful_life_years}"
            errors.append(FieldError(field=f"lines[{place}].free_years", message=message))
        seen.add(line.item)
    return errors


def _item(one: Damage, grid: WearGrid | None) -> tuple[WorksItem | None, FieldError | None]:
    if one.wear_cents is not None:
        if one.wear_cents > one.amount_cents:
            message = f"{one.wear_cents} is more than amount_cents {one.amount_cents}"
            return None, FieldError(field="wear_cents", message=message)
        return _works(one, one.wear_cents), None
    if grid is None:
        message = "the landlord has no wear grid in force on that day; state the wear, or publish its grid first"
        return None, FieldError(field="wear_cents", message=message)
    if (line := grid.line(one.item)) is None:
        known = ", ".join(sorted(line.item for line in grid.lines))
        message = f"the wear grid in force since {grid.valid_from} has no {one.item!r}; it has {known}"
        return None, FieldError(field="item", message=message)
    if one.age_years is None:
        return None, FieldError(field="age_years", message="the age is needed for the grid's deduction, in full years")
    return _works(one, line.wear_cents(one.amount_cents, one.age_years)), None


def _works(one: Damage, wear_cents: int) -> WorksItem:
    return WorksItem(item=one.item, amount_cents=one.amount_cents, wear_cents=wear_cents, age_years=one.age_years)
