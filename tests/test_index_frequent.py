"""Rows of frequent words held as bits: what they say is what the engine finds."""

import random

import numpy as np
import pytest
from index_fixtures import atlas
from index_opened import opened
from whoosh import query as q

from index import frequent
from index.frequent import FrequentWords
from index.syntax import DEFAULT_FIELD
from index.tantivy_engine import TantivyEngine
from index.values import Mask


def engine() -> TantivyEngine:
    found = opened("tantivy")
    assert isinstance(found, TantivyEngine)
    return found


def known() -> list[str]:
    return sorted(engine()._frequent._bits)


def drawn(rng: random.Random, words: list[str], depth: int = 3) -> q.Query:
    """A tree of words with AND, OR, NOT and what is liked but not wanted."""
    if not depth or rng.random() < 0.3:
        return q.Term(DEFAULT_FIELD, rng.choice(words))
    parts = [drawn(rng, words, depth - 1) for _ in range(rng.randint(1, 3))]
    kind = rng.randrange(4)
    if kind == 0:
        return q.Or(parts)
    if kind == 1:
        return q.AndMaybe(parts[0], drawn(rng, [*words, "unheard"], 1))
    return q.And(parts if kind == 2 else [*parts, q.Not(drawn(rng, words, depth - 1))])


def test_frequent_words_are_learnt_and_rare_ones_are_not() -> None:
    search, everything = engine(), engine().document_count()
    assert len(known()) > 10
    found = [int(search._searched(q.Term(DEFAULT_FIELD, word)).sum()) for word in known()]
    assert min(found) > frequent.FREQUENT * everything  # so few studies are all in the sample
    assert "ampligen" not in known()


def test_trees_of_frequent_words_match_what_the_engine_finds() -> None:
    rng, search = random.Random(4), engine()
    several = 0
    for _ in range(300):
        tree = drawn(rng, known())
        rows = search._frequent.rows(tree)
        assert rows is not None
        assert np.array_equal(rows, search._searched(tree)), tree
        several += 0 < int(rows.sum()) < search.document_count()
    assert several > 100


def test_whatever_else_is_in_a_tree_is_left_to_the_engine() -> None:
    word, rows = q.Term(DEFAULT_FIELD, known()[0]), engine()._frequent.rows
    rare = q.Term(DEFAULT_FIELD, "unheard")
    for other in (rare, q.Term("title", word.text), q.Phrase(DEFAULT_FIELD, ["a", "b"]), q.NumericRange("year", 1, 2)):
        assert rows(other) is None
        assert rows(q.And([word, other])) is None
        assert rows(q.And([word, q.Not(other)])) is None
        assert rows(q.Or([word, other])) is None
    assert rows(q.Every()) is None
    assert rows(q.And([q.Not(word)])) is None


def test_only_so_many_words_are_kept_the_most_frequent_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {word: int(engine()._searched(q.Term(DEFAULT_FIELD, word)).sum()) for word in known()}
    asked: list[str] = []

    def rows(tree: q.Query) -> Mask:
        asked.append(str(tree.text))
        return engine()._searched(tree)

    words = FrequentWords(atlas(), len(engine()._table.ids), rows)
    assert words.rows(q.Term(DEFAULT_FIELD, known()[0])) is None
    monkeypatch.setattr(frequent, "MOST", 3)
    words.learn()
    assert len(asked) == 3
    assert min(counts[word] for word in asked) > np.median(list(counts.values()))
    assert words.rows(q.Term(DEFAULT_FIELD, asked[0])) is not None
