"""Households of the first quartile, to whom a quarter of the lettings outside priority districts go (CCH L441-1)."""

__all__ = ["in_first_quartile", "yearly_resources_per_unit"]


def yearly_resources_per_unit(monthly_resources_cents: int, consumption_units: float) -> float:
    """Euros a year and consumption unit: the month's resources times twelve, as the ministry's order counts them."""
    return monthly_resources_cents * 12 / 100 / consumption_units


def in_first_quartile(
    monthly_resources_cents: int | None,
    consumption_units: float | None,
    threshold_euros: int | None,
) -> bool | None:
    """Whether the household has less than the threshold of its territory and year (`reference.quartiles`).

    None where the resources, the persons or the threshold are not known: the yearly order names each EPCI, and
    Île-de-France as a whole.
    """
    if monthly_resources_cents is None or consumption_units is None or threshold_euros is None:
        return None
    return yearly_resources_per_unit(monthly_resources_cents, consumption_units) < threshold_euros
