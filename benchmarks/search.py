"""Search: documents a second indexed, milliseconds a request, ours and the bare engine in the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.bare import Bare, BareTantivy, BareWhoosh, Plain, plain_documents
from benchmarks.requests import Asked, asked
from benchmarks.timing import Timed, in_turn
from entries.atlas import Atlas
from index import engine as engines

BARE: dict[str, Callable[[Path, Sequence[Plain]], Bare]] = {"tantivy": BareTantivy, "whoosh": BareWhoosh}
MOST = {"tantivy": 10_000, "whoosh": 30}  # requests: bare Whoosh counts facets for seconds
HEADER = ("engine", "what", "ours", "bare", "ours / bare", "p99 ours")


def measure(atlas: Atlas, engine: str, folder: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table for one engine."""
    documents = plain_documents(atlas)
    started = time.perf_counter()
    bare = BARE[engine](folder / f"bare-{engine}", documents)
    bare_rate = len(documents) / (time.perf_counter() - started)
    started = time.perf_counter()
    engines.build(atlas, folder / engine, engine=engine)
    rate = len(documents) / (time.perf_counter() - started)
    yield engine, "entries indexed a second", rate, bare_rate, rate / bare_rate, "-"
    sizes = [_megabytes(folder / engine), _megabytes(folder / f"bare-{engine}")]
    yield engine, "index size, MB", *sizes, sizes[0] / sizes[1], "-"
    ours = engines.open_index(folder / engine, atlas)
    for chosen in (0, 1, 2):
        found = in_turn([_pair(ours, bare, a) for a in asked(atlas, min(requests, MOST[engine]), chosen)])
        yield _row(engine, f"ms a search, {chosen} facet values chosen", *found)
    ours.close()


def _pair(ours: engines.SearchEngine, bare: Bare, a: Asked) -> tuple[Callable[[], object], Callable[[], object]]:
    def asked_anew() -> object:
        ours.forget()  # what it remembers of earlier requests would flatter it
        return ours.search(a.request)

    return asked_anew, (lambda: bare.search(a.words, a.chosen))


def _row(engine: str, what: str, ours: Timed, bare: Timed) -> tuple[object, ...]:
    return engine, what, ours.median, bare.median, ours.median / bare.median, ours.p99


def _megabytes(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20
