"""All facets counted together: over a small set of rows, one look at one array instead of sixteen at sixteen.

What a search leaves is mostly some hundred studies, and then it is the number of steps that costs, not their size.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from index.counting import FacetTable
from index.listing import InOrder
from index.query import SearchRequest
from index.results import FacetResult
from index.values import BLOCK, Chosen, Lists

FEW = 8  # for fewer rows than one in so many, looking up the values of each is faster than bitmaps
APART = 1 << 45  # between the keys of two facets: more than values times studies


class Tally:
    """The facets of one open index, in their order; the values of all of them numbered through."""

    def __init__(self, tables: Sequence[FacetTable]) -> None:
        self._tables = tables
        sizes = [len(table.values.names) for table in tables]
        self._firsts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)  # number of each facet's first value

    def settle(self) -> None:
        """Make now what is otherwise made at the first count."""
        for table in self._tables:
            table.settle()
        _ = self._lists, self._keys, self._weights, self._parents

    def results(
        self, everything: Chosen, without: Mapping[str, Chosen], request: SearchRequest
    ) -> tuple[FacetResult, ...]:
        """Each facet counted over ``everything``, or over the rows ``without`` has for it: its own selection let go."""
        size = len(everything.mask)
        together = self._together(everything) if FEW * len(everything) < size else None
        return tuple(
            together[place]
            if together and table.facet.name not in without
            else self._alone(table, without.get(table.facet.name, everything), request)
            for place, table in enumerate(self._tables)
        )

    @staticmethod
    def _alone(table: FacetTable, rows: Chosen, request: SearchRequest) -> FacetResult:
        name = table.facet.name
        return table.result(rows, request.include.get(name, ()), request.exclude.get(name, ()))

    def _together(self, rows: Chosen) -> list[FacetResult]:
        """The counts of all facets over the same rows, nothing selected."""
        tally = np.bincount(self._lists.codes_of(rows), minlength=int(self._firsts[-1]))
        found = tally.nonzero()[0]
        ends = found.searchsorted(self._firsts).tolist()
        below = np.bincount(self._parents.take(found), minlength=len(tally) + 1)
        counts = tally.take(found)
        order = (self._keys.take(found) - counts * self._weights.take(found)).argsort()
        found, counts = found.take(order), counts.take(order)
        codes: np.ndarray = self._own.take(found)
        children = below.take(found + 1)
        return [
            FacetResult(
                table.facet,
                InOrder(codes[first:end], counts[first:end], children[first:end], table.made),
                table.naming.places,
            )
            for table, (first, end) in zip(self._tables, pairwise(ends), strict=True)
        ]

    @cached_property
    def _keys(self) -> np.ndarray:
        """What values with equal counts are in order by; those of one facet before those of the next."""
        return np.concatenate([APART * place + table.between for place, table in enumerate(self._tables)])

    @cached_property
    def _weights(self) -> np.ndarray:
        """How much a study counts in the order of a value's facet."""
        return np.concatenate([np.full(len(table.between), table.weight) for table in self._tables])

    @cached_property
    def _parents(self) -> np.ndarray:
        """Of each value the number of the broader one and 1, 0 where none is."""
        both = zip(self._tables, self._firsts.tolist(), strict=False)
        return np.concatenate([np.where(table.parents > 0, table.parents + first, 0) for table, first in both])

    @cached_property
    def _own(self) -> np.ndarray:
        """The number of each value in its own facet."""
        return np.concatenate([np.arange(len(table.between)) for table in self._tables])

    @cached_property
    def _lists(self) -> Lists:
        """The values of each row, of all facets, as small as their number allows."""
        held = [table.values.lists for table in self._tables]
        lengths = np.sum([lists.lengths for lists in held], axis=0, dtype=np.int32)
        codes: np.ndarray = np.empty(int(lengths.sum()), np.min_scalar_type(int(self._firsts[-1])))
        end = 0
        for block in _blocks(len(lengths)):
            size = int(lengths[block].sum())
            _fill(codes[end : end + size], lengths[block], [_cut(lists, block) for lists in held], self._firsts)
            end += size
        starts: np.ndarray = np.concatenate([[0], np.cumsum(lengths)])
        return Lists(starts.astype(np.int32 if end < 1 << 31 else np.int64), codes)


def _blocks(size: int) -> Iterator[slice]:
    """So many rows in parts, to spare memory."""
    return (slice(first, min(first + BLOCK, size)) for first in range(0, size, BLOCK))


def _cut(lists: Lists, rows: slice) -> Lists:
    """The lists of some rows that follow one another."""
    starts: np.ndarray = lists.starts[rows.start : rows.stop + 1].astype(np.int64)
    return Lists(starts - starts[0], lists.codes[starts[0] : starts[-1]])


def _fill(codes: np.ndarray, lengths: np.ndarray, held: Sequence[Lists], firsts: np.ndarray) -> None:
    """Write the values of each row one after the other, facet by facet. ``lengths``: of the rows, all facets."""
    at = np.cumsum(lengths) - lengths  # where the next value of each row goes
    for lists, first in zip(held, firsts, strict=False):
        own = lists.lengths
        places = np.repeat(at - lists.starts[:-1], own) + np.arange(len(lists.codes))
        codes[places] = lists.codes + first
        at = at + own
