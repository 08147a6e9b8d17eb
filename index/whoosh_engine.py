"""The engine in pure Python (with numpy): Whoosh stores the postings, numpy intersects and ranks them.

Whoosh's own matchers walk postings one by one in Python; evaluating whole posting lists as arrays gives the same
documents in a fraction of the time.
"""

from pathlib import Path

import numpy as np
import whoosh
from whoosh import index as whoosh_index
from whoosh import query as q
from whoosh.writing import SegmentWriter

from entries.atlas import Atlas
from index.answering import Answering
from index.documents import Document
from index.fields import NUMBER_FIELDS, TEXT_FIELDS, Facet, facets
from index.folder import MEND, Contents, IndexUnusable, clone
from index.matching import Scored
from index.plan import Plan
from index.values import Chosen, Mask
from index.whoosh_fields import RECORD, Codec, record, schema
from index.whoosh_postings import PostingLists
from index.whoosh_query import Evaluator

NAME = "whoosh"
MEGABYTES = 256  # of memory before postings are sorted to disk


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


class WhooshEngine(Answering):
    """An open Whoosh index."""

    name = NAME

    def __init__(self, index: whoosh_index.FileIndex, contents: Contents, atlas: Atlas) -> None:
        super().__init__(contents, atlas)
        self._reader = index.reader()
        lists = PostingLists(self._reader)
        self._rows = lists.records["row"]  # of each document
        self._alive = lists.alive
        if int(lists.alive.sum()) != self.document_count():
            raise IndexUnusable(f"the Whoosh index and its table do not hold the same number of studies; {MEND}")
        numbers = {name: self._table.columns[name][self._rows] for name in NUMBER_FIELDS}
        self._evaluator = Evaluator(lists, numbers)

    def close(self) -> None:
        """Let go of the files."""
        self.forget()
        self._reader.close()

    def _match(self, tree: q.Query) -> Mask:
        return self._table.mask(self._rows[self._evaluator.matching(tree)])

    def _having(self, term: str) -> int:
        return max(int(self._reader.doc_frequency(field.name, term)) for field in TEXT_FIELDS)

    def rank(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        """Scores of all documents at once; equal ones by id."""
        scores: np.ndarray = np.zeros(len(rows.mask))
        scores[self._rows[self._alive]] = self._evaluator.scores(plan.tree)[self._alive]
        best = self._table.pick(rows.rows, -scores[rows.rows], offset, limit)
        return [(self._table.ids[row], float(scores[row])) for row in best.tolist()]


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
