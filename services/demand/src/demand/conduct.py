"""The line of conduct that applies to an application: that of the place it wants a home in first."""

import datetime as dt
import os
from dataclasses import replace
from functools import cache
from pathlib import Path

from contracts.values import CommuneCode
from demand.domain.application import Application
from demand.domain.conduct import Conduct, Who
from demand.domain.measure import Terms
from law.households import Share
from policy import Library, Policy
from policy.model import NATIONAL, BirthsRule, CustodyRule
from policy.scoring import targets_of
from reference import communes

_PLAIN = Conduct()
_SHARES = {CustodyRule.FULL: Share.FULL, CustodyRule.HALF: Share.HALF, CustodyRule.IGNORE: Share.NONE}


def conduct_for(application: Application, on: dt.date) -> Conduct:
    """By the policies of the folder that `DEMAND_POLICIES` names; without one everybody counts and no group is named.

    Raises:
        policy.PolicyRefused: at the first call, where the folder holds no policy or a wrong one.
    """
    folder = os.environ.get("DEMAND_POLICIES")
    return _conduct(_policy(folder, _place(application), on)) if folder else _PLAIN


def terms_for(commune: CommuneCode, on: dt.date, settled: Terms) -> Terms:
    """What the territory's policy says of visits and contracts; the rest, and all without a policy, as settled here.

    A landlord's own settlement stands before the policy: that is for the caller to see.
    """
    folder = os.environ.get("DEMAND_POLICIES")
    if not folder:
        return settled
    policy = _policy(folder, commune, on)
    return replace(settled, visit_valid_months=policy.visit_valid_months, contract_lets_move=policy.contract_may_move)


def _place(application: Application) -> str | None:
    """The first place wished that is known; else where the household lives."""
    wishes, home = application.file.wishes, application.file.housing.home
    places = [wanted.commune for wanted in wishes.places] if wishes else []
    places += [home.commune] if home and home.commune else []
    return next((place for place in places if communes.exists(place)), None)


def _policy(folder: str, place: str | None, on: dt.date) -> Policy:
    in_force = _library(folder).in_force(on)
    if place is None:
        return next(policy for policy in in_force.policies if policy.scope == NATIONAL)
    return in_force.of(place)


@cache
def _library(folder: str) -> Library:
    return Library(Path(folder))


def _conduct(policy: Policy) -> Conduct:
    def groups(who: Who, on: dt.date) -> tuple[str, ...]:
        """Those that the household belongs to for certain, whatever the home."""
        return tuple(name for name, belongs in targets_of(policy, who, on).items() if belongs)

    return Conduct(
        births=policy.typology.births is BirthsRule.COUNT,
        custody=_SHARES[policy.typology.custody],
        first_quartile_euros=policy.first_quartile and policy.first_quartile.threshold_euros,
        target_groups=groups,
    )
