"""Facet counts made ready for people: labelled, in the facet's order, selected values always among them."""

from collections.abc import Iterable

import numpy as np

from entries.vocabulary import Vocabulary
from index.fields import Facet
from index.naming import Naming
from index.results import FacetCount, FacetResult
from index.values import Chosen, Values


class FacetTable:
    """One facet of an open index: its values with labels and order, worked out once."""

    def __init__(self, facet: Facet, values: Values, vocabulary: Vocabulary) -> None:
        self.facet = facet
        self.values = values
        values.prepare()
        self._naming = Naming(facet, vocabulary)
        self._labels = [self.label(name) for name in values.names]
        self._above = [self._naming.parents.get(name) for name in values.names]
        self._depths = [self._naming.depth(name) for name in values.names]
        numbers = {name: code for code, name in enumerate(values.names)} if self._naming.parents else {}
        self._parents: np.ndarray = np.array([numbers.get(p, -1) if p else -1 for p in self._above], np.int64)
        self._ranks: np.ndarray = np.empty(len(values.names), np.int64)
        ordered = sorted(range(len(values.names)), key=lambda code: self._order(values.names[code]))
        self._ranks[ordered] = np.arange(len(ordered))

    def label(self, value: str) -> str:
        """What a value is called; one that is not known is its own label."""
        return self._naming.label(value)

    def _order(self, value: str) -> tuple[int, str, str]:
        """Place of a value among those with equal counts; total, so that every engine gives the same order."""
        places = self._naming.places
        place = places.get(value, len(places)) if self.facet.order == "scheme" else 0
        return place, self.label(value).casefold(), value

    def result(self, rows: Chosen, wanted: Iterable[str] = (), unwanted: Iterable[str] = ()) -> FacetResult:
        """The counts over the chosen rows."""
        counts = self.values.counted(rows)
        codes = np.flatnonzero(counts)
        by_count = -counts[codes] if self.facet.order == "count" else np.zeros(len(codes))
        codes = codes[np.lexsort((self._ranks[codes], by_count))]
        found = self._listed(codes, counts[codes].tolist())
        chosen = frozenset(wanted), frozenset(unwanted)
        if any(chosen):
            found = self._marked(found, *chosen)
        return FacetResult(self.facet, tuple(found), self._naming.places)

    def _listed(self, codes: np.ndarray, counts: list[int]) -> list[FacetCount]:
        """The values by code, each with its count and its place in the tree."""
        names, labels, new = self.values.names, self._labels, tuple.__new__  # the constructor takes twice the time
        if not self._naming.parents:
            rows = zip(codes.tolist(), counts, strict=True)
            return [new(FacetCount, (names[c], labels[c], n, False, False, None, 0, 0)) for c, n in rows]
        parents = self._parents[codes]
        children = np.bincount(parents[parents >= 0], minlength=len(names))[codes].tolist()
        above, depths = self._above, self._depths
        return [
            new(FacetCount, (names[c], labels[c], n, False, False, above[c], depths[c], below))
            for c, n, below in zip(codes.tolist(), counts, children, strict=True)
        ]

    def _marked(self, found: list[FacetCount], wanted: frozenset[str], unwanted: frozenset[str]) -> list[FacetCount]:
        """The values with what is selected marked, and what is selected but counts nothing added."""
        naming = self._naming
        missing = sorted((wanted | unwanted) - {c.value for c in found})
        found = [
            *found,
            *(FacetCount(v, self.label(v), 0, parent=naming.parents.get(v), depth=naming.depth(v)) for v in missing),
        ]
        by_count = self.facet.order == "count"
        found.sort(key=lambda c: (-c.count if by_count else 0, self._order(c.value)))
        return [c._replace(selected=c.value in wanted, excluded=c.value in unwanted) for c in found]
