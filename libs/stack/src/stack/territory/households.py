"""Who the synthetic applicants are for the rules: persons, income, needs."""

from dataclasses import dataclass

import numpy as np

from reference import ceilings
from reference.ceilings import Financing
from reference.zones import CeilingZone
from stack.territory.columns import Columns
from stack.territory.draw import Floats, Ints, categories
from stack.territory.extent import AS_OF
from stack.territory.figures import CHILDREN_OF_COUPLES, CHILDREN_OF_SINGLE_PARENTS, share, value

__all__ = ["NONE", "Households", "draw_households", "plus_ceiling"]

NONE = -1
"""Not stated: no income, no limit, no place."""
_SINGLE, _COUPLE_WITH_CHILDREN, _SINGLE_PARENT, _COUPLE = range(4)
_MOST_PERSONS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Households(Columns):
    persons: Ints
    """For occupancy and for the type of home."""
    persons_for_ceiling: Ints
    income_euros: Ints
    """Reference tax income, NONE where not stated."""
    applicants: Ints
    """1, or 2 with a co-applicant."""
    wheelchair: Ints
    step_free: Ints
    max_floor: Ints
    """Highest floor without a lift, NONE where stairs are no matter."""


def draw_households(rng: np.random.Generator, transfer: Ints, central: Ints) -> Households:
    """One household a row; `transfer` and `central` (lives in Paris or around it) are 0 or 1."""
    rows = len(transfer)
    alone = share("household.single")
    others = np.array([value(f"household.{name}") for name in ("couple_with_children", "single_parent", "couple")])
    composition = categories(rng, [alone, *(others / others.sum() * (1 - alone))], rows)
    of_couples = 1 + categories(rng, CHILDREN_OF_COUPLES, rows)
    of_parents = 1 + categories(rng, CHILDREN_OF_SINGLE_PARENTS, rows)
    children = np.where(composition == _COUPLE_WITH_CHILDREN, of_couples, 0)
    children = np.where(composition == _SINGLE_PARENT, of_parents, children)
    couple = (composition == _COUPLE) | (composition == _COUPLE_WITH_CHILDREN)
    persons = 1 + couple + children
    one_less = (children > 0) & (rng.random(rows) < share("household.ceiling_counts_one_less"))
    for_ceiling = persons - one_less
    both_sign = couple & (rng.random(rows) < share("household.co_applicant"))
    wheelchair, step_free, max_floor = _needs(rng, transfer)
    return Households(
        persons=persons,
        persons_for_ceiling=for_ceiling,
        income_euros=_income(rng, for_ceiling, central),
        applicants=1 + both_sign.astype(np.int64),
        wheelchair=wheelchair,
        step_free=step_free,
        max_floor=max_floor,
    )


def plus_ceiling(persons: Ints, central: Ints) -> Floats:
    """The PLUS ceiling of a household where it lives, by persons alone."""
    table = np.array(
        [
            [
                ceilings.income_ceiling_for_persons(Financing.PLUS, zone, persons=number, on=AS_OF).euros
                for number in range(1, _MOST_PERSONS + 1)
            ]
            for zone in (CeilingZone.REST_OF_ILE_DE_FRANCE, CeilingZone.PARIS_AND_NEIGHBOURS)
        ],
        dtype=np.float64,
    )
    return np.asarray(table[central, persons - 1], dtype=np.float64)


def _income(rng: np.random.Generator, persons: Ints, central: Ints) -> Ints:
    ratio = value("income.median_to_plus") * np.exp(value("income.spread") * rng.standard_normal(len(persons)))
    income = np.rint(ratio * plus_ceiling(persons, central)).astype(np.int64)
    return np.where(rng.random(len(persons)) < share("income.unknown"), NONE, income)


def _needs(rng: np.random.Generator, transfer: Ints) -> tuple[Ints, Ints, Ints]:
    rate = np.where(transfer == 1, share("needs.among_transfers"), share("needs.among_others"))
    needing = rng.random(len(transfer)) < rate
    need = categories(rng, [value(f"needs.{name}") for name in ("wheelchair", "step_free", "low_floor")], len(transfer))
    wheelchair = needing & (need == 0)
    step_free = needing & (need <= 1)
    floor = np.where(needing & (need == 2), rng.integers(0, 3, len(transfer)), NONE)  # noqa: PLR2004 - the third need
    return wheelchair.astype(np.int64), step_free.astype(np.int64), floor
