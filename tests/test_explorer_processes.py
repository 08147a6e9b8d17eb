"""The site as several processes: they share a port, are replaced when they die and end together."""

import http.client
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest
from conftest import ROOT
from served import Served, served, until

from explorer import serving, sparql_pool, supervisor
from explorer.build import build
from explorer.commands.serve import MOST, TOGETHER, _Processes
from explorer.settings import shipped_data

TITLE = re.compile(r"^title: (?=[A-Z])", re.MULTILINE)  # one without quotes, in which a word may be put
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc about processes")


def serving_site(instance: Path, *more: str) -> AbstractContextManager[Served]:
    """The site of an instance with two processes."""
    return served(instance, "--processes", "2", *more)


def workers(site: Served) -> set[int]:
    """The processes that answer."""
    children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text()
    return {pid for pid in map(int, children.split()) if not gone(pid)}


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
    found = 0
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it may be closed while it is looked at
            found += str(file.readlink()).startswith("socket:")
    return found


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processes")
    build(shipped_data(), folder)
    return folder


@pytest.fixture(scope="module")
def site(instance: Path) -> Iterator[Served]:
    with serving_site(instance, "--no-build") as found:
        yield found


def test_it_answers(site: Served) -> None:
    assert b"/studies/maes-2007-nuclear-factor" in site.get("/studies?q=nf-kb")
    assert "with 2 processes" in site.told
    assert len(workers(site)) == 2


def test_the_port_is_taken(site: Served, instance: Path) -> None:
    port = site.address.rpartition(":")[2]
    command = [sys.executable, "-m", "explorer", "--instance", str(instance), "serve"]
    said = subprocess.run([*command, "--port", port, "--processes", "3"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert "--port" in said.stderr
    assert "Traceback" not in said.stderr


def test_connections_that_are_kept_are_shared_out(site: Served) -> None:
    assert until(lambda: all(threads(pid) > TOGETHER for pid in workers(site))), "both have opened the build"
    before = {pid: sockets(pid) for pid in workers(site)}
    kept = [http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60) for _ in range(12)]
    for connection in kept:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    taken = [sockets(pid) - before[pid] for pid in before]
    for connection in kept:
        connection.close()
    assert min(taken) >= 2


def test_one_that_is_killed_is_replaced_and_the_site_goes_on(site: Served) -> None:
    before = workers(site)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: len(workers(site) - before) == 1), "another process is started"
    assert victim not in workers(site)
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
        eight = ["/studies?q=xylophonic"] * 8
        assert until(lambda: all(b"Xylophonic" in body for body in map(site.get, eight))), "eight in a row see it"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_all_end(instance: Path, number: signal.Signals) -> None:
    with serving_site(instance) as site:
        site.get("/studies?q=fatigue")
        before = workers(site)
        said = site.ended(number)
        assert site.process.returncode == 0
        assert all(map(gone, before))
        assert len(before) == 2
        assert "Traceback" not in said


def test_nobody_outlives_a_parent_that_is_killed(instance: Path) -> None:
    with serving_site(instance) as site:
        site.get("/healthz")
        before = workers(site)
        assert len(before) == 2
        site.process.kill()
        assert until(lambda: all(map(gone, before))), "the processes end by themselves"


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
