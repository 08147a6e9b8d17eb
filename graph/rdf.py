"""The atlas as RDF: each study, each scheme, the ontology and the dataset in a named graph of its own.

A study has two: what its entry says, and how it stands among the others, which follows from other entries too.

Terms and triples are text in N-Triples form (see :mod:`graph.terms`); :func:`study_graph` gives rdflib.

    for s, p, o in study_triples(atlas, atlas.studies["see-1996-alpha-interferon"]): ...
    graph = study_graph(atlas, "see-1996-alpha-interferon")      # rdflib.Graph, prefixes bound
"""

from collections.abc import Iterable, Iterator

from rdflib import Graph, URIRef

from entries.atlas import Atlas
from entries.study import Study
from graph.ontology import ontology_triples
from graph.rdf_context import Context
from graph.rdf_dataset import dataset_node_triples
from graph.rdf_finding import finding_triples
from graph.rdf_paper import paper_triples
from graph.rdf_provenance import provenance_triples
from graph.rdf_standing import standing_triples
from graph.rdf_study import study_node_triples
from graph.rdf_vocabulary import scheme_triples
from graph.suggest import unknown
from graph.terms import NamedGraph, Quad, Triple, to_rdflib

GRAPHS = 2  # named graphs of a study


def study_triples(atlas: Atlas, study: Study) -> Iterator[Triple]:
    """The triples of both named graphs of a study: study, findings, paper, provenance; and how it stands."""
    for graph in study_named_graphs(Context.of(atlas), atlas, study):
        yield from graph.triples


def dataset_triples(atlas: Atlas, triples: int | None = None) -> Iterator[Triple]:
    """The description of the dataset; ``triples``: how many it holds in all, where that is known."""
    yield from dataset_node_triples(Context.of(atlas), atlas, triples)


def named_graphs(atlas: Atlas, ids: Iterable[str] | None = None) -> Iterator[NamedGraph]:
    """Every named graph: schemes, studies (only ``ids`` where given, then nothing else), ontology, dataset.

    The dataset comes last and knows how many triples there are. Raises UnknownNode for an unknown id.
    """
    context = Context.of(atlas)
    if ids is not None:
        for study in atlas.passing(check_study(atlas, study_id) for study_id in ids):
            yield from study_named_graphs(context, atlas, study)
        return
    count = 0
    for graph in _graphs(context, atlas):
        count += len(graph.triples)
        yield graph
    yield dataset_named_graph(context, atlas, count)


def dataset_named_graph(context: Context, atlas: Atlas, others: int) -> NamedGraph:
    """The description of the dataset in its own graph; ``others``: how many triples the other graphs hold."""
    bare = dict.fromkeys(dataset_node_triples(context, atlas, 0))
    described = dict.fromkeys(dataset_node_triples(context, atlas, others + len(bare)))
    return NamedGraph(context.names.dataset_part("graph"), tuple(described))


def _graphs(context: Context, atlas: Atlas) -> Iterator[NamedGraph]:
    yield NamedGraph(context.names.ontology(), tuple(ontology_triples(context.names)))
    for scheme in atlas.vocabulary.schemes.values():
        name = context.names.scheme_graph(scheme.scheme)
        yield NamedGraph(name, tuple(dict.fromkeys(scheme_triples(context, scheme))))
    for study in atlas.studies.values():
        yield from study_named_graphs(context, atlas, study)


def study_named_graphs(context: Context, atlas: Atlas, study: Study) -> Iterator[NamedGraph]:
    """Both graphs of a study of the atlas."""
    yield study_named_graph(context, study)
    yield standing_named_graph(context, atlas, study)


def study_named_graph(context: Context, study: Study) -> NamedGraph:
    """What a study's entry says, under the entry's name: it hangs on no other entry."""
    return NamedGraph(context.names.graph(study.id), tuple(_study(context, study)))


def standing_named_graph(context: Context, atlas: Atlas, study: Study) -> NamedGraph:
    """How a study of the atlas stands, which may change when another entry does."""
    return NamedGraph(context.names.standing(study.id), tuple(dict.fromkeys(standing_triples(context, atlas, study))))


def _study(context: Context, study: Study) -> Iterable[Triple]:
    found: dict[Triple, None] = {}
    for part in (study_node_triples, finding_triples, paper_triples, provenance_triples):
        found.update(dict.fromkeys(part(context, study)))
    return found


def quads(atlas: Atlas) -> Iterator[Quad]:
    """The whole dataset, each triple with its graph's name as the fourth term."""
    for graph in named_graphs(atlas):
        for s, p, o in graph.triples:
            yield s, p, o, graph.name


def find_study(atlas: Atlas, study_id: str) -> Study:
    """The study, or UnknownNode with the ids that look like it."""
    return atlas.studies[check_study(atlas, study_id)]


def check_study(atlas: Atlas, study_id: str) -> str:
    """The id itself, or UnknownNode with the ids that look like it."""
    if study_id in atlas.studies:
        return study_id
    raise unknown(study_id, atlas.studies)


def study_graph(atlas: Atlas, study_id: str) -> Graph:
    """One study as an rdflib graph with its prefixes bound, how it stands included. Raises UnknownNode."""
    context, study = Context.of(atlas), find_study(atlas, study_id)
    graph = Graph(identifier=URIRef(context.names.graph(study_id)[1:-1]), bind_namespaces="none")
    for prefix, namespace in context.names.prefixes().items():
        graph.bind(prefix, namespace)
    for s, p, o in study_triples(atlas, study):
        graph.add((to_rdflib(s), to_rdflib(p), to_rdflib(o)))
    return graph
