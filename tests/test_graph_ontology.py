"""Our own terms: every property's domain and range hold of all data, so that whoever infers from them infers truth."""

from collections.abc import Iterator
from pathlib import Path

import graph_samples as samples
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from entries.atlas import Atlas
from graph.export import serialize_all
from graph.namespaces import VOCABULARIES
from graph.ontology import DATA_PROPERTIES, DOMAINS, OBJECT_PROPERTIES, RANGES

SHIPPED = Path(__file__).parents[1] / "data"
SCHEMA = Namespace(VOCABULARIES["schema"])
BOUNDLESS = {"reviewStatus", "standing", "standingReason"}  # entries and reviews; studies, findings, assessments
OPEN = {"studyClass"}  # leads to classes of schema.org, which are not described here


def union(atlas: Atlas) -> Graph:
    return Graph(bind_namespaces="none").parse(data=b"".join(serialize_all(atlas, "ntriples")), format="nt")


def kinds(graph: Graph, node: Node) -> set[Node]:
    """The classes of a node, or the datatype of a literal."""
    if isinstance(node, Literal):
        return {RDF.langString if node.language else node.datatype or URIRef(VOCABULARIES["xsd"] + "string")}
    return set(graph.objects(node, RDF.type))


def untrue(graph: Graph) -> Iterator[str]:
    """Triples of which a domain or a range would infer what the data do not say."""
    for bound, of in ((RDFS.domain, 0), (RDFS.range, 2)):
        for term, expected in graph.subject_objects(bound):
            for triple in graph.triples((None, term, None)):
                if expected not in kinds(graph, triple[of]):
                    yield f"{triple} has no {expected} as {bound}"


@pytest.mark.parametrize("name", ["shipped", "small", "noticed", "generated", "empty"])
def test_domains_and_ranges_hold(name: str) -> None:
    made = {
        "shipped": lambda: Atlas.load(SHIPPED),
        "small": samples.small,
        "noticed": samples.noticed,
        "generated": lambda: samples.generated(30),
        "empty": samples.empty,
    }
    graph = union(made[name]())
    assert next(graph.subject_objects(RDFS.domain), None)
    assert list(untrue(graph)) == []


@pytest.mark.parametrize(
    ("term", "value"),
    [("finding", SCHEMA.Thing), ("patients", Literal("many")), ("pemReason", Literal("no language"))],
)
def test_what_does_not_hold_is_found(term: str, value: URIRef | Literal) -> None:
    graph = union(samples.small())
    study = next(graph.subjects(RDF.type, SCHEMA.MedicalStudy))
    graph.add((study, URIRef(f"{samples.BASE}ns#{term}"), value))
    assert len(list(untrue(graph))) == 1
    graph.add((SCHEMA.Thing, URIRef(f"{samples.BASE}ns#patients"), Literal(1)))
    assert len(list(untrue(graph))) == 2


def test_every_property_has_both_but_where_it_cannot() -> None:
    declared = {*OBJECT_PROPERTIES, *DATA_PROPERTIES}
    for table, left_out in ((DOMAINS, BOUNDLESS), (RANGES, OPEN)):
        named = [name for names in table.values() for name in names]
        assert len(named) == len(set(named)), "a second domain would be an intersection"
        assert declared - set(named) == left_out
        assert set(named) <= declared


def test_objects_are_objects_and_data_are_data() -> None:
    graph = union(samples.small())
    for kind, literal in ((OWL.ObjectProperty, False), (OWL.DatatypeProperty, True)):
        for term in graph.subjects(RDF.type, kind):
            assert {isinstance(value, Literal) for value in graph.objects(None, term)} <= {literal}
