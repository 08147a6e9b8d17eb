"""Filters and counts of one request over the table: each facet is counted without its own selection."""

from functools import cached_property

import numpy as np

from index.plan import Plan, Selection
from index.query import SearchRequest
from index.results import FacetResult
from index.table import Table
from index.tallying import Tally
from index.values import Chosen, Mask

YEARS = "years"  # the name under which the year range counts as a selection
_Counted = tuple[tuple[FacetResult, ...], tuple[tuple[int, int], ...]]


class Filtered:
    """The rows that match a query's words, and which of them each selection of the request lets through."""

    def __init__(self, table: Table, words: Mask, plan: Plan) -> None:
        self._table = table
        self._words = words
        self._let_through = {name: _selected(table, s) for name, s in plan.selections.items()}
        if plan.years:
            self._let_through[YEARS] = table.between(*plan.years)

    @cached_property
    def everything(self) -> Chosen:
        """Rows that match the words and all selections."""
        return self.chosen()

    def chosen(self, without: str | None = None) -> Chosen:
        """As :attr:`everything`, but for the selection of one facet (or of the years)."""
        masks = [mask for name, mask in self._let_through.items() if name != without]
        return Chosen(np.logical_and.reduce([self._words, *masks]) if masks else self._words)

    def counted(self, tally: Tally, request: SearchRequest) -> _Counted:
        """All facets, and (year, studies); each obeys every selection but its own."""
        without = {name: self.chosen(without=name) for name in self._let_through}
        facets = tally.results(self.everything, without, request)
        return facets, tuple(self._table.years(without.get(YEARS, self.everything).rows))


def _selected(table: Table, selection: Selection) -> Mask:
    values = table.facets[selection.field]
    mask = values.having(selection.wanted) if selection.wanted else table.alive
    return mask & ~values.having(selection.unwanted) if selection.unwanted else mask
