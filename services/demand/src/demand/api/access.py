"""Who may read what of tenancies: a landlord its own, agents and operators everything."""

from typing import Annotated, Any

from fastapi import Request, Security

from chassis.auth import Principal, Role, bearer
from chassis.problems import Forbidden, Unauthorized


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    return principal


Reader = Annotated[Principal, Security(_reader)]
"""Anybody with a token."""


def require_publisher(principal: Principal, siren: str) -> None:
    """Raise `Forbidden` unless this is the landlord itself, or an operator."""
    if Role.OPERATOR in principal.roles:
        return
    if Role.LANDLORD not in principal.roles:
        raise Forbidden("A landlord publishes its own conditions; an operator may do it for one.")
    principal.require_siren(siren)
