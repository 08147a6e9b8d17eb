"""A few query processes for the whole site: so many queries at once, so many in line, the rest is sent away at once.

A query holds a thread of the server for as long as it runs. Both numbers together stay below the threads that
``evidence serve`` has by default, so that pages are served whatever is being asked.
"""

import contextlib
import queue
import threading
import weakref

from entries.errors import EvidenceError
from graph.sparql import TIMEOUT, ChosenGraphs, QueryWorker, SparqlResult
from graph.sparql_guard import check_words
from graph.store import GraphStore

WORKERS = 2
WAITING = 3
PATIENCE = 5.0  # seconds in line


def share(processes: int) -> tuple[int, int]:
    """(query processes, callers in line) of each of so many servers, for together what one would have."""
    return max(1, WORKERS // processes), max(1, WAITING // processes)


class PoolBusy(EvidenceError):
    """Too many queries at the same time; ``retry_after`` seconds are a fair time to wait."""

    retry_after = 5

    def __init__(self) -> None:
        super().__init__("more queries are running than this server takes at once; try again in a few seconds")


class _Place:
    """Room for one query process, started when first needed and again for every newer store."""

    def __init__(self) -> None:
        self._folder = ""
        self._worker: QueryWorker | None = None

    def worker(self, store: GraphStore) -> QueryWorker:
        """The process on this store. Raises GraphUnusable."""
        if self._worker is None or self._folder != str(store.folder):
            self.close()
            self._worker, self._folder = QueryWorker(store), str(store.folder)
        return self._worker

    def leave(self, folder: str) -> None:
        """End the process unless it works on this folder."""
        if self._folder != folder:
            self.close()

    def close(self) -> None:
        """End the process."""
        worker, self._worker = self._worker, None
        if worker:
            worker.close()


class SparqlPool:
    """Answers queries for many threads. Processes end with this one, and when a newer build takes over.

    ``workers`` processes; ``waiting`` callers in line, each for at most ``patience`` seconds; ``timeout``: seconds that
    a query may take.
    """

    def __init__(
        self, workers: int = WORKERS, waiting: int = WAITING, patience: float = PATIENCE, timeout: float = TIMEOUT
    ) -> None:
        self._line = threading.BoundedSemaphore(workers + waiting)
        self._patience = patience
        self._timeout = timeout
        self._idle: queue.LifoQueue[_Place] = queue.LifoQueue()  # the one used last is the one that is warm
        for _ in range(workers):
            self._idle.put(_Place())
        self._folder = ""
        weakref.finalize(self, _close_idle, self._idle)  # a process that is busy ends when we do: its input closes

    def query(self, store: GraphStore, text: str, graphs: ChosenGraphs | None = None) -> SparqlResult:
        """Answer a query on a store, waiting in line for at most ``patience`` seconds.

        Raises PoolBusy, and what :func:`graph.sparql.query` raises.
        """
        check_words(text)  # what is refused anyway need not wait
        if not self._line.acquire(blocking=False):
            raise PoolBusy
        try:
            place = self._place()
            try:
                self._renew(store)
                return place.worker(store).query(text, self._timeout, graphs=graphs)
            finally:
                self._idle.put(place)
        finally:
            self._line.release()

    def _place(self) -> _Place:
        try:
            return self._idle.get(timeout=self._patience)
        except queue.Empty:
            raise PoolBusy from None

    def _renew(self, store: GraphStore) -> None:
        """Idle processes let go of an older build at the first query on a newer one."""
        folder = str(store.folder)
        if folder != self._folder:
            self._folder = folder
            for place in _drained(self._idle):
                place.leave(folder)
                self._idle.put(place)

    def close(self) -> None:
        """End the idle processes; they start again when needed."""
        _close_idle(self._idle)


def _drained(idle: "queue.LifoQueue[_Place]") -> list[_Place]:
    places: list[_Place] = []
    with contextlib.suppress(queue.Empty):
        while True:
            places.append(idle.get_nowait())
    return places


def _close_idle(idle: "queue.LifoQueue[_Place]") -> None:
    for place in _drained(idle):
        place.close()
        idle.put(place)
