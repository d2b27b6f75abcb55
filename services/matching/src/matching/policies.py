"""The policy files, read once; the one in force for a home is resolved from its commune (DOMAIN §11.5)."""

import datetime as dt
import os
from functools import cache
from pathlib import Path

from matching.domain.policy import Basis, InForce
from matching.domain.vacancy import Vacancy
from policy import Library

__all__ = ["DEFAULT_FOLDER", "basis", "in_force", "library"]

DEFAULT_FOLDER = Path("policies")


def basis(now: dt.datetime, vacancy: Vacancy) -> Basis:
    """What a decision about a vacancy rests on now; the country's policy while its home is not known.

    Raises:
        PolicyRefused: at the first call, as `library`.
    """
    policies = in_force(now)
    policy = policies.national if vacancy.dwelling is None else policies.of(vacancy.dwelling.commune)
    return Basis(policy=policy, on=policies.on, available_on=vacancy.available_on, landlord=vacancy.landlord or None)


def in_force(now: dt.datetime) -> InForce:
    """The policies of all territories on a day."""
    return library().in_force(now.date())


@cache
def library() -> Library:
    """The folder that `MATCHING_POLICIES` names: a folder of territories, or the files of one.

    Raises:
        PolicyRefused: a file cannot be read; the sentences say which, where and why.
    """
    return Library(Path(os.environ.get("MATCHING_POLICIES") or DEFAULT_FOLDER))
