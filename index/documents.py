"""A study as an index takes it: its row, analysed words by field, whole values, year, facet values."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from entries.atlas import Atlas
from entries.study import Study
from index.analysis import GAP, Analyser
from index.analysts import Analysts, Terms, Texts, analysed
from index.fields import SCHEMES_OUT_OF_TEXT, concept_names, facet_values, facets, keywords, numbers, texts


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of one study.

    ``texts`` are strings of terms as :class:`index.analysis.Analyser` makes them; ``facets`` go by index field.
    """

    id: str
    row: int
    texts: Mapping[str, str]
    keywords: Mapping[str, str]
    numbers: Mapping[str, int]
    facets: Mapping[str, tuple[str, ...]]


class Documents:
    """Makes the documents of an atlas. ``analyser.words`` then holds all words that occur in them."""

    def __init__(self, atlas: Atlas, rows: Mapping[str, int]) -> None:
        self._atlas = atlas
        self._rows = rows
        declared = facets(atlas.config)
        self._tag_facets = [f for f in declared if f.is_tags]
        self._other_facets = [f for f in declared if not f.is_tags]
        self._lines = {c: dict.fromkeys(atlas.vocabulary.closure([c])) for c in atlas.vocabulary}
        self._schemes = {c: atlas.vocabulary.scheme_of(c) for c in atlas.vocabulary}
        self._names: dict[str, str] = {}
        self.analyser = Analyser()

    def of(self, study: Study) -> Document:
        """The document of one study of the atlas."""
        return self._document(study, analysed(texts(study), self.analyser))

    def all(self, studies: Iterable[Study], workers: int = 0) -> Generator[tuple[Study, Document], None, None]:
        """Studies of the atlas with their documents, in order, their texts analysed by so many processes besides."""
        waiting: deque[Study] = deque()

        def given() -> Iterator[Texts]:
            for study in studies:
                waiting.append(study)
                yield texts(study)

        with Analysts(self.analyser, workers) as analysts:
            for terms in analysts.terms(given()):
                study = waiting.popleft()
                yield study, self._document(study, terms)

    def _document(self, study: Study, terms: Terms) -> Document:
        used = self._atlas.concepts_of(study.id)
        terms["concepts"] = f" {GAP} ".join(map(self._concept_terms, self._named(study, used)))
        values = self._values(study, used)
        return Document(study.id, self._rows[study.id], terms, keywords(study), numbers(study), values)

    def _named(self, study: Study, used: Sequence[str]) -> list[str]:
        """As :func:`index.fields.text_concepts`, a good deal faster."""
        out = SCHEMES_OUT_OF_TEXT
        named = dict.fromkeys((*used, *study.case_definition.ids, study.design))
        return [c for c in named if self._schemes.get(c, out[0]) not in out]

    def _values(self, study: Study, used: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """As :func:`index.fields.facet_values` for every facet, a good deal faster."""
        found: dict[str, dict[str, None]] = {}
        for concept in used:
            if concept in self._schemes:
                found.setdefault(self._schemes[concept], {}).update(self._lines[concept])
        values = {f.field: tuple(found.get(f.scheme or "", ())) for f in self._tag_facets}
        return values | {f.field: facet_values(self._atlas, study, f) for f in self._other_facets}

    def _concept_terms(self, concept_id: str) -> str:
        """The terms of all of a concept's names, analysed once."""
        if concept_id not in self._names:
            self._names[concept_id] = self.analyser.terms(concept_names(self._atlas.vocabulary, concept_id))
        return self._names[concept_id]
