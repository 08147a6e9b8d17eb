"""The engine in pure Python (with numpy): Whoosh stores the postings, numpy intersects, counts and ranks them.

Whoosh's own matchers walk postings one by one in Python; evaluating whole posting lists as arrays gives the same
documents in a hundredth of the time.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import whoosh
from whoosh import index as whoosh_index
from whoosh.writing import SegmentWriter

from entries.atlas import Atlas
from index.answering import Answering, Counts, Found
from index.documents import Document
from index.fields import Facet, facets
from index.folder import MEND, Contents, IndexUnusable, clone
from index.ordering import Keys
from index.plan import YEARS, Plan
from index.query import Sort
from index.whoosh_fields import RECORD, Codec, record, schema
from index.whoosh_postings import PostingLists
from index.whoosh_query import Evaluator, Mask

NAME = "whoosh"
MEGABYTES = 256  # of memory before postings are sorted to disk
_KEY_COLUMNS = {
    Sort.NEWEST: "newest", Sort.OLDEST: "oldest", Sort.LEVEL: "level", Sort.SIZE: "size", Sort.TITLE: "title_order"
}  # fmt: skip


class WhooshWriter:
    """Adds documents to an index and takes them out."""

    def __init__(self, index: whoosh_index.FileIndex) -> None:
        self._writer: SegmentWriter = index.writer(limitmb=MEGABYTES, codec=Codec())

    def add(self, document: Document) -> None:
        """Add a study."""
        fields: dict[str, object] = {name: terms for name, terms in document.texts.items() if terms}
        fields |= {name: (value,) for name, value in document.keywords.items()}
        fields |= {name: values for name, values in document.facets.items() if values}
        self._writer.add_document(**fields, **{RECORD: record(document)})

    def remove(self, study_id: str) -> None:
        """Take a study out."""
        self._writer.delete_by_term("id", study_id)

    def commit(self) -> None:
        """Write everything and let go of the lock."""
        self._writer.commit()

    def abort(self) -> None:
        """Let go of the lock. Whoosh leaves it taken when a commit fails half-way."""
        if not self._writer.is_closed:
            try:
                self._writer.cancel()
            except Exception:  # what fails here has failed before; only the lock matters now
                if self._writer.writelock:
                    self._writer.writelock.release()


class _FacetColumn:
    """Values of a facet as two arrays: documents, and the number of the value that each has there."""

    def __init__(self, lists: PostingLists, field: str) -> None:
        pairs = list(lists.values(field))
        self._values = [value for value, _ in pairs]
        documents = [numbers for _, numbers in pairs]
        self._documents = np.concatenate(documents) if documents else np.empty(0, np.int64)
        self._codes: np.ndarray = np.repeat(np.arange(len(pairs)), [len(numbers) for numbers in documents])

    def counted(self, mask: Mask) -> dict[str, int]:
        """How many documents of the mask have each value."""
        counts = np.bincount(self._codes[mask[self._documents]], minlength=len(self._values))
        return {value: int(count) for value, count in zip(self._values, counts, strict=True) if count}


class WhooshEngine(Answering):
    """An open Whoosh index."""

    name = NAME

    def __init__(self, index: whoosh_index.FileIndex, contents: Contents, atlas: Atlas) -> None:
        super().__init__(atlas, contents.lexicon)
        self._reader = index.reader()
        self._lists = PostingLists(self._reader)
        self._evaluator = Evaluator(self._lists)
        self._columns: dict[str, _FacetColumn] = {}
        self._columns_lock = threading.Lock()
        keys = self._lists.records["keys"]
        self._keys = {name: keys[:, i] for i, name in enumerate(Keys.NAMES)}
        by_place = {place: study_id for study_id, place in contents.places.by_id.items()}
        self._ids = [by_place.get(int(place), "") for place in self._keys["place"]]

    def document_count(self) -> int:
        """How many studies the index holds."""
        return int(self._lists.alive.sum())

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def _find(self, plan: Plan, offset: int, limit: int) -> Found:
        documents = np.flatnonzero(self._evaluator.plan(plan))
        if plan.sort is Sort.RELEVANCE:
            scores = self._evaluator.scores(plan.tree)
            kept = _first(documents, -scores[documents], self._keys["place"][documents], offset, limit)
            return len(documents), [(self._ids[d], float(scores[d])) for d in kept]
        keys = self._keys[_KEY_COLUMNS[plan.sort]][documents]
        return len(documents), [(self._ids[d], 0.0) for d in _first(documents, keys, keys, offset, limit)]

    def _count(self, plan: Plan) -> Counts:
        masks: dict[str | None, Mask] = {None: self._evaluator.plan(plan)}
        masks |= {name: self._evaluator.plan(plan, without=name) for name in plan.selected}
        counts: dict[str, Mapping[str, int]] = {
            name: self._column(facet.field).counted(masks.get(name, masks[None]))
            for name, facet in self._facets.items()
        }
        years, numbers = np.unique(self._lists.records["year"][masks.get(YEARS, masks[None])], return_counts=True)
        counts[YEARS] = {str(year): int(number) for year, number in zip(years, numbers, strict=True)}
        return counts

    def _column(self, field: str) -> _FacetColumn:
        with self._columns_lock:
            if field not in self._columns:
                self._columns[field] = _FacetColumn(self._lists, field)
            return self._columns[field]


def _first(documents: np.ndarray, keys: np.ndarray, ties: np.ndarray, offset: int, limit: int) -> np.ndarray:
    """The documents from ``offset`` on, at most ``limit``, by ascending key, equal keys by ``ties``."""
    wanted = offset + limit
    if len(documents) > 4 * wanted:  # sort only those that can be on the page
        near = keys <= np.partition(keys, wanted - 1)[wanted - 1]
        documents, keys, ties = documents[near], keys[near], ties[near]
    return documents[np.lexsort((ties, keys))[offset:wanted]]


class _Engine:
    """Whoosh as :mod:`index.engine` asks for it."""

    name = NAME
    version = ".".join(map(str, whoosh.__version__))

    def writer(self, folder: Path, declared: tuple[Facet, ...]) -> WhooshWriter:
        """Write a new index into an empty folder."""
        return WhooshWriter(whoosh_index.create_in(str(folder), schema(declared)))

    def clone(self, source: Path, target: Path) -> None:
        """Segments never change and are linked; the table of contents is copied."""
        clone(source, target, changing=("*.toc",), left_out=("*LOCK", "*.tmp"))

    def reopen(self, folder: Path, declared: tuple[Facet, ...]) -> WhooshWriter:
        """Write into an existing index."""
        return WhooshWriter(_opened(folder, declared))

    def open(self, folder: Path, contents: Contents, atlas: Atlas) -> WhooshEngine:
        """Open an index for searching. Raises IndexUnusable."""
        try:
            return WhooshEngine(_opened(folder, facets(atlas.config)), contents, atlas)
        except IndexUnusable:
            raise
        except Exception as error:  # Whoosh has no one error for damaged files
            raise IndexUnusable(f"Whoosh cannot open {folder} ({error!r}); {MEND}") from error


def _opened(folder: Path, declared: tuple[Facet, ...]) -> whoosh_index.FileIndex:
    """Only ever called for folders whose marker was checked: Whoosh unpickles what it opens."""
    try:
        return whoosh_index.open_dir(str(folder), schema=schema(declared))
    except Exception as error:  # Whoosh has no one error for damaged files
        raise IndexUnusable(f"Whoosh cannot open {folder} ({error!r}); {MEND}") from error


ENGINE = _Engine()
