"""The studies of an index as arrays: one row a study, with what it is sorted by and what it counts for.

Engines find; everything after that (filter, count, order) happens here, on arrays, and so comes out the same on every
engine. A study keeps its row for as long as it is in the index; the row of a removed one is given to a later one.
``table.npz`` holds the arrays; nothing in it is pickled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.query import Sort

FILE = "table.npz"
COLUMNS = np.dtype(
    [("id_rank", "<i4"), ("title_rank", "<i4"), ("year", "<i4"), ("level", "<i4"), ("size", "<i4")]
)  # fmt: skip
FREE = -1  # id_rank of a row that no study has
Rows = np.ndarray  # int64, row numbers
Mask = np.ndarray  # bool, one a row


@dataclass(frozen=True)
class Values:
    """One facet: for each row its values, as numbers into ``names``. Row r has ``codes[starts[r]:starts[r + 1]]``."""

    names: tuple[str, ...]
    starts: np.ndarray  # int64, one more than there are rows
    codes: np.ndarray  # int32

    @classmethod
    def of(
        cls, rows: int, values: Mapping[int, Sequence[str]], before: "Values | None" = None, kept: Mask | None = None
    ) -> "Values":
        """The facet of ``rows`` rows: ``values`` by row, and those that ``before`` had in the rows ``kept``."""
        names = list(before.names) if before else []
        numbers = {name: number for number, name in enumerate(names)}
        new = [(row, name) for row, chosen in values.items() for name in chosen]
        for _, name in new:
            if name not in numbers:
                numbers[name] = len(names)
                names.append(name)
        row_of = np.array([row for row, _ in new], np.int64)
        codes = np.array([numbers[name] for _, name in new], np.int32)
        if before is not None and kept is not None:
            old_rows = before.rows()
            keep = kept[old_rows]
            row_of = np.concatenate([old_rows[keep], row_of])
            codes = np.concatenate([before.codes[keep], codes])
        order = np.argsort(row_of, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=rows))]).astype(np.int64)
        return cls(tuple(names), starts, codes[order])

    def rows(self) -> Rows:
        """The row of each code."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def having(self, names: Iterable[str]) -> Mask:
        """Rows with any of these values."""
        wanted = np.array([number for number, name in enumerate(self.names) if name in frozenset(names)], np.int32)
        mask: Mask = np.zeros(len(self.starts) - 1, bool)
        if len(wanted):
            places = np.flatnonzero(np.isin(self.codes, wanted))
            mask[np.searchsorted(self.starts, places, side="right") - 1] = True
        return mask

    def counted(self, mask: Mask) -> np.ndarray:
        """How many rows of the mask have each value: one number a name."""
        chosen = self.codes[np.repeat(mask, np.diff(self.starts))]
        return np.bincount(chosen, minlength=len(self.names))


@dataclass(frozen=True)
class Table:
    """All rows. ``ids`` gives "" for a row that is free."""

    ids: tuple[str, ...]
    columns: np.ndarray  # of COLUMNS
    facets: Mapping[str, Values] = field(default_factory=dict)

    @property
    def alive(self) -> Mask:
        """Rows that a study has. A new array."""
        return self.columns["id_rank"] != FREE

    def mask(self, rows: Rows) -> Mask:
        """Row numbers as a mask."""
        mask: Mask = np.zeros(len(self.ids), bool)
        mask[rows] = True
        return mask

    def between(self, first: int, last: int) -> Mask:
        """Rows of studies published from one year to another, both included."""
        years = self.columns["year"]
        return (years >= first) & (years <= last)

    def years(self, mask: Mask) -> list[tuple[int, int]]:
        """(year, studies) of the rows of a mask, in ascending order."""
        years, counts = np.unique(self.columns["year"][mask], return_counts=True)
        return list(zip(years.tolist(), counts.tolist(), strict=True))

    def ordered(self, rows: Rows, sort: Sort, offset: int, limit: int) -> list[str]:
        """Ids of the rows by a sort that is not by relevance, from ``offset`` on, at most ``limit``."""
        return [self.ids[row] for row in self.pick(rows, self._keys(rows, sort), offset, limit).tolist()]

    def _keys(self, rows: Rows, sort: Sort) -> np.ndarray:
        """One whole number a row; lower comes first, equal ones by id."""
        columns = self.columns[rows]
        if sort is Sort.TITLE:
            return columns["title_rank"].astype(np.int64)
        if sort is Sort.OLDEST:
            return columns["year"].astype(np.int64)
        newest = -columns["year"].astype(np.int64)
        if sort is Sort.LEVEL:  # strongest first, then newest
            return (columns["level"].astype(np.int64) << 16) + newest
        return -columns["size"].astype(np.int64) if sort is Sort.SIZE else newest

    def pick(self, rows: Rows, keys: np.ndarray, offset: int, limit: int) -> Rows:
        """The rows by ascending key, equal keys by id, from ``offset`` on, at most ``limit``."""
        wanted = offset + limit
        if len(rows) > 4 * wanted:  # sort only those that can be on the page
            near = keys <= np.partition(keys, wanted - 1)[wanted - 1]
            rows, keys = rows[near], keys[near]
        return rows[np.lexsort((self.columns["id_rank"][rows], keys))[offset:wanted]]

    def write(self, folder: Path) -> None:
        """Write ``table.npz``. Raises OSError."""
        arrays = {"ids": _packed(self.ids), "columns": self.columns}
        for name, values in self.facets.items():
            arrays[f"{name}.names"] = _packed(values.names)
            arrays[f"{name}.starts"], arrays[f"{name}.codes"] = values.starts, values.codes
        with (folder / FILE).open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # its other parameters have other names

    @classmethod
    def read(cls, folder: Path) -> "Table":
        """Read ``table.npz``. Raises OSError, ValueError and KeyError."""
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            names = [key.removesuffix(".names") for key in arrays.files if key.endswith(".names")]
            facets = {
                n: Values(_unpacked(arrays[f"{n}.names"]), arrays[f"{n}.starts"], arrays[f"{n}.codes"]) for n in names
            }  # fmt: skip
            return cls(_unpacked(arrays["ids"]), arrays["columns"], facets)


def _packed(texts: Sequence[str]) -> np.ndarray:
    """Texts as bytes, with a zero byte after each; no text of an entry holds one."""
    return np.frombuffer("".join(f"{text}\0" for text in texts).encode(), np.uint8)


def _unpacked(packed: np.ndarray) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\0")[:-1])
