"""The dataset on disk: an Oxigraph store behind rdflib's Dataset, written once and then only read.

A store is a folder with ``graph.json`` (the marker) and one ``quads-...`` folder that the marker names. A build writes
a new ``quads-...`` folder beside the old one and then replaces the marker in one step: whatever happens before that
step, readers go on with the old store; readers that have it open keep it.
"""

import io
import json
import shutil
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset

from entries.atlas import Atlas
from entries.errors import StoreError
from entries.store import write_atomic
from graph.errors import GraphBuildError, GraphUnusable
from graph.namespaces import Names
from graph.rdf import GRAPHS, named_graphs
from graph.terms import NamedGraph, n_quads, parse_line

FORMAT = 3  # raise it when the model changes so that an older store would mislead
MARKER = "graph.json"
PART = 600_000  # quads loaded at a time: they take the loader some 600 MB; smaller parts are more to merge
MEND = "run `evidence build --full` to make it anew"
RIGHTS = "let the account that runs this program read it"
_PREFIX = "quads-"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Marker:
    """What ``graph.json`` says: which folder holds the store, made from what, and how much is in it."""

    format: int
    folder: str
    digest: str
    base: str
    made: str
    counts: dict[str, int]
    changed: int = 0  # studies put in or taken out since the store was last written whole
    files: dict[str, int] = field(default_factory=dict)  # bytes of each file that the engine needs, by name


class GraphStore:
    """An open store. Reading only; any number of processes may have it open at once."""

    def __init__(self, path: Path, marker: Marker, store: ox.Store) -> None:
        self.path = path
        self.marker = marker
        self._store: ox.Store | None = store
        self._dataset: Dataset | None = None

    @classmethod
    def build(cls, atlas: Atlas, path: Path | str, progress: Progress | None = None) -> "GraphStore":
        """Write the whole atlas into a store at ``path`` and open it; ``progress(done, total)`` counts studies.

        A store that is already there stays as it is until the new one is complete. Raises GraphBuildError.
        """
        return cls.written(atlas, Path(path), lambda target: (_load(atlas, target, progress), 0))

    @classmethod
    def written(cls, atlas: Atlas, path: Path, fill: Callable[[Path], tuple[dict[str, int], int]]) -> "GraphStore":
        """Let ``fill`` write a store beside the one at ``path``, then put it in its place and open it.

        ``fill`` gets a folder that is not there yet and returns the counts and how many studies were changed since
        the store was last written whole. Raises GraphBuildError.
        """
        target = path / f"{_PREFIX}{uuid.uuid4().hex[:12]}"
        try:
            path.mkdir(parents=True, exist_ok=True)
            counts, changed = fill(target)
            marker = _marker(atlas, target, counts, changed)
            _swap(path, marker)
        except (OSError, RuntimeError) as error:
            _abandon(target, error)
            reason = getattr(error, "strerror", None) or str(error)
            raise GraphBuildError(
                f"{path}: the graph store could not be written: {reason}; "
                "free some space or check the rights, and build again. A store that was there before is untouched."
            ) from error
        except BaseException as error:
            _abandon(target, error)
            raise
        _sweep(path, keep=target.name)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str) -> "GraphStore":
        """Open a store for reading. Raises GraphUnusable where it is missing, half written, damaged or not ours."""
        path = Path(path)
        marker = read_marker(path)
        try:
            return cls(path, marker, ox.Store.read_only(str(path / marker.folder)))
        except (OSError, RuntimeError) as error:
            raise _unusable(path, error) from error

    @property
    def counts(self) -> dict[str, int]:
        """How many ``quads``, ``graphs`` and ``studies`` the store holds."""
        return dict(self.marker.counts)

    @property
    def base(self) -> str:
        """The base IRI that the store was built for."""
        return self.marker.base

    @property
    def folder(self) -> Path:
        """The Oxigraph folder itself."""
        return self.path / self.marker.folder

    @property
    def oxigraph(self) -> ox.Store:
        """The store as pyoxigraph has it. Raises GraphUnusable after :meth:`close`."""
        if self._store is None:
            raise GraphUnusable(f"{self.path}: this graph store has been closed; open it again")
        return self._store

    @property
    def dataset(self) -> Dataset:
        """The store as an rdflib Dataset, its default graph being the union of all; prefixes are bound."""
        if self._dataset is None:
            self._dataset = Dataset(store=OxigraphStore(store=self.oxigraph), default_union=True)
            for prefix, namespace in Names(self.base).prefixes().items():
                self._dataset.bind(prefix, namespace)
        return self._dataset

    def named_graphs(self) -> Iterator[NamedGraph]:
        """Every named graph in the order of names, its triples in the order of subjects. Raises GraphUnusable."""
        with self.reading():
            names = sorted(str(graph) for graph in self.oxigraph.named_graphs())
        yield from map(self.named_graph, names)

    def named_graph(self, name: str) -> NamedGraph:
        """One named graph; without triples where the store has none of that name. ``name``: a term, ``<...>``.

        Raises GraphUnusable where what is stored is damaged.
        """
        with self.reading():
            found = self.oxigraph.quads_for_pattern(None, None, None, ox.NamedNode(name[1:-1]))
            triples = (parse_line(str(quad.triple)) for quad in found)
            return NamedGraph(name, tuple(sorted((s, p, o) for s, p, o in triples)))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is damaged inside shows only when it is read. Raises GraphUnusable then."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise _unusable(self.path, error) from error

    def close(self) -> None:
        """Let go of the files."""
        self._dataset = None
        self._store = None

    def __enter__(self) -> "GraphStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_marker(path: Path) -> Marker:
    """What ``graph.json`` of a store says. Raises GraphUnusable, naming what is wrong and how to mend it."""
    file = path / MARKER
    try:
        marker = Marker(**json.loads(file.read_text(encoding="utf-8")))
        is_there = Path(marker.folder).name == marker.folder and (path / marker.folder / "CURRENT").is_file()
    except PermissionError as error:
        raise GraphUnusable(f"{error.filename or file}: cannot be read ({error.strerror}); {RIGHTS}") from error
    except FileNotFoundError:
        begun = any(path.glob(f"{_PREFIX}*"))
        reason = "the graph store is half written" if begun else "there is no graph store here"
        raise GraphUnusable(f"{path}: {reason}; {MEND}") from None
    except (OSError, ValueError, TypeError) as error:
        raise GraphUnusable(f"{file}: not the marker of a graph store ({error}); {MEND}") from error
    if marker.format != FORMAT:
        raise GraphUnusable(f"{file}: the graph store has format {marker.format}, this program needs {FORMAT}; {MEND}")
    if not is_there:
        raise GraphUnusable(f"{path}: the folder '{marker.folder}' that {MARKER} names is not there; {MEND}")
    try:
        _held_against(marker, path / marker.folder)
    except OSError as error:
        raise _unusable(path, error) from error
    return marker


def _unusable(path: Path, error: Exception) -> GraphUnusable:
    """What the engine could not read, and the mend; that it was not allowed to, it says in words alone."""
    if "Permission denied" in str(error):
        return GraphUnusable(f"{path}: the graph store cannot be read ({error}); {RIGHTS}")
    return GraphUnusable(f"{path}: the graph store is damaged ({error}); {MEND}")


def _load(atlas: Atlas, target: Path, progress: Progress | None) -> dict[str, int]:
    stream = QuadStream(atlas, progress)
    reader = io.BufferedReader(stream, 1 << 20)
    store = ox.Store(str(target))
    parts = 0
    while stream.more():  # the loader sorts what it gets in memory: a part at a time keeps that bounded
        store.bulk_load(reader, format=ox.RdfFormat.N_QUADS)
        parts += 1
    if parts > 1:  # parts lie over one another: merged now, or a small change would have to wait for it one day
        store.optimize()
    store.flush()
    del store
    return {"quads": stream.quads, "graphs": stream.graphs, "studies": len(atlas.studies)}


class QuadStream(io.RawIOBase):
    """The atlas as N-Quads to read from, made as it is read: no file and no list of it is ever held.

    It comes in parts: it seems to end after each, until :meth:`more` begins the next.
    """

    def __init__(self, atlas: Atlas, progress: Progress | None = None) -> None:
        self.quads = 0
        self.graphs = 0
        self._graphs = named_graphs(atlas)
        self._total = len(atlas.studies)
        self._first = 1 + len(atlas.vocabulary.schemes)  # graphs that come before the first study
        self._progress = progress
        self._held = b""
        self._left = 0  # quads that the part being read may still hold

    def more(self) -> bool:
        """Begin the next part, of PART quads or a little more; False where nothing is left."""
        self._left = PART
        self._held = self._next()
        return bool(self._held)

    def readable(self) -> bool:
        """Always: this is how io tells a reader from a writer."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with whole or partial lines; 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._held and self._left > 0:
            self._held = self._next()
        size = min(len(view), len(self._held))
        view[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def _next(self) -> bytes:
        graph = next(self._graphs, None)
        if graph is None:
            return b""
        self.graphs += 1
        self.quads += len(graph.triples)
        self._left -= len(graph.triples)
        if self._progress:
            self._progress(min(max(self.graphs - self._first, 0) // GRAPHS, self._total), self._total)
        return n_quads(graph.triples, graph.name).encode()


def _marker(atlas: Atlas, target: Path, counts: dict[str, int], changed: int) -> Marker:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Marker(FORMAT, target.name, atlas.digest(), atlas.config.base_iri, made, counts, changed, _sizes(target))


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file that holds quads or says which files do; they never change once the store is written."""
    kept = (p for p in folder.iterdir() if p.suffix == ".sst" or p.name == "CURRENT" or p.name.startswith("MANIFEST-"))
    return {path.name: path.stat().st_size for path in sorted(kept)}


def _held_against(marker: Marker, folder: Path) -> None:
    """Raises OSError where a file is not as long as it was: a manifest cut short makes an empty store to the engine."""
    for name, size in marker.files.items():
        found = (folder / name).stat().st_size
        if found != size:
            raise OSError(f"{name} has {found:,} bytes and not the {size:,} written")


def _swap(path: Path, marker: Marker) -> None:
    """Replace the marker in one step, after it is safely on disk. Raises GraphBuildError."""
    try:
        write_atomic(path / MARKER, json.dumps(asdict(marker), indent=1).encode())
    except StoreError as error:  # which, from here on, means studies that cannot be read
        raise GraphBuildError(f"{error}. A graph store that was there before is untouched.") from error


def _abandon(target: Path, error: BaseException) -> None:
    """Remove what was begun. The frames of the error may hold its store open, which would go on writing there."""
    traceback.clear_frames(error.__traceback__)
    shutil.rmtree(target, ignore_errors=True)


def _sweep(path: Path, keep: str) -> None:
    """Remove older stores and what interrupted builds left behind."""
    for folder in path.glob(f"{_PREFIX}*"):
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
