"""Who may ask, and the settings that answers depend on."""

from typing import Annotated

from fastapi import Request, Security

from chassis.auth import Principal, Role, require
from notifications.settings import Settings


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


Reader = Annotated[Principal, Security(require(Role.AGENT, Role.OPERATOR))]
