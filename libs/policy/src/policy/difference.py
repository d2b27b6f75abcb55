"""What another version changes, in words."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from contracts.values import ApplicationKind
from policy.expression import Predicate
from policy.model import Criterion, Policy, Pool, Rubric, Target, Widening

__all__ = ["changes"]

_PLAIN = {
    "state": "state",
    "illustrative": "illustrative",
    "shortlist_size": "households shown in order",
    "calls_at_once": "households called at once",
    "days_to_answer": "days to answer a call",
    "most_live": "calls a household may have at a time",
    "days_to_answer_offer": "days to answer an offer",
    "days_to_designate": "days to designate candidates",
    "visit_valid_months": "months an advice visit holds",
    "between_participants_only": "only participants move between landlords",
    "contract_may_move": "a signed self-renovation contract means “may move”",
    "signatories": "signatories",
    "deliberation": "deliberation",
}
_OF_SCORING = {
    "points_by_place_rank": "points by order of choice",
    "rent_percent_per_point": "percent below the rent limit for a point",
    "rent_most": "most points for rent headroom",
    "area_m2_per_point": "square metres beyond need that cost a point",
    "area_most": "most points for a fitting area",
    "points_per_refusal": "points taken off for a refused offer",
    "refusals_counted": "refused offers that count",
    "points_for_rights_owed": "points for a right owed to the holder",
}

_NO_WIDENING = Widening((), 0)


def changes(before: Policy, after: Policy) -> list[str]:
    """A sentence a change, in the order of the file; nothing where only comments differ."""
    return [*_general(before, after), *_typology(before, after), *_targets(before, after), *_scoring(before, after)]


def _general(before: Policy, after: Policy) -> Iterator[str]:
    yield from _fields(before, after, _PLAIN)
    yield from _pool(before.pool, after.pool)
    yield from _fields(before.widening or _NO_WIDENING, after.widening or _NO_WIDENING, {
        "steps": "wishes widened for a home that is hard to let",
        "rent_percent": "percent above the rent limit for a home that is hard to let",
    })  # fmt: skip
    yield from _fields(before.affordability, after.affordability, {
        "most_effort_percent": "highest effort, in percent",
        "least_residual_euros_per_day": "least residual income, in euros a day and consumption unit",
    })  # fmt: skip
    if before.first_quartile != after.first_quartile:
        old_one, new_one = (_said(one and one.threshold_euros) for one in (before.first_quartile, after.first_quartile))
        yield f"threshold of the first quartile, in euros a year and consumption unit: {old_one} → {new_one}."
    yield from _mapping("share of the flow, in percent:", before.reservation_percent, after.reservation_percent)
    yield from _mapping("worth of a home left behind,", before.freed_home_points, after.freed_home_points)
    old, new = (dict(policy.adhesions) for policy in (before, after))
    yield from (f"landlord {siren} adheres from {day}." for siren, day in new.items() if siren not in old)
    yield from (f"landlord {siren} no longer adheres." for siren in old if siren not in new)


def _pool(before: Pool | None, after: Pool | None) -> Iterator[str]:
    if before is None or after is None:
        if before != after:
            yield f"like homes share their calls: {_said(before is not None)} → {_said(after is not None)}."
        return
    yield from _fields(before, after, {
        "area_percent": "like homes, percent between areas",
        "rent_percent": "like homes, percent between rents",
        "days": "like homes, days between the dates they come free",
    })  # fmt: skip


def _typology(before: Policy, after: Policy) -> Iterator[str]:
    for persons in range(1, max(len(before.typology.usual), len(after.typology.usual)) + 1):
        for what, old, new in (
            ("usual", before.typology.usual_for(persons), after.typology.usual_for(persons)),
            ("allowed", before.typology.allowed_for(persons), after.typology.allowed_for(persons)),
        ):
            if old != new:
                said = "1 person" if persons == 1 else f"{persons} persons"
                yield f"types {what} for {said}: {_said(sorted(old))} → {_said(sorted(new))}."
    yield from _fields(before.typology, after.typology, {"births": "expected births", "custody": "shared custody"})


def _targets(before: Policy, after: Policy) -> Iterator[str]:
    yield from _named("target group", before.targets, after.targets, _target)


def _target(name: str, old: Target, new: Target) -> Iterator[str]:
    yield from _predicate(f"target group {name}", old.when, new.when)
    yield from _predicate(f"target group {name}, homes", old.homes, new.homes)


def _scoring(before: Policy, after: Policy) -> Iterator[str]:
    old, new = before.scoring, after.scoring
    for kind in (ApplicationKind.TRANSFER, ApplicationKind.SPLIT, ApplicationKind.FIRST):
        one, other = old.seniority_of(kind), new.seniority_of(kind)
        if one.points_per_month != other.points_per_month:
            yield f"points a month of waiting, {kind.value}: {one.points_per_month} → {other.points_per_month}."
        if one.cap_months != other.cap_months:
            caps = [f"{cap} months" if cap else "no cap" for cap in (one.cap_months, other.cap_months)]
            yield f"cap of the wait that counts, {kind.value}: {caps[0]} → {caps[1]}."
    yield from _mapping("points for a", old.points_by_kind, new.points_by_kind)
    yield from _fields(old, new, _OF_SCORING)
    yield from _named("rubric", old.rubrics, new.rubrics, _rubric)


def _rubric(name: str, old: Rubric, new: Rubric) -> Iterator[str]:
    if old.cumulation is not new.cumulation:
        yield f"rubric {name}: criteria count by {old.cumulation.value} → {new.cumulation.value}."
    if old.kinds != new.kinds:
        yield f"rubric {name}: populations {_said(sorted(old.kinds))} → {_said(sorted(new.kinds))}."
    yield from _predicate(f"rubric {name}, homes", old.homes, new.homes)
    yield from _named(f"rubric {name}, criterion", old.criteria, new.criteria, lambda *of: _criterion(name, *of))


def _criterion(rubric: str, name: str, old: Criterion, new: Criterion) -> Iterator[str]:
    if old.points != new.points:
        yield f"rubric {rubric}, criterion {name}: {old.points} → {new.points} points."
    yield from _predicate(f"rubric {rubric}, criterion {name}", old.when, new.when)


def _named(what: str, old: Any, new: Any, compare: Any) -> Iterator[str]:
    """Parts that are known again by their names."""
    before, after = ({one.name: one for one in parts} for parts in (old, new))
    for name, one in after.items():
        if name in before:
            yield from compare(name, before[name], one)
        else:
            worth = f" ({one.points} points when {one.when.text})" if isinstance(one, Criterion) else ""
            yield f"{what} {name} is new{worth}."
    yield from (f"{what} {name} is gone." for name in before if name not in after)


def _predicate(what: str, old: Predicate | None, new: Predicate | None) -> Iterator[str]:
    if old != new:
        texts = ["any" if one is None else f"“{one.text.strip()}”" for one in (old, new)]
        yield f"{what}: {texts[0]} → {texts[1]}."


def _fields(old: object, new: object, words: Mapping[str, str]) -> Iterator[str]:
    for name, what in words.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{what}: {_said(before)} → {_said(after)}."


def _mapping(what: str, old: Mapping[Any, int], new: Mapping[Any, int]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key, 0) != new.get(key, 0):
            yield f"{what} {_said(key)}: {old.get(key, 0)} → {new.get(key, 0)}."


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value)) or "none"
    return "none" if value is None else str(value)
