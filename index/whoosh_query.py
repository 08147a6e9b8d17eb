"""A query tree evaluated over posting lists: which documents match, and how well (BM25, as tantivy has it)."""

import math
from collections.abc import Mapping

import numpy as np
from whoosh import query as q

from index.fields import TEXT_FIELDS
from index.syntax import DEFAULT_FIELD
from index.whoosh_postings import PostingLists, Postings

K1, B = 1.2, 0.75
_COLUMNS = {field.name: i for i, field in enumerate(TEXT_FIELDS)}
_WEIGHTS = {field.name: field.weight for field in TEXT_FIELDS}
Mask = np.ndarray  # bool, one a document
Scores = np.ndarray  # float64, one a document


class Evaluator:
    """Evaluates queries over one open index. ``numbers``: by number field, one of each document."""

    def __init__(self, lists: PostingLists, numbers: Mapping[str, np.ndarray]) -> None:
        self._lists = lists
        self._numbers = numbers
        lengths: np.ndarray = lists.records["lengths"].astype(np.float64)
        living = lengths[lists.alive]
        self._count = len(living)
        means = living.mean(axis=0) if len(living) else np.ones(len(TEXT_FIELDS))
        self._norms = K1 * (1 - B + B * lengths / np.maximum(means, 1e-9))

    def _between(self, field: str, first: int, last: int) -> Mask:
        numbers = self._numbers[field]
        return (numbers >= first) & (numbers <= last)

    def _mask(self, *documents: np.ndarray) -> Mask:
        mask: Mask = np.zeros(self._lists.size, bool)
        for numbers in documents:
            mask[numbers] = True
        return mask

    def matching(self, node: q.Query) -> Mask:
        """Living documents that match a node of the tree. The array is the caller's own."""
        if isinstance(node, q.Term):
            return self._mask(*(self._lists.of(name, node.text).documents for name in _fields(node)))
        if isinstance(node, q.Phrase):
            return self._mask(*(self._phrase(name, node)[0] for name in _fields(node)))
        if isinstance(node, q.And):
            return np.logical_and.reduce([self.matching(child) for child in node.subqueries])
        if isinstance(node, q.Or):
            return np.logical_or.reduce([self.matching(child) for child in node.subqueries])
        if isinstance(node, q.Not):
            return self._lists.alive & ~self.matching(node.query)
        if isinstance(node, q.AndMaybe):
            return self.matching(node.a)
        if isinstance(node, q.ConstantScoreQuery):
            return self.matching(node.child)
        if isinstance(node, q.NumericRange):
            return self._between(node.fieldname, int(node.start), int(node.end)) & self._lists.alive
        return self._lists.alive.copy() if isinstance(node, q.Every) else self._mask()

    def scores(self, node: q.Query) -> Scores:
        """Relevance of every document to a node; 0 where it does not match."""
        scores = np.zeros(self._lists.size)
        if isinstance(node, q.Term):
            for name in _fields(node):
                found = self._lists.of(name, node.text)
                self._add(scores, node, name, found.documents, found.frequencies, self._idf(found))
        elif isinstance(node, q.Phrase):
            for name in _fields(node):
                documents, frequencies = self._phrase(name, node)
                idf = sum(self._idf(self._lists.of(name, word)) for word in node.words)
                self._add(scores, node, name, documents, frequencies, idf)
        elif isinstance(node, q.And | q.Or):
            for child in node.subqueries:
                scores += self.scores(child)
            scores *= self.matching(node)
        elif isinstance(node, q.AndMaybe):
            scores = (self.scores(node.a) + self.scores(node.b)) * self.matching(node.a)
        elif isinstance(node, q.ConstantScoreQuery):
            scores[self.matching(node)] = node.score
        return scores

    def _add(
        self, scores: Scores, node: q.Query, field: str, documents: np.ndarray, frequencies: np.ndarray, idf: float
    ) -> None:
        """Add one field's BM25 to the scores of its documents. Fields of whole values have no relevance."""
        if field in _COLUMNS and len(documents):
            norms = self._norms[documents, _COLUMNS[field]]
            weight = node.boost * (_WEIGHTS[field] if node.fieldname == DEFAULT_FIELD else 1.0)
            scores[documents] += weight * idf * frequencies * (K1 + 1) / (frequencies + norms)

    def _idf(self, found: Postings) -> float:
        having = len(found.documents)
        return math.log(1 + (self._count - having + 0.5) / (having + 0.5))

    def _phrase(self, field: str, node: q.Phrase) -> tuple[np.ndarray, np.ndarray]:
        """Documents in which the words stand in sequence, and how often in each."""
        places = [self._lists.of(field, word).places() for word in node.words]
        if node.slop > 1:  # two words, the second at most ``slop - 1`` steps from the place right after the first
            ends: np.ndarray = np.append(places[1], np.iinfo(np.int64).max)
            nearest = ends[np.searchsorted(ends, places[0] + 2 - node.slop)]
            starts = places[0][nearest <= places[0] + node.slop]
        else:
            starts = places[0]
            for step, following in enumerate(places[1:], start=1):
                starts = np.intersect1d(starts, following - step, assume_unique=True)
        return np.unique(starts >> 32, return_counts=True)


def _fields(node: q.Term | q.Phrase) -> tuple[str, ...]:
    return tuple(_WEIGHTS) if node.fieldname == DEFAULT_FIELD else (node.fieldname,)
