import pytest

from contracts.demand import RentPolicy
from law.rent import moving_base_rent_cents

RELET, SAME_PER_M2, FREEZE, UNKNOWN = RentPolicy


@pytest.mark.parametrize(
    ("policy", "current", "area", "new_area", "relet", "rent"),
    [
        (RELET, 500_00, 90.0, 45.0, 450_00, 450_00),
        (RELET, None, None, None, 450_00, 450_00),
        (SAME_PER_M2, 500_00, 90.0, 45.0, 450_00, 250_00),
        (SAME_PER_M2, 500_00, 80.0, 50.0, 450_00, 312_50),
        (SAME_PER_M2, 900_00, 90.0, 60.0, 450_00, 450_00),
        (SAME_PER_M2, None, 90.0, 45.0, 450_00, None),
        (SAME_PER_M2, 500_00, None, 45.0, 450_00, None),
        (SAME_PER_M2, 500_00, 90.0, None, 450_00, None),
        (FREEZE, 400_00, None, None, 450_00, 400_00),
        (FREEZE, 500_00, None, None, 450_00, 450_00),
        (FREEZE, None, None, None, 450_00, None),
        (UNKNOWN, 500_00, 90.0, 45.0, 450_00, None),
    ],
)
def test_the_rent_she_would_pay(policy, current, area, new_area, relet, rent):
    found = moving_base_rent_cents(
        policy,
        reletting_base_rent_cents=relet,
        current_base_rent_cents=current,
        current_area_m2=area,
        new_area_m2=new_area,
    )
    assert found == rent
