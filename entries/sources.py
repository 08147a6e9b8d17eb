"""The files that studies are read from, and what a build remembers of each: which need not be read again.

A file is taken to be unchanged if its size and its time of modification are those that were noted. That is not sound
for a file that was changed so shortly before it was read that a later change may bear the same time: no time is noted
for such a file, so that it is read again and compared by its digest.
"""

import json
import os
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from entries import columns
from entries.columns import Texts, pack
from entries.digests import BYTES
from entries.problems import Problem

FILE = "sources.columns"
KIND = "sources 1"  # raise the number when columns change
TICK = 2_000_000_000  # ns: the coarsest clock of a file system that is in use
UNKNOWN = -1  # no time, no size: the file is looked into
NONE = 0xFFFFFFFF  # the file of a study that comes from an earlier build
READ = (".yaml", ".jsonl")
_SILENT = (".md", ".txt", ".py")


@dataclass(frozen=True, slots=True)
class Told:
    """A warning about something in a file, without the file. ``study``: the id of the entry that it is about."""

    line: int
    reason: str
    mend: str
    study: str | None = None

    @classmethod
    def of(cls, problem: Problem) -> "Told":
        """What a problem says."""
        return cls(problem.line, problem.reason, problem.mend, problem.study_id)

    def problem(self, path: Path) -> Problem:
        """The problem in this file."""
        return Problem(path, self.line, self.reason, self.mend, "warning", self.study)


class Listing:
    """The files that studies are in, in the order in which they are read, with size and time as they are now.

    First the YAML files of the folder, then its ``.jsonl`` files, each by name, then further ``.jsonl`` files.
    """

    def __init__(self, folder: Path, jsonl: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.begun = time.time_ns()
        found = dict(_entries(folder))
        own = [sorted(name for name in found if name.endswith(suffix)) for suffix in READ]
        self._paths = {str(path.resolve()): path for path in jsonl}
        self.names = [*own[0], *own[1], *(str(path.resolve()) for path in jsonl)]
        self.yaml = len(own[0])  # how many of them hold one study each
        stats = [found[name] for name in (*own[0], *own[1])] + [_stat(path) for path in jsonl]
        self.sizes = np.fromiter((size for size, _ in stats), np.int64, len(stats))
        self.times = np.fromiter((when for _, when in stats), np.int64, len(stats))
        self.others = sorted(name for name, (size, _) in found.items() if size == UNKNOWN or not name.endswith(READ))

    def __len__(self) -> int:
        return len(self.names)

    def path(self, number: int) -> Path:
        """The path of a file, as the person wrote it who named its folder, or the file itself."""
        name = self.names[number]
        return self._paths.get(name) or self.folder / name

    @property
    def lasting(self) -> np.ndarray:
        """The times that tell whether a file was changed since; UNKNOWN where they cannot."""
        return np.where(self.times < self.begun - TICK, self.times, UNKNOWN)


def _entries(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, size and time of what lies in a folder; hidden files are an editor's or the system's, and not ours."""
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if not entry.name.startswith("."):
                yield entry.name, _stat(entry)


def _stat(path: Path | os.DirEntry[str]) -> tuple[int, int]:
    """(bytes, time of modification in ns); UNKNOWN of what is no file, or cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return UNKNOWN, UNKNOWN
    return (stat.st_size, stat.st_mtime_ns) if path.is_file() else (UNKNOWN, UNKNOWN)


def not_read(folder: Path, suffixes: tuple[str, ...], names: Iterable[str]) -> Iterator[Problem]:
    """Whatever lies in a folder and looks like data, but is not read."""
    for path in map(folder.__truediv__, names):
        if path.is_dir():
            yield Problem(path, 1, "folders inside this folder are not read", f"move its files to {folder}", "warning")
        elif path.suffix not in (*suffixes, *_SILENT):
            reason = f"files that end in {path.suffix or 'nothing'} are not read"
            mend = f"rename it to end in {suffixes[0]}, or move it elsewhere"
            yield Problem(path, 1, reason, mend, "error" if path.suffix == ".yml" else "warning")


@dataclass(frozen=True)
class Sources:
    """What a build remembers of the files that it was made from.

    By file: name, size, time, digest of its bytes (uint8, 32 a row), whether every study in it was published as it
    stands there (``kept``), and its warnings. ``files``: for each study, by its place, the number of its file, or NONE.
    ``frame``: warnings about the configuration and the vocabulary, by path below the data folder.
    """

    folder: str
    names: Sequence[str]
    sizes: np.ndarray
    times: np.ndarray
    digests: np.ndarray
    kept: np.ndarray
    files: np.ndarray
    warnings: Mapping[int, Sequence[Told]]
    frame: Sequence[tuple[str, Told]] = ()

    def write(self, folder: Path) -> None:
        """Write it into a build's folder. Raises StoreError."""
        told = {str(number): [astuple(one) for one in self.warnings[number]] for number in sorted(self.warnings)}
        frame = [(name, *astuple(one)) for name, one in self.frame]
        columns.write(
            folder / FILE,
            {"kind": KIND, "folder": self.folder, "frame": frame},
            {
                "names": pack(self.names),
                "sizes": array("q", self.sizes.tobytes()),
                "times": array("q", self.times.tobytes()),
                "digests": self.digests.tobytes(),
                "kept": self.kept.astype(np.uint8).tobytes(),
                "files": array("I", self.files.astype(np.uint32).tobytes()),
                "warnings": json.dumps(told, ensure_ascii=False).encode(),
            },
        )

    @classmethod
    def read(cls, folder: Path) -> "Sources":
        """Read what :meth:`write` wrote. Raises StoreError."""
        held = columns.read(folder / FILE, KIND)
        told = json.loads(bytes(held["warnings"]))
        return cls(
            held.about["folder"],
            Texts(held["names"]).many(),
            np.asarray(held["sizes"]),
            np.asarray(held["times"]),
            np.asarray(held["digests"]).reshape(-1, BYTES),
            np.asarray(held["kept"]).astype(bool),
            np.asarray(held["files"]),
            {int(number): [Told(*one) for one in warnings] for number, warnings in told.items()},
            [(name, Told(*one)) for name, *one in held.about["frame"]],
        )

    def same(self, listing: Listing, digest: Callable[[int], bytes], trusting: bool = True) -> np.ndarray:
        """For each file that is there now, its number here if it has not changed, else -1.

        ``digest`` gives the digest of the bytes of a file, empty where it cannot be read; it is asked for those whose
        size and time do not tell, and without ``trusting`` for all of them.
        """
        place = {name: number for number, name in enumerate(self.names)}
        found = np.fromiter((place.get(name, -1) for name in listing.names), np.int64, len(listing))
        at = np.maximum(found, 0)
        alike = found >= 0
        if len(self.names):
            alike &= (self.sizes[at] == listing.sizes) & (listing.sizes != UNKNOWN)
        known: np.ndarray = np.zeros(len(listing), bool)
        if len(self.names) and trusting and self.folder == str(listing.folder.resolve()):
            known = alike & (self.times[at] == listing.times) & (listing.times != UNKNOWN)
        for number in np.flatnonzero(alike & ~known).tolist():
            alike[number] = digest(number) == self.digests[at[number]].tobytes()
        return np.where(alike, found, -1)
