"""What every engine does alike: parse, filter, count, order, page and highlight. Engines match words and rank.

An engine is a subclass with two private methods; they get a query tree in terms of the index and answer in rows of its
table.
"""

import time
from collections.abc import Sequence

import numpy as np
from whoosh import query as q

from entries.atlas import Atlas
from index.completion import Completing
from index.contradictions import contradictions
from index.counting import FacetTable
from index.direct import identifiers
from index.explain import Explainer, Explanation
from index.feedback import Feedback
from index.fields import Facet, facets
from index.filtering import Filtered
from index.folder import Contents
from index.highlight import Highlighting
from index.loosen import loosenings
from index.matching import Matching, Meaning, Scored
from index.offers import Offers
from index.paging import Paging, next_after
from index.parse import QuerySchema
from index.plan import Plan
from index.query import MOST_CHARACTERS, SearchRequest, Sort, clean
from index.results import Completion, FacetResult, Hit, Loosening, SearchResult, UnknownValue
from index.suggest import Suggester
from index.tallying import Tally
from index.unknown_values import further, unknown_values, unread_values
from index.values import Chosen, Mask


class Answering:
    """Base of the engines. ``name`` is the engine's."""

    name = ""

    def __init__(self, contents: Contents, atlas: Atlas) -> None:
        self._atlas = atlas
        self._table = table = contents.table
        self._facets: dict[str, Facet] = {f.name: f for f in facets(atlas.config)}
        self._tables = [FacetTable(f, table.facets[f.field], atlas.vocabulary) for f in self._facets.values()]
        self._tally = Tally(self._tables)
        self._highlighting = Highlighting(atlas)
        feedback = Feedback(self._having, atlas.studies.__getitem__, table.count)
        self._paging = Paging(table, self.rank)
        self._offers = Offers(atlas.vocabulary, self._facets.values())
        self._completing = Completing(atlas, table, self._facets.values())
        self._matching = Matching(QuerySchema(atlas), contents.lexicon, self, feedback)
        self._explainer = Explainer(atlas, self._facets.values(), contents.lexicon)
        self._suggester = Suggester(contents.lexicon, self._having, self._matching.counts, self._offers.has_word)

    # What an engine does.

    def _match(self, tree: q.Query) -> Mask:
        """Rows that match the tree."""
        raise NotImplementedError

    def _having(self, term: str) -> int:
        """In how many studies an index term stands, about: the most of any one field."""
        raise NotImplementedError

    def rank(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        """Of the rows (those that match the whole plan) the best from ``offset`` on, equal scores by id."""
        raise NotImplementedError

    def matches(self, tree: q.Query) -> bool:
        """Whether any row matches the tree."""
        return bool(self.rows(tree).any())

    def _nearly(self, plan: Plan) -> Mask | None:
        """Rows that match the tree and all filters but one at most; None where that is no faster than the tree."""
        return None

    def _counted(self, plan: Plan) -> int | None:
        """How many rows match the whole plan; None where that is no faster than matching the tree."""
        return None

    # What all engines do alike.

    def document_count(self) -> int:
        """How many studies the index holds."""
        return self._table.count

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request: one page of hits, all facets, years."""
        started = time.perf_counter()
        for meaning in self._matching.readings(request.text):
            plan = Plan.of(request, meaning.ranking, self._facets)
            relevant = self._relevant(meaning, plan)
            if relevant.any():
                break
        filtered = Filtered(self._table, relevant, plan)
        rows = filtered.everything
        request, offset, placed = self._paging.placed(request, plan, rows)
        found = self._found(plan, rows, offset, request.per_page)
        counted, years = filtered.counted(self._tally, request)
        hits = self._hits(meaning.tree, found)
        unknown = (*self._unread(request), *unknown_values(self._tables, request, self.count))
        foreign = (one.message for one in unknown)
        missing = () if relevant.any() or meaning.rows.any() else self._matching.told_of_nothing(request.text)
        unused = () if len(rows) and not meaning.any_word else self._offers.unused(request.text, self.count)
        told = (
            *request.messages,
            *meaning.messages,
            *missing,
            *foreign,
            *further(self._matching.unread(request.text)),
            *contradictions(self._tables, request),
            *placed,
        )
        messages = tuple(dict.fromkeys(told))
        offers = self._offers.of(request, self.count)
        direct, seconds = self._direct(request.text), time.perf_counter() - started
        return SearchResult(
            len(rows), hits, counted, years, request, messages, seconds, meaning.any_word, direct, offers,
            offset, next_after(plan, found, offset, len(rows)), unknown, unused,
        )  # fmt: skip

    def _unread(self, request: SearchRequest) -> tuple[UnknownValue, ...]:
        """Values that the text asks of facets that do not have them."""
        unread = self._matching.unread(request.text)
        tables = {table.facet.name: table for table in self._tables} if unread else {}
        return unread_values(tables, request, unread, self.count)

    def count(self, request: SearchRequest) -> int:
        """How many studies match."""
        counts = (self._count(meaning, request) for meaning in self._matching.readings(request.text))
        return next(filter(None, counts), 0)

    def _count(self, meaning: Meaning, request: SearchRequest) -> int:
        plan = Plan.of(request, meaning.tree, self._facets)
        counted = None if meaning.is_matched or not plan.filters else self._counted(plan)
        return len(Filtered(self._table, meaning.rows, plan).everything) if counted is None else counted

    def _relevant(self, meaning: Meaning, plan: Plan) -> Mask:
        """Rows that match the words, but for such as no count of this plan has to do with."""
        nearly = None if meaning.is_matched or plan.filters < 2 else self._nearly(plan)
        return meaning.rows if nearly is None else nearly

    def _rows_of(self, request: SearchRequest) -> tuple[Plan, Chosen]:
        meaning = self._matching.of(request.text)
        plan = Plan.of(request, meaning.ranking, self._facets)
        return plan, Filtered(self._table, meaning.rows, plan).everything

    def facets_found(self, request: SearchRequest) -> tuple[FacetResult, ...]:
        """All facets counted over exactly the studies that match: here each obeys its own selection as well."""
        _, rows = self._rows_of(request)
        return tuple(table.result(rows) for table in self._tables)

    def ids(self, request: SearchRequest) -> list[str]:
        """All studies that match, in the request's order; its page is ignored."""
        plan, rows = self._rows_of(request)
        return [study_id for study_id, _ in self._found(plan, rows, 0, max(1, len(rows)))]

    def best(self, text: str, most: int) -> Scored:
        """The studies that match any word of a text best, at most ``most``: (id, score), scores descending."""
        meaning = self._matching.any_of(text) or self._matching.of(text)
        return self.rank(Plan(meaning.ranking, Sort.RELEVANCE), Chosen(meaning.rows), 0, max(1, most))

    def explain(self, request: SearchRequest, study_id: str) -> Explanation | None:
        """Why a study is among the results of a request; None where it is not."""
        row = self._table.row_of(study_id)
        _, rows = self._rows_of(request)
        if row is None or not rows.mask[row]:
            return None
        alone = Chosen(self._table.mask(np.array([row])))

        def score(tree: q.Query) -> float:
            found = self.rank(Plan(q.And([q.Term("id", study_id), tree]), Sort.RELEVANCE), alone, 0, 1)
            return found[0][1] if found else 0.0

        asked, shared = self._matching.asked(request.text), self._matching.of(request.text).shared
        return self._explainer.explained(request.text, asked, shared, self._atlas.studies[study_id], score)

    def suggest(self, text: str) -> str | None:
        """The text with unknown words replaced by near words of the index, or None where there is nothing to mend."""
        return self._suggester.suggestion(clean(text)[:MOST_CHARACTERS])

    def complete(self, text: str, limit: int = 8) -> tuple[Completion, ...]:
        """What the text can be completed to, best first."""
        return self._completing.of(text, limit)

    def loosen(self, request: SearchRequest) -> tuple[Loosening, ...]:
        """What to take away to find more, with what each way gives; the most first."""
        labels = {table.facet.name: table.label for table in self._tables}
        return loosenings(request, self._facets, lambda name, value: labels[name](value), self.count)

    def settle(self) -> None:
        """Make now what the first searches and completions would have to wait for."""
        self._tally.settle()
        self._completing.settle()

    def forget(self) -> None:
        """Forget which rows matched earlier queries. Only measurements need this."""
        self._matching.forget()

    def rows(self, tree: q.Query) -> Mask:
        """Rows that match a tree."""
        return self._table.alive if isinstance(tree, q.Every) else self._match(tree)

    def _direct(self, text: str) -> str | None:
        """The study that the text as a whole identifies."""
        for field, value in identifiers(text):
            rows = np.flatnonzero(self._match(q.Term(field, value)))
            if len(rows) == 1:
                return self._table.ids[int(rows[0])]
        return None

    def _found(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        if plan.sort is Sort.RELEVANCE:
            return self.rank(plan, rows, offset, limit)
        return [(i, 0.0) for i in self._table.ordered(rows.rows, plan.sort, offset, limit)]

    def _hits(self, tree: q.Query, found: Sequence[tuple[str, float]]) -> tuple[Hit, ...]:
        highlighter = self._highlighting.of(tree)
        return tuple(Hit(i, score, highlighter.of(self._atlas.glance(i))) for i, score in found)
