"""How loops are compiled: once a version of this folder, then read from numba's cache."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["VERSION", "compiled"]

F = TypeVar("F", bound=Callable[..., Any])


_UNCOMPILED = {"__init__.py", "engine.py", "packing.py", "past_homes.py", "screening.py", "supplied.py"}


def _version() -> str:
    """Of every file that is compiled: numba's cache alone looks at that of the outermost function."""
    whole = hashlib.sha256()
    for file in sorted(
        set(Path(__file__).parent.glob("*.py")) - {Path(__file__).parent / name for name in _UNCOMPILED}
    ):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:12]


VERSION = _version()
"""Part of the name of each compiled copy, so that one of another version is never read."""

if TYPE_CHECKING:

    def compiled(function: F) -> F: ...

else:
    from numba import njit

    def compiled(function):
        function.__qualname__ = f"{function.__qualname__}_{VERSION}"
        return njit(nogil=True, cache=True, error_model="numpy")(function)
