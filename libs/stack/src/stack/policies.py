"""Where the policies are: data beside the code, never inside a package."""

import os
from pathlib import Path

from stack.errors import CommandError

_HERE = Path("policies")


def policies_folder() -> Path:
    """`MATCHING_POLICIES`, else `policies` here, else that of the clone this command was installed from.

    It holds a folder a territory with a file a version; a folder with the files of one territory is taken too.

    Raises:
        CommandError: none of them holds a policy.
    """
    own = os.environ.get("MATCHING_POLICIES")
    clone = Path(__file__).parents[4]
    for folder in [Path(own)] if own else [_HERE, clone / _HERE]:
        if any(folder.glob("*.toml")) or any(folder.glob("*/*.toml")):
            return folder.absolute()
    raise CommandError(
        f"No policy is in {own or _HERE.absolute()}: run this in a clone of Parcours, or name the folder of "
        "policies in MATCHING_POLICIES."
    )
