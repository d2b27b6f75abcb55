"""The policy files of a territory, read once."""

import datetime as dt
import os
import tomllib
from functools import cache
from pathlib import Path

from matching.domain.policy import Basis, Policy, PolicyUnreadable, read_policy

__all__ = ["DEFAULT_FOLDER", "Policies", "basis"]

DEFAULT_FOLDER = Path("policies/national")


class Policies:
    """The policies of one territory's folder, one file a version, named by the day it takes effect."""

    def __init__(self, folder: Path) -> None:
        """Read every file.

        Raises:
            PolicyUnreadable: the folder holds no policy, or one that cannot be read; the sentence says which and why.
        """
        files = sorted(folder.glob("*.toml"))
        if not files:
            raise PolicyUnreadable(f"{folder} holds no policy: MATCHING_POLICIES names a folder of .toml files.")
        self._by_day = sorted((_read(file) for file in files), key=lambda policy: policy.valid_from)

    def in_force(self, on: dt.date) -> Policy:
        """The latest policy that has taken effect; before the first, the first."""
        effective = [policy for policy in self._by_day if policy.valid_from <= on]
        return effective[-1] if effective else self._by_day[0]


def basis(now: dt.datetime) -> Basis:
    """What a decision rests on now, by the folder that `MATCHING_POLICIES` names.

    Raises:
        PolicyUnreadable: at the first call, as `Policies`.
    """
    on = now.date()
    return Basis(policy=_policies().in_force(on), on=on)


@cache
def _policies() -> Policies:
    return Policies(Path(os.environ.get("MATCHING_POLICIES") or DEFAULT_FOLDER))


def _read(file: Path) -> Policy:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyUnreadable(f"{file}: {error}.") from None
    policy = read_policy(document, source=str(file))
    if file.stem != policy.valid_from.isoformat():
        raise PolicyUnreadable(f"{file}: valid_from: the file is named after the day, {policy.valid_from}.toml.")
    return policy
