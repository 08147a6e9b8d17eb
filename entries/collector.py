"""The garbage collector and a heap of a million objects that live as long as the process."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def paused() -> Iterator[None]:
    """Let it rest while much is made that stays: looking for garbage in it doubles the time for 20,000 entries."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """What is there now stays: later collections pass over it, and no request waits while they walk through it.

    What was settled before and is no longer used, such as an earlier build, goes first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def release() -> None:
    """Let go of what is no longer used, and give its memory back to the system, where the C library can (glibc)."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # another C library, or a system without one to ask
        ctypes.CDLL(None).malloc_trim(0)
