"""Who may read what: a landlord its own, agents and operators everything."""

from typing import Annotated, Any

from fastapi import Request, Security

from chassis.auth import Principal, Role, bearer
from chassis.problems import Forbidden, Unauthorized


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    if not principal.roles & {Role.LANDLORD, Role.AGENT, Role.OPERATOR}:
        raise Forbidden("The role landlord, agent or operator is needed.")
    return principal


def _partner(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    return principal


Reader = Annotated[Principal, Security(_reader)]
"""Anybody but a reservation holder; `scope_of` says of whose stock."""
Partner = Annotated[Principal, Security(_partner)]
"""Anybody with a token, a reservation holder too; `concerns` says whether a right is theirs."""


def scope_of(reader: Principal) -> str | None:
    """The SIREN whose stock this reader sees, None for all.

    A token for a landlord and something more sees what the landlord sees.
    """
    return reader.siren if Role.LANDLORD in reader.roles else None


def may_read(reader: Principal, landlord: str) -> bool:
    return scope_of(reader) in {None, landlord}


def concerns(partner: Principal, *, landlord: str, holder: str | None) -> bool:
    """Whether a right between these two is this partner's to see: theirs, or anybody's for an agent."""
    if Role.LANDLORD in partner.roles:
        return partner.siren == landlord
    if Role.HOLDER in partner.roles:
        return partner.siren == holder
    return bool(partner.roles & {Role.AGENT, Role.OPERATOR})
