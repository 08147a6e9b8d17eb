"""Processes forked from this one: each does its work, ends when it is told to, and never outlives its parent."""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Set
from contextlib import suppress
from typing import NoReturn

from entries.errors import EvidenceError
from explorer.serving import ended

HANDLED: Set[signal.Signals] = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD} if hasattr(os, "fork") else frozenset()
GRACE = 10.0  # seconds from being told to end until it is enforced
FAILED = 1  # exit status


class Lifeline:
    """A pipe that only the parent holds open: who reads from it learns that the parent has gone, however it went."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def hold(self) -> None:
        """In a forked process: end when the parent has gone."""
        os.close(self._write)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        os.read(self._read, 1)  # nothing is ever written: this returns when the other end is closed
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(FAILED)

    def close(self) -> None:
        """In the parent: let go of both ends."""
        os.close(self._read)
        os.close(self._write)


def fork(work: Callable[[], object], lifeline: Lifeline) -> int:
    """Do some work in a process of its own; gives that process's id. To be called while there is one thread only."""
    sys.stdout.flush()  # or both would write what waits there
    sys.stderr.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)  # a signal waits until the child knows what to do
    try:
        pid = os.fork()
        if pid == 0:
            _live(work, lifeline)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _live(work: Callable[[], object], lifeline: Lifeline) -> NoReturn:
    """The whole life of a forked process. An error of ours is a sentence, as on the command line."""
    status = FAILED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, ended)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to all processes; the parent passes it on
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        lifeline.hold()
        work()
        status = 0
    except EvidenceError as error:
        print(f"Error: {error}", file=sys.stderr)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else FAILED
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):  # nobody may be there to read it
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)  # what the parent meant to do at its end is not ours to do
