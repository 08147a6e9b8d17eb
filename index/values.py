"""Facet values of all rows, and how they are counted.

Frequent values are bitmaps, one bit a row: how many of a set of rows have such a value takes one "and" and one count of
bits, whatever the size of the set. Rare values are lists by row. A search with any number of matches so counts some
hundred values in less than a millisecond over 20,000 rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

FREQUENT = 1 / 128  # of the rows: a bitmap of a value that fewer rows have is larger than their list
FEW = 5  # looking up one row costs about as much as passing over so many
Rows = np.ndarray  # int64, row numbers
Mask = np.ndarray  # bool, one a row
Bits = np.ndarray  # uint64, one bit a row


class Chosen:
    """Rows that match something: as a mask, as numbers, as bits."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self.rows: Rows = np.flatnonzero(mask)

    @cached_property
    def bits(self) -> Bits:
        """The mask, 64 rows a number."""
        return packed(self.mask)

    def __len__(self) -> int:
        return len(self.rows)


def packed(mask: Mask) -> Bits:
    """A mask as bits, filled up with zeros to whole numbers."""
    bits = np.packbits(mask)
    return np.pad(bits, (0, -len(bits) % 8)).view(np.uint64)


@dataclass(frozen=True)
class Lists:
    """For each row its values, as numbers. Row r has ``codes[starts[r]:starts[r + 1]]``."""

    starts: np.ndarray  # int64, one more than there are rows
    codes: np.ndarray  # int32

    @classmethod
    def of(cls, size: int, rows: Rows, codes: np.ndarray) -> "Lists":
        """Lists for ``size`` rows from (row, code) pairs."""
        order = np.argsort(rows, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))]).astype(np.int64)
        return cls(starts, codes[order])

    @cached_property
    def lengths(self) -> np.ndarray:
        """How many values each row has."""
        return np.diff(self.starts)

    @cached_property
    def rows(self) -> Rows:
        """The row of each code."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int64), self.lengths)

    def counted(self, chosen: Chosen, values: int) -> np.ndarray:
        """How many of the chosen rows have each of so many values. Few rows are looked up, of many all are passed."""
        if FEW * len(chosen) < len(self.starts):
            lengths = self.lengths[chosen.rows]
            ends = np.cumsum(lengths)
            total = int(ends[-1]) if len(ends) else 0
            places = np.repeat(self.starts[chosen.rows] - (ends - lengths), lengths) + np.arange(total)
            return np.bincount(self.codes[places], minlength=values)
        return np.bincount(self.codes[chosen.mask[self.rows]], minlength=values)


@dataclass(frozen=True)
class Values:
    """One facet: the names of its values, and which rows have which."""

    names: tuple[str, ...]
    lists: Lists

    @classmethod
    def of(
        cls, size: int, values: Mapping[int, Sequence[str]], before: "Values | None" = None, kept: Mask | None = None
    ) -> "Values":
        """The facet of ``size`` rows: ``values`` by row, and those that ``before`` had in the rows ``kept``."""
        names = list(before.names) if before else []
        numbers = {name: number for number, name in enumerate(names)}
        pairs = [(row, name) for row, chosen in values.items() for name in chosen]
        for _, name in pairs:
            if name not in numbers:
                numbers[name] = len(names)
                names.append(name)
        rows = np.array([row for row, _ in pairs], np.int64)
        codes = np.array([numbers[name] for _, name in pairs], np.int32)
        if before is not None and kept is not None:
            keep = kept[before.lists.rows]
            rows = np.concatenate([before.lists.rows[keep], rows])
            codes = np.concatenate([before.lists.codes[keep], codes])
        return cls(tuple(names), Lists.of(size, rows, codes))

    @cached_property
    def _everywhere(self) -> np.ndarray:
        """How many rows have each value."""
        return np.bincount(self.lists.codes, minlength=len(self.names))

    @cached_property
    def _frequent(self) -> np.ndarray:
        """Codes of the frequent values."""
        least = FREQUENT * len(self.lists.lengths)
        return np.flatnonzero(self._everywhere > least)

    @cached_property
    def _bitmaps(self) -> np.ndarray:
        """One line of bits for each frequent value."""
        size = len(self.lists.lengths)
        order = np.argsort(self.lists.codes, kind="stable")
        ends = np.cumsum(self._everywhere)
        lines: np.ndarray = np.zeros((len(self._frequent), len(packed(np.zeros(size, bool)))), np.uint64)
        for line, code in enumerate(self._frequent.tolist()):
            mask: Mask = np.zeros(size, bool)
            mask[self.lists.rows[order[ends[code - 1] if code else 0 : ends[code]]]] = True
            lines[line] = packed(mask)
        return lines

    @cached_property
    def _rare(self) -> Lists:
        """The lists without the frequent values."""
        rare: np.ndarray = np.ones(len(self.names), bool)
        rare[self._frequent] = False
        keep = rare[self.lists.codes]
        return Lists.of(len(self.lists.lengths), self.lists.rows[keep], self.lists.codes[keep])

    def having(self, names: Iterable[str]) -> Mask:
        """Rows with any of these values."""
        size, wanted = len(self.lists.lengths), frozenset(names)
        codes = [code for code, name in enumerate(self.names) if name in wanted]
        lines = np.isin(self._frequent, codes)
        bits = np.bitwise_or.reduce(self._bitmaps[lines], axis=0)
        mask: Mask = np.unpackbits(bits.view(np.uint8), count=size).astype(bool)
        if int(lines.sum()) < len(codes):
            rare: np.ndarray = np.zeros(len(self.names), bool)
            rare[codes] = True
            mask[self._rare.rows[rare[self._rare.codes]]] = True
        return mask

    def counted(self, chosen: Chosen) -> np.ndarray:
        """How many of the chosen rows have each value: one number a name. A new array."""
        if len(chosen) == len(self.lists.lengths):
            return self._everywhere.copy()
        if len(self._rare.codes):
            counts = self._rare.counted(chosen, len(self.names))
        else:
            counts = np.zeros(len(self.names), np.int64)
        counts[self._frequent] = np.bitwise_count(self._bitmaps & chosen.bits).sum(axis=1, dtype=np.int64)
        return counts

    def prepare(self) -> None:
        """Make now what is otherwise made at the first count."""
        self.counted(Chosen(np.zeros(len(self.lists.lengths), bool)))
