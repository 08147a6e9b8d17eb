"""Search: documents a second indexed, milliseconds a request, ours and the bare engine in the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import changing
from benchmarks.bare import Bare, BareTantivy, BareWhoosh, Plain, PlainDocuments
from benchmarks.peers import DatasettePage, Sqlite
from benchmarks.requests import Asked, asked
from benchmarks.timing import Timed, in_turn
from entries.atlas import Atlas
from index import engine as engines

BARE: dict[str, Callable[[Path, PlainDocuments], Bare]] = {"tantivy": BareTantivy, "whoosh": BareWhoosh}
MOST = {"tantivy": 10_000, "whoosh": 30}  # requests: bare Whoosh counts facets for seconds
MOST_PLAIN = 30  # requests to what answers in some hundred milliseconds
MOST_SECONDS = 20.0  # for one kind of requests to those beside us: what is slow is asked less often
MOST_BESIDE = 100_000  # studies: with more, SQLite takes many minutes to take them in
HEADER = ("engine", "what", "ours", "bare", "ours / bare", "p99 ours")


def measure(atlas: Atlas, engine: str, folder: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table for one engine."""
    documents = PlainDocuments(atlas, folder / f"bare-{engine}.documents")
    assert atlas.digests  # what an atlas knows of itself is no part of indexing
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
    ours.settle()
    for chosen in (0, 1, 2):
        found = in_turn([_pair(ours, bare, a) for a in asked(atlas, min(requests, MOST[engine]), chosen)])
        yield _row(engine, f"ms a search, {chosen} facet values chosen", *found)
    if isinstance(bare, BareWhoosh):
        found = in_turn([_uncounted(ours, bare, a) for a in asked(atlas, min(requests, MOST_PLAIN), 0)])
        yield _row(engine, "ms a search, bare without facets", *found)
    ours.close()
    yield from _changing(atlas, engine, folder, bare, documents, requests)


def _changing(
    atlas: Atlas, engine: str, folder: Path, bare: Bare, documents: Sequence[Plain], requests: int
) -> Iterator[tuple[object, ...]]:
    """Rows on one changed study, and on memory."""
    updated = changing.ours(atlas, folder / engine, engine)
    beside = changing.bare(bare, documents).median if isinstance(bare, BareTantivy) else "-"
    ratio = updated.median / beside if isinstance(beside, float) else "-"
    yield engine, "ms from one changed study to an answer with it", updated.median, beside, ratio, updated.p99
    opened, after = changing.memory(atlas, folder / engine, asked(atlas, requests, 1))
    yield engine, "MB that an engine holds, opened", opened, "-", "-", "-"
    yield engine, "MB that an engine holds, after requests", after, "-", "-", "-"


def beside_peers(atlas: Atlas, engine: str, folder: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows of the table beside SQLite and Datasette; the engine's index is in the folder. None of too many studies."""
    if len(atlas.studies) > MOST_BESIDE:
        return
    documents = PlainDocuments(atlas, folder / "peers.documents")
    started = time.perf_counter()
    sqlite = Sqlite(folder / "peers.db", documents)
    rate = len(documents) / (time.perf_counter() - started)
    yield "SQLite FTS5", "entries indexed a second", "-", rate, "-", "-"
    page = DatasettePage(folder / "peers.db", sqlite.facets)
    ours = engines.open_index(folder / engine, atlas)
    ours.settle()
    peers: dict[str, Bare] = {"SQLite FTS5": sqlite, "Datasette, its page": page}
    for name, peer in peers.items():
        for chosen in (0, 2):
            pairs = [_pair(ours, peer, a) for a in asked(atlas, min(requests, MOST_PLAIN), chosen)]
            found = in_turn(pairs, warm_up=0, seconds=MOST_SECONDS)
            yield _row(name, f"ms a search, {chosen} facet values chosen, {len(found[0].seconds)} requests", *found)
    page.close()
    ours.close()


def _pair(ours: engines.SearchEngine, bare: Bare, a: Asked) -> tuple[Callable[[], object], Callable[[], object]]:
    def asked_anew() -> object:
        ours.forget()  # what it remembers of earlier requests would flatter it
        return ours.search(a.request)

    return asked_anew, (lambda: bare.search(a.words, a.chosen))


def _uncounted(ours: engines.SearchEngine, bare: BareWhoosh, a: Asked) -> tuple[Callable[[], object], ...]:
    return _pair(ours, bare, a)[0], (lambda: bare.uncounted(a.words))


def _row(engine: str, what: str, ours: Timed, bare: Timed) -> tuple[object, ...]:
    return engine, what, ours.median, bare.median, ours.median / bare.median, ours.p99


def _megabytes(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20
