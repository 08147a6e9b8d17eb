"""Concept schemes as SKOS."""

from collections.abc import Iterator

from entries.vocabulary import Concept, Scheme
from graph.namespaces import term
from graph.ontology import A
from graph.rdf_context import Context, exact_match
from graph.terms import Term, Triple, integer, iri, text, year

CASE_DEFINITIONS = "case-definition"
PREF = term("skos:prefLabel")
ALT = term("skos:altLabel")
DEFINITION = term("skos:definition")


def scheme_triples(context: Context, scheme: Scheme) -> Iterator[Triple]:
    """A scheme and all of its concepts."""
    node = context.names.scheme(scheme.scheme)
    yield node, A, term("skos:ConceptScheme")
    yield node, PREF, context.words(scheme.label)
    yield node, context.ev["pluralLabel"], context.words(scheme.plural)
    yield node, DEFINITION, context.words(scheme.definition)
    yield node, term("dcterms:identifier"), text(scheme.scheme)
    yield node, term("dcterms:license"), iri(context.config.licence)
    yield node, term("void:inDataset"), context.names.dataset()
    for position, concept in enumerate(scheme.concepts, 1):
        yield from concept_triples(context, scheme, concept, position)


def concept_triples(context: Context, scheme: Scheme, concept: Concept, position: int) -> Iterator[Triple]:
    """One concept; ``position`` (from 1) is its place in the order of display."""
    names, node, home = context.names, context.names.concept(concept.id), context.names.scheme(scheme.scheme)
    yield node, A, term("skos:Concept")
    yield node, term("skos:inScheme"), home
    yield node, term("skos:notation"), text(concept.id)
    yield node, term("schema:position"), integer(position)
    yield from _labels(context, node, concept)
    yield node, DEFINITION, context.words(concept.definition)
    if concept.note:
        yield node, term("skos:note"), context.words(concept.note)
    for parent in dict.fromkeys(concept.broader):
        yield node, term("skos:broader"), names.concept(parent)
    if not concept.broader:
        yield node, term("skos:topConceptOf"), home
        yield home, term("skos:hasTopConcept"), node
    for curie in concept.exact_match:
        yield node, *exact_match(curie)
    yield from _particulars(context, scheme, node, concept)


def _labels(context: Context, node: Term, concept: Concept) -> Iterator[Triple]:
    """SKOS wants preferred and alternative labels apart; the plain label is an alternative that says what it is."""
    yield node, PREF, context.words(concept.label)
    yield node, context.ev["plainLabel"], context.words(concept.plain)
    for other in dict.fromkeys((concept.plain, *concept.synonyms)):
        if other != concept.label:
            yield node, ALT, context.words(other)


def _particulars(context: Context, scheme: Scheme, node: Term, concept: Concept) -> Iterator[Triple]:
    if scheme.scheme == CASE_DEFINITIONS:
        yield node, A, context.ev["CaseDefinition"]
    if concept.year:
        yield node, term("dcterms:issued"), year(concept.year)
    if concept.pem:
        yield node, context.ev["pemRule"], text(concept.pem)
    if concept.source:
        yield node, term("dcterms:source"), text(concept.source)
    if concept.schema_type:
        yield node, context.ev["studyClass"], term(f"schema:{concept.schema_type}")
