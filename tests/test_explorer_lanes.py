"""In which order requests are answered: completions at once, pages in turn, nothing behind what takes long."""

from collections.abc import Callable, Iterator
from threading import Event
from types import SimpleNamespace

import pytest

from explorer import lanes
from explorer.lanes import Lanes

PATIENCE = 60.0  # seconds until something that should happen has failed to


class _Asked:
    """A connection with one request, as waitress hands it over; it is answered once ``may_end``."""

    def __init__(self, path: str, told: list[str], may_end: bool = True) -> None:
        self.requests = [SimpleNamespace(path=path, request_uri=path, error=None)]
        self.begun, self.ended, self.may_end, self.cancelled = Event(), Event(), Event(), Event()
        self._told = told
        if may_end:
            self.may_end.set()

    def service(self) -> None:
        self._told.append(self.requests[0].path)
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        self.ended.set()

    def cancel(self) -> None:
        self.cancelled.set()


@pytest.fixture
def ending() -> Iterator[list[Callable[[], object]]]:
    """What is to be done in the end, whatever happens: an error must not leave threads that wait."""
    todo: list[Callable[[], object]] = []
    yield todo
    for one in todo:
        one()


def _lanes(ending: list[Callable[[], object]], threads: int = 4) -> Lanes:
    made = Lanes(threads, 1, lambda uri: uri == "/made")
    ending.append(lambda: made.shutdown(timeout=2))
    return made


def _slow(path: str, told: list[str], ending: list[Callable[[], object]]) -> _Asked:
    asked = _Asked(path, told, may_end=False)
    ending.insert(0, asked.may_end.set)
    return asked


@pytest.mark.parametrize("quick", ["/atlas/complete", "/made"])
def test_what_is_quick_passes_the_pages_that_wait(quick: str, monkeypatch: pytest.MonkeyPatch, ending: list) -> None:
    monkeypatch.setattr(lanes, "LONG", 10 * PATIENCE)
    told: list[str] = []
    server = _lanes(ending)
    page, waiting, completion = _slow("/studies", told, ending), _Asked("/about", told), _Asked(quick, told)
    server.add_task(page)
    assert page.begun.wait(PATIENCE)
    server.add_task(waiting)
    server.add_task(completion)
    assert completion.ended.wait(PATIENCE)
    assert not waiting.begun.is_set()
    page.may_end.set()
    assert waiting.ended.wait(PATIENCE)
    assert told == ["/studies", quick, "/about"]


def test_pages_are_begun_in_the_order_in_which_they_came(monkeypatch: pytest.MonkeyPatch, ending: list) -> None:
    monkeypatch.setattr(lanes, "LONG", 10 * PATIENCE)
    told: list[str] = []
    server = _lanes(ending)
    first = _slow("/0", told, ending)
    server.add_task(first)
    assert first.begun.wait(PATIENCE)
    others = [_Asked(f"/{number}", told) for number in range(1, 9)]
    for page in others:
        server.add_task(page)
    first.may_end.set()
    assert all(page.ended.wait(PATIENCE) for page in others)
    assert told == [f"/{number}" for number in range(9)]


def test_what_takes_long_holds_up_nothing(ending: list) -> None:
    told: list[str] = []
    server = _lanes(ending)
    long = [_slow(f"/sparql/{number}", told, ending) for number in range(2)]
    page = _Asked("/studies", told)
    for asked in (*long, page):
        server.add_task(asked)
    assert page.ended.wait(PATIENCE)
    assert not any(asked.ended.is_set() for asked in long)


def test_a_thread_is_left_for_completions_however_much_takes_long(ending: list) -> None:
    told: list[str] = []
    server = _lanes(ending)
    long = [_slow(f"/sparql/{number}", told, ending) for number in range(4)]
    for asked in long:
        server.add_task(asked)
    assert all(asked.begun.wait(PATIENCE) for asked in long[:3])
    completion = _Asked("/complete", told)
    server.add_task(completion)
    assert completion.ended.wait(PATIENCE)
    assert not long[3].begun.is_set()
    long[0].may_end.set()
    assert long[3].begun.wait(PATIENCE)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_few_threads_are_all_for_everything(threads: int, ending: list) -> None:
    told: list[str] = []
    server = _lanes(ending, threads)
    long = [_slow(f"/sparql/{number}", told, ending) for number in range(threads)]
    for asked in long:
        server.add_task(asked)
    assert all(asked.begun.wait(PATIENCE) for asked in long)
    completion = _Asked("/complete", told)
    server.add_task(completion)
    long[0].may_end.set()
    assert completion.ended.wait(PATIENCE)


def test_an_error_ends_no_thread(caplog: pytest.LogCaptureFixture, ending: list) -> None:
    told: list[str] = []
    server = _lanes(ending, threads=1)
    broken, after = _Asked("/studies", told), _Asked("/about", told)
    broken.service = lambda: 1 / 0  # type: ignore[assignment, method-assign]
    server.add_task(broken)
    server.add_task(after)
    assert after.ended.wait(PATIENCE)
    assert "ZeroDivisionError" in caplog.text


def test_what_waits_when_the_end_comes_is_told(monkeypatch: pytest.MonkeyPatch, ending: list) -> None:
    monkeypatch.setattr(lanes, "LONG", 10 * PATIENCE)
    told: list[str] = []
    server = Lanes(1, 1)
    page = _slow("/studies", told, ending)
    server.add_task(page)
    assert page.begun.wait(PATIENCE)
    waiting = [_Asked("/about", told), _Asked("/complete", told)]
    for asked in waiting:
        server.add_task(asked)
    server.shutdown(timeout=0)
    assert all(asked.cancelled.wait(PATIENCE) for asked in waiting)
