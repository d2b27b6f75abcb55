"""Which district a point lies in, against a plain check of every edge in whole numbers."""

import random
import time
from collections import Counter
from itertools import accumulate, pairwise

import pytest

from reference._outlines import Outlines
from reference._packed import packed
from reference.districts import district_at, priority_district, priority_districts

FINE = 100
"""Points of the plain check are counted in 1/1,000,000 degree, corners in 1/10,000."""


@pytest.fixture(scope="module")
def rings():
    """Rings of each district by code, as packed."""
    table = packed("outlines")
    points = zip(accumulate(table["east"]), accumulate(table["north"]), strict=True)
    sizes = iter(table["points"])
    return {
        code: [[next(points) for _ in range(next(sizes))] for _ in range(count)]
        for code, count in zip(table["code"], table["rings"], strict=True)
    }


def plainly(rings, x, y):
    """Whether the point is inside by every edge of every ring; None where it lies on the line of an edge it meets."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            a, b, c, d = x1 * FINE, y1 * FINE, x2 * FINE, y2 * FINE
            if (b > y) == (d > y):
                continue
            side = (c - a) * (y - b) - (x - a) * (d - b)
            if side == 0:
                return None
            inside ^= (side > 0) == (d > b)
    return inside


def boxed(rings, margin=0):
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return min(xs) - margin, max(xs) + margin, min(ys) - margin, max(ys) + margin


def nearby(rings):
    """Districts by rough place, so that the plain check need not ask all of them."""
    for code, own in rings.items():
        left, right, bottom, top = boxed(own)
        yield code, left * FINE, right * FINE, bottom * FINE, top * FINE


def agree(rings, points):
    """Count what was found; any difference fails."""
    boxes = list(nearby(rings))
    found = Counter()
    for x, y in points:
        near = [code for code, left, right, low, high in boxes if left <= x <= right and low <= y <= high]
        answers = {code: plainly(rings[code], x, y) for code in near}
        if None in answers.values():
            found["on an edge"] += 1
            continue
        expected = next((code for code in near if answers[code]), None)
        district = district_at(y / 1_000_000, x / 1_000_000)
        assert (district and district.code) == expected, (x, y)
        found["inside" if expected else "outside"] += 1
    return found


def test_the_goutte_d_or():
    assert district_at(48.88699, 2.35313) == priority_district("QN07511M")


def test_every_district_has_an_outline_with_its_centre_near(rings):
    assert list(rings) == [district.code for district in priority_districts()]
    for district in priority_districts():
        left, right, bottom, top = boxed(rings[district.code], margin=1)
        assert left <= district.longitude * 10_000 <= right
        assert bottom <= district.latitude * 10_000 <= top


def test_random_points_around_districts(rings):
    chance = random.Random(2026)
    codes = chance.sample(sorted(rings), 300)
    points = []
    for code in codes:
        left, right, bottom, top = boxed(rings[code], margin=10)
        points += [
            (chance.randint(left * FINE, right * FINE), chance.randint(bottom * FINE, top * FINE)) for _ in range(4)
        ]
    found = agree(rings, points)
    assert found["inside"] > 200
    assert found["outside"] > 200


def test_points_near_borders(rings):
    """A metre from corners, and from the middles of edges."""
    chance = random.Random(7)
    points = []
    for code in chance.sample(sorted(rings), 300):
        ring = chance.choice(rings[code])
        index = chance.randrange(len(ring))
        (x1, y1), (x2, y2) = ring[index - 1], ring[index]
        for x, y in ((x1 * FINE, y1 * FINE), ((x1 + x2) * FINE // 2, (y1 + y2) * FINE // 2)):
            points += [(x + dx, y + dy) for dx in (-9, 11) for dy in (-11, 9)]
    found = agree(rings, points)
    assert found["inside"] > 500
    assert found["outside"] > 500


@pytest.mark.parametrize("overseas", ["971", "972", "973", "974", "976", "978", "987"])
def test_overseas_districts(rings, overseas):
    """South of the equator and west of Greenwich too."""
    codes = [code for code in rings if code.startswith(f"QN{overseas}")]
    chance = random.Random(overseas)
    points = []
    for code in codes[:15]:
        left, right, bottom, top = boxed(rings[code])
        points += [
            (chance.randint(left * FINE, right * FINE), chance.randint(bottom * FINE, top * FINE)) for _ in range(20)
        ]
    assert agree(rings, points)["inside"] > 5


def test_a_hole_and_a_second_part_need_no_case_of_their_own(monkeypatch):
    square_with_hole = [[(0, 0), (20, 0), (20, 20), (0, 20)], [(5, 5), (5, 15), (15, 15), (15, 5)]]
    island = [[(30, -20), (40, -20), (35, -10)]]
    points = [point for ring in square_with_hole + island for point in ring]
    table = {
        "code": ["QN00001M"],
        "rings": [3],
        "points": [4, 4, 3],
        "east": [b - a for a, b in pairwise([0, *(x for x, _ in points)])],
        "north": [b - a for a, b in pairwise([0, *(y for _, y in points)])],
    }
    monkeypatch.setattr("reference._outlines.packed", lambda _name: table)
    outlines = Outlines()
    inside = {(2, 2), (10, 17), (35, -18)}
    for x, y in inside | {(10, 10), (25, 0), (35, -9), (31, -11), (-1, 5)}:
        assert (outlines.code_at(y / 10_000, x / 10_000) == "QN00001M") == ((x, y) in inside)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (float("nan"), 2.0), (2.0, float("inf"))]
)
def test_no_point_on_earth(latitude, longitude):
    with pytest.raises(ValueError, match="latitude first"):
        district_at(latitude, longitude)


def test_points_of_an_import_are_looked_up_fast():
    """About 750,000 a second on a quiet core over inner Île-de-France; the bound is for a busy one."""
    chance = random.Random(1)
    points = [(chance.uniform(48.8, 49.0), chance.uniform(2.2, 2.6)) for _ in range(20_000)]
    runs = []
    for _ in range(3):
        start = time.process_time()
        inside = sum(district_at(*point) is not None for point in points)
        runs.append(time.process_time() - start)
    assert inside > 1_000
    assert len(points) / min(runs) > 100_000
