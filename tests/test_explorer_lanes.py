"""What is quick is answered while every thread for pages is busy."""

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import pytest

from explorer import serving

BUSY, RELEASED = threading.Semaphore(0), threading.Event()


def _app(environ: dict[str, str], start: Callable[..., object]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/page":
        BUSY.release()
        assert RELEASED.wait(60)
    body = threading.current_thread().name.encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def port() -> Iterator[int]:
    listener = serving.listen("127.0.0.1", 0)
    server = serving.Server(_app, listener, 2, serving.Loads(1), 0)  # type: ignore[arg-type]

    def run() -> None:
        with suppress(OSError):
            server.run()

    threading.Thread(target=run, daemon=True).start()
    yield listener.getsockname()[1]
    RELEASED.set()
    server.task_dispatcher.shutdown()
    server.close()


def asking(port: int, path: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection


def test_completions_do_not_wait_behind_pages(port: int) -> None:
    waiting = [asking(port, "/page") for _ in range(5)]
    for _ in range(2):
        assert BUSY.acquire(timeout=60)
    threads = {asking(port, path).getresponse().read() for path in ("/complete?q=a", "/complete", "/under/complete")}
    assert len(threads) == 1  # one thread for all of them
    assert not RELEASED.is_set()
    RELEASED.set()
    assert all(connection.getresponse().status == 200 for connection in waiting)


def test_one_connection_may_ask_for_both(port: int) -> None:
    RELEASED.set()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path in ("/complete?q=a", "/page", "/complete", "/page"):
        connection.request("GET", path)
        assert connection.getresponse().read()
    connection.close()


def test_what_cannot_be_read_is_answered(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/complete", headers={"Transfer-Encoding": "unheard-of"})
    assert connection.getresponse().status == 501
    connection.close()
