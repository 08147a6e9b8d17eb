"""The site as several processes: they share a port, are replaced when they die and end together."""

import http.client
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conftest import ROOT

from explorer import serving, sparql_pool, supervisor
from explorer.build import build
from explorer.commands.serve import MOST, TOGETHER, _Processes
from explorer.settings import shipped_data

TITLE = re.compile(r"^title: (?=[A-Z])", re.MULTILINE)  # one without quotes, in which a word may be put
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc about processes")


class Site:
    """A running ``evidence serve``."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address

    def workers(self) -> set[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {pid for pid in map(int, children.split()) if not gone(pid)}

    def get(self, path: str) -> bytes:
        """The answer to a request on a connection of its own."""
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def serving_site(instance: Path, *more: str) -> Iterator[Site]:
    """The site of an instance with two processes, on a free port."""
    command = [
        sys.executable,
        "-m",
        "explorer",
        "--instance",
        str(instance),
        "serve",
        "--port",
        "0",
        "--processes",
        "2",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    process = subprocess.Popen([*command, *more], stdout=pipe, stderr=pipe, text=True, env=environment)
    try:
        assert process.stdout is not None
        told = next((line for line in process.stdout if line.startswith("Serving at")), "")
        assert "with 2 processes" in told, process.communicate()[1]
        yield Site(process, re.search(r"http://\S+", told).group().rstrip("/"))  # type: ignore[union-attr]
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.communicate(timeout=60)


def until(true: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Whether a process has ended, be it that nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def threads(pid: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def sockets(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(link.startswith("socket:") for link in map(os.readlink, Path(f"/proc/{pid}/fd").iterdir()))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processes")
    build(shipped_data(), folder)
    return folder


@pytest.fixture(scope="module")
def site(instance: Path) -> Iterator[Site]:
    with serving_site(instance, "--no-build") as found:
        yield found


def test_it_answers(site: Site) -> None:
    assert b"/studies/maes-2007-nuclear-factor" in site.get("/studies?q=nf-kb")
    assert len(site.workers()) == 2


def test_the_port_is_taken(site: Site, instance: Path) -> None:
    port = site.address.rpartition(":")[2]
    command = [sys.executable, "-m", "explorer", "--instance", str(instance), "serve"]
    said = subprocess.run([*command, "--port", port, "--processes", "3"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert "--port" in said.stderr
    assert "Traceback" not in said.stderr


def test_connections_that_are_kept_are_shared_out(site: Site) -> None:
    until(lambda: all(threads(pid) > TOGETHER for pid in site.workers()), "both have opened the build")
    before = {pid: sockets(pid) for pid in site.workers()}
    kept = [http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60) for _ in range(12)]
    for connection in kept:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    taken = [sockets(pid) - before[pid] for pid in before]
    for connection in kept:
        connection.close()
    assert min(taken) >= 2


def test_one_that_is_killed_is_replaced_and_the_site_goes_on(site: Site) -> None:
    before = site.workers()
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(site.workers() - before) == 1, "another process is started")
    assert victim not in site.workers()
    for _ in range(5):
        assert b"fatigue" in site.get("/studies?q=fatigue")


def test_a_newer_build_reaches_all(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(shipped_data(), data, ignore=shutil.ignore_patterns("__pycache__"))
    build(data, tmp_path / "instance")
    with serving_site(tmp_path / "instance", "--no-build") as site:
        study = next(p for p in (data / "studies").glob("*.yaml") if TITLE.search(p.read_text("utf-8")))
        study.write_text(TITLE.sub("title: Xylophonic ", study.read_text("utf-8"), count=1), "utf-8")
        report = build(data, tmp_path / "instance")
        assert (report.changed, report.info.kept) == (1, ())
        until(
            lambda: all(b"Xylophonic" in site.get("/studies?q=xylophonic") for _ in range(8)), "eight in a row see it"
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_all_end(instance: Path, number: signal.Signals) -> None:
    with serving_site(instance) as site:
        site.get("/studies?q=fatigue")
        workers = site.workers()
        site.process.send_signal(number)
        said = site.process.communicate(timeout=60)[1]
        assert site.process.returncode == 0
        assert all(map(gone, workers))
        assert len(workers) == 2
        assert "Traceback" not in said


def test_nobody_outlives_a_parent_that_is_killed(instance: Path) -> None:
    with serving_site(instance) as site:
        site.get("/healthz")
        workers = site.workers()
        assert len(workers) == 2
        site.process.kill()
        until(lambda: all(map(gone, workers)), "the processes end by themselves")


def test_nothing_to_serve_is_said_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "explorer", "--instance", str(tmp_path), "serve", "--port", "0"]
    said = subprocess.run([*command, "--no-build", "--processes", "2"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert said.stderr.count("evidence build") == 1


STUBBORN = """
import os, sys, time
from explorer.supervisor import Supervisor

def work(place):
    print(time.monotonic(), flush=True)
    os._exit(3)

Supervisor(work, 1).run()
"""


def test_one_that_dies_at_once_is_started_less_and_less_often() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=pipe, stderr=pipe, text=True, env=environment)
    assert process.stdout is not None
    times = [float(process.stdout.readline()) for _ in range(4)]
    process.terminate()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(pause >= 2 ** (n + 1) * supervisor.SHORTEST for n, pause in enumerate(pauses))
    assert "ended with status 3; another is started in 0.2 s" in said


def test_who_has_more_connections_is_ahead() -> None:
    loads = serving.Loads(3)
    assert not loads.ahead(0)  # nobody is there
    for place, connections in enumerate((4, 2, 2)):
        loads.tell(place, connections)
    assert [loads.ahead(place) for place in range(3)] == [True, False, False]
    loads.forget(1)
    assert loads.ahead(0)
    loads.forget(2)
    assert not loads.ahead(0)  # nobody else is there to leave anything to


def test_without_fork_it_is_one_and_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delattr(os, "fork")
    assert _Processes().convert("3", None, None) == 1
    assert "cannot fork" in capsys.readouterr().err


def test_how_many_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.commands.serve.usable_cores", lambda: 64)
    monkeypatch.setattr(sys, "platform", "linux")
    assert _Processes().convert("auto", None, None) == MOST
    monkeypatch.setattr(sys, "platform", "darwin")
    assert _Processes().convert("auto", None, None) == 1


def test_limits_are_shared_out() -> None:
    assert sparql_pool.share(1) == (sparql_pool.WORKERS, sparql_pool.WAITING)
    for processes in range(1, 9):
        assert all(part >= 1 for part in sparql_pool.share(processes))
        assert processes == 1 or sparql_pool.share(processes) < sparql_pool.share(1)
