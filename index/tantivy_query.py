"""A plan's tree and filters compiled for tantivy."""

from collections.abc import Iterable
from functools import lru_cache

from tantivy import FieldType, Occur, Query, Schema
from whoosh import query as q

from index.fields import TEXT_FIELDS, YEAR
from index.plan import Plan, Selection
from index.syntax import DEFAULT_FIELD

_WEIGHTS = {f.name: f.weight for f in TEXT_FIELDS}
REMEMBERED = 256  # terms that stay compiled
_Clause = tuple[Occur, Query]


class Compiler:
    """Compiles for one index."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._anywhere = lru_cache(maxsize=REMEMBERED)(self._of_any_field)  # a search is compiled more than once

    def plan(self, plan: Plan) -> Query:
        """Everything that must hold."""
        clauses = [(Occur.Must, self.tree(plan.tree)), *(clause for f in self._filters(plan) for clause in f)]
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    def nearly(self, plan: Plan) -> Query:
        """The tree, and all filters but one at most: what counts that leave out one selection are taken from."""
        filters = list(self._filters(plan))
        others = [[c for other in filters if other is not left for c in other] for left in filters]
        either = [(Occur.Should, Query.boolean_query(_with_base(clauses))) for clauses in others]
        return Query.boolean_query([(Occur.Must, self.tree(plan.tree)), (Occur.Must, Query.boolean_query(either))])

    def _filters(self, plan: Plan) -> Iterable[list[_Clause]]:
        for selection in plan.selections.values():
            yield list(self._selection(selection))
        if plan.years:
            yield [(Occur.Must, self._between(YEAR, *plan.years))]

    def _selection(self, selection: Selection) -> Iterable[_Clause]:
        if selection.wanted:
            yield Occur.Must, _unscored(self._any(selection.field, selection.wanted))
        if selection.unwanted:
            yield Occur.MustNot, self._any(selection.field, selection.unwanted)

    def _any(self, field: str, values: tuple[str, ...]) -> Query:
        if len(values) == 1:
            return Query.term_query(self._schema, field, values[0])
        return Query.term_set_query(self._schema, field, list(values))

    def _between(self, field: str, first: int, last: int) -> Query:
        return _unscored(Query.range_query(self._schema, field, FieldType.Integer, first, last))

    def tree(self, node: q.Query) -> Query:
        """One node of the tree."""
        if isinstance(node, q.Term):
            return self._term(node)
        if isinstance(node, q.Phrase):
            return self._phrase(node)
        if isinstance(node, q.And):
            return Query.boolean_query(list(self._all_of(node)))
        if isinstance(node, q.Or):
            return Query.boolean_query([(Occur.Should, self.tree(child)) for child in node.subqueries])
        if isinstance(node, q.Not):
            return Query.boolean_query([(Occur.Must, _everything()), (Occur.MustNot, self.tree(node.query))])
        if isinstance(node, q.AndMaybe):
            return Query.boolean_query([(Occur.Must, self.tree(node.a)), (Occur.Should, self.tree(node.b))])
        if isinstance(node, q.ConstantScoreQuery):
            return self._terms(node)
        if isinstance(node, q.NumericRange):
            return self._between(node.fieldname, int(node.start), int(node.end))
        return _everything() if isinstance(node, q.Every) else Query.empty_query()

    def _all_of(self, node: q.And) -> Iterable[_Clause]:
        unwanted = [child for child in node.subqueries if isinstance(child, q.Not)]
        if len(unwanted) == len(node.subqueries):
            yield Occur.Must, _everything()
        for child in node.subqueries:
            if isinstance(child, q.Not):
                yield Occur.MustNot, self.tree(child.query)
            else:
                yield Occur.Must, self.tree(child)

    def _term(self, node: q.Term) -> Query:
        if node.fieldname == DEFAULT_FIELD:
            return self._anywhere(node.text, node.boost)
        found = Query.term_query(self._schema, node.fieldname, node.text)
        return _weighted(found, node.boost) if node.fieldname in _WEIGHTS else _unscored(found)

    def _of_any_field(self, term: str, boost: float) -> Query:
        return _any_field(
            (Query.term_query(self._schema, name, term), weight * boost) for name, weight in _WEIGHTS.items()
        )

    def _phrase(self, node: q.Phrase) -> Query:
        fields = _WEIGHTS if node.fieldname == DEFAULT_FIELD else {node.fieldname: 1.0}
        words: list[str | tuple[int, str]] = list(node.words)
        slop = node.slop - 1  # Whoosh counts steps, tantivy the words between
        return _any_field(
            (Query.phrase_query(self._schema, name, words, slop), weight * node.boost)
            for name, weight in fields.items()
        )

    def _terms(self, node: q.ConstantScoreQuery) -> Query:
        """The terms that a pattern stands for: all alternatives, none better than another."""
        field, terms = node.child.subqueries[0].fieldname, [leaf.text for leaf in node.child.subqueries]
        names = _WEIGHTS if field == DEFAULT_FIELD else (field,)
        sets = [(Occur.Should, Query.term_set_query(self._schema, name, terms)) for name in names]
        return Query.const_score_query(Query.boolean_query(sets), node.score)


def _with_base(clauses: list[_Clause]) -> list[_Clause]:
    """Clauses of which not all are negative."""
    return clauses if any(occur == Occur.Must for occur, _ in clauses) else [(Occur.Must, _everything()), *clauses]


def _everything() -> Query:
    return _unscored(Query.all_query())


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _weighted(query: Query, weight: float) -> Query:
    return query if weight == 1.0 else Query.boost_query(query, weight)


def _any_field(alternatives: Iterable[tuple[Query, float]]) -> Query:
    clauses = [(Occur.Should, _weighted(query, weight)) for query, weight in alternatives]
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)
