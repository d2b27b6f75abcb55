from datetime import date
from itertools import pairwise

import pytest

from reference._packed import packed
from reference.ceilings import (
    CATEGORIES,
    Financing,
    Provenance,
    UnknownCeiling,
    effective_dates,
    income_ceiling,
    income_ceiling_for_persons,
)
from reference.zones import CeilingZone

PARIS, IDF, OTHER = CeilingZone.PARIS_AND_NEIGHBOURS, CeilingZone.REST_OF_ILE_DE_FRANCE, CeilingZone.OTHER_REGIONS
PLAI, PLUS, PLS = Financing
IN_2026 = date(2026, 3, 1)

PLUS_2026 = {
    PARIS: (26_920, 40_233, 52_740, 62_968, 74_919, 84_304, 9_394),
    IDF: (26_920, 40_233, 48_362, 57_930, 68_577, 77_171, 8_598),
    OTHER: (23_403, 31_254, 37_584, 45_374, 53_376, 60_156, 6_710),
}
PLUS_2025_OTHER = (23_201, 30_984, 37_259, 44_982, 52_915, 59_636, 6_652)
PLAI_2025 = {
    PARIS: (14_683, 23_931, 31_369, 34_338),
    IDF: (14_683, 23_931, 28_767, 31_585),
    OTHER: (12_759, 18_591, 22_356, 24_875, 29_105, 32_800, 3_657),
}
PLAI_2024_OTHER = (12_452, 18_143, 21_818, 24_276, 28_404, 32_010, 3_569)
PLS_2024_OTHER = (29_435, 39_309, 47_271, 57_069, 67_133, 75_660, 8_440)
"""As a landlord published them (omhgrandnancy.fr), but for category 3 of PLS, where it has 42,271."""
EVERY_TABLE = [
    (financing, zone, on)
    for financing in Financing
    for zone in (PARIS, IDF, OTHER)
    for on in effective_dates(financing, zone)
]


def table(financing, zone, on):
    """Six categories and the amount an extra person adds."""
    six = [income_ceiling(financing, zone, category=category, on=on).euros for category in CATEGORIES]
    return (*six, income_ceiling(financing, zone, category=6, extra_persons=1, on=on).euros - six[-1])


@pytest.mark.parametrize("zone", PLUS_2026)
def test_plus_2026(zone):
    assert table(PLUS, zone, IN_2026) == PLUS_2026[zone]


def test_plus_2025_and_plai_2025():
    assert table(PLUS, OTHER, date(2025, 12, 31)) == PLUS_2025_OTHER
    for zone, known in PLAI_2025.items():
        assert table(PLAI, zone, date(2025, 6, 1))[: len(known)] == known


def test_computed_tables_of_2024_are_those_a_landlord_published():
    assert table(PLAI, OTHER, date(2024, 6, 1)) == PLAI_2024_OTHER
    assert table(PLS, OTHER, date(2024, 6, 1)) == PLS_2024_OTHER


def test_pls_of_2025_is_the_published_one():
    assert income_ceiling(PLS, OTHER, category=1, on=date(2025, 6, 1)).euros == 30_161


def test_the_typing_error_of_2022_is_mended():
    assert income_ceiling(PLAI, PARIS, category=2, on=date(2022, 1, 1)).euros == 21_805


def test_computed_amounts():
    assert [income_ceiling(PLAI, zone, category=1, on=IN_2026).euros for zone in (PARIS, IDF, OTHER)] == [
        14_811,
        14_811,
        12_870,
    ]
    assert [income_ceiling(PLS, zone, category=1, on=IN_2026).euros for zone in (PARIS, IDF, OTHER)] == [
        34_996,
        34_996,
        30_424,
    ]


@pytest.mark.parametrize(
    ("financing", "year", "provenance", "says"),
    [
        (PLUS, 2026, Provenance.PUBLISHED, "VLOL2534266A"),
        (PLUS, 2025, Provenance.PUBLISHED, "29 juillet 1987"),
        (PLAI, 2022, Provenance.PUBLISHED, "29 juillet 1987"),
        (PLAI, 2026, Provenance.COMPUTED, "à confirmer"),
        (PLS, 2026, Provenance.COMPUTED, "× 1,30"),
    ],
)
def test_an_amount_carries_its_origin_and_date(financing, year, provenance, says):
    ceiling = income_ceiling(financing, PARIS, category=3, on=date(year, 7, 14))
    assert ceiling.provenance is provenance
    assert says in ceiling.source
    assert ceiling.effective_from == date(year, 1, 1)


def test_there_is_a_table_a_year():
    assert len(EVERY_TABLE) == 63
    assert effective_dates(PLUS, OTHER) == tuple(date(year, 1, 1) for year in range(2020, 2027))


@pytest.mark.parametrize(("financing", "zone", "on"), EVERY_TABLE)
def test_ceilings_rise_with_the_category(financing, zone, on):
    *categories, extra_person = table(financing, zone, on)
    assert all(smaller < larger for smaller, larger in pairwise(categories))
    assert 0 < extra_person < categories[0]


@pytest.mark.parametrize(("financing", "zone", "on"), EVERY_TABLE)
def test_ceilings_order_financings_zones_and_years(financing, zone, on):
    amounts = table(financing, zone, on)
    plus = table(PLUS, zone, on)
    if financing is PLS:
        assert all(abs(pls - 1.3 * base) <= 2 for pls, base in zip(amounts, plus, strict=True))
    if financing is PLAI:
        assert all(plai < base for plai, base in zip(amounts, plus, strict=True))
    assert all(low <= high for low, high in zip(amounts, table(financing, PARIS, on), strict=True))
    assert all(low <= high for low, high in zip(amounts, table(financing, zone, IN_2026), strict=True))


def test_a_ceiling_holds_until_the_next_one_takes_effect():
    eve = income_ceiling(PLUS, OTHER, category=1, on=date(2025, 12, 31))
    day = income_ceiling(PLUS, OTHER, category=1, on=date(2026, 1, 1))
    assert (eve.euros, day.euros) == (23_201, 23_403)


def test_the_last_known_ceiling_goes_on_and_says_it_is_not_current():
    later = date(2027, 2, 1)
    ceiling = income_ceiling(PLUS, PARIS, category=1, on=later)
    assert ceiling.euros == 26_920
    assert not ceiling.is_current(later)
    assert ceiling.is_current(IN_2026)


@pytest.mark.parametrize(
    ("persons", "category", "extra", "euros"),
    [(1, 1, 0, 26_920), (4, 4, 0, 62_968), (6, 6, 0, 84_304), (7, 6, 1, 93_698), (9, 6, 3, 84_304 + 3 * 9_394)],
)
def test_ceiling_by_number_of_persons(persons, category, extra, euros):
    ceiling = income_ceiling_for_persons(PLUS, PARIS, persons=persons, on=IN_2026)
    assert (ceiling.category, ceiling.extra_persons, ceiling.euros) == (category, extra, euros)


@pytest.mark.parametrize(("category", "extra"), [(0, 0), (7, 0), (3, 1), (6, -1)])
def test_impossible_categories(category, extra):
    with pytest.raises(ValueError, match=r"[Cc]ategor"):
        income_ceiling(PLUS, PARIS, category=category, extra_persons=extra, on=IN_2026)


def test_a_household_has_at_least_one_person():
    with pytest.raises(ValueError, match="0 persons"):
        income_ceiling_for_persons(PLUS, PARIS, persons=0, on=IN_2026)


def test_before_the_first_table():
    with pytest.raises(UnknownCeiling, match=r"2019-12-31.*2020-01-01"):
        income_ceiling(PLUS, PARIS, category=1, on=date(2019, 12, 31))


def test_overseas_names_its_own_text():
    with pytest.raises(UnknownCeiling, match="14 March 2011"):
        income_ceiling(PLUS, CeilingZone.OVERSEAS, category=1, on=IN_2026)
    assert effective_dates(PLUS, CeilingZone.OVERSEAS) == ()


def test_no_two_tables_take_effect_on_the_same_day():
    keys = [(row["financing"], row["zone"], row["effective_from"]) for row in packed("ceilings")["tables"]]
    assert len(keys) == len(set(keys))
