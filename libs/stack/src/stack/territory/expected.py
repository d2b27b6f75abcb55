"""Which alerts must arrive: a plain check, written from the rules of the field and the text of the policy.

It shares no code with the services that call and tell households: what both get right is right, and where they differ
one of them is wrong. For each vacancy, whoever wants such a home there and can have it (`eligible`) is ordered by
score, then by seniority, then by the lot (an adapted home first by whom it is for); as many as the policy calls at
once are called; and each of their persons is told on every channel with an address and a recorded yes.

Each home is ranked by itself. The limit of a household's live calls (`most_live`) and pools of like homes look at
several, so whoever compares chooses homes where neither takes hold (`stack.demo.plan`) or runs under policies without
them (`stack.policies.without_limits`).
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from contracts.values import Channel, DwellingFacts
from stack.territory.applications import CHANNELS, KINDS, Applications
from stack.territory.draw import Ints
from stack.territory.eligibility import Wishers, allowed, classes, needed_area
from stack.territory.policy_text import PolicyText, policy_texts
from stack.territory.predicates import holds_for, home_holds

__all__ = ["Alert", "Expected", "expected_alerts"]


_NO_CAP = 10**6
"""Months nobody waits."""


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """One message that must arrive exactly once."""

    vacancy_id: UUID
    application_id: UUID
    person_id: UUID
    channel: Channel


@dataclass(frozen=True, slots=True)
class Expected:
    calls: dict[UUID, tuple[UUID, ...]]
    """Vacancy → the applications called for it, the first one first."""
    alerts: frozenset[Alert]
    undecided: frozenset[UUID]
    """Vacancies where the lot alone says who is the last to be called, and whose seed nobody has told yet: of them any
    choice among equals is as right as the one in `calls`."""

    def alerts_by_vacancy(self) -> Mapping[UUID, list[Alert]]:
        """Those of each home; none for a home that nobody hears of."""
        told = defaultdict[UUID, list[Alert]](list)
        for alert in self.alerts:
            told[alert.vacancy_id].append(alert)
        return told


def expected_alerts(
    applications: Applications,
    vacancies: Iterable[tuple[UUID, DwellingFacts]],
    *,
    policies: Path,
    on: dt.date,
    available_on: Mapping[UUID, dt.date] | None = None,
    seeds: Mapping[UUID, str] | None = None,
    landlords: Mapping[UUID, str] | None = None,
) -> Expected:
    """The first calls for each vacancy and the alerts they lead to, while nobody has answered yet.

    `vacancies` gives each with its home at the rent of re-letting; `on` is the day they are ranked, `policies` the
    folder of policies; `available_on` says when each home comes free: they are counted for that day where it is ahead.
    `seeds` are those of draws that were told, in hexadecimal, as `parcours draw verify` reads them. `landlords` says by
    SIREN whose each home is: what only its own tenants are refused is looked at where it does.

    Raises:
        FileNotFoundError: the folder holds no policy.
    """
    in_force, wishers = policy_texts(policies, on), Wishers(applications)
    calls: dict[UUID, tuple[UUID, ...]] = {}
    alerts: list[Alert] = []
    undecided: set[UUID] = set()
    for vacancy_id, home in vacancies:
        free_on = (available_on or {}).get(vacancy_id)
        lot = _lots(applications, vacancy_id, (seeds or {}).get(vacancy_id))
        policy = in_force.of(home.commune)
        landlord = (landlords or {}).get(vacancy_id)
        rows, parted_by_lot = _called(applications, wishers, policy, home, landlord, on, free_on, lot)
        if parted_by_lot and vacancy_id not in (seeds or {}):
            undecided.add(vacancy_id)
        calls[vacancy_id] = tuple(_id(applications, row) for row in rows)
        for row, application_id in zip(rows, calls[vacancy_id], strict=True):
            alerts += _alerts(applications, row, vacancy_id, application_id)
    return Expected(calls=calls, alerts=frozenset(alerts), undecided=frozenset(undecided))


def _lots(applications: Applications, vacancy_id: UUID, seed: str | None) -> Callable[[int], bytes]:
    """The lot of each row; by its id alone where no seed was told."""

    def lot(row: int) -> bytes:
        name = _id(applications, row)
        return name.bytes if seed is None else hashlib.sha256(f"{seed}:{vacancy_id}:{name}".encode()).digest()

    return lot


def _called(
    applications: Applications,
    wishers: Wishers,
    policy: PolicyText,
    home: DwellingFacts,
    landlord: str | None,
    on: dt.date,
    available_on: dt.date | None,
    lot: Callable[[int], bytes],
) -> tuple[list[int], bool]:
    """The rows in order, and whether the lot alone parts the last of them from the next."""
    rows, preference = wishers.of(home.commune, home.dwelling_type)
    fits = allowed(applications, rows, home, policy, on, available_on, landlord)
    rows, preference = rows[fits], preference[fits]
    moved_on = on if available_on is None else max(on, available_on)
    score = _score(applications, rows, preference, home, policy, moved_on)
    first = classes(applications, rows, home, on)
    day = applications.registered_on[rows]
    places = min(policy.called_at_once, policy.shortlist)
    order = np.lexsort((day, -score, first)).tolist()

    def but_for_the_lot(at: int) -> tuple[int, int, int]:
        return int(first[at]), -int(score[at]), int(day[at])

    parted_by_lot = len(order) > places and but_for_the_lot(order[places - 1]) == but_for_the_lot(order[places])
    last = but_for_the_lot(order[places - 1]) if len(order) > places else None
    near = [at for at in order if last is None or but_for_the_lot(at) <= last]
    ranked = sorted(near, key=lambda at: (*but_for_the_lot(at), lot(int(rows[at]))))
    return [int(rows[at]) for at in ranked[:places]], parted_by_lot


def _score(
    applications: Applications, rows: Ints, preference: Ints, home: DwellingFacts, policy: PolicyText, on: dt.date
) -> Ints:
    """Points of all rubrics, whole numbers rounded down."""
    calendar = [dt.date.fromordinal(day) for day in np.unique(applications.registered_on[rows])]
    months = np.array([(on.year - day.year) * 12 + on.month - day.month for day in calendar], dtype=np.int64)
    at = np.searchsorted([day.toordinal() for day in calendar], applications.registered_on[rows])
    waited, kinds = months[at] if len(rows) else np.zeros(0, dtype=np.int64), applications.kind[rows]
    rate = np.array([policy.seniority[kind][0] for kind in KINDS])[kinds]
    cap = np.array([_NO_CAP if policy.seniority[kind][1] is None else policy.seniority[kind][1] for kind in KINDS])
    seniority = rate * np.minimum(waited, cap[kinds])
    by_kind = np.array([policy.points_by_kind[kind] for kind in KINDS])[kinds]
    by_place = np.array(policy.points_by_preference)[np.minimum(preference, len(policy.points_by_preference) - 1)]
    limit = applications.wishes.max_rent_cents[rows]
    limited = limit > 0
    percent_below = (limit - home.rent_cents) * 100 // np.where(limited, limit, 1)
    headroom = np.where(limited, np.minimum(policy.rent_most, percent_below // policy.rent_percent_per_point), 0)
    beyond = np.maximum(0, round(home.living_area_m2 * 100) - needed_area(applications, rows))
    fit = np.maximum(0, policy.area_most - beyond // (policy.area_m2_per_point * 100))
    worth = np.array(policy.freed_home)
    left = applications.left_rooms[rows]
    freed = np.where(left > 0, np.maximum(0, worth[left] - worth[int(home.dwelling_type.value[1:])]), 0)
    local = _rubrics(applications, rows, home, policy) - _refusals(applications, rows, policy)
    return np.asarray(seniority + by_kind + by_place + headroom + fit + freed + local, dtype=np.int64)


def _rubrics(applications: Applications, rows: Ints, home: DwellingFacts, policy: PolicyText) -> Ints:
    total = np.zeros(len(rows), dtype=np.int64)
    for rubric in policy.rubrics:
        if rubric.homes is not None and not home_holds(rubric.homes, home):
            continue
        points = [holds_for(when, applications, rows) * worth for when, worth in rubric.criteria]
        counted = np.max(points, axis=0) if rubric.strongest_only else np.sum(points, axis=0)
        among = np.array([kind.value in rubric.kinds for kind in KINDS])[applications.kind[rows]]
        total += np.where(among, counted, 0)
    return total


def _refusals(applications: Applications, rows: Ints, policy: PolicyText) -> Ints:
    each, counted = policy.refusal
    refused = [(more and more["household"].get("refused_offers")) or 0 for more in applications.more[rows].tolist()]
    return each * np.minimum(np.array(refused, dtype=np.int64), counted)


def _alerts(applications: Applications, row: int, vacancy_id: UUID, application_id: UUID) -> list[Alert]:
    index = int(applications.index[row])
    return [
        Alert(vacancy_id, application_id, applications.names.person(index, slot), channel)
        for slot in range(int(applications.households.applicants[row]))
        for bit, channel in enumerate(CHANNELS)
        if applications.channels[row, slot] >> bit & 1
    ]


def _id(applications: Applications, row: int) -> UUID:
    return applications.names.application(int(applications.index[row]))
