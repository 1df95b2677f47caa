"""Repeatable noise: a number in [0, 1) for each (seed, name, index), computed for whole arrays at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.demo.company import digest

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BITS = 53


def key(*parts: object) -> np.uint64:
    """A 64-bit key of these parts."""
    return np.uint64(int(digest(*parts)[:16], 16))


def uniform(of: np.uint64, index: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """SplitMix64 at `index`: depends on the key and the index alone, so it never changes as time goes on."""
    with np.errstate(over="ignore"):
        value = index.astype(np.uint64) * _STEP + of
        value = (value ^ (value >> np.uint64(30))) * _MIX_1
        value = (value ^ (value >> np.uint64(27))) * _MIX_2
        value ^= value >> np.uint64(31)
    return (value >> np.uint64(64 - _BITS)).astype(np.float64) / float(1 << _BITS)
