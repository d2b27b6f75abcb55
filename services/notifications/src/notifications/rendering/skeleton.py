"""A message rendered up to what differs between recipients.

A template leaves a mark where a recipient's part goes. The rendered text is cut at the marks and each piece encoded
once; a message is then the pieces with the recipient's encoded parts between them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from notifications.rendering.quoted import quoted_printable

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Of the private use area: no escaping touches them, and no name or street has them (`unmarked` sees to it)."""
_MARK = re.compile(f"{_OPEN}([a-z]+){_CLOSE}")


class Marks:
    """What templates see as `slot`: `{{ slot.name }}` leaves the mark of `name`."""

    def __getattr__(self, name: str) -> str:
        return f"{_OPEN}{name}{_CLOSE}"


def unmarked(text: str) -> str:
    """`text` without anything that could be taken for a mark."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`fixed[0] + slots[0] + fixed[1] + … + fixed[-1]`."""

    fixed: tuple[bytes, ...]
    slots: tuple[str, ...]

    @classmethod
    def quoted(cls, text: str, prefix: str) -> Self:
        """Of a text with marks, its pieces in quoted-printable; the slots get `prefix` before their names."""
        pieces = _MARK.split(text)
        return cls(
            fixed=tuple(quoted_printable(piece) for piece in pieces[::2]),
            slots=tuple(prefix + name for name in pieces[1::2]),
        )

    @classmethod
    def plain(cls, text: str) -> Self:
        """Of a text with marks, its pieces as they are."""
        pieces = _MARK.split(text)
        return cls(fixed=tuple(piece.encode() for piece in pieces[::2]), slots=tuple(pieces[1::2]))

    def __add__(self, other: "Skeleton") -> "Skeleton":
        joint = self.fixed[-1] + other.fixed[0]
        return Skeleton((*self.fixed[:-1], joint, *other.fixed[1:]), self.slots + other.slots)

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """Raise `KeyError` when a slot has no value."""
        pieces = [self.fixed[0]]
        for slot, fixed in zip(self.slots, self.fixed[1:], strict=True):
            pieces += (values[slot], fixed)
        return b"".join(pieces)
