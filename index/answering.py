"""What every engine does alike: parse, filter, count, order, page and highlight. Engines match words and rank.

An engine is a subclass with two private methods; they get a query tree in terms of the index and answer in rows of its
table.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from whoosh import query as q

from entries.atlas import Atlas
from index.counting import FacetTable
from index.expand import expand
from index.fields import Facet, facets
from index.filtering import Filtered, contradictions
from index.folder import Contents
from index.highlight import Highlighting
from index.offers import Offers
from index.parse import QuerySchema, parse
from index.plan import Plan
from index.query import SearchRequest, Sort
from index.results import Hit, SearchResult
from index.suggest import suggestion
from index.values import Chosen, Mask

Understood = tuple[q.Query, tuple[str, ...]]
Scored = list[tuple[str, float]]  # (study id, score)
REMEMBERED = 64  # queries whose matching rows are kept; another page, order or selection does not match them again


class Answering:
    """Base of the engines. ``name`` is the engine's."""

    name = ""

    def __init__(self, contents: Contents, atlas: Atlas) -> None:
        self._atlas = atlas
        self._lexicon = contents.lexicon
        self._table = table = contents.table
        self._facets: dict[str, Facet] = {f.name: f for f in facets(atlas.config)}
        self._tables = [FacetTable(f, table.facets[f.field], atlas.vocabulary) for f in self._facets.values()]
        self._highlighting = Highlighting(atlas)
        self._schema = QuerySchema(atlas)
        self._offers = Offers(atlas.vocabulary, self._facets.values())
        self._understood = lru_cache(maxsize=256)(self._understand)
        self._matching = lru_cache(maxsize=REMEMBERED)(self._match_text)

    # What an engine does.

    def _match(self, tree: q.Query) -> Mask:
        """Rows that match the tree."""
        raise NotImplementedError

    def _rank(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        """Of the rows (those that match the whole plan) the best from ``offset`` on, equal scores by id."""
        raise NotImplementedError

    # What all engines do alike.

    def document_count(self) -> int:
        """How many studies the index holds."""
        return self._table.count

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request: one page of hits, all facets, years."""
        started = time.perf_counter()
        tree, told = self._understood(request.text)
        plan = Plan.of(request, tree, self._facets)
        filtered = Filtered(self._table, self._matching(request.text), plan)
        rows = filtered.everything
        request, paged = _within(request, len(rows))
        found = self._found(plan, rows, (request.page - 1) * request.per_page, request.per_page)
        counted, years = filtered.counted(self._tables, request)
        hits = self._hits(tree, found)
        told = (*request.messages, *told, *contradictions(self._tables, request), *paged)
        messages = tuple(dict.fromkeys(told))
        offers = self._offers.of(request, self.count)
        seconds = time.perf_counter() - started
        return SearchResult(len(rows), hits, counted, years, request, messages, seconds, offers)

    def count(self, request: SearchRequest) -> int:
        """How many studies match."""
        return len(self._rows_of(request)[1])

    def _rows_of(self, request: SearchRequest) -> tuple[Plan, Chosen]:
        tree, _ = self._understood(request.text)
        plan = Plan.of(request, tree, self._facets)
        return plan, Filtered(self._table, self._matching(request.text), plan).everything

    def ids(self, request: SearchRequest) -> list[str]:
        """All studies that match, in the request's order; its page is ignored."""
        plan, rows = self._rows_of(request)
        return [study_id for study_id, _ in self._found(plan, rows, 0, max(1, len(rows)))]

    def suggest(self, text: str) -> str | None:
        """The text with unknown words replaced by near words of the index, or None where there is nothing to mend."""
        return suggestion(text, self._lexicon)

    def forget(self) -> None:
        """Forget which rows matched earlier queries. Only measurements need this."""
        self._matching.cache_clear()

    def _understand(self, text: str) -> Understood:
        parsed = parse(text, self._schema)
        tree, messages = expand(parsed.query, self._lexicon)
        return tree, (*parsed.messages, *messages)

    def _match_text(self, text: str) -> Mask:
        tree, _ = self._understood(text)
        return self._table.alive if isinstance(tree, q.Every) else self._match(tree)

    def _found(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        if plan.sort is Sort.RELEVANCE:
            return self._rank(plan, rows, offset, limit)
        return [(i, 0.0) for i in self._table.ordered(rows.rows, plan.sort, offset, limit)]

    def _hits(self, tree: q.Query, found: Sequence[tuple[str, float]]) -> tuple[Hit, ...]:
        highlighter = self._highlighting.of(tree)
        return tuple(Hit(i, score, highlighter.of(self._atlas.studies[i])) for i, score in found)


def _within(request: SearchRequest, total: int) -> tuple[SearchRequest, list[str]]:
    """The request with its page within the results, and what to tell where it was not."""
    last = max(1, -(-total // request.per_page))
    if request.page <= last:
        return request, []
    told = [f"There is no page {request.page:,}; this is the last one, page {last:,}."] if total else []
    return replace(request, page=last), told
