"""Ranking by feedback: what the best matches speak of makes other matches better or worse.

Where any word of a query is enough, the studies that match best for these words are read, and the words that they share
and that few other studies have count a little for every match (pseudo-relevance feedback in the manner of Rocchio).
Nothing more is found and nothing less: only the order changes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import log

from whoosh import query as q

from entries.study import Study
from index.analysis import piece_chunks
from index.fields import TEXT_FIELDS, texts
from index.plan import positive
from index.spelling import term
from index.wordlists import STOP_WORDS

BEST = 10  # studies that are read
MOST_WORDS = 20  # of them that count
LEAST_STUDIES = 2  # of those read that have a word
MIX = 0.2  # what these words weigh together for each word of the query, which has 1
HEAVIEST = 0.3  # what one of them weighs at most
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
        shared = self.words(best, sum(1 for _ in positive(tree)))
        if not shared:
            return tree
        leaves = [
            q.Term(field, word, boost=_WEIGHTS[field] * weight) for word, weight in shared.items() for field in READ
        ]
        return q.AndMaybe(tree, q.Or(leaves))

    def words(self, best: Sequence[tuple[str, float]], asked: int) -> Mapping[str, float]:
        """Index terms shared by the best matches, with their weights beside ``asked`` words; the heaviest first."""
        scores = sum(score for _, score in best) or 1.0
        weights: dict[str, float] = {}
        studies: Counter[str] = Counter()
        for study_id, score in best:
            terms, length = self._counted(study_id)
            for word, times in terms.items():
                weights[word] = weights.get(word, 0.0) + score / scores * times / length
            studies.update(terms.keys())
        rare = {w: weights[w] * self._rarity(w) for w in weights if studies[w] >= LEAST_STUDIES}
        chosen = sorted(rare, key=lambda word: (-rare[word], word))[:MOST_WORDS]
        whole = sum(rare[word] for word in chosen) or 1.0
        return {word: min(HEAVIEST, MIX * asked * rare[word] / whole) for word in chosen if rare[word] > 0}

    def _rarity(self, word: str) -> float:
        having = self._having(word)
        return log(1 + (self._studies - having + 0.5) / (having + 0.5)) if having < self._studies else 0.0


def _counted(study: Study) -> Counted:
    fields = texts(study)
    pieces = (piece for field in READ for text in fields[field] for piece in text.split())
    words = (part.word for piece in pieces for chunk in piece_chunks(piece) for part in chunk)
    terms = Counter(one for one in map(term, words) if _is_telling(one))
    return terms, max(1, terms.total())


def _is_telling(word: str) -> bool:
    """Whether a term may tell what a study is about: no figure, no stop word, nothing of one or two letters."""
    return len(word) > 2 and not word[0].isdigit() and word not in _STOP_TERMS
