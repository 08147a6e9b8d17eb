"""A store brought up to date by what changed: a copy that shares its files, in which a few named graphs are replaced.

The copy is made with hard links, which takes milliseconds however large the store is, and the store that is served is
never written to. Where much has changed, or anything that all studies depend on, the store is written whole.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from entries.atlas import Atlas
from entries.digests import Difference, difference
from graph.errors import GraphUnusable
from graph.rdf import dataset_named_graph, study_named_graph
from graph.rdf_context import Context
from graph.store import FORMAT, GraphStore, Progress, read_marker
from graph.terms import NamedGraph, Term, n_quads

MOST_CHANGED = 0.1  # of all studies; beyond, writing anew is quicker, and it leaves nothing behind of what was replaced


def update(
    atlas: Atlas, path: Path | str, previous: Path | str, before: Mapping[str, str], progress: Progress | None = None
) -> GraphStore:
    """Make the store at ``path`` from an earlier one, which stays as it is (unless it is at ``path`` itself).

    ``before``: the digests of the studies that the earlier one was made of. Where it does not fit (another vocabulary
    or configuration, other studies than ``before`` says, damaged, too much changed) everything is written anew. Raises
    GraphBuildError.
    """
    path, previous = Path(path), Path(previous)
    changes = difference(before, atlas.digests)
    try:
        marker = read_marker(previous)
        fits = marker.format == FORMAT and marker.digest == atlas.digest_with(before)
        changed = marker.changed + len(changes)
        if not fits or changed > MOST_CHANGED * len(atlas.studies):
            return GraphStore.build(atlas, path, progress)
        with GraphStore.open(previous) as earlier:
            return GraphStore.written(
                atlas, path, lambda target: (_changed(earlier, target, atlas, changes, progress), changed)
            )
    except GraphUnusable:
        return GraphStore.build(atlas, path, progress)


def _changed(
    earlier: GraphStore, target: Path, atlas: Atlas, changes: Difference, progress: Progress | None
) -> dict[str, int]:
    """Copy the earlier store to ``target``, make the changes there, and count."""
    context = Context.of(atlas)
    stale = [*map(_node, (context.names.dataset_part("graph"), *map(context.names.graph, changes.stale)))]
    earlier.oxigraph.backup(str(target))
    with earlier.reading():  # the copy holds the very files of the earlier store, and its damage
        quads = earlier.counts["quads"] - sum(_size(earlier.oxigraph, graph) for graph in stale)
        store = ox.Store(str(target))  # not before: for as long as it is open it merges files, for nothing mostly
        for graph in stale:
            store.remove_graph(graph)
    for done, study in enumerate(atlas.passing(changes.fresh), 1):
        quads += _put_in(store, study_named_graph(context, study))
        if progress:
            progress(done, len(changes.fresh))
    quads += _put_in(store, dataset_named_graph(context, atlas, quads))
    store.flush()
    graphs = earlier.counts["graphs"] + len(changes.fresh) - len(changes.stale)
    return {"quads": quads, "graphs": graphs, "studies": len(atlas.studies)}


def _node(name: Term) -> ox.NamedNode:
    return ox.NamedNode(name[1:-1])


def _size(store: ox.Store, graph: ox.NamedNode) -> int:
    """How many quads a named graph holds."""
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _put_in(store: ox.Store, graph: NamedGraph) -> int:
    store.load(io.BytesIO(n_quads(graph.triples, graph.name).encode()), format=ox.RdfFormat.N_QUADS)
    return len(graph.triples)
