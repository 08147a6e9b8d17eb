"""Which part of the results a request asks for: a page, or what comes after a study that was seen."""

from collections.abc import Callable
from dataclasses import replace

from index.after import Place, place_of, token_of
from index.matching import Scored
from index.plan import Plan
from index.query import SearchRequest, Sort
from index.table import Table
from index.values import Chosen

ABOUT = 100  # places that a study may have moved in the order of relevance and still be found at once
GONE = "The place to go on from (“after”) is no place of this list (any more); this is the first page."
Rank = Callable[[Plan, Chosen, int, int], Scored]


class Paging:
    """Finds the places of requests in results. ``rank``: an engine's order of relevance."""

    def __init__(self, table: Table, rank: Rank) -> None:
        self._table = table
        self._rank = rank

    def placed(self, request: SearchRequest, plan: Plan, rows: Chosen) -> tuple[SearchRequest, int, list[str]]:
        """The request as it can be answered, how many studies come before its hits, and what to tell of that."""
        if request.after:
            offset = self._offset(place_of(request.after), plan, rows)
            if offset is not None:
                return request, offset, []
            return replace(request, after=None), 0, [GONE]
        last = max(1, -(-len(rows) // request.per_page))
        told = []
        if request.page > last:
            told = [f"There is no page {request.page:,}; this is the last one, page {last:,}."] if len(rows) else []
            request = replace(request, page=last)
        return request, (request.page - 1) * request.per_page, told

    def _offset(self, place: Place | None, plan: Plan, rows: Chosen) -> int | None:
        """How many of the rows come up to a place; None where it is not in their order, or nothing comes after it."""
        row = self._table.row_of(place.study_id) if place and place.sort is plan.sort else None
        if place is None or row is None:
            return None
        if plan.sort is not Sort.RELEVANCE:
            offset = self._table.up_to(rows.rows, plan.sort, row)
        elif rows.mask[row]:
            offset = self._ranked(place, plan, rows)
        else:
            return None
        return offset if offset < len(rows) else None

    def _ranked(self, place: Place, plan: Plan, rows: Chosen) -> int:
        """How many studies come up to one that matches: looked for where it was, then among all."""
        for most in (place.position + ABOUT, len(rows)):
            ids = [study_id for study_id, _ in self._rank(plan, rows, 0, min(most, len(rows)))]
            if place.study_id in ids:
                return ids.index(place.study_id) + 1
        return len(rows)


def next_after(plan: Plan, found: Scored, offset: int, total: int) -> str | None:
    """The token of the last study found; None where none comes after it."""
    seen = offset + len(found)
    return token_of(Place(plan.sort, found[-1][0], seen)) if found and seen < total else None
