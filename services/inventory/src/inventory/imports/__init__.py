"""Files of dwellings: by command, and from a folder in which landlords' systems leave them."""

from inventory.imports.load import import_dwellings, import_edge
from inventory.imports.target import DWELLINGS, profile_of
from inventory.imports.watch import Watch

__all__ = ["DWELLINGS", "Watch", "import_dwellings", "import_edge", "profile_of"]
