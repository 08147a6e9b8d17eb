"""A measurement leaves nothing behind: no folder and no process, however it ends."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from served import until

from benchmarks.scratch import measured, scratch

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and groups of processes are those of POSIX systems")


def _own_process() -> int:
    return os.getpid()


def _gone() -> None:
    os._exit(3)


def _lives(group: int) -> bool:
    """Whether a process of the group is there; those that ended and that nobody waits for any more do not count."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may end while it is looked at
            state, _, its_group, *_ = path.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state != "Z":
                return True
    return False


def test_a_folder_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with scratch() as place:
        (place / "file").write_text("made")
        assert place.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_is_measured_has_a_process_of_its_own() -> None:
    assert measured(_own_process) != os.getpid()


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(RuntimeError, match="_gone ended without an answer"):
        measured(_gone)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux which processes there are")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_it_leaves_nothing_behind(how: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.intake_speed", "--records", "20000", "--processes", "2"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        assert until(lambda: any(tmp_path.glob("evidence-bench-*/baseline.xml.gz")))
        process.send_signal(how)
        process.wait()
    assert until(lambda: not any(tmp_path.iterdir())), "its folder is left"
    assert until(lambda: not _lives(process.pid)), "a process of it is left"
