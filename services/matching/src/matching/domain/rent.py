"""What a household would pay in a home, before anybody visits (DOMAIN §11.10)."""

from dataclasses import dataclass

from contracts.demand import RentPolicy
from contracts.values import DwellingFacts
from law.rent import moving_base_rent_cents
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.whose import moves_inside

__all__ = ["KEEPING", "OfferedRent", "offered_rent"]

KEEPING = frozenset({RentPolicy.SAME_PER_M2, RentPolicy.FREEZE})
"""What a landlord may do for its own tenants instead of re-letting at the rent it asks of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedRent:
    """Cents a month. `method` is what the principal rent follows from.

    `missing` says that the landlord would keep the rent, and the present rent or area is not known: then the rent of
    re-letting, which is never below, stands in.
    """

    base_cents: int
    charges_cents: int
    method: RentPolicy
    missing: bool = False

    @property
    def cents(self) -> int:
        return self.base_cents + self.charges_cents


def offered_rent(application: Application, home: DwellingFacts, basis: Basis) -> OfferedRent:
    """The rent of re-letting; for a tenant who moves inside the landlord's stock, as its published rent policy says.

    `law.rent.moving_base_rent_cents` says what each policy means.
    """
    method, present = basis.around.rent_policy, application.current_home
    relet = home.base_rent_cents
    if method not in KEEPING or not moves_inside(application, basis):
        return OfferedRent(base_cents=relet, charges_cents=home.service_charges_cents, method=RentPolicy.RELET)
    current, area = (None, None) if present is None else (present.base_rent_cents, present.living_area_m2)
    rent = moving_base_rent_cents(
        method,
        reletting_base_rent_cents=relet,
        current_base_rent_cents=current,
        current_area_m2=area,
        new_area_m2=home.living_area_m2,
    )
    return OfferedRent(
        base_cents=relet if rent is None else rent,
        charges_cents=home.service_charges_cents,
        method=method,
        missing=rent is None,
    )
