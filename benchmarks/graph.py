"""Graph: triples a second built into the store and exported, beside pyoxigraph alone on the same quads.

Ours is measured on the atlas as a site serves it, its studies on disk. What takes memory runs in a process of its own.
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyoxigraph as ox

from entries import collector
from entries.atlas import Atlas
from explorer import snapshot
from graph.export import serialize_all
from graph.network import build_network
from graph.store import GraphStore
from graph.store_changes import update

HEADER = ("what", "ours", "pyoxigraph alone", "ours / alone")
FORMS = ("nquads", "ntriples", "trig", "turtle", "rdfxml", "jsonld")
PEERS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}
UPDATES = 3


def measure(atlas: Atlas, folder: Path) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    snapshot.write(folder / "snapshot", atlas)
    served = snapshot.read(folder / "snapshot")
    seconds, most = _alone("store", folder)
    store = GraphStore.open(folder / "graph")
    quads = store.counts["quads"]
    (folder / "quads.nq").write_bytes(b"".join(serialize_all(served, "nquads")))
    alone = _seconds(lambda: _bulk_load(folder / "alone", folder / "quads.nq"))
    yield "quads a second into the store", quads / seconds, quads / alone, alone / seconds
    yield "MB of memory at most while the store is written", most, "-", "-"
    for form in FORMS:
        seconds = _seconds(lambda form=form: _drain(serialize_all(served, form)))
        if form in PEERS:
            alone = _seconds(lambda form=form: _dump(store, PEERS[form]))
            yield f"quads a second exported as {form}", quads / seconds, quads / alone, alone / seconds
        else:
            yield f"quads a second exported as {form}", quads / seconds, "-", "-"
    yield "ms until one changed study is in a new store", _updated(atlas, folder) * 1e3, "-", "-"
    seconds, most = _alone("network", folder)
    yield "seconds to make the network", seconds, "-", "-"
    yield "MB of memory at most while the network is made", most, "-", "-"
    yield "quads", quads, "-", "-"
    store.close()


def _bulk_load(folder: Path, lines: Path) -> None:
    folder.mkdir()
    ox.Store(str(folder)).bulk_load(path=str(lines), format=ox.RdfFormat.N_QUADS)


def _dump(store: GraphStore, form: ox.RdfFormat) -> None:
    """The whole store; a syntax without graphs takes the largest thing that it can: each graph in turn."""
    if form.supports_datasets:
        store.oxigraph.dump(io.BytesIO(), form)
        return
    for graph in store.oxigraph.named_graphs():
        store.oxigraph.dump(io.BytesIO(), form, from_graph=graph)


def _updated(atlas: Atlas, folder: Path) -> float:
    """Seconds from an atlas with one changed study, digests known as in a build, to a store that holds it; the best."""
    first = next(iter(atlas.studies.values()))
    times = []
    for n in range(UPDATES):
        changed = first.model_copy(update={"title": f"Another title {n}"})
        now = atlas.with_studies([changed, *(s for s in atlas.studies.values() if s.id != first.id)])
        now.digest()
        times.append(_seconds(lambda now=now, n=n: update(now, folder / f"new-{n}", folder / "graph", atlas.digests)))
    return min(times)


def _drain(chunks: Iterator[bytes]) -> int:
    return sum(map(len, chunks))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _alone(what: str, folder: Path) -> tuple[float, float]:
    """(seconds, MB of memory at most) of one piece of work in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.graph", what, str(folder)]
    seconds, most = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, most


def _main(what: str, folder: Path) -> None:
    atlas = snapshot.read(folder / "snapshot")
    collector.settle()
    if what == "store":
        seconds = _seconds(lambda: GraphStore.build(atlas, folder / "graph").close())
    else:
        seconds = _seconds(lambda: build_network(atlas))
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
