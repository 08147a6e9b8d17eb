"""Graph: triples a second built into the store and exported, beside pyoxigraph alone on the same quads.

Ours is measured on the atlas as a site serves it, its studies on disk. What takes memory runs in a process of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import psutil
import pyoxigraph as ox

from benchmarks.timing import both_clocks, once
from entries import collector
from entries.atlas import Atlas
from entries.packed import Record
from explorer import derived, snapshot
from graph.export import serialize_all
from graph.network import build_network
from graph.store import GraphStore
from graph.store_changes import update

HEADER = ("what", "ours", "pyoxigraph alone", "ours / alone")
FORMS = ("nquads", "ntriples", "trig", "turtle", "rdfxml", "jsonld")
PEERS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}
MOST_GRAPHS = 20_000  # that pyoxigraph dumps one by one: what one takes does not hang on how many there are
UPDATES = 5


def measure(atlas: Atlas, folder: Path) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    snapshot.write(folder / "snapshot", atlas)
    derived.write(atlas, folder / "snapshot")
    served = _served(folder / "snapshot")
    seconds, most = _alone("store", folder)
    store = GraphStore.open(folder / "graph")
    quads = store.counts["quads"]
    yield "quads", quads, "-", "-"
    yield "MB of memory at most while the store is written", most, "-", "-"
    yield from _updated(served, folder)
    _written(folder / "quads.nq", serialize_all(served, "nquads"))
    alone = once(lambda: _bulk_load(folder / "alone", folder / "quads.nq"))
    yield "quads a second into the store", quads / seconds, quads / alone, alone / seconds
    for form in FORMS:
        yield _exported(served, store, form)
    seconds, most = _alone("network", folder)
    yield "seconds to make the network", seconds, "-", "-"
    yield "MB of memory at most while the network is made", most, "-", "-"
    store.close()


def _served(folder: Path) -> Atlas:
    """The atlas as a build leaves it, with the lists from which standings are told."""
    atlas = snapshot.read(folder)
    derived.recall(atlas, folder)
    return atlas


def _exported(served: Atlas, store: GraphStore, form: str) -> tuple[object, ...]:
    """The row of one syntax."""
    ours = store.counts["quads"] / once(lambda: _drain(serialize_all(served, form)))
    alone = _dumped(store, PEERS[form]) if form in PEERS else None
    return f"quads a second exported as {form}", ours, alone or "-", ours / alone if alone else "-"


def _bulk_load(folder: Path, lines: Path) -> None:
    folder.mkdir()
    ox.Store(str(folder)).bulk_load(path=str(lines), format=ox.RdfFormat.N_QUADS)


def _dumped(store: GraphStore, form: ox.RdfFormat) -> float:
    """Quads a second of the store's own dump; a syntax without graphs takes the largest thing it can: each graph."""
    with Path(os.devnull).open("wb") as nowhere:
        if form.supports_datasets:
            return store.counts["quads"] / once(lambda: store.oxigraph.dump(nowhere, form))
        graphs = list(islice(store.oxigraph.named_graphs(), MOST_GRAPHS))
        seconds = once(lambda: [store.oxigraph.dump(nowhere, form, from_graph=graph) for graph in graphs])
    return sum(1 for g in graphs for _ in store.oxigraph.quads_for_pattern(None, None, None, g)) / seconds


def _updated(served: Atlas, folder: Path) -> Iterator[tuple[object, ...]]:
    """From a build with one changed study, its studies on disk, to an open store that holds it; the median."""
    first = next(iter(served.studies.values()))
    calls = []
    for n in range(UPDATES):
        changed = Record.of(first.model_copy(update={"title": f"Another title {n}"}))
        snapshot.write(folder / f"changed-{n}", served.altered({first.id: changed}, (), ()))
        now, path = snapshot.read(folder / f"changed-{n}"), folder / f"new-{n}"
        derived.write(now, folder / f"changed-{n}", served)  # as a build does before it comes to the store
        assert now.frame_digest  # the search index, which comes before, has asked for it
        calls.append(lambda now=now, path=path: update(now, path, folder / "graph", served).close())
    clock, processor = both_clocks(calls, warm_up=0)
    yield "ms until one changed study is in a new store", clock.median, "-", "-"
    yield "the same, ms of the processor", processor.median, "-", "-"


def _written(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(chunks)


def _drain(chunks: Iterator[bytes]) -> int:
    return sum(map(len, chunks))


def _alone(what: str, folder: Path) -> tuple[float, float]:
    """(seconds, MB of memory at most) of one piece of work in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.graph", what, str(folder)]
    seconds, most = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, most


def _main(what: str, folder: Path) -> None:
    atlas = _served(folder / "snapshot")
    collector.settle()
    if what == "store":
        seconds = once(lambda: GraphStore.build(atlas, folder / "graph").close())
    else:
        seconds = once(lambda: build_network(atlas))
    print(json.dumps([seconds, _peak() / 2**20]))


def _peak() -> int:
    """Bytes of memory that this process had at most; what it has now where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
