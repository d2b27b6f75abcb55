"""What a synthetic home costs a month, by financing, zone, area and year.

    principal rent = rate × financing × zone × age × structure × area        (each home ± 5 %)
    structure      = 0.77 × (1 + 20 / area) over its value at 50 m²

The structure coefficient has the form of the one in APL agreements (0.77 × (1 + homes × 20 m² / useful area)): small
homes cost more a square metre. It is applied home by home where the agreement applies it to the whole operation
(assumption). The rates are in `figures`, each with its source or its reason; charges are a flat amount a square metre.
"""

import numpy as np

from stack.territory.draw import Floats, Ints
from stack.territory.figures import value

__all__ = ["PLAI", "PLS", "PLUS", "charges_cents", "rent_cents"]

PLAI, PLUS, PLS = 0, 1, 2
"""Positions of the financings in all columns."""
_REFERENCE_AREA = 50.0
_NEWER_THAN = 1977
"""The reform of housing finance: before it, homes were built on HBM and HLM loans."""
_SPREAD = 0.05


def rent_cents(financing: Ints, central: Ints, area_m2: Floats, built_in: Ints, uniform: Floats) -> Ints:
    """Principal rent in cents a month; `central` marks Paris and the communes around it."""
    by_financing = np.array([value("rent.plai"), 1.0, value("rent.pls")])[financing]
    by_zone = np.where(central, 1.0, value("rent.outside_paris"))
    by_age = np.where(built_in < _NEWER_THAN, value("rent.before_1977"), 1.0)
    structure = (1 + 20 / area_m2) / (1 + 20 / _REFERENCE_AREA)
    per_m2 = value("rent.euros_per_m2") * by_financing * by_zone * by_age * structure * _around_one(uniform)
    return np.rint(per_m2 * area_m2 * 100).astype(np.int64)


def charges_cents(area_m2: Floats, uniform: Floats) -> Ints:
    """Recoverable charges in cents a month."""
    return np.rint(value("rent.charges_per_m2") * area_m2 * _around_one(uniform) * 100).astype(np.int64)


def _around_one(uniform: Floats) -> Floats:
    return 1 - _SPREAD + 2 * _SPREAD * uniform
