"""In which order one process answers: completions and pages in memory at once, other pages one after another.

Threads of one process take turns at the interpreter. Eight pages made at the same time are all ready at the end, and
whatever is asked meanwhile waits for each of them; one after another they are ready sooner on average, and a
completion or a page that was made before, which take a millisecond, wait for one of them at most.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

QUICK = "/complete"  # what the path of an address ends with that is answered while somebody types
FEW = 3  # threads of which none can be spared
LONG = 0.1  # seconds after which an answer is taken to wait for something else: a query in SPARQL, a slow reader


class Lanes(ThreadedTaskDispatcher):
    """Waitress's threads, of which one is left for what is quick where there are more than FEW.

    Of the others at most ``abreast`` begin at the same time; who has not finished after LONG seconds is not counted
    any more, so that nothing that waits, or is sent for minutes, holds up what came after it. ``made``: whether what is
    at an address, as it was asked for, was made before and is quick therefore.
    """

    def __init__(self, threads: int, abreast: int, made: Callable[[str], bool] = lambda uri: False) -> None:
        super().__init__()
        self._abreast = abreast
        self._made = made
        self._room = threads - 1 if threads > FEW else threads
        self._quick: deque[Any] = deque()
        self._begun: dict[int, float] = {}  # when each thread began what is not quick (monotonic clock)
        self.set_thread_count(threads)

    def add_task(self, task: Any) -> None:
        """Put a connection with a request in line."""
        with self.lock:
            (self._quick if self._is_quick(task.requests[0]) else self.queue).append(task)
            self.queue_cv.notify()

    def _is_quick(self, request: Any) -> bool:
        """Whether an answer takes no time to speak of, such as that to a request which could not be read."""
        return bool(request.error) or request.path.endswith(QUICK) or self._made(request.request_uri)

    def handler_thread(self, thread_no: int) -> None:
        """What each thread does."""
        while (task := self._taken(thread_no)) is not None:
            try:
                task.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", task)
            with self.lock:
                self._begun.pop(thread_no, None)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End the threads; what is in line is told that it will not be answered."""
        with self.lock:
            self.queue.extend(self._quick)
            self._quick.clear()
        return bool(super().shutdown(cancel_pending, timeout))

    def _taken(self, thread_no: int) -> Any:
        """What is next for a thread, as soon as there is something; None when it is to end."""
        with self.lock:
            while not self.stop_count:
                task, seconds = self._next(thread_no)
                if task is not None:
                    return task
                self.active_count -= 1
                self.queue_cv.wait(seconds)
                self.active_count += 1
            self.active_count -= 1
            self.stop_count -= 1
            self.threads.discard(thread_no)
            self.thread_exit_cv.notify()
            return None

    def _next(self, thread_no: int) -> tuple[Any, float | None]:
        """What may begin now, or the seconds after which to look again (None: when something comes or ends)."""
        if self._quick:
            return self._quick.popleft(), None
        if not self.queue or len(self._begun) >= self._room:
            return None, None
        now = time.monotonic()
        left = [seconds for begun in self._begun.values() if (seconds := begun + LONG - now) > 0]
        if len(left) >= self._abreast:
            return None, min(left)
        self._begun[thread_no] = now
        task = self.queue.popleft()
        if self.queue:
            self.queue_cv.notify()  # another one watches over what is left
        return task, None
