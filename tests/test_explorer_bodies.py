"""Bodies of requests at the server itself: those that are announced and come, those that do not, those too large."""

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, Response, request
from waitress import wasyncore

from explorer.kept_pages import EXTENSION, KeptPages, Key
from explorer.serving import IDLE, LARGEST_BODY, Loads, Server, listen

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, int]]:
    """Where a server answers how many bytes it was sent."""
    app = Flask(__name__)
    app.post("/")(lambda: f"{len(request.get_data())} bytes")
    listener = listen("127.0.0.1", 0)
    listener.listen()
    pages = app.extensions[EXTENSION] = KeptPages()
    server = Server(app, listener, 2, Loads(1), 0)
    assert server.adj.channel_timeout == IDLE
    pages.put(Key("/made"), Response())
    asked = (SimpleNamespace(error=None, path=path, request_uri=path) for path in ("/made", "/studies"))
    assert [server.task_dispatcher._is_quick(one) for one in asked] == [True, False]
    thread = threading.Thread(target=lambda: wasyncore.loop(timeout=0.1, map=server.channels), daemon=True)
    thread.start()
    yield listener.getsockname()[:2]
    server.channels.clear()  # the loop ends when there is nothing to wait for
    thread.join(10)
    server.task_dispatcher.shutdown()
    listener.close()


def received(connection: socket.socket, end: bytes) -> bytes:
    """What comes until this is in it, or until nothing more does: an answer may come in pieces."""
    answer = b""
    while end not in answer and (piece := connection.recv(65_536)):
        answer += piece
    return answer


def test_an_announced_body_is_asked_for_and_read(place: tuple[str, int]) -> None:
    with socket.create_connection(place, timeout=30) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 7\r\n\r\n")
        assert received(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK { }")
        assert received(connection, b"7 bytes").startswith(b"HTTP/1.1 200 ")


def refused(place: tuple[str, int], sent: bytes) -> bool:
    with socket.create_connection(place, timeout=30) as connection:
        connection.sendall(sent)
        return received(connection, b"\r\n").startswith(b"HTTP/1.1 413 ")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(place: tuple[str, int]) -> None:
    assert refused(place, HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST_BODY)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert refused(place, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * (LARGEST_BODY // 0x10000 + 1))


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"])
def test_what_cannot_be_read_is_told_so(place: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(place, timeout=30) as connection:
        connection.sendall(sent)
        assert received(connection, b"\r\n").startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
