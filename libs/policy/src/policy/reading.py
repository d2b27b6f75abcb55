"""A policy from its file, with everything that is wrong told at once."""

import datetime as dt
import difflib
import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path as File
from typing import Any, TypeVar

from contracts.values import ApplicationKind, DwellingType
from policy import facts
from policy.expression import ExpressionRefused, Name, Predicate, parse
from policy.model import (
    KINDS,
    NATIONAL,
    Adhesion,
    Affordability,
    BirthsRule,
    Criterion,
    Cumulation,
    CustodyRule,
    Deliberation,
    Label,
    Policy,
    Pool,
    Rubric,
    Scope,
    ScopeKind,
    Scoring,
    Seniority,
    Source,
    State,
    Target,
    Typology,
)
from policy.source import Mistake, Path, PolicyRefused, dotted, mistakes_of, places
from reference import communes, territories

__all__ = ["read_file", "read_policy"]

TYPES: tuple[DwellingType, ...] = tuple(kind for kind in DwellingType if kind is not DwellingType.UNKNOWN)
_OF_HOUSEHOLDS, _OF_HOMES = facts.names(facts.HOUSEHOLDS), facts.names(facts.HOMES)
_STANDING = {name: said for name, said in _OF_HOUSEHOLDS.items() if not facts.HOUSEHOLDS[name].moves}
_MOST = 10_000
_MOST_SLOTS = 100
_E = TypeVar("_E", bound=StrEnum)
_SCOPES = tuple(kind for kind in ScopeKind if kind is not ScopeKind.NATIONAL)
_BUILT_IN = {
    "seniority": Label("Ancienneté de la demande", "Time since registration"),
    "kind": Label("Nature de la demande", "Kind of application"),
    "place": Label("Ordre de vos choix", "Order of your choices"),
    "rent_headroom": Label("Loyer sous votre maximum", "Rent below your limit"),
    "area_fit": Label("Surface adaptée", "Area that fits"),
    "refusals": Label("Offres refusées", "Offers refused"),
    "freed_home": Label("Logement libéré", "Home left for others"),
    "rights_owed": Label("Droit dû au réservataire", "Right owed to the holder"),
}


def read_file(file: File) -> Policy:
    """The policy of a file, which is named after the day it takes effect.

    Raises:
        PolicyRefused: with every mistake of the file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyRefused(*mistakes_of(str(file), error)) from None
    policy = read_policy(text, source=str(file))
    if file.stem != policy.valid_from.isoformat():
        place = places(text)[("valid_from",)][0]
        what = f"the file is named after the day it takes effect; call it {policy.valid_from}.toml."
        raise PolicyRefused(Mistake(str(file), place, "valid_from", what))
    return policy


def read_policy(text: str, *, source: str) -> Policy:
    """A policy from the text of its file.

    Raises:
        PolicyRefused: with every mistake of the text.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(*mistakes_of(source, error)) from None
    reader = _Reader(source, places(text))
    policy = _policy(_Table(document, (), reader), hashlib.sha256(text.encode()).hexdigest())
    if reader.mistakes:
        raise PolicyRefused(*sorted(reader.mistakes))
    return policy


class Between(StrEnum):
    """Whose tenants may move to another landlord's home."""

    EVERYONE = "everyone"
    PARTICIPANTS = "participants"


class _Reader:
    def __init__(self, source: str, found: Mapping[Path, Any]) -> None:
        self._source, self._found = source, found
        self.mistakes: list[Mistake] = []

    def wrong(self, path: Path, what: str, *, offset: int | None = None) -> None:
        near = path
        while near not in self._found:
            near = near[:-1]
        place, raw = self._found[near]
        if offset is not None and raw[:1] in ("'", '"') and "\\" not in raw:
            place = place.within(raw, offset)
        self.mistakes.append(Mistake(self._source, place, dotted(path) or "file", f"{what}."))


_MISSING = object()


class _Table:
    """A table of the file. A wrong field is noted and read as something harmless, so that all mistakes are told."""

    def __init__(self, values: Mapping[str, Any], path: Path, reader: _Reader) -> None:
        self._values, self._path, self._reader = values, path, reader
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def wrong(self, name: str, what: str, *, offset: int | None = None) -> None:
        self._reader.wrong((*self._path, name) if name else self._path, what, offset=offset)

    def table(self, name: str) -> "_Table":
        found = self._get(name)
        if found is not _MISSING and not isinstance(found, Mapping):
            self.wrong(name, f"begin a table [{dotted((*self._path, name))}], this is {found!r}")
        elif found is _MISSING:
            self.wrong(name, f"the table is missing; begin it with [{dotted((*self._path, name))}]")
        return _Table(found if isinstance(found, Mapping) else {}, (*self._path, name), self._reader)

    def optional(self, name: str) -> "_Table | None":
        self.may_say(name)
        return self.table(name) if name in self else None

    def tables(self, name: str) -> list["_Table"]:
        found = self._get(name)
        if found is _MISSING:
            return []
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.wrong(name, f"begin each with [[{dotted((*self._path, name))}]]")
            return []
        return [_Table(one, (*self._path, name, at), self._reader) for at, one in enumerate(found)]

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = _MOST) -> int:
        found = self._get(name)
        if found is _MISSING and default is not None:
            return default
        if type(found) is not int or not least <= found <= most:
            self.wrong(name, f"give a whole number from {least} to {most}{_not(found)}")
            return least
        return found

    def number(self, name: str, default: float) -> float:
        found = self._get(name)
        if found is _MISSING:
            return default
        if type(found) not in (int, float) or not 0 <= found <= _MOST:
            self.wrong(name, f"give a number from 0 to {_MOST}{_not(found)}")
            return default
        return float(found)

    def text(self, name: str, default: str | None = None) -> str:
        found = self._get(name)
        if found is _MISSING and default is not None:
            return default
        if not isinstance(found, str) or not found.strip():
            self.wrong(name, f"give a text{_not(found)}")
            return default or "?"
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        found = self._get(name)
        if found is not _MISSING and not isinstance(found, bool):
            self.wrong(name, f"give true or false{_not(found)}")
        return found if isinstance(found, bool) else default

    def day(self, name: str) -> dt.date:
        found = self._get(name)
        if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
            return found
        self.wrong(name, f"give a date such as 2026-11-01, without quotes{_not(found)}")
        return dt.date.min

    def choice(self, name: str, among: type[_E], default: _E) -> _E:
        found = self._get(name)
        if found is _MISSING:
            return default
        try:
            return among(found)
        except ValueError:
            self.wrong(name, f"give one of {', '.join(among)}{_not(found)}")
            return default

    def label(self, default: Label | None = None) -> Label:
        self.may_say("label")
        if default is not None and "label" not in self:
            return default
        said = self.table("label")
        label = Label(said.text("fr"), said.text("en"))
        said.no_more()
        return label

    def list_of(self, name: str, what: str, fits: Callable[[Any], bool]) -> list[Any]:
        found = self._get(name)
        if not isinstance(found, list) or not found or not all(fits(value) for value in found):
            self.wrong(name, f"give a list of {what}{_not(found)}")
            return []
        return found

    def types(self, name: str) -> list[DwellingType]:
        said = self.list_of(name, f"types among {', '.join(TYPES)}", lambda value: value in TYPES)
        return [DwellingType(value) for value in said]

    def kinds(self, name: str) -> frozenset[ApplicationKind]:
        self.may_say(name)
        if name not in self:
            return frozenset(KINDS)
        said = self.list_of(name, f"populations among {', '.join(KINDS)}", lambda value: value in KINDS)
        return frozenset(ApplicationKind(value) for value in said)

    def predicate(self, name: str, vocabulary: Mapping[str, Name]) -> Predicate:
        text = self.text(name)
        try:
            return parse(text, vocabulary)
        except ExpressionRefused as refused:
            if text != "?":
                self.wrong(name, f"{refused} (character {refused.offset + 1})", offset=refused.offset)
            return Predicate(text=text, tree=parse("persons > 0", _OF_HOUSEHOLDS).tree, facts=(), test=lambda _: None)

    def optional_predicate(self, name: str, vocabulary: Mapping[str, Name]) -> Predicate | None:
        self.may_say(name)
        return self.predicate(name, vocabulary) if name in self else None

    def may_say(self, *names: str) -> None:
        """These fields are known, and may be left out."""
        self._read.update(names)

    def no_more(self) -> None:
        """Whatever was not asked for is a slip of the pen."""
        for name in self._values.keys() - self._read:
            near = difflib.get_close_matches(name, self._read, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the fields here are {', '.join(sorted(self._read))}"
            self.wrong(name, f"there is no such field; {hint}")

    def _get(self, name: str) -> Any:
        self._read.add(name)
        return self._values.get(name, _MISSING)


def _not(found: object) -> str:
    return "; it is missing" if found is _MISSING else f", not {found!r}"


def _policy(root: _Table, digest: str) -> Policy:
    territory = root.text("territory")
    illustrative = root.flag("illustrative", default=False)
    state = root.choice("state", State, State.ADOPTED)
    deliberation = root.optional("deliberation")
    if state is State.ADOPTED and territory != "national" and deliberation is None:
        root.wrong("state", "adopted needs a [deliberation] with body, number and on; or say draft or consulted")
    calls = root.table("calls")
    shortlist = root.table("shortlist")
    policy = Policy(
        territory=territory,
        label=root.label(Label(territory, territory)),
        scope=_scope(root, territory),
        valid_from=root.day("valid_from"),
        state=state,
        illustrative=illustrative,
        sources=tuple(_each(root.tables("source"), lambda one: Source(one.text("says"), one.text("where")))),
        signatories=tuple(_texts(root, "signatories")),
        deliberation=None if deliberation is None else _deliberation(deliberation),
        adhesions=tuple(_each(root.tables("adhesion"), lambda one: Adhesion(one.text("landlord"), one.day("on")))),
        shortlist_size=shortlist.whole("size", least=1),
        calls_at_once=calls.whole("at_once", least=1),
        days_to_answer=calls.whole("days_to_answer", least=1),
        most_live=calls.whole("most_live", least=1, most=_MOST_SLOTS) if "most_live" in calls else None,
        pool=_one(calls, "pool", _pool, None),
        days_to_answer_offer=_one(root, "offers", lambda one: one.whole("days_to_answer", least=10), 10),
        days_to_designate=_one(root, "designation", lambda one: one.whole("days", least=1), 30),
        typology=_typology(root.table("typology")),
        affordability=_affordability(root.optional("affordability")),
        targets=tuple(_each(root.tables("target"), _target)),
        reservation_percent=_shares(root.optional("reservation")),
        freed_home_points=_freed(root.optional("freed_home")),
        between_participants_only=_one(
            root, "transfers", lambda one: one.choice("between_landlords", Between, Between.EVERYONE), Between.EVERYONE
        )
        is Between.PARTICIPANTS,
        visit_valid_months=_one(root, "visits", lambda one: one.whole("advice_valid_months", least=1, most=60), 6),
        contract_may_move=_one(root, "measures", lambda one: one.flag("contract_may_move", default=False), False),
        scoring=_scoring(root.table("scoring")),
        digest=digest,
    )
    calls.may_say("most_live")
    for table in (calls, shortlist, root):
        table.no_more()
    _each_once(root, "target", [one.name for one in policy.targets])
    return policy


_V = TypeVar("_V")


def _each(tables: Iterable[_Table], read: Callable[[_Table], _V]) -> list[_V]:
    values = []
    for table in tables:
        values.append(read(table))
        table.no_more()
    return values


def _one(root: _Table, name: str, read: Callable[[_Table], _V], default: _V) -> _V:
    table = root.optional(name)
    return default if table is None else _each([table], read)[0]


def _texts(table: _Table, name: str) -> list[str]:
    table.may_say(name)
    return table.list_of(name, "texts", lambda value: isinstance(value, str) and bool(value)) if name in table else []


def _each_once(table: _Table, name: str, said: list[str]) -> None:
    twice = sorted({one for one in said if said.count(one) > 1})
    if twice:
        table.wrong(name, f"a name stands for one {name}; {', '.join(twice)} is there twice")


def _scope(root: _Table, territory: str) -> Scope:
    table = root.optional("scope")
    if table is None:
        if territory != "national":
            root.wrong("scope", "say where it holds: a [scope] with commune, ept or epci")
        return NATIONAL
    named = [kind for kind in _SCOPES if kind in table]
    scope = Scope(named[0], table.text(named[0])) if len(named) == 1 else NATIONAL
    if len(named) != 1:
        table.wrong("", f"name one of {', '.join(_SCOPES)}")
    elif not _exists(scope):
        table.wrong(scope.kind, f"there is no {scope.kind} {scope.code}; communes go by INSEE code, others by SIREN")
        scope = NATIONAL
    table.may_say(*_SCOPES)
    table.no_more()
    return scope


def _exists(scope: Scope) -> bool:
    try:
        match scope.kind:
            case ScopeKind.COMMUNE:
                return communes.exists(scope.code)
            case ScopeKind.EPT:
                territories.ept(scope.code)
            case _:
                territories.epci(scope.code)
    except territories.UnknownTerritory:
        return False
    return True


def _pool(table: _Table) -> Pool | None:
    return Pool(
        area_percent=table.whole("area_percent", 5, most=50),
        rent_percent=table.whole("rent_percent", 5, most=50),
        days=table.whole("days", 30, most=366),
    )


def _deliberation(table: _Table) -> Deliberation:
    return _each([table], lambda one: Deliberation(one.text("body"), one.text("number"), one.day("on")))[0]


def _typology(table: _Table) -> Typology:
    births = table.choice("births", BirthsRule, BirthsRule.COUNT)
    custody = table.choice("shared_custody", CustodyRule, CustodyRule.FULL)
    sizes = table.tables("size")
    if not sizes:
        largest = table.types("largest_type_by_persons") or [DwellingType.T6]
        below = tuple(frozenset(kind for kind in TYPES if kind <= most) for most in largest)
        table.no_more()
        return Typology(usual=below, tolerated=(frozenset(),), largest_only=True, births=births, custody=custody)
    for persons, size in enumerate(sizes, start=1):
        if size.whole("persons", least=1, most=20) != persons:
            size.wrong("persons", f"sizes follow each other from one person; here comes {persons}")
    usual = [frozenset(size.types("usual")) or frozenset(TYPES) for size in sizes]
    tolerated = [frozenset(size.types("tolerated")) if "tolerated" in size else frozenset() for size in sizes]
    for size in sizes:
        size.may_say("tolerated")
        size.no_more()
    table.no_more()
    return Typology(usual=tuple(usual), tolerated=tuple(tolerated), largest_only=False, births=births, custody=custody)


def _affordability(table: _Table | None) -> Affordability:
    if table is None:
        return Affordability(most_effort_percent=33, least_residual_euros_per_day=0)
    found = Affordability(
        most_effort_percent=table.whole("most_effort_percent", 33, least=1, most=100),
        least_residual_euros_per_day=table.number("least_residual_euros_per_day", 0),
    )
    table.no_more()
    return found


def _target(table: _Table) -> Target:
    return Target(
        name=table.text("name"),
        label=table.label(),
        when=table.predicate("when", _OF_HOUSEHOLDS),
        homes=table.optional_predicate("homes", _OF_HOMES),
        illustrative=table.flag("illustrative", default=False),
    )


def _shares(table: _Table | None) -> dict[str, int]:
    """The State has at most 30 percent, civil servants 5 of them (CCH R441-5-2), local authorities 20 (R441-5)."""
    if table is None:
        return {}
    most = {"state": 30, "civil_servants": 5, "local_authorities": 20, "action_logement": 100}
    shares = {name: table.whole(f"{name}_percent", 0, most=limit) for name, limit in most.items()}
    if sum(share for name, share in shares.items() if name != "civil_servants") > 100:  # noqa: PLR2004 - percent
        table.wrong("", "the shares are more than the whole")
    table.no_more()
    return {name: share for name, share in shares.items() if share}


def _freed(table: _Table | None) -> dict[DwellingType, int]:
    if table is None:
        return {}
    points = {kind: table.whole(kind.value, 0) for kind in TYPES}
    table.no_more()
    return points


def _scoring(table: _Table) -> Scoring:
    place, rent, area = table.table("place"), table.table("rent_headroom"), table.table("area_fit")
    places_said = place.list_of("points_by_preference", "whole numbers", lambda one: type(one) is int and one >= 0)
    if places_said != sorted(places_said, reverse=True):
        place.wrong("points_by_preference", "a later choice cannot bring more than an earlier")
    refusal, kind, owed = table.optional("refusal"), table.optional("kind"), table.optional("rights_owed")
    labels = {
        name: said.label(_BUILT_IN[name]) for name, said in _named(place=place, rent_headroom=rent, area_fit=area)
    }
    seniority = _seniority(table.table("seniority"), labels)
    if kind is not None:
        labels["kind"] = kind.label(_BUILT_IN["kind"])
    scoring = Scoring(
        seniority=seniority,
        points_by_kind={one: 0 if kind is None else kind.whole(one.value, 0) for one in KINDS},
        points_by_place_rank=tuple(places_said) or (0,),
        rent_percent_per_point=rent.whole("percent_per_point", least=1),
        rent_most=rent.whole("most"),
        area_m2_per_point=area.whole("square_metres_per_point", least=1),
        area_most=area.whole("most"),
        points_per_refusal=0 if refusal is None else refusal.whole("points_each"),
        points_for_rights_owed=0 if owed is None else owed.whole("points"),
        refusals_counted=0 if refusal is None else refusal.whole("counted", 1, least=1),
        rubrics=tuple(_each(table.tables("rubric"), _rubric)),
        labels={**_BUILT_IN, **labels},
    )
    for one in (place, rent, area, refusal, kind, owed, table):
        if one is not None:
            one.no_more()
    _each_once(table, "rubric", [*scoring.labels, *(rubric.name for rubric in scoring.rubrics)])
    return scoring


def _named(**tables: _Table) -> Iterable[tuple[str, _Table]]:
    return tables.items()


def _seniority(table: _Table, labels: dict[str, Label]) -> dict[ApplicationKind, Seniority]:
    labels["seniority"] = table.label(_BUILT_IN["seniority"])
    everyone = _formula(table)
    own = {kind: table.optional(kind.value) for kind in KINDS}
    formulas = {kind: everyone if said is None else _each([said], _formula)[0] for kind, said in own.items()}
    table.no_more()
    return formulas


def _formula(table: _Table) -> Seniority:
    cap = table.whole("cap_months", least=1, most=1200) if "cap_months" in table else None
    table.may_say("cap_months")
    return Seniority(table.whole("points_per_month"), cap)


def _rubric(table: _Table) -> Rubric:
    rubric = Rubric(
        name=table.text("name"),
        label=table.label(),
        cumulation=table.choice("cumulation", Cumulation, Cumulation.SUM),
        kinds=table.kinds("populations"),
        homes=table.optional_predicate("homes", _OF_HOMES),
        criteria=tuple(_each(table.tables("criterion"), _criterion)),
    )
    if not rubric.criteria:
        table.wrong("criterion", "a rubric has at least one [[scoring.rubric.criterion]]")
    _each_once(table, "criterion", [one.name for one in rubric.criteria])
    return rubric


def _criterion(table: _Table) -> Criterion:
    when = table.predicate("when", _STANDING)
    return Criterion(
        name=table.text("name"),
        label=table.label(),
        points=table.whole("points", least=1),
        when=when,
        sensitive=any(facts.HOUSEHOLDS[name].sensitive for name in when.facts),
    )
