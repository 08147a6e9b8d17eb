"""What every engine does alike: parse, plan, page, label, order and highlight. Engines find and count.

An engine is a subclass with two private methods; they get a :class:`index.plan.Plan` in terms of the index.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from whoosh import query as q

from entries.atlas import Atlas
from index.expand import expand
from index.fields import Facet, facets
from index.highlight import Highlighter
from index.lexicon import Lexicon
from index.parse import QuerySchema, parse
from index.plan import YEARS, Plan
from index.query import SearchRequest
from index.results import FacetCount, FacetResult, Hit, SearchResult
from index.suggest import suggestion

Found = tuple[int, list[tuple[str, float]]]  # how many match, and (study id, score) of those asked for
Counts = Mapping[str, Mapping[str, int]]  # by facet name (and YEARS): how many matching studies have each value
Understood = tuple[q.Query, tuple[str, ...]]


class Answering:
    """Base of the engines. ``name`` is the engine's."""

    name = ""

    def __init__(self, atlas: Atlas, lexicon: Lexicon) -> None:
        self._atlas = atlas
        self._lexicon = lexicon
        self._facets: dict[str, Facet] = {f.name: f for f in facets(atlas.config)}
        self._ranks = {f.name: _ranks(atlas, f) for f in self._facets.values()}
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
        counts = self._count(plan)
        messages = (*request.messages, *told, *self._contradictions(request), *paged)
        return SearchResult(
            total,
            self._hits(tree, found),
            tuple(self._facet_result(facet, counts.get(facet.name, {}), request) for facet in self._facets.values()),
            tuple(sorted((int(year), n) for year, n in counts.get(YEARS, {}).items())),
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
        highlighter = Highlighter(tree, self._atlas)
        return tuple(Hit(i, score, highlighter.of(self._atlas.studies[i])) for i, score in found)

    def _contradictions(self, request: SearchRequest) -> list[str]:
        return [
            f"{facet.label}: “{self._label(facet, value)}” is both asked for and left out."
            for name, facet in self._facets.items()
            for value in request.include.get(name, ())
            if value in request.exclude.get(name, ())
        ]

    def _label(self, facet: Facet, value: str) -> str:
        return self._atlas.vocabulary.label(value) if facet.scheme else value

    def _facet_result(self, facet: Facet, counted: Mapping[str, int], request: SearchRequest) -> FacetResult:
        wanted = frozenset(request.include.get(facet.name, ()))
        unwanted = frozenset(request.exclude.get(facet.name, ()))
        values = dict(counted)
        for value in (*wanted, *unwanted):
            values.setdefault(value, 0)
        label = self._atlas.vocabulary.label if facet.scheme else str
        counts = [
            FacetCount(v, label(v), n, v in wanted, v in unwanted)
            for v, n in values.items()
            if n or v in wanted | unwanted
        ]
        counts.sort(key=self._order(facet))
        return FacetResult(facet, tuple(counts))

    def _order(self, facet: Facet):  # type: ignore[no-untyped-def]
        """Key that sorts a facet's counts; total, so that every engine gives the same order."""
        if facet.order == "scheme":
            ranks = self._ranks[facet.name]
            return lambda c: (ranks.get(c.value, len(ranks)), c.value)
        if facet.order == "name":
            return lambda c: (c.label.casefold(), c.value)
        return lambda c: (-c.count, c.label.casefold(), c.value)


def _ranks(atlas: Atlas, facet: Facet) -> dict[str, int]:
    concepts = atlas.vocabulary.of_scheme(facet.scheme) if facet.scheme else ()
    return {concept.id: rank for rank, concept in enumerate(concepts)}
