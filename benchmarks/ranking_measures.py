"""How good a ranking is, as trec_eval defines it: nDCG at a depth, average precision, recall at a depth.

A judgement is a whole number: what is above 0 is relevant, and in nDCG the number itself is the gain; 0 and below is
not relevant. Documents without a judgement count as not relevant.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Judgements = Mapping[str, int]  # document id -> grade


class Quality(NamedTuple):
    """The measures of one query, or their means over queries; each between 0 and 1."""

    ndcg_10: float
    average_precision: float
    recall_100: float


def ndcg(ranking: Sequence[str], judged: Judgements, depth: int = 10) -> float:
    """Discounted gain of the first ``depth`` documents as a share of the best possible; 0 where nothing is relevant."""
    best = _discounted(sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:depth])
    return _discounted([max(judged.get(d, 0), 0) for d in ranking[:depth]]) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def average_precision(ranking: Sequence[str], judged: Judgements) -> float:
    """Mean, over all relevant documents, of the precision where each is found; 0 for one that is not found."""
    relevant = _relevant(judged)
    found, total = 0, 0.0
    for place, document in enumerate(ranking, start=1):
        if document in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


def recall(ranking: Sequence[str], judged: Judgements, depth: int = 100) -> float:
    """Share of the relevant documents among the first ``depth``; 0 where nothing is relevant."""
    relevant = _relevant(judged)
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def _relevant(judged: Judgements) -> frozenset[str]:
    return frozenset(document for document, grade in judged.items() if grade > 0)


def quality(ranking: Sequence[str], judged: Judgements) -> Quality:
    """All measures of one query. ``ranking``: document ids, best first, each once."""
    return Quality(ndcg(ranking, judged), average_precision(ranking, judged), recall(ranking, judged))


def mean(qualities: Sequence[Quality]) -> Quality:
    """The mean over queries. Raises ValueError where there is none."""
    if not qualities:
        raise ValueError("there is no query to take the mean of")
    return Quality(*(sum(column) / len(qualities) for column in zip(*qualities, strict=True)))
