"""The default engine: tantivy, a search library in Rust with wheels for every common platform.

Each text field is an index field of terms; facets are fast fields counted by terms aggregations: one for all facets
without a selection of their own, and one more for each facet that has one.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Filter, Index, Order, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from entries.atlas import Atlas
from index.analysis import GAP
from index.answering import Answering, Counts, Found
from index.documents import Document
from index.fields import KEYWORD_FIELDS, TEXT_FIELDS, YEAR, Facet
from index.folder import Contents, IndexUnusable, clone
from index.ordering import Keys, place_of
from index.plan import YEARS, Plan
from index.query import Sort
from index.tantivy_query import Compiler

NAME = "tantivy"
ANALYZER = "terms"
HEAP = 128_000_000  # bytes of memory before a segment is written
MOST_BUCKETS = 65_000  # values of one facet
TIES = 32  # hits fetched beyond a page, so that equal scores can be put in order
_KEY_FIELDS = {
    Sort.NEWEST: "newest",
    Sort.OLDEST: "oldest",
    Sort.LEVEL: "level",
    Sort.SIZE: "size",
    Sort.TITLE: "title_order",
}
PLACE = "place"


def _schema(facets: Iterable[Facet]) -> tantivy.Schema:
    builder = SchemaBuilder()
    for field in TEXT_FIELDS:
        builder.add_text_field(field.name, tokenizer_name=ANALYZER, index_option="position")
    for name in KEYWORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for facet in facets:
        builder.add_text_field(facet.field, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(YEAR, indexed=True, fast=True)
    for name in Keys.NAMES:
        builder.add_integer_field(name, fast=True)
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
        fields: dict[str, object] = {**document.texts, **document.keywords, YEAR: document.year}
        fields.update({name: list(values) for name, values in document.facets.items() if values})
        fields.update(zip(Keys.NAMES, document.keys, strict=True))
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
        super().__init__(atlas, contents.lexicon)
        self._index: Index | None = index
        self._compiler = Compiler(index.schema)
        self._searcher = index.searcher()
        self._ids = {place: study_id for study_id, place in contents.places.by_id.items()}
        self._titles = {place: study_id for study_id, place in contents.places.by_title.items()}

    def document_count(self) -> int:
        """How many studies the index holds."""
        return int(self._searcher.num_docs)

    def close(self) -> None:
        """Let go of the files."""
        self._index = None
        del self._searcher

    def _find(self, plan: Plan, offset: int, limit: int) -> Found:
        query = self._compiler.plan(plan)
        if plan.sort is Sort.RELEVANCE:
            return self._by_relevance(query, offset, limit)
        field = _KEY_FIELDS[plan.sort]
        found = self._searcher.search(query, limit, offset=offset, order_by_field=field, order=Order.Asc)
        return int(found.count), [(self._id_of(plan.sort, key), 0.0) for key, _ in found.hits]

    def _id_of(self, sort: Sort, key: int) -> str:
        return self._titles[key] if sort is Sort.TITLE else self._ids[place_of(key)]

    def _by_relevance(self, query: Query, offset: int, limit: int) -> Found:
        """Best first, equal scores by id. Fetches on until the last score of the page has no equals left outside."""
        wanted, fetched = offset + limit, offset + limit + TIES
        found = self._searcher.search(query, fetched)
        while len(found.hits) == fetched and found.hits[wanted - 1][0] == found.hits[-1][0]:
            fetched *= 4
            found = self._searcher.search(query, fetched)
        places = self._searcher.fast_field_values(PLACE, [address for _, address in found.hits])
        scored = sorted((-score, place) for (score, _), place in zip(found.hits, places, strict=True))
        return int(found.count), [(self._ids[place], -score) for score, place in scored[offset:wanted]]

    def _count(self, plan: Plan) -> Counts:
        selected = plan.selected
        fields = {name: facet.field for name, facet in self._facets.items()} | {YEARS: YEAR}
        free = {name: field for name, field in fields.items() if name not in selected}
        counts = dict(self._counted(self._compiler.plan(plan), free))
        for name in selected:
            counts.update(self._counted(self._compiler.plan(plan, without=name), {name: fields[name]}))
        return counts

    def _counted(self, query: Query, fields: Mapping[str, str]) -> Counts:
        """Counts of several fields in one pass over what the query matches."""
        asked = {name: {"terms": {"field": field, "size": MOST_BUCKETS}} for name, field in fields.items()}
        if not asked:
            return {}
        answer = self._searcher.aggregate(query, asked)
        return {name: {b["key"]: b["doc_count"] for b in answer[name]["buckets"]} for name in fields}


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
