"""The values of a facet with their counts, each made when it is asked for.

A facet may have thousands of values (authors, claims), of which a page shows a dozen: all are counted, as arrays; those
that are looked at are put in order and become objects.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from index.results import FacetCount

FEW = 8  # putting one in so many in order is faster than putting all
Make = Callable[
    [np.ndarray, np.ndarray, np.ndarray | None], list[FacetCount]
]  # from codes, counts, numbers of children


class Counts(Sequence[FacetCount]):
    """An immutable sequence that equals every sequence of the same values.

    ``codes``: the values, in the order of their ``keys``, which are numbers (equal ones as they come). ``make`` makes
    some of them. ``children``: how many are right below each; None where nothing is below another.
    ``chosen``: where selected and excluded ones are among the codes.
    """

    def __init__(
        self,
        codes: np.ndarray,
        counts: np.ndarray,
        children: np.ndarray | None,
        make: Make,
        keys: np.ndarray,
        chosen: Sequence[int] = (),
    ) -> None:
        self._codes = codes
        self._counts = counts
        self._children = children
        self._make = make
        self._keys = keys
        self._chosen = chosen

    def _made(self, places: np.ndarray) -> tuple[FacetCount, ...]:
        children = None if self._children is None else self._children.take(places)
        return tuple(self._make(self._codes.take(places), self._counts.take(places), children))

    @cached_property
    def _order(self) -> np.ndarray:
        """Places of all values in order."""
        return np.argsort(self._keys, kind="stable")

    def _sorted(self, places: np.ndarray) -> np.ndarray:
        """Some places, ascending, put in order."""
        return places[np.argsort(self._keys[places], kind="stable")]

    def _first(self, most: int) -> np.ndarray:
        """Places of the first ones: where they are few, the others are not put in order."""
        if "_order" in self.__dict__ or not 0 < FEW * most < len(self):
            return self._order[:most]
        last = np.partition(self._keys, most - 1)[most - 1]
        return self._sorted(np.flatnonzero(self._keys <= last))[:most]

    @cached_property
    def _all(self) -> tuple[FacetCount, ...]:
        return self._made(self._order)

    @cached_property
    def chosen(self) -> tuple[FacetCount, ...]:
        """What is selected or excluded, in order."""
        return self._made(self._sorted(np.array(self._chosen, np.int64))) if self._chosen else ()

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, at: int) -> FacetCount: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[FacetCount, ...]: ...

    def __getitem__(self, at: int | slice) -> FacetCount | tuple[FacetCount, ...]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return self._made(self._first(stop)[start::step] if step > 0 else self._order[at])
        return self._made(self._order[[range(len(self))[at]]])[0]

    def __iter__(self) -> Iterator[FacetCount]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and self._all == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return repr(self._all)


class InOrder(Counts):
    """Values that are in order already, nothing selected among them."""

    def __init__(self, codes: np.ndarray, counts: np.ndarray, children: np.ndarray, make: Make) -> None:
        super().__init__(codes, counts, children, make, codes)

    @cached_property
    def _all(self) -> tuple[FacetCount, ...]:
        return self[:]

    @overload
    def __getitem__(self, at: int) -> FacetCount: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[FacetCount, ...]: ...

    def __getitem__(self, at: int | slice) -> FacetCount | tuple[FacetCount, ...]:
        if not isinstance(at, slice):
            at = range(len(self))[at]
            return self[at : at + 1][0]
        children = None if self._children is None else self._children[at]
        return tuple(self._make(self._codes[at], self._counts[at], children))
