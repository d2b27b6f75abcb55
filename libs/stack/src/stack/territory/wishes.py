"""What the synthetic applicants want: one to eight places around home, about two types, a rent they can bear."""

from dataclasses import dataclass

import numpy as np

from stack.territory.columns import Columns
from stack.territory.draw import Ints, categories
from stack.territory.figures import NUMBER_OF_PLACES, share
from stack.territory.geography import Geography
from stack.territory.households import NONE, Households, plus_ceiling

__all__ = ["MOST_PLACES", "TYPES_WANTED", "Wishes", "draw_wishes"]

MOST_PLACES = 8
_T1_SHARE = share("wishes.single_wants_t1")

TYPES_WANTED: tuple[tuple[tuple[tuple[int, ...], float], ...], ...] = (
    (
        ((1,), _T1_SHARE * 0.15),
        ((1, 2), _T1_SHARE * 0.85),
        ((2,), (1 - _T1_SHARE) * 0.15),
        ((2, 3), (1 - _T1_SHARE) * 0.85),
    ),
    (((2,), 0.1), ((2, 3), 0.7), ((3,), 0.05), ((2, 3, 4), 0.15)),
    (((3,), 0.1), ((2, 3), 0.2), ((3, 4), 0.5), ((2, 3, 4), 0.2)),
    (((4,), 0.1), ((3, 4), 0.6), ((3, 4, 5), 0.3)),
    (((4, 5), 0.7), ((4, 5, 6), 0.3)),
    (((5, 6), 0.6), ((4, 5, 6), 0.4)),
)
"""Types wanted by a household of 1, 2 … 6 and more persons, with their share.

The T1 of single persons is cited (`wishes.single_wants_t1`), the rest is an assumption around the usual grid of
landlords: about two types each, some larger than any policy allows.
"""
_RENT_SHARE_OF_INCOME = (0.28, 0.40)
_LEAST_RENT = 43_000
_LEAST_RENT_A_PERSON = 8_000
"""Assumption, in cents: below these a rent limit would shut out the whole stock; housing aid pays the difference."""
_NET_INCOME_OVER_TAX_INCOME = 1 / 0.9
"""The reference tax income is taken after the allowance of 10 % (CGI art. 83)."""


@dataclass(frozen=True, slots=True, eq=False)
class Wishes(Columns):
    places: Ints
    """Rows × MOST_PLACES, by preference; NONE behind the last."""
    neighbours: Ints
    """Rows × MOST_PLACES, 1 where the communes around are meant too."""
    types: Ints
    """Bit n-1 for a wanted Tn."""
    max_rent_cents: Ints
    """With charges, NONE without a limit."""
    min_area: Ints
    """Hundredths of a square metre, NONE without a wish."""


def draw_wishes(rng: np.random.Generator, geography: Geography, home: Ints, households: Households) -> Wishes:
    rows = len(home)
    places, neighbours = _places(rng, geography, home)
    return Wishes(
        places=places,
        neighbours=neighbours,
        types=_types(rng, households.persons),
        max_rent_cents=_max_rent(rng, households, geography.in_paris_and_neighbours[home]),
        min_area=np.where(rng.random(rows) < share("wishes.min_area"), _area(rng, households.persons), NONE),
    )


def _places(rng: np.random.Generator, geography: Geography, home: Ints) -> tuple[Ints, Ints]:
    """Drawn one after the other without return: the largest of log-weight plus Gumbel noise come first."""
    with np.errstate(divide="ignore"):
        weight = np.log(geography.attraction)[home]
    preference = np.argsort(-(weight + rng.gumbel(size=weight.shape)), axis=1, kind="stable")[:, :MOST_PLACES]
    number = 1 + categories(rng, NUMBER_OF_PLACES, len(home))
    chosen = np.full((len(home), MOST_PLACES), NONE, dtype=np.int64)
    width = preference.shape[1]
    chosen[:, :width] = np.take_along_axis(geography.within_reach[home], preference, axis=1)
    beyond = np.arange(MOST_PLACES) >= number[:, None]
    wide = rng.random(chosen.shape) < share("wishes.neighbours_too")
    return np.where(beyond, NONE, chosen), (wide & ~beyond & (chosen != NONE)).astype(np.int64)


def _types(rng: np.random.Generator, persons: Ints) -> Ints:
    chosen = np.zeros(len(persons), dtype=np.int64)
    size = np.minimum(persons, len(TYPES_WANTED)) - 1
    for number, wanted in enumerate(TYPES_WANTED):
        mine = size == number
        masks = np.array([sum(1 << (rooms - 1) for rooms in types) for types, _ in wanted])
        chosen[mine] = masks[categories(rng, [weight for _, weight in wanted], int(mine.sum()))]
    return chosen


def _max_rent(rng: np.random.Generator, households: Households, central: Ints) -> Ints:
    """What the income bears, at least what housing aid makes possible; by tens of euros."""
    typical = plus_ceiling(households.persons_for_ceiling, central) / 2
    income = np.where(households.income_euros == NONE, typical, households.income_euros)
    least, most = _RENT_SHARE_OF_INCOME
    borne = income * _NET_INCOME_OVER_TAX_INCOME / 12 * (least + (most - least) * rng.random(len(income))) * 100
    floor = _LEAST_RENT + _LEAST_RENT_A_PERSON * (households.persons - 1)
    limit = np.rint(np.maximum(borne, floor) / 1000).astype(np.int64) * 1000
    return np.where(rng.random(len(income)) < share("wishes.no_rent_limit"), NONE, limit)


def _area(rng: np.random.Generator, persons: Ints) -> Ints:
    """A least area of up to half as much again as one room's worth a person, by square metres."""
    return np.rint((12 + 13 * persons) * (1 + rng.random(len(persons)) / 2)).astype(np.int64) * 100
