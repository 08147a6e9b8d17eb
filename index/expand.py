"""Prefixes, wildcards and fuzzy words replaced by the terms that they stand for in this index.

``ConstantScoreQuery(Or([Term, ...]))`` takes their place: a match counts, which of the words it was does not.
"""

from whoosh import query as q

from index.lexicon import Lexicon, Pattern

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
        found = self._expand(tree)
        return q.Every() if found is None else found, self._messages

    def _expand(self, node: q.Query) -> q.Query | None:
        """The node without patterns; None for patterns beyond those that are looked up, which then ask for nothing."""
        if isinstance(node, PATTERNS):
            return self._pattern(node)
        if isinstance(node, q.And | q.Or):
            found = [child for child in map(self._expand, node.subqueries) if child is not None]
            return type(node)(found) if found else None
        if isinstance(node, q.Not):
            unwanted = self._expand(node.query)
            return None if unwanted is None else q.Not(unwanted)
        if isinstance(node, q.AndMaybe):
            wanted, welcome = self._expand(node.a), self._expand(node.b)
            return wanted if wanted is None or welcome is None else q.AndMaybe(wanted, welcome)
        return node

    def _pattern(self, node: q.Query) -> q.Query | None:
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            self._messages.append(f"Only the first {MOST_PATTERNS} words with *, ? or ~ were used.")
            return None
        terms, more = self._lexicon.terms(_looked_up(node), MOST_TERMS)
        if more:
            pattern = written(node)
            self._messages.append(f"“{pattern}” stands for more than {MOST_TERMS:,} words; give it more letters.")
        if not terms:
            return q.NullQuery
        return q.ConstantScoreQuery(q.Or([q.Term(node.fieldname, t) for t in terms]), float(node.boost))


def _looked_up(node: q.Query) -> Pattern:
    if isinstance(node, q.FuzzyTerm):
        return Pattern(node.text, node.maxdist, node.prefixlength)
    return Pattern(f"{node.text}*" if isinstance(node, q.Prefix) else node.text)


def written(node: q.Query) -> str:
    """A pattern as a reader would write it, its letters folded."""
    marks = "*" if isinstance(node, q.Prefix) else "~" if isinstance(node, q.FuzzyTerm) else ""
    return f"{node.text[:40]}{marks}"
