"""Posting lists of a Whoosh index as numpy arrays, read block by block and remembered."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from whoosh.reading import IndexReader, TermNotFound

from index.whoosh_fields import POSITION_TYPE, RECORD, records

MOST_BYTES = 96_000_000  # of posting lists kept in memory


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term occurs: documents in ascending order, how often in each, all positions one after another."""

    documents: np.ndarray  # int64
    frequencies: np.ndarray  # int64
    positions: np.ndarray  # uint32, sum(frequencies) of them; none in fields of whole values

    @property
    def nbytes(self) -> int:
        """Memory that the arrays take."""
        return int(self.documents.nbytes + self.frequencies.nbytes + self.positions.nbytes)

    def places(self) -> np.ndarray:
        """Each occurrence as one number, ascending: document times 2**32 plus position."""
        return (np.repeat(self.documents, self.frequencies) << 32) + self.positions


_NONE = Postings(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, POSITION_TYPE))


class PostingLists:
    """All posting lists of an open index. Safe to use from several threads: files are read under a lock."""

    def __init__(self, reader: IndexReader) -> None:
        self._leaves = [(leaf, int(base)) for leaf, base in reader.leaf_readers() if leaf.doc_count_all()]
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._bytes = 0
        self.size = int(reader.doc_count_all())
        self.alive: np.ndarray = np.ones(self.size, bool)
        for leaf, base in self._leaves:
            self.alive[[base + number for number in leaf.deleted_docs_set]] = False
        columns = [
            records(list(leaf.column_reader(RECORD, translate=False)))
            for leaf, _ in self._leaves
            if leaf.doc_count_all()
        ]
        self.records = np.concatenate(columns) if columns else records([])

    def of(self, field: str, term: str) -> Postings:
        """The living postings of a term; empty where there are none."""
        key = (field, term)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            postings = self._read(field, term)
            self._kept[key] = postings
            self._bytes += postings.nbytes
            while self._bytes > MOST_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return postings

    def _read(self, field: str, term: str) -> Postings:
        parts = [part for leaf, base in self._leaves for part in _blocks(leaf, base, field, term)]
        if not parts:
            return _NONE
        documents = np.concatenate([p[0] for p in parts])
        frequencies = np.concatenate([p[1] for p in parts])
        positions = np.frombuffer(b"".join(p[2] for p in parts), POSITION_TYPE)
        living = self.alive[documents]
        if not living.all():
            positions = positions[np.repeat(living, frequencies)] if len(positions) else positions
            documents, frequencies = documents[living], frequencies[living]
        return Postings(documents, frequencies, positions)


def _blocks(leaf: IndexReader, base: int, field: str, term: str) -> Iterator[tuple[np.ndarray, np.ndarray, bytes]]:
    """Documents, frequencies and packed positions of one segment, a block of several hundred postings at a time.

    Whoosh offers postings one by one, which takes thirty times as long; its blocks are reached by names that it keeps
    for itself. tests/test_index_whoosh.py holds both ways to the same answer.
    """
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return
    matcher = getattr(matcher, "child", matcher)  # with deletions it comes wrapped in a filter, already moved on
    matcher.reset()
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        matcher._read_values()
        documents = np.array(matcher._ids, np.int64) + base
        values = b"".join(v for v in matcher._values or () if v)
        yield documents, np.array(matcher._weights).astype(np.int64), values
        matcher._next_block()
