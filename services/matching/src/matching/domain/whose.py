"""Whose tenant a household is, and whose home it would move into."""

from contracts.values import ApplicationKind
from matching.domain.application import Application
from matching.domain.policy import Basis

__all__ = ["is_transfer", "moves_inside", "present_landlord"]


def is_transfer(application: Application) -> bool:
    """Whether a home of the stock is left: a split and a first letting leave none."""
    return application.kind is ApplicationKind.TRANSFER


def present_landlord(application: Application) -> str | None:
    return None if application.current_home is None else application.current_home.landlord


def moves_inside(application: Application, basis: Basis) -> bool:
    """A tenant who would move into another home of the landlord's."""
    landlord = present_landlord(application)
    return is_transfer(application) and landlord is not None and landlord == basis.landlord
