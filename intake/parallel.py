"""Works through items in several processes: in order, in bounded memory, and whatever happens to a process.

    with Workers(partial(Stages, data, config, vocabulary, day), processes=2) as workers:
        for result in workers.map("prepare", records):
            ...

Each process makes the object once and calls the method on one item after the other, so the method must be a function of
its item alone. What comes out is the same for every number of processes. An item that fails is a :class:`Failed` in its
place; so is one on which a process dies, after it was tried once more on its own.

This process begins by itself. Others are started where what is left would keep it busy for longer than they take to
start, by the time that its items have taken so far; until they all live, it works on.
"""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
CHUNK = 50  # items that travel together
ALONE = 3.0  # seconds of work left, from which further processes are worth their second of starting
MEASURED = 0.5  # processor seconds by which that is judged: others may keep the machine busy
WAIT = 0.0  # seconds, after each chunk, that this process waits for those that are starting
_SEEN = 2_000  # items read ahead to see how much is left; more than these is always enough
_SELDOM = 200_000  # new objects after which Python looks for cycles; a record's work makes hardly any
_AHEAD = 3  # chunks a process that are read before they are needed
_IMPOSSIBLE = (OSError, BrokenProcessPool, AssertionError, NotImplementedError)  # no fork, no semaphores, a daemon
_made: Any = None  # in a worker process: the object that it works with
_meeting: Barrier | None = None  # in a worker process: where it waits for the others


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands in the place of a result: why there is none."""

    reason: str


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Ahead(Generic[Item]):
    """Items, of which some may have been read before they are needed."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._rest = iter(items)
        self._read: deque[Item] = deque()

    def take(self, most: int) -> list[Item]:
        """The next items, ``most`` of them unless fewer are left."""
        taken = [self._read.popleft() for _ in range(min(most, len(self._read)))]
        return taken + list(islice(self._rest, most - len(taken)))

    def has(self, number: float) -> bool:
        """Whether so many are left."""
        while len(self._read) < number:
            few = list(islice(self._rest, CHUNK))
            if not few:
                return False
            self._read.extend(few)
        return True


class Workers:
    """``processes`` processes that have each made ``make()``; this one alone where no other can be started."""

    def __init__(self, make: Callable[[], Any], processes: int = 1) -> None:
        """``make`` must be picklable for more than one process."""
        self._make, self._processes = make, processes
        self.here = make()  # raises in this process what it would raise in every other
        self._pool: ProcessPoolExecutor | None = None
        self._starting: list[Future[None]] = []  # what the processes of the pool answer once they all live
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
        if not gc.get_freeze_count():  # what was made will stay: it counts as old, without a look at each object
            gc.freeze()
            gc.unfreeze()
        gc.set_threshold(*self._collected)
        self._end()

    def map(self, method: str, items: Iterable[Any], chunk: int | None = None) -> Iterator[Any]:
        """The result of the method on each item, or a Failed, in the order of the items; ``chunk`` travel together."""
        rest, size = _Ahead(items), chunk or CHUNK
        spent, done = 0.0, 0
        waiting: deque[tuple[list[Any], Future[list[Any]]]] = deque()
        while True:
            others = self._others(rest, spent, done)
            if not (few := rest.take(size)):
                break
            if others:
                waiting.append((few, self._sent(method, few)))
                if len(waiting) > self._processes * _AHEAD:
                    yield from self._next(method, waiting)
            else:
                began = time.process_time()
                results = list(_worked(self.here, method, few))
                spent, done = spent + time.process_time() - began, done + len(few)
                yield from results
        while waiting:
            yield from self._next(method, waiting)

    def _others(self, rest: _Ahead[Any], spent: float, done: int) -> bool:
        """Whether other processes take the next items: all live. Starts them where enough is left to do.

        ``spent``: the seconds that this process took for the items that are ``done``.
        """
        if self._processes < 2:
            return False
        if self._pool is None:
            enough = spent >= MEASURED and rest.has(max(1, min(ALONE * done / (spent or 1), _SEEN)))
            if not enough or not self._begun():
                return False
        return not self._starting or self._met(WAIT)

    def _begun(self) -> bool:
        """Begins to start the processes; False, now and later, where there can be none."""
        try:
            self._pool, self._starting = self._started(self._processes)
        except _IMPOSSIBLE:
            self._processes = 1
        return self._pool is not None

    def _met(self, patience: float | None = None) -> bool:
        """Whether all processes that were started live, within so many seconds; where they cannot, there are none."""
        if wait(self._starting, patience).not_done:
            return False
        try:
            for met in self._starting:
                met.result()
        except _IMPOSSIBLE:
            self._end()
            self._processes = 1
        self._starting = []
        return self._pool is not None

    def _started(self, processes: int) -> "tuple[ProcessPoolExecutor, list[Future[None]]]":
        """The processes, and what tells that all of them live.

        There is no work before: where one dies while another starts, the pool waits for ever.
        """
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(processes, context, _begin, (self._make, context.Barrier(processes)))
        return pool, [pool.submit(_meet) for _ in range(processes)]

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
            if self._begun() and self._met():
                waiting.extend((one, self._sent(method, one)) for one in again)
                return results
            return [*results, *(r for one in again for r in _worked(self.here, method, one))]

    def _alone(self, method: str, chunk: list[Any]) -> list[Any]:
        """A chunk in which a process died: item by item in a process of its own, a new one after each death."""
        results: list[Any] = []
        pool: ProcessPoolExecutor | None = None
        for item in chunk:
            try:
                pool = pool or self._started(1)[0]
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
        self._pool, self._starting = None, []


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
