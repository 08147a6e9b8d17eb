"""Clients that ask a site over HTTP, in a process of their own that takes little of the machine from the server.

One thread waits for all connections at once; an answer is read just far enough to know its status and its end.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.timing import Timed

CLIENTS = 8
PATIENCE = 60.0  # seconds without any answer at all
HEADERS = "Accept: text/html, */*;q=0.5\r\nAccept-Encoding: gzip\r\n"
LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clients heard: seconds and status of each answer, in the order of the addresses; seconds of it all.

    The status is 0 where the connection was lost.
    """

    seconds: tuple[float, ...]
    statuses: tuple[int, ...]
    elapsed: float

    @property
    def errors(self) -> int:
        """Answers other than 200."""
        return sum(status != 200 for status in self.statuses)

    def timed(self, chosen: Sequence[bool] | None = None) -> Timed:
        """The times as a series, of all or of those chosen."""
        return Timed(
            self.seconds if chosen is None else tuple(s for s, c in zip(self.seconds, chosen, strict=True) if c)
        )


def ask(base: str, addresses: Sequence[str], clients: int = CLIENTS) -> Answers:
    """Ask for all addresses in their order: each client for the next one as soon as it has been answered."""
    command = [sys.executable, "-m", "benchmarks.clients", base, str(clients)]
    done = subprocess.run(command, input=json.dumps(addresses), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the clients of {base} failed: {done.stderr}")
    seconds, statuses, elapsed = json.loads(done.stdout)
    return Answers(tuple(seconds), tuple(statuses), elapsed)


class _Client:
    """One connection that is kept, with at most one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self._where = host, port
        self.socket: socket.socket | None = None
        self.number, self._sent = -1, 0.0
        self._got, self._needed = bytearray(), 0

    def connect(self) -> socket.socket:
        """A new connection."""
        self.socket = socket.create_connection(self._where, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def send(self, number: int, request: bytes) -> None:
        """Ask for the next."""
        assert self.socket is not None
        self.number, self._needed = number, 0
        self._got.clear()
        self._sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[float, int] | None:
        """(seconds, status) once the answer is whole; status 0 where the connection was lost."""
        assert self.socket is not None
        try:
            data = self.socket.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            return time.perf_counter() - self._sent, 0
        self._got += data
        if not self._needed:
            self._needed = _whole(self._got)
        if not self._needed or len(self._got) < self._needed:
            return None
        return time.perf_counter() - self._sent, int(self._got[9:12])


def _whole(got: bytearray) -> int:
    """Bytes that the answer will have, 0 while that is unknown. Raises ValueError where the answer does not say."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(got[:end]).lower()
    at = head.find(LENGTH)
    if at < 0:
        raise ValueError(f"an answer without a length cannot be timed: {head[:300]!r}")
    return end + 4 + int(head[at + len(LENGTH) :].partition(b"\r\n")[0])


def asked(base: str, addresses: Sequence[str], clients: int) -> tuple[list[float], list[int], float]:
    """Seconds and statuses in the order of the addresses, and the seconds of it all. Raises TimeoutError."""
    where = urlsplit(base)
    requests = [f"GET {a} HTTP/1.1\r\nHost: {where.netloc}\r\n{HEADERS}\r\n".encode() for a in addresses]
    seconds, statuses = [0.0] * len(requests), [0] * len(requests)
    todo = iter(range(len(requests)))
    with selectors.DefaultSelector() as selector:
        for _ in range(min(clients, len(requests))):
            client = _Client(str(where.hostname), where.port or 80)
            selector.register(client.connect(), selectors.EVENT_READ, client)
        started = time.perf_counter()
        for client in [key.data for key in selector.get_map().values()]:
            client.send(number := next(todo), requests[number])
        for client, took, status in _answers(selector, len(requests)):
            seconds[client.number], statuses[client.number] = took, status
            if not status:
                selector.unregister(client.socket)
                selector.register(client.connect(), selectors.EVENT_READ, client)
            if (number := next(todo, -1)) >= 0:
                client.send(number, requests[number])
        elapsed = time.perf_counter() - started
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return seconds, statuses, elapsed


def _answers(selector: selectors.BaseSelector, count: int) -> Iterator[tuple[_Client, float, int]]:
    """Each answer as it becomes whole: who asked, seconds, status."""
    while count:
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"no answer for {PATIENCE:g} s")
        for key, _ in ready:
            if answer := key.data.receive():
                count -= 1
                yield key.data, *answer


if __name__ == "__main__":
    print(json.dumps(asked(sys.argv[1], json.load(sys.stdin), int(sys.argv[2]))))
