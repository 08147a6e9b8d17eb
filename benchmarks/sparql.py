"""SPARQL: ten typical questions to ``/sparql``, beside pyoxigraph in the process, Oxigraph's server and plain rdflib.

All answer the same queries on the same quads with SPARQL JSON (Turtle for CONSTRUCT and DESCRIBE). Ours and Oxigraph's
server are asked over HTTP, on a connection of its own for each question, as clients do; the other two in the process.
Plain rdflib holds everything in memory and is left out where that would take minutes.
"""

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from rdflib import Dataset

from benchmarks.serving import our_server, oxigraph_program, oxigraph_server
from benchmarks.timing import Timed, in_turn
from entries.atlas import Atlas
from explorer.instance import Instance
from graph.export import serialize_all
from graph.namespaces import Names
from graph.store import GraphStore

HEADER = ("question", "ours, HTTP", "pyoxigraph", "ours / (1.5 pyoxigraph + 15 ms)", "oxigraph server", "rdflib")
MOST_FOR_RDFLIB = 500_000  # quads
ROWS, TRIPLES = "application/sparql-results+json", "text/turtle"
Call = Callable[[], object]

QUERIES = {
    "one study, described": "DESCRIBE <%(study)s>",
    "one study's named graph": "CONSTRUCT { ?s ?p ?o } { GRAPH <%(study)s#graph> { ?s ?p ?o } }",
    "studies with a concept or one below it": """SELECT DISTINCT ?study ?label {
        ?study dcterms:subject/skos:broader* %(concept)s ; a schema:MedicalStudy ; rdfs:label ?label } LIMIT 100""",
    "studies by PEM status": "SELECT ?status (COUNT(*) AS ?n) { ?study ev:pemStatus ?status } GROUP BY ?status",
    "findings on a concept, by direction": """SELECT ?direction (COUNT(*) AS ?n) {
        ?finding dcterms:subject %(concept)s ; ev:direction ?direction } GROUP BY ?direction""",
    "findings on a concept where PEM was required": """SELECT ?study ?text {
        ?study ev:pemStatus concept:pem-required ; ev:finding ?finding .
        ?finding dcterms:subject %(concept)s ; schema:text ?text } LIMIT 100""",
    "what a concept is found with": """SELECT ?other (COUNT(DISTINCT ?study) AS ?n) {
        ?study a schema:MedicalStudy ; dcterms:subject %(concept)s, ?other
        } GROUP BY ?other ORDER BY DESC(?n) LIMIT 20""",
    "concepts by words in their label": """SELECT ?concept ?label { ?concept a skos:Concept ; skos:prefLabel ?label
        FILTER(CONTAINS(LCASE(STR(?label)), "%(word)s")) }""",
    "studies of an author, newest first": """SELECT ?paper ?year {
        ?paper dcterms:creator/foaf:familyName "%(author)s" ; dcterms:issued ?year } ORDER BY DESC(?year) LIMIT 50""",
    "how many studies there are": "SELECT (COUNT(*) AS ?n) { ?study a schema:MedicalStudy }",
}


def queries(atlas: Atlas) -> Mapping[str, str]:
    """Ten questions about concepts, authors and studies of this very atlas."""
    study = next(iter(atlas.studies.values()))
    concept = study.finding_concepts[0]
    about = {
        "study": f"{atlas.config.base_iri}studies/{study.id}",
        "concept": f"concept:{concept}",
        "author": study.authors[0].family,
        "word": atlas.vocabulary[concept].label.lower().split()[-1],
    }
    return {question: text % about for question, text in QUERIES.items()}


def measure(atlas: Atlas, instance: Path, repeats: int = 20) -> Iterator[tuple[object, ...]]:
    """Rows of the table, times in milliseconds (medians), for the build in an instance folder."""
    build = Instance.open(instance)
    store = build.graph_store
    names = Names(store.base)
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in names.prefixes().items())
    program = oxigraph_program()
    dataset = _in_rdflib(atlas) if store.counts["quads"] <= MOST_FOR_RDFLIB else None
    with ExitStack() as servers:
        ours = servers.enter_context(our_server(instance))
        theirs = servers.enter_context(oxigraph_server(program, store.folder)) if program else None
        for question, text in queries(atlas).items():
            query = prologue + text
            calls: dict[str, Call] = {"ours": _http(f"{ours}/sparql", query), "direct": partial(_direct, store, query)}
            if theirs:
                calls["server"] = _http(f"{theirs}/query", query)
            if dataset is not None:
                calls["rdflib"] = partial(_all, dataset, query)
            yield _row(question, dict(zip(calls, in_turn([list(calls.values())] * repeats), strict=True)))
    build.close()


def _row(question: str, timed: Mapping[str, Timed]) -> tuple[object, ...]:
    ours, direct = timed["ours"].median, timed["direct"].median
    rest = (timed[name].median if name in timed else "-" for name in ("server", "rdflib"))
    return question, ours, direct, ours / (1.5 * direct + 15), *rest


def _http(address: str, query: str) -> Call:
    request = urllib.request.Request(f"{address}?{urlencode({'query': query})}")
    request.add_header("Accept", f"{ROWS}, {TRIPLES};q=0.9")

    def ask() -> bytes:
        with urllib.request.urlopen(request, timeout=60) as answer:
            body: bytes = answer.read()
            return body

    return ask


def _direct(store: GraphStore, query: str) -> object:
    found = store.oxigraph.query(query, use_default_graph_as_union=True)
    if isinstance(found, ox.QueryTriples):
        return found.serialize(format=ox.RdfFormat.TURTLE)
    return found.serialize(format=ox.QueryResultsFormat.JSON)


def _all(dataset: Dataset, query: str) -> object:
    return list(dataset.query(query))


def _in_rdflib(atlas: Atlas) -> Dataset:
    dataset = Dataset(default_union=True)
    dataset.parse(data=b"".join(serialize_all(atlas, "nquads")), format="nquads")
    return dataset
