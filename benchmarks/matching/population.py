"""Applications shaped like Île-de-France's, as columns of what the index keeps: millions in a minute.

Persons, incomes, places and rents are drawn by the territory generator that the demo has. What a territory's rubrics
give is drawn from what its real policy gave to some hundreds of random households; entries, scales and bases follow
`matching.domain.posting` (the tests hold the engine to the rules; here all engines rank the same columns).
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from contracts.demand import ApplicationStatus, HouseholdFacts, Wishes
from contracts.household import Priority, Reason
from contracts.values import DwellingType, WantedPlace
from law.occupation import min_surface
from matching.domain import posting as index
from matching.domain.application import Application
from matching.domain.place import bucket
from matching.domain.policy import InForce, Policy
from matching.domain.rules.typology import adequate
from matching.domain.score import month_of, place_points, standing_points
from policy.scoring import gated_points
from reference import communes
from stack.territory import Applications, Territory, application_chunk
from stack.territory.applications import KINDS
from stack.territory.households import NONE

__all__ = ["GATES", "Population", "households", "population", "territory"]

GATES = 6
_SAMPLES = 400
_MOST_PERSONS = 20
_TYPES = [kind for kind in DwellingType if kind is not DwellingType.UNKNOWN]
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """`applications` one a line; `rows` one an application and territory; `entries` one a row, place and type."""

    applications: dict[str, Array]
    rows: dict[str, Array]
    entries: dict[str, Array]

    def __len__(self) -> int:
        return len(self.applications["id"])


def territory(applications: int) -> Territory:
    """The region with as many applications as asked for: past 780,000 those of the whole country, there."""
    return Territory("idf", 2026, communes.places(region="11"), 1_300_000, applications)


def population(size: int, policies: InForce, done: Callable[[int], None]) -> Population:
    """`size` standing applications; the few that no type suits are not among them."""
    drawn = territory(size)
    wanted = _Wanted(drawn, policies)
    pieces = []
    for chunk in drawn.application_chunks():
        pieces.append(wanted.of(application_chunk(drawn, chunk), chunk))
        done(len(pieces[-1][0]["id"]))
    return _joined(pieces)


def _joined(pieces: list[tuple[dict[str, Array], dict[str, Array], dict[str, Array]]]) -> Population:
    application, row = 0, 0
    for applications, rows, entries in pieces:
        rows["application"] += application
        entries["row"] += row
        application += len(applications["id"])
        row += len(rows["scale"])
    whole = [
        {name: np.concatenate([piece[part][name] for piece in pieces]) for name in pieces[0][part]} for part in range(3)
    ]
    return Population(applications=whole[0], rows=whole[1], entries=whole[2])


class _Wanted:
    """Which rows and entries the columns of a chunk come to."""

    def __init__(self, drawn: Territory, policies: InForce) -> None:
        self._on = policies.on
        self._policies = policies.policies
        self._reached = np.array(
            [
                [
                    [policy in policies.reached(code, neighbours=wide) for policy in self._policies]
                    for wide in (False, True)
                ]
                for code in drawn.places
            ]
        )
        self._bucket = np.array(
            [
                [[bucket(code, neighbours=wide, dwelling_type=kind) for kind in _TYPES] for wide in (False, True)]
                for code in drawn.places
            ],
            dtype=np.int64,
        )
        self._least = np.array([round(min_surface(n, self._on) * 100) for n in range(1, _MOST_PERSONS + 1)])
        self._adequate = np.array(
            [
                [[adequate(kind, n, policy) for kind in _TYPES] for n in range(1, _MOST_PERSONS + 1)]
                for policy in self._policies
            ]
        )
        self._points = [_rubrics(policy, self._on) for policy in self._policies]

    def of(self, drawn: Applications, chunk: int) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
        rng = np.random.default_rng([20_261_122, chunk])
        there = drawn.wishes.places != NONE
        place, wide = np.where(there, drawn.wishes.places, 0), drawn.wishes.neighbours
        types = (drawn.wishes.types[:, None] >> np.arange(len(_TYPES))) & 1 > 0
        rows, entries, first = [], [], 0
        for number, policy in enumerate(self._policies):
            reached = there & self._reached[place, wide, number]
            wanted = types & self._adequate[number, drawn.households.persons - 1]
            mine = np.flatnonzero(reached.any(axis=1) & wanted.any(axis=1))
            scale, points, gated = self._standing(number, policy, drawn, mine, rng)
            rows.append({"application": mine, "scale": scale, "gated": gated})
            row, preference, kind = np.nonzero(reached[mine][:, :, None] & wanted[mine][:, None, :])
            by_preference = np.array([place_points(rank, policy.scoring) for rank in range(place.shape[1])])
            entries.append(
                {
                    "row": first + row,
                    "bucket": self._bucket[place[mine[row], preference], wide[mine[row], preference], kind],
                    "base": points[row] + by_preference[preference],
                }
            )
            first += len(mine)
        columns = self._predicates(drawn, rng)
        return _only_standing(columns, _stacked(rows), _stacked(entries))

    def _standing(
        self, number: int, policy: Policy, drawn: Applications, mine: Array, rng: np.random.Generator
    ) -> tuple[Array, Array, Array]:
        """Scale, points that no place changes, and gated points of an application in a territory."""
        month = month_of(self._on)
        registered = _months(drawn.registered_on[mine])
        scale, seniority = np.zeros(len(mine), dtype=np.int64), np.zeros(len(mine), dtype=np.int64)
        for at, kind in enumerate(KINDS):
            formula = policy.scoring.seniority_of(kind)
            of_kind = drawn.kind[mine] == at
            capped = of_kind & (formula.cap_months is not None) & (month - registered >= (formula.cap_months or 0))
            running = -formula.points_per_month * registered
            seniority[of_kind] = np.where(capped, formula.points_per_month * (formula.cap_months or 0), running)[
                of_kind
            ]
            running_scale = index._scale(policy, policy.scoring.formulas.index(formula), capped=False)  # noqa: SLF001
            scale[of_kind] = running_scale + capped[of_kind]
        points, gated = self._points[number]
        which = rng.integers(0, _SAMPLES, len(mine))
        kinds = drawn.kind[mine]
        return scale, seniority + points[kinds, which], gated[kinds, which]

    def _predicates(self, drawn: Applications, rng: np.random.Generator) -> dict[str, Array]:
        of, wishes, size = drawn.households, drawn.wishes, len(drawn)
        alone = (of.applicants == 1) & (of.persons_for_ceiling > 1)
        may_count_more = (of.persons_for_ceiling == 2) | alone | (of.wheelchair > 0) | (of.step_free > 0)
        latest = self._on.toordinal() + rng.integers(20, 300, size)
        asked = {
            name: rng.random(size) < share for name, share in (("lift", 0.08), ("outdoor", 0.05), ("parking", 0.05))
        }
        return {
            "id": rng.integers(0, 256, (size, 16), dtype=np.uint8),
            "registered_on": drawn.registered_on,
            "month": _months(drawn.registered_on),
            "max_rent": wishes.max_rent_cents,
            "rent_below": np.where(rng.random(size) < 0.05, rng.integers(25_000, 70_000, size), 2**31 - 1),
            "needed_area": np.maximum(self._least[of.persons - 1], wishes.min_area),
            "income": np.maximum(of.income_euros, 0),
            "category": of.persons_for_ceiling + may_count_more,
            "max_floor": np.where(of.max_floor == NONE, index.ANY_FLOOR, of.max_floor),
            "lowest_floor": np.where(rng.random(size) < 0.05, 1, -100),
            "highest_floor": np.where(rng.random(size) < 0.05, rng.integers(1, 6, size), index.ANY_FLOOR),
            "needs": of.wheelchair * 1
            + of.step_free * 2
            + asked["lift"] * 4
            + asked["outdoor"] * 8
            + asked["parking"] * 16,
            "latest_on": np.where(rng.random(size) < 0.05, latest, 2**31 - 1),
        }


def _only_standing(
    columns: dict[str, Array], rows: dict[str, Array], entries: dict[str, Array]
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """Without applications that have no row; rows and entries in the order of applications."""
    order = np.argsort(rows["application"], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = {name: column[order] for name, column in rows.items()}
    entries = entries | {"row": place[entries["row"]]}
    by_row = np.argsort(entries["row"], kind="stable")
    standing, rows["application"] = np.unique(rows["application"], return_inverse=True)
    return (
        {name: column[standing] for name, column in columns.items()},
        rows,
        {name: column[by_row] for name, column in entries.items()},
    )


def _stacked(parts: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _months(ordinals: Array) -> Array:
    days = (ordinals - dt.date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1


def _rubrics(policy: Policy, on: dt.date) -> tuple[Array, Array]:
    """Standing and gated points of random households of each kind, as the policy counts them."""
    points, gated = np.zeros((len(KINDS), _SAMPLES), dtype=np.int64), np.zeros((len(KINDS), _SAMPLES, GATES), np.int64)
    for at, one in enumerate(households(len(KINDS) * _SAMPLES)):
        kind, number = divmod(at, _SAMPLES)
        points[kind, number] = standing_points(one, policy, on)
        if policy.scoring.gated:
            found = gated_points(policy, one, on)
            gated[kind, number, : len(found)] = found
    return points, gated


def households(number: int) -> list[Application]:
    """Random households with facts such as demand tells, as many of each kind one after the other."""
    chance = random.Random(5)
    reasons = [one for one in Reason if one is not Reason.UNKNOWN]
    priorities = [one for one in Priority if one is not Priority.UNKNOWN]
    return [_household(chance, at * len(KINDS) // number, reasons, priorities) for at in range(number)]


def _household(chance: random.Random, kind: int, reasons: list[Reason], priorities: list[Priority]) -> Application:
    persons = chance.choices(range(1, 7), [38, 22, 16, 13, 8, 3])[0]
    return Application(
        id=UUID(int=chance.getrandbits(128), version=4),
        version=1,
        kind=KINDS[kind],
        status=ApplicationStatus.ACTIVE,
        registered_on=dt.date(2026, 10, 1) - dt.timedelta(days=int(chance.expovariate(1 / 900))),
        person_ids=(UUID(int=chance.getrandbits(128), version=4),),
        household=HouseholdFacts(
            persons_for_occupancy=persons,
            persons_for_ceiling=persons,
            reference_tax_income_euros=int(chance.lognormvariate(9.9, 0.5)),
            over_occupied=chance.random() < 0.15,
            effort_percent=chance.choice((18.0, 25.0, 32.0, 45.0)),
            disabled_persons=int(chance.random() < 0.08),
            first_quartile=chance.random() < 0.3,
            reasons=tuple(chance.sample(reasons, chance.randint(0, 2))),
            priorities=tuple(chance.sample(priorities, int(chance.random() < 0.15))),
        ),
        wishes=Wishes(
            places=(WantedPlace(commune="75118", neighbours=True),),
            dwelling_types=(DwellingType.T2, DwellingType.T3),
            max_rent_cents=chance.randrange(35_000, 110_000, 500),
        ),
    )
