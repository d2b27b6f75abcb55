"""Where the policies are: data beside the code, never inside a package."""

import os
import re
from pathlib import Path

from stack.errors import CommandError

_HERE = Path("policies")
_LIMIT = re.compile(r"^most_live *=.*\n", re.MULTILINE)
_POOL = re.compile(r"^\[calls\.pool\].*\n(?:(?!\[).*\n)*", re.MULTILINE)


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


def without_limits(folder: Path, into: Path) -> Path:
    """A copy of the policies in which a household may have any number of calls and like homes share none; return it.

    So what each home calls depends on no other, and the plain check can say of any number of homes who is called.
    """
    for file in (*folder.glob("*.toml"), *folder.glob("*/*.toml")):
        copy = into / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_POOL.sub("", _LIMIT.sub("", file.read_text(encoding="utf-8"))), encoding="utf-8")
    return into
