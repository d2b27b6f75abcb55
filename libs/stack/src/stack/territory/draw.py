"""Random draws: streams by seed and chunk, shares, and draws that hang on a name rather than on an order."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Ints", "apportion", "categories", "hashed", "pick_by_share", "stream"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def stream(seed: int, name: str, *what: int) -> np.random.Generator:
    """An independent stream for each territory, purpose and chunk."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), *what])


def categories(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """`size` draws of a position in `shares`, which need not add up to one."""
    return pick_by_share(np.cumsum(np.asarray(shares, dtype=np.float64)), rng.random(size))


def pick_by_share(cumulated: Floats, uniform: Floats) -> Ints:
    """The position that each uniform draw falls on, given cumulated shares."""
    found = np.searchsorted(cumulated, uniform * cumulated[-1], side="right")
    position: Ints = np.minimum(found, len(cumulated) - 1).astype(np.int64)
    return position


def apportion(total: int, weights: Sequence[float] | Floats) -> Ints:
    """Share `total` out by weight in whole numbers, by largest remainder; equal remainders go to the first."""
    exact = np.asarray(weights, dtype=np.float64)
    exact = exact * (total / exact.sum())
    shares: Ints = np.floor(exact).astype(np.int64)
    remainders = np.argsort(-(exact - shares), kind="stable")
    shares[remainders[: total - int(shares.sum())]] += 1
    return shares


def hashed(seed: int, purpose: int, *parts: Any) -> Floats:
    """Uniform numbers in [0, 1) that depend on `parts` alone: what all homes of a building have in common.

    SplitMix64, the finaliser of Steele, Lea and Flood (2014).
    """
    state = np.uint64(seed & 0xFFFF_FFFF_FFFF_FFFF) ^ np.uint64(purpose << 32)
    with np.errstate(over="ignore"):
        for part in parts:
            state = _mix(state + _GOLDEN + np.asarray(part).astype(np.uint64))
    return np.asarray((state >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def _mix(value: Any) -> Any:
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))
