"""The SPARQL endpoint and the dataset behind it, described in RDF: SPARQL 1.1 Service Description, VoID and DCAT.

Sources: https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterator

from entries.atlas import Atlas
from graph.export import write
from graph.namespaces import Names, term
from graph.ontology import A
from graph.rdf import dataset_triples
from graph.rdf_context import Context
from graph.terms import NamedGraph, Term, Triple, integer, iri

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def service_description(atlas: Atlas, counts: dict[str, int], fmt: str) -> bytes:
    """What the endpoint understands, gives and holds. ``counts``: quads and graphs of the store."""
    context = Context.of(atlas)
    triples = (*_service(context, counts), *_data_service(context))
    return _written(context, triples, fmt)


def dataset_description(atlas: Atlas, counts: dict[str, int], fmt: str) -> bytes:
    """The dataset for machines that look at ``/.well-known/void``: what, how much, whose, and every way to get it."""
    context, names = Context.of(atlas), Context.of(atlas).names
    page, dataset = iri(f"{names.base}.well-known/void"), names.dataset()
    about: list[Triple] = [
        (page, A, term("void:DatasetDescription")),
        (page, term("dcterms:title"), context.words(f"Description of {atlas.config.title}")),
        (page, term("foaf:primaryTopic"), dataset),
        (dataset, term("void:sparqlEndpoint"), endpoint(names)),
        (dataset, term("dcat:landingPage"), iri(f"{names.base}downloads")),
    ]
    about += [(dataset, term("void:feature"), iri(f"{FORMS}{name}")) for name in (*GRAPHS, "TriG", "N-Quads")]
    triples = (*about, *dataset_triples(atlas, counts["quads"]), *_data_service(context))
    return _written(context, triples, fmt)


def endpoint(names: Names) -> Term:
    """The address that queries are sent to."""
    return iri(f"{names.base}sparql")


def _service(context: Context, counts: dict[str, int]) -> Iterator[Triple]:
    names = context.names
    address = endpoint(names)
    service, data, merged = (iri(f"{names.base}sparql#{part}") for part in ("service", "data", "merged"))
    yield service, A, _sd("Service")
    yield service, term("dcterms:title"), context.words(f"SPARQL endpoint of {context.config.title}")
    yield service, _sd("endpoint"), address
    yield service, _sd("supportedLanguage"), _sd("SPARQL11Query")
    yield service, _sd("feature"), _sd("UnionDefaultGraph")
    for name in (*RESULTS, *GRAPHS):
        yield service, _sd("resultFormat"), iri(FORMS + name)
    yield service, _sd("defaultDataset"), data
    yield data, A, _sd("Dataset")
    yield data, term("dcterms:source"), names.dataset()
    yield data, _sd("defaultGraph"), merged
    yield merged, A, _sd("Graph")
    yield merged, term("void:triples"), integer(counts["quads"])
    for graph in (names.ontology(), names.dataset_part("graph"), *map(names.scheme_graph, context.vocabulary.schemes)):
        named = iri(f"{names.base}sparql#{graph[1:-1].removeprefix(names.base).replace('#', '-').replace('/', '-')}")
        yield data, _sd("namedGraph"), named
        yield named, A, _sd("NamedGraph")
        yield named, _sd("name"), graph


def _data_service(context: Context) -> Iterator[Triple]:
    """The endpoint as data catalogues list it."""
    names = context.names
    service = iri(f"{names.base}sparql#service")
    yield service, A, term("dcat:DataService")
    yield service, term("dcterms:title"), context.words(f"SPARQL endpoint of {context.config.title}")
    yield service, term("dcat:endpointURL"), endpoint(names)
    yield service, term("dcat:endpointDescription"), endpoint(names)
    yield service, term("dcat:servesDataset"), names.dataset()
    yield service, term("dcterms:conformsTo"), iri("https://www.w3.org/TR/sparql11-protocol/")
    yield service, term("dcterms:license"), iri(context.config.licence)
    yield service, term("dcterms:publisher"), names.dataset_part("publisher")


def _sd(name: str) -> Term:
    return iri(SD + name)


def _written(context: Context, triples: tuple[Triple, ...], fmt: str) -> bytes:
    graph = NamedGraph(iri(f"{context.names.base}sparql#description"), tuple(dict.fromkeys(triples)))
    prefixes = context.names.prefixes() | {"sd": SD, "formats": FORMS}
    return b"".join(write([graph], fmt, prefixes))
