"""Python's collector of cycles, told what a service is like: much that stays, little that goes in cycles.

Measured on notifications: 195,000 objects stay from the imports, and each full collection goes through all of them
again, a pause of 0.1 s in which no alert leaves. Frozen, they are passed over.
"""

import gc

_YOUNG = 10_000
"""New objects before the youngest are looked through (Python's default is 700): most are gone by themselves by then."""


def settle() -> None:
    """Call it once, when everything is imported and before work begins."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
