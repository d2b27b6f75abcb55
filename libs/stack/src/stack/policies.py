"""Where the territory's policies are: data beside the code, never inside a package."""

import os
from pathlib import Path

from stack.errors import CommandError

_HERE = Path("policies/national")


def policies_folder() -> Path:
    """`MATCHING_POLICIES`, else `policies/national` here, else that of the clone this command was installed from.

    Raises:
        CommandError: none of them holds a policy.
    """
    own = os.environ.get("MATCHING_POLICIES")
    clone = Path(__file__).parents[4]
    for folder in [Path(own)] if own else [_HERE, clone / _HERE]:
        if any(folder.glob("*.toml")):
            return folder.absolute()
    raise CommandError(
        f"No policy is in {own or _HERE.absolute()}: run this in a clone of Parcours, or name the folder of the "
        "policy's .toml files in MATCHING_POLICIES."
    )
