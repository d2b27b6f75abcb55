from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.household import CeilingRegime
from contracts.values import Financing
from law.category import Category
from law.income import (
    CeilingVerdict,
    CountedIncome,
    Derogation,
    ceiling_for,
    check_ceiling,
    counted_income,
    owes_surcharge,
    percent_of_ceiling,
    right_to_stay_ends_on_income,
)
from reference.ceilings import Provenance

ON = date(2026, 11, 22)
PARIS_18, MEAUX, TOURS, SAINT_DENIS_REUNION = "75118", "77284", "37261", "97411"
FITS, OVER, UNKNOWN = CeilingVerdict
ORDINARY, RECENT, WAIVED, DEROGATORY, _ = CeilingRegime
ONE, THREE = Category(1), Category(3)


@pytest.mark.parametrize(
    ("n2", "n1", "twelve", "euros", "regime"),
    [
        (20_000, None, None, 20_000, ORDINARY),
        (20_000, 18_001, None, 20_000, ORDINARY),
        (20_000, 18_000, None, 18_000, RECENT),
        (20_000, 25_000, None, 20_000, ORDINARY),
        (20_000, None, 17_999, 17_999, RECENT),
        (20_000, 17_000, 12_000, 12_000, RECENT),
        (20_000, 15_000, 19_000, 15_000, RECENT),
        (20_000, 0, None, 0, RECENT),
        (0, 0, None, 0, RECENT),
        (None, 12_000, 12_000, None, ORDINARY),
    ],
)
def test_which_income_counts(n2, n1, twelve, euros, regime):
    assert counted_income(n2, n1=n1, last_twelve_months=twelve, on=ON) == CountedIncome(euros, regime)


@given(st.integers(0, 10**6), st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
def test_a_recent_income_only_ever_helps(n2, n1, twelve):
    counted = counted_income(n2, n1=n1, last_twelve_months=twelve, on=ON)
    assert counted.euros <= n2
    assert (counted.regime is RECENT) == (counted.euros in (n1, twelve) and counted.euros * 10 <= n2 * 9)


def check(euros, category=ONE, *, financing=Financing.PLUS, commune=TOURS, **more):
    return check_ceiling(CountedIncome(euros, ORDINARY), category, financing=financing, commune=commune, on=ON, **more)


@pytest.mark.parametrize(
    ("commune", "financing", "category", "euros"),
    [
        (PARIS_18, Financing.PLUS, ONE, 26_920),
        (MEAUX, Financing.PLUS, THREE, 48_362),
        (TOURS, Financing.PLUS, THREE, 37_584),
        (TOURS, Financing.PLUS, Category(6, 2), 60_156 + 2 * 6_710),
        (TOURS, Financing.PLAI, ONE, 12_870),
        (TOURS, Financing.PLS, ONE, 30_424),
    ],
)
def test_the_ceiling_itself_fits_and_a_euro_more_is_over(commune, financing, category, euros):
    fits = check(euros, category, financing=financing, commune=commune)
    assert (fits.verdict, fits.regime, fits.ceiling.euros) == (FITS, ORDINARY, euros)
    assert check(euros + 1, category, financing=financing, commune=commune).verdict is OVER


def test_a_check_says_which_table_it_used():
    ceiling = check(10_000, financing=Financing.PLS).ceiling
    assert (ceiling.effective_from, ceiling.provenance) == (date(2026, 1, 1), Provenance.COMPUTED)


@pytest.mark.parametrize(
    ("euros", "category", "financing", "commune"),
    [
        (None, ONE, Financing.PLUS, TOURS),
        (1, None, Financing.PLUS, TOURS),
        (1, ONE, Financing.PLI, TOURS),
        (1, ONE, Financing.OTHER, TOURS),
        (1, ONE, Financing.UNKNOWN, TOURS),
        (1, ONE, Financing.PLUS, SAINT_DENIS_REUNION),
        (1, ONE, Financing.PLUS, "99999"),
    ],
)
def test_what_is_missing_is_unknown(euros, category, financing, commune):
    assert check(euros, category, financing=financing, commune=commune).verdict is UNKNOWN


def test_no_ceiling_before_the_first_table():
    assert ceiling_for(Financing.PLUS, TOURS, ONE, date(2019, 1, 1)) is None


def test_an_under_occupied_home_given_back_waives_the_ceiling():
    for euros in (100_000, None):
        found = check(euros, gives_back_under_occupied=True)
        assert (found.verdict, found.regime) == (FITS, WAIVED)


@pytest.mark.parametrize(
    ("euros", "percent", "verdict", "regime"),
    [
        (23_403, 130, FITS, ORDINARY),
        (23_404, 130, FITS, DEROGATORY),
        (30_423, 130, FITS, DEROGATORY),
        (30_424, 130, OVER, DEROGATORY),
        (90_000, None, FITS, DEROGATORY),
    ],
)
def test_a_derogation_counts_only_above_the_ceiling(euros, percent, verdict, regime):
    found = check(euros, derogation=Derogation(date(2024, 1, 1), ceiling_percent=percent))
    assert (found.verdict, found.regime) == (verdict, regime)


@pytest.mark.parametrize(
    ("signed", "until", "holds"),
    [
        (date(2026, 11, 22), None, True),
        (date(2026, 11, 23), None, False),
        (date(2020, 11, 23), None, True),
        (date(2020, 11, 22), None, False),
        (date(2020, 1, 1), date(2030, 1, 1), False),
        (date(2025, 1, 1), date(2026, 11, 22), True),
        (date(2025, 1, 1), date(2026, 11, 21), False),
    ],
)
def test_a_derogation_holds_six_years_at_most(signed, until, holds):
    assert Derogation(signed, until).holds(ON) is holds


def test_a_derogation_of_a_leap_day_ends_on_the_28th():
    order = Derogation(date(2024, 2, 29))
    assert order.holds(date(2030, 2, 27))
    assert not order.holds(date(2030, 2, 28))


def test_an_expired_derogation_does_not_help():
    found = check(23_404, derogation=Derogation(date(2019, 1, 1)))
    assert (found.verdict, found.regime) == (OVER, ORDINARY)


def test_surcharge_from_twenty_percent_above():
    ceiling = ceiling_for(Financing.PLUS, MEAUX, Category(1), ON)  # 26,920
    assert percent_of_ceiling(13_460, ceiling) == 50
    assert not owes_surcharge(32_303, ceiling, ON)
    assert owes_surcharge(32_304, ceiling, ON)


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [(151, 151, date(2028, 7, 1)), (150, 151, None), (151, 150, None), (200, 100, None)],
)
def test_right_to_stay_ends_after_two_surveys_above_150_percent(first, second, ends):
    found = right_to_stay_ends_on_income(Fraction(first), Fraction(second), second_survey_on=ON)
    assert found == ends
