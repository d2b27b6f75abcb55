"""What a tenant of the stock may move to, and when: the law on rents, the landlord's conditions, works at the home."""

from contracts.household import Light
from contracts.values import DwellingFacts
from law.transfer import rent_is_lawful
from matching.domain.application import Application
from matching.domain.policy import Basis
from matching.domain.rent import offered_rent
from matching.domain.rules.finding import Finding, Rule, Verdict
from matching.domain.whose import is_transfer, present_landlord

__all__ = ["conditions", "light", "may_leave", "rent", "rent_below"]

_NO_MATTER = Finding(Rule.TRANSFER_RENT, Verdict.FITS, "transfer_rent.no_matter")
_ANOTHER = Finding(Rule.TRANSFER_RENT, Verdict.FITS, "transfer_rent.another_landlord")
_CONDITIONS = {
    True: Finding(Rule.TRANSFER_CONDITIONS, Verdict.FITS, "transfer_conditions.met"),
    False: Finding(Rule.TRANSFER_CONDITIONS, Verdict.POLICY, "transfer_conditions.not_met"),
}
_NO_CONDITIONS = Finding(Rule.TRANSFER_CONDITIONS, Verdict.FITS, "transfer_conditions.no_matter")
_CONDITIONS_UNKNOWN = Finding(Rule.TRANSFER_CONDITIONS, Verdict.UNKNOWN, "transfer_conditions.not_known")
_LIGHTS = {
    None: Finding(Rule.LIGHT, Verdict.FITS, "light.nothing_found"),
    Light.MAY_MOVE: Finding(Rule.LIGHT, Verdict.FITS, "light.may_move"),
    Light.BLOCKED: Finding(Rule.LIGHT, Verdict.POLICY, "light.blocked"),
    Light.UNKNOWN: Finding(Rule.LIGHT, Verdict.UNKNOWN, "light.not_known"),
}


def gives_back(application: Application) -> bool:
    """Whether the household under-occupies the home of the stock that it would leave (CCH L621-2)."""
    return is_transfer(application) and application.household.under_occupied is True


def rent_below(application: Application) -> int | None:
    """The principal rent, in cents, that a home of her own landlord must stay below.

    None where there is no such limit, or where the rent or the landlord is not known.
    """
    home = application.current_home
    if home is None or home.landlord is None or not gives_back(application):
        return None
    return home.base_rent_cents


def rent(application: Application, home: DwellingFacts, basis: Basis) -> Finding:
    """Whoever gives a home too large back pays its landlord less principal rent than before (CCH L442-3-1).

    The article is about what the landlord of that home offers: to another landlord she moves at the rent she accepts.
    """
    if not gives_back(application):
        return _NO_MATTER
    home_left, landlord = application.current_home, present_landlord(application)
    present = None if home_left is None else home_left.base_rent_cents
    if landlord is not None and basis.landlord is not None and landlord != basis.landlord:
        return _ANOTHER
    if present is None:
        return Finding(Rule.TRANSFER_RENT, Verdict.UNKNOWN, "transfer_rent.not_known")
    offered = offered_rent(application, home, basis).base_cents
    facts = {"base_rent_cents": offered, "present_base_rent_cents": present}
    if rent_is_lawful(offered, present):
        return Finding(Rule.TRANSFER_RENT, Verdict.FITS, "transfer_rent.lower", facts)
    if landlord is None or basis.landlord is None:
        return Finding(Rule.TRANSFER_RENT, Verdict.UNKNOWN, "transfer_rent.landlord_not_known", facts)
    return Finding(Rule.TRANSFER_RENT, Verdict.UNLAWFUL, "transfer_rent.not_lower", facts)


def conditions(application: Application, _home: DwellingFacts, _basis: Basis) -> Finding:
    """The current landlord's conditions, by the tenancy facts in force and uncontested (DOMAIN §11.9)."""
    if application.meets_transfer_conditions is not None:
        return _CONDITIONS[application.meets_transfer_conditions]
    return _CONDITIONS_UNKNOWN if is_transfer(application) else _NO_CONDITIONS


def light(application: Application, _home: DwellingFacts, _basis: Basis) -> Finding:
    """Works at the home that would be left hold the move back until the measure is completed (DOMAIN §11.18)."""
    return _LIGHTS[application.light]


def may_leave(application: Application) -> bool:
    """Whether neither the landlord's conditions nor the state of the home exclude every move."""
    return application.meets_transfer_conditions is not False and application.light is not Light.BLOCKED
