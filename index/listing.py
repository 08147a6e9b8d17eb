"""The values of a facet with their counts, each made when it is asked for.

A facet may have thousands of values (authors, claims), of which a page shows a dozen: all are counted and put in order,
as arrays; those that are looked at become objects.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from index.results import FacetCount

Make = Callable[[np.ndarray, np.ndarray, np.ndarray], list[FacetCount]]  # from codes, counts, numbers of children


class Counts(Sequence[FacetCount]):
    """An immutable sequence that equals every sequence of the same values.

    ``codes``: the values in order. ``make`` makes those of a stretch. ``chosen``: where selected and excluded ones are.
    """

    def __init__(
        self, codes: np.ndarray, counts: np.ndarray, children: np.ndarray, make: Make, chosen: Sequence[int] = ()
    ) -> None:
        self._codes = codes
        self._counts = counts
        self._children = children
        self._make = make
        self._chosen = tuple(chosen)

    def _made(self, places: slice | list[int]) -> tuple[FacetCount, ...]:
        return tuple(self._make(self._codes[places], self._counts[places], self._children[places]))

    @cached_property
    def _all(self) -> tuple[FacetCount, ...]:
        return self._made(slice(None))

    @property
    def chosen(self) -> tuple[FacetCount, ...]:
        """What is selected or excluded, in order."""
        return self._made(list(self._chosen))

    def __len__(self) -> int:
        return len(self._codes)

    @overload
    def __getitem__(self, at: int) -> FacetCount: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[FacetCount, ...]: ...

    def __getitem__(self, at: int | slice) -> FacetCount | tuple[FacetCount, ...]:
        if isinstance(at, slice):
            return self._made(at)
        return self._made([range(len(self))[at]])[0]

    def __iter__(self) -> Iterator[FacetCount]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and self._all == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return repr(self._all)
