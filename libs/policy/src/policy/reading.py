"""A policy from its file, with everything that is wrong told at once."""

import datetime as dt
import hashlib
import tomllib
from enum import StrEnum
from functools import partial
from pathlib import Path as File

from pydantic import TypeAdapter, ValidationError

from contracts.told import Told
from contracts.values import DwellingType, Siren
from policy.facts import HOME_NAMES, HOUSEHOLD_NAMES
from policy.grid import scoring_of
from policy.model import (
    NATIONAL,
    Adhesion,
    Affordability,
    BirthsRule,
    CustodyRule,
    Deliberation,
    FirstQuartile,
    Policy,
    Pool,
    Scope,
    ScopeKind,
    Source,
    State,
    Target,
    Typology,
    Widening,
    WishStep,
)
from policy.source import Mistake, PolicyRefused, mistakes_of, places
from policy.table import TYPES, Reader, Table
from reference import communes, territories
from reference.reservations import limits_on

__all__ = ["read_file", "read_policy"]

_MOST_SLOTS, _MOST_EUROS = 100, 100_000
_MOST_ABOVE_THE_LIMIT = 25
"""Percent: more than a quarter is another rent, and no step of a wish."""
_SIREN = TypeAdapter(Siren)
_SCOPES = tuple(kind for kind in ScopeKind if kind is not ScopeKind.NATIONAL)


class Between(StrEnum):
    """Whose tenants may move to another landlord's home."""

    EVERYONE = "everyone"
    PARTICIPANTS = "participants"


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
    reader = Reader(source, places(text))
    policy = _policy(Table(document, (), reader), hashlib.sha256(text.encode()).hexdigest())
    if reader.mistakes:
        raise PolicyRefused(*sorted(reader.mistakes))
    return policy


def _policy(root: Table, digest: str) -> Policy:
    territory = root.text("territory")
    state = root.choice("state", State, State.ADOPTED)
    deliberation = root.one("deliberation", _deliberation, None)
    if state is State.ADOPTED and territory != "national" and deliberation is None:
        root.wrong("state", "adopted needs a [deliberation] with body, number and on; or say draft or consulted")
    calls, shortlist, valid_from = root.table("calls"), root.table("shortlist"), root.day("valid_from")
    policy = Policy(
        territory=territory,
        label=root.label(Told(territory, territory)),
        scope=_scope(root, territory),
        valid_from=valid_from,
        state=state,
        illustrative=root.flag("illustrative", default=False),
        sources=tuple(root.each("source", lambda one: Source(one.text("says"), one.text("where")))),
        signatories=tuple(_texts(root, "signatories")),
        deliberation=deliberation,
        adhesions=tuple(root.each("adhesion", _adhesion)),
        shortlist_size=shortlist.whole("size", least=1),
        calls_at_once=calls.whole("at_once", least=1),
        days_to_answer=calls.whole("days_to_answer", least=1),
        most_live=calls.optional_whole("most_live", least=1, most=_MOST_SLOTS),
        pool=calls.one("pool", _pool, None),
        widening=root.one("hard_to_let", _widening, None),
        days_to_answer_offer=root.one("offers", lambda one: one.whole("days_to_answer", least=10), 10),
        days_to_designate=root.one("designation", lambda one: one.whole("days", least=1), 30),
        typology=root.table("typology").read_by(_typology),
        affordability=root.one(
            "affordability", _affordability, Affordability(most_effort_percent=33, least_residual_euros_per_day=0)
        ),
        first_quartile=root.one("first_quartile", _first_quartile, None),
        targets=tuple(root.each("target", _target)),
        reservation_percent=root.one("reservation", partial(_shares, valid_from), {}),
        freed_home_points=root.one("freed_home", _freed, {}),
        between_participants_only=root.one("transfers", _between, Between.EVERYONE) is Between.PARTICIPANTS,
        visit_valid_months=root.one("visits", lambda one: one.whole("advice_valid_months", least=1, most=60), 6),
        contract_may_move=root.one("measures", lambda one: one.flag("contract_may_move", default=False), False),
        scoring=scoring_of(root.table("scoring")),
        digest=digest,
    )
    if policy.first_quartile is not None and policy.scope == NATIONAL:
        root.wrong("first_quartile", "an order sets it by EPCI, or for Île-de-France; say it in a territory's policy")
    for table in (calls, shortlist, root):
        table.no_more()
    root.each_once("target", [one.name for one in policy.targets])
    return policy


def _texts(table: Table, name: str) -> list[str]:
    table.may_say(name)
    return table.list_of(name, "texts", lambda value: isinstance(value, str) and bool(value)) if name in table else []


def _scope(root: Table, territory: str) -> Scope:
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


def _pool(table: Table) -> Pool:
    return Pool(
        area_percent=table.whole("area_percent", 5, most=50),
        rent_percent=table.whole("rent_percent", 5, most=50),
        days=table.whole("days", 30, most=366),
    )


def _widening(table: Table) -> Widening:
    said = table.list_of("widen", f"wishes among {', '.join(WishStep)}", lambda value: value in tuple(WishStep))
    steps = tuple(dict.fromkeys(WishStep(value) for value in said))
    if WishStep.RENT in steps:
        return Widening(steps, table.whole("rent_percent", least=1, most=_MOST_ABOVE_THE_LIMIT))
    return Widening(steps, 0)


def _deliberation(table: Table) -> Deliberation:
    return Deliberation(table.text("body"), table.text("number"), table.day("on"))


def _typology(table: Table) -> Typology:
    births = table.choice("births", BirthsRule, BirthsRule.COUNT)
    custody = table.choice("shared_custody", CustodyRule, CustodyRule.FULL)
    sizes = table.tables("size")
    if not sizes:
        largest = table.types("largest_type_by_persons") or [DwellingType.T6]
        below = tuple(frozenset(kind for kind in TYPES if kind <= most) for most in largest)
        return Typology(usual=below, tolerated=(frozenset(),), largest_only=True, births=births, custody=custody)
    for persons, size in enumerate(sizes, start=1):
        if size.whole("persons", least=1, most=20) != persons:
            size.wrong("persons", f"sizes follow each other from one person; here comes {persons}")
    usual = [frozenset(size.types("usual")) or frozenset(TYPES) for size in sizes]
    tolerated = [frozenset(size.types("tolerated")) if "tolerated" in size else frozenset() for size in sizes]
    for size in sizes:
        size.may_say("tolerated")
        size.no_more()
    return Typology(usual=tuple(usual), tolerated=tuple(tolerated), largest_only=False, births=births, custody=custody)


def _between(table: Table) -> Between:
    return table.choice("between_landlords", Between, Between.EVERYONE)


def _affordability(table: Table) -> Affordability:
    return Affordability(
        most_effort_percent=table.whole("most_effort_percent", 33, least=1, most=100),
        least_residual_euros_per_day=table.number("least_residual_euros_per_day", 0),
    )


def _first_quartile(table: Table) -> FirstQuartile:
    return FirstQuartile(table.whole("threshold_euros", least=1, most=_MOST_EUROS), table.text("order"))


def _adhesion(table: Table) -> Adhesion:
    landlord = table.text("landlord")
    try:
        _SIREN.validate_python(landlord)
    except ValidationError:
        table.wrong("landlord", f"give the landlord's SIREN, nine digits with their key, not {landlord!r}")
    return Adhesion(landlord, table.day("on"))


def _target(table: Table) -> Target:
    return Target(
        name=table.text("name"),
        label=table.label(),
        when=table.predicate("when", HOUSEHOLD_NAMES),
        homes=table.optional_predicate("homes", HOME_NAMES),
        illustrative=table.flag("illustrative", default=False),
    )


def _shares(on: dt.date, table: Table) -> dict[str, int]:
    """No holder more than the CCH allows on the day the policy takes effect (R441-5, R441-5-2)."""
    limits = limits_on(on)
    most = {
        "state": limits.prefect_percent,
        "civil_servants": limits.agents_percent,
        "local_authorities": limits.local_percent,
        "action_logement": 100,
    }
    shares = {name: table.whole(f"{name}_percent", 0, most=limit) for name, limit in most.items()}
    if sum(share for name, share in shares.items() if name != "civil_servants") > 100:  # noqa: PLR2004 - percent
        table.wrong("", "the shares are more than the whole")
    return {name: share for name, share in shares.items() if share}


def _freed(table: Table) -> dict[DwellingType, int]:
    return {kind: table.whole(kind.value, 0) for kind in TYPES}
