"""Outlines of the priority districts, and which one a point lies in.

A grid of cells says in whose bounding box a point falls; then a ray to the east counts the edges it crosses, of all
rings of the district together, so that holes and separate parts need no case of their own. Corners lie on whole
numbers, so between two of these an edge is all or nothing: each district keeps, for each such row, the edges that
cross it, and a ray meets only those. Rows are made when the first point falls into the district's box.
"""

from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from reference._packed import packed

__all__ = ["SCALE", "Outlines"]

SCALE = 10_000
"""Coordinates are kept in 1/10,000 degree, about 11 m, as the source has them."""

_CELL = 64
_Point = tuple[int, int]
_Edge = tuple[int, int, float]
"""A corner, and how far east the edge goes for each unit to the north."""


@dataclass(slots=True)
class _Outline:
    code: str
    rings: list[list[_Point]]
    bottom: int = field(init=False)
    top: int = field(init=False)
    left: int = field(init=False)
    right: int = field(init=False)
    rows: list[list[_Edge]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        self.left, self.right, self.bottom, self.top = min(xs), max(xs), min(ys), max(ys)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point is inside; on an edge, whether it lies on its western or southern side."""
        if not (self.bottom <= y < self.top and self.left <= x < self.right):
            return False
        inside = False
        for x_corner, y_corner, slope in (self.rows or self._made_rows())[int(y - self.bottom)]:
            if x < x_corner + (y - y_corner) * slope:
                inside = not inside
        return inside

    def _made_rows(self) -> list[list[_Edge]]:
        self.rows = [[] for _ in range(self.bottom, self.top)]
        for ring in self.rings:
            for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
                if y1 != y2:
                    edge = (x1, y1, (x2 - x1) / (y2 - y1))
                    for row in range(min(y1, y2), max(y1, y2)):
                        self.rows[row - self.bottom].append(edge)
        return self.rows


class Outlines:
    """Every district's outline, by the cells its box touches."""

    def __init__(self) -> None:
        table = packed("outlines")
        points = zip(accumulate(table["east"]), accumulate(table["north"]), strict=True)
        sizes = iter(table["points"])
        self.cells: dict[_Point, tuple[_Outline, ...]] = {}
        for code, count in zip(table["code"], table["rings"], strict=True):
            rings = [[next(points) for _ in range(next(sizes))] for _ in range(count)]
            self._place(_Outline(code, rings))

    def _place(self, outline: _Outline) -> None:
        for column in range(outline.left // _CELL, outline.right // _CELL + 1):
            for row in range(outline.bottom // _CELL, outline.top // _CELL + 1):
                self.cells[column, row] = (*self.cells.get((column, row), ()), outline)

    def code_at(self, latitude: float, longitude: float) -> str | None:
        """Code of the district at a point in degrees; the first by code where outlines overlap."""
        x, y = longitude * SCALE, latitude * SCALE
        for outline in self.cells.get((int(x // _CELL), int(y // _CELL)), ()):
            if outline.holds(x, y):
                return outline.code
        return None
