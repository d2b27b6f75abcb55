"""Who may read what: a landlord its own, agents and operators everything."""

from typing import Annotated, Any

from fastapi import Request, Security

from chassis.auth import Principal, Role, bearer
from chassis.problems import Unauthorized


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    return principal


Reader = Annotated[Principal, Security(_reader)]
"""Anybody with a token; `scope_of` says of whose stock."""


def scope_of(reader: Principal) -> str | None:
    """The SIREN whose stock this reader sees, None for all.

    A token for a landlord and something more sees what the landlord sees.
    """
    return reader.siren if Role.LANDLORD in reader.roles else None


def may_read(reader: Principal, landlord: str) -> bool:
    return scope_of(reader) in {None, landlord}
