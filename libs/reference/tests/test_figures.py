from datetime import date

import pytest

from reference.figures import Figure, Reading, UnknownFigure, figure

ON = date(2026, 11, 22)


@pytest.mark.parametrize("name", Figure)
def test_every_figure_has_a_row_with_its_text(name):
    found = figure(name, ON)
    assert found.values
    assert found.text
    assert found.note


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Figure.RECENT_INCOME_FALL_PERCENT, 10),
        (Figure.YOUNG_HOUSEHOLD_AGES, 55),
        (Figure.RIGHT_TO_STAY_PERCENT, 150),
        (Figure.SURCHARGE_PERCENT, 20),
        (Figure.PROTECTED_ABOVE_AGE, 65),
        (Figure.RELOCATION_OFFERS, 3),
        (Figure.RELOCATION_DISTANCE_KM, 5),
        (Figure.MOBILITY_AID_MOVERS_EUROS, 1_000),
        (Figure.MOBILITY_AID_LUMP_SUM_EUROS, 400),
        (Figure.EXAMINATION_YEARS, 3),
        (Figure.COMMITTEE_LEAST_FILES, 3),
        (Figure.COMMITTEE_MOST_MEMBERS, 6),
        (Figure.OFFER_LEAST_DAYS, 10),
        (Figure.PREFECT_RESERVATION_PERCENT, 30),
        (Figure.AGENTS_RESERVATION_PERCENT, 5),
        (Figure.LOCAL_RESERVATION_PERCENT, 20),
    ],
)
def test_figures_of_the_texts(name, value):
    assert figure(name, ON).value == value


def test_a_figure_begins_with_its_text():
    assert figure(Figure.RIGHT_TO_STAY_PERCENT, date(2018, 1, 1)).value == 150
    with pytest.raises(UnknownFigure, match="2017-12-31"):
        figure(Figure.RIGHT_TO_STAY_PERCENT, date(2017, 12, 31))


def test_a_figure_says_how_sure_it_is():
    assert figure(Figure.MOBILITY_AID_MOVERS_EUROS, ON).reading is Reading.READ_IN_OLDER_VERSION
    assert figure(Figure.MINIMUM_AREA_M2, ON).reading is Reading.READ
    report = figure(Figure.FLOW_REPORT_MONTH_AND_DAY, ON)
    assert (report.values, report.reading) == ((2, 28), Reading.NOT_READ)
    assert "non lu au 23/11/2026" in report.note


def test_a_list_has_no_single_value():
    with pytest.raises(ValueError, match="unpack"):
        _ = figure(Figure.MINIMUM_AREA_M2, ON).value
