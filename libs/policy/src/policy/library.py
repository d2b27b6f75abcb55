"""All policies of a folder, and which of them is in force where and when (DOMAIN §11.5)."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from policy.model import NATIONAL, Policy, Scope, ScopeKind
from policy.reading import read_file
from policy.source import PolicyRefused
from reference import communes

__all__ = ["InForce", "Library", "scopes_of"]


def scopes_of(commune: str) -> tuple[Scope, ...]:
    """Where a home's grid is looked for, in order: its commune (Paris itself), its EPT, its EPCI, the country.

    Raises:
        UnknownCommune: no commune or arrondissement has this INSEE code.
    """
    found = communes.commune(commune)
    whole = found if found.parent is None else communes.commune(found.parent)
    around = ((ScopeKind.COMMUNE, whole.code), (ScopeKind.EPT, whole.ept), (ScopeKind.EPCI, whole.epci))
    return (*(Scope(kind, code) for kind, code in around if code), NATIONAL)


class InForce:
    """The policies in force on one day, one a territory at most."""

    def __init__(self, policies: Iterable[Policy], on: dt.date) -> None:
        self.on = on
        self.policies = tuple(sorted(policies, key=lambda policy: policy.territory))
        self._by_scope = {policy.scope: policy for policy in self.policies}
        self._of: dict[str, Policy] = {}
        self._reached: dict[tuple[str, bool], tuple[Policy, ...]] = {}

    @property
    def fingerprint(self) -> str:
        """Changes with every file that comes into force or goes out of it, and with the year, by which ages move."""
        return " ".join((str(self.on.year), *(f"{policy.name}@{policy.digest[:12]}" for policy in self.policies)))

    @property
    def national(self) -> Policy:
        return self._by_scope[NATIONAL]

    @property
    def most_calls_at_once(self) -> int:
        return max(policy.calls_at_once for policy in self.policies)

    def of(self, commune: str) -> Policy:
        """The policy of a home.

        Raises:
            UnknownCommune: no commune or arrondissement has this INSEE code.
        """
        if commune not in self._of:
            self._of[commune] = next(self._by_scope[scope] for scope in scopes_of(commune) if scope in self._by_scope)
        return self._of[commune]

    def reached(self, place: str, *, neighbours: bool) -> tuple[Policy, ...]:
        """The policies of all homes that a wanted place may reach, each once; none for a place nobody knows."""
        key = (place, neighbours)
        if key not in self._reached:
            self._reached[key] = tuple(dict.fromkeys(map(self.of, _homes(place, neighbours=neighbours))))
        return self._reached[key]


def _homes(place: str, *, neighbours: bool) -> list[str]:
    if not communes.exists(place):
        return []
    around = sorted(communes.neighbouring_places(place)) if neighbours else []
    return [place, *communes.arrondissements_of(place), *around]


class Library:
    """A folder with a folder for each territory and a file for each version, named by the day it takes effect.

    A folder that holds the files of one territory itself is taken too: then its policy holds everywhere.
    """

    def __init__(self, folder: Path) -> None:
        """Read every file.

        Raises:
            PolicyRefused: a file cannot be read, or the folder holds no national policy; all that is wrong is said.
        """
        alone = sorted(folder.glob("*.toml"))
        self.policies, mistakes = _read(alone or sorted(folder.glob("*/*.toml")), alone=bool(alone))
        if mistakes:
            raise PolicyRefused(*mistakes)
        self._national = [policy for policy in self.policies if policy.scope == NATIONAL and policy.may_be_in_force]
        if not self._national:
            raise PolicyRefused(
                f"{folder} holds no national policy: it is a folder of territories such as policies/national, "
                "each with .toml files named by the day they take effect."
            )
        self.in_force = lru_cache(maxsize=64)(self._in_force)

    @property
    def days_of_effect(self) -> frozenset[dt.date]:
        """The days from which a policy was another."""
        return frozenset(policy.valid_from for policy in self.policies if policy.may_be_in_force)

    def versions(self, territory: str) -> tuple[Policy, ...]:
        """From the oldest on."""
        return tuple(policy for policy in self.policies if policy.territory == territory)

    def named(self, name: str) -> Policy | None:
        """The version `territory/day`."""
        return next((policy for policy in self.policies if policy.name == name), None)

    def _in_force(self, on: dt.date) -> InForce:
        """Of each territory the latest that has taken effect; of the country, before the first, the first."""
        found: dict[Scope, Policy] = {NATIONAL: self._national[0]}
        for policy in self.policies:
            if policy.may_be_in_force and policy.valid_from <= on:
                found[policy.scope] = policy
        return InForce(found.values(), on)


def _read(files: Iterable[Path], *, alone: bool) -> tuple[tuple[Policy, ...], list[str]]:
    policies: list[Policy] = []
    mistakes: list[str] = []
    territories: dict[Scope, str] = {}
    for file in files:
        try:
            policy = read_file(file)
        except PolicyRefused as refused:
            mistakes.append(str(refused))
            continue
        if territories.setdefault(policy.scope, policy.territory) != policy.territory:
            mistakes.append(f"{file}: scope: {territories[policy.scope]} holds there already; name another place.")
        if not alone and file.parent.name != policy.territory:
            mistakes.append(f"{file}: territory: the folder is named after it; put the file in {policy.territory}/.")
        policies.append(policy)
    return tuple(sorted(policies, key=lambda policy: (policy.territory, policy.valid_from))), mistakes
