"""Income ceilings (plafonds de ressources)."""

import datetime as dt
from functools import lru_cache

from contracts.demand import HouseholdFacts
from contracts.household import CeilingRegime
from contracts.values import DwellingFacts, Financing
from law.category import category_of
from law.income import ceiling_for
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.whose import present_landlord

__all__ = [
    "LARGEST_CATEGORY",
    "ceilings_by_category",
    "certain_income",
    "highest_category",
    "income",
    "lowest_category",
]

LARGEST_CATEGORY = 21
"""Of a household of twenty (the most an application takes) that may count one higher."""
_COUPLE = 2
_LIFTED = frozenset({CeilingRegime.WAIVED, CeilingRegime.DEROGATORY, CeilingRegime.UNKNOWN})
"""Under these an income above the ordinary ceiling does not exclude by itself."""


@lru_cache(maxsize=10_000)
def ceilings_by_category(financing: Financing, commune: str, on: dt.date) -> tuple[int, ...] | None:
    """Euros a year for category 1 to `LARGEST_CATEGORY`, each extra person one more; None where none is known."""
    found = [ceiling_for(financing, commune, category_of(persons), on) for persons in range(1, LARGEST_CATEGORY + 1)]
    euros = tuple(ceiling.euros for ceiling in found if ceiling is not None)
    return euros or None


def _known_category(household: HouseholdFacts) -> int | None:
    """The category demand worked out, each person beyond the sixth counted as one more."""
    known = household.income_category
    return None if known is None else known + household.income_category_extra_persons


def lowest_category(application: Application) -> int:
    """The category demand worked out, else the one that the number of persons alone gives."""
    return _known_category(application.household) or application.household.persons_for_ceiling


def held_against_a_ceiling(household: HouseholdFacts) -> int | None:
    """The year's income that counts: the one chosen under the regime, else that of N-2; None where not stated."""
    if household.ceiling_income_euros is not None:
        return household.ceiling_income_euros
    return household.reference_tax_income_euros


def certain_income(household: HouseholdFacts) -> int:
    """The income that may exclude: 0 where none is stated, no ceiling holds, or a préfet's order may lift it."""
    if household.ceiling_regime in _LIFTED:
        return 0
    return held_against_a_ceiling(household) or 0


def highest_category(application: Application) -> int:
    """The highest category the household may be in, as far as the facts tell.

    Annex of the arrêté of 29 July 1987: a young couple, a parent alone with dependants, and a household with a
    disabled person count one category higher. Where the category was not worked out, nobody said who is young or
    dependant, nor perhaps who is disabled: two persons may be a young couple or a parent and a child, one applicant
    with others may be a parent alone, and a need for an accessible home may go with a disability card.
    """
    household = application.household
    if (known := _known_category(household)) is not None:
        return known
    alone_with_others = len(application.person_ids) == 1 and household.persons_for_ceiling > 1
    may_be_disabled = bool(household.disabled_persons) or household.needs_wheelchair or household.needs_step_free
    higher = household.persons_for_ceiling == _COUPLE or alone_with_others or may_be_disabled
    return household.persons_for_ceiling + higher


def income(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """No home is let to a household above its ceiling (CCH L441-1, R441-1).

    Between the ceilings of the lowest and the highest category it may be in, or without a stated income, the
    household is to be verified: `unknown`, never excluded. No ceiling holds where a home too large is given back
    for another of the same landlord (`waived`, CCH L442-3-1); to another landlord, and under a préfet's order
    (`derogatory`, R441-1-1), an income above the ordinary ceiling is to be verified.
    """
    household = application.household
    if household.ceiling_regime is CeilingRegime.WAIVED and present_landlord(application) == basis.landlord is not None:
        return _finding(Verdict.FITS, "income.waived")
    declared = held_against_a_ceiling(household)
    table = ceilings_by_category(home.financing, home.commune, basis.on)
    if table is None:
        return _finding(Verdict.UNKNOWN, "income.no_ceiling_known", financing=home.financing.value)
    surely, possibly = table[lowest_category(application) - 1], table[highest_category(application) - 1]
    if declared is None:
        return _finding(Verdict.UNKNOWN, "income.not_stated", ceiling_euros=surely)
    if declared <= surely:
        return _finding(Verdict.FITS, "income.within_ceiling", ceiling_euros=surely, income_euros=declared)
    if household.ceiling_regime in _LIFTED:
        return _finding(Verdict.UNKNOWN, "income.regime_to_verify", ceiling_euros=possibly, income_euros=declared)
    if declared <= possibly:
        return _finding(Verdict.UNKNOWN, "income.category_to_verify", ceiling_euros=possibly, income_euros=declared)
    return _finding(Verdict.UNLAWFUL, "income.above_ceiling", ceiling_euros=possibly, income_euros=declared)


def _finding(verdict: Verdict, code: str, **facts: int | str) -> Finding:
    return Finding(rule=Rule.INCOME, verdict=verdict, code=code, facts=facts)
