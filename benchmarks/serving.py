"""Servers under measurement, each a process of its own, as in use."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

PATIENCE = 60.0  # seconds until a server must answer


@dataclass(frozen=True, slots=True)
class Served:
    """The site in processes of its own: its address, without a slash at the end, and the first of the processes."""

    base: str
    pid: int

    def memory(self) -> float:
        """MB of memory of all processes together; what several of them share is counted once."""
        return sum(map(_proportional, self._processes())) / 2**20

    def private(self) -> float:
        """MB that each process has for itself alone, together; mapped files that another one has open are shared."""
        return sum(process.memory_full_info().uss for process in self._processes()) / 2**20

    def _processes(self) -> "list[psutil.Process]":
        import psutil  # of the extra "bench"; the tests use the servers without it

        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]


def _proportional(process: "psutil.Process") -> int:
    """Bytes of a process, its share of what it shares with others; all of that where the system does not tell."""
    full = process.memory_full_info()
    return int(getattr(full, "pss", 0) or full.rss)


@contextmanager
def our_site(instance: Path, processes: int = 1) -> Iterator[Served]:
    """The site over a built instance, with so many processes, on a free port."""
    command = [sys.executable, "-m", "explorer", "--instance", str(instance), "serve", "--no-build", "--port", "0"]
    command += ["--processes", str(processes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            base = next(word for word in server.stdout.readline().split() if word.startswith("http")).rstrip("/")
            urllib.request.urlopen(base).read()
            yield Served(base, server.pid)
        finally:
            server.terminate()


@contextmanager
def our_server(instance: Path) -> Iterator[str]:
    """The site over a built instance in one process on a free port; gives its address, without a slash at the end."""
    with our_site(instance) as served:
        yield served.base


def oxigraph_program() -> str | None:
    """Path of the ``oxigraph`` server (PyPI: oxigraph), beside this Python or on the PATH; None where it is missing."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextmanager
def oxigraph_server(program: str, store: Path) -> Iterator[str]:
    """Oxigraph's own server over an Oxigraph folder, reading only; gives its address."""
    port = _free_port()
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    command += ["--union-default-graph"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(base)
            yield base
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_for(base: str) -> None:
    """Raises TimeoutError where nothing answers in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(base, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{base} did not answer within {PATIENCE:g} s")
