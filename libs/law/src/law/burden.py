"""What a home weighs on a household: the effort and what is left to live on (DOMAIN §4.6).

Both are net of housing aid and unknown without it: an aid that nobody told or estimated is not nought.
"""

from dataclasses import dataclass

__all__ = ["HousingCost", "effort_percent", "residual_income_cents"]

_DAYS = 30
"""Of a month, as the practice of residual income counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HousingCost:
    """What a month in a home costs, in cents, aid not yet taken off.

    `flat_water_cents` and `flat_heating_cents` stand for water and heating that the household pays on its own: the
    landlord's flat amounts, 0 where they are in the charges.
    """

    base_rent_cents: int
    accessory_rent_cents: int = 0
    service_charges_cents: int = 0
    contribution_cents: int = 0
    """The tenant's share in works that save energy (loi 89-462 art. 23-1)."""
    flat_water_cents: int = 0
    flat_heating_cents: int = 0

    @property
    def total_cents(self) -> int:
        return (
            self.base_rent_cents
            + self.accessory_rent_cents
            + self.service_charges_cents
            + self.contribution_cents
            + self.flat_water_cents
            + self.flat_heating_cents
        )


def effort_percent(cost: HousingCost, *, aid_cents: int | None, resources_cents: int | None) -> float | None:
    """Rent, charges and contribution less aid, in hundredths of the month's resources (arrêté of 10 March 2011).

    `resources_cents`: of those whom CCH L442-12 counts, a month, without the aid. One decimal; never below 0. None
    without aid told, or without resources to hold it against.
    """
    if aid_cents is None or not resources_cents:
        return None
    return round(100 * max(0, cost.total_cents - aid_cents) / resources_cents, 1)


def residual_income_cents(
    cost: HousingCost,
    *,
    aid_cents: int | None,
    resources_cents: int | None,
    consumption_units: float | None,
) -> int | None:
    """What is left a day and consumption unit (reste à vivre), in cents; negative where the home takes more.

    (resources - rent - charges + aid) / units / 30. None where any of the three is not known.
    """
    if aid_cents is None or resources_cents is None or consumption_units is None:
        return None
    return round((resources_cents - cost.total_cents + aid_cents) / consumption_units / _DAYS)
