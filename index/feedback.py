"""Ranking by feedback: what the best matches speak of makes other matches better or worse.

Where any word of a query is enough, the studies that match best for these words are read, and the words that they share
and that few other studies have count a little for every match (pseudo-relevance feedback in the manner of Rocchio).
Nothing more is found and nothing less: only the order changes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log

from whoosh import query as q

from entries.study import Study
from index.analysis import GAP, Analyser
from index.fields import TEXT_FIELDS, texts
from index.spelling import term
from index.wordlists import STOP_WORDS

BEST = 10  # studies that are read
MOST_WORDS = 20  # of them that count
LEAST_STUDIES = 2  # of those read that have a word
SHARE = 0.2  # weight of the best of these words, where a word of the query has 1
READ = ("title", "summary", "findings", "conclusions")
_WEIGHTS = {field.name: field.weight for field in TEXT_FIELDS}
_STOP_TERMS = frozenset(map(term, STOP_WORDS))

Counted = tuple[Counter[str], int]  # terms of a study with how often each stands there, and all occurrences


class Feedback:
    """Makes the queries. ``having``: in how many of the ``studies`` a term stands, about; ``read``: a study by id."""

    def __init__(self, having: Callable[[str], int], read: Callable[[str], Study], studies: int) -> None:
        self._having = having
        self._studies = studies
        self._counted = lru_cache(maxsize=512)(lambda study_id: _counted(read(study_id)))

    def ranking(self, tree: q.Query, best: Sequence[tuple[str, float]]) -> q.Query:
        """The tree with the words that its best matches, (study id, score), share; these never decide what matches."""
        shared = self.words(best)
        if not shared:
            return tree
        leaves = [
            q.Term(field, word, boost=_WEIGHTS[field] * weight) for word, weight in shared.items() for field in READ
        ]
        return q.AndMaybe(tree, q.Or(leaves))

    def words(self, best: Sequence[tuple[str, float]]) -> Mapping[str, float]:
        """Index terms shared by the best matches with their weights, between 0 and :data:`SHARE`; heaviest first."""
        whole = sum(score for _, score in best) or 1.0
        weights: dict[str, float] = {}
        studies: Counter[str] = Counter()
        for study_id, score in best:
            terms, length = self._counted(study_id)
            for word, times in terms.items():
                weights[word] = weights.get(word, 0.0) + score / whole * times / length
            studies.update(terms.keys())
        rare = {w: weights[w] * self._rarity(w) for w in weights if studies[w] >= LEAST_STUDIES}
        chosen = sorted(rare, key=lambda word: (-rare[word], word))[:MOST_WORDS]
        return {word: SHARE * rare[word] / rare[chosen[0]] for word in chosen if rare[word] > 0}

    def _rarity(self, word: str) -> float:
        having = self._having(word)
        return log(1 + (self._studies - having + 0.5) / (having + 0.5)) if having < self._studies else 0.0


def _counted(study: Study) -> Counted:
    fields = texts(study)
    terms = Counter(_words(Analyser().terms(part for field in READ for part in fields[field]).split()))
    return terms, max(1, terms.total())


def _words(terms: Iterable[str]) -> Iterable[str]:
    """Terms that may tell what a study is about: no figures, no stop words, nothing of one or two letters."""
    return (t for t in terms if len(t) > 2 and t != GAP and not t[0].isdigit() and t not in _STOP_TERMS)
