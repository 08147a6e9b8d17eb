"""Graph: triples a second built into the store and exported, beside pyoxigraph alone on the same quads."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from entries.atlas import Atlas
from graph.export import serialize_all
from graph.network import build_network
from graph.store import GraphStore

HEADER = ("what", "ours", "pyoxigraph alone", "ours / alone")
PEERS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}


def measure(atlas: Atlas, folder: Path) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    seconds = _seconds(lambda: GraphStore.build(atlas, folder / "graph").close())
    store = GraphStore.open(folder / "graph")
    quads = store.counts["quads"]
    lines = b"".join(serialize_all(atlas, "nquads"))
    alone = _seconds(lambda: _bulk_load(folder / "alone", lines))
    yield "quads a second into the store", quads / seconds, quads / alone, alone / seconds
    for form in ("nquads", "ntriples", "trig", "turtle", "rdfxml", "jsonld"):
        seconds = _seconds(lambda form=form: _drain(serialize_all(atlas, form)))
        if form in PEERS:
            alone = _seconds(lambda form=form: store.oxigraph.dump(io.BytesIO(), PEERS[form]))
            yield f"quads a second exported as {form}", quads / seconds, quads / alone, alone / seconds
        else:
            yield f"quads a second exported as {form}", quads / seconds, "-", "-"
    yield "seconds to make the network", _seconds(lambda: build_network(atlas)), "-", "-"
    yield "quads", quads, "-", "-"
    store.close()


def _bulk_load(folder: Path, lines: bytes) -> None:
    folder.mkdir()
    ox.Store(str(folder)).bulk_load(lines, ox.RdfFormat.N_QUADS)


def _drain(chunks: Iterator[bytes]) -> int:
    return sum(map(len, chunks))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
