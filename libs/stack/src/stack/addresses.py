"""Ports drawn once and kept, so that an address noted yesterday is right today if nobody took it meanwhile."""

import json
from pathlib import Path

from stack.servers import free_port
from stack.servers.ports import is_free

_FILE = "ports.json"


def keep_ports(folder: Path, names: list[str]) -> dict[str, int]:
    """A free port for each name: the one it had in this folder, else a fresh one."""
    try:
        known = json.loads((folder / _FILE).read_text())
    except (OSError, ValueError):
        known = {}
    ports: dict[str, int] = {}
    for name in names:
        port = known.get(name)
        while not isinstance(port, int) or port in ports.values() or not is_free(port):
            port = free_port()
        ports[name] = port
    fresh = folder / f"{_FILE}.new"
    fresh.write_text(json.dumps({**known, **ports}, indent=1))
    fresh.replace(folder / _FILE)
    return ports
