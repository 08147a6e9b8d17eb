"""The collector rests while much is made, and only then."""

import gc
import weakref

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
