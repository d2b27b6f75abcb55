"""Predicates of a policy file, answered for many households at once: part of the plain check.

The text of a predicate is a subset of Python's grammar, so Python reads it (`ast`), and this module walks what it read
over columns. It shares no code with the library that services use; what is not known stays unknown, by Kleene.
"""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from contracts.household import Reason
from contracts.values import DwellingFacts
from stack.territory.applications import KINDS, Applications
from stack.territory.draw import Ints
from stack.territory.households import NONE

__all__ = ["Answer", "holds_for", "home_holds"]

_ORDERS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class Answer(NamedTuple):
    """For each row a value, and whether it is known."""

    value: Any
    known: Any


def holds_for(text: str, applications: Applications, rows: Ints) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Whether a predicate is known to hold, row by row."""
    answer = _walk(_read(text), lambda name: _column(name, applications, rows))
    return np.asarray(answer.value & answer.known, dtype=np.bool_)


def home_holds(text: str, home: DwellingFacts) -> bool:
    """Whether a predicate on homes is known to hold."""
    answer = _walk(_read(text), lambda name: _of_home(name, home))
    return bool((answer.value & answer.known)[0])


@lru_cache
def _read(text: str) -> ast.expr:
    return ast.parse(text.strip(), mode="eval").body


def _walk(node: ast.expr, fact: Callable[[str], Answer]) -> Answer:
    match node:
        case ast.BoolOp():
            parts = [_walk(part, fact) for part in node.values]
            settles = isinstance(node.op, ast.Or)
            settled = np.logical_or.reduce([part.known & (part.value == settles) for part in parts])
            known = np.logical_and.reduce([part.known for part in parts]) | settled
            return Answer(settled if settles else known & ~settled, known)
        case ast.UnaryOp(op=ast.Not()):
            inner = _walk(node.operand, fact)
            return Answer(~inner.value.astype(bool), inner.known)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            one, other = _walk(left, fact), _walk(right, fact)
            return Answer(_compare(operator, one.value, other.value), one.known & other.known)
        case ast.Constant() | ast.List() | ast.UnaryOp():
            return Answer(ast.literal_eval(node), np.True_)
        case ast.Name() | ast.Attribute():
            return fact(ast.unparse(node))
    raise ValueError(f"{ast.unparse(node)} is no predicate of a policy.")


def _compare(operator: ast.cmpop, one: Any, other: Any) -> Any:
    if isinstance(operator, ast.In | ast.NotIn):
        if isinstance(other, list):
            inside = np.isin(one, other)
        else:
            inside = np.fromiter((one in said for said in other), dtype=np.bool_, count=len(other))
        return ~inside if isinstance(operator, ast.NotIn) else inside
    return _ORDERS[type(operator)](one, other)


def _column(name: str, applications: Applications, rows: Ints) -> Answer:
    households, everyone = applications.households, np.ones(len(rows), dtype=np.bool_)
    income = households.income_euros[rows]
    drawn: Mapping[str, Answer] = {
        "kind": Answer(np.array([kind.value for kind in KINDS])[applications.kind[rows]], everyone),
        "persons": Answer(households.persons[rows].astype(float), everyone),
        "persons_for_ceiling": Answer(households.persons_for_ceiling[rows].astype(float), everyone),
        "reference_tax_income": Answer(income.astype(float), income != NONE),
        "needs_wheelchair": Answer(households.wheelchair[rows] == 1, everyone),
        "needs_step_free": Answer(households.step_free[rows] == 1, everyone),
    }
    if name in ("reasons", "priorities"):
        return _sets(name, applications, rows)
    if name in drawn:
        return drawn[name]
    values, known = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for at, row in enumerate(rows.tolist()):
        more = applications.more[row]
        if more is not None and (value := _told(name, more, int(households.persons[row]))) is not None:
            values[at], known[at] = value, True
    return Answer(values.astype(bool) if name in _FLAGS else values, known)


_FLAGS = ("first_quartile", "over_occupied", "under_occupied", "current_in_priority_district")
_SAME_NAME = (*_FLAGS[:3], "persons_for_type", "minors", "income_category", "effort_percent", "occupation_index",
              "disabled_persons", "eldest_born_in")  # fmt: skip


def _told(name: str, more: Mapping[str, Any], persons: int) -> float | None:
    """A fact that only registered applications tell."""
    household, home = more["household"], more.get("current_home") or {}
    if name in _SAME_NAME:
        return _number(household.get(name))
    resources, units = _number(household.get("monthly_resources_cents")), household.get("consumption_units")
    area, rooms, rent = (_number(home.get(what)) for what in ("living_area_m2", "main_rooms", "base_rent_cents"))
    aid = _number(household.get("housing_aid_cents"))
    worked_out = {
        "monthly_resources": resources and resources / 100,
        "resources_per_unit": resources / 100 / units if resources is not None and units else None,
        "housing_aid": aid and aid / 100,
        "area_per_person": area / persons if area else None,
        "persons_per_room": persons / rooms if rooms else None,
        "current_rooms": rooms,
        "current_rent": rent and rent / 100,
    }
    if name in worked_out:
        return worked_out[name]
    if name == "current_in_priority_district":
        return _number(home.get("in_priority_district"))
    raise ValueError(f"The plain check does not know the fact {name}: teach it, or it cannot tell who must be called.")


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _sets(name: str, applications: Applications, rows: Ints) -> Answer:
    said = np.empty(len(rows), dtype=object)
    said[:] = [_said(name, applications.more[row]) for row in rows.tolist()]
    return Answer(said, np.ones(len(rows), dtype=np.bool_))


def _said(name: str, more: Mapping[str, Any] | None) -> frozenset[str]:
    codes = () if more is None else more["household"].get(name) or ()
    if name == "reasons":
        return frozenset(Reason(code).name.lower() for code in codes)
    return frozenset(codes)


def _of_home(name: str, home: DwellingFacts) -> Answer:
    fact = name.removeprefix("home.")
    value = {
        "type": home.dwelling_type.value,
        "area": home.living_area_m2,
        "rent": (home.base_rent_cents + home.service_charges_cents) / 100,
        "base_rent": home.base_rent_cents / 100,
    }.get(fact, getattr(home, fact, None))
    return Answer(np.array([False if value is None else value]), np.array([value is not None]))
