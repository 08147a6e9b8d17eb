"""A bound on the work that hostile input makes, which other people's work on the same machine cannot exceed for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What happens within takes at most so many processor seconds of this process."""
    before = time.process_time()
    yield
    used = time.process_time() - before
    assert used < seconds, f"{used:.1f} processor seconds, of at most {seconds}"
