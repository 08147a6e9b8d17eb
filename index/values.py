"""Facet values of all rows, and how they are counted.

Frequent values are bitmaps, one bit a row: how many of a set of rows have such a value takes one "and" and one count of
bits, whatever the size of the set. Rare values are lists by row. A search with any number of matches so counts some
hundred values in less than a millisecond over 20,000 rows.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.packed import spliced

FREQUENT = 1 / 128  # of the rows: a bitmap of a value that fewer rows have is larger than their list
HARDLY_ANY = 12  # for fewer rows than one in so many, looking up their lists is faster than bitmaps
BLOCK = 1 << 13  # rows
AT_ONCE = 1 << 19  # bytes of bitmaps that are gone through in one step
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
    def after(self) -> Rows:
        """The row after each of them."""
        return self.rows + 1

    @cached_property
    def bits(self) -> Bits:
        """The mask, 64 rows a number."""
        return packed(self.mask)

    def __len__(self) -> int:
        return len(self.rows)


def packed(mask: Mask) -> Bits:
    """A mask as bits, filled up with zeros to whole numbers."""
    bits: np.ndarray = np.zeros(-(-len(mask) // 64) * 8, np.uint8)
    bits[: -(-len(mask) // 8)] = np.packbits(mask)
    return bits.view(np.uint64)


@dataclass(frozen=True)
class Lists:
    """For each row its values, as numbers. Row r has ``codes[starts[r]:starts[r + 1]]``."""

    starts: np.ndarray  # int32 in a file, else int64; one more than there are rows
    codes: np.ndarray  # int32

    @classmethod
    def of(cls, size: int, rows: Rows, codes: np.ndarray) -> "Lists":
        """Lists for ``size`` rows from (row, code) pairs."""
        order = np.argsort(rows, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))]).astype(np.int64)
        return cls(starts, codes[order])

    @classmethod
    def following(cls, lengths: np.ndarray, codes: np.ndarray) -> "Lists":
        """Lists of these lengths, cut from codes one after another."""
        return cls(np.concatenate([[0], np.cumsum(lengths)]), codes)

    @property
    def lengths(self) -> np.ndarray:
        """How many values each row has."""
        return np.diff(self.starts)

    @property
    def rows(self) -> np.ndarray:
        """The row of each code, int32."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), self.lengths)

    @cached_property
    def _rows(self) -> np.ndarray:
        """As :attr:`rows`, kept for counting."""
        return self.rows

    def taken(self, rows: Rows) -> "Lists":
        """The lists of these rows alone, in their order."""
        firsts = self.starts[rows]
        lengths = self.starts[1:][rows] - firsts
        starts: np.ndarray = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(firsts - starts[:-1], lengths) + np.arange(starts[-1])
        return Lists(starts, self.codes[places])

    def replaced(self, rows: Rows, fresh: "Lists", size: int) -> "Lists":
        """Lists of ``size`` rows, those of ``rows`` taken from ``fresh``."""
        lengths: np.ndarray = np.zeros(size, np.int64)
        lengths[: len(self.starts) - 1] = self.lengths
        lengths[rows] = fresh.lengths
        codes = spliced(self.codes, self.starts, fresh.codes, fresh.starts, rows, size, self.codes[:0])
        return Lists.following(lengths, codes)

    @cached_property
    def is_one_each(self) -> bool:
        """Whether every row has one value, so that row r has ``codes[r]``."""
        return len(self.codes) == len(self.starts) - 1 and bool((self.lengths == 1).all())

    def codes_of(self, chosen: Chosen) -> np.ndarray:
        """The values of the chosen rows, one after the other."""
        if self.is_one_each:
            return self.codes.take(chosen.rows)
        firsts: np.ndarray = self.starts.take(chosen.rows)
        ends: np.ndarray = self.starts.take(chosen.after)
        lengths = ends - firsts
        ends = lengths.cumsum()  # where the values of each row end among those of all
        places: np.ndarray = np.repeat(firsts - ends + lengths, lengths)
        places += np.arange(len(places))
        return self.codes.take(places)

    def counted(self, chosen: Chosen, values: int) -> np.ndarray:
        """How many of the chosen rows have each of so many values. Few rows are looked up, of many all are passed."""
        if FEW * len(chosen) < len(self.starts):
            return np.bincount(self.codes_of(chosen), minlength=values)
        return np.bincount(self.codes[chosen.mask[self._rows]], minlength=values)


class _Numbers(dict[str, int]):
    """Numbers names in the order in which they are first met."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


class Added:
    """The values of a facet while they are collected row by row."""

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.lengths = array("i")
        self.codes = array("i")

    def add(self, names: Sequence[str]) -> None:
        """The values of the next row."""
        self.lengths.append(len(names))
        self.codes.extend(map(self.numbers.__getitem__, names))


@dataclass(frozen=True)
class Values:
    """One facet: the names of its values, and which rows have which."""

    names: tuple[str, ...]
    lists: Lists

    @classmethod
    def of(cls, size: int, values: Mapping[int, Sequence[str]]) -> "Values":
        """The facet of ``size`` rows with ``values`` by row."""
        added = Added()
        for row in range(size):
            added.add(values.get(row, ()))
        return cls.made(size, added)

    @classmethod
    def made(cls, size: int, added: "Added") -> "Values":
        """The facet of ``size`` rows, the first of which were added; the others have no value."""
        lengths: np.ndarray = np.zeros(size, np.int64)
        lengths[: len(added.lengths)] = added.lengths
        return cls(tuple(added.numbers), Lists.following(lengths, np.array(added.codes, np.int32)))

    def taken(self, rows: Rows) -> "Values":
        """The facet of these rows alone, with the names that they use."""
        lists = self.lists.taken(rows)
        used, codes = np.unique(lists.codes, return_inverse=True)
        return Values(tuple([self.names[code] for code in used]), Lists(lists.starts, codes.astype(np.int32)))

    def replaced(self, rows: Rows, fresh: "Values", size: int) -> "Values":
        """The facet of ``size`` rows, with the values of ``rows`` taken from ``fresh``."""
        numbers = {name: code for code, name in enumerate(self.names)}
        codes: np.ndarray = np.fromiter((numbers.setdefault(n, len(numbers)) for n in fresh.names), np.int32)
        lists = Lists(fresh.lists.starts, codes[fresh.lists.codes])
        return Values(tuple(numbers), self.lists.replaced(rows, lists, size))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The code of each value."""
        return {name: code for code, name in enumerate(self.names)}

    @cached_property
    def _everywhere(self) -> np.ndarray:
        """How many rows have each value."""
        return np.bincount(self.lists.codes, minlength=len(self.names))

    @cached_property
    def _frequent(self) -> np.ndarray:
        """Codes of the frequent values."""
        least = FREQUENT * (len(self.lists.starts) - 1)
        return np.flatnonzero(self._everywhere > least)

    @cached_property
    def _lines(self) -> np.ndarray:
        """The line of bits of each code; -1 for rare values."""
        lines: np.ndarray = np.full(len(self.names), -1, np.int32)
        lines[self._frequent] = np.arange(len(self._frequent))
        return lines

    @cached_property
    def _bitmaps(self) -> np.ndarray:
        """One line of bits for each frequent value, made for some thousand rows at a time to spare memory."""
        starts, width = self.lists.starts, -(-(len(self.lists.starts) - 1) // 64)
        lines: np.ndarray = np.zeros((len(self._frequent), width), np.uint64)
        for first in range(0, len(starts) - 1, BLOCK):
            few = Lists(starts[first : first + BLOCK + 1] - starts[first], self.lists.codes[starts[first] :])
            size = -(-(len(few.starts) - 1) // 64) * 64
            at, rows = self._lines[few.codes[: few.starts[-1]]], few.rows
            if len(self._frequent) < len(self.names):
                rows, at = rows[at >= 0], at[at >= 0]
            block: np.ndarray = np.zeros(len(self._frequent) * size, bool)
            block[at * size + rows] = True
            bits = np.packbits(block.reshape(-1, size), axis=1)
            lines[:, first // 64 : (first + size) // 64] = bits.view(np.uint64)
        return lines

    @cached_property
    def _rare(self) -> Lists:
        """The lists without the frequent values."""
        rare: np.ndarray = np.ones(len(self.names), bool)
        rare[self._frequent] = False
        keep = rare[self.lists.codes]
        before: np.ndarray = np.concatenate([[0], np.cumsum(keep)]).astype(np.int32)
        return Lists(before[self.lists.starts], self.lists.codes[keep])

    def having(self, names: Iterable[str]) -> Mask:
        """Rows with any of these values."""
        codes = [self.numbers[name] for name in frozenset(names) if name in self.numbers]
        lines = [line for code in codes if (line := self._lines[code]) >= 0]
        bits = np.bitwise_or.reduce(self._bitmaps[lines], axis=0)
        mask: Mask = np.unpackbits(bits.view(np.uint8), count=len(self.lists.starts) - 1).view(bool)
        if len(lines) < len(codes):
            rare: np.ndarray = np.zeros(len(self.names), bool)
            rare[codes] = True
            mask[self._rare._rows[rare[self._rare.codes]]] = True
        return mask

    def counted(self, chosen: Chosen) -> np.ndarray:
        """How many of the chosen rows have each value: one number a name. A new array."""
        size = len(self.lists.starts) - 1
        if len(chosen) == size:
            return self._everywhere.copy()
        if HARDLY_ANY * len(chosen) < size:
            return np.bincount(self.lists.codes_of(chosen), minlength=len(self.names))
        if len(self._rare.codes):
            counts = self._rare.counted(chosen, len(self.names))
        else:
            counts = np.zeros(len(self.names), np.int64)
        counts[self._frequent] = self._frequent_counted(chosen.bits)
        return counts

    def _frequent_counted(self, bits: Bits) -> np.ndarray:
        """How many of the rows in some bits have each frequent value: as many values at a time as the cache holds."""
        lines = self._bitmaps
        counts: np.ndarray = np.empty(len(lines), np.uint32)
        step = max(1, AT_ONCE // max(1, bits.nbytes))
        for first in range(0, len(lines), step):
            np.bitwise_count(lines[first : first + step] & bits).sum(
                axis=1, dtype=np.uint32, out=counts[first : first + step]
            )
        return counts

    def prepare(self) -> None:
        """Make now what is otherwise made at the first count."""
        _ = self._everywhere, self._bitmaps, self._rare, self.lists.is_one_each
