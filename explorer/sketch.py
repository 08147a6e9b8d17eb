"""A set of keys in a space that does not grow with it, from which the difference to another set can be read.

An invertible Bloom lookup table (Goodrich and Mitzenmacher, 2011): each key is added to three cells, one in each third
of the table. Where two tables are subtracted, keys that both sets have cancel out, and cells that hold a single key
give it away; taking that one out of its other cells frees the next. It fails, and says so, where too much differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

THIRDS = 3
CELL = np.dtype([("count", "<u2"), ("keys", "<u8"), ("checks", "<u4")])  # 14 bytes, all of them modulo their size
Keys = np.ndarray  # of uint64


@dataclass(frozen=True)
class Sketch:
    """``cells`` is an array of CELL whose length is a multiple of THIRDS."""

    cells: np.ndarray

    @classmethod
    def of(cls, keys: Iterable[int], size: int) -> "Sketch":
        """The sketch of a set of 64-bit keys in ``size`` cells. It gives back about ``size / 1.5`` differences."""
        cells: np.ndarray = np.zeros(size, CELL)
        known = np.fromiter(keys, np.uint64)
        checks: np.ndarray = _mixed(known, 0).astype(np.uint32)
        for places in _places(known, size):
            np.add.at(cells["count"], places, np.uint16(1))
            np.bitwise_xor.at(cells["keys"], places, known)
            np.bitwise_xor.at(cells["checks"], places, checks)
        return cls(cells)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what ``to_bytes`` wrote. Raises ValueError."""
        cells = np.frombuffer(data, CELL).copy()
        if not len(cells) or len(cells) % THIRDS:
            raise ValueError(f"a sketch has cells in multiples of {THIRDS}, not {len(cells)}")
        return cls(cells)

    def to_bytes(self) -> bytes:
        """14 bytes a cell."""
        return self.cells.tobytes()

    def difference(self, keys: Iterable[int]) -> tuple[set[int], set[int]] | None:
        """(keys that only the sketch has, keys that only the given set has); None where too much differs."""
        size = len(self.cells)
        left = self.cells.copy()
        other = Sketch.of(keys, size).cells
        left["count"] -= other["count"]
        left["keys"] ^= other["keys"]
        left["checks"] ^= other["checks"]
        only: tuple[set[int], set[int]] = (set(), set())
        for _ in range(2 * size):  # each round takes out at least one key, or ends
            pure = _pure(left)
            if not len(pure):
                break
            key, count = int(left["keys"][pure[0]]), int(left["count"][pure[0]])
            only[count != 1].add(key)
            _take_out(left, key, count)
        return None if any(left[name].any() for name in CELL.names or ()) else only


def _mixed(keys: Keys, seed: int) -> Keys:
    """The keys scrambled (SplitMix64), differently for each seed."""
    mixed = keys + np.uint64((0x9E3779B97F4A7C15 * (seed + 1)) & 0xFFFFFFFFFFFFFFFF)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _places(keys: Keys, size: int) -> list[np.ndarray]:
    """Numbers of the cells of each key: one array for each third of the table."""
    third = size // THIRDS
    return [(_mixed(keys, n + 1) % np.uint64(third)).astype(np.int64) + n * third for n in range(THIRDS)]


def _pure(cells: np.ndarray) -> np.ndarray:
    """Numbers of the cells that hold one key alone."""
    one = (cells["count"] == 1) | (cells["count"] == 0xFFFF)
    return np.flatnonzero(one & (cells["checks"] == _mixed(cells["keys"], 0).astype(np.uint32)))


def _take_out(cells: np.ndarray, key: int, count: int) -> None:
    known = np.array([key], np.uint64)
    for places in _places(known, len(cells)):
        cells["count"][places] -= np.uint16(count)
        cells["keys"][places] ^= known
        cells["checks"][places] ^= _mixed(known, 0).astype(np.uint32)
