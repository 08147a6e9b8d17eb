"""``evidence serve`` in a process of its own, and waiting for what other processes do."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT


@dataclass
class Served:
    """A running ``evidence serve``, what it said when it was ready, and where it answers."""

    process: subprocess.Popen[str]
    told: str
    address: str

    def get(self, path: str) -> bytes:
        """The answer to a request on a connection of its own."""
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            body: bytes = answer.read()
        return body

    def ended(self, number: signal.Signals = signal.SIGTERM) -> str:
        """What it said on standard error until a signal ended it."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.process.communicate(timeout=60)[1]


@contextmanager
def served(instance: Path, *options: str, data: Path | None = None) -> Iterator[Served]:
    """The site of an instance on a free port."""
    folders = ["--instance", str(instance), *(["--data", str(data)] if data else [])]
    command = [sys.executable, "-m", "explorer", *folders, "serve", "--port", "0", *options]
    environment, pipe = {**os.environ, "PYTHONPATH": str(ROOT)}, subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)
    site = Served(process, "", "")
    try:
        assert process.stdout is not None
        site.told = next((line for line in process.stdout if line.startswith("Serving at")), "")
        found = re.search(r"http://\S+", site.told)
        assert found, process.communicate()[1]
        site.address = found.group().rstrip("/")
        yield site
    finally:
        site.ended()


def until(true: Callable[[], object], seconds: float = 60.0) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
