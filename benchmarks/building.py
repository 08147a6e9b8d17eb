"""One changed study, the whole command: ``evidence build`` beside a whole build of the same data, one file a study.

Each is a process of its own: seconds on the clock and of the processor, start of the program included, and the most
memory that it and its own processes had together.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import psutil

from entries.atlas import Atlas
from entries.store import dump_yaml, read_study, write_study
from explorer.settings import shipped_data

HEADER = ("evidence build", "s", "s of processor", "MB at most", "part of a whole build (processor)")
LONG_AGO = 1_600_000_000
EVERY = 0.2  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class _Run:
    """What one command took."""

    seconds: float
    processor: float
    memory: float


def measure(atlas: Atlas, folder: Path) -> Iterator[tuple[object, ...]]:
    """Rows of the table."""
    data, instance = folder / "data", folder / "instance"
    _write(atlas, data)
    whole = _built(data, instance)
    yield "whole", whole.seconds, whole.processor, whole.memory, 1.0
    paths = sorted((data / "studies").glob("*.yaml"))
    edits: dict[str, Callable[[], object]] = {
        "one study has another title": lambda: _edited(paths[0], title="Another title"),
        "one study has other tags and findings": lambda: _edited(paths[1], findings=read_study(paths[2]).findings),
        "one study is gone": paths[3].unlink,
        "nothing has changed": lambda: None,
    }
    for what, edit in edits.items():
        edit()
        run = _built(data, instance)
        yield what, run.seconds, run.processor, run.memory, run.processor / whole.processor


def _write(atlas: Atlas, data: Path) -> None:
    """The studies as files from long ago, so that none has to be looked into because it is new."""
    (data / "studies").mkdir(parents=True)
    for name in ("atlas.yaml", "vocabulary"):
        (data / name).symlink_to(shipped_data() / name)
    for study in atlas.studies.values():
        path = data / "studies" / f"{study.id}.yaml"  # not by write_study, which waits for the disk each time
        path.write_text(dump_yaml(study), encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))


def _edited(path: Path, **changes: object) -> None:
    write_study(path.parent, read_study(path).model_copy(update=changes))


def _built(data: Path, instance: Path) -> _Run:
    """Run the command. Raises RuntimeError where it fails."""
    program = shutil.which(sys.executable) or sys.executable
    command = [program, "-m", "explorer", "--data", str(data), "--instance", str(instance), "build"]
    started = perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]  # its words are no part of the table
    child = os.posix_spawn(program, command, os.environ, file_actions=silent)
    with _watched(child) as seen:
        _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"evidence build ended with status {os.waitstatus_to_exitcode(status)}")
    alone = used.ru_maxrss * (1 if sys.platform == "darwin" else 2**10)
    return _Run(perf_counter() - started, used.ru_utime + used.ru_stime, max(alone, *seen) / 2**20)


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """What a process and its own processes hold together, in bytes, looked at again and again; 0 to begin with."""
    seen, over = [0], Event()

    def watch() -> None:
        while not over.wait(EVERY):
            with suppress(psutil.Error):
                seen.append(_together(psutil.Process(pid)))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _together(process: psutil.Process) -> int:
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
