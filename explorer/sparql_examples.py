"""Questions that people have, as SPARQL about the concepts that this very atlas has most studies on."""

from collections.abc import Iterator
from dataclasses import dataclass

from entries.policy import PemStatus
from entries.vocabulary import Concept
from explorer.site import Site

_FOUND = """\
SELECT ?label ?direction (COUNT(DISTINCT ?study) AS ?studies) (COUNT(DISTINCT ?strict) AS ?required) WHERE {{
  VALUES ?direction {{ ev:increased ev:decreased }}
  ?study ev:finding ?finding .
  ?finding ev:direction ?direction ; dcterms:subject ?concept .
  ?concept skos:inScheme scheme:{scheme} ; skos:prefLabel ?label .
  OPTIONAL {{ ?study ev:pemStatus concept:{required} BIND(?study AS ?strict) }}
}} GROUP BY ?label ?direction ORDER BY DESC(?required) DESC(?studies) ?label"""

_REMAINS = """\
SELECT ?direction (COUNT(DISTINCT ?finding) AS ?findings) (COUNT(DISTINCT ?left) AS ?remaining) WHERE {{
  ?study ev:finding ?finding .
  ?finding dcterms:subject/skos:broader* <{concept}> ; ev:direction/rdfs:label ?direction .
  OPTIONAL {{
    ?study ev:finding ?left FILTER(?left = ?finding)
    FILTER NOT EXISTS {{ ?study ev:pemStatus concept:{not_required} }}
  }}
}} GROUP BY ?direction ORDER BY DESC(?findings)"""

_BETWEEN = """\
SELECT ?kind ?label ?with_first ?with_second WHERE {{
  {{ SELECT ?between (COUNT(DISTINCT ?one) AS ?with_first) WHERE {{
    ?narrow skos:broader* <{first}> . ?one a schema:MedicalStudy ; dcterms:subject ?narrow, ?between
  }} GROUP BY ?between }}
  {{ SELECT ?between (COUNT(DISTINCT ?two) AS ?with_second) WHERE {{
    ?narrow skos:broader* <{second}> . ?two a schema:MedicalStudy ; dcterms:subject ?narrow, ?between
  }} GROUP BY ?between }}
  FILTER(?between NOT IN (<{first}>, <{second}>))
  ?between skos:prefLabel ?label ; skos:inScheme/skos:prefLabel ?kind .
}} ORDER BY DESC(?with_first) ?label"""

_LIMITS = """\
SELECT DISTINCT ?study ?finding ?limits WHERE {{
  ?study ev:finding ?about ; ev:doesNotProve ?limits .
  ?about schema:text ?finding ; dcterms:subject/skos:broader* <{concept}> .
}} ORDER BY ?study"""

_DISPUTED = """\
SELECT ?study ?relation ?other WHERE {
  VALUES ?relation { cito:corrects cito:disputes cito:retracts cito:confirms }
  ?study ?relation ?other .
}"""

_STANDING = """\
SELECT ?standing ?study ?reason WHERE {
  ?study ev:standing/skos:prefLabel ?standing .
  ?assessment schema:about ?study ; ev:standingReason ?reason .
} ORDER BY ?standing ?study ?reason LIMIT 1000"""

_AS_RDF = """\
CONSTRUCT {{ ?finding dcterms:subject ?subject ; ev:direction ?direction ; schema:text ?text }} WHERE {{
  ?study ev:finding ?finding .
  ?finding dcterms:subject/skos:broader* <{concept}> ; dcterms:subject ?subject ; schema:text ?text .
  OPTIONAL {{ ?finding ev:direction ?direction }}
}}"""


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words and in SPARQL."""

    question: str
    text: str


def examples(site: Site) -> tuple[Example, ...]:
    """Questions about what this atlas has; fewer where it has little."""
    return tuple(_examples(site))


def _examples(site: Site) -> Iterator[Example]:
    found = _most_found(site)
    for scheme in list(found)[1:2] or list(found)[:1]:
        yield from _about_one(site, scheme, found[scheme])
    for second, first in zip(list(found.values())[:1], list(found.values())[1:2], strict=False):
        words = f"What links {_in_text(first)} and {_in_text(second)}: concepts that studies of each share"
        yield Example(words, _BETWEEN.format(first=_address(site, first), second=_address(site, second)))
    for concept in list(found.values())[:1]:
        words = f"What was found about {_in_text(concept)}, and what does each study not prove?"
        yield Example(words, _LIMITS.format(concept=_address(site, concept)))
        yield Example(f"All findings on {_in_text(concept)}, as RDF", _AS_RDF.format(concept=_address(site, concept)))
    yield from (Example(question.text, question.sparql.strip()) for question in site.atlas.config.questions)
    if site.atlas.studies:
        yield Example("Which studies correct, dispute, retract or confirm another?", _DISPUTED)
        yield Example("How does each study stand among the others, and why?", _STANDING)


def _most_found(site: Site) -> dict[str, Concept]:
    """For each scheme of tags, in their order, the concept that most findings are about."""
    atlas, about = site.atlas, site.overview.subjects
    ranked = {
        scheme: max(concepts, key=lambda c: about.get(c.id, 0))
        for scheme in atlas.config.tags
        if (concepts := atlas.vocabulary.of_scheme(scheme))
    }
    return {scheme: concept for scheme, concept in ranked.items() if about.get(concept.id)}


def _about_one(site: Site, scheme: str, concept: Concept) -> Iterator[Example]:
    """What was found lower, and what remains of it without the studies that did not ask for the criterion."""
    vocabulary = site.atlas.vocabulary
    required, not_required = vocabulary.get(PemStatus.REQUIRED), vocabulary.get(PemStatus.NOT_REQUIRED)
    if required is None or not_required is None:
        return
    plural = vocabulary.schemes[scheme].plural.lower()
    words = (
        f"Which {plural} were found increased or decreased, in how many studies, and how many with “{required.label}”?"
    )
    yield Example(words, _FOUND.format(scheme=scheme, required=required.id))
    words = f"What remains of the evidence on {_in_text(concept)} without studies marked “{not_required.label}”?"
    yield Example(words, _REMAINS.format(concept=_address(site, concept), not_required=not_required.id))


def _address(site: Site, concept: Concept) -> str:
    return f"{site.atlas.config.base_iri}concepts/{concept.id}"


def _in_text(concept: Concept) -> str:
    """The label inside a sentence: small where it is a plain word."""
    first = concept.label.split()[0]
    return concept.label[:1].lower() + concept.label[1:] if first[1:].islower() else concept.label
