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
        names, labels = self.values.names, self._labels
        found = [
            (names[c], labels[c], n, False, False) for c, n in zip(codes.tolist(), counts[codes].tolist(), strict=True)
        ]
        chosen = frozenset(wanted), frozenset(unwanted)
        if any(chosen):
            found = self._marked(found, *chosen)
        return FacetResult(self.facet, tuple([tuple.__new__(FacetCount, row) for row in found]))

    def _marked(
        self, found: list[tuple[str, str, int, bool, bool]], wanted: frozenset[str], unwanted: frozenset[str]
    ) -> list[tuple[str, str, int, bool, bool]]:
        """The rows with what is selected marked, and what is selected but counts nothing added."""
        missing = sorted((wanted | unwanted) - {row[0] for row in found})
        rows = [*found, *((value, self.label(value), 0, False, False) for value in missing)]
        by_count = self.facet.order == "count"
        rows.sort(key=lambda row: (-row[2] if by_count else 0, self._order(row[0])))
        return [(v, label, n, v in wanted, v in unwanted) for v, label, n, _, _ in rows]
