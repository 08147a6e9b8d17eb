"""The studies of an index as arrays: one row a study, with what it is sorted by and what it counts for.

Engines find; everything after that (filter, count, order) happens here, on arrays, and so comes out the same on every
engine. A study keeps its row for as long as it is in the index; the row of a removed one is given to a later one.
Files hold the arrays of a table; nothing in them is pickled.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from entries import columns
from entries.digests import Digests
from index.layers import Lazily, Replaced, taken
from index.packed import PackedTexts
from index.query import Sort
from index.values import Lists, Mask, Rows, Values

COLUMNS = np.dtype(
    [("id_rank", "<i4"), ("title_rank", "<i4"), ("year", "<i4"), ("level", "<i4"), ("size", "<i4")]
)  # fmt: skip
FREE = -1  # id_rank of a row that no study has
DIGEST = 32  # bytes of a content digest
KIND = "search table 1"  # raise the number when the columns of its files change


@dataclass(frozen=True)
class Table:
    """All rows. ``ids`` gives "" for a row that is free."""

    ids: PackedTexts
    columns: np.ndarray  # of COLUMNS
    digests: np.ndarray  # uint8, DIGEST a row: the content that was indexed
    facets: Mapping[str, Values] = field(default_factory=dict)

    @cached_property
    def alive(self) -> Mask:
        """Rows that a study has."""
        return self.columns["id_rank"] != FREE

    @cached_property
    def count(self) -> int:
        """How many studies there are."""
        return int(self.alive.sum())

    def in_order(self, rank: str) -> Rows:
        """Rows of all studies by ascending ``id_rank`` or ``title_rank``."""
        rows = np.flatnonzero(self.alive)
        order: np.ndarray = np.empty(len(rows), np.int64)
        order[self.columns[rank][rows]] = rows
        return order

    @cached_property
    def _by_id(self) -> Rows:
        return self.in_order("id_rank")

    def row_of(self, study_id: str) -> int | None:
        """The row of a study; None where the table does not have it."""
        at = bisect_left(self._by_id, study_id, key=lambda row: self.ids[int(row)])
        row = int(self._by_id[at]) if at < len(self._by_id) else -1
        return row if row >= 0 and self.ids[row] == study_id else None

    @property
    def contents(self) -> Digests:
        """The content digest that each study was indexed with, by id, in the order of ids."""
        rows, texts = self._by_id, list(self.ids)
        if len(rows) == len(texts) and bool((np.diff(rows) > 0).all()):  # as long as none came or went
            return Digests(texts, self.digests.tobytes())
        return Digests([texts[row] for row in rows.tolist()], self.digests[rows].tobytes())

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
        return [self.ids[row] for row in self.pick(rows, self._placed(sort)[rows], offset, limit).tolist()]

    def up_to(self, rows: Rows, sort: Sort, row: int) -> int:
        """How many of the rows come up to a row (which may be one of them) in a sort that is not by relevance."""
        places = self._placed(sort)
        return int((places[rows] <= places[row]).sum())

    def _placed(self, sort: Sort) -> np.ndarray:
        if sort not in self._places:
            self._places[sort] = self._place_of_each_row(sort)
        return self._places[sort]

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

    def taken(self, rows: Rows) -> "Table":
        """A table of these rows alone, in their order; their ranks stay those among all."""
        ids = PackedTexts.of(self.ids[row] for row in rows.tolist())
        facets = {name: taken(self.facets, name, rows) for name in self.facets}
        return Table(ids, self.columns[rows], self.digests[rows], facets)

    def replaced(self, rows: Rows, fresh: "Table", size: int) -> "Table":
        """A table of ``size`` rows, with ``rows`` taken from ``fresh``, whose ranks are those among all."""
        columns: np.ndarray = np.zeros(size, COLUMNS)
        columns["id_rank"] = FREE
        columns[: len(self.ids)] = self.columns
        columns[rows] = fresh.columns
        for rank in ("id_rank", "title_rank"):
            columns[rank] = _reranked(self.in_order(rank), columns["id_rank"] != FREE, rows, fresh.columns[rank])
        digests: np.ndarray = np.zeros((size, DIGEST), np.uint8)
        digests[: len(self.ids)] = self.digests
        digests[rows] = fresh.digests
        facets = Replaced(self.facets, rows, fresh.facets, size)
        return Table(self.ids.replaced(rows, fresh.ids, size), columns, digests, facets)

    def write(self, path: Path, rows: Rows | None = None) -> None:
        """Write it as a file, with the rows that it stands for where it is a part of another. Raises StoreError."""
        arrays = {"ids": self.ids.packed, "columns": self.columns, "digests": self.digests}
        for name, values in self.facets.items():
            arrays[f"{name}.names"] = PackedTexts.of(values.names).packed
            arrays[f"{name}.starts"], arrays[f"{name}.codes"] = values.lists.starts.astype(np.int32), values.lists.codes
        if rows is not None:
            arrays["rows"] = rows
        held = {name: array.tobytes() for name, array in arrays.items()}
        columns.write(path, {"kind": KIND, "facets": list(self.facets)}, held)

    @classmethod
    def read(cls, path: Path, checked: bool = False) -> tuple["Table", Rows]:
        """Map a file into memory, and tell the rows that it stands for: all where it does not say.

        ``checked``: its digest was compared already. Raises StoreError, ValueError and KeyError.
        """
        held = columns.read(path, KIND, checked)

        def read(name: str) -> Values:
            lists = Lists(_array(held, f"{name}.starts", np.int32), _array(held, f"{name}.codes", np.int32))
            return Values(tuple(PackedTexts(_array(held, f"{name}.names", np.uint8))), lists)

        digests = _array(held, "digests", np.uint8).reshape(-1, DIGEST)
        ids = PackedTexts(_array(held, "ids", np.uint8))
        table = cls(ids, _array(held, "columns", COLUMNS), digests, Lazily(held.about["facets"], read))
        return table, _array(held, "rows", np.int64) if "rows" in held else np.arange(len(table.ids))


def _array(held: columns.Columns, name: str, kind: np.dtype | type) -> np.ndarray:
    """A column of a file as an array that shares its memory; not to be written to."""
    return np.frombuffer(held[name], kind)


def digests_of(digests: Sequence[str]) -> np.ndarray:
    """Content digests in hexadecimal as a table has them: uint8, one row each."""
    return np.frombuffer(bytes.fromhex("".join(digests)), np.uint8).reshape(-1, DIGEST)


def _reranked(order: Rows, alive: Mask, rows: Rows, ranks: np.ndarray) -> np.ndarray:
    """Ranks of all rows (FREE where none is alive): ``rows`` have theirs, the others share the rest in their order.

    ``order``: the rows that had a rank before, in its order.
    """
    changed: Mask = np.zeros(len(alive), bool)
    changed[rows] = True
    fresh = alive[rows]
    open_ranks: Mask = np.ones(int(alive.sum()), bool)
    open_ranks[ranks[fresh]] = False
    found: np.ndarray = np.full(len(alive), FREE, np.int32)
    found[rows[fresh]] = ranks[fresh]
    found[order[~changed[order]]] = np.flatnonzero(open_ranks)
    return found
