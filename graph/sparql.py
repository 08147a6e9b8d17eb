"""SPARQL 1.1 queries, reading only and bounded: what runs too long is killed, not asked to stop.

    result = query("instance/graph", "SELECT ?c { ?c a skos:Concept } LIMIT 5")
    result.rows; result.serialize("csv"); result.table()

A query sees the union of all named graphs, unless it says FROM; ``GRAPH ?g { ... }`` gives the single ones. The
prefixes of the atlas need no declaration.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from graph.errors import GraphUnusable, QueryFailed, QueryLimit, QueryRefused
from graph.namespaces import Names
from graph.sparql_guard import check_words
from graph.sparql_result import SparqlResult
from graph.store import MEND, GraphStore, read_marker

__all__ = ["ChosenGraphs", "QueryFailed", "QueryLimit", "QueryRefused", "QueryWorker", "SparqlResult", "query"]

TIMEOUT = 10.0  # seconds
MAX_ROWS = 100_000
MAX_BYTES = 50_000_000
MEMORY = 2 << 30  # bytes of address space beyond what the open store takes
STARTING = 60.0  # seconds until a worker must be ready; it takes half a second on an idle machine
_REFUSALS = {"refused": QueryRefused, "limit": QueryLimit, "failed": QueryFailed}


def query(
    store: GraphStore | Path | str,
    text: str,
    timeout: float = TIMEOUT,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> SparqlResult:
    """Answer one query in a process of its own. For many queries keep a :class:`QueryWorker`.

    Raises QueryRefused (not a query, not read-only, or reaching outside), QueryLimit (time, rows, bytes, memory),
    QueryFailed and GraphUnusable.
    """
    check_words(text)
    with QueryWorker(store) as worker:
        return worker.query(text, timeout, max_rows, max_bytes)


class ChosenGraphs(NamedTuple):
    """Names of the graphs that a caller wants asked: merged as the default graph, and those that GRAPH may name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class QueryWorker:
    """A process that answers queries on one store, one after the other; a new one is started after a kill.

    May be shared by threads: they take turns. Whoever wants queries side by side keeps several workers. ``memory``:
    bytes that a query may need. ``jailed``: whether the running process has been cut off from the network.
    """

    jailed = False

    def __init__(self, store: GraphStore | Path | str, memory: int = MEMORY) -> None:
        path = store.path if isinstance(store, GraphStore) else Path(store)
        self._marker = read_marker(path)
        self._folder = path / self._marker.folder
        self._prefixes = Names(self._marker.base).prefixes()
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def query(
        self,
        text: str,
        timeout: float = TIMEOUT,
        max_rows: int = MAX_ROWS,
        max_bytes: int = MAX_BYTES,
        graphs: ChosenGraphs | None = None,
    ) -> SparqlResult:
        """Answer one query; the time a worker takes to start is not counted. Raises as :func:`query` does.

        ``graphs``: the only ones to be asked, whatever the query's own FROM clauses say.
        """
        check_words(text)
        with self._lock:
            process = self._running()
            started = time.monotonic()
            request = {
                "query": text,
                "timeout": timeout,
                "max_rows": max_rows,
                "max_bytes": max_bytes,
                "graphs": graphs,
            }
            try:
                header, body = self._exchange(process, request, started + timeout)
            except TimeoutError:
                raise QueryLimit(f"the query took longer than {timeout:g} s and was stopped; narrow it") from None
        if header["status"] != "ok":
            raise _REFUSALS[header["status"]](header["message"])
        return SparqlResult(header["kind"], body, self._prefixes, time.monotonic() - started)

    def _exchange(
        self, process: subprocess.Popen[bytes], request: dict[str, Any], deadline: float
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request and read the answer. Whatever goes wrong, the process does not outlive it."""
        assert process.stdin
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            return _read_answer(process, deadline)
        except (EOFError, BrokenPipeError):
            code = self._end(patience=1.0)  # it is dying by itself: its own status tells why
            if code == -6:  # aborted: Rust could not allocate
                raise QueryLimit("the query needs more memory than it may have; narrow it") from None
            raise QueryFailed(f"the query engine stopped (exit status {code}); try a simpler query") from None
        except BaseException:  # a timeout or an interrupt leaves an answer on its way: this process is done
            self._end()
            raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {"folder": str(self._folder), "prefixes": self._prefixes, "memory": self._memory}
        command = [sys.executable, "-P", "-m", "graph.sparql_worker", json.dumps(settings)]
        paths = os.pathsep.join(p or str(Path.cwd()) for p in sys.path)  # the worker imports what we could
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=os.environ | {"PYTHONPATH": paths},
        )
        try:
            self.jailed = _read_answer(process, time.monotonic() + STARTING)[0]["jailed"]
        except (EOFError, TimeoutError) as error:
            process.kill()
            process.wait()
            raise GraphUnusable(f"{self._folder}: no query process could be started on this store; {MEND}") from error
        return process

    def _end(self, patience: float = 0.0) -> int | None:
        """End the process after so many seconds of patience, and give the status it ended with."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        return process.wait()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def __enter__(self) -> "QueryWorker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read_answer(process: subprocess.Popen[bytes], deadline: float) -> tuple[dict[str, Any], bytes]:
    """One header line and its body. Raises TimeoutError at the deadline (monotonic clock), EOFError if it ended."""
    assert process.stdout
    data = bytearray()
    header: dict[str, Any] | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while header is None or len(data) < header["bytes"]:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(process.stdout.fileno(), 1 << 20)
            if not chunk:
                raise EOFError
            data += chunk
            if header is None and b"\n" in data:
                line, _, data = data.partition(b"\n")
                header = json.loads(line)
    return header, bytes(data)
