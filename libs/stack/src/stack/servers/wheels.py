from importlib.util import find_spec
from pathlib import Path

from stack.servers.errors import ServerError


def wheel_folder(package: str) -> Path:
    """The folder of an installed package, without importing it: some do a good deal when imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerError(f"The package {package} is not installed; run `make setup`.")
    return Path(spec.origin).parent
