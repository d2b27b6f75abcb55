"""Who may ask, and the settings that answers depend on."""

from typing import Annotated, Any

from fastapi import Request, Security

from chassis.auth import Principal, Role, bearer
from chassis.http import (
    Forbidden,
    Unauthorized,
)
from notifications.settings import Settings


def _reader(request: Request, _documented: Annotated[Any, Security(bearer)] = None) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise Unauthorized("A token is needed: send Authorization: Bearer <token>.")
    if not principal.roles & {Role.AGENT, Role.OPERATOR}:
        raise Forbidden("The role agent or operator is needed.")
    return principal


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Reader = Annotated[Principal, Security(_reader)]
