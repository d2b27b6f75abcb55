"""The ranking in memory: packed applications in compiled loops. What follows the database is `matching.index`."""

from matching.engine.engine import Engine, warm_up
from matching.engine.packing import FORMAT, Wanted, line, pack, wanted_of

__all__ = ["FORMAT", "Engine", "Wanted", "line", "pack", "wanted_of", "warm_up"]
