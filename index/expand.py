"""Prefixes, wildcards and fuzzy words replaced by the terms that they stand for in this index.

``ConstantScoreQuery(Or([Term, ...]))`` takes their place: a match counts, which of the words it was does not.
"""

from collections.abc import Iterator

from whoosh import query as q

from index.lexicon import Lexicon, terms_of

MOST_TERMS = 1_024  # that one pattern may stand for
MOST_PATTERNS = 10  # in one query
PATTERNS = (q.Prefix, q.Wildcard, q.FuzzyTerm)


def expand(tree: q.Query, lexicon: Lexicon) -> tuple[q.Query, list[str]]:
    """The tree without patterns, and messages. A pattern that no word matches becomes NullQuery."""
    return _Expansion(lexicon).expanded(tree)


class _Expansion:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._messages: list[str] = []
        self._patterns = 0

    def expanded(self, tree: q.Query) -> tuple[q.Query, list[str]]:
        return self._expand(tree), self._messages

    def _expand(self, node: q.Query) -> q.Query:
        if isinstance(node, PATTERNS):
            return self._pattern(node)
        if isinstance(node, q.And | q.Or):
            return type(node)([self._expand(child) for child in node.subqueries])
        if isinstance(node, q.Not):
            return q.Not(self._expand(node.query))
        if isinstance(node, q.AndMaybe):
            return q.AndMaybe(self._expand(node.a), self._expand(node.b))
        return node

    def _pattern(self, node: q.Query) -> q.Query:
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            self._messages.append(f"Only the first {MOST_PATTERNS} words with *, ? or ~ were used.")
            return q.Every()
        terms, more = terms_of(self._words(node), MOST_TERMS)
        if more:
            pattern = written(node)
            self._messages.append(f"“{pattern}” stands for more than {MOST_TERMS:,} words; give it more letters.")
        if not terms:
            return q.NullQuery
        return q.ConstantScoreQuery(q.Or([q.Term(node.fieldname, t) for t in terms]), float(node.boost))

    def _words(self, node: q.Query) -> Iterator[str]:
        if isinstance(node, q.Prefix):
            return self._lexicon.starting(node.text)
        if isinstance(node, q.Wildcard):
            return self._lexicon.like(node.text)
        return self._lexicon.near(node.text, node.maxdist, node.prefixlength)


def written(node: q.Query) -> str:
    """A pattern as a reader would write it, its letters folded."""
    marks = "*" if isinstance(node, q.Prefix) else "~" if isinstance(node, q.FuzzyTerm) else ""
    return f"{node.text[:40]}{marks}"
