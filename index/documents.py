"""A study as an index takes it: analysed words by field, whole values, year, facet values, sort keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from entries.atlas import Atlas
from entries.study import Study
from index.analysis import GAP, Analyser
from index.fields import concept_names, facet_values, facets, keywords, text_concepts, texts
from index.ordering import Keys, Places


@dataclass(frozen=True, slots=True)
class Document:
    """What both engines index of one study.

    ``texts`` are strings of terms as :class:`index.analysis.Analyser` makes them; ``facets`` go by index field;
    ``keys`` stand in the order of :attr:`index.ordering.Keys.NAMES`.
    """

    id: str
    texts: Mapping[str, str]
    keywords: Mapping[str, str]
    year: int
    facets: Mapping[str, tuple[str, ...]]
    keys: tuple[int, ...]


class Documents:
    """Makes the documents of an atlas. ``analyser.words`` then holds all words that occur in them."""

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._atlas = atlas
        self._facets = facets(atlas.config)
        self._keys = Keys(atlas, places)
        self._names: dict[str, str] = {}
        self.analyser = Analyser()

    def of(self, study: Study) -> Document:
        """The document of one study of the atlas."""
        terms = {name: self.analyser.terms(parts) for name, parts in texts(study).items() if parts}
        terms["concepts"] = f" {GAP} ".join(map(self._concept_terms, text_concepts(self._atlas, study)))
        values = {f.field: facet_values(self._atlas, study, f) for f in self._facets}
        return Document(study.id, terms, keywords(study), study.year, values, self._keys.of(study))

    def _concept_terms(self, concept_id: str) -> str:
        """The terms of all of a concept's names, analysed once."""
        if concept_id not in self._names:
            self._names[concept_id] = self.analyser.terms(concept_names(self._atlas.vocabulary, concept_id))
        return self._names[concept_id]
