import random
import socket
from pathlib import Path

from stack.servers.errors import ServerError

LOOPBACK = "127.0.0.1"

_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 15_000
_ATTEMPTS = 200


def free_port() -> int:
    """A port nobody listens on, drawn below the ports the system gives to outgoing connections.

    A port from the ephemeral range can be lost while its server is down for a restart: a client that
    keeps trying to reconnect may be given that very port as its own and end up connected to itself.
    """
    highest = _first_ephemeral_port() - 1
    for _ in range(_ATTEMPTS):
        port = random.randint(_LOWEST, highest)  # noqa: S311 - a port is not a secret
        if is_free(port):
            return port
    raise ServerError(
        f"None of {_ATTEMPTS} ports tried between {_LOWEST} and {highest} is free on {LOOPBACK}; "
        "stop some servers or name the ports to use."
    )


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as the servers do: a connection in TIME_WAIT does not make a port taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def accepts_connections(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def _first_ephemeral_port() -> int:
    try:
        first = int(_EPHEMERAL_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768
    # a system that hands out nearly every port leaves no room below its range
    return first if first > _LOWEST + 1_000 else 60_000
