"""The Whoosh engine's short cuts held to Whoosh's own ways."""

from pathlib import Path

import numpy as np
import pytest
from index_fixtures import atlas, study
from whoosh import index as whoosh_index
from whoosh import query as q
from whoosh.reading import IndexReader

from entries.atlas import Atlas
from index import engine as engines
from index.fields import TEXT_FIELDS, facets
from index.whoosh_fields import schema
from index.whoosh_postings import PostingLists

TEXTS = {field.name for field in TEXT_FIELDS}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """An index of several segments with deleted documents."""
    folder = tmp_path_factory.mktemp("whoosh")
    whole = atlas()
    engines.build(whole, folder / "0", engine="whoosh")
    later: Atlas = atlas(
        study("made-1985-000", summary="fatigue again"), *(study(f"z-{i}", summary="fatigue") for i in range(9))
    )
    later = later.with_studies([s for s in later.studies.values() if not s.id.startswith("spell-200")])
    engines.update(later, folder / "1", folder / "0", engine="whoosh")
    return _open(folder / "1", whole)


def _open(folder: Path, whole: Atlas) -> IndexReader:
    return whoosh_index.open_dir(str(folder / "data"), schema=schema(facets(whole.config))).reader()


def test_the_index_has_segments_and_deletions(reader: IndexReader) -> None:
    assert len(list(reader.leaf_readers())) > 1
    assert reader.has_deletions()


def test_block_reading_gives_what_the_matcher_gives(reader: IndexReader) -> None:
    lists = PostingLists(reader)
    compared = 0
    for field, term in list(reader.all_terms())[::7]:
        slow: list[tuple[int, int, list[int]]] = []
        try:
            matcher = reader.postings(field, term)
        except Exception:  # terms of deleted documents only
            matcher = None
        while matcher is not None and matcher.is_active():
            positions = np.frombuffer(matcher.value() if field in TEXTS else b"", "=u4").tolist()
            slow.append((matcher.id(), int(matcher.weight()), positions))
            matcher.next()
        fast = lists.of(field, term.decode() if isinstance(term, bytes) else term)
        assert fast.documents.tolist() == [d for d, _, _ in slow]
        assert fast.frequencies.tolist() == [n for _, n, _ in slow]
        assert fast.positions.tolist() == [p for _, _, places in slow for p in places]
        compared += 1
    assert compared > 50


def test_documents_are_what_whoosh_itself_finds(reader: IndexReader) -> None:
    from whoosh.searching import Searcher

    from index.whoosh_query import Evaluator

    lists = PostingLists(reader)
    evaluator = Evaluator(lists, np.zeros(lists.size))
    searcher = Searcher(reader)
    for words in ("fatigu", "pain", "lactat", "summari"):
        tree = q.Or([q.Term(field.name, words) for field in TEXT_FIELDS])
        mine = set(np.flatnonzero(evaluator.matching(q.Term("text", words))).tolist())
        assert mine == set(tree.docs(searcher))


def test_posting_lists_are_forgotten_when_there_are_too_many(reader: IndexReader, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("index.whoosh_postings.MOST_BYTES", 500)
    lists = PostingLists(reader)
    terms = [("summary", t) for t in ("fatigu", "pain", "sleep", "brain", "fatigu")]
    first = [lists.of(*term).documents.tolist() for term in terms]
    assert first[0] == first[-1]
    assert len(lists._kept) < 4
