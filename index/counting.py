"""Facet counts made ready for people: labelled, in the facet's order, selected values always among them."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from itertools import repeat

import numpy as np

from entries.vocabulary import Vocabulary
from index.fields import Facet
from index.listing import Counts
from index.naming import Naming
from index.results import FacetCount, FacetResult
from index.values import Chosen, Values


class FacetTable:
    """One facet of an open index: its values with labels and order, worked out once.

    ``ranks``: the place of each value among those with equal counts; ``between``, ``weight``: what they are in order by
    is ``between - count * weight``. ``parents``: of each value the code of the broader one and 1, 0 where none is.
    """

    def __init__(self, facet: Facet, values: Values, vocabulary: Vocabulary) -> None:
        self.facet = facet
        self.values = values
        self.naming = Naming(facet, vocabulary)
        self.labels = [self.label(name) for name in values.names]
        self.above = [self.naming.parents.get(name) for name in values.names]
        self.depths = [self.naming.depth(name) for name in values.names]
        self.parents: np.ndarray = np.array([self.numbers.get(p, -1) + 1 if p else 0 for p in self.above], np.int64)
        self._is_tree = bool(self.naming.parents)
        keys = list(map(self._key, values.names, self.labels))
        self._ordered = sorted(range(len(keys)), key=keys.__getitem__)
        self.ranks: np.ndarray = np.empty(len(keys), np.int64)
        self.ranks[self._ordered] = np.arange(len(keys))
        self.between: np.ndarray = 2 * self.ranks  # odd numbers are for what no study has ever had
        self.weight = 2 * len(keys) + 1 if facet.order == "count" else 0  # of a study in the order of the values

    def settle(self) -> None:
        """Make now what is otherwise made at the first count."""
        self.values.prepare()

    @property
    def numbers(self) -> Mapping[str, int]:
        """The code of each value."""
        return self.values.numbers

    def label(self, value: str) -> str:
        """What a value is called; one that is not known is its own label."""
        return self.naming.label(value)

    def knows(self, value: str) -> bool:
        """Whether it is a value at all: one that a study has, that is declared, or a claim that might be made."""
        if value in self.numbers or value in self.naming.declared:
            return True
        return self.facet.source == "claim" and self.naming.is_claim(value)

    def order(self, value: str) -> tuple[int, str, str]:
        """Place of a value among those with equal counts; total, so that every engine gives the same order."""
        return self._key(value, self.label(value))

    def _key(self, value: str, label: str) -> tuple[int, str, str]:
        places = self.naming.places
        return places.get(value, len(places)) if self.facet.order == "scheme" else 0, label.casefold(), value

    def rank_of(self, value: str) -> int:
        """Twice the rank, between those of other values, of one that no study has ever had."""
        names = self.values.names
        return 2 * bisect_left(self._ordered, self.order(value), key=lambda code: self.order(names[code])) - 1

    def result(self, rows: Chosen, wanted: Collection[str] = (), unwanted: Collection[str] = ()) -> FacetResult:
        """The counts over the chosen rows, with what is selected among them even where it counts nothing."""
        counts = self.values.counted(rows)
        codes = counts.nonzero()[0]
        if not (wanted or unwanted):
            counts = counts.take(codes)
            keys = self._keys(self.between.take(codes), counts)
            listed = Counts(codes, counts, self._children(codes), self.made, keys)
            return FacetResult(self.facet, listed, self.naming.places)
        listing = _Listing(self, frozenset(wanted), frozenset(unwanted))
        codes, counts = listing.with_chosen(codes, counts)
        keys = self._keys(listing.ranks(codes), counts)
        listed = Counts(codes, counts, self._children(codes), listing.made, keys, listing.places(codes))
        return FacetResult(self.facet, listed, self.naming.places)

    def _keys(self, ranks: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """What the values are in order by in this facet: one number each."""
        return ranks - counts * self.weight if self.weight else ranks

    def made(self, codes: np.ndarray, counts: np.ndarray, children: np.ndarray | None) -> list[FacetCount]:
        """Values by code, none of them selected or excluded."""
        names, labels, above, depths = self.values.names, self.labels, self.above, self.depths
        new = tuple.__new__  # the constructor takes twice the time
        return [
            new(FacetCount, (names[c], labels[c], n, False, False, above[c], depths[c], b))
            for c, n, b in _rows(codes, counts, children)
        ]

    def _children(self, codes: np.ndarray) -> np.ndarray | None:
        """How many of the values stand right below each of them; None where the facet is no tree."""
        if not self._is_tree:
            return None
        size = len(self.values.names)
        known = codes[: codes.searchsorted(size)] if len(codes) and codes[-1] >= size else codes  # the others come last
        children: np.ndarray = np.zeros(len(codes), np.int64)
        children[: len(known)] = np.bincount(self.parents.take(known), minlength=size + 1).take(known + 1)
        return children


class _Listing:
    """The values of one result: those of the facet, and after them what is selected and no study has had ever."""

    def __init__(self, table: FacetTable, wanted: frozenset[str], unwanted: frozenset[str]) -> None:
        self._table = table
        self._wanted, self._unwanted = wanted, unwanted
        numbers = table.numbers
        self._unknown = sorted((wanted | unwanted) - numbers.keys(), key=table.order)
        self._known = [numbers[value] for value in wanted | unwanted if value in numbers]
        self._size = len(table.values.names)

    def with_chosen(self, codes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The codes with those of what is selected added, and the count of each."""
        if self._known and not counts.take(self._known).all():
            listed = counts > 0
            listed[self._known] = True
            codes = listed.nonzero()[0]
        if not self._unknown:
            return codes, counts.take(codes)
        unknown = np.arange(self._size, self._size + len(self._unknown))
        return np.concatenate([codes, unknown]), np.concatenate([counts.take(codes), np.zeros(len(unknown), np.int64)])

    def ranks(self, codes: np.ndarray) -> np.ndarray:
        """Twice the places of the codes in the facet's order; what is unknown comes in between."""
        if not self._unknown:
            return self._table.between.take(codes)
        between: np.ndarray = np.array([self._table.rank_of(value) for value in self._unknown], np.int64)
        known = codes[: len(codes) - len(between)]
        return np.concatenate([self._table.between.take(known), between])

    def places(self, codes: np.ndarray) -> list[int]:
        """Places among the codes, which ascend, of what is selected or excluded."""
        chosen = [*sorted(self._known), *range(self._size, self._size + len(self._unknown))]
        return [bisect_left(codes, code) for code in chosen]

    def made(self, codes: np.ndarray, counts: np.ndarray, children: np.ndarray | None) -> list[FacetCount]:
        """The values by code, each with its count and its place in the tree."""
        if not self._unknown:
            return [self._marked(count) for count in self._table.made(codes, counts, children)]
        names, size = self._table.values.names, self._size
        return [
            self._one(names[c] if c < size else self._unknown[c - size], n, b)
            for c, n, b in _rows(codes, counts, children)
        ]

    def _marked(self, count: FacetCount) -> FacetCount:
        """A value with what is chosen of it."""
        selected, excluded = count.value in self._wanted, count.value in self._unwanted
        return count._replace(selected=selected, excluded=excluded) if selected or excluded else count

    def _one(self, value: str, count: int, children: int) -> FacetCount:
        naming = self._table.naming
        marks = value in self._wanted, value in self._unwanted
        parent, depth = naming.parents.get(value), naming.depth(value)
        return FacetCount(value, naming.label(value), count, *marks, parent, depth, children)


def _rows(codes: np.ndarray, counts: np.ndarray, children: np.ndarray | None) -> Iterator[tuple[int, int, int]]:
    """(code, count, number of children) of each value."""
    below = repeat(0) if children is None else children.tolist()
    return zip(codes.tolist(), counts.tolist(), below, strict=False)
