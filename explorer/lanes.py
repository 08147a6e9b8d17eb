"""Who serves which request: what takes a moment has a thread of its own and never waits behind a page.

Threads of Python that compute at the same time get in each other's way, so one thread answers all of what is quick.
"""

from typing import Any

from waitress.task import ThreadedTaskDispatcher

QUICK = ("/complete",)  # ends of paths, whatever prefix the site is served under


class Lanes(ThreadedTaskDispatcher):
    """Tasks of a waitress server: ``threads`` for all that may take long, and one more for what is quick."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._quick = ThreadedTaskDispatcher()
        self._quick.set_thread_count(1)
        self.set_thread_count(threads)

    def add_task(self, task: Any) -> None:
        """Put a connection in line, by what it asks for next."""
        asked = task.requests[0]
        if asked.error is None and asked.path.endswith(QUICK):
            self._quick.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End all threads, each after what it is at; whether those that wait were told so."""
        quick = self._quick.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout) and quick)
