"""The garbage collector and a heap of a million objects that live as long as the process."""

import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_settled_in = 0  # process id
# New objects are looked at as often as ever; all that is not settled ten times less often: that walks through every
# study that is kept, thirty milliseconds in which all requests of the process wait, and finds next to nothing.
THRESHOLDS = (700, 10, 100)
ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
ARENAS = 2


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

    What this process settled before and is no longer used, such as an earlier build, goes first. What its parent
    settled is left alone: looking at it would copy all the memory that both share.
    """
    global _settled_in
    if _settled_in == os.getpid():
        gc.unfreeze()
    _settled_in = os.getpid()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def release() -> None:
    """Let go of what is no longer used, and give its memory back to the system, where the C library can (glibc)."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # another C library, or a system without one to ask
        ctypes.CDLL(None).malloc_trim(0)


def few_arenas() -> None:
    """Let all threads take memory from the same two places, where the C library can (glibc). For before they start.

    Each thread would otherwise have its own, and keep what it once took for the hits of a large search: at 100,000
    studies a fifth of all memory. ``MALLOC_ARENA_MAX`` in the environment goes before.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)
