"""Whose turn it is: the orientation of releases between reservation holders in a flow (CCH R441-5; DOMAIN §11.6).

Each party, the landlord itself included, has a share of the homes released. Every release goes to one of them at once,
in whatever order homes come free, and at every n each party has had its share to within one home:
|actual − share × n| < 1. That is the *quota* of apportionment theory, held online: Tijdeman's chairman assignment
problem (R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32, 1980) shows that it can be kept for
ever, and M. L. Balinski and H. P. Young ("The quota method of apportionment", American Mathematical Monthly 82, 1975)
and J. W. Still ("A class of new methods for congressional apportionment", SIAM J. Appl. Math. 37, 1979) say exactly
which choices keep it possible. A party may have the home when

- it is below its upper quota: actual < share × (n + 1), and
- afterwards nobody's lower quota is out of reach: for each t > n, the homes that the parties lack of
  floor(share × t), added up, are no more than the t − n releases to come.

There is always such a party. Among several the one furthest behind takes the home, and that counts three times: over
all homes, over those of this type, and over those inside (or outside) priority districts. So the rest is balanced as
far as the shares leave room.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

WHOLE = 10_000
"""Shares are counted in hundredths of a percent and add up to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The turns of one set of parties so far. It begins anew with each year, and whenever the shares change."""

    shares: Mapping[str, int]
    """Of each party, in hundredths of a percent; together `WHOLE`."""
    turns: Mapping[str, int] = field(default_factory=dict)
    by_stratum: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Turns by party, for each label homes are balanced by."""
    owed: tuple[str, ...] = ()
    """Parties whose home left the base after it was theirs: their turn stays counted, and is the next one."""

    def __post_init__(self) -> None:
        if sum(self.shares.values()) != WHOLE or any(share <= 0 for share in self.shares.values()):
            raise ValueError(f"shares are positive and add up to {WHOLE}, not {dict(self.shares)}")

    @property
    def n(self) -> int:
        """Turns counted so far."""
        return sum(self.turns.values())

    def deviation(self, party: str) -> float:
        """Turns had beyond (+) or short of (-) the party's share, in homes."""
        return self.turns.get(party, 0) - self.shares[party] * self.n / WHOLE

    def release(self, labels: tuple[str, ...]) -> tuple[Self, str]:
        """Give the next home, of this type and district, to the party whose turn it is."""
        if self.owed:
            party = self.owed[0]
            after = replace(self, owed=self.owed[1:], by_stratum=self._counted(labels, party, 1))
            return after, party
        party = next(party for party in self._furthest_behind(labels) if self._may(party))
        turns = {**self.turns, party: self.turns.get(party, 0) + 1}
        return replace(self, turns=turns, by_stratum=self._counted(labels, party, 1)), party

    def leave_base(self, party: str, labels: tuple[str, ...]) -> Self:
        """Take a home that was this party's out of the base: the next release is the party's again."""
        if party not in self.shares:
            return self
        return replace(self, owed=(*self.owed, party), by_stratum=self._counted(labels, party, -1))

    def begin(self, shares: Mapping[str, int]) -> Self:
        """The flow of a new year, or of other shares: nobody has had a turn, what is owed stays owed."""
        owed = tuple(party for party in self.owed if party in shares)
        return replace(self, shares=shares, turns={}, by_stratum={}, owed=owed)

    def _furthest_behind(self, labels: tuple[str, ...]) -> Iterator[str]:
        strata = [self.by_stratum.get(label, {}) for label in labels]
        sizes = [sum(stratum.values()) + 1 for stratum in strata]

        def lack(party: str) -> int:
            share = self.shares[party]
            overall = share * (self.n + 1) - WHOLE * self.turns.get(party, 0)
            within = (share * size - WHOLE * stratum.get(party, 0) for stratum, size in zip(strata, sizes, strict=True))
            return overall + sum(within)

        return iter(sorted(self.shares, key=lambda party: (-lack(party), -self.shares[party], party)))

    def _may(self, party: str) -> bool:
        """Whether everybody's quota can be kept for ever if the next home is this party's."""
        n = self.n + 1
        had = {name: self.turns.get(name, 0) for name in self.shares}
        if had[party] * WHOLE >= self.shares[party] * n:
            return False
        had[party] += 1
        counts = [(share, had[name]) for name, share in self.shares.items()]
        t = n
        while True:
            quotas = [(share * t // WHOLE, count) for share, count in counts]
            if sum(max(0, quota - count) for quota, count in quotas) > t - n:
                return False
            if all(quota >= count for quota, count in quotas):
                return True
            t += 1

    def _counted(self, labels: tuple[str, ...], party: str, step: int) -> Mapping[str, Mapping[str, int]]:
        counted = {label: dict(stratum) for label, stratum in self.by_stratum.items()}
        for label in labels:
            stratum = counted.setdefault(label, {})
            stratum[party] = max(0, stratum.get(party, 0) + step)
        return counted


def labels_of(dwelling_type: str, in_priority_district: bool | None) -> tuple[str, ...]:
    """What homes are balanced by: their type, and whether they lie in a priority district."""
    return (f"type {dwelling_type}", "in a priority district" if in_priority_district else "outside")
