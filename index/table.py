"""The studies of an index as arrays: one row a study, with what it is sorted by and what it counts for.

Engines find; everything after that (filter, count, order) happens here, on arrays, and so comes out the same on every
engine. A study keeps its row for as long as it is in the index; the row of a removed one is given to a later one.
``table.npz`` holds the arrays; nothing in it is pickled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from index.query import Sort
from index.values import Lists, Mask, Rows, Values

FILE = "table.npz"
COLUMNS = np.dtype(
    [("id_rank", "<i4"), ("title_rank", "<i4"), ("year", "<i4"), ("level", "<i4"), ("size", "<i4")]
)  # fmt: skip
FREE = -1  # id_rank of a row that no study has


@dataclass(frozen=True)
class Table:
    """All rows. ``ids`` gives "" for a row that is free."""

    ids: tuple[str, ...]
    columns: np.ndarray  # of COLUMNS
    facets: Mapping[str, Values] = field(default_factory=dict)

    @cached_property
    def alive(self) -> Mask:
        """Rows that a study has."""
        return self.columns["id_rank"] != FREE

    @cached_property
    def count(self) -> int:
        """How many studies there are."""
        return int(self.alive.sum())

    def mask(self, rows: Rows) -> Mask:
        """Row numbers as a mask."""
        mask: Mask = np.zeros(len(self.ids), bool)
        mask[rows] = True
        return mask

    @cached_property
    def _numbers(self) -> dict[str, np.ndarray]:
        """The columns, each by itself."""
        return {name: self.columns[name].astype(np.int64) for name in COLUMNS.names or ()}

    def between(self, first: int, last: int) -> Mask:
        """Rows of studies published from one year to another, both included."""
        years = self._numbers["year"]
        return (years >= first) & (years <= last)

    def years(self, rows: Rows) -> list[tuple[int, int]]:
        """(year, studies) of the rows, in ascending order."""
        counts = np.bincount(self._numbers["year"][rows])
        years = np.flatnonzero(counts)
        return list(zip(years.tolist(), counts[years].tolist(), strict=True))

    def ordered(self, rows: Rows, sort: Sort, offset: int, limit: int) -> list[str]:
        """Ids of the rows by a sort that is not by relevance, from ``offset`` on, at most ``limit``."""
        if sort not in self._places:
            self._places[sort] = self._place_of_each_row(sort)
        return [self.ids[row] for row in self.pick(rows, self._places[sort][rows], offset, limit).tolist()]

    @cached_property
    def _places(self) -> dict[Sort, np.ndarray]:
        return {}

    def _place_of_each_row(self, sort: Sort) -> np.ndarray:
        """Place of each row among all in one order. Ties are broken by id; rows without a study come anywhere."""
        numbers = self._numbers
        keys: dict[Sort, tuple[np.ndarray, ...]] = {  # the last one counts first
            Sort.TITLE: (numbers["title_rank"],),
            Sort.OLDEST: (numbers["year"],),
            Sort.NEWEST: (-numbers["year"],),
            Sort.LEVEL: (-numbers["year"], numbers["level"]),  # strongest first, then newest
            Sort.SIZE: (-numbers["size"],),  # an unknown size is -1
        }
        places: np.ndarray = np.empty(len(self.ids), np.int64)
        places[np.lexsort((numbers["id_rank"], *keys[sort]))] = np.arange(len(self.ids))
        return places

    def pick(self, rows: Rows, keys: np.ndarray, offset: int, limit: int) -> Rows:
        """The rows by ascending key, equal keys by id, from ``offset`` on, at most ``limit``."""
        wanted = offset + limit
        if len(rows) > 4 * wanted:  # sort only those that can be on the page
            near = keys <= np.partition(keys, wanted - 1)[wanted - 1]
            rows, keys = rows[near], keys[near]
        return rows[np.lexsort((self._numbers["id_rank"][rows], keys))[offset:wanted]]

    def write(self, folder: Path) -> None:
        """Write ``table.npz``. Raises OSError."""
        arrays = {"ids": _packed(self.ids), "columns": self.columns}
        for name, values in self.facets.items():
            arrays[f"{name}.names"] = _packed(values.names)
            arrays[f"{name}.starts"], arrays[f"{name}.codes"] = values.lists.starts, values.lists.codes
        with (folder / FILE).open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # its other parameters have other names

    @classmethod
    def read(cls, folder: Path) -> "Table":
        """Read ``table.npz``. Raises OSError, ValueError and KeyError."""
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            names = [key.removesuffix(".names") for key in arrays.files if key.endswith(".names")]
            lists = {n: Lists(arrays[f"{n}.starts"], arrays[f"{n}.codes"]) for n in names}
            facets = {n: Values(_unpacked(arrays[f"{n}.names"]), lists[n]) for n in names}
            return cls(_unpacked(arrays["ids"]), arrays["columns"], facets)


def _packed(texts: Sequence[str]) -> np.ndarray:
    """Texts as bytes, with a zero byte after each; no text of an entry holds one."""
    return np.frombuffer("".join(f"{text}\0" for text in texts).encode(), np.uint8)


def _unpacked(packed: np.ndarray) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\0")[:-1])
