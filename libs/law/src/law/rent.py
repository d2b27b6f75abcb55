"""The principal rent of a tenant who moves inside the stock, by her landlord's policy (DOMAIN §4.2).

No text asks for the same rent a square metre; what the law asks is `law.transfer.rent_is_lawful`.
"""

from contracts.demand import RentPolicy

__all__ = ["moving_base_rent_cents"]

_HUNDREDTHS = 100
"""Areas are reckoned in whole ones of a square metre, so that a cent is a cent on every machine."""


def moving_base_rent_cents(
    policy: RentPolicy,
    *,
    reletting_base_rent_cents: int,
    current_base_rent_cents: int | None = None,
    current_area_m2: float | None = None,
    new_area_m2: float | None = None,
) -> int | None:
    """Principal rent a month of the home she would move to; None where what the policy asks for is not known.

    `relet`: what anybody would pay. `same_per_m2`: what she pays a square metre, times the new area. `freeze`: what
    she pays now. The last two never cost more than `relet`; cents are rounded down.
    """
    if policy is RentPolicy.RELET:
        return reletting_base_rent_cents
    if policy is RentPolicy.UNKNOWN or current_base_rent_cents is None:
        return None
    if policy is RentPolicy.FREEZE:
        return min(current_base_rent_cents, reletting_base_rent_cents)
    if not current_area_m2 or not new_area_m2:
        return None
    kept = current_base_rent_cents * round(new_area_m2 * _HUNDREDTHS) // round(current_area_m2 * _HUNDREDTHS)
    return min(kept, reletting_base_rent_cents)
