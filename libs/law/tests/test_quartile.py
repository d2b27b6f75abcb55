from datetime import date

import pytest

from law.quartile import in_first_quartile, yearly_resources_per_unit
from reference import communes
from reference.quartiles import first_quartile_threshold

BOURG_EN_BRESSE, TOURS, SAINT_DENIS = "01053", "37261", "93066"


def test_resources_of_a_year_by_unit():
    assert yearly_resources_per_unit(120_000, 1.8) == 8_000


@pytest.mark.parametrize(
    ("resources", "units", "threshold", "first"),
    [
        (72_249, 1.0, 8_670, True),
        (72_250, 1.0, 8_670, False),
        (120_000, 1.8, 8_001, True),
        (120_000, 1.8, 8_000, False),
        (None, 1.0, 8_670, None),
        (1, None, 8_670, None),
        (1, 1.0, None, None),
    ],
)
def test_first_quartile_is_below_the_threshold(resources, units, threshold, first):
    assert in_first_quartile(resources, units, threshold) is first


def test_a_threshold_is_of_its_own_year_and_territory():
    known = first_quartile_threshold(BOURG_EN_BRESSE, 2020)
    assert (known.euros, known.territory, known.year) == (8_861, "200071751", 2020)
    assert first_quartile_threshold(BOURG_EN_BRESSE, date(2026, 1, 1).year) is None
    assert first_quartile_threshold(TOURS, 2020) is None
    assert first_quartile_threshold(SAINT_DENIS, 2020) is None


def test_an_unknown_place_is_an_error():
    with pytest.raises(communes.UnknownCommune):
        first_quartile_threshold("99999", 2020)
