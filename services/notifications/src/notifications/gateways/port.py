"""What the sender asks of a gateway."""

import ipaddress
from collections.abc import Sequence
from typing import Protocol, TypeVar

from notifications.domain.attempt import Outcome

M_contra = TypeVar("M_contra", contravariant=True)


class Gateway(Protocol[M_contra]):
    async def send(self, messages: Sequence[M_contra]) -> list[Outcome]:
        """Hand over all and return the outcome of each, in order. Never raises for what a gateway may do."""
        ...

    async def close(self) -> None: ...


class NotASink(ConnectionError):
    """In the mode `sink` a gateway turned out to be on the open internet."""


def require_private(host: str, address: str) -> None:
    """Raise `NotASink` when `address`, which `host` led to, is reachable by the whole world."""
    if ipaddress.ip_address(address.partition("%")[0]).is_global:
        raise NotASink(
            f"{host} is {address}, an address on the open internet; NOTIFICATIONS_MODE=sink only talks to a sink "
            "on this machine or its private network. Real gateways need the mode allowlist or live."
        )
