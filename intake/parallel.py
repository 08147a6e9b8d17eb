"""Works through items in several processes: in order, in bounded memory, and whatever happens to a process.

    with Workers(partial(Stages, data, config, vocabulary, day), processes=2) as workers:
        for result in workers.map("prepare", records):
            ...

Each process makes the object once and calls the method on one item after the other, so the method must be a function of
its item alone. What comes out is the same for every number of processes. An item that fails is a :class:`Failed` in its
place; so is one on which a process dies, after it was tried once more on its own.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Any

CHUNK = 50  # items that travel together
ALONE = 300  # items that are done before further processes are worth their second of starting
_SELDOM = 50_000  # new objects after which Python looks for cycles; a record's work makes hardly any
_AHEAD = 3  # chunks a process that are read before they are needed
_made: Any = None  # in a worker process: the object that it works with
_meeting: Barrier | None = None  # in a worker process: where it waits for the others


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands in the place of a result: why there is none."""

    reason: str


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """``processes`` processes that have each made ``make()``; this one alone where no other can be started."""

    def __init__(self, make: Callable[[], Any], processes: int = 1) -> None:
        """``make`` must be picklable for more than one process."""
        self._make, self._processes = make, processes
        self.here = make()  # raises in this process what it would raise in every other
        self._pool: ProcessPoolExecutor | None = None
        self._collected = gc.get_threshold()

    def __enter__(self) -> "Workers":
        """The workers themselves. Until they are left, this process collects garbage seldom, as they do."""
        self._collected = gc.get_threshold()
        gc.set_threshold(max(_SELDOM, self._collected[0]), *self._collected[1:])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes, without waiting for what was not asked for yet."""
        gc.set_threshold(*self._collected)
        self._end()

    def map(self, method: str, items: Iterable[Any], chunk: int | None = None) -> Iterator[Any]:
        """The result of the method on each item, or a Failed, in the order of the items; ``chunk`` travel together."""
        rest, size = iter(items), chunk or CHUNK
        if self._pool is None:
            yield from _worked(self.here, method, list(islice(rest, ALONE)))
        waiting: deque[tuple[list[Any], Future[list[Any]]]] = deque()
        for few in iter(lambda: list(islice(rest, size)), []):
            if self._pool is None and not self._begun():
                yield from _worked(self.here, method, few)
                continue
            waiting.append((few, self._sent(method, few)))
            if len(waiting) > self._processes * _AHEAD:
                yield from self._next(method, waiting)
        while waiting:
            yield from self._next(method, waiting)

    def _begun(self) -> bool:
        """Starts the processes; False, now and later, where there shall be or can be none."""
        if self._processes < 2:
            return False
        try:
            self._pool = self._started(self._processes)
        except (OSError, BrokenProcessPool, AssertionError, NotImplementedError):  # no fork, no semaphores, a daemon
            self._processes = 1
        return self._pool is not None

    def _started(self, processes: int) -> ProcessPoolExecutor:
        """All of them, before there is work: where one dies while another starts, the pool waits for ever."""
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(processes, context, _begin, (self._make, context.Barrier(processes)))
        for met in [pool.submit(_meet) for _ in range(processes)]:
            met.result()  # tells now whether processes live here at all
        return pool

    def _sent(self, method: str, chunk: list[Any]) -> "Future[list[Any]]":
        assert self._pool
        try:
            return self._pool.submit(_work, method, chunk)
        except BrokenProcessPool as error:
            broken: Future[list[Any]] = Future()
            broken.set_exception(error)
            return broken

    def _next(self, method: str, waiting: "deque[tuple[list[Any], Future[list[Any]]]]") -> list[Any]:
        """The results of the chunk that was sent first. Where a process died, all that was sent is done anew."""
        chunk, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._end()
            results = self._alone(method, chunk)
            again = [one for one, _ in waiting]
            waiting.clear()
            if self._begun():
                waiting.extend((one, self._sent(method, one)) for one in again)
                return results
            return [*results, *(r for one in again for r in _worked(self.here, method, one))]

    def _alone(self, method: str, chunk: list[Any]) -> list[Any]:
        """A chunk in which a process died: item by item in a process of its own, a new one after each death."""
        results: list[Any] = []
        pool: ProcessPoolExecutor | None = None
        for item in chunk:
            try:
                pool = pool or self._started(1)
                results += pool.submit(_work, method, [item]).result()
            except (OSError, BrokenProcessPool):
                results.append(Failed("the process that worked on it died, twice; it may have run out of memory"))
                if pool:
                    pool.shutdown()
                pool = None
        if pool:
            pool.shutdown()
        return results

    def _end(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _begin(make: Callable[[], Any], meeting: Barrier) -> None:
    """In a new process: make the object; leave interrupts to the parent, and go when it goes, however it goes."""
    global _made, _meeting
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    follow_parent()
    _made, _meeting = make(), meeting
    gc.freeze()  # the rules stay until the end
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])


def _meet() -> None:
    """Waits until every process has been made; since none can do it twice, as many are started."""
    assert _meeting
    _meeting.wait()


def follow_parent() -> None:
    """This process ends once its parent has gone; without that, a killed parent would leave it behind for ever."""
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _work(method: str, chunk: Sequence[Any]) -> list[Any]:
    return list(_worked(_made, method, chunk))


def _worked(made: Any, method: str, chunk: Iterable[Any]) -> Iterator[Any]:
    """Each result; an exception of one item harms no other."""
    function = getattr(made, method)
    for item in chunk:
        try:
            yield function(item)
        except Exception as error:
            yield Failed(f"{type(error).__name__}: {str(error)[:300]}")
