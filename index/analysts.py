"""The analysis of many texts in processes of their own, where a machine has cores for them.

A worker is a Python of its own that is talked to through pipes (no fork, no import of the caller's main module), so
this works in threads, daemons and scripts alike. Whatever keeps a worker from starting or from answering, its share is
analysed here: an index never depends on workers, and an error of the analysis comes out as itself.
"""

import marshal
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from index.analysis import Analyser

ENOUGH = 2_000  # studies; a worker is ready after about as long as analysing some hundred takes
CHUNK = 200  # studies that a worker is given at once
MOST_WORKERS = 3  # beside this process, which could not keep more busy
SECONDS_TO_END = 5.0

Texts = Mapping[str, Sequence[str]]  # texts by text field
Terms = dict[str, str]  # strings of terms by text field


def analysed(texts: Texts, analyser: Analyser) -> Terms:
    """The terms of one study's texts; fields without any are left out."""
    return {name: analyser.terms(parts) for name, parts in texts.items() if parts}


def workers_for(studies: int) -> int:
    """How many workers so many studies are worth, on the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores - 1, MOST_WORKERS) if studies >= ENOUGH else 0


class Analysts:
    """Workers and this process' own analyser, which learns the words that they meet. To be closed after use."""

    def __init__(self, analyser: Analyser, workers: int) -> None:
        self._analyser = analyser
        self._spare = Analyser()  # for what workers leave: an analyser serves one thread at a time
        self._sparing = threading.Lock()
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._all = [worker for _ in range(workers) if (worker := _started())]
        for worker in self._all:
            self._idle.put(worker)

    def __enter__(self) -> "Analysts":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            _end(worker)

    def terms(self, texts: Iterable[Texts]) -> Iterator[Terms]:
        """The terms of each study's texts, in order; few are taken ahead of what was given out."""
        left = iter(texts)
        if not self._all:
            yield from (analysed(one, self._analyser) for one in left)
            return
        chunks = iter(lambda: list(islice(left, CHUNK)), [])
        with ThreadPoolExecutor(len(self._all)) as threads:
            under_way: deque[Future[list[Terms]]] = deque()
            try:
                for chunk in chunks:
                    under_way.append(threads.submit(self._analysed, chunk))
                    if len(under_way) > 2 * len(self._all):
                        yield from under_way.popleft().result()
                while under_way:
                    yield from under_way.popleft().result()
            finally:
                for waiting in under_way:
                    waiting.cancel()

    def _analysed(self, chunk: list[Texts]) -> list[Terms]:
        """By the next worker that is free; here, where it fails."""
        worker = self._idle.get()
        try:
            found, words = _exchanged(worker, chunk)
        except (OSError, EOFError, ValueError, TypeError):
            _end(worker)
            return self._analysed_here(chunk)
        finally:
            self._idle.put(worker)
        self._analyser.words.update(words)
        return found

    def _analysed_here(self, chunk: list[Texts]) -> list[Terms]:
        with self._sparing:
            found = [analysed(texts, self._spare) for texts in chunk]
            self._analyser.words.update(self._spare.words)
        return found


def _started() -> "subprocess.Popen[bytes] | None":
    """A worker, or None where there can be none."""
    command = [sys.executable, "-P", "-m", "index.analysts"]
    paths = os.pathsep.join(p or str(Path.cwd()) for p in sys.path)  # the worker imports what we could
    environment = os.environ | {"PYTHONPATH": paths}
    with suppress(OSError, ValueError):
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    return None


def _exchanged(worker: "subprocess.Popen[bytes]", chunk: list[Texts]) -> tuple[list[Terms], list[str]]:
    """What a worker says of a chunk: its terms, and the words that it had not met before."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(marshal.dumps(chunk))
    worker.stdin.flush()
    found, words = marshal.load(worker.stdout)
    return found, words


def _end(worker: "subprocess.Popen[bytes]") -> None:
    """Close the pipes, upon which a worker ends by itself, and wait for it."""
    for pipe in (worker.stdin, worker.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    try:
        worker.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def work() -> None:
    """What a worker does: answer chunks until there are no more."""
    analyser = Analyser()
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            chunk = marshal.load(sys.stdin.buffer)
            found = [analysed(texts, analyser) for texts in chunk]
            words = list(analyser.words)
            analyser.words.clear()
            sys.stdout.buffer.write(marshal.dumps((found, words)))
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    work()
