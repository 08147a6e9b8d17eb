"""What is searched and what is counted: text fields with their weights, keyword fields, and facets.

Text fields hold analysed words; a word in a query may be in any of them. Facets come from ``atlas.yaml``; those over a
concept scheme also hold the broader concepts of each value, so that "Pain" counts and finds headache.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from entries.atlas import Atlas
from entries.config import TAG_SOURCE, AtlasConfig
from entries.study import Study
from entries.vocabulary import Vocabulary
from index.sources import SOURCES


@dataclass(frozen=True, slots=True)
class TextField:
    """A field of words. ``weight`` multiplies its share of the relevance score."""

    name: str
    weight: float


TEXT_FIELDS = (
    TextField("title", 1.5),
    TextField("findings", 1.5),
    TextField("summary", 1.5),
    TextField("concepts", 0.8),
    TextField("authors", 2.0),
    TextField("journal", 0.5),
    TextField("conclusions", 1.0),
    TextField("other", 0.5),
    TextField("ids", 0.2),
)
# Fields whose one value is matched whole, in lower case.
KEYWORD_FIELDS = ("id", "pmid", "pmcid", "doi")
YEAR = "year"
SIZE = "size"  # participants
NUMBER_FIELDS = (YEAR, SIZE)
# Names that a query may use for the fields above.
ALIASES = {
    "author": "authors",
    "concept": "concepts",
    "conclusion": "conclusions",
    "finding": "findings",
    "tag": "concepts",
}
SCHEMES_OUT_OF_TEXT = ("pem-status", "review-status", "peer-review", "evidence-level")


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: name in URLs, label for people, source in a study, order of its values, scheme of its values.

    ``scheme`` is None where the values are no concepts (:mod:`index.sources`); ``bounds`` are those of ranges.
    """

    name: str
    label: str
    source: str
    order: str
    scheme: str | None
    bounds: tuple[int, ...] = ()

    @property
    def field(self) -> str:
        """Name of the index field; facets and text fields may share a name, index fields may not."""
        return f"facet_{self.name}"

    @property
    def is_tags(self) -> bool:
        """Whether the values are tags out of a scheme."""
        return self.source.startswith(TAG_SOURCE)


def facets(config: AtlasConfig) -> tuple[Facet, ...]:
    """The facets of an atlas in the order of its configuration."""
    return tuple(Facet(f.name, f.label, f.source, f.order, f.scheme, f.bounds) for f in config.facets)


def field_names(facets: Iterable[Facet]) -> frozenset[str]:
    """All names that may stand before a colon in a query: of text, keyword and number fields and of these facets."""
    own = (field.name for field in TEXT_FIELDS)
    return frozenset((*ALIASES, *own, *KEYWORD_FIELDS, *NUMBER_FIELDS, *(facet.name for facet in facets)))


def facet_values(atlas: Atlas, study: Study, facet: Facet) -> tuple[str, ...]:
    """What a study counts for in a facet: concept ids with all broader ones, or values of other sources; each once."""
    vocabulary = atlas.vocabulary
    if facet.scheme is None:
        return tuple(dict.fromkeys(SOURCES[facet.source](vocabulary, study, facet.bounds)))
    return vocabulary.closure(c for c in _concepts(atlas, study, facet) if c in vocabulary)


def _concepts(atlas: Atlas, study: Study, facet: Facet) -> Iterable[str]:
    """Concepts by source. Tags of a scheme include its concepts in findings: the same set as ``studies_with``."""
    if facet.is_tags:
        vocabulary = atlas.vocabulary
        used = atlas.concepts_of(study.id)
        return [c for c in used if c in vocabulary and vocabulary.scheme_of(c) == facet.scheme]
    if facet.source == "case_definition":
        return study.case_definition.ids
    single = {
        "pem": lambda: str(atlas.badge(study).status),
        "evidence_level": lambda: study.evidence_level,
        "design": lambda: study.design,
        "peer_review": lambda: study.peer_review,
        "review": lambda: study.review.status,
    }
    return (single[facet.source](),)


def texts(study: Study) -> dict[str, list[str]]:
    """A study's own texts by text field. The field ``concepts`` is not among them: see :func:`text_concepts`."""
    return {
        "title": [study.title],
        "findings": [t for f in study.findings for t in (f.text, f.comparison, f.statistic) if t],
        "summary": [study.summary],
        "authors": [author.name for author in study.authors],
        "journal": [study.journal] if study.journal else [],
        "conclusions": list(study.conclusions),
        "other": list(_other(study)),
        "ids": [i for i in (study.id, study.pmid, study.pmcid, study.doi) if i],
    }


def _other(study: Study) -> Iterator[str]:
    yield study.does_not_prove
    if study.why_it_matters:
        yield study.why_it_matters
    yield from study.questions
    yield from (f.quote for f in study.findings if f.quote)
    yield from (q for q in (study.pem.quote, study.case_definition.quote, study.participants.note) if q)
    yield from (group.label for group in study.participants.groups)
    yield from (link.note for link in study.links if link.note)


def text_concepts(atlas: Atlas, study: Study) -> tuple[str, ...]:
    """Concepts whose names find a study: tags, those of findings, case definitions and design; statuses do not."""
    vocabulary = atlas.vocabulary
    return tuple(
        c
        for c in atlas.all_concepts_of(study.id)
        if c in vocabulary and vocabulary.scheme_of(c) not in SCHEMES_OUT_OF_TEXT
    )


def concept_names(vocabulary: Vocabulary, concept_id: str) -> tuple[str, ...]:
    """Everything that a concept is called: label, plain label, synonyms; each once."""
    concept = vocabulary[concept_id]
    return tuple(dict.fromkeys((concept.label, concept.plain, *concept.synonyms)))


def keywords(study: Study) -> dict[str, str]:
    """Values of the keyword fields that a study has, in lower case."""
    values = {"id": study.id, "pmid": study.pmid, "pmcid": study.pmcid, "doi": study.doi}
    return {name: value.lower() for name, value in values.items() if value}


def numbers(study: Study) -> dict[str, int]:
    """Values of the number fields that a study has: its year, and how many took part where that is known."""
    size = study.participants.size
    return {YEAR: study.year} if size is None else {YEAR: study.year, SIZE: size}
