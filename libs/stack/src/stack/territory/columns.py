"""Rows kept as columns: what numpy works on."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np

from stack.territory.draw import Ints

__all__ = ["Columns", "joined"]


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


class Columns(_Dataclass):
    """A dataclass whose arrays and `Columns` have one entry a row; its other fields are the same for all rows."""

    def take(self, rows: Ints) -> Self:
        """Some of the rows, in the order asked for."""

        def part(value: Any) -> Any:
            if isinstance(value, Columns):
                return value.take(rows)
            return value[rows] if isinstance(value, np.ndarray) else value

        return type(self)(**{field.name: part(getattr(self, field.name)) for field in fields(self)})


C = TypeVar("C", bound=Columns)


def joined(parts: Sequence[C]) -> C:
    """The rows of several chunks, which agree in all that is not a column."""

    def whole(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        if isinstance(values[0], Columns):
            return joined(values)
        return np.concatenate(values) if isinstance(values[0], np.ndarray) else values[0]

    return type(parts[0])(**{field.name: whole(field.name) for field in fields(parts[0])})
