"""Who may read what of tenancies: a landlord its own, agents and operators everything."""

from typing import Annotated

from fastapi import Security

from chassis.auth import Principal, Role, require
from chassis.problems import Forbidden

Reader = Annotated[Principal, Security(require())]
"""Anybody with a token."""


def require_publisher(principal: Principal, siren: str) -> None:
    """Raise `Forbidden` unless this is the landlord itself, or an operator."""
    if Role.OPERATOR in principal.roles:
        return
    if Role.LANDLORD not in principal.roles:
        raise Forbidden("A landlord publishes its own conditions; an operator may do it for one.")
    principal.require_siren(siren)
