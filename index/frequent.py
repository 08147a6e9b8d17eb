"""The rows of words that very many studies have, held as bits: such searches need not be handed over hit by hit.

An engine finds faster than it hands over. What it takes longest for is a search of nothing but frequent words; with
their rows at hand it becomes an "and" of bits. Which words those are is learnt from a sample of the studies.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np
from whoosh import query as q

from entries.atlas import Atlas
from index.analysis import GAP, Analyser
from index.fields import texts
from index.syntax import DEFAULT_FIELD
from index.values import Mask

FREQUENT = 1 / 8  # of the studies
SAMPLE = 256  # studies that are looked at
MOST = 320  # words; their bits take as much memory as so many bytes for every eighth study


class FrequentWords:
    """The frequent words of one index. Knows none before :meth:`learn`, which may run in a thread of its own."""

    def __init__(self, atlas: Atlas, size: int, rows: Callable[[q.Query], Mask]) -> None:
        """``size``: rows of the table. ``rows``: those that match a tree."""
        self._atlas = atlas
        self._size = size
        self._found = rows
        self._bits: dict[str, np.ndarray] = {}  # uint8, eight rows each

    def learn(self) -> None:
        """Find out which words are frequent, and where they stand."""
        for word in self._frequent():
            self._bits[word] = np.packbits(self._found(q.Term(DEFAULT_FIELD, word)))

    def _frequent(self) -> list[str]:
        """The frequent terms of the sample, the most frequent first."""
        ids, analyser = list(self._atlas.studies), Analyser()
        sample = ids[:: max(1, len(ids) // SAMPLE)]
        counts: Counter[str] = Counter()
        for study in self._atlas.passing(sample):
            counts.update({term for parts in texts(study).values() for term in analyser.terms(parts).split()} - {GAP})
        return [term for term, count in counts.most_common(MOST) if count > FREQUENT * len(sample)]

    def rows(self, tree: q.Query) -> Mask | None:
        """Rows that match a tree; None where anything but frequent words is in it."""
        bits = self._matching(tree)
        return None if bits is None else np.unpackbits(bits, count=self._size).view(bool)

    def _matching(self, tree: q.Query) -> np.ndarray | None:
        if isinstance(tree, q.Term):
            return self._bits.get(tree.text) if tree.fieldname == DEFAULT_FIELD else None
        if isinstance(tree, q.AndMaybe):
            return self._matching(tree.a)
        if isinstance(tree, q.And):
            wanted = [child for child in tree.subqueries if not isinstance(child, q.Not)]
            unwanted = [child.query for child in tree.subqueries if isinstance(child, q.Not)]
            found, others = self._together(np.bitwise_and, wanted), self._together(np.bitwise_or, unwanted)
            return found if not unwanted or found is None else None if others is None else found & ~others
        return self._together(np.bitwise_or, tree.subqueries) if isinstance(tree, q.Or) else None

    def _together(self, joined: np.ufunc, trees: list[q.Query]) -> np.ndarray | None:
        """The rows of several trees joined; None where one of them is not known, or where there is none."""
        found: np.ndarray | None = None
        for tree in trees:
            bits = self._matching(tree)
            if bits is None:
                return None
            found = bits if found is None else joined(found, bits)
        return found
