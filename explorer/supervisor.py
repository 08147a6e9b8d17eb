"""Several processes that do the same: one that ends is replaced; when this one is told to end, all of them end."""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType, TracebackType

from explorer.worker import GRACE, HANDLED, Lifeline, fork

SOUND = 10.0  # seconds after which a process is taken to have started well
SHORTEST, LONGEST = 0.1, 30.0  # seconds before one that did not is started again; twice as long each time
LOOK_EVERY = 1.0  # seconds, if no signal comes before
ENDING = {signal.SIGTERM, signal.SIGINT}


class Signals:
    """The signals that concern a parent, as something to wait for."""

    def __enter__(self) -> "Signals":
        self._inbox, self._told = socket.socketpair()
        self._told.setblocking(False)
        self._inbox.setblocking(False)
        self._fd = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, _noted) for number in HANDLED}
        return self

    def wait(self, seconds: float) -> set[int]:
        """The signals that came, as soon as there is one; none after so many seconds."""
        if not select.select([self._inbox], [], [], max(0.0, seconds))[0]:
            return set()
        return set(self._inbox.recv(1024))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd)
        self._inbox.close()
        self._told.close()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The number is in the inbox already."""


@dataclass
class _Place:
    """Room for one process. ``due``: when to start it (monotonic clock), while there is none."""

    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    pause: float = SHORTEST


class Supervisor:
    """Keeps ``processes`` processes at work, each doing ``work(place)``; ``left(place)`` is called when one has ended.

    To be used in a process with one thread.
    """

    def __init__(
        self, work: Callable[[int], None], processes: int, left: Callable[[int], None] = lambda place: None
    ) -> None:
        self._work, self._left = work, left
        self._places = [_Place() for _ in range(processes)]
        self._lifeline = Lifeline()

    def first(self, work: Callable[[], object]) -> int:
        """Do something in a process of its own and wait for its end; gives its exit status."""
        with Signals() as signals:
            pid = fork(work, self._lifeline)
            while (status := _ended(pid)) is None:
                if signals.wait(LOOK_EVERY) & ENDING:
                    _end([pid], signals)
                    return 128 + signal.SIGTERM
        return status

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Keep all at work until SIGTERM or Ctrl+C, then end them. ``ready`` is called once all are started."""
        with Signals() as signals:
            self._start_what_is_due()
            ready()
            while not signals.wait(self._pause()) & ENDING:
                self._look()
                self._start_what_is_due()
            _end([place.pid for place in self._places if place.pid], signals)
        self._lifeline.close()

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for number, place in enumerate(self._places):
            if not place.pid and place.due <= now:
                place.pid = fork(lambda number=number: self._work(number), self._lifeline)  # type: ignore[misc]
                place.started = now

    def _pause(self) -> float:
        """Seconds until somebody is due, or until a look around."""
        due = [place.due - time.monotonic() for place in self._places if not place.pid]
        return min([LOOK_EVERY, *due])

    def _look(self) -> None:
        """See who has ended, and when to start another."""
        for number, place in enumerate(self._places):
            if place.pid and (status := _ended(place.pid)) is not None:
                self._left(number)
                now = time.monotonic()
                place.pause = SHORTEST if now - place.started >= SOUND else min(LONGEST, 2 * place.pause)
                place.due = now + place.pause
                _say(f"Process {place.pid} {_how(status)}; another is started in {place.pause:.1f} s.")
                place.pid = 0


def _ended(pid: int) -> int | None:
    """How a child ended, negative where by a signal; None while it runs."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:  # somebody else asked before us
        return 0
    return os.waitstatus_to_exitcode(status) if found else None


def _how(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"was ended by signal {-status}"


def _end(pids: Iterable[int], signals: Signals) -> None:
    """Tell processes to end, and kill those that have not after a while, or when told a second time."""
    left, patience = set(pids), time.monotonic() + GRACE
    _signal(left, signal.SIGTERM)
    while left := {pid for pid in left if _ended(pid) is None}:
        if signals.wait(min(0.1, patience - time.monotonic())) & ENDING or time.monotonic() > patience:
            _signal(left, signal.SIGKILL)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
