"""The dataset as a whole: what it holds, how much, whose it is and where to get it (VoID and DCAT)."""

from collections.abc import Iterator
from itertools import islice

from entries.atlas import Atlas
from graph.formats import FORMATS
from graph.namespaces import VOCABULARIES, term
from graph.ontology import STANDINGS, A
from graph.rdf_context import Context, exact_match
from graph.rdf_provenance import NO_VERSION, agent_triples
from graph.terms import Term, Triple, day, integer, iri, text

TITLE = term("dcterms:title")
USED = ("bibo", "cito", "dcterms", "fabio", "foaf", "oa", "prov", "schema", "skos")


def dataset_node_triples(context: Context, atlas: Atlas, triples: int | None) -> Iterator[Triple]:
    """Everything about the dataset; ``triples``: how many it holds, where that has been counted."""
    node, config = context.names.dataset(), context.config
    for kind in ("void:Dataset", "dcat:Dataset", "schema:Dataset"):
        yield node, A, term(kind)
    yield node, TITLE, context.words(config.title)
    yield node, term("dcterms:description"), context.words(config.description)
    yield node, term("dcterms:language"), text(config.language)
    yield node, term("dcterms:license"), iri(config.licence)
    yield node, term("dcterms:rights"), text(config.licence_label)
    yield node, term("dcat:version"), text(config.versions.atlas)
    if atlas.modified:
        yield node, term("dcterms:modified"), day(atlas.modified)
    yield from _publisher(context, node)
    yield from _condition(context, node)
    yield from _counts(context, atlas, node, triples)
    yield from _agents(context)
    yield from _distributions(context, node)


def _publisher(context: Context, node: Term) -> Iterator[Triple]:
    publisher = context.names.dataset_part("publisher")
    yield node, term("dcterms:publisher"), publisher
    yield publisher, A, term("foaf:Agent")
    yield publisher, term("foaf:name"), text(context.config.publisher)


def _condition(context: Context, node: Term) -> Iterator[Triple]:
    disease, condition = context.config.disease, context.names.dataset_part("condition")
    yield node, term("schema:about"), condition
    yield condition, A, term("schema:MedicalCondition")
    yield condition, term("schema:name"), context.words(disease.name)
    if disease.label != disease.name:
        yield condition, term("schema:alternateName"), context.words(disease.label)
    for curie in disease.exact_match:
        yield condition, *exact_match(curie)


def _counts(context: Context, atlas: Atlas, node: Term, triples: int | None) -> Iterator[Triple]:
    names = context.names
    yield node, term("void:uriSpace"), text(names.base)
    for prefix in USED:
        yield node, term("void:vocabulary"), iri(VOCABULARIES[prefix])
    yield node, term("void:vocabulary"), names.ontology()
    for scheme in atlas.vocabulary.schemes:
        yield node, term("void:rootResource"), names.scheme(scheme)
    for study in islice(atlas.studies, 1):
        yield node, term("void:exampleResource"), names.study(study)
    if triples is not None:
        yield node, term("void:triples"), integer(triples)
    parts = {
        "study": (term("schema:MedicalStudy"), len(atlas.studies)),
        "finding": (context.ev["Finding"], atlas.findings),
        "concept": (term("skos:Concept"), len(atlas.vocabulary) + len(STANDINGS)),
    }
    for name, (kind, count) in parts.items():
        part = names.dataset_part(f"class-{name}")
        yield node, term("void:classPartition"), part
        yield part, term("void:class"), kind
        yield part, term("void:entities"), integer(count)


def _agents(context: Context) -> Iterator[Triple]:
    versions = context.config.versions
    for role, version in (("generator", versions.generator), ("scanner", versions.scanner)):
        if version != NO_VERSION:
            yield from agent_triples(context.agent(role, version), role, version)


def _distributions(context: Context, node: Term) -> Iterator[Triple]:
    for form in FORMATS.values():
        part = context.names.dataset_part(f"distribution-{form.name}")
        address = iri(f"{context.names.base}dataset{form.suffix}")
        yield node, term("dcat:distribution"), part
        yield node, term("void:dataDump"), address
        yield part, A, term("dcat:Distribution")
        yield part, TITLE, text(form.label)
        yield part, term("dcat:downloadURL"), address
        yield part, term("dcat:mediaType"), iri(f"https://www.iana.org/assignments/media-types/{form.mime}")
        yield part, term("dcterms:license"), iri(context.config.licence)
