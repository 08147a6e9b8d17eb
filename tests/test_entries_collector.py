"""The collector rests while much is made, and only then."""

import gc
import platform
import weakref
from pathlib import Path

import pytest

from entries import collector


def test_paused_and_on_again_whatever_happens() -> None:
    with collector.paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), collector.paused():
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_there_is_passed_over_afterwards() -> None:
    before = gc.get_freeze_count()
    try:
        collector.settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_what_was_settled_before_and_is_garbage_now_goes() -> None:
    class Ring:
        """Refers to itself, so that only the collector can free it."""

        def __init__(self) -> None:
            self.me = self

    ring = Ring()
    watch = weakref.ref(ring)
    try:
        collector.settle()
        del ring
        gc.collect()
        assert watch() is not None  # frozen: passed over
        collector.settle()
        assert watch() is None
    finally:
        gc.unfreeze()


def _resident() -> int:
    """Bytes of this process in memory that are nobody else's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is looked up in /proc")
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back in their own time")
def test_memory_is_given_back() -> None:
    held: list[object] = [bytes(3_000) for _ in range(40_000)]
    held.append(held)  # a ring, as a cache that knows its owner is
    keeps_the_end = bytes(3_000)
    before = _resident()
    del held
    collector.release()
    assert before - _resident() > 60_000_000
    assert len(keeps_the_end) == 3_000


def test_threads_share_what_memory_they_take_from(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    class Library:
        def mallopt(self, what: int, value: int) -> int:
            asked.append((what, value))
            return 1

    monkeypatch.setattr(collector.ctypes, "CDLL", lambda name: Library())
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    collector.few_arenas()
    assert asked == [(collector.ARENA_MAX, collector.ARENAS)]
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    collector.few_arenas()
    assert len(asked) == 1, "whoever set it himself knows why"


def test_a_system_without_such_memory_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector.ctypes, "CDLL", lambda name: object())
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    collector.few_arenas()
