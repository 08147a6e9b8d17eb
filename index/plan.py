"""A request ready for an engine: the query tree in terms of this index, and the filters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from whoosh import query as q

from index.fields import TEXT_FIELDS, Facet
from index.query import LAST_YEAR, SearchRequest, Sort
from index.syntax import DEFAULT_FIELD

_TEXT = frozenset((DEFAULT_FIELD, *(f.name for f in TEXT_FIELDS)))


@dataclass(frozen=True, slots=True)
class Selection:
    """The values wanted (any of them) and unwanted (none of them) in one facet's index field."""

    field: str
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to search for. ``selections`` go by facet name; ``years`` is an inclusive range or None."""

    tree: q.Query
    sort: Sort
    selections: Mapping[str, Selection] = field(default_factory=dict)
    years: tuple[int, int] | None = None

    @property
    def filters(self) -> int:
        """How many facets, and the years, must let a study through."""
        return len(self.selections) + bool(self.years)

    @classmethod
    def of(cls, request: SearchRequest, tree: q.Query, facets: Mapping[str, Facet]) -> "Plan":
        """The plan of a request whose text became ``tree``. Facets that the atlas does not have are passed over."""
        selections = {
            name: Selection(facet.field, request.include.get(name, ()), request.exclude.get(name, ()))
            for name, facet in facets.items()
            if name in request.include or name in request.exclude
        }
        first, last = request.year_from, request.year_to
        years = (first or 0, LAST_YEAR if last is None else last) if request.has_years else None
        sort = request.sort
        if sort is Sort.RELEVANCE and not has_words(tree):
            sort = Sort.NEWEST
        return cls(tree, sort, selections, years)


def has_words(tree: q.Query) -> bool:
    """Whether anything in the tree can be more or less relevant: words, outside NOT; patterns and ranges cannot."""
    if isinstance(tree, q.Term | q.Phrase):
        return tree.fieldname in _TEXT
    if isinstance(tree, q.And | q.Or):
        return any(has_words(child) for child in tree.subqueries)
    if isinstance(tree, q.AndMaybe):
        return has_words(tree.a) or has_words(tree.b)
    return False


def positive(tree: q.Query) -> Iterator[q.Query]:
    """Terms and phrases that a study is found by: those that are not under a NOT."""
    if isinstance(tree, q.Term | q.Phrase):
        yield tree
    elif isinstance(tree, q.And | q.Or):
        for child in tree.subqueries:
            yield from positive(child)
    elif isinstance(tree, q.AndMaybe):
        yield from positive(tree.a)
        yield from positive(tree.b)
    elif isinstance(tree, q.ConstantScoreQuery):
        yield from positive(tree.child)
