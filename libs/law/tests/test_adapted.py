from datetime import date

import pytest

from law.adapted import (
    AdaptedHomeOrder,
    adaptation_no_longer_needed,
    adapted_home_order,
    adapted_right_to_stay_ends,
    may_have_adapted_home,
)
from law.transfer import Protection

DISABLED, ELDERLY, OTHERS = AdaptedHomeOrder
OFFERS = (date(2026, 1, 10), date(2026, 3, 1), date(2026, 6, 15))


@pytest.mark.parametrize(
    ("disabled", "elderly", "order"),
    [(1, False, DISABLED), (2, True, DISABLED), (0, True, ELDERLY), (0, False, OTHERS)],
)
def test_to_whom_an_adapted_home_goes_first(disabled, elderly, order):
    assert adapted_home_order(disabled_persons=disabled, elderly_in_need=elderly) is order
    assert DISABLED < ELDERLY < OTHERS


@pytest.mark.parametrize(
    ("order", "nobody", "may"),
    [(DISABLED, False, True), (ELDERLY, False, True), (OTHERS, False, False), (OTHERS, True, True)],
)
def test_others_wait_for_a_search_that_found_nobody(order, nobody, may):
    assert may_have_adapted_home(order, search_found_nobody=nobody) is may


@pytest.mark.parametrize(("adapted", "disabled", "found"), [(True, 0, True), (True, 1, False), (False, 0, False)])
def test_an_adapted_home_that_nobody_needs(adapted, disabled, found):
    assert adaptation_no_longer_needed(adapted=adapted, disabled_persons=disabled) is found


@pytest.mark.parametrize(
    ("offers", "protected_by", "died", "ends"),
    [
        (OFFERS, frozenset(), None, date(2026, 12, 15)),
        (OFFERS[:2], frozenset(), None, None),
        (OFFERS, frozenset({Protection.AGE}), None, None),
        (OFFERS, frozenset({Protection.PRIORITY_DISTRICT}), None, date(2026, 12, 15)),
        (OFFERS, frozenset(), date(2025, 12, 31), date(2027, 6, 30)),
        (OFFERS, frozenset(), date(2024, 1, 1), date(2026, 12, 15)),
        (OFFERS[:2], frozenset(), date(2025, 12, 31), None),
    ],
)
def test_when_the_right_to_stay_in_it_ends(offers, protected_by, died, ends):
    assert adapted_right_to_stay_ends(offers, protected_by, died_on=died) == ends
