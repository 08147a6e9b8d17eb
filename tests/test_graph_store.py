"""The store: built beside and swapped in, opened by several at once, never half."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import graph_samples as samples
import pyoxigraph as ox
import pytest
from bounded import at_most
from rdflib import Graph, URIRef

from entries.atlas import Atlas
from graph import store as store_module
from graph.errors import GraphBuildError, GraphUnusable, QueryFailed
from graph.export import serialize_all
from graph.rdf import quads
from graph.sparql import query
from graph.store import MARKER, GraphStore, QuadStream

ROOT = Path(__file__).parents[1]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    GraphStore.build(samples.small(), tmp_path / "graph").close()
    return tmp_path / "graph"


def folders(path: Path) -> list[str]:
    return sorted(p.name for p in path.glob("quads-*"))


def test_everything_is_in_the_store(built: Path) -> None:
    atlas = samples.small()
    with GraphStore.open(built) as store:
        expected = list(quads(atlas))
        assert store.counts == {"quads": len(expected), "graphs": len({q[3] for q in expected}), "studies": 3}
        assert len(store.oxigraph) == len(expected)
        assert store.marker.digest == atlas.digest()
        text = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in expected)
        assert set(store.oxigraph) == set(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def test_rdflib_dataset_over_it(built: Path) -> None:
    with GraphStore.open(built) as store:
        query = "SELECT ?label WHERE { ?c a skos:Concept ; skos:notation 'nf-kb' ; skos:prefLabel ?label }"
        assert [str(row[0]) for row in store.dataset.query(query)] == ["NF-κB"]
        name = URIRef(f"{samples.BASE}studies/maes-2007-not-mind#graph")
        named = Graph(store=store.dataset.store, identifier=name)
        assert len(named) == len(store.named_graph(f"<{named.identifier}>").triples) > 30
        with pytest.raises(RuntimeError):
            store.oxigraph.add(ox.Quad(ox.NamedNode("http://a"), ox.NamedNode("http://a"), ox.NamedNode("http://a")))


def test_a_closed_store_says_so(built: Path) -> None:
    store = GraphStore.open(built)
    store.close()
    with pytest.raises(GraphUnusable, match="has been closed"):
        store.oxigraph  # noqa: B018


def test_an_empty_atlas_has_a_store(tmp_path: Path) -> None:
    with GraphStore.build(samples.empty(), tmp_path / "g") as store:
        assert store.counts["studies"] == 0
        assert store.counts["quads"] == len(store.oxigraph) > 0


def test_progress_counts_studies(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    GraphStore.build(samples.generated(30), tmp_path / "g", progress=lambda done, of: seen.append((done, of))).close()
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert seen[-1] == (30, 30)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda p: shutil.rmtree(p), "there is no graph store here"),
        (lambda p: (p / MARKER).unlink(), "half written"),
        (lambda p: (p / MARKER).write_text("{"), "not the marker"),
        (lambda p: (p / MARKER).write_text("[1, 2]"), "not the marker"),
        (lambda p: (p / MARKER).write_bytes(b"\xff\xfe"), "not the marker"),
        (lambda p: (p / MARKER).write_text('{"format": 1}'), "not the marker"),
        (lambda p: _edit(p, format=99), "format 99"),
        (lambda p: _edit(p, folder="../../etc"), "is not there"),
        (lambda p: _edit(p, folder="quads-none"), "is not there"),
        (lambda p: shutil.rmtree(p / folders(p)[0]), "is not there"),
        (lambda p: _truncate(p), "damaged"),
        (lambda p: (p / folders(p)[0] / "CURRENT").write_text("MANIFEST-999999\n"), "damaged"),
        (lambda p: _halve(next((p / folders(p)[0]).glob("MANIFEST-*"))), "damaged .*bytes and not the"),
        (lambda p: next((p / folders(p)[0]).glob("*.sst")).unlink(), "damaged"),
    ],
)
def test_unusable_stores_are_named_with_their_mend(built: Path, harm, message: str) -> None:  # type: ignore[no-untyped-def]
    harm(built)
    with pytest.raises(GraphUnusable, match=message) as caught:
        GraphStore.open(built)
    assert "run `evidence build --full`" in str(caught.value)
    assert str(built) in str(caught.value)


NOBODY = """
import os, sys
sys.path[:0] = {paths!r}
from graph.errors import GraphUnusable
from graph.store import GraphStore
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    GraphStore.open({target!r})
except GraphUnusable as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights of files are set otherwise here")
@pytest.mark.parametrize("which", [".", MARKER, "quads-*", "quads-*/CURRENT", "quads-*/*.sst"])
def test_what_may_not_be_read_is_said_to_be_just_that(built: Path, which: str) -> None:
    """Not damaged, nor to be built anew. Root reads whatever it wants, so that somebody else has to try."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # pytest's own folders are closed to others
        path = shutil.copytree(built, Path(name) / "graph")
        for file in (path,) if which == "." else path.glob(which):
            file.chmod(0)
        code = NOBODY.format(paths=[str(ROOT)], target=str(path))
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for file in (path, *path.glob("quads-*")):
            file.chmod(0o755)
    assert "cannot be read" in told
    assert "let the account that runs this program read it" in told
    assert "damaged" not in told


def _halve(file: Path) -> None:
    """Cut a file in half: of a manifest the engine reads what is left, and finds an empty store."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _edit(path: Path, **changes: object) -> None:
    marker = json.loads((path / MARKER).read_text())
    (path / MARKER).write_text(json.dumps(marker | changes))


def _truncate(path: Path) -> None:
    largest = max((path / folders(path)[0]).glob("*.sst"), key=lambda p: p.stat().st_size)
    os.truncate(largest, 10)


def _flip(folder: Path) -> None:
    """Other bytes in the data of a store, such as a failing disk gives; its indexes stay whole, so that it opens."""
    for file in folder.glob("*.sst"):
        data = bytearray(file.read_bytes())
        if len(data) < 10_000:
            continue  # too small to have much but its index
        for place in range(100, len(data) // 3, 200):
            data[place] ^= 0xFF
        file.write_bytes(data)


def test_damage_inside_is_told_when_it_is_met(tmp_path: Path) -> None:
    GraphStore.build(samples.generated(60), tmp_path).close()
    _flip(tmp_path / folders(tmp_path)[0])
    with GraphStore.open(tmp_path) as store, pytest.raises(GraphUnusable, match=r"damaged .*build --full"):
        list(serialize_all(store, "nquads"))
    with pytest.raises(QueryFailed, match=r"Corruption.*build --full"):
        query(tmp_path, "SELECT * { ?s ?p ?o }")


def test_somebody_elses_folder(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("hello")
    with pytest.raises(GraphUnusable, match="there is no graph store here"):
        GraphStore.open(tmp_path)


def test_a_full_disk_leaves_the_old_store(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = folders(built)

    def full(self: QuadStream) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(QuadStream, "_next", full)
    with pytest.raises(GraphBuildError, match=r"No space left on device.*untouched"):
        GraphStore.build(samples.generated(5), built)
    assert folders(built) == before
    with GraphStore.open(built) as store:
        assert store.counts["studies"] == 3


def test_a_full_disk_at_the_last_moment(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = folders(built)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GraphBuildError, match=r"No space left.*untouched"):
        GraphStore.build(samples.generated(5), built)
    assert folders(built) == before
    assert sorted(p.name for p in built.iterdir()) == [MARKER, *before]
    GraphStore.open(built).close()


def test_an_error_of_ours_in_the_middle_is_not_hidden(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: QuadStream) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(QuadStream, "_next", broken)
    with pytest.raises(KeyboardInterrupt):
        GraphStore.build(samples.generated(5), built)
    assert len(folders(built)) == 1
    GraphStore.open(built).close()


SLOW_BUILD = """
import sys, time
sys.path[:0] = {paths!r}
import graph_samples as samples
from graph.store import GraphStore, QuadStream
original = QuadStream._next
def slow(self):
    if self.graphs == 20:
        print("half way", flush=True)
        time.sleep(60)
    return original(self)
QuadStream._next = slow
GraphStore.build(samples.generated(50), {target!r})
"""


def test_kill_9_in_the_middle_keeps_the_old_store(built: Path) -> None:
    before = folders(built)
    code = SLOW_BUILD.format(paths=[str(ROOT), str(ROOT / "tests")], target=str(built))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half way\n"
        process.send_signal(signal.SIGKILL)
    assert len(folders(built)) == 2, "the killed build left its part"
    with GraphStore.open(built) as store:
        assert store.counts["studies"] == 3
    GraphStore.build(samples.generated(5), built).close()
    assert len(folders(built)) == 1, "the next build sweeps up"
    assert folders(built) != before


READER = """
import sys
sys.path[:0] = {paths!r}
from graph.store import GraphStore
store = GraphStore.open({target!r})
print(len(list(store.oxigraph)), flush=True)
sys.stdin.readline()
print(len(list(store.oxigraph)), flush=True)
"""


def test_two_processes_and_this_one_at_once_and_over_a_swap(built: Path) -> None:
    code = READER.format(paths=[str(ROOT), str(ROOT / "tests")], target=str(built))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    others = [subprocess.Popen([sys.executable, "-c", code], **pipes) for _ in range(2)]  # type: ignore[call-overload]
    with GraphStore.open(built) as mine:
        count = str(len(list(mine.oxigraph)))
        assert [p.stdout.readline().strip() for p in others] == [count, count]
        GraphStore.build(samples.generated(5), built).close()
        told = [p.communicate("go on\n", timeout=120)[0].strip() for p in others]
        assert told == [count, count], "readers keep the store that they opened"
        assert str(len(list(mine.oxigraph))) == count
    with GraphStore.open(built) as fresh:
        assert fresh.counts["studies"] == 5


def test_reading_changes_nothing_on_disk(built: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in built.rglob("*")}

    before = state()
    with GraphStore.open(built) as store:
        assert b"".join(serialize_all(store, "nquads"))
    assert state() == before


def test_the_stream_is_never_held_whole() -> None:
    atlas = samples.generated(300)
    stream = QuadStream(atlas)
    largest = 0
    while stream.more():
        while chunk := stream.read(4096):
            largest = max(largest, len(stream._held) + len(chunk))
    assert stream.quads > 30_000
    assert largest < 200_000


@pytest.mark.parametrize("part", [1, 1_000, 10**9])
def test_a_store_loaded_in_parts_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    atlas = samples.generated(12)
    monkeypatch.setattr(store_module, "PART", part)
    with GraphStore.build(atlas, tmp_path / "g") as store:
        expected = "".join(f"{s} {p} {o} {g} .\n" for s, p, o, g in quads(atlas))
        assert set(store.oxigraph) == set(ox.parse(expected, format=ox.RdfFormat.N_QUADS))
        assert store.counts["quads"] == len(store.oxigraph)


def test_parts_are_merged_before_the_store_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each small change later begins to merge all that lies over one another, until one of them has to wait."""
    files = []
    for part in (10**9, 1_000):
        monkeypatch.setattr(store_module, "PART", part)
        with GraphStore.build(samples.generated(60), tmp_path / str(part)) as store:
            files.append(len(list(store.folder.glob("*.sst"))))
    assert files[1] - files[0] < 4, "at most the engine's list of graphs, which is small, lies in several files"


def test_opening_is_quick(built: Path) -> None:
    GraphStore.open(built).close()
    with at_most(2):
        GraphStore.open(built).close()


def test_build_of_an_atlas_in_a_path_with_spaces(tmp_path: Path) -> None:
    path = tmp_path / "a folder é"
    GraphStore.build(Atlas.of(samples.config(), samples.vocabulary(), [samples.maes()]), path).close()
    assert GraphStore.open(path).counts["studies"] == 1
