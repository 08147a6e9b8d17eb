"""The default engine: tantivy, a search library in Rust with wheels for every common platform.

Each text field is an index field of terms. tantivy says which rows of the table match, and which of them match best;
filters, counts and orders are taken from the table, which is faster than its aggregations over fast fields.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

import numpy as np
import tantivy
from tantivy import Filter, Index, Occur, Order, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer
from whoosh import query as q

from entries.atlas import Atlas
from index.analysis import GAP
from index.answering import Answering
from index.documents import Document
from index.fields import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Facet
from index.folder import MEND, Contents, IndexUnusable, clone
from index.frequent import FrequentWords
from index.matching import Scored
from index.plan import Plan
from index.tantivy_query import Compiler
from index.values import Chosen, Mask

NAME = "tantivy"
ANALYZER = "terms"
ROW = "row"
HEAP = 128_000_000  # bytes of memory before a segment is written
TIES = 32  # hits fetched beyond a page, so that equal scores can be put in order


def _schema(facets: Iterable[Facet]) -> tantivy.Schema:
    builder = SchemaBuilder()
    for field in TEXT_FIELDS:
        builder.add_text_field(field.name, tokenizer_name=ANALYZER, index_option="position")
    for name in (*KEYWORD_FIELDS, *(facet.field for facet in facets)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field(ROW, fast=True)
    return builder.build()


def _with_analyzer(index: Index) -> Index:
    """Terms come ready, with blanks between; the gap keeps its position and leaves no term."""
    terms = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.custom_stopword([GAP])).build()
    index.register_tokenizer(ANALYZER, terms)
    return index


@contextmanager
def _disk_errors() -> Iterator[None]:
    """tantivy tells of a disk that fails by ValueError, often from one of its threads; here they become OSError."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error


class TantivyWriter:
    """Adds documents to an index and takes them out."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._writer: tantivy.IndexWriter | None = index.writer(HEAP, 1)

    def add(self, document: Document) -> None:
        """Add a study. Raises OSError where the disk fails."""
        fields: dict[str, object] = {**document.texts, **document.keywords, **document.numbers, ROW: document.row}
        fields.update({name: list(values) for name, values in document.facets.items() if values})
        self._do(lambda writer: writer.add_document(tantivy.Document(**fields)))

    def remove(self, study_id: str) -> None:
        """Take a study out."""
        self._do(lambda writer: writer.delete_documents_by_query(Query.term_query(self._index.schema, "id", study_id)))

    def commit(self) -> None:
        """Write everything, wait for the merging threads, let go of the lock."""
        self._do(lambda writer: writer.commit())
        self._do(lambda writer: writer.wait_merging_threads())
        self._writer = None

    def abort(self) -> None:
        """Drop the writer; its threads end with it."""
        self._writer = None

    def _do(self, action) -> None:  # type: ignore[no-untyped-def]
        with _disk_errors():
            action(self._writer)


class TantivyEngine(Answering):
    """An open tantivy index."""

    name = NAME

    def __init__(self, index: Index, contents: Contents, atlas: Atlas) -> None:
        super().__init__(contents, atlas)
        self._compiler = Compiler(index.schema)
        self._searcher = index.searcher()
        indexed, tabled = int(self._searcher.num_docs), self.document_count()
        if indexed != tabled:
            raise IndexUnusable(f"the tantivy index holds {indexed} studies, its table says {tabled}; {MEND}")
        self._ranks = self._table.columns["id_rank"]
        self._frequent = FrequentWords(atlas, len(self._table.ids), self._searched)

    def close(self) -> None:
        """Let go of the files."""
        self.forget()
        del self._searcher

    def settle(self) -> None:
        """Make now what the first searches and completions would have to wait for."""
        super().settle()
        self._frequent.learn()

    def _match(self, tree: q.Query) -> Mask:
        known = self._frequent.rows(tree)
        return self._searched(tree) if known is None else known

    def _searched(self, tree: q.Query) -> Mask:
        return self._rows_found(self._compiler.tree(tree))

    def _nearly(self, plan: Plan) -> Mask | None:
        if isinstance(plan.tree, q.Every):
            return None
        known = self._frequent.rows(plan.tree)
        return self._rows_found(self._compiler.nearly(plan)) if known is None else known

    def _counted(self, plan: Plan) -> int | None:
        if isinstance(plan.tree, q.Every) or self._frequent.rows(plan.tree) is not None:
            return None
        return int(self._unscored(self._compiler.plan(plan)).count)

    def matches(self, tree: q.Query) -> bool:
        """Whether any row matches the tree."""
        known = self._frequent.rows(tree)
        return bool(self._unscored(self._compiler.tree(tree)).count if known is None else known.any())

    def _unscored(self, query: Query, most: int = 1) -> tantivy.SearchResult:
        """What matches by ascending row: in an order that is not by relevance, no scores are worked out."""
        return self._searcher.search(query, most, order_by_field=ROW, order=Order.Asc)

    def _rows_found(self, query: Query) -> Mask:
        """Each hit takes longer to hand over than to find: where most rows match, those that do not are asked for."""
        everything = max(1, self._searcher.num_docs)
        found = self._unscored(query, everything)
        if 2 * found.count <= everything:
            return self._handed_over(found)
        others = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])
        return self._table.alive & ~self._handed_over(self._unscored(others, everything))

    def _handed_over(self, found: tantivy.SearchResult) -> Mask:
        hits = found.hits
        return self._table.mask(np.fromiter(map(itemgetter(0), hits), np.int64, len(hits)))

    def _having(self, term: str) -> int:
        return max(self._searcher.doc_freq(field.name, term) for field in TEXT_FIELDS)

    def rank(self, plan: Plan, rows: Chosen, offset: int, limit: int) -> Scored:
        """Fetches on until the last score of the page has no equals left outside."""
        query, wanted = self._compiler.plan(plan), offset + limit
        fetched = wanted + TIES
        hits = self._searcher.search(query, fetched, count=False).hits
        while len(hits) == fetched and hits[wanted - 1][0] == hits[-1][0]:
            fetched *= 4
            hits = self._searcher.search(query, fetched, count=False).hits
        found = self._searcher.fast_field_values(ROW, [address for _, address in hits])
        ranks = self._ranks[found].tolist() if found else []
        ordered = sorted((-score, rank, row) for (score, _), rank, row in zip(hits, ranks, found, strict=True))
        return [(self._table.ids[row], -score) for score, _, row in ordered[offset:wanted]]


class _Engine:
    """tantivy as :mod:`index.engine` asks for it."""

    name = NAME
    version = tantivy.__version__

    def writer(self, folder: Path, facets: tuple[Facet, ...]) -> TantivyWriter:
        """Write a new index into an empty folder."""
        with _disk_errors():
            return TantivyWriter(_with_analyzer(Index(_schema(facets), str(folder), reuse=False)))

    def clone(self, source: Path, target: Path) -> None:
        """Segments never change and are linked; the lists of segments are replaced and are copied."""
        clone(source, target, changing=("meta.json", ".managed.json"), left_out=("*.lock",))

    def reopen(self, folder: Path, facets: tuple[Facet, ...]) -> TantivyWriter:
        """Write into an existing index."""
        index = _with_analyzer(_opened(folder))
        with _disk_errors():
            return TantivyWriter(index)

    def open(self, folder: Path, contents: Contents, atlas: Atlas) -> TantivyEngine:
        """Open an index for searching. Raises IndexUnusable."""
        index = _with_analyzer(_opened(folder))
        index.config_reader("manual")
        return TantivyEngine(index, contents, atlas)


def _opened(folder: Path) -> Index:
    try:
        return Index.open(str(folder))
    except (OSError, ValueError) as error:
        raise IndexUnusable(
            f"tantivy cannot open {folder} ({error}); run `evidence build` to make a new index"
        ) from error


ENGINE = _Engine()
