"""RDF out: one study, a list of studies or everything, in six syntaxes, streamed.

serialize_study(atlas, "see-1996-alpha-interferon", "turtle")      # bytes
for chunk in serialize_all(atlas, "nquads"): ...                   # UTF-8, about 64 KB each
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from entries.atlas import Atlas
from graph.errors import GraphError
from graph.formats import FORMATS, Format, chunks
from graph.jsonld import write_jsonld
from graph.namespaces import Names
from graph.rdf import check_study, find_study, named_graphs, study_named_graphs
from graph.rdf_context import Context
from graph.rdf_vocabulary import concept_triples
from graph.rdfxml import write_rdfxml
from graph.store import GraphStore
from graph.suggest import unknown
from graph.terms import NamedGraph, n_quads, n_triples
from graph.turtle import write_trig, write_turtle

__all__ = ["FORMATS", "Format", "serialize_all", "serialize_concept", "serialize_studies"]

Writer = Callable[[Iterable[NamedGraph], Mapping[str, str]], Iterator[str]]


def _write_n_triples(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    for graph in graphs:
        yield n_triples(graph.triples)


def _write_n_quads(graphs: Iterable[NamedGraph], prefixes: Mapping[str, str]) -> Iterator[str]:
    for graph in graphs:
        yield n_quads(graph.triples, graph.name)


_WRITERS: dict[str, Writer] = {
    "turtle": write_turtle,
    "trig": write_trig,
    "ntriples": _write_n_triples,
    "nquads": _write_n_quads,
    "rdfxml": write_rdfxml,
    "jsonld": write_jsonld,
}


def serialize_study(atlas: Atlas, study_id: str, fmt: str) -> bytes:
    """One study's graphs. Raises UnknownNode for an unknown id and GraphError for an unknown format."""
    context = Context.of(atlas)
    graphs = list(study_named_graphs(context, atlas, find_study(atlas, study_id)))
    return b"".join(write(graphs, fmt, _used(graphs, context.names)))


def serialize_concept(atlas: Atlas, concept_id: str, fmt: str) -> bytes:
    """One concept as its scheme's graph describes it. Raises as :func:`serialize_study`."""
    graph = concept_graph(atlas, concept_id)
    return b"".join(write([graph], fmt, _used([graph], Names(atlas.config.base_iri))))


def concept_graph(atlas: Atlas, concept_id: str) -> NamedGraph:
    """The triples of one concept, under the name of its scheme's graph. Raises UnknownNode."""
    context = Context.of(atlas)
    if concept_id not in atlas.vocabulary:
        raise unknown(concept_id, atlas.vocabulary)
    scheme = atlas.vocabulary.schemes[atlas.vocabulary.scheme_of(concept_id)]
    concept = atlas.vocabulary[concept_id]
    position = scheme.concepts.index(concept) + 1
    triples = dict.fromkeys(concept_triples(context, scheme, concept, position))
    return NamedGraph(context.names.scheme_graph(scheme.scheme), tuple(triples))


def serialize_studies(atlas: Atlas, ids: Iterable[str], fmt: str) -> Iterator[bytes]:
    """Several studies, one after the other. Raises UnknownNode at the first unknown id, before anything is sent."""
    wanted = list(ids)
    for study_id in wanted:
        check_study(atlas, study_id)
    return write(named_graphs(atlas, wanted), fmt, Names(atlas.config.base_iri).prefixes())


def serialize_all(source: Atlas | GraphStore, fmt: str) -> Iterator[bytes]:
    """The whole dataset, from an atlas (in its own order, and faster) or from a store. Constant memory."""
    if isinstance(source, GraphStore):
        return write(source.named_graphs(), fmt, Names(source.base).prefixes())
    return write(named_graphs(source), fmt, Names(source.config.base_iri).prefixes())


def write(graphs: Iterable[NamedGraph], fmt: str, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Graphs in one syntax as UTF-8 chunks. Raises GraphError at once for a format that is not in FORMATS."""
    if fmt not in _WRITERS:
        raise GraphError(f"there is no RDF format '{fmt}'; use one of {', '.join(FORMATS)}")
    return chunks(_WRITERS[fmt](graphs, prefixes))


def _used(graphs: Iterable[NamedGraph], names: Names) -> dict[str, str]:
    """The prefixes that these graphs need; ``rdf`` always, since RDF/XML cannot do without."""
    spaces = {
        term[1 : max(term.rfind("#"), term.rfind("/")) + 1]
        for graph in graphs
        for triple in graph.triples
        for term in triple
        if term[0] == "<"
    }
    typed = {"xsd", "rdf"}
    return {p: n for p, n in names.prefixes().items() if n in spaces or p in typed}
