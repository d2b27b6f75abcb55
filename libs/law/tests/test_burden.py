import pytest

from law.burden import HousingCost, effort_percent, residual_income_cents

COST = HousingCost(
    base_rent_cents=400_00,
    accessory_rent_cents=20_00,
    service_charges_cents=80_00,
    contribution_cents=10_00,
    flat_water_cents=15_00,
    flat_heating_cents=25_00,
)


def test_a_cost_is_all_that_is_paid():
    assert COST.total_cents == 550_00
    assert HousingCost(base_rent_cents=1).total_cents == 1


@pytest.mark.parametrize(
    ("aid", "resources", "percent"),
    [
        (0, 1_650_00, 33.3),
        (220_00, 1_650_00, 20.0),
        (55_00, 1_500_00, 33.0),
        (600_00, 1_000_00, 0.0),
        (None, 1_650_00, None),
        (0, None, None),
        (0, 0, None),
    ],
)
def test_effort_is_net_of_aid(aid, resources, percent):
    assert effort_percent(COST, aid_cents=aid, resources_cents=resources) == percent


@pytest.mark.parametrize(
    ("aid", "resources", "units", "cents"),
    [
        (0, 1_000_00, 1.0, 15_00),
        (100_00, 1_000_00, 1.0, 18_33),
        (100_00, 1_000_00, 1.8, 10_19),
        (0, 400_00, 1.0, -5_00),
        (0, 0, 1.0, -18_33),
        (None, 1_000_00, 1.0, None),
        (0, None, 1.0, None),
        (0, 1_000_00, None, None),
    ],
)
def test_residual_income_a_day_and_unit(aid, resources, units, cents):
    found = residual_income_cents(COST, aid_cents=aid, resources_cents=resources, consumption_units=units)
    assert found == cents
