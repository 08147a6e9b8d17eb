"""Facet counts made ready for people: labelled, in the facet's order, selected values always among them."""

from collections.abc import Iterable, Mapping

from entries.vocabulary import Vocabulary
from index.fields import Facet
from index.results import FacetCount, FacetResult


class FacetTable:
    """Labels and order of one facet's values, worked out once."""

    def __init__(self, facet: Facet, vocabulary: Vocabulary) -> None:
        self.facet = facet
        concepts = list(vocabulary.of_scheme(facet.scheme)) if facet.scheme else []
        if facet.order != "scheme":
            concepts.sort(key=lambda c: (c.label.casefold(), c.id))
        self._known = {c.id: (rank, c.label) for rank, c in enumerate(concepts)}

    def label(self, value: str) -> str:
        """What a value is called; one that the scheme does not have is its own label."""
        return self._known[value][1] if value in self._known else value

    def _unknown(self, value: str) -> tuple[int | str, str]:
        """Place and label of a value that is no concept: by its own letters where all are, else after the concepts."""
        return (len(self._known) if self.facet.scheme else value.casefold()), value

    def result(self, counted: Mapping[str, int], wanted: Iterable[str], unwanted: Iterable[str]) -> FacetResult:
        """The counts of one search, in an order that is total, so that every engine gives the same."""
        selected, excluded = frozenset(wanted), frozenset(unwanted)
        if selected or excluded:
            counted = {**dict.fromkeys((*selected, *excluded), 0), **counted}
        sign = -1 if self.facet.order == "count" else 0
        known, unknown = self._known.get, self._unknown
        rows = sorted([(sign * n, known(v) or unknown(v), v, n) for v, n in counted.items()])
        if selected or excluded:
            found = [(v, k[1], n, v in selected, v in excluded) for _, k, v, n in rows]
        else:
            found = [(v, k[1], n, False, False) for _, k, v, n in rows]
        return FacetResult(self.facet, tuple(map(FacetCount._make, found)))
