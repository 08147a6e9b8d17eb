"""The engines without us: the same texts and facet values, given to tantivy and Whoosh as their manuals say.

They make the calls that a request needs, one count more for each facet with a value chosen. What they leave out is what
we add: one analysis for both engines (Greek letters, hyphens, spelling), orders that are total, highlights of every
field that survive folding.
"""

import marshal
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, overload

import tantivy
from whoosh import fields as wf
from whoosh import index as wi
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import MultifieldParser
from whoosh.query import And, Term
from whoosh.sorting import Facets, FieldFacet

from entries.atlas import Atlas
from entries.study import Study
from index.fields import TEXT_FIELDS, concept_names, facet_values, facets, text_concepts, texts

TEXTS = tuple(f.name for f in TEXT_FIELDS)
MOST_HELD = 50_000  # studies in memory, about 15 KB each; more are written to disk and read from there
SHOWN = ("title", "findings", "summary")  # fields of a hit with highlights; ours shows up to four


@dataclass(frozen=True, slots=True)
class Plain:
    """A study as a bare engine is given it."""

    id: str
    texts: Mapping[str, str]
    year: int
    facets: Mapping[str, tuple[str, ...]]


class PlainDocuments(Sequence[Plain]):
    """All studies as bare engines are given them, made beforehand and, up to ``most_held``, held in memory.

    More are a file that is read anew by whoever goes through it, as our own engines then read the studies.
    """

    def __init__(self, atlas: Atlas, path: Path, most_held: int = MOST_HELD) -> None:
        self.facets = tuple(f.field for f in facets(atlas.config))
        self._path = path
        self._starts = array("Q")
        self._held: list[Plain] | None = None
        with path.open("wb") as file:
            for study in atlas.studies.values():
                self._starts.append(file.tell())
                one = _plain(atlas, study)
                marshal.dump((one.id, one.texts, one.year, one.facets), file)
        self._held = list(self) if len(self) <= most_held else None

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Plain]:
        if self._held is not None:
            yield from self._held
            return
        with self._path.open("rb") as file:
            for _ in self._starts:
                yield Plain(*marshal.load(file))

    @overload
    def __getitem__(self, at: int) -> Plain: ...
    @overload
    def __getitem__(self, at: slice) -> list[Plain]: ...
    def __getitem__(self, at: int | slice) -> Plain | list[Plain]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        with self._path.open("rb") as file:
            file.seek(self._starts[at])
            return Plain(*marshal.load(file))


def _plain(atlas: Atlas, study: Study) -> Plain:
    """A study, its texts joined by field."""
    words = {name: " ".join(parts) for name, parts in texts(study).items()}
    names = [n for c in text_concepts(atlas, study) for n in concept_names(atlas.vocabulary, c)]
    values = {f.field: facet_values(atlas, study, f) for f in facets(atlas.config)}
    return Plain(study.id, {**words, "concepts": " ".join(names)}, study.year, values)


class Bare(Protocol):
    """A bare engine under measurement."""

    def search(self, words: str, chosen: Sequence[tuple[str, str]]) -> Any:
        """Ten hits with highlights, and the counts of all facets."""


class BareTantivy:
    """tantivy with its English stemmer, fast fields for facets, terms aggregations."""

    def __init__(self, path: Path, documents: PlainDocuments) -> None:
        path.mkdir(parents=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in TEXTS:
            builder.add_text_field(name, stored=name in SHOWN, tokenizer_name="en_stem")
        for name in documents.facets:
            builder.add_text_field(name, tokenizer_name="raw", fast=True)
        builder.add_unsigned_field("year", indexed=True, fast=True)
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, str(path))
        writer = self.index.writer(heap_size=128_000_000, num_threads=1)
        for document in documents:
            values: dict[str, Any] = {"id": document.id, "year": document.year, **document.texts}
            values |= {name: list(chosen) for name, chosen in document.facets.items()}
            writer.add_document(tantivy.Document.from_dict(values, self.schema))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self._facets = {n: {"terms": {"field": n, "size": 1000}} for n in documents.facets}
        self._facets["year"] = {"terms": {"field": "year", "size": 1000}}

    def search(self, words: str, chosen: Sequence[tuple[str, str]]) -> Any:
        """Hits and counts of one request: the calls that it needs, each counted facet without its own selection."""
        searcher = self.index.searcher()
        query = self._query(words, chosen)
        found = searcher.search(query, 10)
        documents = [searcher.doc(address) for _, address in found.hits]
        makers = [tantivy.SnippetGenerator.create(searcher, query, self.schema, name) for name in SHOWN]
        hits = [[maker.snippet_from_doc(document).to_html() for maker in makers] for document in documents]
        own = {name for name, _ in chosen}
        counts = searcher.aggregate(query, {n: a for n, a in self._facets.items() if n not in own})
        for name in own:
            without = self._query(words, [c for c in chosen if c[0] != name])
            counts |= searcher.aggregate(without, {name: self._facets[name]})
        return found.count, hits, counts

    def _query(self, words: str, chosen: Sequence[tuple[str, str]]) -> tantivy.Query:
        parts = [self.index.parse_query(words, list(TEXTS), conjunction_by_default=True)]
        parts += [tantivy.Query.term_query(self.schema, name, value) for name, value in chosen]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


class BareWhoosh:
    """Whoosh with its stemming analyser and ``groupedby``."""

    def __init__(self, path: Path, documents: PlainDocuments) -> None:
        path.mkdir(parents=True)
        schema = wf.Schema(id=wf.ID(stored=True, unique=True), year=wf.NUMERIC(stored=True, sortable=True))
        for name in TEXTS:
            schema.add(name, wf.TEXT(stored=name in SHOWN, analyzer=StemmingAnalyzer()))
        for name in documents.facets:
            schema.add(name, wf.KEYWORD(commas=True, stored=True))
        self.index = wi.create_in(str(path), schema)
        writer = self.index.writer(limitmb=256)
        for document in documents:
            values: dict[str, Any] = {"id": document.id, "year": document.year, **document.texts}
            writer.add_document(**values, **{n: ",".join(v) for n, v in document.facets.items()})
        writer.commit()
        self._parser = MultifieldParser(TEXTS, schema)
        self._facets = list(documents.facets)
        self._searcher = self.index.searcher()

    def search(self, words: str, chosen: Sequence[tuple[str, str]]) -> Any:
        """Hits and counts of one request, each counted facet without its own selection."""
        own = {name for name, _ in chosen}
        found = self._found(words, chosen, 10, [n for n in (*self._facets, "year") if n not in own])
        counts = {n: found.groups(n) for n in found.facet_names()}
        for name in own:
            rest = [c for c in chosen if c[0] != name]
            counts[name] = self._found(words, rest, 1, [name]).groups(name)
        return len(found), [[hit.highlights(name) for name in SHOWN] for hit in found], counts

    def uncounted(self, words: str) -> Any:
        """Ten hits with highlights and no counts."""
        found = self._searcher.search(self._parser.parse(words), limit=10)
        return len(found), [[hit.highlights(name) for name in SHOWN] for hit in found]

    def _found(self, words: str, chosen: Sequence[tuple[str, str]], limit: int, names: Sequence[str]) -> Any:
        query = And([self._parser.parse(words), *(Term(name, value) for name, value in chosen)])
        groups = Facets()
        for name in names:
            groups.add_facet(name, FieldFacet(name, allow_overlap=name != "year"))
        return self._searcher.search(query, limit=limit, groupedby=groups)
