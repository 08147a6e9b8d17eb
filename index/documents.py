"""A study as an index takes it: its row, analysed words by field, whole values, year, facet values."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from entries.atlas import Atlas
from entries.study import Study
from entries.vocabulary import Vocabulary
from index.analysis import GAP, Analyser
from index.analysts import Analysts, Terms, Texts, analysed
from index.fields import SCHEMES_OUT_OF_TEXT, concept_names, facets, keywords, numbers, texts
from index.name_spelling import of_name, of_words
from index.valuing import Valuing


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


def indexed_texts(study: Study) -> Texts:
    """A study's own texts, and the other spellings of its authors' names and of words with marked letters."""
    found = texts(study)
    names = found["authors"]
    found["authors"] = [*names, *(other for name in names for other in of_name(name))]
    for field, parts in found.items():
        if field != "authors" and not all(map(str.isascii, parts)):
            parts += list(of_words(parts))
    return found


class _Names(dict[str, str]):
    """The terms of all names of each concept, analysed at the first need."""

    def __init__(self, vocabulary: Vocabulary, analyser: Analyser) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._analyser = analyser

    def __missing__(self, concept_id: str) -> str:
        self[concept_id] = terms = self._analyser.terms(concept_names(self._vocabulary, concept_id))
        return terms


class Documents:
    """Makes the documents of an atlas. ``analyser.words`` then holds all words that occur in them."""

    def __init__(self, atlas: Atlas, rows: Mapping[str, int]) -> None:
        self._atlas = atlas
        self._rows = rows
        self._valuing = Valuing(atlas, facets(atlas.config))
        vocabulary = atlas.vocabulary
        self._in_text = frozenset(c for c in vocabulary if vocabulary.scheme_of(c) not in SCHEMES_OUT_OF_TEXT)
        self.analyser = Analyser()
        self._names = _Names(vocabulary, self.analyser)

    def of(self, study: Study) -> Document:
        """The document of one study of the atlas."""
        return self._document(study, analysed(indexed_texts(study), self.analyser))

    def all(self, studies: Iterable[Study], workers: int = 0) -> Generator[tuple[Study, Document], None, None]:
        """Studies of the atlas with their documents, in order, their texts analysed by so many processes besides."""
        waiting: deque[Study] = deque()

        def given() -> Iterator[Texts]:
            for study in studies:
                waiting.append(study)
                yield indexed_texts(study)

        with Analysts(self.analyser, workers) as analysts:
            for terms in analysts.terms(given()):
                study = waiting.popleft()
                yield study, self._document(study, terms)

    def _document(self, study: Study, terms: Terms) -> Document:
        used = (*study.tags.all(), *study.finding_concepts)
        terms["concepts"] = f" {GAP} ".join(map(self._names.__getitem__, self._named(study, used)))
        values = self._valuing.of(study, used)
        return Document(study.id, self._rows[study.id], terms, keywords(study), numbers(study), values)

    def _named(self, study: Study, used: Sequence[str]) -> list[str]:
        """As :func:`index.fields.text_concepts`, a good deal faster."""
        named = dict.fromkeys((*used, *study.case_definition.ids, study.design))
        return [c for c in named if c in self._in_text]
