"""One open build: the atlas, its search engine, its graph; and how a running site moves to a newer one."""

import logging
import threading
import time
from datetime import datetime
from functools import cached_property
from pathlib import Path

import networkx as nx

from entries import collector
from entries.atlas import Atlas
from entries.errors import EvidenceError
from explorer import derived, snapshot
from explorer.build import GRAPH, INDEX
from explorer.layout import BuildInfo, Layout, NoBuild, read_info
from graph.network import build_network
from graph.store import GraphStore
from index import engine as engines
from index.engine import SearchEngine

_log = logging.getLogger(__name__)
LOOK_EVERY = 1.0  # seconds between two looks at whether a newer build was swapped in


class Instance:
    """A build, opened. Immutable: a newer build is another Instance. Parts that cost time open when first used."""

    def __init__(self, folder: Path, info: BuildInfo, atlas: Atlas, engine: SearchEngine) -> None:
        self.folder = folder
        self.info = info
        self.atlas = atlas
        self.engine = engine

    @classmethod
    def open(cls, instance: Path | str) -> "Instance":
        """Open the current build of an instance folder. Raises NoBuild, StoreError, SnapshotUnusable, IndexUnusable."""
        folder = Layout(instance).current()
        if folder is None:
            raise NoBuild(f"{instance}: nothing has been built here yet; run `evidence build`")
        info = read_info(folder)
        atlas = snapshot.read(folder)
        derived.recall(atlas, folder)
        return cls(folder, info, atlas, engines.open_index(folder / INDEX, atlas))

    @property
    def built(self) -> datetime:
        """When this build was made (UTC)."""
        return self.info.built

    @cached_property
    def network(self) -> nx.MultiDiGraph:
        """The networkx view of the atlas, made when first asked for."""
        return build_network(self.atlas)

    @cached_property
    def graph_store(self) -> GraphStore:
        """The RDF store, read only. Raises GraphUnusable."""
        return GraphStore.open(self.folder / GRAPH)

    def settle(self) -> None:
        """Make what the first requests would wait for, and tell the garbage collector that what is here stays."""
        self.engine.settle()
        collector.settle()

    def fresh(self) -> "Instance":
        """This very build; :class:`LiveInstance` gives newer ones."""
        return self

    def close(self) -> None:
        """Let go of the index and the store."""
        self.engine.close()
        if "graph_store" in self.__dict__:
            self.graph_store.close()


class LiveInstance:
    """The newest build of an instance folder: looks for a newer one at most once a second and swaps it in whole.

    A build that cannot be opened is left aside, with its reason in ``trouble``; the one before goes on serving.
    """

    def __init__(self, folder: Path | str) -> None:
        self._layout = Layout(folder)
        self._lock = threading.Lock()
        self._current = self._opened()
        self._refused: Path | None = None
        self._looked = time.monotonic()
        self.trouble: str | None = None

    def fresh(self) -> Instance:
        """The build to answer the present request with."""
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                self._look()
            finally:
                self._lock.release()
        return self._current

    def _look(self) -> None:
        folder = self._layout.current()
        if folder in (None, self._current.folder, self._refused):
            return
        try:
            # The old one is not closed: requests may still be using it. It goes when the last of them has gone.
            self._current = self._opened()
            self.trouble = None
        except EvidenceError as error:
            self._refused, self.trouble = folder, str(error)
            _log.warning("a newer build cannot be served, the one before goes on: %s", error)

    def _opened(self) -> Instance:
        build = Instance.open(self._layout.folder)
        threading.Thread(target=_settle, args=(build,), daemon=True).start()
        return build


def _settle(build: Instance) -> None:
    """Settle beside the first requests. Damage that shows here is told; a request that meets it says so, too."""
    try:
        build.settle()
    except EvidenceError as error:
        _log.error("%s", error)
