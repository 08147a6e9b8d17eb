"""Waitress on a socket that several processes may share, until told to end; what is under way is finished first."""

import logging
import mmap
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from entries.errors import EvidenceError
from explorer.kept_pages import EXTENSION, KeptPages
from explorer.lanes import Lanes
from explorer.sparql_request import MAX_BODY

BACKLOG = 1024  # connections in line before they are taken
CONNECTIONS = 1000  # open at the same time, most of them kept open by browsers that have nothing to ask
IDLE = 60  # seconds until a connection that asks nothing, or announces more than it sends, is closed
LARGEST_BODY = 4 * MAX_BODY  # bytes that are read at all; waitress would write a gigabyte to disk before it asks us
ABREAST = 2  # threads for each page that one process begins to make at the same time
POLITE = 0.005  # seconds that a process leaves a connection to one with fewer of them
PARTING = 2.0  # seconds at most to send what is written already when the end comes
NOBODY = 2**31 - 1  # stands for the connections of a process that is not there


def listen(host: str, port: int) -> socket.socket:
    """Take the port before any work is done. Raises EvidenceError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvidenceError(f"cannot serve on {host}, port {port}: {reason}; choose another with --port") from error
    return listener


def address(listener: socket.socket) -> str:
    """Where browsers find what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Loads:
    """How many connections each of several processes holds. Made before they are forked, and seen by all of them."""

    def __init__(self, processes: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, 4 * processes)).cast("i")
        for place in range(processes):
            self.forget(place)

    def tell(self, place: int, connections: int) -> None:
        """Say how many the process in a place holds."""
        self._counts[place] = connections

    def forget(self, place: int) -> None:
        """The process in a place has ended."""
        self.tell(place, NOBODY)

    def ahead(self, place: int) -> bool:
        """Whether another process holds fewer than the one in this place."""
        return min(self._counts) < self._counts[place]


class Server(TcpWSGIServer):
    """Waitress that leaves a connection to a process with fewer of them, if that one comes for it at once.

    Browsers keep their connections, so whoever happened to take most of them would do most of the work from then on.
    """

    def __init__(self, app: Flask, listener: socket.socket, threads: int, loads: Loads, place: int) -> None:
        self._loads, self._place = loads, place
        self.channels: dict[int, object] = {}  # everything that is waited for: the listener, the connections
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            ident=None,
            backlog=BACKLOG,
            channel_timeout=IDLE,
            max_request_body_size=LARGEST_BODY,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=hasattr(select, "poll"),  # select() stops at 1,024 files
        )
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        pages = app.extensions.get(EXTENSION, KeptPages())
        lanes = Lanes(threads, max(1, threads // ABREAST), pages.has)
        super().__init__(
            app, self.channels, _sock=listener, dispatcher=lanes, adj=adjustments, bind_socket=False, sockinfo=where
        )

    def readable(self) -> bool:
        """Asked before every wait: whether to take connections."""
        self._loads.tell(self._place, len(self.active_channels))
        return bool(super().readable())

    def handle_accept(self) -> None:
        """Take a connection, unless a process that has fewer does."""
        end = time.monotonic() + POLITE
        while self._loads.ahead(self._place) and time.monotonic() < end:
            time.sleep(POLITE / 5)
            if not select.select([self.socket], [], [], 0)[0]:
                return
        super().handle_accept()
        self._loads.tell(self._place, len(self.active_channels))

    def part(self) -> None:
        """Take nothing more, and send what is written already."""
        self.accepting = False
        end = time.monotonic() + PARTING
        with suppress(OSError):
            while any(c.total_outbufs_len for c in self.active_channels.values()) and time.monotonic() < end:
                wasyncore.loop(timeout=0.1, map=self.channels, count=1)


def serve(app: Flask, listener: socket.socket, threads: int, loads: Loads | None = None, place: int = 0) -> None:
    """Answer with an application, as one of the processes on a listener, until told to end. For the main thread."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that somebody waits in line is no fault
    server = Server(app, listener, threads, loads or Loads(1), place)
    signal.signal(signal.SIGTERM, ended)
    server.run()  # the end comes as SystemExit or KeyboardInterrupt; threads then have a few seconds to finish
    server.part()


def ended(_number: int, _frame: FrameType | None) -> NoReturn:
    """What a signal to end does in the main thread."""
    sys.exit(0)
