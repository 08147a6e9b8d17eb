"""What every engine does alike: parse, plan, page, label, order and highlight. Engines find and count.

An engine is a subclass with two private methods; they get a :class:`index.plan.Plan` in terms of the index.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from whoosh import query as q

from entries.atlas import Atlas
from index.counting import FacetTable
from index.expand import expand
from index.fields import Facet, facets
from index.highlight import Highlighting
from index.lexicon import Lexicon
from index.parse import QuerySchema, parse
from index.plan import YEARS, Plan
from index.query import SearchRequest, Sort
from index.results import FacetResult, Hit, SearchResult
from index.suggest import suggestion

Found = tuple[int, list[tuple[str, float]]]  # how many match, and (study id, score) of those asked for
Counts = Mapping[str, Mapping[str, int]]  # by facet name (and YEARS): how many matching studies have each value
Understood = tuple[q.Query, tuple[str, ...]]
Tally = tuple[tuple[FacetResult, ...], tuple[tuple[int, int], ...]]
MOST_TALLIES = 128  # counted searches kept, before all are let go


class Answering:
    """Base of the engines. ``name`` is the engine's."""

    name = ""

    def __init__(self, atlas: Atlas, lexicon: Lexicon) -> None:
        self._atlas = atlas
        self._lexicon = lexicon
        self._facets: dict[str, Facet] = {f.name: f for f in facets(atlas.config)}
        self._tables = [FacetTable(facet, atlas.vocabulary) for facet in self._facets.values()]
        self._tallies: dict[SearchRequest, Tally] = {}
        self._lock = threading.Lock()
        self._highlighting = Highlighting(atlas)
        self._schema = QuerySchema(atlas)
        self._understood = lru_cache(maxsize=256)(self._understand)

    # What an engine does.

    def document_count(self) -> int:
        """How many studies the index holds."""
        raise NotImplementedError

    def _find(self, plan: Plan, offset: int, limit: int) -> Found:
        """All matching studies counted, and those from ``offset`` on, at most ``limit``, in the plan's order."""
        raise NotImplementedError

    def _count(self, plan: Plan) -> Counts:
        """Counts of every facet and of :data:`YEARS`, each without its own selection."""
        raise NotImplementedError

    # What all engines do alike.

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request: one page of hits, all facets, years."""
        started = time.perf_counter()
        tree, told = self._understood(request.text)
        plan = Plan.of(request, tree, self._facets)
        request, total, found, paged = self._page(request, plan)
        facets, years = self._tally(request, plan)
        messages = (*request.messages, *told, *self._contradictions(request), *paged)
        return SearchResult(
            total,
            self._hits(tree, found),
            facets,
            years,
            request,
            tuple(dict.fromkeys(messages)),
            time.perf_counter() - started,
        )

    def ids(self, request: SearchRequest) -> list[str]:
        """All studies that match, in the request's order; its page is ignored."""
        tree, _ = self._understood(request.text)
        plan = Plan.of(request, tree, self._facets)
        return [study_id for study_id, _ in self._find(plan, 0, max(1, self.document_count()))[1]]

    def suggest(self, text: str) -> str | None:
        """The text with unknown words replaced by near words of the index, or None where there is nothing to mend."""
        return suggestion(text, self._lexicon)

    def _understand(self, text: str) -> Understood:
        parsed = parse(text, self._schema)
        tree, messages = expand(parsed.query, self._lexicon)
        return tree, (*parsed.messages, *messages)

    def _page(
        self, request: SearchRequest, plan: Plan
    ) -> tuple[SearchRequest, int, list[tuple[str, float]], list[str]]:
        """The page asked for, or the last one there is, with a message."""
        size = request.per_page
        most = max(1, -(-self.document_count() // size))
        total, found = self._find(plan, (min(request.page, most) - 1) * size, size)
        last = max(1, -(-total // size))
        if request.page <= last:
            return request, total, found, []
        told = [f"There is no page {request.page:,}; this is the last one, page {last:,}."] if total else []
        if last != min(request.page, most):
            total, found = self._find(plan, (last - 1) * size, size)
        return replace(request, page=last), total, found, told

    def _hits(self, tree: q.Query, found: Sequence[tuple[str, float]]) -> tuple[Hit, ...]:
        highlighter = self._highlighting.of(tree)
        return tuple(Hit(i, score, highlighter.of(self._atlas.studies[i])) for i, score in found)

    def _tally(self, request: SearchRequest, plan: Plan) -> Tally:
        """Facets and years. Another page or order of a search that was counted lately is not counted again."""
        key = replace(request, page=1, per_page=1, sort=Sort.RELEVANCE)
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._labelled(self._count(plan), request)
            with self._lock:
                if len(self._tallies) >= MOST_TALLIES:
                    self._tallies.clear()
                self._tallies[key] = tally
        return tally

    def _labelled(self, counts: Counts, request: SearchRequest) -> Tally:
        include, exclude = request.include, request.exclude
        named = [(table, table.facet.name) for table in self._tables]
        facets = (t.result(counts.get(n, {}), include.get(n, ()), exclude.get(n, ())) for t, n in named)
        return tuple(facets), tuple(sorted((int(year), n) for year, n in counts.get(YEARS, {}).items()))

    def forget(self) -> None:
        """Forget what was counted before; only measurements need this."""
        self._tallies.clear()

    def _contradictions(self, request: SearchRequest) -> list[str]:
        return [
            f"{table.facet.label}: “{table.label(value)}” is both asked for and left out."
            for table in self._tables
            for value in request.include.get(table.facet.name, ())
            if value in request.exclude.get(table.facet.name, ())
        ]
