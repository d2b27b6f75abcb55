"""A household's income against a home's ceiling: which income counts, under which regime, and how far it goes.

CCH L441-1, R441-1; arrêté of 29 July 1987. What is compared is the sum of the reference tax incomes of those whom
`persons_for_ceiling` counts.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from contracts.household import CeilingRegime
from contracts.values import Financing
from law.category import Category
from reference import ceilings, communes, zones
from reference.days import add_months
from reference.figures import Figure, figure

__all__ = [
    "CeilingCheck",
    "CeilingVerdict",
    "CountedIncome",
    "Derogation",
    "ceiling_for",
    "check_ceiling",
    "counted_income",
    "owes_surcharge",
    "percent_of_ceiling",
    "right_to_stay_ends_on_income",
]


class CeilingVerdict(StrEnum):
    FITS = "fits"
    OVER = "over"
    UNKNOWN = "unknown"
    """An income, a category or a ceiling is missing: to verify, never a reason to exclude."""


@dataclass(frozen=True, slots=True)
class CountedIncome:
    """The euros a year that are held against a ceiling, None where they are not known, and by which rule."""

    euros: int | None
    regime: CeilingRegime


def counted_income(
    n2: int | None,
    *,
    on: dt.date,
    n1: int | None = None,
    last_twelve_months: int | None = None,
) -> CountedIncome:
    """Income of year N-2; or that of N-1 or the last twelve months where it is at least a tenth lower.

    Arrêté of 29 July 1987, art. 4 (DOMAIN §4.5); of two that are lower enough, the lower one. All in euros a year.
    Without N-2 nothing can be compared, so the income is unknown.
    """
    if n2 is None:
        return CountedIncome(None, CeilingRegime.ORDINARY)
    kept_percent = 100 - figure(Figure.RECENT_INCOME_FALL_PERCENT, on).value
    fallen = [recent for recent in (n1, last_twelve_months) if recent is not None and recent * 100 <= n2 * kept_percent]
    if fallen:
        return CountedIncome(min(fallen), CeilingRegime.RECENT_INCOME)
    return CountedIncome(n2, CeilingRegime.ORDINARY)


@dataclass(frozen=True, slots=True)
class Derogation:
    """A préfet's order that lifts or raises the ceilings somewhere, to ease exchanges among others (CCH R441-1-1)."""

    signed_on: dt.date
    until: dt.date | None = None
    ceiling_percent: int | None = None
    """Of the ordinary ceiling, 150 for half as much again; None where the order asks for no ceiling."""

    def holds(self, on: dt.date) -> bool:
        """From its signature to its own term, six years at most."""
        longest = add_months(self.signed_on, 12 * figure(Figure.DEROGATION_YEARS, self.signed_on).value)
        return self.signed_on <= on < longest and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class CeilingCheck:
    """The answer, with what it was found on: `ceiling` carries its table's date and origin."""

    verdict: CeilingVerdict
    regime: CeilingRegime
    income_euros: int | None
    ceiling: ceilings.IncomeCeiling | None


def ceiling_for(financing: Financing, commune: str, category: Category, on: dt.date) -> ceilings.IncomeCeiling | None:
    """The ceiling of a home's financing where it stands; None for a loan, a place or a day without a known one."""
    if financing not in _WITH_CEILING or not communes.exists(commune):
        return None
    try:
        return ceilings.income_ceiling(
            _WITH_CEILING[financing],
            zones.ceiling_zone(commune),
            category=category.number,
            extra_persons=category.extra_persons,
            on=on,
        )
    except ceilings.UnknownCeiling:
        return None


def check_ceiling(
    income: CountedIncome,
    category: Category | None,
    *,
    financing: Financing,
    commune: str,
    on: dt.date,
    gives_back_under_occupied: bool = False,
    derogation: Derogation | None = None,
) -> CeilingCheck:
    """Whether a household may have a home of this financing in this commune (CCH L441-1, R441-1).

    `gives_back_under_occupied`: it leaves a home of the stock that is too large, at its landlord's offer; no ceiling
    then (CCH L442-3-1). `derogation`: the préfet's order in the home's area; it counts only where the ordinary
    ceiling is passed.
    """
    ceiling = None if category is None else ceiling_for(financing, commune, category, on)
    if gives_back_under_occupied:
        return CeilingCheck(CeilingVerdict.FITS, CeilingRegime.WAIVED, income.euros, ceiling)
    if income.euros is None or ceiling is None:
        return CeilingCheck(CeilingVerdict.UNKNOWN, income.regime, income.euros, ceiling)
    if income.euros <= ceiling.euros:
        return CeilingCheck(CeilingVerdict.FITS, income.regime, income.euros, ceiling)
    if derogation is not None and derogation.holds(on):
        raised = derogation.ceiling_percent
        fits = raised is None or income.euros * 100 <= ceiling.euros * raised
        verdict = CeilingVerdict.FITS if fits else CeilingVerdict.OVER
        return CeilingCheck(verdict, CeilingRegime.DEROGATORY, income.euros, ceiling)
    return CeilingCheck(CeilingVerdict.OVER, income.regime, income.euros, ceiling)


def percent_of_ceiling(income_euros: int, ceiling: ceilings.IncomeCeiling) -> Fraction:
    """100 is the ceiling itself."""
    return Fraction(income_euros * 100, ceiling.euros)


def owes_surcharge(income_euros: int, ceiling: ceilings.IncomeCeiling, on: dt.date) -> bool:
    """Whether income passes the ceiling by as much as the surcharge asks for (SLS, CCH L441-3: 20 %).

    Not where the home lies in a priority district; the caller knows.
    """
    return percent_of_ceiling(income_euros, ceiling) >= 100 + figure(Figure.SURCHARGE_PERCENT, on).value


def right_to_stay_ends_on_income(
    first_percent: Fraction,
    second_percent: Fraction,
    *,
    second_survey_on: dt.date,
) -> dt.date | None:
    """When income costs the right to stay: two surveys in a row above 150 % of the PLS ceiling (CCH L442-3-3).

    Eighteen months from the 1 January after the second; None where one of the two is not above. Whoever is over 65 or
    disabled, or lives in a priority district, keeps it: `law.transfer.protections`.
    """
    limit = figure(Figure.RIGHT_TO_STAY_PERCENT, second_survey_on).value
    if min(first_percent, second_percent) <= limit:
        return None
    january = dt.date(second_survey_on.year + 1, 1, 1)
    return add_months(january, figure(Figure.RIGHT_TO_STAY_MONTHS, second_survey_on).value)


_WITH_CEILING = {
    Financing.PLAI: ceilings.Financing.PLAI,
    Financing.PLUS: ceilings.Financing.PLUS,
    Financing.PLS: ceilings.Financing.PLS,
}
