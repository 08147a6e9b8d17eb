"""A store brought up to date by what changed: a copy that shares its files, in which a few named graphs are replaced.

The copy is made with hard links, which takes milliseconds however large the store is, and the store that is served is
never written to. Of a study that was changed both graphs are replaced; of one that only stands otherwise because of it,
the graph that says so. Where much has changed, or anything that all studies depend on, the store is written whole.

The engine keeps changes in layers. It merges small ones with one another in milliseconds, as long as nothing large lies
unmerged among them; else it has to merge everything one day, while a change waits. So what is large is merged at once.
"""

import io
from pathlib import Path

import pyoxigraph as ox

from entries.atlas import Atlas
from entries.digests import Difference, difference
from entries.errors import StoreError
from graph.errors import GraphUnusable
from graph.rdf import GRAPHS, dataset_named_graph, standing_named_graph, study_named_graphs
from graph.rdf_context import Context
from graph.standing_changes import restood
from graph.store import FORMAT, GraphStore, Progress, read_marker
from graph.terms import NamedGraph, Term, n_quads

MOST_CHANGED = 0.1  # of all studies; beyond, writing anew is quicker, and it leaves nothing behind of what was replaced
MANY = 0.02  # of all studies at once: merged with the rest at once, or a small change has to wait for it later


def update(
    atlas: Atlas, path: Path | str, previous: Path | str, before: Atlas, progress: Progress | None = None
) -> GraphStore:
    """Make the store at ``path`` from an earlier one, which stays as it is (unless it is at ``path`` itself).

    ``before``: the atlas that the earlier one was made of. Where it does not fit (another vocabulary or configuration,
    another atlas than ``before``, damaged, too much changed) everything is written anew. Raises GraphBuildError.
    """
    path, previous = Path(path), Path(previous)
    changes = difference(before.digests, atlas.digests)
    try:
        marker = read_marker(previous)
        fits = marker.format == FORMAT and marker.digest == atlas.digest_with(before.digests)
        changed = marker.changed + len(changes)
        if not fits or changed > MOST_CHANGED * len(atlas.studies):
            return GraphStore.build(atlas, path, progress)
        others = restood(before, atlas, changes)
        with GraphStore.open(previous) as earlier:
            return GraphStore.written(
                atlas, path, lambda target: (_changed(earlier, target, atlas, changes, others, progress), changed)
            )
    except (GraphUnusable, StoreError):
        return GraphStore.build(atlas, path, progress)


def _changed(
    earlier: GraphStore,
    target: Path,
    atlas: Atlas,
    changes: Difference,
    others: tuple[str, ...],
    progress: Progress | None,
) -> dict[str, int]:
    """Copy the earlier store to ``target``, make the changes there, and count. ``others``: that stand otherwise now."""
    context = Context.of(atlas)
    names = context.names
    replaced = (*map(names.graph, changes.stale), *map(names.standing, (*changes.stale, *others)))
    stale = [*map(_node, (names.dataset_part("graph"), *replaced))]
    earlier.oxigraph.backup(str(target))
    with earlier.reading():  # the copy holds the very files of the earlier store, and its damage
        quads = earlier.counts["quads"] - sum(_size(earlier.oxigraph, graph) for graph in stale)
        store = ox.Store(str(target))  # not before: for as long as it is open it merges files, for nothing mostly
        for node in stale:
            store.remove_graph(node)
    for done, study in enumerate(atlas.passing(changes.fresh), 1):
        for graph in study_named_graphs(context, atlas, study):  # a generator that knew the store would keep it open
            quads += _put_in(store, graph)
        if progress:
            progress(done, len(changes.fresh))
    for study in atlas.passing(others):
        quads += _put_in(store, standing_named_graph(context, atlas, study))
    quads += _put_in(store, dataset_named_graph(context, atlas, quads))
    if len(changes) > MANY * len(atlas.studies):
        store.optimize()
    store.flush()
    graphs = earlier.counts["graphs"] + GRAPHS * (len(changes.fresh) - len(changes.stale))
    return {"quads": quads, "graphs": graphs, "studies": len(atlas.studies)}


def _node(name: Term) -> ox.NamedNode:
    return ox.NamedNode(name[1:-1])


def _size(store: ox.Store, graph: ox.NamedNode) -> int:
    """How many quads a named graph holds."""
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _put_in(store: ox.Store, graph: NamedGraph) -> int:
    store.load(io.BytesIO(n_quads(graph.triples, graph.name).encode()), format=ox.RdfFormat.N_QUADS)
    return len(graph.triples)
