"""A folder for what a measurement writes, and processes that measure: nothing of either is left, however it ends."""

import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from intake.parallel import follow_parent

_CONTEXT = multiprocessing.get_context("spawn")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own, gone afterwards; a process that watches takes it away where this one is killed."""
    with tempfile.TemporaryDirectory(prefix="evidence-bench-", dir=os.environ.get("TMPDIR")) as place:
        ready = _CONTEXT.Event()
        watching = _CONTEXT.Process(target=_remove_after_parent, args=(place, ready), daemon=True)
        watching.start()
        ready.wait()
        try:
            yield Path(place)
        finally:
            watching.kill()  # SIGTERM is what it must live through
            watching.join()


def _remove_after_parent(place: str, ready: Any) -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    ready.set()
    if parent := multiprocessing.parent_process():
        parent.join()
        shutil.rmtree(place, ignore_errors=True)


def measured(function: Callable[..., Any], *given: Any) -> Any:
    """What a function gives in a process of its own, whose memory nobody else has used; it goes when this one goes.

    Raises RuntimeError where the process ends without an answer.
    """
    here, there = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_answer, args=(there, function, given))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        raise RuntimeError(f"the process that measured {function.__name__} ended without an answer") from None
    finally:
        process.join()


def _answer(answers: Any, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    follow_parent()
    answers.send(function(*given))
